"""The page on which an editor chooses where somebody else changed the same entry meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from partnership.documents import Document
from partnership.editorial.merging import Conflict, Joined
from partnership.history import Line, differences_in_words
from partnership.models import Entry, Revision

from .addresses import address_of

SEEN = "_seen"
CHOICE = "_choice:"


@dataclass(frozen=True)
class Sides:
    """The two changes that are joined: what both began with, and what each says now.

    `head` is the open revision on their side, if there is one, or, where `theirs` is what readers see, on mine.
    """

    began: Document
    mine: Document
    theirs: Document
    head: Revision | None
    theirs_is_public: bool = False


@dataclass(frozen=True)
class Choice:
    """One place that both changed: what to call it, how the two differ, and the name of its control."""

    control: str
    line: Line
    chosen: str

    @property
    def label(self) -> str:
        """What to call the place."""
        return self.line.label

    @property
    def mine(self) -> str:
        """My value in words; empty for nothing."""
        return self.line.after

    @property
    def theirs(self) -> str:
        """Theirs."""
        return self.line.before


def choices_of(sent: Mapping[str, Any]) -> dict[str, str]:
    """What was chosen, by the name of each conflict."""
    return {name.removeprefix(CHOICE): sent[name] for name in sent if name.startswith(CHOICE)}


def joining_page(
    request: HttpRequest, admin: Any, entry: Entry, sides: Sides, joined: Joined, seen: str
) -> TemplateResponse:
    """Both values of each place that both changed, to choose from; the form that was sent goes along unseen.

    `seen` names what is shown: choices are of that and nothing else.
    """
    chosen = choices_of(request.POST)
    lines = differences_in_words(sides.theirs, sides.mine)
    context = {
        **admin.admin_site.each_context(request),
        "title": _title(sides) % {"entry": entry},
        "opts": admin.opts,
        "entry": entry,
        "sides": sides,
        "choices": _choices(joined.conflicts, lines, chosen),
        "only_mine": _beside(joined, sides.began, sides.mine),
        "only_theirs": _beside(joined, sides.began, sides.theirs),
        "carried": list(_carried(request)),
        "seen_name": SEEN,
        "seen": seen,
        "change_url": address_of("change", entry),
    }
    return TemplateResponse(request, "admin/partnership/join.html", context)


def _title(sides: Sides) -> str:
    if sides.theirs_is_public:
        return gettext("Join the change of “%(entry)s” with what is public")
    return gettext("“%(entry)s” was changed while you edited it")


def _beside(joined: Joined, began: Document, now: Document) -> list[Line]:
    """What one side changed, but for the places that both did."""
    both = {(each.row, each.field) for each in joined.conflicts}
    return [line for line in differences_in_words(began, now) if (line.row, line.field) not in both]


def _carried(request: HttpRequest) -> Iterable[tuple[str, str]]:
    """The form as it was sent, but for what this page asks itself."""
    for name, values in request.POST.lists():
        if name not in ("csrfmiddlewaretoken", SEEN) and not name.startswith(CHOICE):
            for value in values:
                yield name, str(value)


def _choices(conflicts: list[Conflict], lines: list[Line], chosen: Mapping[str, str]) -> list[Choice]:
    """What is to be chosen, in the order of the form: databases give the fields of a document in one of their own."""
    found = {(line.row, line.field): line for line in lines}
    order = {place: number for number, place in enumerate(found)}
    asked = sorted(conflicts, key=lambda each: order.get((each.row, each.field), len(order)))
    return [
        Choice(
            f"{CHOICE}{each.name}",
            found.get((each.row, each.field)) or Line(each.row, "", ""),
            chosen.get(each.name, ""),
        )
        for each in asked
    ]
