"""Documents as the rows give them: of one entry, or of many in the queries of one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from operator import itemgetter
from typing import Any

from django.db import models

from partnership.models import Entry, Status, named_references, owned_models
from partnership.models.batches import by_model, in_batches

from .shape import EDITORIAL, PUBLIC, Document, field_of, fields_of, model_label


def dump(entry: Entry, face: str = EDITORIAL) -> Document:
    """The document of an entry as it stands in the database now.

    The rows are read afresh: an instance that came from a form holds values the database would give back otherwise.
    The public face leaves out what no reader may see and assumes that the entry is public.

    Raises:
        DoesNotExist: the entry was deleted.
    """
    found = dump_many(type(entry), [entry.pk], face)
    if entry.pk not in found:
        raise type(entry).DoesNotExist(f"{entry.reference} is no longer stored.")
    return found[entry.pk]


def dump_many(model: type[Entry], pks: Iterable[int], face: str = EDITORIAL) -> dict[int, Document]:
    """The documents of many entries of one model, by primary key; those that are not stored are left out.

    A thousand entries take the queries of one.
    """
    found: dict[int, Document] = {}
    for keys in in_batches(pks):
        found.update(_dump_batch(model, keys, face))
    return found


def dump_each(entries: Iterable[Entry]) -> dict[str, Document]:
    """The documents of entries of several models, by reference and in their order, in the queries of one for each model."""
    entries = list(entries)
    found = {model: dump_many(model, [each.pk for each in some]) for model, some in by_model(entries).items()}
    return {each.reference: found[type(each)][each.pk] for each in entries if each.pk in found[type(each)]}


def _dump_batch(model: type[Entry], keys: list[int], face: str) -> dict[int, Document]:
    heads = _heads(model, keys, face)
    found = {key: [heads[key]] for key in keys if key in heads}
    hidden: set[tuple[int, str]] = set()
    for owned in owned_models(model):
        stored = owned._base_manager.filter(**{f"{owned.owner_field}__in": keys}).order_by()
        owner, named = f"{owned.owner_field}_id", named_references(owned)
        states = [f"{each.name}__status" for each in named] if face == PUBLIC else []
        columns = _columns_of(owned, face)
        rows = stored.values_list(owner, "pk", *states, *(each.path for each in columns))
        for key, pk, *values in sorted(rows, key=itemgetter(1)):
            if any(state not in (None, Status.PUBLISHED) for state in values[: len(states)]):
                hidden.add((key, pk))
                continue
            fields = _plain_values(columns, values[len(states) :])
            found[key].append({"model": model_label(owned), "pk": pk, "fields": fields})
    if hidden:
        for key, document in found.items():
            found[key] = [row for row in document if (key, row["fields"].get("supports")) not in hidden]
    return found


def _heads(model: type[Entry], keys: list[int], face: str) -> dict[int, dict[str, Any]]:
    columns = _columns_of(model, face)
    many = [name for name in fields_of(model, face) if field_of(model, name).many_to_many]
    members = {name: _members(field_of(model, name), keys, face) for name in many}
    stored = model._base_manager.filter(pk__in=keys).order_by()
    found = {}
    for key, *values in stored.values_list("pk", *(each.path for each in columns)):
        fields = _plain_values(columns, values) | {name: sorted(members[name][key]) for name in many}
        found[key] = {
            "model": model_label(model),
            "fields": {name: fields[name] for name in fields_of(model, face)} if many else fields,
        }
    return found


def _members(field: Any, keys: list[int], face: str) -> dict[int, list[list[str]]]:
    """The natural keys in a many-to-many field, by the primary key of the entry."""
    owner, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    stored = field.remote_field.through._base_manager.filter(**{f"{owner}__in": keys}).order_by()
    if face == PUBLIC:
        stored = stored.filter(**{f"{target}__status": Status.PUBLISHED})
    found: dict[int, list[list[str]]] = defaultdict(list)
    for key, slug in stored.values_list(f"{owner}_id", f"{target}__slug"):
        found[key].append([slug])
    return found


@dataclass(frozen=True)
class _Column:
    """A field of a document that is one column: where a query finds it, and what makes it plain, if it is not."""

    name: str
    path: str
    make_plain: Callable[[Any], Any] | None


@cache
def _columns_of(model: Any, face: str) -> tuple[_Column, ...]:
    fields = [field_of(model, name) for name in fields_of(model, face)]
    return tuple(_column_of(field) for field in fields if not field.many_to_many)


def _column_of(field: Any) -> _Column:
    if field.is_relation:
        return _Column(field.name, f"{field.name}__slug", lambda slug: None if slug is None else [slug])
    is_plain = isinstance(
        field, (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
    )
    return _Column(field.name, field.attname, None if is_plain else partial(plain, field))


def _plain_values(columns: tuple[_Column, ...], values: Iterable[Any]) -> dict[str, Any]:
    return {
        column.name: column.make_plain(value) if column.make_plain else value
        for column, value in zip(columns, values, strict=True)
    }


def moment(value: datetime) -> str:
    """A moment in UTC, to the second, as documents and files write it."""
    return f"{value.astimezone(UTC).isoformat()[:19]}Z"


def plain(field: Any, value: Any) -> Any:
    """A column's value as JSON gives it back: dates, times and decimals as text, the rest as it is."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(field, models.DateTimeField):
        return moment(value)
    if isinstance(field, models.DateField):
        return value.isoformat()
    if isinstance(field, models.DecimalField):
        return f"{value:.{field.decimal_places}f}"
    return str(value)
