"""Filters over the sources of a record."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from partnership import dates
from partnership.models import Record, Source, Stance
from partnership.public.citing import told_citations
from partnership.public.parties import in_rows

from .fields import Days
from .options import EntriesFilter, Pair
from .plain import PeriodFilter


def disputed(model: type[Record]) -> Q:
    """That a source contradicts the record or something in it."""
    return in_rows(told_citations(model).filter(stance=Stance.CONTRADICTS))


class SourceFilter(EntriesFilter):
    """Sources that the record cites, by slug; an edition of a document is a source of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("citations__source", Source.objects.published(), "title", **kwargs)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The records with a citation of one of the sources that readers may see."""
        if not value:
            return queryset
        return queryset.filter(in_rows(told_citations(self.model).filter(source__slug__in=value)))

    def pairs(self) -> Iterator[Pair]:
        """The published records with the sources that they cite."""
        return iter(self._citations().values_list("record", "source__slug"))

    def in_use(self) -> QuerySet:
        """The published sources that a published record cites."""
        return self.entries.filter(pk__in=self._citations().values("source"))

    def _citations(self) -> QuerySet:
        records = self.model.objects.published().order_by().values("pk")
        return told_citations(self.model).filter(record__in=records).order_by()


class SourceAgeFilter(PeriodFilter):
    """That every source of a record is surely older than the day, month or year: dated before it began.

    A source without a date, or one that may be younger, keeps its record out.
    """

    model: type[Record]  # set by the filter set

    def filter(self, queryset: QuerySet, value: Days | None) -> QuerySet:
        """The records that cite something, and nothing that may be younger."""
        if value is None or value.first is None:
            return queryset
        return queryset.filter(resting_on(self.model, sources_before(value.first)))


def resting_on(model: type[Record], sources: Collection[int]) -> Q:
    """That a record cites something, and nothing but these sources."""
    cited = told_citations(model)
    return in_rows(cited.filter(source__in=sources)) & ~in_rows(cited.exclude(source__in=sources))


def sources_before(day: date) -> list[int]:
    """The primary keys of the published sources that are surely older than the day."""
    if day == date.min:
        return []
    last = day - timedelta(days=1)
    return [
        key
        for key, stated in Source.objects.published().order_by().values_list("pk", "date")
        if stated and dates.surely_within(dates.bounds_of(stated), None, last)
    ]
