"""What every published record of a kind holds of each option of its filters, kept in memory for one generation.

One integer for each option, one bit for each record: the records that hold several options together, and how many they
are, are one operation on two integers. It is built by a constant number of queries when the first reader after a change
asks, and is the same for every reader until the next change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from partnership import generation
from partnership.models import Party

from .parties import line_above

if TYPE_CHECKING:
    from .filters.base import RecordFilter
    from .filters.options import OptionsFilter
    from .filters.plain import FlagFilter
    from .filters.rows import OneRow

DENSE = 1 / 64
"""From what share of the records on a value has a bit for each of them; below, the few places are cheaper."""

ROW = ("party", "role", "acts_as", "level", "portfolio", "ordinal", "scope", "standing")
"""The columns of a row of a party taking part, as `RecordFilter.rows` gives them behind the record."""

PARTY = ROW.index("party")


class Holding:
    """By value: the records that hold it, as an integer with one bit a record; those of a rare value as their places."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._records: dict[Any, int | tuple[int, ...]] = {}

    def __contains__(self, value: Any) -> bool:
        return value in self._records

    def put(self, value: Any, places: Collection[int]) -> None:
        """Say at which places the records are that hold the value."""
        sparse = len(places) < self._size * DENSE
        self._records[value] = tuple(places) if sparse else as_bits(places, self._size)

    def put_bits(self, value: Any, records: int) -> None:
        """Say which records hold the value."""
        sparse = records.bit_count() < self._size * DENSE
        self._records[value] = tuple(places_of(records)) if sparse else records

    def get(self, value: Any) -> int:
        """The records that hold the value, as an integer."""
        records = self._records.get(value, 0)
        return as_bits(records, self._size) if isinstance(records, tuple) else records

    def items(self) -> Iterator[tuple[Any, int]]:
        """Each value with the records that hold it."""
        return ((value, self.get(value)) for value in self._records)


