"""Fixture files as rows that know their place: what can be told of them without asking the database.

Whatever is wrong is gathered with file, line, row and field, and reading goes on after it; only a file that is no JSON
is given up where it breaks.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from partnership.documents import EDITORIAL, fields_of, model_label
from partnership.exchange.export import FILE_NUMBERS
from partnership.models import Alias, Entry, OwnedRow

MODELS = {model_label(model): model for model in FILE_NUMBERS}
"""The models that files may hold, by their name in a row: entries, the rows they own and aliases, nothing else."""

NOTHING = object()
_BLANK = re.compile(r"[ \t\n\r]*")
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a file: `row` is `model[key]`; line 0 and empty texts stand for what does not apply.

    `code` is the word for this sort of problem, the same whatever the language of the message.
    """

    file: str
    line: int
    row: str
    field: str
    message: str
    value: str = ""
    code: str = ""

    def __str__(self) -> str:
        place = ".".join(part for part in (self.row, self.field) if part)
        said = f"{place}: {self.message}" if place else self.message
        where = f"{self.file}:{self.line}" if self.line else self.file
        value, code = self.value and f" ({self.value})", self.code and f" [{self.code}]"
        return f"{where}  {said}{value}{code}"


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


@dataclass
class Bundle:
    """The rows of some files and what is wrong with them; `complete` is false if a file could not be read to its end."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True
    whole: bool = False
    digest: str = ""


def read(paths: Sequence[Path]) -> Bundle:
    """Read fixture files, and every `*.json` that stands directly in a folder, in the order of their names."""
    bundle = Bundle()
    for path in paths:
        for file in _files(Path(path), bundle):
            _read_file(file, file.name if len(paths) == 1 else str(file), bundle)
    return bundle


def _files(path: Path, bundle: Bundle) -> list[Path]:
    try:
        if path.is_file():
            return [path]
        # A link that leads nowhere is kept: to pass over it would hide that a file is missing.
        found = sorted(each for each in path.glob("*.json") if not each.is_dir())
    except OSError as error:
        bundle.problems.append(_unread(str(path), error))
        return []
    if not found:
        message = (
            _("there is no file *.json in this folder: name the folder of an export")
            if path.is_dir()
            else _("there is no such file or folder")
        )
        bundle.problems.append(Problem(str(path), 0, "", "", message))
    return found


def _unread(name: str, error: OSError) -> Problem:
    message = _("the system cannot read it: %(error)s") % {"error": error.strerror or error}
    return Problem(name, 0, "", "", message)


def _read_file(path: Path, name: str, bundle: Bundle) -> None:
    decoder = _Decoder()
    try:
        content = path.read_bytes()
    except OSError as error:
        bundle.problems.append(_unread(name, error))
        bundle.complete = False
        return
    try:
        for line, value in _values(_text(content), decoder):
            if row := _row(Row(name, line, Alias, "?"), value, decoder.twice, bundle.problems):
                bundle.rows.append(row)
    except _Unreadable as error:
        bundle.problems.append(Problem(name, error.line, "", "", error.message))
        bundle.complete = False


# JSON


class _Unreadable(Exception):
    """A file that cannot be read on from a line."""

    def __init__(self, line: int, message: str):
        self.line, self.message = line, message
        super().__init__(message)


class _Inexact(str):
    """A number that JSON writes with a point or exponent, or NaN or Infinity: no field of the register takes one."""


class _Decoder(json.JSONDecoder):
    """Reads one value at a time and notes in `twice` the names that one of its objects has twice."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=self._object, parse_float=_Inexact, parse_constant=_Inexact)
        self.twice: list[str] = []

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                self.twice.append(name)
            seen.add(name)
        return dict(pairs)


def _text(content: bytes) -> str:
    if content.startswith(b"\xef\xbb\xbf"):
        raise _Unreadable(1, _("the file starts with a byte order mark: save it as UTF-8 without one"))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable(line, _("this is not UTF-8: save the file as UTF-8")) from error


def _values(text: str, decoder: _Decoder) -> Iterator[tuple[int, Any]]:
    """The values of a JSON list, each with the line on which it starts."""
    place, line = _skip(text, 0), 1
    if text[place : place + 1] != "[":
        raise _Unreadable(1, _("a fixture file is a list of rows: it starts with [ and ends with ]"))
    counted, mark, place = 0, "[", _skip(text, place + 1)
    while mark != "]":
        line += text.count("\n", counted, place)
        counted = place
        if mark == "[" and text[place : place + 1] == "]":
            place += 1
            break
        decoder.twice.clear()
        value, place = _decode(decoder, text, place, line)
        yield line, value
        place = _skip(text, place)
        mark = text[place : place + 1]
        if mark not in (",", "]") or not mark:
            line += text.count("\n", counted, place)
            raise _Unreadable(line, _("after a row comes a comma, or ] at the end of the list"))
        place = _skip(text, place + 1)
    if _skip(text, place) < len(text):
        raise _Unreadable(text.count("\n", 0, place) + 1, _("there is text after the end of the list"))


