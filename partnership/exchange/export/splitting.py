"""Which folder of a split export an entry stands in: that of its relation, or that of what several share."""

from collections.abc import Callable
from typing import Any

from django.db import models

from partnership.models import RECORD_MODELS, Alias, Entry, OwnedRow, Relation, Standing

from .names import OWNER_OF
from .rows import Holding

SHARED = "_shared"
SEVERAL = ""


def folders_of(holding: Holding) -> Callable[[type[models.Model], int | None], str]:
    """A function that gives the folder of an entry of a model, by its primary key, and of the rows that it owns.

    A record is of a relation if it tells of the organisation and the party takes part in it; one that is of several, or of
    none, is shared, and so is whatever is no record: parties, areas, sources, words.
    """
    relations = _relations(holding)
    owned_by: dict[type[Entry], dict[int, str]] = {Relation: dict(holding.found[Relation])}
    for model in RECORD_MODELS:
        owned_by[model] = _of_one_relation(model, relations)

    def folder_of(model: type[models.Model], key: int | None) -> str:
        if model is Alias or key is None:
            return SHARED
        entries: Any = OWNER_OF[model] if issubclass(model, OwnedRow) else model
        return owned_by.get(entries, {}).get(key) or SHARED

    return folder_of


def _relations(holding: Holding) -> dict[tuple[int, int], str]:
    """The address of the relation of an organisation and a party, by their primary keys."""
    stored = Relation.objects.order_by().values_list("pk", "organisation", "party")
    return {
        (organisation, party): holding.found[Relation][key]
        for key, organisation, party in stored
        if key in holding.found[Relation]
    }


def _of_one_relation(model: Any, relations: dict[tuple[int, int], str]) -> dict[int, str]:
    """The address of its relation by primary key of a record; empty for one that is of several."""
    found: dict[int, str] = {}
    parties = "party" if model is Standing else "involvements__party"
    pairs = model.objects.order_by().values_list("pk", "organisations", parties)
    for key, organisation, party in pairs.iterator(chunk_size=2000):
        if relation := relations.get((organisation, party)):
            found[key] = relation if found.setdefault(key, relation) == relation else SEVERAL
    return found
