"""What the review of one change and that of a bundle share: what is decided, what there is to look at, why nothing is done."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partnership import documents
from partnership.editorial import reviewing
from partnership.editorial.rules import Problem
from partnership.editorial.workflow import Stage
from partnership.history import differences_in_words
from partnership.models import Entry, Revision, Status

from .reasons import in_words

# Fields of the page of a review, by the names under which an act is refused because of them.
OWN_FIELDS = {
    "override": "override",
    "sources": "sources_confirmed",
    "reason": "reason",
    "member": "member",
}


def edition_note(label: Any) -> forms.CharField:
    """Asks what readers are told of an edition."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=300,
        widget=AdminTextInputWidget,
        help_text=_("Public, one sentence: what this publication is about. May be empty."),
    )


class Decision(forms.Form):
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
    reason = forms.CharField(
        label=_("What is to be mended"),
        required=False,
        max_length=1000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Needed to send it back; who wrote it reads this."),
    )

    def add_reasons(self, problems: Iterable[Problem], told: Iterable[SafeString | str]) -> None:
        """Say at the fields of the page, and above them, why nothing is decided; `told` says each problem for above."""
        for problem, sentence in zip(problems, told, strict=True):
            if problem.field in OWN_FIELDS:
                self.add_error(OWN_FIELDS[problem.field], problem.message)
            else:
                self.add_error(None, sentence)


def told_of(stage: Stage, revision: Revision, entry: Entry) -> dict[str, Any]:
    """What there is to look at of one change; read while it is in place. `entry` is as it was before."""
    after = documents.dump(stage.entry)
    before = stage.before if entry.status != Status.DRAFT else []
    unconfirmed = reviewing.unconfirmed_sources(stage.before, after, revision.nature)
    return {
        "is_new": not before,
        "lines": differences_in_words(before, after),
        "drafts": [str(each) for each in stage.drafts],
        "sources": _sources(stage.entry),
        "unconfirmed": in_words(stage.entry, unconfirmed),
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
