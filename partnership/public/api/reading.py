"""Entries with all that the API tells of them, in as many queries for a hundred as for one.

A row that an entry owns is told if all that it names is public: the rule of the entry's file.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from partnership.models import (
    Citation,
    Entry,
    OwnedRow,
    Status,
    named_references,
    owned_models,
    references_of,
)


def with_all_that_is_told(entries: QuerySet) -> QuerySet:
    """The entries with what they name, the public members of their lists, and the rows they own."""
    model: Any = entries.model
    members = [field for field in model._meta.many_to_many if field.name in model.public_fields]
    return entries.select_related(*(field.name for field in references_of(model))).prefetch_related(
        *(Prefetch(field.name, _public(field.related_model)) for field in members),
        *(
            Prefetch(accessor, _told(model, owned))
            for accessor, owned in zip(model.owned_rows, owned_models(model), strict=True)
        ),
    )


def _public(model: Any) -> QuerySet:
    return model.objects.published().order_by("slug")


def _told(model: type[Entry], owned: type[OwnedRow]) -> QuerySet:
    return _told_citations(model, owned) if issubclass(owned, Citation) else _told_rows(owned)


def _told_rows(owned: type[OwnedRow]) -> QuerySet:
    """The rows of a model that name nothing but public entries."""
    names = [field.name for field in named_references(owned)]
    rows = owned.objects.select_related(*names)
    for name in names:
        rows = rows.filter(Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__status": Status.PUBLISHED}))
    return rows


def _told_citations(model: type[Entry], citations: type[OwnedRow]) -> QuerySet:
    """The citations of public sources, without those of a row that is not told."""
    of_told = ~Q(supports__contains=".")
    for owned in owned_models(model):
        if owned is not citations:
            of_told |= Q(Exists(_told_rows(owned).order_by().filter(key=OuterRef("supports"))))
    return _told_rows(citations).filter(of_told)
