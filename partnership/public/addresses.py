"""The address of a list with filters in use: one for each selection, whoever links it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from partnership.models import Record

Selection = Mapping[str, str | Collection[str]]
"""Filters in use: parameter -> value or values."""


def list_address(model: type[Record], selection: Selection) -> str:
    """The address of a kind's list with these filters in use; that of the whole list if there are none.

    It is the one that the list itself gives as its canonical address, in whatever order the filters are named here.

    Raises:
        ValueError: the list of the kind has no such filter.
    """
    path, query = reverse(f"{model.kind_name()}s"), query_of(model, selection)
    return f"{path}?{query}" if query else path


def query_of(model: type[Record], selection: Selection) -> str:
    """The query string of a selection: the parameters in the order of the kind's filters, each option's values sorted.

    Raises:
        ValueError: the list of the kind has no such filter.
    """
    known = _filters_of(model)
    if unknown := selection.keys() - known.keys():
        raise ValueError(
            f"The list of {model.kind_name()}s has no filter “{min(unknown)}”: "
            f"name one of its own, such as “{next(iter(known))}”."
        )
    in_order = [(name, _values(selection[name], known[name])) for name in known if name in selection]
    return urlencode([(name, values) for name, values in in_order if values], doseq=True)


def _filters_of(model: type[Record]) -> dict[str, Any]:
    """The filters of a kind by parameter, in the order of their page; imported late, as they stand on all of this room."""
    from . import filters

    return getattr(filters, f"{model.__name__}Filter").base_filters


def _values(given: str | Collection[str], one: Any) -> list[str]:
    """The values of a filter as its list orders them: options are sorted, what is typed stays as it is."""
    from .filters.options import OptionsFilter

    values = [given] if isinstance(given, str) else list(given)
    return sorted(values) if isinstance(one, OptionsFilter) else values
