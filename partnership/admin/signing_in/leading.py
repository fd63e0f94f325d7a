"""Who may see a page on the way into the staff room, and where everybody else is led."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from partnership.sign_in import sessions
from partnership.sign_in.stages import Stage, is_in, stage_of

# In the session: where somebody wanted to go who first has to set up a factor.
GOING_TO = "going_to"

View = Callable[..., Any]


def for_stages(*stages: Stage) -> Callable[[View], View]:
    """A view for whoever has come so far; everybody else is led to where they are to go first."""

    def guarded(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            stage = stage_of(request)
            if stage in stages:
                return view(request, *args, **kwargs)
            return lead(request, stage, next_of(request) if stage is Stage.IN else request.get_full_path())

        return inner

    return guarded


def lead(request: HttpRequest, stage: Stage, going_to: str) -> HttpResponse:
    """Send somebody to what comes next for them, and from there to where they wanted to go."""
    if stage is Stage.OUT:
        return redirect_to_login(going_to, reverse("admin:login"))
    if stage is Stage.ASKED:
        return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{urlencode({'next': going_to})}")
    if stage is Stage.BARE:
        # What is asked for besides, a picture or a form left open elsewhere, is not where somebody wants to go.
        if request.method == "POST" or GOING_TO not in request.session:
            request.session[GOING_TO] = going_to
        return HttpResponseRedirect(reverse("admin:security"))
    return HttpResponseRedirect(going_to)


def for_who_is_sure(view: View) -> View:
    """A view for whoever has shown a short time ago who they are; others give their password again.

    What such a one sent is not done: it is sent again from the page to which they come back.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if sessions.is_sure(request.session):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.warning(
                request, gettext("Nothing was changed yet: first give your password, then do it again.")
            )
        return HttpResponseRedirect(reverse("admin:security_sure"))

    return inner


def next_of(request: HttpRequest) -> str:
    """Where somebody wanted to go, if that is a page of this site; else the front page of the desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("admin:index")


def page(request: HttpRequest, admin_site: Any, title: str, **more: Any) -> dict[str, Any]:
    """The context of a page; who is not in yet sees nothing of what there is inside."""
    context = {**admin_site.each_context(request), "title": title, **more}
    if not is_in(request):
        context |= {"available_apps": [], "is_nav_sidebar_enabled": False}
    return context
