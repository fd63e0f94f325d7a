"""What every published record of a kind holds of each option of its filters, kept in memory for one generation.

One integer for each option, one bit for each record: the records that hold several options together, and how many they
are, are one operation on two integers. It is built by a constant number of queries when the first reader after a change
asks, and is the same for every reader until the next change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from threading import Lock
from typing import Any

from django.db import connection
from django.utils import timezone

from partnership import generation
from partnership.models import Party

ROW = ("party", "role", "acts_as", "level", "portfolio", "ordinal", "scope", "standing")
"""The columns of a row of a party taking part, as `RecordFilter.rows` gives them behind the record."""

PARTY, STANDING = ROW.index("party"), ROW.index("standing")


class Index:
    """What the published records of one kind hold of every option, as integers with one bit a record."""

    def __init__(self, filterset: Any) -> None:
        model = filterset.queryset.model
        keys = model.objects.published().order_by("pk").values_list("pk", flat=True)
        self.places = {key: place for place, key in enumerate(keys)}
        self.everything = (1 << len(self.places)) - 1
        self.lineage = _lineage()
        options = filterset.option_filters()
        self.labels = {name: each.labels() for name, each in options.items()}
        self.held = {
            name: self.by_value(self._with_parents(each.pairs()) if each.takes_children_in else each.pairs())
            for name, each in options.items()
        }
        self.rows = self.by_value(self._rows(filterset))
        self.of_meeting = {name: self.by_value(options[name].pairs()) for name in filterset.of_meeting}
        self.held |= {name: self._in_rows(name) for name in options if name in filterset.of_one_row}
        self.result = filterset.result(self)

    def bits(self, keys: Iterable[int]) -> int:
        """The records with these primary keys; those that came later than the index are left out."""
        marks = bytearray(len(self.places) // 8 + 1)
        for key in keys:
            place = self.places.get(key)
            if place is not None:
                marks[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(marks, "little")

    def by_value(self, pairs: Iterable[tuple[int, Any]]) -> dict[Any, int]:
        """By value: the records that hold it."""
        keys: dict[Any, list[int]] = defaultdict(list)
        for key, value in pairs:
            keys[value].append(key)
        return {value: self.bits(each) for value, each in keys.items()}

    def options(self, name: str) -> list[tuple[str, Any]]:
        """The options of a filter that occur: value and what the reader sees, in the order of the page."""
        held = self.held[name]
        return [(value, label) for value, label in self.labels[name].items() if value in held]

    def among_rows(self, name: str, asked: dict[str, Collection]) -> dict[str, int]:
        """By option of one column: the records with one row that has it and, in the other columns, what is asked."""
        found: dict[str, int] = defaultdict(int)
        others = [(ROW.index(column), set(values)) for column, values in asked.items()]
        column = ROW.index(name)
        for row, records in self.rows.items():
            if all(not wanted.isdisjoint(self._values(place, row[place])) for place, wanted in others):
                for value in self._values(column, row[column]):
                    found[value] |= records
        return found

    def at_the_meeting(self, name: str, asked: dict[str, Collection]) -> dict[str, int]:
        """By option of one column: the meetings that have it themselves and, in the other columns, what is asked."""
        records = self.everything
        for column, values in asked.items():
            records &= self.any_of(self.of_meeting[column], values)
        return {value: bits & records for value, bits in self.of_meeting[name].items()}

    @staticmethod
    def any_of(held: dict[str, int], values: Iterable[str]) -> int:
        """The records that hold one of the values."""
        records = 0
        for value in values:
            records |= held.get(value, 0)
        return records

    def _in_rows(self, name: str) -> dict[str, int]:
        """By option of a column: the records with a row that has it, or that have it themselves as a meeting."""
        found = self.among_rows(name, {})
        for value, records in self.of_meeting.get(name, {}).items():
            found[value] = found.get(value, 0) | records
        return found

    def _rows(self, filterset: Any) -> Iterable[tuple[int, tuple]]:
        standings = filterset.standings_of_rows()
        for record, *row in filterset.rows():
            row[STANDING] = standings.get((record, row[PARTY]), "")
            yield record, tuple(row)

    def _values(self, column: int, value: Any) -> Collection[Any]:
        if column == PARTY:
            return self.lineage.get(value, ())
        return (value,) if value else ()

    def _with_parents(self, pairs: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
        for key, party in pairs:
            for each in self.lineage.get(party, ()):
                yield key, each


def _lineage() -> dict[str, tuple[str, ...]]:
    """By the address of a published party: it and the published parties above it, as far as they are so without a gap."""
    parents = dict(Party.objects.published().order_by().values_list("slug", "parent__slug"))
    found = {}
    for party in parents:
        line: dict[str, None] = {}
        above = party
        while above in parents and above not in line:
            line[above] = None
            above = parents[above]
        found[party] = tuple(line)
    return found


# One for each list, for as long as nothing public changes

_kept: dict[type, tuple[tuple[int, date], Index]] = {}
_building = Lock()


def index_of(filterset: Any) -> Index:
    """The index of the records of a list, built anew when anything public changed since it was.

    Inside a transaction it is always built and never kept: what is read there may be rolled back.
    """
    if connection.in_atomic_block:
        return Index(filterset)
    # The number is read before any row: what is built may be newer than it says, never older.
    stand = generation.current(), timezone.localdate()  # what is in force today is not tomorrow
    with _building:
        known = _kept.get(type(filterset))
        if known is None or known[0] != stand:
            known = _kept[type(filterset)] = stand, Index(filterset)
    return known[1]


def forget() -> None:
    """Drop what is kept, for when the database itself is another one."""
    _kept.clear()
