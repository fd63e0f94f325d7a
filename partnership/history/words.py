"""What differs in an entry, in words: labels of fields, dates and choices as a page prints them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Any, NamedTuple, cast

from django.db import models
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from partnership import dates, text
from partnership.dates import EDTFField
from partnership.documents import Document, key_of
from partnership.models import CoverageCheck, Entry, OwnedRow, PartyName, named_references

from .faces import MODELS, Entries, Face, entries_of
from .told import Altered, Change, Row

# What tells a row from others of its model where it is not the entries that it must name.
NAMED_BY: dict[type[models.Model], tuple[str, ...]] = {
    PartyName: ("text",),
    CoverageCheck: ("kind", "year"),
}
# Texts that hold one name a line.
NAMES_BY_LINE = {"other_names", "synonyms"}


@dataclass(frozen=True)
class Line:
    """One thing that changed: what it is, and its words before and after, each empty for nothing.

    `row` and `field` name the place as `documents.Difference` does; `field` is empty for a row that is new or gone.
    """

    label: str
    before: str
    after: str
    row: str = ""
    field: str = ""

    @property
    def before_parts(self) -> "Parts":
        """The words before: what stayed, what went, what stayed."""
        return self._parts(self.before)

    @property
    def after_parts(self) -> "Parts":
        """The words after: what stayed, what came, what stayed."""
        return self._parts(self.after)

    def _parts(self, words: str) -> "Parts":
        given = words.split(" ")
        head, tail = shared_ends(self.before.split(" "), self.after.split(" "))
        end = len(given) - tail
        return Parts(" ".join(given[:head]), " ".join(given[head:end]), " ".join(given[end:]))


class Parts(NamedTuple):
    """Words in three parts: the same at the start, those that differ, the same at the end. Any may be empty."""

    start: str
    differs: str
    end: str


def shared_ends(one: list[str], other: list[str]) -> tuple[int, int]:
    """How many words two texts share at their start and, of the rest, at their end."""
    head = sum(1 for _pair in takewhile(_alike, zip(one, other, strict=False)))
    rest = zip(reversed(one[head:]), reversed(other[head:]), strict=False)
    return head, sum(1 for _pair in takewhile(_alike, rest))


def _alike(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


@dataclass(frozen=True)
class ToldChange:
    """A change with the lines that tell what differs."""

    change: Change
    lines: list[Line]

    @property
    def kind(self) -> str:
        """The word for what sort of entry it is."""
        return capfirst(str(self.change.model._meta.verbose_name))


def told(changes: Iterable[Change]) -> list[ToldChange]:
    """The changes with their differences in words."""
    return [ToldChange(each, _lines(each.altered, each.rows)) for each in changes]


def differences_in_words(before: Document, after: Document, entries: Entries | None = None) -> list[Line]:
    """What differs between two documents of one entry, for staff: all fields but the workflow's own.

    An empty document stands for an entry that is not there yet, or no more: its fields are told one by one. What
    is referred to stands by its title, whatever its status; what is gone, by its slug. One query for each model named,
    and none where `entries` has them, as for documents that are not of this register.
    """
    if entries is None:
        entries = entries_of({model: slugs for model, slugs in Face.referred(before, after).items() if slugs})
    face = Face(entries)
    old, new = (face.cut(document) for document in _with_heads(before, after))
    return _lines(face.altered(old, new), {key_of(row): face.row(row) for row in (*old, *new)})


def as_lines(document: Document) -> list[Line]:
    """All that a document says, for staff."""
    return differences_in_words([], document)


def _with_heads(before: Document, after: Document) -> tuple[Document, Document]:
    """The documents, an empty one with an entry that says nothing yet."""
    heads = [_blank(document[0]) for document in (before, after) if document][:1]
    return before or heads, after or heads


def _blank(head: dict[str, Any]) -> dict[str, Any]:
    model = MODELS[head["model"]]
    usual = {name: _usual(_column(model, name)) for name in Face.names(model) if name in head["fields"]}
    return {**head, "fields": {**usual, "slug": head["fields"]["slug"]}}


def _usual(column: Any) -> Any:
    """The value of a field of which nothing has been said, as a document gives it."""
    return [] if column.many_to_many else column.get_default()


def _lines(altered: Iterable[Altered], rows: dict[str, Row]) -> list[Line]:
    lines = (_line(each, rows) for each in altered)
    return [line for line in lines if line.before or line.after]


def _line(altered: Altered, rows: dict[str, Row]) -> Line:
    row, name = altered.row, altered.field
    model: Any = row.model
    if name:
        values = altered.before, altered.after
        before, after = (_words(model, name, value, rows) for value in values)
        if before == after and name in model.markdown_fields:  # only its links or marks differ
            before, after = (str(value or "") for value in values)
        return Line(_label(row, name, rows), before, after, row.label, name)
    whole = _whole(row, rows)
    label = capfirst(str(model._meta.verbose_name))
    gone = altered.after is None
    return Line(label, whole if gone else "", "" if gone else whole, row.label)


def _label(row: Row, name: str, rows: dict[str, Row]) -> str:
    """“Place” of the entry itself; “Party taking part (Japan, Host): result” of a row it owns."""
    label = str(_column(row.model, name).verbose_name)
    if issubclass(row.model, Entry):
        return capfirst(label)
    return gettext("%(row)s: %(field)s") % {"row": _named(row, rows), "field": label}


def _named(row: Row, rows: dict[str, Row]) -> str:
    """A row by its kind and what tells it from others: “Citation (A page)”."""
    required = [each.name for each in named_references(cast("type[OwnedRow]", row.model)) if not each.null]
    names = NAMED_BY.get(row.model) or required
    words = [_words(row.model, name, row.fields.get(name), rows) for name in names]
    return gettext("%(kind)s (%(names)s)") % {
        "kind": capfirst(str(row.model._meta.verbose_name)),
        "names": ", ".join(filter(None, words)),
    }


def _whole(row: Row, rows: dict[str, Row]) -> str:
    """All that a row says, field by field: “party: Japan; role: Host”. What is empty, or usual, goes without saying."""
    words = [
        gettext("%(field)s: %(value)s") % {"field": _column(row.model, name).verbose_name, "value": value}
        for name, stored in row.fields.items()
        if stored != _column(row.model, name).get_default()
        and (value := _words(row.model, name, stored, rows))
    ]
    return "; ".join(words)


def _column(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _words(model: Any, name: str, value: Any, rows: dict[str, Row]) -> str:
    """A value of a document as a reader reads it; empty for nothing."""
    column = _column(model, name)
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name in model.markdown_fields:
        return text.plain(value)
    return _scalar(column, value, rows)


def _scalar(column: Any, value: Any, rows: dict[str, Row]) -> str:
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, (EDTFField, models.DateField)):
        return dates.parse(value).words()
    if isinstance(column, models.DecimalField):
        return _figure(Decimal(value), column.decimal_places)
    if column.name == "supports":
        return _supported(value, rows)
    separator = "; " if column.name in NAMES_BY_LINE else " "
    return separator.join(str(value).split("\n"))


def _figure(number: Decimal, places: int) -> str:
    whole = number == number.to_integral_value()
    return number_format(number, decimal_pos=0 if whole else places, use_l10n=True, force_grouping=True)


def _supported(value: str, rows: dict[str, Row]) -> str:
    """What a citation supports: a row by what it names, or a field of the entry by its label."""
    if value in rows:
        return _named(rows[value], rows)
    entries = [row.model for row in rows.values() if issubclass(row.model, Entry)]
    fields = {field.name: field for field in entries[0]._meta.get_fields()} if entries else {}
    return str(getattr(fields.get(value), "verbose_name", value))
