"""The marks that lead from a fact of a record's page to the sources at its foot."""

from django import template

from partnership.public.citing import Evidence, Mark

register = template.Library()


@register.filter
def marks_at(evidence: Evidence, place: str) -> list[Mark]:
    """The marks of a place of the record: a field, the key of one of its rows, or the whole if empty."""
    return evidence.marks(place)
