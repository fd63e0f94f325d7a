"""The review queue: the oldest change first, beside what is public and beside its sources; approve, send back, next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership import documents
from partnership.documents import DocumentError
from partnership.editorial import remit, reviewing, revising, workflow
from partnership.editorial.reviewing import MAY_PUBLISH, MAY_PUBLISH_OWN
from partnership.editorial.revising import Refused
from partnership.editorial.rules import Problem
from partnership.editorial.workflow import Stage
from partnership.history import differences_in_words
from partnership.models import Entry, Revision, RevisionState, Status
from partnership.models.fields import whole_second

from . import moments
from .addresses import address_of
from .editing import deny_unless
from .reasons import in_words, sentences

IN_REVIEW = (RevisionState.SUBMITTED, RevisionState.SCHEDULED)

# Fields of the page of a review, by the names under which an act is refused because of them.
OWN_FIELDS = {"override": "override", "sources": "sources_confirmed", "reason": "reason"}


class ReviewForm(forms.Form):
    """What a reviewer decides; which of it is needed depends on the button."""

    _seal = forms.CharField(required=False, widget=forms.HiddenInput)
    sources_confirmed = forms.BooleanField(
        label=_("I looked: the sources say what it says now"), required=False
    )
    override = forms.CharField(
        label=_("Why it is published without a second person"),
        required=False,
        max_length=1000,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Kept in the history and shown there."),
    )
    publish_at = forms.DateTimeField(
        label=_("Not public before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In UTC. Empty: at once."),
    )
    note = forms.CharField(
        label=_("Note of the edition"),
        required=False,
        max_length=300,
        widget=AdminTextInputWidget,
        help_text=_("Public, one sentence: what this publication is about. May be empty."),
    )
    reason = forms.CharField(
        label=_("What is to be mended"),
        required=False,
        max_length=1000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Needed to send it back; who wrote it reads this."),
    )

    def moment(self, revision: Revision) -> datetime | None:
        """When it is to be public: as chosen, or at once where the wish of who wrote it was emptied."""
        chosen = self.cleaned_data["publish_at"]
        was_emptied = "publish_at" in self.data and revision.publish_at is not None
        return whole_second() if was_emptied and chosen is None else chosen


def may_review(request: HttpRequest) -> bool:
    """Whether an account has the right to review."""
    return cast(User, request.user).has_perm(MAY_PUBLISH)


def waiting_for(account: User) -> list[Revision]:
    """What is submitted and may be approved by an account: nothing it wrote in, nothing outside its remit."""
    waiting = list(reviewing.waiting())
    authors, is_covered = revising.authors_of_each(waiting), remit.covering(account)
    return [each for each in waiting if account.pk not in authors[each.pk] and is_covered(each.document)]


def queue_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """All that is in review, the oldest first: what waits for this account, and what waits for somebody else."""
    deny_unless(may_review(request))
    account = cast(User, request.user)
    mine = waiting_for(account)
    keys = {revision.pk for revision in mine}
    others = [revision for revision in reviewing.waiting() if revision.pk not in keys]
    scheduled = Revision.objects.filter(state=RevisionState.SCHEDULED).order_by("publish_at", "pk")
    context = {
        **admin_site.each_context(request),
        "title": gettext("Review"),
        "mine": named(mine, account),
        "others": named(others, account),
        "scheduled": named(scheduled, account),
    }
    return TemplateResponse(request, "admin/partnership/queue.html", context)


def named(revisions: Iterable[Revision], account: User) -> list[dict[str, Any]]:
    """Revisions with the entries that they are of, and an address for who may review it; one query a kind."""
    revisions = list(revisions)
    entries, is_covered = revising.entries_of(revisions), remit.covering(account)
    rows = []
    for revision in revisions:
        if entry := entries.get(revision.entry):
            kind = capfirst(str(entry._meta.verbose_name))
            address = reverse("admin:review", args=[revision.pk]) if is_covered(revision.document) else ""
            rows.append({"revision": revision, "entry": entry, "kind": kind, "address": address})
    return rows


def review_view(request: HttpRequest, admin_site: Any, key: int) -> HttpResponse:
    """One change in review: what it changes, its sources, what speaks against it; and what is decided."""
    deny_unless(may_review(request))
    revision = get_object_or_404(Revision, pk=key)
    entry = revising.entry_of(revision)
    if entry is None:
        raise Http404
    account = cast(User, request.user)
    deny_unless(remit.covers_document(account, revision.document))
    if revision.state not in IN_REVIEW:
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
            return HttpResponseRedirect(_next_address(waiting_for(account), revision))
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
        messages.success(request, told % {"entry": entry, "number": edition.number})


def _add_reasons(form: ReviewForm, entry: Entry, error: Refused | DocumentError) -> None:
    """Say at the fields of this page, and above them, why nothing is decided; what is wrong with the entry leads to it."""
    if isinstance(error, DocumentError):
        form.add_error(None, str(error))
        return
    told = sentences(entry, error.problems, address_of("change", entry))
    for problem, sentence in zip(error.problems, told, strict=True):
        if problem.field in OWN_FIELDS:
            form.add_error(OWN_FIELDS[problem.field], problem.message)
        else:
            form.add_error(None, sentence)


def _next_address(waiting: list[Revision], done: Revision) -> str:
    """The next change of those that wait, after the one that was just looked at; else the queue."""
    waiting = [each for each in waiting if each.pk != done.pk]
    later = [each for each in waiting if (each.made_at, each.pk) > (done.made_at, done.pk)]
    for each in (later or waiting)[:1]:
        return reverse("admin:review", args=[each.pk])
    return reverse("admin:review_queue")


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
        "next_url": _next_address(waiting, revision),
        "queue_url": reverse("admin:review_queue"),
        "is_scheduled": revision.state == RevisionState.SCHEDULED,
        "waiting_count": len(waiting),
    }
    blocked = workflow.obstacles(revision)
    try:
        with workflow.staged(revision) as stage:
            context |= _staged_context(stage, revision, account, entry, blocked)
    except (Refused, DocumentError) as error:
        context |= {"faults": [str(error)], "lines": [], "seal": "", "sources": [], "drafts": []}
    return TemplateResponse(request, "admin/partnership/review.html", context)


def _staged_context(
    stage: Stage, revision: Revision, account: User, entry: Entry, blocked: list[Problem]
) -> dict[str, Any]:
    """What there is to look at; read while the revision is in place."""
    after = documents.dump(stage.entry)
    before = stage.before if entry.status != Status.DRAFT else []
    is_author = account.pk in reviewing.authors_of_stage(stage, revision)
    return {
        "is_new": not before,
        "lines": differences_in_words(before, after),
        "drafts": [str(each) for each in stage.drafts],
        "faults": [
            *(problem.message for problem in blocked),
            *sentences(stage.entry, workflow.staged_problems(stage), address_of("change", entry)),
        ],
        "seal": stage.seal,
        "sources": _sources(stage.entry),
        "unconfirmed": in_words(
            stage.entry, reviewing.unconfirmed_sources(stage.before, after, revision.nature)
        ),
        "is_author": is_author,
        "may_override": is_author and account.has_perm(MAY_PUBLISH_OWN),
    }


def _sources(entry: Entry) -> list[dict[str, Any]]:
    """The citations of an entry, with what each supports in words."""
    if not hasattr(entry, "citations"):
        return []
    rows = list(entry.citations.select_related("source"))
    supports = in_words(entry, [row.supports for row in rows])
    return [
        {"citation": row, "source": row.source, "supports": place}
        for row, place in zip(rows, supports, strict=True)
    ]
