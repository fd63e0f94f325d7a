"""One entry named in the place of another in what a document says."""

from collections.abc import Mapping
from typing import Any

from partnership import documents, text
from partnership.documents import MODELS, Document, key_of
from partnership.models import Entry

Row = dict[str, Any]


def names(document: Document, entry: Entry) -> bool:
    """Whether a document names an entry: in a field, in a row or in a text."""
    if (type(entry), entry.slug) in documents.named(document):
        return True
    link = (entry.kind_name(), entry.slug)
    return any(
        link in text.links(row["fields"].get(name) or "")
        for row in document
        if row["model"] in MODELS
        for name in _markdown_fields(row)
    )


def renamed(document: Document, entry: Entry, other: Entry) -> Document:
    """The document with another entry of the same kind named wherever it names one; whose rows they are stays."""
    return [{**row, "fields": _renamed(row, entry, other)} for row in document]


def _renamed(row: Row, entry: Entry, other: Entry) -> dict[str, Any]:
    model: Any = MODELS[row["model"]]
    fields = dict(row["fields"])
    for name, value in row["fields"].items():
        field = model._meta.get_field(name)
        if name in _markdown_fields(row):
            fields[name] = text.relinked(value, entry.kind_name(), entry.slug, other.slug)
        elif not field.is_relation or field.related_model is not type(entry):
            continue
        elif field.many_to_many:
            keys = {other.slug if slug == entry.slug else slug for [slug] in value}
            fields[name] = [[slug] for slug in sorted(keys)]
        elif value == [entry.slug] and name != getattr(model, "owner_field", ""):
            fields[name] = [other.slug]
    return fields


def _markdown_fields(row: Row) -> tuple[str, ...]:
    model: Any = MODELS[row["model"]]
    return model.markdown_fields


def without_doubles(document: Document) -> Document:
    """The document with rows that say the same once; what supports a row that goes supports the one that stays."""
    first: dict[Any, str] = {}
    stays: dict[str, str] = {}
    found = []
    # Citations come last: what they support must be known before it is known what they say.
    for row in sorted(document, key=is_citation):
        row = supporting(row, stays)
        key = first.setdefault(said_by(row), key_of(row))
        if key == key_of(row):
            found.append(row)
        elif not is_citation(row):
            stays[key_of(row)] = key
    return found


def is_citation(row: Row) -> bool:
    """Whether a row supports others, and so is supported by none."""
    return "supports" in row["fields"]


def supporting(row: Row, keys: Mapping[str, str]) -> Row:
    """A row that supports, if it supports one whose key is now another, the row of that key."""
    supported = row["fields"].get("supports")
    if supported not in keys:
        return row
    return {**row, "fields": {**row["fields"], "supports": keys[supported]}}


def said_by(row: Row) -> tuple[Any, ...]:
    """All that a row says, but for its key and its place: two of an entry that say the same are one too many."""
    fields = row["fields"].items()
    return (row["model"], *sorted((name, repr(value)) for name, value in fields if name != "position"))
