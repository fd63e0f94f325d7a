"""How tests ask the filters of a list without its page."""

from django.http import QueryDict

from partnership.models import Record
from partnership.public import filters


def filterset(model: type[Record], query: str = "") -> filters.RecordFilter:
    """The filters of a kind's list with the parameters of an address."""
    kind = getattr(filters, f"{model.__name__}Filter")
    return kind(QueryDict(query), queryset=model.objects.published())


def found(model: type[Record], query: str) -> list[str]:
    """The slugs that the filters let through, sorted; fails if one could not be read."""
    asked = filterset(model, query)
    assert asked.is_valid(), asked.errors
    slugs = [record.slug for record in asked.qs]
    assert len(slugs) == len(set(slugs)), "a record is listed twice"
    return sorted(slugs)


def refused(model: type[Record], query: str) -> list[tuple[str, str]]:
    """(parameter, message) of every filter that could not be read."""
    asked = filterset(model, query)
    assert not asked.is_valid()
    return [(name, str(message)) for name, found in asked.form.errors.items() for message in found]


def options(model: type[Record], name: str) -> list[str]:
    """The values that a filter offers."""
    return [value for value, _label in filterset(model).form.fields[name].choices]


def across(query: str = "") -> filters.AcrossFilter:
    """The filters of all kinds at once with the parameters of an address; fails if one could not be read."""
    asked = filters.AcrossFilter(QueryDict(query))
    assert asked.is_valid(), asked.form.errors
    return asked


def rows_across(query: str) -> list[tuple[str, str]]:
    """(kind, slug) of what they let through, in order."""
    return [(row.kind, row.slug) for row in across(query).qs]
