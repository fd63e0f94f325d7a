"""Tags by which a page draws a picture of numbers that it has."""

from collections.abc import Iterable, Sequence

from django import template

from partnership.public.party_index import CountedParty
from partnership.public.pictures.drawn import Bars, Columns, bars_of, columns_of
from partnership.public.pictures.figures import Picture
from partnership.public.pictures.strip import Strip, strip_of
from partnership.public.pictures.tiles import Tile, tiles_of

register = template.Library()


@register.simple_tag
def strip(years: Iterable[tuple[int, int, str]]) -> Strip:
    """The strip of (year, number of records, address)."""
    return strip_of(years)


@register.simple_tag
def columns(picture: Picture) -> Columns:
    """The columns of a picture by year."""
    return columns_of(picture)


@register.simple_tag
def bars(picture: Picture) -> Bars:
    """The bars of a picture by donor."""
    return bars_of(picture)


@register.simple_tag
def tiles(parties: Sequence[CountedParty]) -> list[Tile]:
    """A tile for each party of the index."""
    return tiles_of(parties)
