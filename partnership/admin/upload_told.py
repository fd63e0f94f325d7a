"""What the pages of an upload tell: totals, each entry with what differs in words, and what is wrong."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import revising
from partnership.history import Line
from partnership.models import Revision, Upload, UploadState, entry_model

from . import upload_run
from .addresses import address_of

TOLD_STATES = {
    "created": _("New"),
    "changed": _("Changed"),
    "unchanged": _("Same"),
    "pruned": _("Taken away"),
}


def holds_in_words(upload: Upload) -> str:
    """What a file holds, for a sentence."""
    model = entry_model(upload.holds)
    if model is None:
        return gettext("export")
    return gettext("table: %(kinds)s") % {"kinds": model._meta.verbose_name_plural}


def totals(upload: Upload) -> list[dict[str, Any]]:
    """How many of each kind are new, changed and the same."""
    found = []
    for name, count in upload.totals.items():
        model = entry_model(name)
        words = model._meta.verbose_name_plural if model else gettext("old addresses")
        numbers = [count.get(what, 0) for what in ("created", "changed", "unchanged")]
        found.append({"words": capfirst(str(words)), "numbers": numbers})
    return found


def rows(upload: Upload, entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of one page: what differs in words, and where they are found once they are brought in."""
    entries = list(entries)
    is_done = upload.state in (UploadState.APPLIED, UploadState.UNDONE)
    stored = _stored(each["reference"] for each in entries)
    revisions = Revision.objects.defer("document").in_bulk(
        [each["revision"] for each in entries if each.get("revision")]
    )
    became = {reference: (is_undone, why) for reference, is_undone, why in upload.outcome}
    rows = []
    for each in entries:
        entry = stored.get(each["reference"])
        revision = revisions.get(each.get("revision"))
        is_undone, why = became.get(each["reference"], (False, ""))
        rows.append(
            {
                "title": each["title"],
                "kind": upload_run.kind_in_words(each["reference"]),
                "reference": each["reference"],
                "what": TOLD_STATES[each["what"]],
                "lines": [Line(*line) for line in each["lines"]],
                "address": address_of("change", entry) if entry is not None else "",
                "history": address_of("history", entry) if entry is not None and is_done else "",
                "revision": revision,
                "is_undone": is_undone,
                "why": why,
            }
        )
    return rows


def _stored(references: Iterable[str]) -> dict[str, Any]:
    """Entries as they are stored, by reference, in one query a kind."""
    return revising.entries_of([Revision(entry=reference) for reference in references])


def told_problem(problem: list[Any]) -> dict[str, Any]:
    """One thing to mend, by the names of its parts."""
    names = ("file", "line", "row", "field", "value", "message", "code")
    return dict(zip(names, problem, strict=True))


def not_undone(upload: Upload) -> int:
    """How much of an upload could not be undone."""
    return sum(1 for _reference, is_undone, _why in upload.outcome if not is_undone)
