"""Tiles: the parties of one kind side by side, the darker the more records they are in. No map, so no border is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from partnership.models import Party
from partnership.public.party_index import CountedParty

FEWEST = 4  # fewer are seen at a glance in the list
SHADES = 4


@dataclass(frozen=True)
class Tile:
    """A party, the number of its records, and how dark its tile is, 0 to `SHADES`."""

    party: Party
    records: int
    shade: int


def tiles_of(parties: Sequence[CountedParty]) -> list[Tile]:
    """A tile for each party, in the order of the index; none of a few."""
    if len(parties) < FEWEST:
        return []
    most = max(each.records for each in parties) or 1
    return [Tile(each.party, each.records, _shade(each.records, most)) for each in parties]


def _shade(records: int, most: int) -> int:
    # By the root: where one party is in nearly all records, the others still differ.
    return ceil(SHADES * sqrt(records / most))
