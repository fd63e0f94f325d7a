"""Rows of fixture files that know their place: what can be told of them without asking the database."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from partnership.documents import EDITORIAL, fields_of, model_label
from partnership.exchange.export import FILE_NUMBERS
from partnership.models import Alias, Entry, OwnedRow

from .problems import NOTHING, UNWANTED, Problem, hint, shown

MODELS = {model_label(model): model for model in FILE_NUMBERS}
"""The models that files may hold, by their name in a row: entries, the rows they own and aliases, nothing else."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_ACCOUNTS = ("auth.", "sessions.", "admin.", "contenttypes.")


@dataclass
class Row:
    """One row of a file: a known model, its key, and its fields, all known to the model and of the right shape."""

    file: str
    line: int
    model: type[models.Model]
    key: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """`model[key]`, the way every message names a row."""
        return f"{self.model._meta.model_name}[{self.key}]"

    def problem(self, name: str, message: str, value: Any = NOTHING, code: str = "") -> Problem:
        """A problem of one field of this row, or of the whole row where `name` is empty."""
        return Problem(self.file, self.line, self.label, name, message, shown(value), code)


def is_row(value: Any) -> bool:
    """Whether a JSON value has the outer shape of a row."""
    return isinstance(value, dict) and isinstance(value.get("fields"), dict)


def row_of(
    file: str, line: int, value: Any, twice: Iterable[str], problems: list[Problem], face: str = EDITORIAL
) -> Row | None:
    """A row from a JSON value; what is wrong with it goes into `problems`. None if it cannot even be named.

    `face` is what the file is said to hold: no field beyond that comes in.
    """
    row = Row(file, line, Alias, "?")
    if not is_row(value):
        message = _('a row is an object such as {"model": "partnership.event", "fields": {"slug": "…"}}')
        problems.append(Problem(row.file, row.line, "", "", message, shown(value), "not-a-row"))
        return None
    name = value.get("model")
    model = MODELS.get(name) if type(name) is str else None
    if model is None:
        message, code = _no_model(name)
        problems.append(Problem(row.file, row.line, "", "model", message, shown(name), code))
        return None
    row.model = model
    row.key, found = _key(model, value)
    problems += [row.problem(name, message, stands, code) for name, message, stands, code in found]
    problems += [
        row.problem(name, _("is written twice in one object: keep one"), code="name-twice") for name in twice
    ]
    for name in sorted(value.keys() - {"model", "pk", "fields"}):
        message = _("a row has model, pk and fields only: take it out")
        problems.append(row.problem(name, message, code="unknown-key"))
    problems += _take_fields(row, value["fields"], face)
    return None if row.key == "?" else row


def _no_model(name: Any) -> tuple[str, str]:
    """Why a model cannot be loaded, and the code of it."""
    if isinstance(name, str) and name.lower().startswith(_ACCOUNTS):
        return _(
            "accounts, permissions and sessions never come in through files: take it out"
        ), "forbidden-model"
    message = _("no model of this name can be loaded%(hint)s")
    return message % {"hint": hint(name, MODELS)}, "unknown-model"


Found = list[tuple[str, str, Any, str]]
"""What is wrong with a key, as (field, message, value, code)."""


def _key(model: type[models.Model], value: dict[str, Any]) -> tuple[str, Found]:
    """The key of a row, and what is wrong with it."""
    fields = value["fields"]
    if issubclass(model, OwnedRow):
        return _owned_key(model, value)
    name = "slug" if issubclass(model, Entry) else "address"
    key = fields.get(name)
    found: Found = []
    if type(key) is not str or not key:
        message = _("is missing: it is what the row is known by")
        found.append((name, message, fields.get(name, NOTHING), "key-missing"))
        key = "?"
    if "pk" in value:
        message = _("this row is known by its “%(name)s”: take the pk out") % {"name": name}
        found.append(("pk", message, value["pk"], "pk-given"))
    return key, found


def _owned_key(model: type[OwnedRow], value: dict[str, Any]) -> tuple[str, Found]:
    key = value.get("pk")
    if type(key) is not str or "." not in key:
        message = _(
            "is missing or no key: write the address of the entry, a full stop and a word, for example "
        )
        message += "nato-madrid-summit-2022.japan"
        return "?", [("pk", message, value.get("pk", NOTHING), "key-missing")]
    owner = value["fields"].get(model.owner_field, NOTHING)
    slug = key.partition(".")[0]
    if owner is not NOTHING and owner != [slug]:
        message = _("the key of the row says that it belongs to [“%(slug)s”]") % {"slug": slug}
        return key, [(model.owner_field, message, owner, "wrong-owner")]
    return key, []


def _take_fields(row: Row, fields: dict[str, Any], face: str) -> Iterator[Problem]:
    """Give a row the fields that its model has in files and that have the right shape."""
    known, within = fields_of(row.model, EDITORIAL), fields_of(row.model, face)
    derived: Sequence[str] = getattr(row.model, "derived_fields", ())
    for name, value in fields.items():
        if name in derived:
            message = _("is computed by the site and never loaded: take it out")
            yield row.problem(name, message, value, "derived-field")
        elif name not in known:
            message = _("there is no such field%(hint)s") % {"hint": hint(name, known)}
            yield row.problem(name, message, value, "unknown-field")
        elif name not in within:
            message = _(
                "is no public field, and the manifest says that the files hold the public face: take it out"
            )
            yield row.problem(name, message, value, "private-field")
        elif message := shape_problem(row.model._meta.get_field(name), value):
            yield row.problem(name, message, value, "wrong-shape")
        else:
            row.fields[name] = value


def shape_problem(field: Any, value: Any) -> str:
    """Why a JSON value cannot stand in a field, with a right example; empty if it can."""
    if field.many_to_many:
        fits = isinstance(value, list) and all(map(_is_key, value))
        return "" if fits else _('write a list of addresses, each in a list: [["nato"], ["japan"]]')
    if value is None:
        return (
            "" if field.null else _('may not be null; where nothing is stated write "" or take the field out')
        )
    if field.is_relation:
        return "" if _is_key(value) else _('write the address of one entry in a list: ["japan"]; or null')
    if isinstance(field, models.BooleanField):
        return "" if isinstance(value, bool) else _("write true or false")
    if isinstance(field, models.IntegerField):
        return "" if type(value) is int else _("write a whole number without quotation marks: 2; or null")
    return _text_problem(field, value)


def _text_problem(field: Any, value: Any) -> str:
    if isinstance(field, models.DecimalField):
        fits = type(value) is str and _DECIMAL.fullmatch(value)
        return "" if fits else _('write the number as text, so that it stays exact: "5000000.00"')
    if type(value) is not str:
        return _('write a text in quotation marks: "…"')
    if isinstance(field, models.DateTimeField) and not _MOMENT.fullmatch(value):
        return _('write the moment in UTC, to the second: "2024-06-03T14:58:00Z"')
    if UNWANTED.search(value):
        return _("has control characters or half characters: take them out")
    return ""


def _is_key(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and type(value[0]) is str
