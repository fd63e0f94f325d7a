"""Pages of a list that begin after a row: whatever is added or withdrawn meanwhile, no other row is missed or told twice.

A cursor holds the values by which the last row of a page stands where it does, and the order in which it does so.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.expressions import OrderBy

LONGEST_CURSOR = 3500


@dataclass(frozen=True)
class Step:
    """One field by which a list is ordered; where it is empty, the row comes last."""

    name: str
    descending: bool

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


def steps_of(queryset: QuerySet) -> list[Step]:
    """The fields by which a queryset is ordered; the last of them must tell any two rows apart."""
    return [_step(each) for each in queryset.query.order_by]


def _step(ordering: Any) -> Step:
    if isinstance(ordering, OrderBy):
        column: Any = ordering.expression
        return Step(column.name, ordering.descending)
    return Step(ordering.removeprefix("-"), ordering.startswith("-"))


def cursor_after(row: Any, steps: Sequence[Step]) -> str:
    """The cursor of the page that begins after a row."""
    values = [getattr(row, step.name) for step in steps]
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    text = json.dumps([[str(step) for step in steps], plain], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def rows_after(queryset: QuerySet, cursor: str) -> QuerySet:
    """The rows of a list after the one that a cursor names.

    Raises:
        ValidationError: the cursor was never given out for this list in this order.
    """
    steps = steps_of(queryset)
    values = _values(queryset.model, steps, cursor)
    condition, before = Q(pk__in=()), Q()
    for step, value in zip(steps, values, strict=True):
        condition |= before & _behind(step, value)
        before &= Q(**{f"{step.name}__isnull": True}) if value is None else Q(**{step.name: value})
    return queryset.filter(condition)


def _behind(step: Step, value: Any) -> Q:
    """That a row stands after a value by this field alone; nothing stands behind an empty one."""
    if value is None:
        return Q(pk__in=())
    beyond = Q(**{f"{step.name}__{'lt' if step.descending else 'gt'}": value})
    return beyond | Q(**{f"{step.name}__isnull": True})


def _values(model: Any, steps: list[Step], cursor: str) -> list[Any]:
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        names, plain = json.loads(text)
        if names != [str(step) for step in steps]:
            raise ValueError
        pairs = zip(steps, plain, strict=True)
        return [_value(model._meta.get_field(step.name), value) for step, value in pairs]
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        message = "This cursor is none of this list in this order: follow `next` as it stands."
        raise ValidationError({"cursor": [message]}) from error


def _value(field: models.Field, value: Any) -> Any:
    """A value of a cursor as the database compares it; raises ValueError for what no row can hold."""
    if value is None and field.null:
        return None
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    if isinstance(field, models.IntegerField):
        if type(value) is not int or not 0 <= value < 2**15:
            raise ValueError
        return value
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    value.encode()  # a lone surrogate is no text
    return value
