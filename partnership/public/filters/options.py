"""Filters whose values are chosen from what occurs in the published records of the list."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import django_filters
from django.db.models import Q, QuerySet, TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partnership import money, text
from partnership.models import Record, Term, Vocabulary
from partnership.models.fields import SLUG_PATTERN
from partnership.public.languages import Written

from .fields import MOST_VALUES, OptionsField

Option = tuple[str, Any]  # the value in the address, and what the reader sees
Pair = tuple[int, str]  # the primary key of a record, and a value that holds of it

STATED, NOT_STATED = "stated", "not-stated"


class OptionsFilter(django_filters.Filter):
    """Any of several values: those that occur in published records are offered, those that could are read.

    `pairs` says which occur, `labels` in which words and order, `known` which else may be asked for.
    """

    field_class = OptionsField
    model: type[Record]  # set by the filter set
    takes_children_in = False  # whether a value holds wherever one of a party under it does

    def pairs(self) -> Iterable[Pair]:
        """Each value with each published record of which it holds, parties as the record names them.

        None where it is no matter of the record by itself, but of one of its rows or of the other filters.
        """
        raise NotImplementedError(f"{type(self).__name__} must say of which records its values hold.")

    def labels(self) -> dict[str, Any]:
        """What the reader sees for every value that can occur, in the order of the page; at most one query."""
        raise NotImplementedError(f"{type(self).__name__} must say which values there are.")

    def known(self, values: set[str]) -> list[Option]:
        """Those of `values` that are public, whether or not they occur."""
        return [(value, label) for value, label in self.labels().items() if value in values]


class EntriesFilter(OptionsFilter):
    """Entries that the record itself names, by slug; `entries` None are the records of the list's own kind."""

    def __init__(self, field_name: str, entries: QuerySet | None, label_field: str, **kwargs: Any) -> None:
        super().__init__(field_name, "in", **kwargs)
        self._entries = entries
        self.label_field = label_field

    @property
    def entries(self) -> QuerySet:
        """The published entries among which the reader chooses."""
        return self.model.objects.published() if self._entries is None else self._entries

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The records that name one of the entries, each once."""
        if not value:
            return queryset
        named = self.entries.filter(slug__in=value).order_by().values("pk")
        matching = self.model.objects.filter(**{f"{self.field_name}__in": named}).order_by()
        return queryset.filter(pk__in=matching.values("pk"))

    def pairs(self) -> Iterator[Pair]:
        """The published records with the published entries that they name."""
        slugs = dict(self.in_use().order_by().values_list("pk", "slug"))
        records = self.model.objects.published().filter(**{f"{self.field_name}__isnull": False})
        for record, entry in records.order_by().values_list("pk", self.field_name):
            if entry in slugs:
                yield record, slugs[entry]

    def in_use(self) -> QuerySet:
        """The published entries that a published record names."""
        named = self.model.objects.published().order_by().values(self.field_name)
        return self.entries.filter(pk__in=named)

    def labels(self) -> dict[str, Any]:
        """The published entries in use, in alphabetical order."""
        return dict(self._options(self.in_use()))

    def known(self, values: set[str]) -> list[Option]:
        """The published entries with these slugs."""
        return self._options(self.entries.filter(slug__in=slug_shaped(values)))

    def _options(self, entries: QuerySet) -> list[Option]:
        return self.in_order(self._written(entries.order_by()))

    def in_order(self, options: Iterable[Option]) -> list[Option]:
        """Options in the order of the page: alphabetical."""
        return sorted(options, key=lambda option: (text.fold(option[1]), option[0]))

    def _written(self, entries: QuerySet) -> list[Option]:
        """Slug and label of each entry, the label with the language in which it is written."""
        if any(each.name == "language" for each in entries.model._meta.fields):
            rows = entries.values_list("slug", self.label_field, "language")
        else:
            rows = entries.values_list("slug", self.label_field)
        return [(slug, Written(*label)) for slug, *label in rows]


class TermsFilter(EntriesFilter):
    """Words of one vocabulary that the record itself names, by slug, in the order of the vocabulary."""

    def __init__(self, field_name: str, vocabulary: str, **kwargs: Any) -> None:
        super().__init__(
            field_name, Term.objects.published().filter(vocabulary=vocabulary), "label", **kwargs
        )

    def _options(self, entries: QuerySet) -> list[Option]:
        return self._written(entries)

    def in_order(self, options: Iterable[Option]) -> list[Option]:
        """Options in the order of the vocabulary, in which every list of them is given."""
        return list(options)


class FormFilter(TermsFilter):
    """Forms of a contribution, or that its sources state none."""

    not_stated: Option = (NOT_STATED, _("Not stated"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("form", Vocabulary.FORM, **kwargs)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The contributions with one of the forms; without any, if that is among what is asked."""
        if NOT_STATED not in value:
            return super().filter(queryset, value)
        named = self.entries.filter(slug__in=value).order_by().values("pk")
        return queryset.filter(Q(form__isnull=True) | Q(form__in=named))

    def pairs(self) -> Iterator[Pair]:
        """The published contributions with their form, or with its lack."""
        yield from super().pairs()
        formless = self.model.objects.published().filter(form__isnull=True).order_by()
        yield from ((record, NOT_STATED) for record in formless.values_list("pk", flat=True))

    def labels(self) -> dict[str, Any]:
        """The published forms, then their lack."""
        return {**super().labels(), **dict([self.not_stated])}

    def known(self, values: set[str]) -> list[Option]:
        """The published forms with these slugs, and their lack if it is asked for."""
        return super().known(values - {NOT_STATED}) + ([self.not_stated] if NOT_STATED in values else [])


