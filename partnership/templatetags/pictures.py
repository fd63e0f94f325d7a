"""Tags by which a page draws a picture of numbers that it has."""

from collections.abc import Iterable

from django import template

from partnership.public.pictures.strip import Strip, strip_of

register = template.Library()


@register.simple_tag
def strip(years: Iterable[tuple[int, int, str]]) -> Strip:
    """The strip of (year, number of records, address)."""
    return strip_of(years)
