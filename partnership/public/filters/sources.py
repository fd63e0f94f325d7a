"""Filters over the sources of a record."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from partnership import dates
from partnership.models import Record, Source, Stance
from partnership.models.record import public_rows
from partnership.public.parties import in_rows

from .fields import Days
from .options import EntriesFilter
from .plain import PeriodFilter


def public_citations(model: type[Record]) -> QuerySet:
    """The citations of records of a kind, as far as a reader may see them."""
    return public_rows(model.citations.rel.related_model.objects.all(), "source")


def disputed(model: type[Record]) -> Q:
    """That a source contradicts the record or something in it."""
    return in_rows(public_citations(model).filter(stance=Stance.CONTRADICTS))


class SourceFilter(EntriesFilter):
    """Sources that the record cites, by slug; an edition of a document is a source of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("citations__source", Source.objects.published(), "title", **kwargs)


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
    cited = public_citations(model)
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
