"""Shelves: the newest records of each kind on the page of a party, area or relation."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import ngettext_lazy

from partnership.models import (
    ActsAs,
    Contribution,
    Entry,
    Event,
    Exercise,
    Fund,
    Involvement,
    Operation,
    Programme,
    Record,
    Standing,
)
from partnership.models.record import RecordQuerySet

from .addresses import Selection, list_address
from .citing import Mark, SourceNumbers, told_citations
from .languages import grouped
from .then import Then

SHOWN = 10

# In the order in which a page shows them, each with the words of the link to its list.
KINDS: dict[type[Record], Promise] = {
    Event: ngettext_lazy("%(number)s event in the list", "All %(number)s events in the list", "count"),
    Programme: ngettext_lazy(
        "%(number)s programme in the list", "All %(number)s programmes in the list", "count"
    ),
    Fund: ngettext_lazy("%(number)s fund in the list", "All %(number)s funds in the list", "count"),
    Contribution: ngettext_lazy(
        "%(number)s contribution in the list", "All %(number)s contributions in the list", "count"
    ),
    Standing: ngettext_lazy(
        "%(number)s standing in the list", "All %(number)s standings in the list", "count"
    ),
    Exercise: ngettext_lazy(
        "%(number)s exercise in the list", "All %(number)s exercises in the list", "count"
    ),
    Operation: ngettext_lazy(
        "%(number)s operation in the list", "All %(number)s operations in the list", "count"
    ),
}


@dataclass(frozen=True)
class Row:
    """A record on a shelf, the rows by which the page's party takes part in it, and its source marks."""

    record: Record
    taking_part: list[Involvement]
    marks: list[Mark]

    def telling(self, then: Then | None) -> list[Involvement]:
        """Of the rows of the page's party those that say more than that it was there, or that it was something else then."""
        return [row for row in self.taking_part if _tells_more(row) or self._was_otherwise(row, then)]

    def _was_otherwise(self, row: Involvement, then: Then | None) -> bool:
        return then is not None and bool(then.today(self.record, row) or then.standing(self.record, row))


@dataclass(frozen=True)
class Shelf:
    """The newest records of one kind on a page, how many there are, and the list that holds them all."""

    kind: str
    heading: str
    facts: str  # the template that prints the facts of a row of this kind
    rows: list[Row]
    count: int
    changed: datetime
    address: str
    all_words: str

    @property
    def anchor(self) -> str:
        """The id of the shelf on its page."""
        return f"{self.kind}-records"


def all_words(model: type[Record], count: int) -> str:
    """The words of the link to the list that holds so many records of a kind: “All 12 events in the list”."""
    return str(KINDS[model] % {"count": count, "number": grouped(count)})


def kind_heading(model: type[Entry]) -> str:
    """The name of a kind in the plural, as a heading."""
    return capfirst(str(model._meta.verbose_name_plural))


def shelves(
    select: Callable[[type[Record]], RecordQuerySet],
    selection: Selection,
    *,
    parties: Collection[int] = (),
    numbers: SourceNumbers | None = None,
    without: Collection[type[Record]] = (),
) -> list[Shelf]:
    """One shelf for each kind of which `select` finds a record, in the order of the page."""
    found = (
        shelf(select(model), selection, parties=parties, numbers=numbers)
        for model in KINDS
        if model not in without
    )
    return [each for each in found if each is not None]


def shelf(
    records: RecordQuerySet,
    selection: Selection,
    *,
    parties: Collection[int] = (),
    numbers: SourceNumbers | None = None,
) -> Shelf | None:
    """The shelf of these records of one kind, or None if there are none.

    `parties` are those whose taking part is told on the rows, as `Row.telling` has it; `numbers`
    marks the rows' sources; `selection` are the filters under which the kind's list shows the same records.
    """
    model = records.model
    found = records.order_by().aggregate(count=Count("pk"), changed=Max("changed"))
    if not found["count"]:
        return None
    return Shelf(
        kind=model.kind_name(),
        heading=kind_heading(model),
        facts=f"partnership/_{model.kind_name()}_facts.html",
        rows=[_row(record, parties, numbers) for record in _newest(records, numbers)],
        count=found["count"],
        changed=found["changed"],
        address=list_address(model, selection),
        all_words=all_words(model, found["count"]),
    )


def with_citations(records: RecordQuerySet) -> RecordQuerySet:
    """Rows of a list with their public citations, in one query more."""
    return records.for_list().prefetch_related(Prefetch("citations", told_citations(records.model)))


def _newest(records: RecordQuerySet, numbers: SourceNumbers | None) -> QuerySet:
    newest = records.for_list() if numbers is None else with_citations(records)
    return newest[:SHOWN]


def _row(record: Record, parties: Collection[int], numbers: SourceNumbers | None) -> Row:
    taking_part = [row for row in record.involvements.all() if row.party_id in parties]
    return Row(record, taking_part, numbers.marks(record.citations.all()) if numbers is not None else [])


def _tells_more(row: Involvement) -> bool:
    """Whether a taking part says more than that the party of the page was there."""
    plain = row.role.acts_as == ActsAs.TAKES_PART and row.party.parent_id is None
    return not plain or bool(row.representative or row.ordinal)
