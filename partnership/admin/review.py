"""The review of one change, beside what is public and beside its sources; approve, send back, next."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.documents import DocumentError
from partnership.editorial import remit, reviewing, revising, workflow
from partnership.editorial.bundled import IN_REVIEW, waiting_bundle_of
from partnership.editorial.queue import waiting_for
from partnership.editorial.reviewing import MAY_PUBLISH_OWN
from partnership.editorial.revising import Refused
from partnership.editorial.rules import Problem
from partnership.editorial.workflow import Stage
from partnership.models import Entry, Revision, RevisionState
from partnership.models.fields import whole_second

from . import moments
from .addresses import address_of
from .editing import deny_unless
from .reasons import sentences
from .review_parts import Decision, edition_note, told_of
from .review_queue import may_review, next_address
from .undoing import with_undo


class ReviewForm(Decision):
    """What is decided of one change: also when it is to be public, and what its edition says."""

    publish_at = forms.DateTimeField(
        label=_("Not public before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In UTC. Empty: at once."),
    )
    note = edition_note(_("Note of the edition"))

    def moment(self, revision: Revision) -> datetime | None:
        """When it is to be public: as chosen, or at once where the wish of who wrote it was emptied."""
        chosen = self.cleaned_data["publish_at"]
        was_emptied = "publish_at" in self.data and revision.publish_at is not None
        return whole_second() if was_emptied and chosen is None else chosen


def review_view(request: HttpRequest, admin_site: Any, key: int) -> HttpResponse:
    """One change in review: what it changes, its sources, what speaks against it; and what is decided."""
    deny_unless(may_review(request))
    revision = get_object_or_404(Revision, pk=key)
    entry = revising.entry_of(revision)
    if entry is None:
        raise Http404
    account = cast(User, request.user)
    deny_unless(remit.covers_document(account, revision.document))
    if revision.is_open and (bundle := waiting_bundle_of(revision.entry)):
        message = gettext("“%(entry)s” belongs to the bundle “%(bundle)s”: it is reviewed with it.")
        messages.info(request, message % {"entry": entry, "bundle": bundle})
        page = "review" if bundle.state in IN_REVIEW else "change"
        return HttpResponseRedirect(address_of(page, bundle))
    if not revision.is_in_review:
        message = gettext("“%(entry)s” is not in review: %(state)s.")
        state = revision.get_state_display()
        messages.info(request, message % {"entry": entry, "state": state})
        return HttpResponseRedirect(reverse("admin:review_queue"))
    form = ReviewForm(request.POST or None, initial={"publish_at": revision.publish_at})
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, revision, entry, form)
        except (Refused, DocumentError) as refused:
            _add_reasons(form, entry, refused)
        else:
            return HttpResponseRedirect(next_address(account, revision))
    return _review_page(request, admin_site, revision, entry, form)


def _decide(request: HttpRequest, revision: Revision, entry: Entry, form: ReviewForm) -> None:
    """Do what the button says, and tell it."""
    account, data = cast(User, request.user), form.cleaned_data
    if "_send_back" in request.POST:
        reviewing.send_back(revision, by=account, reason=data["reason"])
        messages.success(request, gettext("“%(entry)s” is sent back.") % {"entry": entry})
        return
    edition = reviewing.approve(
        revision,
        by=account,
        seal=data["_seal"],
        override=data["override"],
        sources_confirmed=data["sources_confirmed"],
        publish_at=form.moment(revision),
        note=data["note"],
    )
    if edition is None:
        revision.refresh_from_db()
        moment = moments.in_words(cast(datetime, revision.publish_at))
        told = gettext("“%(entry)s” is approved, and will be public at %(moment)s.")
        messages.success(request, told % {"entry": entry, "moment": moment})
    else:
        told = gettext("“%(entry)s” is public, in edition %(number)s.")
        told = told % {"entry": entry, "number": edition.number}
        messages.success(request, with_undo(told, edition, account))


def _add_reasons(form: ReviewForm, entry: Entry, error: Refused | DocumentError) -> None:
    """Say why nothing is decided; what is wrong with the entry leads to it."""
    if isinstance(error, DocumentError):
        form.add_error(None, str(error))
    else:
        form.add_reasons(error.problems, sentences(entry, error.problems, address_of("change", entry)))


def _review_page(
    request: HttpRequest, admin_site: Any, revision: Revision, entry: Entry, form: ReviewForm
) -> HttpResponse:
    account = cast(User, request.user)
    waiting = waiting_for(account)
    context = {
        **admin_site.each_context(request),
        "title": gettext("Review “%(entry)s”") % {"entry": entry},
        "opts": entry._meta,
        "revision": revision,
        "entry": entry,
        "form": form,
        "change_url": address_of("change", entry),
        "history_url": address_of("history", entry),
        "preview_url": address_of("preview", entry) if hasattr(entry, "get_absolute_url") else "",
        "next_url": next_address(account, revision, waiting),
        "queue_url": reverse("admin:review_queue"),
        "is_scheduled": revision.state == RevisionState.SCHEDULED,
        "waiting_count": len(waiting),
    }
    blocked = workflow.obstacles(revision)
    try:
        with workflow.staged(revision) as stage:
            context |= _staged_context(stage, revision, account, entry, blocked)
    except (Refused, DocumentError) as error:
        context |= {"faults": [str(error)], "seal": ""}
    return TemplateResponse(request, "admin/partnership/review.html", context)


def _staged_context(
    stage: Stage, revision: Revision, account: User, entry: Entry, blocked: list[Problem]
) -> dict[str, Any]:
    """What there is to look at; read while the revision is in place."""
    told = told_of(stage, revision, entry)
    is_author = account.pk in reviewing.authors_of_stage(stage, revision)
    return {
        "told": told,
        "unconfirmed": told["unconfirmed"],
        "faults": [
            *(problem.message for problem in blocked),
            *sentences(stage.entry, workflow.staged_problems(stage), address_of("change", entry)),
        ],
        "seal": stage.seal,
        "is_author": is_author,
        "may_override": is_author and account.has_perm(MAY_PUBLISH_OWN),
    }
