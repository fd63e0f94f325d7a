"""How an account is told of what waits for it: its own page of choices, its feed, and the way out of the letters."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from partnership import audit
from partnership.editorial import notices
from partnership.editorial.notices import Waiting

from .policy import under_policy

NO_TRACE = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"}


def notices_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """What an account is told of and how. The address of a feed is shown once, when it is made."""
    account = cast(User, request.user)
    token = ""
    if request.method == "POST":
        if "_feed" in request.POST:
            token = notices.make_feed(account)
            audit.tell("feed of notices made", by=account, request=request)
        else:
            _choose(request, account)
            return HttpResponseRedirect(reverse("admin:notices"))
    address = reverse("notice-feed", args=[token]) if token else ""
    context = {
        **admin_site.each_context(request),
        "title": gettext("Notices"),
        "choice": notices.choice_of(account),
        "feed": request.build_absolute_uri(address) if address else "",
        "account": account,
        "waiting": notices.waits_for(account),
    }
    return TemplateResponse(request, "admin/partnership/notices.html", context)


def _choose(request: HttpRequest, account: User) -> None:
    if "_on" in request.POST or "_off" in request.POST:
        wanted = "_on" in request.POST
        notices.tell_by_letter(account, wanted)
        told = gettext("You are told by e-mail.") if wanted else gettext("You are told by e-mail no more.")
        messages.success(request, told)
    elif "_stop_feed" in request.POST:
        notices.stop_feed(account)
        audit.tell("feed of notices stopped", by=account, request=request)
        messages.success(request, gettext("The feed has ended: its address answers no more."))


# Without signing in


class _Feed(Atom1Feed):
    """Django's, which knows that what is not there has not changed since."""

    def latest_post_date(self) -> datetime:
        """When the newest of what waits began to wait; when the account was made, if nothing does."""
        return self.feed["changed"]


def feed_view(request: HttpRequest, token: str) -> HttpResponse:
    """What waits for whoever has the token, as Atom. It needs no cookie, and ends with the account."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    account = notices.account_of_feed(token)
    if account is None:
        raise Http404
    found = sorted(notices.waits_for(account), key=lambda each: each.since, reverse=True)
    home = request.build_absolute_uri(reverse("admin:index"))
    feed = _Feed(
        title=gettext("%(site)s: what waits for me") % {"site": settings.SITE_NAME},
        link=home,
        description="",
        language=settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,
        feed_url=request.build_absolute_uri(request.path),
        # The token is no name to hand on: whoever sees an entry elsewhere must not be able to open the feed.
        feed_guid=f"{home}#notices-{account.pk}",
        changed=found[0].since if found else account.date_joined,
    )
    for each in found:
        _add(feed, each, request.build_absolute_uri(each.address), f"{home}#{each.key}")
    content = feed.writeString("utf-8").encode()
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8", headers=NO_TRACE)


def _add(feed: Any, waiting: Waiting, address: str, key: str) -> None:
    feed.add_item(
        title=waiting.words,
        link=address,
        description=None,
        unique_id=key,
        pubdate=waiting.since,
        updateddate=waiting.since,
    )


@csrf_exempt  # Sent by programs of mail, which have no cookie: the signed token says who asks (RFC 8058).
@never_cache
@under_policy
def stop_view(request: HttpRequest, token: str) -> HttpResponse:
    """Asks with a button, then switches the letters to an account off; whoever has the letter needs not sign in."""
    account = notices.account_to_stop(token)
    if account is None:
        raise Http404
    is_done = request.method == "POST"
    if is_done:
        notices.tell_by_letter(account, False)
        audit.tell("letters stopped", by=account, request=request)
    context = {"is_done": is_done, "title": gettext("Letters of what waits for you")}
    response = TemplateResponse(request, "admin/partnership/stop_notices.html", context)
    response.headers["X-Robots-Tag"] = NO_TRACE["X-Robots-Tag"]
    return response
