"""What the pages and messages about several entries tell of each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from partnership.documents import Document
from partnership.editorial.bulk import Plan, Skipped
from partnership.history import Line, differences_in_words
from partnership.history.faces import Face, entries_of
from partnership.models import Entry

from . import kinds
from .addresses import address_of
from .reasons import as_message, sentences

# How many entries that were left out the message names.
TOLD = 10


def lines_of_each(pairs: Iterable[tuple[Document, Document]]) -> list[list[Line]]:
    """What differs between the two documents of each pair, in words; what they name is read once for all."""
    pairs = list(pairs)
    named = Face.referred(*(document for pair in pairs for document in pair))
    known = entries_of({model: slugs for model, slugs in named.items() if slugs})
    return [differences_in_words(before, after, known) if after else [] for before, after in pairs]


def rows_of(plan: Plan) -> list[dict[str, Any]]:
    """The entries that are changed, each with what differs and what else is to be known."""
    lines = lines_of_each((each.before or [], each.after or []) for each in plan.planned)
    return [
        {
            **row_of(each.entry),
            "is_new": each.after is not None and not each.before,
            "lines": its_lines,
            "notes": each.notes,
        }
        for each, its_lines in zip(plan.planned, lines, strict=True)
    ]


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry by its title and kind, leading to its form."""
    return {"entry": entry, "kind": kinds.in_words(entry), "address": address_of("change", entry)}


def reasons_of(each: Skipped) -> dict[str, Any]:
    """One entry that is left out, with the reasons as sentences."""
    address = address_of("change", each.entry)
    if any(problem.field for problem in each.reasons):
        reasons: Sequence[Any] = sentences(each.entry, each.reasons, address)
    else:
        reasons = [capfirst(problem.message) for problem in each.reasons]
    return {**row_of(each.entry), "reasons": reasons}


def skipped_told(skipped: Sequence[Skipped]) -> SafeString:
    """The entries that were left as they are, the first of them by name."""
    number = len(skipped)
    heading = ngettext(
        "%(number)d entry is left as it is:", "%(number)d entries are left as they are:", number
    )
    named = [
        format_html(
            gettext("“{entry}”: {reasons}"),
            entry=each.entry,
            reasons=" ".join(capfirst(str(problem)) for problem in each.reasons),
        )
        for each in skipped[:TOLD]
    ]
    if number > TOLD:
        named.append(format_html("{}", gettext("and %(number)d more.") % {"number": number - TOLD}))
    return as_message(heading % {"number": number}, named)
