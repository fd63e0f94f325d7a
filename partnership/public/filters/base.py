"""The filters that every kind of record has."""

from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership import dates, search
from partnership.models import Area, Party, Vocabulary

from .fields import Choosing, FlagField, NumberField, OneField, OptionsField, PeriodField, WordsField
from .options import EntriesFilter, OptionsFilter
from .taking_part import InvolvementTermsFilter, PartyFilter, keys_of_parties, public_involvements

ORDERINGS: dict[str, tuple] = {
    "newest": (F("earliest").desc(nulls_last=True), "slug"),
    "oldest": (F("earliest").asc(nulls_last=True), "slug"),
    "title": ("title", "slug"),
}
SORTS = (("newest", _("Newest first")), ("oldest", _("Oldest first")), ("title", _("By title")))
SURELY, MAY = "surely", "may"
WHENS = ((SURELY, _("Falls within the period")), (MAY, _("May fall within the period")))


class FilterForm(forms.Form):
    """The filters of a list as one form; checks what two of them say together."""

    def clean(self) -> dict[str, Any]:
        """Refuse two values where one is read, a period that ends before it begins or is of no date."""
        found = super().clean() or {}
        given = cast("QueryDict", self.data)
        for name, field in self.fields.items():
            if not isinstance(field, OptionsField) and len(given.getlist(name)) > 1:
                self.errors.pop(name, None)  # whatever the last of them is
                message = gettext("“%(filter)s” is given twice: write it once.")
                self.add_error(name, message % {"filter": field.label})
        first, last = found.get("from"), found.get("to")
        if first and last and first.first > last.last:
            self.add_error(
                "to", gettext("The period ends before it begins: write the earlier date in “From”.")
            )
        if found.get("undated") and (first or last):
            self.add_error(
                "undated",
                gettext("Records without a date fall in no period: choose either the period or this."),
            )
        return found


def without_blanks(data: QueryDict) -> QueryDict:
    """The parameters of an address without empty ones, and with each value of a parameter once."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if given := [value for value in dict.fromkeys(map(str.strip, values)) if value]:
            kept.setlist(name, given)
    return kept


class OneFilter(django_filters.Filter):
    """One of a few settings, which changes how the list reads rather than what is asked."""

    field_class = OneField


class WordsFilter(django_filters.Filter):
    """Words that must all occur in the record or in the names it stands under."""

    field_class = WordsField

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        """The records in which every word occurs."""
        return search.matching(queryset, value) if value else queryset


class FlagFilter(django_filters.Filter):
    """A condition that is either asked for, by `1`, or not."""

    field_class = FlagField


class NumberFilter(django_filters.Filter):
    """A counting number."""

    field_class = NumberField


class PeriodFilter(django_filters.Filter):
    """One side of the period asked for."""

    field_class = PeriodField


class RecordFilter(django_filters.FilterSet):
    """The filters of a list of records, bound to the published ones it is given: none can widen them.

    Several values of one filter are alternatives; several filters must all hold. Those named in
    `of_one_row` must hold of one and the same party taking part.
    """

    q = WordsFilter(label=_("Words"))
    party = PartyFilter(label=_("Party"), method="with_others")
    role = InvolvementTermsFilter("role", Vocabulary.ROLE, label=_("Role"), method="with_others")
    ordinal = NumberFilter(
        field_name="ordinal", label=_("For which time (1 is the first)"), method="with_others"
    )
    area = EntriesFilter("areas", Area.objects.published(), "name", label=_("Area"))
    organisation = EntriesFilter("organisations", Party.objects.published(), "name", label=_("Organisation"))
    from_ = PeriodFilter(label=_("From"), method="with_others")
    to = PeriodFilter(label=_("To"), method="with_others")
    when = OneFilter(label=_("Dates"), choices=WHENS, method="with_others")
    undated = FlagFilter(label=_("No date given"), method="without_date")
    sort = OneFilter(label=_("Sort"), choices=SORTS, method="in_order")

    of_one_row: tuple[str, ...] = ("party", "role", "ordinal")

    class Meta:
        form = FilterForm

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        super().__init__(without_blanks(data), **kwargs)

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """The declared filters; one whose name is taken, like `from`, is declared with an underscore behind it."""
        return {name.removesuffix("_"): each for name, each in super().get_filters().items()}

    @property
    def form(self) -> forms.Form:
        """The form, with the options that occur."""
        if not hasattr(self, "_form"):
            form = super().form
            for name, each in self.filters.items():
                if isinstance(each, OptionsFilter):
                    form.fields[name].choices = each.options(self.values(name))
        return self._form

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
        return Q(Exists(self.rows_taking_part(asked).filter(record=OuterRef("pk"))))

    def rows_taking_part(self, asked: dict[str, Any]) -> QuerySet:
        """The public rows of parties taking part for which all that is asked holds."""
        rows = public_involvements(self.queryset.model)
        if parties := asked.get("party"):
            rows = rows.filter(party__in=keys_of_parties(parties))
        if roles := asked.get("role"):
            rows = rows.filter(role__slug__in=roles)
        if number := asked.get("ordinal"):
            rows = rows.filter(ordinal=number)
        return rows

    def in_period(self, queryset: QuerySet) -> QuerySet:
        """The records that fall, or may fall, within the period asked for."""
        start, end = self.form.cleaned_data.get("from"), self.form.cleaned_data.get("to")
        if not (start or end):
            return queryset
        rule = dates.q_may_overlap if self.form.cleaned_data["when"] == MAY else dates.q_surely_within
        return queryset.filter(rule(start and start.first, end and end.last))

    def without_date(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """The records whose sources give no date."""
        return queryset.filter(dates.q_undated()) if value else queryset

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
            values = [value for value in self.values(name) if (name, value) != without]
            if isinstance(each, OptionsFilter):
                values.sort()
            field = self.form.fields[name]
            if values and not (isinstance(field, OneField) and values == [field.default]):
                chosen.setlist(name, values)
        if chosen.get("when") == MAY and not {"from", "to"} & chosen.keys():
            del chosen["when"]
        return chosen

    def error_list(self) -> list[tuple[str, str]]:
        """(parameter, message) of every filter that cannot be read."""
        return [(name, str(message)) for name, messages in self.form.errors.items() for message in messages]
