"""The filters that every kind of record has."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, Self

import django_filters
from django import forms
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership import dates
from partnership.models import Area, Party, Vocabulary
from partnership.public import then
from partnership.public.facet_index import Index, index_of
from partnership.public.facets import Facet, Facets, Group, facet_groups
from partnership.public.parties import in_rows, public_involvements

from .fields import Choosing, FlagField, NumberField, OneField
from .form import FilterForm, without_blanks
from .options import EntriesFilter, OptionsFilter, SeriesFilter
from .plain import FlagFilter, NumberFilter, OneFilter, PeriodFilter, WordsFilter, undated
from .rows import OneRow, Row, stated_rows
from .sources import SourceAgeFilter, SourceFilter, disputed
from .standings import StandingThenFilter
from .taking_part import InvolvementTermsFilter, PartyFilter, TogetherFilter, keys_of_parties

ORDERINGS: dict[str, tuple] = {
    "newest": (F("earliest").desc(nulls_last=True), "slug"),
    "oldest": (F("earliest").asc(nulls_last=True), "slug"),
    "title": ("title", "slug"),
}
SORTS = (("newest", _("Newest first")), ("oldest", _("Oldest first")), ("title", _("By title")))
SURELY, MAY = "surely", "may"
WHENS = ((SURELY, _("Falls within the period")), (MAY, _("May fall within the period")))

Heading = tuple[str, Promise, tuple[str, ...]]  # its name, its heading, the filters under it


def groups_with(*own: Heading, in_force: bool = False, without: Collection[str] = ()) -> tuple[Heading, ...]:
    """The groups of a kind's filters in the order of the page: its own, then those of every kind."""
    shared: tuple[Heading, ...] = (
        ("party", _("Party"), ("party",)),
        ("role", _("Role"), ("role",)),
        ("level", _("Level"), ("level",)),
        ("portfolio", _("Portfolio"), ("portfolio",)),
        ("time", _("For which time"), ("ordinal", "scope")),
        ("standing", _("Standing then"), ("standing",)),
        ("together", _("All of these parties"), ("together",)),
        ("area", _("Area"), ("area",)),
        ("organisation", _("Organisation"), ("organisation",)),
        (
            "date",
            _("Date"),
            ("from", "to", "running", "when", "undated", *(("in_force",) if in_force else ())),
        ),
        ("series", _("Series"), ("series",)),
        ("part_of", _("Part of"), ("part_of",)),
        ("source", _("Source"), ("source", "source_before", "disputed")),
    )
    return (*own, *(group for group in shared if group[0] not in without))


