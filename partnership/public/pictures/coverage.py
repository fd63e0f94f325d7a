"""What of a relation is recorded, by year and kind, and what was looked for: so that silence is not taken for nothing.

A record counts in the year that it surely falls within, as the list asked for that year shows it. That something was looked
for and not found is said by a check; where there is neither a record nor a check, nobody can tell.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext, ngettext

from partnership.models import CoverageCheck, Record, Relation, Status
from partnership.public.addresses import list_address
from partnership.public.languages import grouped
from partnership.public.parties import families, records_of
from partnership.public.shelves import KINDS, kind_heading

from .years import IN_YEAR, NO_DATE, NOT_IN_ONE_YEAR

SHADES = 4


@dataclass(frozen=True)
class Cell:
    """The records of one kind in one year, the list that shows them, and whether any were looked for.

    `checked`: "" if nobody did, "none" if none was found, "found" if some were. `shade` is 0 to `SHADES`.
    """

    count: int
    address: str
    checked: str
    shade: int

    def __bool__(self) -> bool:
        return bool(self.count or self.checked)


@dataclass(frozen=True)
class Line:
    """A year, or several on end of which nothing is known: these have no cells."""

    first: int
    last: int
    cells: tuple[Cell, ...] = ()

    @property
    def is_one_year(self) -> bool:
        """Whether it is one year alone."""
        return self.first == self.last


@dataclass(frozen=True)
class Coverage:
    """What is recorded of a relation: a column for each kind, a line for each year, newest first.

    `elsewhere` and `undated` are the records that surely fall within no one year, and those without a date, by kind.
    """

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    elsewhere: tuple[Cell, ...]
    undated: tuple[Cell, ...]
    checks: tuple[CoverageCheck, ...]

    def __bool__(self) -> bool:
        return bool(self.lines or any(self.elsewhere) or any(self.undated))

    @property
    def finding(self) -> str:
        """What there is to see: how many records fall within years, and how often a search found none."""
        cells = [cell for line in self.lines for cell in line.cells]
        records = sum(cell.count for cell in cells)
        searches = sum(not check.found for check in self.checks)
        found = ngettext(
            "%(number)s record surely falls within one year",
            "%(number)s records surely fall within one year each",
            records,
        ) % {"number": grouped(records)}
        none = ngettext("%(number)s search found none", "%(number)s searches found none", searches) % {
            "number": grouped(searches)
        }
        return (
            gettext("%(records)s; %(searches)s") % {"records": found, "searches": none} if searches else found
        )


@dataclass(frozen=True)
class CheckedRelation:
    """A relation with how many checks there are of it, and the day of the last; None without one."""

    relation: Relation
    checks: int
    last: Any


def public_checks() -> Any:
    """The checks that readers may see: of published relations, in no source or a published one."""
    of_public = Q(relation__in=Relation.objects.published().order_by().values("pk"))
    return CoverageCheck.objects.filter(of_public, Q(source=None) | Q(source__status=Status.PUBLISHED))


def checked_relations(relations: Iterable[Relation]) -> list[CheckedRelation]:
    """Each of these relations with its checks; one query."""
    rows = public_checks().order_by().values("relation").annotate(checks=Count("pk"), last=Max("checked_on"))
    found = {row["relation"]: row for row in rows}
    nothing = {"checks": 0, "last": None}
    told = ((relation, found.get(relation.pk, nothing)) for relation in relations)
    return [CheckedRelation(relation, row["checks"], row["last"]) for relation, row in told]


def coverage_of(relation: Relation) -> Coverage:
    """What is recorded of a relation and what was looked for; a query for each kind and two more."""
    (family,) = families([relation.party])
    selection = {"party": relation.party.slug, "organisation": relation.organisation.slug}
    counts = {model: _by_year(model, family, relation) for model in KINDS}
    checks = tuple(
        public_checks()
        .filter(relation=relation)
        .select_related("source")
        .order_by("-year", "kind", "checked_on", "key")
    )
    told = _Told(selection, counts, checks)
    return Coverage(
        tuple(kind_heading(model) for model in KINDS),
        tuple(_joined(told.years())),
        told.cells(NOT_IN_ONE_YEAR),
        told.cells(NO_DATE),
        checks,
    )


def _by_year(model: type[Record], family: set[int], relation: Relation) -> Counter[int]:
    records = records_of(model, family).filter(organisations=relation.organisation).order_by()
    rows = records.annotate(in_year=IN_YEAR).values("in_year").annotate(records=Count("pk"))
    return Counter({row["in_year"]: row["records"] for row in rows})


class _Told:
    """Turns counts and checks into lines."""

    def __init__(
        self,
        selection: dict[str, str],
        counts: dict[type[Record], Counter[int]],
        checks: Iterable[CoverageCheck],
    ) -> None:
        self.selection = selection
        self.counts = counts
        self.found: dict[tuple[str, int], list[bool]] = defaultdict(list)
        for check in checks:
            self.found[check.kind, check.year].append(check.found)
        in_years = [count for found in counts.values() for year, count in found.items() if year > 0]
        self.most = max(in_years, default=0)

    def years(self) -> Iterator[Line]:
        """A line for each year from the newest of which anything is known to the oldest."""
        years = {year for found in self.counts.values() for year in found if year > 0} | {
            year for _kind, year in self.found
        }
        for year in range(max(years, default=0), min(years, default=1) - 1, -1):
            yield Line(year, year, self.cells(year) if year in years else ())

    def cells(self, year: int) -> tuple[Cell, ...]:
        """What is known of each kind in a year."""
        return tuple(self.cell(model, year) for model in self.counts)

    def cell(self, model: type[Record], year: int) -> Cell:
        """What is known of one kind in a year, or beside the years."""
        count, found = self.counts[model][year], self.found.get((model.kind_name(), year), [])
        checked = "" if not found else "found" if any(found) else "none"
        shade = ceil(SHADES * count / self.most) if count and year > 0 else 0
        return Cell(count, self.address(model, year) if count else "", checked, shade)

    def address(self, model: type[Record], year: int) -> str:
        """The list of these records; "" of those that no selection of the list shows alone."""
        if year == NOT_IN_ONE_YEAR:
            return ""
        time = {"undated": "1"} if year == NO_DATE else {"from": f"{year:04}", "to": f"{year:04}"}
        return list_address(model, {**self.selection, **time})


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, those without cells that follow each other joined to one."""
    empty: Line | None = None
    for line in lines:
        if line.cells:
            if empty is not None:
                yield empty
            empty = None
            yield line
        else:
            empty = Line(line.first, empty.last if empty else line.last)
    # The first and the last year always have cells.
