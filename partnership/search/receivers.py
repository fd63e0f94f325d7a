"""The receivers: whatever is saved or deleted, plain `loaddata` included, brings the index up to date."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.signals import post_delete, post_save

from partnership.models import (
    Entry,
    IndexEntry,
    OwnedRow,
    Party,
    Relation,
    Status,
    named_references,
    owned_models,
)

from .keeping import INDEXED_MODELS, wait_or_keep


def _entry_saved(instance: Entry, **kwargs: Any) -> None:
    indexed = IndexEntry.objects.filter(kind=instance.kind_name(), slug=instance.slug).exists()
    wait_or_keep(type(instance), [instance.pk])
    if isinstance(instance, Party):
        wait_or_keep(Relation, _relations_that_follow(instance).values_list("pk", flat=True))
    if indexed != instance.is_public:
        for model, keys in _owners_naming(instance):
            wait_or_keep(model, keys)


def _relations_that_follow(party: Party) -> QuerySet:
    """The relations of a party that enter the index, or leave it, because the party is now public, or no longer."""
    indexed = Q(slug__in=IndexEntry.objects.filter(kind=Relation.kind_name()).values("slug"))
    relations = Relation.objects.filter(Q(organisation=party) | Q(party=party), status=Status.PUBLISHED)
    return relations.exclude(indexed) if party.is_public else relations.filter(indexed)


def _owners_naming(entry: Entry) -> Iterator[tuple[type[Entry], list[int]]]:
    """The entries with a searched row that names this one, which counts now that it is public, or no longer."""
    for model in INDEXED_MODELS:
        for owned in owned_models(model):
            named = Q()
            for reference in named_references(owned):
                if owned.searched_fields and isinstance(entry, reference.related_model):
                    named |= Q(**{reference.name: entry})
            if named:
                yield (
                    model,
                    list(owned.objects.filter(named).values_list(f"{owned.owner_field}_id", flat=True)),
                )


def _entry_deleted(instance: Entry, **kwargs: Any) -> None:
    IndexEntry.objects.filter(kind=instance.kind_name(), slug=instance.slug).delete()


def _owned_row_changed(instance: OwnedRow, **kwargs: Any) -> None:
    owner = instance.owner  # it may be held since before it changed: what is indexed is read afresh
    wait_or_keep(type(owner), [owner.pk])


def connect() -> None:
    """Connect the receivers; called once when the app is ready."""
    for model in INDEXED_MODELS:
        post_save.connect(_entry_saved, sender=model, dispatch_uid=f"search.save.{model.__name__}")
        post_delete.connect(_entry_deleted, sender=model, dispatch_uid=f"search.delete.{model.__name__}")
        for owned in owned_models(model):
            if owned.searched_fields:
                _connect_owned(owned)


def _connect_owned(owned: type[Model]) -> None:
    for signal in (post_save, post_delete):
        signal.connect(_owned_row_changed, sender=owned, dispatch_uid=f"search.{owned.__name__}.{id(signal)}")
