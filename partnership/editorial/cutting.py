"""Taking the mention of one entry out of the document of another."""

from typing import Any

from django.utils.translation import gettext as _

from partnership import text
from partnership.documents import MODELS, Document, key_of
from partnership.models import Entry, OwnedRow

from .revising import Refused
from .rules import Problem


def without(document: Document, entry: Entry) -> Document:
    """The document with every mention of an entry taken out.

    A field that may be empty is emptied, a row that cannot do without the name goes, with the citations that support it; a
    link becomes its words.

    Raises:
        Refused: the document's own entry cannot do without the name.
    """
    rows = [cut for row in document if (cut := _cut(row, entry))]
    gone = _supported_keys(document) - _supported_keys(rows)
    return [row for row in rows if row["fields"].get("supports") not in gone]


def _supported_keys(document: Document) -> set[str]:
    """The keys of the rows that citations may support; a citation itself may have the same key as one of them."""
    return {key_of(row) for row in document if "supports" not in row["fields"]}


def _cut(row: dict[str, Any], entry: Entry) -> dict[str, Any] | None:
    """A row without the mention; None if it is gone with it."""
    model: Any = MODELS[row["model"]]
    fields = dict(row["fields"])
    for name, value in row["fields"].items():
        field = model._meta.get_field(name)
        if name in model.markdown_fields:
            fields[name] = text.without_links(value, entry.kind_name(), entry.slug)
        elif not field.is_relation or field.related_model is not type(entry):
            continue
        elif field.many_to_many:
            fields[name] = [key for key in value if key != [entry.slug]]
        elif value == [entry.slug] and name != getattr(model, "owner_field", ""):
            if not field.null and issubclass(model, OwnedRow):
                return None
            if not field.null:
                message = _("It cannot do without “%(field)s”: withdraw it as well, or change it first.")
                raise Refused([Problem("", message % {"field": field.verbose_name})])
            fields[name] = None
    return {**row, "fields": fields}
