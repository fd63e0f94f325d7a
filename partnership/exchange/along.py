"""Two sorted readings side by side: what one says of the keys of the other, in constant memory."""

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

Value = TypeVar("Value")


def along(pairs: Iterable[tuple[Any, Value]]) -> Callable[[Any], list[Value]]:
    """A function that gives the values of a key, from pairs in the order of their keys; asked for keys in that order.

    One query is read along with another, so that neither queries nor memory grow with the rows.
    """
    groups = ((key, [value for _key, value in group]) for key, group in groupby(pairs, itemgetter(0)))
    ahead = next(groups, None)

    def values_of(key: Any) -> list[Value]:
        nonlocal ahead
        while ahead and ahead[0] < key:
            ahead = next(groups, None)
        return ahead[1] if ahead and ahead[0] == key else []

    return values_of
