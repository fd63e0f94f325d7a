"""The public lists of the register, as the data page offers each of them whole."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import resolve, reverse

from partnership.models import RECORD_MODELS, Area, Entry, Party, Relation, Source

# By the name of the address, in the order of the page.
LISTS: dict[str, type[Entry]] = {f"{model.kind_name()}s": model for model in RECORD_MODELS} | {
    "relations": Relation,
    "parties": Party,
    "areas": Area,
    "sources": Source,
}


def rows_of_list(name: str) -> QuerySet[Any]:
    """The rows of a public list without any filter, in the order of the page, as the page itself chooses them."""
    view: Any = resolve(reverse(name)).func
    return view.view_class.chosen(QueryDict())