def _decode(decoder: _Decoder, text: str, place: int, line: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, place)
    except json.JSONDecodeError as error:
        values = {"what": error.msg, "column": error.colno}
        raise _Unreadable(
            error.lineno, _("this is not JSON: %(what)s, column %(column)s") % values
        ) from error
    except (ValueError, RecursionError) as error:
        raise _Unreadable(line, _("this row has a number too long or is nested too deeply")) from error


def _skip(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place


# Rows


def _row(row: Row, value: Any, twice: Iterable[str], problems: list[Problem]) -> Row | None:
    """Fill a row from a JSON value. None if it cannot even be named."""
    if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
        message = _('a row is an object such as {"model": "partnership.event", "fields": {"slug": "…"}}')
        problems.append(Problem(row.file, row.line, "", "", message, shown(value)))
        return None
    model = MODELS.get(value["model"]) if type(value.get("model")) is str else None
    if model is None:
        message = _("no model of this name can be loaded%(hint)s")
        message %= {"hint": hint(value.get("model"), MODELS)}
        problems.append(Problem(row.file, row.line, "", "model", message, shown(value.get("model"))))
        return None
    row.model = model
    row.key, found = _key(model, value)
    problems += [row.problem(name, message, shown_value) for name, message, shown_value in found]
    problems += [row.problem(name, _("is written twice in one object: keep one")) for name in twice]
    for name in value.keys() - {"model", "pk", "fields"}:
        problems.append(row.problem(name, _("a row has model, pk and fields only: take it out")))
    problems += _take_fields(row, value["fields"])
    return None if row.key == "?" else row


def _key(model: type[models.Model], value: dict[str, Any]) -> tuple[str, list[tuple[str, str, Any]]]:
    """The key of a row, and what is wrong with it as (field, message, value)."""
    fields = value["fields"]
    if issubclass(model, OwnedRow):
        return _owned_key(model, value)
    name = "slug" if issubclass(model, Entry) else "address"
    key = fields.get(name)
    found: list[tuple[str, str, Any]] = []
    if type(key) is not str or not key:
        found.append((name, _("is missing: it is what the row is known by"), fields.get(name, NOTHING)))
        key = "?"
    if "pk" in value:
        message = _("this row is known by its “%(name)s”: take the pk out") % {"name": name}
        found.append(("pk", message, value["pk"]))
    return key, found


def _owned_key(model: type[OwnedRow], value: dict[str, Any]) -> tuple[str, list[tuple[str, str, Any]]]:
    key = value.get("pk")
    if type(key) is not str or "." not in key:
        message = _(
            "is missing or no key: write the address of the entry, a full stop and a word, for example "
        )
        return "?", [("pk", f"{message}nato-madrid-summit-2022.japan", value.get("pk", NOTHING))]
    owner = value["fields"].get(model.owner_field, NOTHING)
    slug = key.partition(".")[0]
    if owner is not NOTHING and owner != [slug]:
        message = _("the key of the row says that it belongs to [“%(slug)s”]") % {"slug": slug}
        return key, [(model.owner_field, message, owner)]
    return key, []


def _take_fields(row: Row, fields: dict[str, Any]) -> Iterator[Problem]:
    """Give a row the fields that its model has in files and that have the right shape."""
    known = fields_of(row.model, EDITORIAL)
    derived: Sequence[str] = getattr(row.model, "derived_fields", ())
    for name, value in fields.items():
        if name in derived:
            yield row.problem(name, _("is computed by the site and never loaded: take it out"), value)
        elif name not in known:
            yield row.problem(name, _("there is no such field%(hint)s") % {"hint": hint(name, known)}, value)
        elif message := shape_problem(row.model._meta.get_field(name), value):
            yield row.problem(name, message, value)
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
    if _UNWANTED.search(value):
        return _("has control characters or half characters: take them out")
    return ""


def _is_key(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and type(value[0]) is str


# Words


def hint(name: Any, known: Iterable[str]) -> str:
    """A known name that looks like `name`, as the end of a message: ` (did you mean “japan”?)`; else empty."""
    near = get_close_matches(name, list(known), n=1) if isinstance(name, str) else []
    return _(" (did you mean “%(name)s”?)") % {"name": near[0]} if near else ""


def shown(value: Any) -> str:
    """A value as a message shows it: as it stands in the file, at most 60 characters."""
    if value is NOTHING:
        return ""
    text = str(value) if isinstance(value, _Inexact) else json.dumps(value, ensure_ascii=False)
    text = _UNWANTED.sub("�", text)
    return text if len(text) <= 60 else f"{text[:59]}…"
