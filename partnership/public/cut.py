"""What a page shows of a long row of things: the first ones, and how many more there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import QuerySet

MOST = 25

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Cut(Generic[Thing]):
    """The first of some things, in their order, and how many more there are; false of none."""

    first: list[Thing]
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.first)


def cut(things: Sequence[Thing], most: int = MOST) -> Cut[Thing]:
    """At most so many of the things."""
    return Cut(list(things[:most]), len(things[most:]))


def cut_of_rows(*querysets: QuerySet, most: int = MOST) -> Cut:
    """At most so many rows of one queryset after the other; no more than these are read, two queries for each."""
    first: list = []
    for rows in querysets:
        first += rows[: most - len(first)]
    return Cut(first, sum(rows.count() for rows in querysets) - len(first))
