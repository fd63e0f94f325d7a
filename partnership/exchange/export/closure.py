"""What an export of some entries must hold, so that it loads alone and its address shows the same rows there."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import models

from partnership import text
from partnership.models import (
    ENTRY_MODELS,
    Contribution,
    Entry,
    Party,
    Programme,
    ProgrammeLink,
    Standing,
    named_references,
    owned_models,
)
from partnership.models.batches import in_batches

from .faces import Addresses

BATCH = 500

DEPENDENTS: dict[type[Entry], tuple[tuple[type[models.Model], str, str], ...]] = {
    Party: ((Standing, "party", "pk"),),
    Contribution: ((Contribution, "part_of", "pk"),),
    Programme: ((ProgrammeLink, "programme", "record"),),
}
"""By model, what names an entry and decides how lists show it, as (model, field, field of the entry to take along).

What a party was at the time, what of a pledge was paid, what a programme was superseded by: a filter asks for it.
"""


def closure(wanted: Mapping[type[Entry], Collection[int]], every: Addresses) -> Addresses:
    """The addresses of the entries with these keys, by model, and of whatever they need, taken from `every`.

    They need what they and their rows name, in fields and in links of texts, and what decides how lists show them.
    """
    by_address = {each: {slug: key for key, slug in found.items()} for each, found in every.items()}
    needed: dict[type[Entry], set[int]] = {each: set() for each in ENTRY_MODELS}
    waiting: dict[type[Entry], set[int]] = {
        model: {key for key in keys if key in every[model]} for model, keys in wanted.items()
    }
    while waiting:
        named: dict[type[Entry], set[int]] = {}
        for each, found in waiting.items():
            needed[each] |= found
        for each, found in waiting.items():
            for target, key in _needs(each, sorted(found), by_address):
                if key in every[target] and key not in needed[target]:
                    named.setdefault(target, set()).add(key)
        waiting = named
    return {each: {key: every[each][key] for key in needed[each]} for each in ENTRY_MODELS}


def _needs(
    model: type[Entry], keys: list[int], by_address: dict[Any, dict[str, int]]
) -> Iterator[tuple[type[Entry], int]]:
    for batch in in_batches(keys, BATCH):
        yield from _named_by(model, "pk", batch, by_address)
        relations: tuple[Any, ...] = tuple(model._meta.many_to_many)
        for relation in relations:
            rows = relation.remote_field.through._base_manager.filter(
                **{f"{relation.m2m_field_name()}__in": batch}
            )
            for key in rows.values_list(f"{relation.m2m_reverse_field_name()}_id", flat=True):
                yield relation.related_model, key
        for owned in owned_models(model):
            yield from _named_by(owned, owned.owner_field, batch, by_address)
        for other, name, taken in DEPENDENTS.get(model, ()):
            target: Any = model if other is ProgrammeLink else other
            rows = other._base_manager.filter(**{f"{name}__in": batch}).order_by()
            for key in rows.values_list(taken, flat=True):
                yield target, key


def _named_by(
    model: Any, name: str, keys: list[int], by_address: dict[Any, dict[str, int]]
) -> Iterator[tuple[type[Entry], int]]:
    """What the rows of a model name whose `name` is one of the keys: in foreign keys, and in links of Markdown."""
    references = named_references(model)
    texts = model.markdown_fields
    if not references and not texts:
        return
    columns = (*(each.attname for each in references), *texts)
    kinds = {each.kind_name(): each for each in ENTRY_MODELS}
    for values in model._base_manager.filter(**{f"{name}__in": keys}).order_by().values_list(*columns):
        for each, target in zip(references, values, strict=False):
            if target is not None:
                yield each.related_model, target
        for written in values[len(references) :]:
            for kind, slug in text.links(written) if "](" in written else ():
                if kind in kinds and slug in by_address[kinds[kind]]:
                    yield kinds[kind], by_address[kinds[kind]][slug]
