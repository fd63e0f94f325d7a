"""Facets: beside every option of a filter, how many records there would be with it.

A count is that of the list with the option chosen: the other filters hold, its own filter's other options are lifted.
What each published record holds of each option is kept in memory as bitmaps, one bit a record, built once a generation;
the records that the other filters let through come from the database, by the filters themselves. So what a filter
means is said in one place, and a page costs as much for a hundred thousand records as for ten, but for the look-up.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.forms import BoundField
from django.utils.functional import Promise

from .facet_index import Holding

if TYPE_CHECKING:
    from .filters.base import RecordFilter
    from .filters.rows import OneRow

MOST_CHECKBOXES = 30
MOST_OPTIONS = 200  # of a filter: those with the most records


@dataclass(frozen=True)
class Option:
    """One option of a filter: its value in the address, its words, and how many records there would be with it."""

    value: str
    label: str
    count: int | None  # None while a filter cannot be read
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One filter with its options, or without any where the reader types a value."""

    name: str
    field: BoundField
    options: tuple[Option, ...] = ()
    is_typed: bool = False
    is_cut: bool = False  # there are more options than are listed

    @property
    def as_select(self) -> bool:
        """Whether there are too many options for checkboxes."""
        return len(self.options) > MOST_CHECKBOXES


@dataclass(frozen=True)
class Group:
    """Filters that stand under one heading on the page."""

    name: str
    label: str | Promise
    template: str
    facets: tuple[Facet, ...]
    open: bool
    in_use: int  # how many values of its filters are in use


OPEN_AT_FIRST = 2
ALWAYS_OPEN = ("date",)
TEMPLATES = {"date": "records/_period.html"}


class Facets:
    """The facets of one selection; `filterset` is one whose filters can all be read."""

    def __init__(self, filterset: "RecordFilter") -> None:
        self.filterset = filterset
        self.index = filterset.index
        self.asked: dict[str, Any] = {
            name: value for name, value in filterset.form.cleaned_data.items() if filterset.values(name)
        }
        self._selected: dict[frozenset[str], int] = {}

    @property
    def count(self) -> int:
        """How many records the selection has."""
        return self._finished(self._selection()).bit_count()

    def options(self, name: str) -> tuple[Option, ...]:
        """The options of a filter that would find something, and those that are chosen."""
        counts, chosen = self.counts(name), set(self.filterset.values(name))
        labels = self.index.labels[name] | dict(self.filterset.choices(name))
        return tuple(
            Option(value, str(label), counts.get(value, 0), value in chosen)
            for value, label in labels.items()
            if counts.get(value) or value in chosen
        )

    def counts(self, name: str) -> dict[str, int]:
        """By option of a filter: how many records there would be with it; of some filters only those chosen."""
        filterset, index = self.filterset, self.index
        if name in filterset.offered_in_use:
            return {value: filterset.asking_only(name, value).qs.count() for value in filterset.values(name)}
        if name in filterset.of_the_result:
            judged = filterset.by_result(index.result, self._selection(name))
            return {value: records.bit_count() for value, records in judged.items()}
        if one := filterset.one_row(name):
            records = self._selection(*one.columns)
            found: Holding | dict[str, int] = self._among_rows(name, one)
        elif name in filterset.of_all:
            records, found = self._selection(), index.held[name]
        else:
            records, found = self._selection(name, *filterset.lifted_with.get(name, ())), index.held[name]
        return {value: self._finished(records & bits).bit_count() for value, bits in found.items()}

    def _among_rows(self, name: str, one: "OneRow") -> dict[str, int]:
        asked = {
            one.columns[other]: value if isinstance(value, list) else [value]
            for other, value in self.asked.items()
            if other in one.columns and other != name
        }
        if {name, *asked} <= set(self.filterset.of_meeting):
            return self.index.at_the_meeting(name, asked)
        return self.index.among_rows(one.columns[name], {**asked, **one.having})

    def _selection(self, *without: str) -> int:
        """The records for which every filter holds but those named and those that judge the result."""
        lifted = frozenset(self.asked) & {*without, *self.filterset.of_the_result}
        if lifted not in self._selected:
            if self.asked.keys() - lifted <= set(self.filterset.of_the_page):
                self._selected[lifted] = self.index.everything
            else:
                records = self.filterset.without(lifted).qs.order_by()
                self._selected[lifted] = self.index.bits(records.values_list("pk", flat=True))
        return self._selected[lifted]

    def _finished(self, records: int) -> int:
        """Those of the records that also pass what is asked of the result."""
        for name in self.filterset.of_the_result:
            if values := self.asked.get(name):
                records = self.index.any_of(self.filterset.by_result(self.index.result, records), values)
        return records


def facet_groups(filterset: "RecordFilter") -> list[Group]:
    """The groups of a list's filters in the order of the page; one without anything to choose is left out.

    Open are those in use, those with an error, the first two and the date, which most readers ask for. While a filter
    cannot be read, options have no count.
    """
    facets = filterset.facets if filterset.is_valid() else None
    selection = filterset.selection()
    found: list[Group] = []
    for name, label, names in filterset.groups:
        members = tuple(_facet(filterset, facets, each) for each in names)
        if not filterset.offers(name, members):
            continue
        in_use = sum(len(selection.getlist(each)) for each in names)
        wrong = any(facet.field.errors for facet in members)
        opened = bool(in_use or wrong) or len(found) < OPEN_AT_FIRST or name in ALWAYS_OPEN
        template = TEMPLATES.get(name, "records/_facet.html")
        found.append(Group(name, label, template, members, opened, in_use))
    return found


def _facet(filterset: "RecordFilter", facets: Facets | None, name: str) -> Facet:
    field = filterset.form[name]
    if name not in filterset.option_filters():
        return Facet(name, field, is_typed=True)
    options = facets.options(name) if facets else _without_counts(filterset, name)
    listed = _listed(options)
    return Facet(name, field, listed, is_cut=len(listed) < len(options))


def _without_counts(filterset: "RecordFilter", name: str) -> tuple[Option, ...]:
    chosen = set(filterset.values(name))
    return tuple(Option(value, str(label), None, value in chosen) for value, label in filterset.choices(name))


def _listed(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """As many options as a page lists: those that are chosen and those with the most records, in their order."""
    if len(options) <= MOST_OPTIONS:
        return options
    most = sorted(options, key=lambda option: (not option.chosen, -(option.count or 0)))[:MOST_OPTIONS]
    kept = {option.value for option in most}
    return tuple(option for option in options if option.value in kept)
