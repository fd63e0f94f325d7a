"""The columns of the tables, told: to readers in words, to programs as the schema of a data package."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partnership.exchange.tables import Column, columns
from partnership.models import Entry

TYPES: dict[str, str | Promise] = {
    "code": _("code"),
    "words": _("words"),
    "text": _("text"),
    "date": _("date"),
    "number": pgettext_lazy("type of a column", "number"),
}


@dataclass(frozen=True)
class ToldColumn:
    """A column as a page tells it."""

    name: str
    label: str
    meaning: str
    type: str
    codes: tuple[tuple[str, str], ...]


def told_columns(model: type[Entry]) -> list[ToldColumn]:
    """The columns of a kind's table, in order, with the words of their codes."""
    return [
        ToldColumn(
            each.name,
            str(each.label),
            str(each.help),
            str(TYPES.get(each.kind, each.kind)),
            _codes(model, each),
        )
        for each in columns(model)
    ]


def schema_of(model: type[Entry]) -> dict[str, Any]:
    """The columns of a kind's table as a Frictionless table schema."""
    return {
        "fields": [_schema_field(model, each) for each in columns(model)],
        "primaryKey": ["slug"],
        "missingValues": [""],
    }


def _schema_field(model: type[Entry], column: Column) -> dict[str, Any]:
    """One column: whatever the register promises of its values is a constraint that a validator can check."""
    field = _field(model, column)
    constraints: dict[str, Any] = {}
    if column.name == "slug":
        constraints["unique"] = True
        constraints["pattern"] = "[a-z0-9]+(-[a-z0-9]+)*"
    if field is not None and _is_needed(field):
        constraints["required"] = True
    if codes := _codes(model, column):
        constraints["enum"] = [code for code, _words in codes if code]
    return {
        "name": column.name,
        "title": str(column.label),
        "description": str(column.help),
        "type": _schema_type(field, column),
        **({"constraints": constraints} if constraints else {}),
    }


def _schema_type(field: Any, column: Column) -> str:
    """What the values are. A date in EDTF is text: most programs take `2014-03` for no date, and `2014/..` for none."""
    if isinstance(field, models.DecimalField):
        return "number"
    if isinstance(field, models.IntegerField):
        return "integer"
    if isinstance(field, models.DateTimeField):
        return "datetime"
    if isinstance(field, models.DateField) or column.name.endswith(("earliest", "latest")):
        return "date"
    return "string"


def _field(model: type[Entry], column: Column) -> Any:
    """The field of the model that the column holds as it is; None for words, joined rows and what is computed."""
    if column.kind == "words":
        return None
    try:
        found = model._meta.get_field(column.name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) and not found.many_to_many else None


def _is_needed(field: models.Field) -> bool:
    return (not field.null and not field.blank and not field.choices) or field.name in ("slug", "status")


def _codes(model: type[Entry], column: Column) -> tuple[tuple[str, str], ...]:
    field = _field(model, column)
    if field is None or not field.choices:
        return ()
    return tuple((str(code), str(words)) for code, words in field.choices)


def conventions() -> list[str]:
    """What holds of all tables, in sentences."""
    return [
        gettext(
            "Dates are written in EDTF, no more exact than their sources give them: 2014-03, 199X, 2014/.."
        ),
        gettext("Amounts are as stated, in the currency of the source, never converted."),
        gettext("An empty cell means that nothing is stated."),
    ]
