"""The rows of each model's file: its values read in constant memory, in the order of code points.

A `Holding` says what is exported: the whole of a face, or chosen entries of it. The whole is read by one ordered query a
table; chosen entries by batches of keys, in the same order.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from partnership.documents import EDITORIAL, PUBLIC, fields_of, model_label, plain
from partnership.exchange.along import along
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Citation,
    Entry,
    OwnedRow,
    Status,
    named_references,
    owned_models,
    references_of,
)
from partnership.models.batches import in_batches

from .faces import CHUNK, Addresses, all_found, by_code_point, of_face
from .names import OWNER_OF

Row = dict[str, Any]
BATCH = 500


@dataclass
class Holding:
    """What an export holds: a face, the addresses of its entries, and those of all that the face has, if they are more.

    `withheld` counts, per model name, the rows of the whole public face that are left out because they name what is not in it.
    """

    face: str
    found: Addresses
    every: Addresses | None = None
    withheld: Counter[str] = field(default_factory=Counter)

    @property
    def whole(self) -> bool:
        """Whether it holds all that the face has."""
        return self.every is None


def rows_of(model: type[models.Model], face: str, found: Addresses, withheld: Counter[str]) -> Iterator[Row]:
    """The rows of a model's file, by natural key or key in the order of code points; what is left out is counted."""
    yield from rows_held(model, Holding(face, found, withheld=withheld))


def rows_held(model: type[models.Model], holding: Holding) -> Iterator[Row]:
    """The rows of a model's file as Python values, as they come back from JSON."""
    columns = columns_of(model, holding.face)
    for _key, values in values_held(model, holding):
        yield _row(model, columns, values, holding.found)


def _row(model: type[models.Model], columns: Sequence[Any], values: Iterable[Any], found: Addresses) -> Row:
    written = {each.name: _plain(each, value, found) for each, value in zip(columns, values, strict=True)}
    row: Row = {"model": model_label(model)}
    if issubclass(model, OwnedRow):
        row["pk"] = written.pop("key")
    return row | {"fields": written}


def _plain(column: Any, value: Any, found: Addresses) -> Any:
    if column.many_to_many:
        return [[slug] for slug in value]
    if column.is_relation:
        return None if value is None else [found[column.related_model][value]]
    return plain(column, value)


def columns_of(model: type[models.Model], face: str) -> list[Any]:
    """The fields of a model's rows in the order of the file, the text key of owned rows first."""
    names = fields_of(model, face)
    return [
        model._meta.get_field(name) for name in (("key", *names) if issubclass(model, OwnedRow) else names)
    ]


def values_held(model: type[models.Model], holding: Holding) -> Iterator[tuple[int | None, list[Any]]]:
    """(primary key of the entry it is of, values of its columns) of each row: keys of what is named, members as addresses.

    An alias is of no entry.
    """
    if model is Alias:
        return ((None, values) for values in _aliases(holding))
    if issubclass(model, OwnedRow):
        return _owned(model, holding)
    return _entries(model, holding)


def count_of(model: type[models.Model], holding: Holding) -> int:
    """About how many rows the file of a model will have, for progress."""
    if issubclass(model, Entry):
        return len(holding.found[model])
    if model is Alias or holding.whole:
        return model._base_manager.count()
    return 0


# Entries


def _entries(model: Any, holding: Holding) -> Iterator[tuple[int | None, list[Any]]]:
    columns = columns_of(model, holding.face)
    many = [place for place, each in enumerate(columns) if each.many_to_many]
    names = [each.attname for each in columns if not each.many_to_many]
    found = holding.found[model]
    for stored, keys in _batches(of_face(model, holding.face), "pk", found, holding.whole, ""):
        members = [_members(columns[place], holding, keys) for place in many]
        rows = stored.order_by(by_code_point("slug")).values_list("pk", "slug", *names)
        for key, slug, *values in rows.iterator(chunk_size=CHUNK):
            if key not in found:
                holding.withheld[str(model._meta.model_name)] += 1
                continue
            for place, members_of in zip(many, members, strict=True):
                values.insert(place, members_of(slug))
            yield key, values


