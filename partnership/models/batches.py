"""Keys in batches: what keeps the memory of a walk over the whole register constant, and its queries few."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

BATCH = 1000
"""How many rows one query names at most: within what every database takes."""

Item = TypeVar("Item")


def in_batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in lists of at most `size`, in their order."""
    waiting = iter(items)
    while some := list(islice(waiting, size)):
        yield some


def by_model(rows: Iterable[Item]) -> dict[type[Item], list[Item]]:
    """Rows of several models, model by model, in their order."""
    found: dict[type[Item], list[Item]] = defaultdict(list)
    for row in rows:
        found[type(row)].append(row)
    return found
