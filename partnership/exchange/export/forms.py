"""How rows are written as text: one writer per model, made once, that puts values between constant pieces of text.

The text is what `json.dumps` makes of the row, with indent 1 or on one line. Python's encoder writes indented text in
plain Python, value by value; here only the values are encoded.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from typing import Any

from django.db import models

from partnership.documents import model_label, moment

Encoder = Callable[[Any], str]


@dataclass(frozen=True)
class Form:
    """A form of fixture file: what stands before, between and after its rows, and how one row is laid out.

    `skeleton` is `json.dumps` of a row of placeholders; `key` lays out a natural key, `keys` several of them.
    """

    name: str
    start: str
    between: str
    end: str
    empty: str
    skeleton: Callable[[Any], str]
    key: str
    keys: tuple[str, str, str]


def _indented(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False, indent=1).replace("\n", "\n ")


def _on_one_line(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False)


JSON = Form(
    "json",
    start="[\n ",
    between=",\n ",
    end="\n]\n",
    empty="[]\n",
    skeleton=_indented,
    key="[\n    %s\n   ]",
    keys=("[\n    [\n     ", "\n    ],\n    [\n     ", "\n    ]\n   ]"),
)
JSONL = Form(
    "jsonl",
    start="",
    between="\n",
    end="\n",
    empty="",
    skeleton=_on_one_line,
    key="[%s]",
    keys=("[[", "], [", "]]"),
)
FORMS = {form.name: form for form in (JSON, JSONL)}


def writer(
    form: Form,
    model: type[models.Model],
    columns: Iterable[Any],
    addresses: dict[type[models.Model], dict[int, str]],
) -> Callable[[Iterable[Any]], str]:
    """A function that writes a row of a model from its values, in the order of `columns`.

    The first value is the text key where the model is known by one. A many-to-many value is a sorted list of addresses.
    """
    columns = list(columns)
    keyed = bool(columns) and columns[0].primary_key
    named = columns[1:] if keyed else columns
    row: dict[str, Any] = {"model": model_label(model)}
    if keyed:
        row["pk"] = "@"
    row["fields"] = {each.name: "@" for each in named}
    # Names of models and fields have no sign that a template would read.
    template = form.skeleton(row).replace('"@"', "%s")
    encoders = [_encoder(form, each, addresses) for each in columns]

    def written(values: Iterable[Any]) -> str:
        return template % tuple([encode(value) for encode, value in zip(encoders, values, strict=True)])

    return written


def _encoder(form: Form, field: Any, addresses: dict[type[models.Model], dict[int, str]]) -> Encoder:
    if field.many_to_many:
        return _many(form)
    if field.is_relation:
        return _one(form, addresses[field.related_model])
    if isinstance(field, models.BooleanField):
        return _or_null(lambda value: "true" if value else "false")
    if isinstance(field, models.IntegerField):
        return _or_null(str)
    if isinstance(field, models.DateTimeField):
        return _or_null(lambda value: f'"{moment(value)}"')
    if isinstance(field, models.DateField):
        return _or_null(lambda value: f'"{value.isoformat()}"')
    if isinstance(field, models.DecimalField):
        return _or_null(_number(field.decimal_places))
    return _or_null(lambda value: quoted(str(value))) if field.null else quoted


def _or_null(encode: Encoder) -> Encoder:
    return lambda value: "null" if value is None else encode(value)


def _number(places: int) -> Encoder:
    def written(value: Decimal) -> str:
        return f'"{value:.{places}f}"'

    return written


def _one(form: Form, slugs: dict[int, str]) -> Encoder:
    kept: dict[int | None, str] = {None: "null"}

    def written(key: int | None) -> str:
        text = kept.get(key)
        if text is None and key is not None:
            text = form.key % quoted(slugs[key])
            if len(kept) < 10_000:  # what is named often is written often
                kept[key] = text
        return text or "null"

    return written


def _many(form: Form) -> Encoder:
    first, between, last = form.keys

    def written(slugs: list[str]) -> str:
        return first + between.join(map(quoted, slugs)) + last if slugs else "[]"

    return written
