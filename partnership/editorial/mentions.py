"""Who names an entry, in a field, in a row or in a text: of one, or of many in the queries of one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from partnership import text
from partnership.models import ENTRY_MODELS, Entry, named_references, owned_models, references_of
from partnership.models.batches import by_model, in_batches

RowsOf = Callable[[type[Entry]], QuerySet]
"""The entries of a model that count."""


def public_users(entry: Entry) -> list[Entry]:
    """The public entries that name an entry, by their references."""
    return public_users_of([entry])[entry.reference]


def public_users_of(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The same of several entries, by the reference of what is named."""
    return entries_naming_each(entries, lambda model: model.objects.published())


def entries_naming(entry: Entry, rows_of: RowsOf) -> list[Entry]:
    """The entries among those of `rows_of` that name an entry, by their references."""
    return entries_naming_each([entry], rows_of)[entry.reference]


def entries_naming_each(entries: Iterable[Entry], rows_of: RowsOf) -> dict[str, list[Entry]]:
    """The same of several entries, by the reference of what is named; the queries grow with their kinds alone."""
    asked = by_model(entries)
    found: dict[str, set[Entry]] = {each.reference: set() for named in asked.values() for each in named}
    for named in asked.values():
        for some in in_batches(named):
            for model in ENTRY_MODELS:
                _add_users(found, rows_of(model), some)
    return {name: sorted(users, key=lambda each: each.reference) for name, users in found.items()}


def _add_users(found: dict[str, set[Entry]], rows: QuerySet, named: Sequence[Entry]) -> None:
    """Add those of the rows, all of one model, that name some entries, all of one model too."""
    model: type[Entry] = rows.model
    by_key = {each.pk: each for each in named}
    pairs = {*_in_fields(model, type(named[0]), list(by_key)), *_in_texts(model, named)}
    if not pairs:
        return
    names = [field.name for field in named_references(model)]
    users = rows.select_related(*names).in_bulk({user for user, _key in pairs})
    for user, key in pairs:
        if user in users and users[user] != by_key[key]:
            found[by_key[key].reference].add(users[user])


def _in_fields(model: type[Entry], target: type[Entry], keys: list[int]) -> Iterator[tuple[int, int]]:
    """Keys of entries that name one in a field of theirs or of a row that they own, each with the key of what it names."""
    for field in references_of(model):
        if field.related_model is target:
            rows = model.objects.filter(**{f"{field.name}__in": keys}).order_by()
            yield from rows.values_list("pk", field.attname)
    many_to_many: Any = model._meta.many_to_many
    for many in many_to_many:
        if many.related_model is target:
            owner, named = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
            through = many.remote_field.through._base_manager.filter(**{f"{named}__in": keys})
            yield from through.order_by().values_list(owner, named)
    for owned in owned_models(model):
        for field in named_references(owned):
            if field.related_model is target:
                rows = owned.objects.filter(**{f"{field.name}__in": keys}).order_by()
                yield from rows.values_list(f"{owned.owner_field}_id", field.attname)


def _in_texts(model: type[Entry], named: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The same for links in Markdown; the text look-up only narrows, parsing decides."""
    keys = {(each.kind_name(), each.slug): each.pk for each in named}
    needle = named[0].reference if len(named) == 1 else f"{named[0].kind_name()}:"
    places: list[tuple[Any, str]] = [(each, f"{each.owner_field}_id") for each in owned_models(model)]
    for written, owner in [(model, "pk"), *places]:
        for name in written.markdown_fields:
            rows = written.objects.filter(**{f"{name}__contains": needle}).order_by()
            for user, value in rows.values_list(owner, name):
                yield from ((user, keys[link]) for link in text.links(value) if link in keys)