class SeriesFilter(EntriesFilter):
    """Series of the list's own kind, by slug: the series itself and the records that are its editions.

    A record is a series by having a public edition.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("series", None, "title", **kwargs)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The editions of the series, and the series."""
        if not value:
            return queryset
        named = self.entries.filter(slug__in=value).order_by().values("pk")
        editions = self.entries.filter(series__in=named).order_by()
        return queryset.filter(Q(pk__in=editions.values("pk")) | Q(pk__in=editions.values("series")))

    def pairs(self) -> Iterator[Pair]:
        """The published records with the series to which they belong or which they are."""
        yield from super().pairs()
        yield from self.in_use().order_by().values_list("pk", "slug")


class ChoicesFilter(OptionsFilter):
    """Values that are fixed in code."""

    def __init__(self, choices: Iterable[Option], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = dict(choices)

    def labels(self) -> dict[str, Any]:
        """The values in the order of the code."""
        return self.values


class CodesFilter(ChoicesFilter):
    """Values of a column whose choices are in code."""

    def __init__(self, field_name: str, codes: Iterable[Option], **kwargs: Any) -> None:
        super().__init__(codes, field_name=field_name, lookup_expr="in", **kwargs)

    def pairs(self) -> Iterable[Pair]:
        """The published records with what their column holds, where it holds something."""
        records = self.model.objects.published().exclude(**{self.field_name: ""}).order_by()
        return records.values_list("pk", self.field_name)


def choices_of(codes: type[TextChoices]) -> list[Option]:
    """The choices of a column as a filter shows them."""
    return [(value, capfirst(label)) for value, label in codes.choices]


def currencies() -> list[Option]:
    """The currencies by ISO 4217 code."""
    return [(code, code) for code in sorted(money.CURRENCIES)]


class AmountFilter(ChoicesFilter):
    """Whether the sources of a contribution state an amount."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([(STATED, _("Stated")), (NOT_STATED, _("Not stated"))], **kwargs)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The contributions with an amount or those without; both asked for are all."""
        if len(value) != 1:
            return queryset
        return queryset.filter(amount__isnull=value == [NOT_STATED])

    def pairs(self) -> Iterator[Pair]:
        """Each published contribution with whether an amount is stated."""
        for value, missing in ((STATED, False), (NOT_STATED, True)):
            records = self.model.objects.published().filter(amount__isnull=missing).order_by()
            yield from ((record, value) for record in records.values_list("pk", flat=True))


def slug_shaped(values: Iterable[str]) -> list[str]:
    """As many values as a filter reads, without those that can be no slug: a database may refuse them outright."""
    return [value for value in sorted(values)[:MOST_VALUES] if re.fullmatch(SLUG_PATTERN, value)]