def as_bits(places: Iterable[int], size: int) -> int:
    """An integer with a bit at each of the places, of which there are `size`."""
    marks = bytearray(size // 8 + 1)
    for place in places:
        marks[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(marks, "little")


class Index:
    """What the published records of one kind hold of every option, as integers with one bit a record."""

    def __init__(self, filterset: "RecordFilter") -> None:
        model = filterset.queryset.model
        keys = model.objects.published().order_by("pk").values_list("pk", flat=True)
        self.places = {key: place for place, key in enumerate(keys)}
        self.changed = model.objects.published().aggregate(last=Max("changed"))["last"]
        self.everything = (1 << len(self.places)) - 1
        self.lineage = _lineage()
        options = filterset.option_filters()
        self.labels = {name: each.labels() for name, each in options.items()}
        self.rows = self.by_value(self._rows(filterset))
        self.of_meeting = {name: self.by_value(options[name].pairs()) for name in filterset.of_meeting}
        self.held = {
            name: self._held(filterset, name, each)
            for name, each in options.items()
            if name not in filterset.offered_in_use
        }
        self.result = filterset.result(self)

    def bits(self, keys: Iterable[int]) -> int:
        """The records with these primary keys; those that came later than the index are left out."""
        return as_bits((self.places[key] for key in keys if key in self.places), len(self.places))

    def by_value(self, pairs: Iterable[tuple[int, Any]]) -> Holding:
        """By value: the records that hold it."""
        places: dict[Any, list[int]] = defaultdict(list)
        for key, value in pairs:
            if key in self.places:
                places[value].append(self.places[key])
        found = Holding(len(self.places))
        for value, each in places.items():
            found.put(value, each)
        return found

    def options(self, name: str) -> list[tuple[str, Any]]:
        """The options of a filter that occur: value and what the reader sees, in the order of the page."""
        held = self.held.get(name, ())
        return [(value, label) for value, label in self.labels[name].items() if value in held]

    def among_rows(self, name: str, asked: Mapping[str, Collection]) -> dict[str, int]:
        """By option of one column: the records with one row that has it and, in the other columns, what is asked."""
        found: dict[str, int] = defaultdict(int)
        others = [(ROW.index(column), set(values)) for column, values in asked.items()]
        column = ROW.index(name)
        for row, records in self.rows.items():
            if all(not wanted.isdisjoint(self._values(place, row[place])) for place, wanted in others):
                for value in self._values(column, row[column]):
                    found[value] |= records
        return found

    def at_the_meeting(self, name: str, asked: Mapping[str, Collection]) -> dict[str, int]:
        """By option of one column: the meetings that have it themselves and, in the other columns, what is asked."""
        records = self.everything
        for column, values in asked.items():
            records &= self.any_of(self.of_meeting[column], values)
        return {value: bits & records for value, bits in self.of_meeting[name].items()}

    @staticmethod
    def any_of(held: Holding | dict[str, int], values: Iterable[str]) -> int:
        """The records that hold one of the values."""
        records = 0
        for value in values:
            records |= held.get(value) or 0
        return records

    def _held(self, filterset: "RecordFilter", name: str, options: "OptionsFilter | FlagFilter") -> Holding:
        """What the records hold of the options of one filter, whatever else is asked."""
        if one := filterset.one_row(name):
            return self._in_rows(name, one)
        pairs = options.pairs()
        return self.by_value(self._with_parents(pairs) if options.takes_children_in else pairs)

    def _in_rows(self, name: str, one: "OneRow") -> Holding:
        """The records with a row that has an option, or that have it themselves as a meeting."""
        found = self.among_rows(one.columns[name], one.having)
        for value, records in self.of_meeting[name].items() if name in self.of_meeting else ():
            found[value] |= records
        holding = Holding(len(self.places))
        for value, records in found.items():
            holding.put_bits(value, records)
        return holding

    def _rows(self, filterset: "RecordFilter") -> Iterable[tuple[int, tuple]]:
        standings = filterset.standings_of_rows()
        for row in filterset.rows():
            then = standings.get((row.record, row.party), "")
            yield row.record, tuple(row._replace(standing=then))[1:]

    def _values(self, column: int, value: Any) -> Collection[Any]:
        if column == PARTY:
            return self.lineage.get(value, ())
        return (value,) if value else ()

    def _with_parents(self, pairs: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
        for key, party in pairs:
            for each in self.lineage.get(party, ()):
                yield key, each


def places_of(records: int) -> Iterator[int]:
    """The places of an integer's bits."""
    for start, byte in enumerate(records.to_bytes(records.bit_length() // 8 + 1, "little")):
        while byte:
            lowest = byte & -byte
            yield start * 8 + lowest.bit_length() - 1
            byte ^= lowest


def _lineage() -> dict[str, tuple[str, ...]]:
    """By the address of a published party: it and the published parties above it, as far as they are so without a gap."""
    parents = dict(Party.objects.published().order_by().values_list("slug", "parent__slug"))
    return {party: tuple(line_above(party, parents)) for party in parents}


# One for each list, for as long as nothing public changes

_kept: dict[type, tuple[tuple[int, date], Index]] = {}
_building = Lock()


def index_of(filterset: "RecordFilter") -> Index:
    """The index of the records of a list, built anew when anything public changed since it was.

    Inside a transaction it is always built and never kept: what is read there may be rolled back.
    """
    if connection.in_atomic_block:
        return Index(filterset)
    # The number is read before any row: what is built may be newer than it says, never older.
    number = generation.current()
    if number is None:
        return Index(filterset)
    stand = number, timezone.localdate()  # what is in force today is not tomorrow
    with _building:
        known = _kept.get(type(filterset))
        if known is None or known[0] != stand:
            known = _kept[type(filterset)] = stand, Index(filterset)
    return known[1]


def forget() -> None:
    """Drop what is kept, for when the database itself is another one."""
    _kept.clear()
