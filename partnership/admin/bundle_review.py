"""The review of a bundle: every change in it, what becomes public along, what speaks against it; approve or send back."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.documents import DocumentError
from partnership.editorial import bundle_review, bundling
from partnership.editorial.bundle_review import Looked
from partnership.editorial.bundled import IN_REVIEW, embargoed
from partnership.editorial.bundling import Member
from partnership.editorial.reviewing import MAY_PUBLISH_OWN
from partnership.editorial.revising import Refused
from partnership.editorial.rules import Problem, problems
from partnership.models import Bundle, BundleState

from . import kinds, moments
from .addresses import address_of
from .editing import deny_unless
from .reasons import sentences
from .review_parts import OWN_FIELDS, Decision, told_of
from .review_queue import may_review, next_address
from .undoing import with_undo


class BundleDecision(Decision):
    """What is decided of a bundle: also which of its entries is to be mended, if it is one alone."""

    member = forms.ChoiceField(label=_("Sent back because of"), required=False)

    def __init__(self, members: Iterable[Member], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("The whole bundle")), *((each.reference, each.name) for each in members)]
        cast(forms.ChoiceField, self.fields["member"]).choices = choices


def review_view(request: HttpRequest, admin_site: Any, bundle: Bundle) -> HttpResponse:
    """The page on which a bundle is reviewed, or what becomes of the decision."""
    deny_unless(may_review(request))
    account = cast(User, request.user)
    if bundle.state not in IN_REVIEW:
        message = gettext("The bundle “%(bundle)s” is not in review: %(state)s.")
        messages.info(request, message % {"bundle": bundle, "state": bundle.get_state_display()})
        return HttpResponseRedirect(address_of("change", bundle))
    members = bundling.members_of(bundle)
    strange = bundling.outside_remit(members, account)
    form = BundleDecision(members, request.POST or None)
    if request.method == "POST":
        deny_unless(not strange)
        if form.is_valid():
            try:
                _decide(request, bundle, form)
            except Refused as refused:
                # What is wrong with entries stands on the page anyway, with links into their forms.
                own = [each for each in refused.problems if each.field in OWN_FIELDS]
                form.add_reasons(own or refused.problems, map(str, own or refused.problems))
            except DocumentError as error:
                form.add_error(None, str(error))
            else:
                return HttpResponseRedirect(next_address(account, bundle))
            bundle.refresh_from_db()
    return _page(request, admin_site, bundle, members, form, strange)


def _decide(request: HttpRequest, bundle: Bundle, form: BundleDecision) -> None:
    """Do what the button says, and tell it."""
    account, data = cast(User, request.user), form.cleaned_data
    if "_send_back" in request.POST:
        bundle_review.send_back(bundle, by=account, reason=data["reason"], member=data["member"])
        messages.success(request, gettext("The bundle “%(bundle)s” is sent back.") % {"bundle": bundle})
        return
    edition = bundle_review.approve(
        bundle,
        by=account,
        seal=data["_seal"],
        override=data["override"],
        sources_confirmed=data["sources_confirmed"],
    )
    if edition is not None:
        told = gettext("The bundle “%(bundle)s” is public, in edition %(number)s.")
        told = told % {"bundle": bundle, "number": edition.number}
        messages.success(request, with_undo(told, edition, account))
    elif bundle.publish_at is not None:
        told = gettext("The bundle “%(bundle)s” is approved, and will be public at %(moment)s.")
        moment = moments.in_words(bundle.publish_at)
        messages.success(request, told % {"bundle": bundle, "moment": moment})


def _page(
    request: HttpRequest,
    admin_site: Any,
    bundle: Bundle,
    members: list[Member],
    form: BundleDecision,
    strange: list[Problem],
) -> HttpResponse:
    account = cast(User, request.user)
    context = {
        **admin_site.each_context(request),
        "title": gettext("Review the bundle “%(bundle)s”") % {"bundle": bundle},
        "opts": Bundle._meta,
        "entry": bundle,
        "bundle": bundle,
        "form": form,
        "change_url": address_of("change", bundle),
        "preview_url": address_of("preview", bundle),
        "export_url": address_of("export", bundle),
        "next_url": next_address(account, bundle),
        "is_scheduled": bundle.state == BundleState.SCHEDULED,
        "may_decide": not strange,
    }
    try:
        with bundle_review.looked_at(bundle) as looked:
            context |= _told(looked, members, account)
    except (Refused, DocumentError) as error:
        context |= {"faults": [str(error)], "parts": [], "seal": ""}
    context["faults"] = [*map(str, strange), *context["faults"]]
    return TemplateResponse(request, "admin/partnership/bundle/review.html", context)


def _told(looked: Looked, members: list[Member], account: User) -> dict[str, Any]:
    """What there is to look at; read while the bundle is in place."""
    before = {each.reference: each.entry for each in members}
    parts = []
    for revision, stage in looked.pairs:
        entry = before[revision.entry] or stage.entry
        found = [*embargoed(stage.entries, looked.bundle), *problems(stage.entry)]
        faults: list[SafeString] = sentences(stage.entry, found, address_of("change", entry))
        along = [f"{each}: {problem}" for each in stage.drafts for problem in problems(each)]
        parts.append(
            {
                **told_of(stage, revision, entry),
                "entry": entry,
                "kind": kinds.in_words(entry),
                "revision": revision,
                "change_url": address_of("change", entry),
                "history_url": address_of("history", entry),
                "faults": [*faults, *along],
            }
        )
    is_author = account.pk in looked.authors()
    return {
        "parts": parts,
        "faults": [str(each) for each in looked.blocking()],
        "is_faulty": bool(looked.faults()),
        "seal": looked.seal,
        "is_unconfirmed": any(part["unconfirmed"] for part in parts),
        "is_author": is_author,
        "may_override": is_author and account.has_perm(MAY_PUBLISH_OWN),
    }
