"""Why the database does not take a document, in the words of its constraints."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnership.documents import MODELS, Document, References, key_of, set_value
from partnership.models import Entry, OwnedRow

from .rules import Problem


def constraint_problems(entry: Entry, document: Document) -> list[Problem]:
    """The constraints that the rows of a document would break, each said with the name of the entry.

    Asked only once the database has refused: it takes several queries for each row.
    """
    found = [
        Problem("", f"{entry.reference}: {message}")
        for instance in _instances(entry, document)
        for message in _messages(instance)
    ]
    message = _("The database does not take it: two things in it exclude each other.")
    return list(dict.fromkeys(found)) or [Problem("", f"{entry.reference}: {message}")]


def _instances(entry: Entry, document: Document) -> Iterator[Entry | OwnedRow]:
    """The entry and its rows as the document has them; never saved."""
    references = References(document)
    for row in document:
        model: Any = MODELS[row["model"]]
        if issubclass(model, Entry):
            instance = model._base_manager.get(pk=entry.pk)
        else:
            instance = model(key=key_of(row), **{model.owner_field: entry})
        for name, value in row["fields"].items():
            field = model._meta.get_field(name)
            if not field.many_to_many and name not in Entry.state_fields:
                set_value(instance, field, value, references, row)
        yield instance


def _messages(instance: Entry | OwnedRow) -> list[str]:
    try:
        instance.validate_constraints()
    except ValidationError as error:
        return error.messages
    return []
