"""Filters of one value: words, a number, a side of a period, a condition that is asked for or not."""

from collections.abc import Callable, Iterator
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from partnership import dates, search
from partnership.models import ActsAs, Record
from partnership.models.record import PlanState
from partnership.public.parties import public_involvements

from .fields import FlagField, NumberField, OneField, PeriodField, WordsField
from .options import Pair


class OneFilter(django_filters.Filter):
    """One of a few settings, which changes how the list reads rather than what is asked."""

    field_class = OneField


class WordsFilter(django_filters.Filter):
    """Words that must all occur in the record or in the names it stands under."""

    field_class = WordsField

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        """The records in which every word occurs."""
        return search.matching(queryset, value) if value else queryset


class NumberFilter(django_filters.Filter):
    """A counting number."""

    field_class = NumberField


class PeriodFilter(django_filters.Filter):
    """A day, month or year."""

    field_class = PeriodField


class FlagFilter(django_filters.Filter):
    """A condition that is either asked for, by `1`, or not; `condition` says it of the records of a kind."""

    field_class = FlagField
    model: type[Record]  # set by the filter set
    takes_children_in = False

    def __init__(self, condition: Callable[[type[Record]], Q], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.condition = condition

    def filter(self, queryset: QuerySet, value: bool) -> QuerySet:
        """The records for which the condition holds, if it is asked for."""
        return queryset.filter(self.condition(self.model)) if value else queryset

    def pairs(self) -> Iterator[Pair]:
        """The published records for which the condition holds, each with the value that asks for it."""
        records = self.model.objects.published().filter(self.condition(self.model)).order_by()
        return ((record, "1") for record in records.values_list("pk", flat=True))

    def labels(self) -> dict[str, Any]:
        """The one value, with the condition in words."""
        return {"1": self.label}


def undated(model: type[Record]) -> Q:
    """That the sources of a record give no date."""
    return dates.q_undated()


def in_force(model: type[Record]) -> Q:
    """That a record is more than a plan and surely runs today, as the site's calendar has it."""
    today = timezone.localdate()
    return Q(plan_state=PlanState.HELD) & dates.q_surely_covers(today, today)


def several_leads(model: type[Record]) -> Q:
    """That more than one party leads."""
    leads = public_involvements(model).filter(role__acts_as=ActsAs.LEAD).order_by().values("record")
    return Q(
        pk__in=leads.annotate(parties=Count("party", distinct=True)).filter(parties__gt=1).values("record")
    )