def _batches(
    stored: models.QuerySet, name: str, found: dict[int, str], whole: bool, after: str
) -> Iterator[tuple[models.QuerySet, list[int] | None]]:
    """(rows, keys of their entries): all rows at once, or those of the entries found, batch by batch.

    A key of an owned row is the address of its entry, a full stop and a word: sorted by address and `after`, batches of
    entries are batches of rows too.
    """
    if whole:
        yield stored, None
        return
    keys = sorted(found, key=lambda key: found[key] + after)
    for batch in in_batches(keys, BATCH):
        yield stored.filter(**{f"{name}__in": batch}), batch


def _members(relation: Any, holding: Holding, keys: list[int] | None) -> Callable[[str], list[str]]:
    """A function that gives the addresses of an entry's members, for entries asked for in the order of their addresses."""
    owner, target = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    slugs = holding.found[relation.related_model]
    stored = relation.remote_field.through._base_manager.order_by(by_code_point(f"{owner}__slug"))
    if keys is not None:
        stored = stored.filter(**{f"{owner}__in": keys})
    elif holding.face == PUBLIC:
        stored = stored.filter(**{f"{owner}__status": Status.PUBLISHED})
    keys_of = along(stored.values_list(f"{owner}__slug", f"{target}_id").iterator(chunk_size=CHUNK))
    return lambda slug: sorted(slugs[key] for key in keys_of(slug) if key in slugs)


# Owned rows and aliases


def _owned(model: type[OwnedRow], holding: Holding) -> Iterator[tuple[int | None, list[Any]]]:
    owner: Any = model._meta.get_field(model.owner_field)
    columns = columns_of(model, holding.face)
    names = [each.attname for each in columns]
    references = references_of(model)
    places = [columns.index(each) for each in references]
    owner_place = names.index(owner.attname)
    supports = names.index("supports") if issubclass(model, Citation) else None
    stored = model._base_manager.order_by(by_code_point("key"))
    hidden: set[str] = set()
    if holding.face == PUBLIC:
        stored = stored.filter(**{f"{owner.name}__status": Status.PUBLISHED})
        hidden = _hidden_beside(model, holding.every or holding.found) if supports is not None else hidden
    for part, _keys in _batches(stored, owner.attname, holding.found[OWNER_OF[model]], holding.whole, "."):
        for values in part.values_list(*names).iterator(chunk_size=CHUNK):
            names_hidden = supports is not None and values[supports] in hidden
            if names_hidden or not all_found(references, [values[place] for place in places], holding.found):
                holding.withheld[str(model._meta.model_name)] += 1
                continue
            yield values[owner_place], list(values)


def _hidden_beside(citations: type[OwnedRow], found: Addresses) -> set[str]:
    """Keys of the other rows of public entries that are withheld: a citation of one of them is withheld too.

    A row is withheld if it names what is not public, or what is public and withheld itself.
    """
    hidden: set[str] = set()
    for model in owned_models(OWNER_OF[citations]):
        if model is citations:
            continue
        stored = model._base_manager.filter(**{f"{model.owner_field}__status": Status.PUBLISHED})
        for reference in named_references(model):
            name, target = reference.name, reference.related_model
            public = set(of_face(target, PUBLIC).order_by().values_list("pk", flat=True))
            withheld = Q(**{f"{name}__in": public - found[target].keys()})
            unpublished = Q(**{f"{name}__isnull": False}) & ~Q(**{f"{name}__status": Status.PUBLISHED})
            hidden.update(stored.filter(withheld | unpublished).order_by().values_list("key", flat=True))
    return hidden


def _aliases(holding: Holding) -> Iterator[list[Any]]:
    known = {
        f"{model.kind_name()}:{slug}" for model in ENTRY_MODELS for slug in holding.found[model].values()
    }
    names = [each.attname for each in columns_of(Alias, holding.face)]
    target = names.index("target")
    stored = Alias.objects.order_by(by_code_point("address")).values_list(*names)
    for values in stored.iterator(chunk_size=CHUNK):
        if values[target] in known:
            yield list(values)
        else:
            holding.withheld["alias"] += 1


__all__ = ["EDITORIAL", "Holding", "Row", "columns_of", "count_of", "rows_held", "rows_of", "values_held"]
