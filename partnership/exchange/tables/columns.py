"""The columns of the table of a kind: what stands in them, and from what of the register it comes.

A code stands with its words in a column beside it, a date with the first and last day that it can mean. Columns that only
explain others are not read back.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from partnership.dates import EDTFField
from partnership.models import Area, Entry, Party, Record, Term

# What a column holds. Lists stand in one cell, parted by SEPARATOR.
CODE, WORDS, TEXT, DATE, DAY, MOMENT, NUMBER, WHOLE, LIST, ADDRESS = (
    "code",
    "words",
    "text",
    "date",
    "day",
    "moment",
    "number",
    "whole number",
    "list",
    "address",
)
SEPARATOR = ";"

# By what an entry is named, where it is not a title.
_NAMED: dict[type[Entry], str] = {Party: "name", Area: "name"}
# Fields that say nothing of a published entry: its status is that it is published.
LEFT_OUT = ("status", "withdrawn_reason")


@dataclass(frozen=True)
class Column:
    """A column: its name in the heading, its label and meaning in words, what it holds, and whether it is read back."""

    name: str
    label: str | Promise
    help: str | Promise
    kind: str
    reads_back: bool = True


@dataclass(frozen=True)
class Spec:
    """A column and where its values come from: a field of the model, or rows beside it; and which part of them."""

    column: Column
    source: str
    part: str = "value"


def columns(model: type[Entry]) -> tuple[Column, ...]:
    """The columns of the table of a kind, in order."""
    return tuple(spec.column for spec in specs(model))


@cache
def specs(model: type[Entry]) -> tuple[Spec, ...]:
    """The columns of the table of a kind with where their values come from."""
    found: list[Spec] = []
    for name in model.public_fields:
        if name not in LEFT_OUT:
            found += _of_field(model, model._meta.get_field(name))
    beside: list[Spec] = []
    if issubclass(model, Record):
        beside += _PARTIES + _MEANINGS.get(model.kind_name(), [])
    if "citations" in model.owned_rows:
        beside += _SOURCES
    place = next(number for number, each in enumerate(found) if each.source == "first_published")
    found[place:place] = beside
    if model is not Term:
        found.append(_PAGE)
    return tuple(found)


def _of_field(model: type[Entry], field: Any) -> list[Spec]:
    """The column of a field, and those that explain it."""
    name, label, meaning = field.name, field.verbose_name, field.help_text
    if field.many_to_many:
        words = Column(f"{name}_names", _said(_("{field}: names"), label), "", LIST, reads_back=False)
        return [Spec(Column(name, label, meaning, LIST), name), Spec(words, name, "words")]
    if field.is_relation:
        kind = "words" if field.related_model is Term else _NAMED.get(field.related_model, "title")
        words = Column(f"{name}_{kind}", _said(_("{field}: name"), label), "", WORDS, reads_back=False)
        return [Spec(Column(name, label, meaning, CODE), name), Spec(words, name, "words")]
    if field.choices:
        words = Column(f"{name}_words", _said(_("{field}: in words"), label), "", WORDS, reads_back=False)
        return [Spec(Column(name, label, meaning, CODE), name), Spec(words, name, "words")]
    specs = [Spec(Column(name, label, meaning, _kind_of(field), name not in model.state_fields), name)]
    if isinstance(field, EDTFField):
        stem = "" if name == "date" else f"{name}_"
        first = Column(f"{stem}earliest", _said(_("{field}: first possible day"), label), "", DAY, False)
        last = Column(f"{stem}latest", _said(_("{field}: last possible day"), label), "", DAY, False)
        specs += [Spec(first, name, "earliest"), Spec(last, name, "latest")]
    return specs


def _said(words: Any, label: Any) -> Promise:
    return format_lazy(words, field=label)


def _kind_of(field: Any) -> str:
    if isinstance(field, EDTFField):
        return DATE
    if isinstance(field, models.DecimalField):
        return NUMBER
    if isinstance(field, models.DateTimeField):
        return MOMENT
    if isinstance(field, models.DateField):
        return DAY
    return WHOLE if isinstance(field, models.IntegerField) else TEXT


_PARTIES = [
    Spec(
        Column(
            "parties",
            _("parties taking part"),
            _("Each as party:role, by their addresses: japan:donor;ukraine:beneficiary"),
            LIST,
        ),
        "parties",
    ),
    Spec(Column("parties_words", _("parties taking part: in words"), "", LIST, False), "parties", "words"),
]
_SOURCES = [
    Spec(
        Column(
            "sources",
            _("sources"),
            _(
                "The addresses of the sources that support the entry or something in it; sources.csv lists them."
            ),
            LIST,
        ),
        "sources",
    ),
    Spec(Column("sources_titles", _("sources: titles"), "", LIST, False), "sources", "words"),
    Spec(Column("sources_urls", _("sources: web addresses"), "", LIST, False), "sources", "urls"),
]
_PAGE = Spec(
    Column("page", _("page"), _("The address of the page of the entry on the site."), ADDRESS, False), "page"
)


def _meaning(name: str, label: Promise, acts_as: str) -> list[Spec]:
    return [
        Spec(Column(name, label, "", LIST, False), "meaning", acts_as),
        Spec(
            Column(f"{name}_names", _said(_("{field}: names"), label), "", LIST, False),
            "meaning names",
            acts_as,
        ),
    ]


_MEANINGS = {
    "contribution": _meaning("donors", _("donors"), "donor")
    + _meaning("beneficiaries", _("beneficiaries"), "beneficiary"),
    "fund": _meaning("leads", _("lead nations"), "lead")
    + _meaning("beneficiaries", _("beneficiaries"), "beneficiary"),
}
