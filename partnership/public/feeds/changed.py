"""What changed last, newest first: in a list, on the page of a relation or a party, in the whole register."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from partnership.models import (
    RECORD_MODELS,
    Entry,
    IndexEntry,
    Party,
    Relation,
    entry_model,
)
from partnership.public.parties import families, family, records_of

A_PAGE = 50

Changed = tuple[Page, list[Any]]
"""A page of what changed, and the entries on it."""


def changed_in(entries: QuerySet, number: int) -> Changed:
    """A page of the entries of a list, by last change.

    Raises:
        EmptyPage: there are not so many.
    """
    in_order = entries.order_by("-changed", "slug")
    if entries.model is Relation:
        in_order = in_order.select_related("organisation", "party")
    page = Paginator(in_order, A_PAGE).page(number)
    return page, list(page.object_list)


def changed_of_register(number: int) -> Changed:
    """A page of all public entries that have a page of their own.

    Raises:
        EmptyPage: there are not so many.
    """
    told = Relation.objects.published().values("slug")
    return _of_index(~Q(kind=Relation.kind_name()) | Q(slug__in=told), number)


def changed_of_relation(relation: Relation, number: int) -> Changed:
    """A page of a relation and the records that its page tells.

    Raises:
        EmptyPage: there are not so many.
    """
    (parties,) = families([relation.party])
    records = _records(parties, Q(organisations=relation.organisation))
    return _of_index(_named(Relation, [relation.slug]) | records, number)


def changed_of_party(party: Party, number: int) -> Changed:
    """A page of a party, its relations, and the records it or a party under it is in.

    Raises:
        EmptyPage: there are not so many.
    """
    relations = Relation.objects.published().filter(Q(party=party) | Q(organisation=party))
    own = _named(Party, [party.slug]) | _named(Relation, relations.values("slug"))
    return _of_index(own | _records(family([party])), number)


def _records(parties: Collection[int], also: Q | None = None) -> Q:
    """The rows of the index for the records of every kind that one of the parties is in."""
    found = Q()
    for model in RECORD_MODELS:
        records = records_of(model, parties).filter(also or Q())
        found |= _named(model, records.order_by().values("slug"))
    return found


def _named(model: type[Entry], slugs: Iterable[Any]) -> Q:
    return Q(kind=model.kind_name(), slug__in=slugs)


def _of_index(condition: Q, number: int) -> Changed:
    """A page of what the index holds, with its entries: one query for each kind on it."""
    rows = IndexEntry.objects.filter(condition).order_by("-changed", "kind", "slug")
    page = Paginator(rows.values_list("kind", "slug"), A_PAGE).page(number)
    wanted: dict[str, list[str]] = defaultdict(list)
    for kind, slug in page.object_list:
        wanted[kind].append(slug)
    found = {(entry.kind_name(), entry.slug): entry for each in wanted.items() for entry in _entries(*each)}
    return page, [found[row] for row in page.object_list if row in found]


def _entries(kind: str, slugs: list[str]) -> QuerySet:
    model: Any = entry_model(kind)
    entries = model.objects.published().filter(slug__in=slugs)
    return entries.for_list() if model is Relation else entries
