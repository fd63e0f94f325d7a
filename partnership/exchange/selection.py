"""The entries that the address of a public list asks for: the page, its files and its fixtures hold the same rows.

The page is reached by its address, never by import: readers' code knows nothing of exchange, and this nothing of pages.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import get_script_prefix, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from partnership.models import Entry


def chosen(address: str) -> tuple[type[Entry], QuerySet]:
    """The model of a public list and the published entries that its address asks for, in list order.

    The query of the address is read by the form of the page: `/contributions/?donor=japan`.

    Raises:
        ValidationError: there is no list at the address, or, by parameter, what is wrong with its query.
    """
    parts = urlsplit(address)
    view = _view_at(parts.path)
    if parts.scheme or parts.netloc or parts.fragment or not hasattr(view, "chosen"):
        message = _(
            "“%(address)s” is no list: name one as its page does, for example /contributions/?donor=japan"
        )
        raise ValidationError(message % {"address": address})
    return view.model, view.chosen(QueryDict(parts.query))


def named(address: str) -> Iterator[tuple[type[Entry], int]]:
    """(model, primary key) of the entries that the filters of a list's address name, whether or not one of its rows does.

    Where they are missing, the list takes its own address for a mistake. A series is one by its editions: they are named
    with it.
    """
    parts = urlsplit(address)
    view, query = _view_at(parts.path), QueryDict(parts.query)
    if not hasattr(view, "filterset_class"):
        return
    filters = view.filterset_class(query, queryset=view.model.objects.none()).filters
    for name in query.keys() & filters.keys():
        if not hasattr(filters[name], "entries"):
            continue
        slugs = [value.strip() for value in query.getlist(name)]
        entries = filters[name].entries.filter(slug__in=slugs).order_by()
        yield from ((entries.model, key) for key in entries.values_list("pk", flat=True))
        if name == "series":
            editions = view.model.objects.published().filter(series__slug__in=slugs).order_by()
            yield from ((view.model, key) for key in editions.values_list("pk", flat=True))


def canonical(address: str) -> str:
    """The address with its query in the order and form in which Django writes it; empty for no address."""
    parts = urlsplit(address)
    query = QueryDict(parts.query).urlencode()
    return f"{parts.path}?{query}" if query else parts.path


def _view_at(path: str) -> Any:
    """The view of a page, which has an address in every language; whichever language is active.

    Pages give their addresses under the prefix at which the site is mounted, and resolving knows none.
    """
    path = f"/{path.removeprefix(get_script_prefix())}" if path.startswith(get_script_prefix()) else path
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return getattr(resolve(path).func, "view_class", None)
        except Http404:
            return None
