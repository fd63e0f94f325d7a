"""The plain values of the oracle: what a record, a row of a party taking part and an amount hold, and what dates say."""

import calendar
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from partnership.models import Event, Record, Source

Bounds = tuple[date | None, date | None, date | None, date | None]  # earliest, latest, surely from, surely to
OF_THE_MEETING = {"level", "portfolio"}


@dataclass(frozen=True)
class Row:
    """A party taking part, as far as readers may know: the parties that it counts to, and slugs."""

    parties: frozenset[str]
    role: str
    acts_as: str
    level: str = ""
    portfolio: str = ""
    ordinal: str = ""
    scope: str = ""
    standing: str = ""

    def has(self, name: str, values: Collection[str]) -> bool:
        """Whether one column holds one of the values."""
        held = self.parties if name == "party" else {getattr(self, name)}
        return not held.isdisjoint(values)


@dataclass
class Entry:
    """A published record: what it holds of every filter of several values, and what the others compare."""

    slug: str
    title: str
    bounds: Bounds
    rows: list[Row] = field(default_factory=list)
    values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    owner: frozenset[str] = frozenset()  # the parties to which a standing's own party counts
    sources: list[Bounds] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    money: Any = None

    def has_row(self, asked: Mapping[str, Collection[str]], kind: type[Record]) -> bool:
        """Whether one row is all that is asked, or the meeting or the standing itself is."""
        if kind is Event and asked.keys() <= OF_THE_MEETING:
            return all(not self.values[f"meeting {name}"].isdisjoint(each) for name, each in asked.items())
        if asked.keys() == {"party"} and not self.owner.isdisjoint(asked["party"]):
            return True
        return any(all(row.has(name, each) for name, each in asked.items()) for row in self.rows)


@dataclass(frozen=True)
class Money:
    """The amount of a contribution, and the contribution it is part of, public or not."""

    amount: Decimal | None
    upper: Decimal | None
    currency: str
    stage: str
    yearly: bool
    whole: str

    def fault(self) -> str:
        """Why it cannot be counted whatever stands beside it; empty if it can."""
        if self.amount is None:
            return "no-amount"
        if self.upper is not None and self.upper != self.amount:
            return "range"
        return "rate" if self.yearly else ""


def money_of(record: Any) -> Money:
    """The amount of a contribution as it is stored."""
    whole = record.part_of.slug if record.part_of else ""
    columns = (record.amount, record.amount_upper, record.currency, record.stage)
    return Money(*columns, yearly=record.per == "year", whole=whole)


def is_public(entry: Any) -> bool:
    """Whether an entry is there and published."""
    return entry is not None and entry.status == "published"


def bounds_of(row: Any) -> Bounds:
    """The stored bounds of a record."""
    return row.earliest, row.latest, row.surely_from, row.surely_to


def is_certain(bounds: Bounds) -> bool:
    """Whether anything is sure of a date."""
    return bounds[2] is not None or bounds[3] is not None


def surely_within(bounds: Bounds, first: date | None, last: date | None) -> bool:
    """Whether a date surely falls within two days."""
    earliest, latest, _from, _to = bounds
    after = first is None or (earliest is not None and earliest >= first)
    before = last is None or (latest is not None and latest <= last)
    return is_certain(bounds) and after and before


def may_overlap(bounds: Bounds, first: date | None, last: date | None) -> bool:
    """Whether a date is given and may share a day with a period."""
    earliest, latest, _from, _to = bounds
    if bounds == (None, None, None, None):
        return False
    return (earliest or date.min) <= (last or date.max) and (latest or date.max) >= (first or date.min)


def surely_covers(bounds: Bounds, first: date | None, last: date | None) -> bool:
    """Whether a date surely runs on all days of a period, of which a side may be open."""
    _earliest, _latest, since, until = bounds
    begun = since is None or (first is not None and since <= first)
    still = until is None or (last is not None and until >= last)
    return is_certain(bounds) and begun and still


def surely_overlaps(bounds: Bounds, first: date, last: date) -> bool:
    """Whether a date surely shares a day with a period."""
    _earliest, _latest, since, until = bounds
    return is_certain(bounds) and (since is None or since <= last) and (until is None or until >= first)


def days_of(typed: str) -> tuple[date, date]:
    """The first and last day of a day, month or year."""
    numbers = [int(each) for each in typed.split("-")]
    year, month, day = (*numbers, 0, 0)[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def source_bounds(source: Source) -> Bounds:
    """The days of a source's date; those of the generated sources are plain days, months, years or about one."""
    stated = source.date
    if not stated:
        return None, None, None, None
    first, last = days_of(stated.rstrip("~?"))
    return (first, last, None, None) if stated[-1] in "~?" else (first, last, last, first)
