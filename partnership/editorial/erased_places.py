"""Where words occur in all that is kept: entries with their rows and revisions, and tables that are of no one entry.

Every table of the register is looked through, so that a new one is not forgotten: what it holds of texts is erased like
that of the others. Not looked through are the index, which is made of the entries, and names of accounts, which go with
the account (see `partnership.editorial.leaving`).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Model

from partnership import documents
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Generation,
    IndexEntry,
    IndexParty,
    LinkCheck,
    Paragraph,
    Remit,
    Revision,
    SavedList,
    Upload,
    owned_models,
)

from .erased_words import Words, is_text
from .revising import entries_called

# Kept of one entry, and named by it.
OF_ENTRIES: set[Any] = {model for entry in ENTRY_MODELS for model in (entry, *owned_models(entry))} | {
    Revision,
    Paragraph,
}
# Made of others, or of addresses and accounts alone.
WITHOUT_TEXTS: set[Any] = {IndexEntry, IndexParty, Generation, Remit, Alias}
# Is there only for the sake of what has the words: it goes whole.
GO_WHOLE = (LinkCheck, SavedList)
# Columns that hold what somebody wrote although their class does not tell.
WRITTEN_TOO = {(LogEntry, "object_repr"), (LogEntry, "change_message"), (SavedList, "query")}
PACKED = (b"PK", b"\x1f\x8b")


@dataclass
class Found:
    """Where words occur in what is kept of one entry, or in one table; `key` is its reference, or the name of the table.

    `title` is empty for an entry that is no more. `counts` says how often, by what has them.
    """

    key: str
    title: str = ""
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        """How often the words occur."""
        return sum(self.counts.values())

    def add(self, what: Any, number: int) -> None:
        """Note that something has the words so many times."""
        if number:
            self.counts[str(what)] += number


@dataclass(frozen=True)
class Places:
    """Everywhere that words occur: by entry, by table, and the addresses and keys that were made of them."""

    entries: list[Found]
    tables: list[Found]
    addresses: list[str]

    @property
    def seal(self) -> str:
        """Stands for what was found, so that nothing is erased that nobody saw."""
        told = [[each.key, sorted(each.counts.items())] for each in (*self.entries, *self.tables)]
        return documents.digest([{"found": told}])


def places_of(words: Words) -> Places:
    """Look everywhere. It reads all texts that are kept: some seconds in a large register."""
    entries = _in_entries(words)
    _name(entries)
    tables = [found for model in tables_with_texts() if (found := _in_table(words, model)).total]
    return Places([entries[key] for key in sorted(entries)], tables, _addresses(words))


# Entries


def _in_entries(words: Words) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for reference, what, number in _counted(words):
        if number:
            found.setdefault(reference, Found(reference)).add(what, number)
    return found


def _counted(words: Words) -> Iterator[tuple[str, Any, int]]:
    """The references of entries, what of them was looked at, and how often it has the words."""
    for model in ENTRY_MODELS:
        kind = model.kind_name()
        for each in (model, *owned_models(model)):
            owner = getattr(each, "owner_field", "")
            fields = [*columns_of(each)]
            rows = each._base_manager.order_by().values_list(
                f"{owner}__slug" if owner else "slug", *(column.name for column in fields)
            )
            for slug, *values in rows.iterator():
                yield f"{kind}:{slug}", each._meta.verbose_name, _count(words, fields, values)
    said = Revision.objects.order_by().values_list("entry", "document", "reason", "review_note")
    for reference, document, *notes in said.iterator():
        number = words.in_document(document) + sum(map(words.count, notes))
        yield reference, Revision._meta.verbose_name_plural, number
    fields = [*columns_of(Paragraph)]
    for slug, *values in Paragraph.objects.values_list("source", *(column.name for column in fields)):
        yield f"source:{slug}", Paragraph._meta.verbose_name_plural, _count(words, fields, values)


def _count(words: Words, fields: Iterable[Any], values: Iterable[Any]) -> int:
    return sum(_count_in(words, column, value) for column, value in zip(fields, values, strict=True))


def _name(found: dict[str, Found]) -> None:
    """Give the entries that were found their titles, in one query a kind."""
    for name, entry in entries_called(found).items():
        found[name].title = str(entry)


# Tables


def tables_with_texts() -> list[type[Model]]:
    """The tables that are of no one entry and hold texts."""
    stored = apps.get_app_config("partnership").get_models()
    others: list[type[Model]] = [model for model in stored if model not in OF_ENTRIES | WITHOUT_TEXTS]
    others.append(LogEntry)
    return [model for model in others if [*columns_of(model)]]


def columns_of(model: type[Model]) -> Iterator[Any]:
    """The columns of a model that hold what somebody wrote."""
    for each in model._meta.concrete_fields:
        is_told = is_text(each) or isinstance(each, (models.URLField, models.JSONField, models.BinaryField))
        if is_told or (model, each.name) in WRITTEN_TOO:
            yield each


def _in_table(words: Words, model: type[Model]) -> Found:
    found = Found(model._meta.label_lower, str(model._meta.verbose_name_plural))
    for _key, number in rows_with(words, model):
        found.add(model._meta.verbose_name_plural, number)
    return found


def rows_with(words: Words, model: type[Model]) -> Iterator[tuple[Any, int]]:
    """The rows of a table that have the words, by key, and how often."""
    fields = [*columns_of(model)]
    rows = model._base_manager.order_by("pk").values_list("pk", *(column.name for column in fields))
    for key, *values in rows.iterator():
        if number := _count(words, fields, values):
            yield key, number


def _count_in(words: Words, column: Any, value: Any) -> int:
    """How often a value of a column has the words."""
    if column.model is LogEntry:
        return words.in_field(None, parsed(value))
    if column.model is SavedList and column.name == "query":
        return int(words.are_in_address(value))
    if column.model is Upload and column.name == "content":
        return int(_may_have(words, bytes(value or b"")))
    return words.in_field(column, value)


def _may_have(words: Words, content: bytes) -> bool:
    """Whether a file that waits has the words; of a packed one nobody knows, and so it goes."""
    return content.startswith(PACKED) or words.count(content.decode("utf-8", "replace")) > 0


def parsed(message: str) -> Any:
    """What Django's log tells: JSON that it wrote itself, else a text."""
    try:
        found = json.loads(message)
    except ValueError:
        return message
    return found if isinstance(found, list) else message


# Addresses


def _addresses(words: Words) -> list[str]:
    """References and keys that were made of the words: they stay, since others lead there."""
    found = set()
    for model in ENTRY_MODELS:
        kind = model.kind_name()
        slugs = model._base_manager.order_by().values_list("slug", flat=True)
        found |= {f"{kind}:{slug}" for slug in slugs if words.are_in_slug(slug)}
        for owned in owned_models(model):
            keys = owned._base_manager.order_by().values_list("key", flat=True)
            found |= {key for key in keys if words.are_in_slug(key.partition(".")[2])}
    for names in Alias.objects.values_list("address", "target"):
        found |= {name for name in names if words.are_in_slug(name)}
    gone = Revision.objects.order_by().values_list("entry", flat=True).distinct()
    return sorted(found | {name for name in gone if words.are_in_slug(name)})
