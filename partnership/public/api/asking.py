"""What an address asks of a list: its filters, read by those of the page, and the page of the list."""

from collections.abc import Container
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from partnership.public.filters.form import AddressForm
from partnership.public.views.asked import refuse_wrong_parameters

from .keyset import LONGEST_CURSOR
from .kinds import Kind
from .parameters import DEFAULT_SIZE, MOST_ON_A_PAGE


class PagingForm(AddressForm):
    """The parameters by which a list is cut into pages."""

    page_size = forms.IntegerField(required=False, min_value=1, max_value=MOST_ON_A_PAGE)
    cursor = forms.CharField(required=False, max_length=LONGEST_CURSOR, strip=False)


@dataclass(frozen=True)
class Asked:
    """The entries that the filters select, in order; how many of them a page has, and the cursor at which it begins."""

    rows: QuerySet
    size: int
    cursor: str


def asked_of(kind: Kind, query: QueryDict) -> Asked:
    """What a query string asks of the list of a kind.

    Raises:
        ValidationError: by parameter, all that cannot be read or that the list does not know.
    """
    paging = PagingForm(query)
    wrong = badly_written(query)
    wrong |= {name: [str(each) for each in found] for name, found in paging.errors.items()}
    rows = kind.model.objects.none()
    try:
        rows = kind.list_page.chosen(only(query, kind.filters))
    except ValidationError as error:
        wrong |= error.message_dict
    refuse_wrong_parameters(query, [*kind.filters, *paging.fields], wrong)
    said = paging.cleaned_data
    return Asked(rows, said["page_size"] or DEFAULT_SIZE, said["cursor"])


def badly_written(query: QueryDict) -> dict[str, list[str]]:
    """The parameters whose values the page puts in order without a word, which would hide a mistake in a program.

    They are empty, have spaces around them (words may), or stand there twice.
    """
    wrong = {}
    for name, values in query.lists():
        if not all(each.strip() if name == "q" else each and each == each.strip() for each in values):
            wrong[name] = ["write a value without spaces around it, or leave the parameter out"]
        elif len(set(values)) < len(values):
            wrong[name] = ["write each value once"]
    return wrong


def only(query: QueryDict, names: Container[str]) -> QueryDict:
    """A query string of these parameters alone."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if name in names:
            kept.setlist(name, values)
    return kept