class RecordFilter(django_filters.FilterSet):
    """The filters of a list of records, bound to the published ones it is given: none can widen them.

    Several values of one filter are alternatives, but all parties of `together` must take part; several filters
    must all hold. Those named in `of_one_row` must hold of one and the same party taking part.
    """

    q = WordsFilter(label=_("Words"))
    party = PartyFilter(label=_("Party"), method="with_others")
    role = InvolvementTermsFilter("role", Vocabulary.ROLE, label=_("Role"), method="with_others")
    level = InvolvementTermsFilter("level", Vocabulary.LEVEL, label=_("Level"), method="with_others")
    portfolio = InvolvementTermsFilter(
        "portfolio", Vocabulary.PORTFOLIO, label=_("Portfolio"), method="with_others"
    )
    ordinal = NumberFilter(
        label=_("Number of the time"),
        help_text=_("1 for the first time, 2 for the second."),
        method="with_others",
    )
    scope = InvolvementTermsFilter("scope", Vocabulary.SCOPE, label=_("Counted among"), method="with_others")
    standing: OptionsFilter | None = StandingThenFilter(label=_("Standing then"), method="with_others")
    together = TogetherFilter(label=_("All of these parties"))
    area = EntriesFilter("areas", Area.objects.published(), "name", label=_("Area"))
    organisation = EntriesFilter("organisations", Party.objects.published(), "name", label=_("Organisation"))
    from_ = PeriodFilter(label=_("From"), method="with_others")
    to = PeriodFilter(label=_("To"), method="with_others")
    running = PeriodFilter(label=_("Running in"), method="with_others")
    when = OneFilter(label=_("Dates"), choices=WHENS, method="with_others")
    undated = FlagFilter(undated, label=_("No date given"))
    series: OptionsFilter | None = SeriesFilter(label=_("Series"))
    part_of: OptionsFilter | None = EntriesFilter("part_of", None, "title", label=_("Part of"))
    source = SourceFilter(label=_("Source"))
    source_before = SourceAgeFilter(
        label=_("Every source older than"),
        help_text=_("A year, month or day: 2020, 2020-06 or 2020-06-03."),
    )
    disputed = FlagFilter(disputed, label=_("Sources disagree"))
    sort = OneFilter(label=_("Sort"), choices=SORTS, method="in_order")

    groups: tuple[Heading, ...] = groups_with()
    of_one_row: tuple[str, ...] = ("party", "role", "level", "portfolio", "ordinal", "scope", "standing")
    of_all: tuple[str, ...] = ("together",)
    of_the_result: tuple[str, ...] = ()  # judged among the records that all other filters let through
    of_the_page: tuple[str, ...] = ("sort",)
    offered_in_use: tuple[str, ...] = ("part_of",)  # too many to list: readers come with one from its page
    of_meeting: tuple[str, ...] = ()  # if nothing else is asked of a row, those of the meeting itself
    lifted_with = {
        "undated": ("from", "to", "running", "when")
    }  # what a date is asked with cannot be asked of none
    words_of_row = ("role", "level", "portfolio", "scope")
    of_a_period = ("from", "to", "running")

    class Meta:
        form = FilterForm

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        super().__init__(without_blanks(data), **kwargs)

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """The declared filters in the order of the page: the words, the groups, the sort.

        One whose name is taken, like `from`, is declared with an underscore behind it.
        """
        found = {name.removesuffix("_"): each for name, each in super().get_filters().items()}
        return {
            name: found[name] for name in ("q", *(name for group in cls.groups for name in group[2]), "sort")
        }

    @property
    def form(self) -> forms.Form:
        """The form, with the options that occur and those that are asked for and could."""
        if not hasattr(self, "_form"):
            form = super().form
            for name, each in self.filters.items():
                if isinstance(each, OptionsFilter):
                    options = self.index.options(name)
                    missing = set(self.values(name)) - {value for value, _label in options}
                    form.fields[name].choices = options + (each.known(missing) if missing else [])
        return self._form

    @cached_property
    def index(self) -> Index:
        """What the published records of the kind hold of every option."""
        return index_of(self)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """The records for which every filter holds, in the order asked for."""
        queryset = super().filter_queryset(queryset)
        asked = {
            name: self.form.cleaned_data[name] for name in self.of_one_row if self.form.cleaned_data.get(name)
        }
        if asked:
            queryset = queryset.filter(self.taking_part(asked))
        return self.in_period(queryset)

    def with_others(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Nothing yet: the filter is applied together with others, by `filter_queryset`."""
        return queryset

    def taking_part(self, asked: dict[str, Any]) -> Q:
        """That one party taking part in the record is all that is asked."""
        return in_rows(self.rows_taking_part(asked))

    def rows_taking_part(self, asked: dict[str, Any]) -> QuerySet:
        """The public rows of parties taking part for which all that is asked holds."""
        rows = public_involvements(self.queryset.model)
        if parties := asked.get("party"):
            rows = rows.filter(party__in=keys_of_parties(parties))
        for name in self.words_of_row:
            if values := asked.get(name):
                rows = rows.filter(self.row_has(name, values))
        if number := asked.get("ordinal"):
            rows = rows.filter(ordinal=number)
        if standings := asked.get("standing"):
            rows = then.rows_with_standing(rows, standings)
        return rows

    def one_row(self, name: str) -> OneRow | None:
        """The filters that must hold of one row together with this one; None if it is not asked of rows."""
        if name in self.of_one_row:
            return OneRow({each: each for each in self.of_one_row})
        return None

    def row_has(self, name: str, values: list[str]) -> Q:
        """That the row of a party taking part has one of these words."""
        return Q(**{f"{name}__slug__in": values})

    def rows(self) -> Iterator[Row]:
        """The rows that the filters of one row read, for all published records of the kind.

        That one row has what several of these filters ask is what `taking_part` says in the database.
        """
        return stated_rows(self.queryset.model)

    def option_filters(self) -> dict[str, OptionsFilter | FlagFilter]:
        """The filters whose values can be listed, by name: those with options, and conditions with the one value `1`."""
        return {
            name: each for name, each in self.filters.items() if isinstance(each, OptionsFilter | FlagFilter)
        }

    def without(self, names: Collection[str]) -> Self:
        """The same selection with these filters lifted."""
        kept = QueryDict(mutable=True)
        for name, values in self.data.lists():
            if name not in names:
                kept.setlist(name, values)
        return self.asking(kept)

    def asking_only(self, name: str, value: str) -> Self:
        """The same list, asked of one filter only this value."""
        selection = self.data.copy()
        selection.setlist(name, [value])
        return self.asking(selection)

    def asking(self, selection: QueryDict) -> Self:
        """The same list, asked another selection of it."""
        other = type(self)(selection, queryset=self.queryset, request=self.request)
        other.index = self.index
        return other

    # What the facets ask

    @cached_property
    def facets(self) -> Facets:
        """How many records there would be with each option; only of filters that can all be read."""
        self.is_valid()  # which reads them
        return Facets(self)

    def facet_groups(self) -> list[Group]:
        """The filters in groups, as the page shows them, with how many records there would be with each option."""
        return facet_groups(self)

    def choices(self, name: str) -> list[tuple[str, Any]]:
        """The options of a filter: value and what the reader sees."""
        field: Any = self.form.fields[name]
        return [("1", field.label)] if isinstance(field, FlagField) else list(field.choices)

    def offers(self, name: str, members: Collection[Facet]) -> bool:
        """Whether a group of filters is shown: there is something to choose or to type, or it is in use.

        While one organisation's relations are told, the organisation is no choice.
        """
        typed = any(member.name not in self.option_filters() for member in members)
        wrong = any(member.field.errors for member in members)
        options = [option for member in members for option in member.options]
        fewest = 2 if name == "organisation" and not self.values(name) else 1
        return typed or wrong or len(options) >= fewest

    def standings_of_rows(self) -> dict[tuple[int, str], str]:
        """By (record, party): what the party was then."""
        slugs = dict(Party.objects.published().order_by().values_list("pk", "slug"))
        found = then.standings_of_rows(self.queryset.model)
        return {
            (record, slugs[party]): meaning for (record, party), meaning in found.items() if party in slugs
        }

    def result(self, index: Index) -> Any:
        """What `by_result` needs to know of the published records; nothing where no filter judges the result."""
        return None

    def by_result(self, known: Any, records: int) -> dict[str, int]:
        """The records by the values of the filter that judges the result.

        Raises:
            NotImplementedError: no filter of the kind does.
        """
        raise NotImplementedError(f"{type(self).__name__} has no filter that judges its result.")

    def count_those(self, conditions: Mapping[str, Q]) -> dict[str, int]:
        """How many records of the selection each condition holds of; one query."""
        return self.qs.order_by().aggregate(
            **{name: Count("pk", filter=each) for name, each in conditions.items()}
        )

    def in_period(self, queryset: QuerySet) -> QuerySet:
        """The records that fall within the period asked for and run in the other, surely or possibly."""
        start, end, running = (self.form.cleaned_data.get(name) for name in self.of_a_period)
        may = self.form.cleaned_data["when"] == MAY
        if start or end:
            rule = dates.q_may_overlap if may else dates.q_surely_within
            queryset = queryset.filter(rule(start and start.first, end and end.last))
        if running:
            runs = dates.q_may_overlap if may else dates.q_surely_overlaps
            queryset = queryset.filter(runs(running.first, running.last))
        return queryset

    def in_order(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The records in one of the orders; those without a date come last when sorted by date."""
        return queryset.order_by(*ORDERINGS[value])

    # What the page says about the selection

    def values(self, name: str) -> list[str]:
        """The values of one filter as they stand in the address."""
        return self.data.getlist(name)

    def in_use(self) -> list[tuple[str, str, str]]:
        """(parameter, value, words) of every filter value in use, in the order of the form."""
        return [
            (name, value, self.words(name, value))
            for name, values in self.selection().lists()
            if name != "sort"
            for value in values
        ]

    def words(self, name: str, value: str) -> str:
        """A filter value in words: “Party: Japan”."""
        field = self.form.fields[name]
        if isinstance(field, FlagField):
            return str(field.label)
        if isinstance(field, Choosing):
            value = field.labels.get(value, value)
        return gettext("%(filter)s: %(value)s") % {"filter": field.label, "value": value}

    def selection(self, without: tuple[str, str] = ("", "")) -> QueryDict:
        """The filters in use as a query string: in one order, without pages, defaults and what is empty.

        `without` is a (parameter, value) to leave out.
        """
        chosen = QueryDict(mutable=True)
        for name, each in self.filters.items():
            plain = [self._plain(name, value) for value in self.values(name)]
            values = [value for value in plain if (name, value) != without]
            if isinstance(each, OptionsFilter):
                values.sort()
            field = self.form.fields[name]
            if values and not (isinstance(field, OneField) and values == [field.default]):
                chosen.setlist(name, values)
        if chosen.get("when") == MAY and not {*self.of_a_period} & chosen.keys():
            del chosen["when"]
        return chosen

    def _plain(self, name: str, value: str) -> str:
        """A value in the one form in which an address holds it."""
        number = self.form.is_valid() and isinstance(self.form.fields[name], NumberField)
        return str(self.form.cleaned_data[name]) if number else " ".join(value.split())
