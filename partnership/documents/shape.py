"""What a document is made of: its faces, its rows and their names, and the difference between two."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import models

from partnership.models import ENTRY_MODELS, Entry, owned_models

Document = list[dict[str, Any]]

SCHEMA = 1
"""The number of the present shape of documents and fixture files; it moves when an old one needs an upgrade."""

PUBLIC, EDITORIAL = "public", "editorial"


class DocumentError(Exception):
    """A document cannot be applied; `problems` are (row label, field, message) for whoever must mend it."""

    def __init__(self, problems: list[tuple[str, str, str]]):
        self.problems = problems
        super().__init__("; ".join(f"{label}.{field}: {message}" for label, field, message in problems))


@dataclass(frozen=True)
class Difference:
    """One field of one row that differs; a row that is new or gone has `field` empty."""

    row: str
    field: str
    before: Any
    after: Any


# Names


def label(row: dict[str, Any]) -> str:
    """`model[key]`, the way every message names a row."""
    return f"{row['model'].rpartition('.')[2]}[{key_of(row)}]"


def key_of(row: dict[str, Any]) -> str:
    """The natural key of an entry or the text key of an owned row; empty if the row has none."""
    return str(
        row.get("pk") or row.get("fields", {}).get("slug") or row.get("fields", {}).get("address") or ""
    )


def model_label(model: type[models.Model]) -> str:
    """The name of a model in a document."""
    return f"partnership.{model._meta.model_name}"


MODELS: dict[str, type[models.Model]] = {
    model_label(model): model for entry in ENTRY_MODELS for model in (entry, *owned_models(entry))
}
"""Every model of a document by its name there."""


def fields_of(model: Any, face: str) -> tuple[str, ...]:
    """The fields of a model in one face of the document, in the declared order of the file."""
    return model.public_fields if face == PUBLIC else (*model.public_fields, *model.private_fields)


def digest(document: Document) -> str:
    """SHA-256 of a document, by which a form, revision or import names what it started from."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def differences(before: Document, after: Document) -> list[Difference]:
    """What changed between two documents of one entry, field by field, in the order of the files.

    A row that is new has one difference with `before` None and its fields in `after`; a row that is gone the reverse.
    """
    old, new = ({label(row): row["fields"] for row in document} for document in (before, after))
    found = []
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new or name not in old:
            found.append(Difference(name, "", old.get(name), new.get(name)))
            continue
        for field in [*old[name], *(field for field in new[name] if field not in old[name])]:
            was, becomes = old[name].get(field), new[name].get(field)
            if was != becomes:
                found.append(Difference(name, field, was, becomes))
    return found


def named(document: Document) -> set[tuple[type[Entry], str]]:
    """Every entry that a document names, as model and slug; rows of a model that is no more name nothing."""
    found: set[tuple[type[Entry], str]] = set()
    for row in document:
        if row["model"] not in MODELS:
            continue
        for name, value in row["fields"].items():
            field = field_of(MODELS[row["model"]], name)
            if field.is_relation and name != getattr(MODELS[row["model"]], "owner_field", ""):
                keys = value if field.many_to_many else [value]
                found.update((field.related_model, key[0]) for key in keys or [] if is_key(key))
    return found


def is_key(key: Any) -> bool:
    """Whether a value is the natural key of an entry."""
    return isinstance(key, (list, tuple)) and len(key) == 1 and isinstance(key[0], str)


def field_of(model: type[models.Model], name: str) -> Any:
    """A field of a model by its name."""
    return model._meta.get_field(name)
