"""The order of time: rows of the index by the year of their earliest possible day, and on which page each year begins."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from partnership.models import IndexEntry, Record
from partnership.models.record import RecordQuerySet

from .addresses import Selection
from .filters import index_rows, records_of_rows
from .shelves import KINDS

PER_PAGE = 50
LATEST = 10
FEWEST = 3  # fewer are told better by a sentence than by a timeline

# What has no year stands behind the years: what has an end alone, then what has no date.
NO_BEGINNING, UNDATED = "no-beginning", "undated"


@dataclass(frozen=True)
class Section:
    """The records of one year, or of none: how many, and how many stand before them."""

    anchor: str
    year: int | None
    count: int
    start: int

    @property
    def page(self) -> int:
        """The page of the timeline on which it begins."""
        return self.start // PER_PAGE + 1

    @property
    def date(self) -> str:
        """The year in EDTF; empty for none."""
        return "" if self.year is None else f"{self.year:04}"


@dataclass(frozen=True)
class Line:
    """A record among those of other kinds: its kind in words, and the template that prints the facts of a row of it."""

    record: Any
    kind: str
    facts: str


@dataclass(frozen=True)
class SectionOfPage:
    """What one page of the timeline holds of a section; `is_continued` if it began on a page before."""

    section: Section
    lines: list[Line]
    is_continued: bool


class Chronology:
    """How the rows of a selection fall into years, in the order in which they are told; one query."""

    def __init__(self, rows: QuerySet[IndexEntry], *, oldest_first: bool = False) -> None:
        years: Counter[int] = Counter()
        ended = undated = 0
        days = rows.order_by().values_list("earliest").annotate(all=Count("pk"), ended=Count("latest"))
        for day, count, with_end in days:
            if day:
                years[day.year] += count
            else:
                ended, undated = with_end, count - with_end
        self.sections: dict[str, Section] = {}
        for year in sorted(years, reverse=not oldest_first):
            self._add(f"y{year}", year, years[year])
        self._add(NO_BEGINNING, None, ended)
        self._add(UNDATED, None, undated)

    def _add(self, anchor: str, year: int | None, count: int) -> None:
        if count:
            start = sum(section.count for section in self.sections.values())
            self.sections[anchor] = Section(anchor, year, count, start)

    @property
    def dated(self) -> int:
        """How many records have a year."""
        return sum(section.count for section in self.sections.values() if section.year is not None)

    def of_page(
        self, rows: Sequence[IndexEntry], records: Iterable[Record], start: int
    ) -> list[SectionOfPage]:
        """The records of a page under their years, by its rows, of which `start` stand before the first."""
        found = []
        lines = {(each.kind_name(), each.slug): line_of(each) for each in records}
        for anchor, members in groupby(rows, anchor_of):
            section = self.sections.get(anchor)  # none if it is newer than the count
            told = [lines[key] for row in members if (key := (row.kind, row.slug)) in lines]
            if section and told:
                found.append(SectionOfPage(section, told, section.start < start))
        return found

    def strip(self, path: str, query: str) -> list[tuple[int, int, str]]:
        """Each year with its number of records and the place in the timeline at `path` where it begins."""
        return [
            (section.year, section.count, address_of(section, path, query))
            for section in self.sections.values()
            if section.year is not None
        ]

    def without_year(self, path: str, query: str) -> list[tuple[Section, str]]:
        """What stands behind the years, with its place in the timeline."""
        return [
            (section, address_of(section, path, query))
            for section in self.sections.values()
            if section.year is None
        ]


def line_of(record: Record) -> Line:
    """The record with its kind, in the language of the page."""
    kind = record.kind_name()
    return Line(record, capfirst(str(record._meta.verbose_name)), f"partnership/_{kind}_facts.html")


def anchor_of(row: IndexEntry) -> str:
    """The section of the timeline in which a row of the index stands."""
    if row.earliest:
        return f"y{row.earliest.year}"
    return NO_BEGINNING if row.latest else UNDATED


def address_of(section: Section, path: str, query: str) -> str:
    """The place in a timeline where a section begins."""
    page = urlencode({"page": section.page}) if section.page > 1 else ""
    asked = "&".join(part for part in (query, page) if part)
    return f"{path}?{asked}#{section.anchor}" if asked else f"{path}#{section.anchor}"


@dataclass(frozen=True)
class Latest:
    """The timeline in short on the page of a party, area or relation: the years, the latest records, and the whole of it."""

    years: list[tuple[int, int, str]]
    lines: list[Line]
    count: int
    address: str


def latest(
    select: Callable[[type[Record]], RecordQuerySet], selection: Selection, known: Iterable[Record] = ()
) -> Latest | None:
    """The timeline in short of what `select` finds of each kind; None if too few of them have a year.

    `selection` are the filters under which the timeline shows the same records, `known` are those the page has at hand.
    """
    rows = index_rows({model.kind_name(): select(model) for model in KINDS})
    chronology = Chronology(rows)
    if chronology.dated < FEWEST:
        return None
    path, query = reverse("timeline"), urlencode(selection, doseq=True)
    newest = rows.filter(earliest__isnull=False)[:LATEST]
    return Latest(
        chronology.strip(path, query),
        [line_of(record) for record in records_of_rows(newest, known)],
        sum(section.count for section in chronology.sections.values()),
        f"{path}?{query}",
    )
