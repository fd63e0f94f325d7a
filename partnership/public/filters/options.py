"""Filters whose values are chosen from what occurs in the published records of the list."""

import re
from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import QuerySet, TextChoices
from django.utils.text import capfirst

from partnership import money
from partnership.models import Term
from partnership.models.fields import SLUG_PATTERN

from .fields import MOST_VALUES, OptionsField

Option = tuple[str, Any]  # the value in the address, and what the reader sees


class OptionsFilter(django_filters.Filter):
    """Any of several values. It offers those that occur in published records, and reads those that could."""

    field_class = OptionsField

    def options(self, asked: Iterable[str]) -> list[Option]:
        """The options that occur, then those of `asked` that are public without occurring."""
        occurring = self.occurring()
        missing = set(asked) - {value for value, _label in occurring}
        return occurring + (self.known(missing) if missing else [])

    def occurring(self) -> list[Option]:
        """The options found in the published records of the list."""
        raise NotImplementedError(f"{type(self).__name__} must say which options occur.")

    def known(self, values: set[str]) -> list[Option]:
        """Those of `values` that are public, whether or not they occur."""
        raise NotImplementedError(f"{type(self).__name__} must say which values are known.")


class EntriesFilter(OptionsFilter):
    """Entries that the record itself names, by slug."""

    def __init__(self, field_name: str, entries: QuerySet, label_field: str, **kwargs: Any) -> None:
        super().__init__(field_name, "in", **kwargs)
        self.entries = entries  # published ones only
        self.label_field = label_field

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The records that name one of the entries, each once."""
        if not value:
            return queryset
        named = self.entries.filter(slug__in=value).order_by().values("pk")
        matching = self.model.objects.filter(**{f"{self.field_name}__in": named}).order_by()
        return queryset.filter(pk__in=matching.values("pk"))

    def occurring(self) -> list[Option]:
        """The published entries that a published record names."""
        return self._options(self.entries.filter(pk__in=self.ids_in_use()))

    def ids_in_use(self) -> QuerySet:
        """The primary keys of the entries that published records name."""
        return self.model.objects.published().order_by().values_list(self.field_name, flat=True).distinct()

    def known(self, values: set[str]) -> list[Option]:
        """The published entries with these slugs."""
        return self._options(self.entries.filter(slug__in=slug_shaped(values)))

    def _options(self, entries: QuerySet) -> list[Option]:
        return list(entries.values_list("slug", self.label_field))


class TermsFilter(EntriesFilter):
    """Words of one vocabulary that the record itself names, by slug."""

    def __init__(self, field_name: str, vocabulary: str, **kwargs: Any) -> None:
        super().__init__(
            field_name, Term.objects.published().filter(vocabulary=vocabulary), "label", **kwargs
        )


class CodesFilter(OptionsFilter):
    """Values of a column whose choices are in code."""

    def __init__(self, field_name: str, codes: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(field_name, "in", **kwargs)
        self.codes = codes

    def occurring(self) -> list[Option]:
        """The choices that published records hold, in the order of the code."""
        held = stored_values(self)
        return self._options(held)

    def known(self, values: set[str]) -> list[Option]:
        """The other choices asked for."""
        return self._options(values)

    def _options(self, values: set[str]) -> list[Option]:
        return [(value, capfirst(label)) for value, label in self.codes.choices if value in values]


class CurrencyFilter(OptionsFilter):
    """Currencies of the record's amount, by ISO 4217 code."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, "in", **kwargs)

    def occurring(self) -> list[Option]:
        """The currencies that published records state."""
        return [(code, code) for code in sorted(stored_values(self) - {""})]

    def known(self, values: set[str]) -> list[Option]:
        """The currencies that exist."""
        return [(code, code) for code in sorted(values & money.CURRENCIES.keys())]


def stored_values(filter_: OptionsFilter) -> set[str]:
    """The values of the filter's column in published records."""
    records = filter_.model.objects.published().order_by()
    return set(records.values_list(filter_.field_name, flat=True).distinct())


def slug_shaped(values: Iterable[str]) -> list[str]:
    """As many values as a filter reads, without those that can be no slug: a database may refuse them outright."""
    return [value for value in sorted(values)[:MOST_VALUES] if re.fullmatch(SLUG_PATTERN, value)]
