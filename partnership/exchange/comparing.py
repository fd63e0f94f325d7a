"""Two bundles, or a bundle and the register, entry by entry: what differs, in words and under the relations it is about.

Both sides are read once into a throw-away SQLite file, so that neither the order of their rows nor their number
matters; only what differs is then made into documents. Titles are those of the bundles themselves.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partnership.documents import Difference, Document, differences, model_label
from partnership.exchange.export import FILE_NUMBERS, OWNER_OF
from partnership.exchange.sides import Side
from partnership.exchange.throwaway import thrown_away
from partnership.history import Line, differences_in_words
from partnership.history.faces import Entries, Face
from partnership.models import (
    ENTRY_MODELS,
    RECORD_MODELS,
    Alias,
    Entry,
    OwnedRow,
    Party,
    Relation,
    entry_model,
)
from partnership.text import fold

OLD, NEW = 0, 1
CREATED, CHANGED, REMOVED = "created", "changed", "removed"
ROWS_A_WRITE = 1000

_TABLE = (
    "CREATE TABLE row (side INTEGER, kind TEXT, slug TEXT, place INTEGER, key TEXT, fields TEXT,"
    " PRIMARY KEY (side, kind, slug, place, key)) WITHOUT ROWID"
)
_DIFFERING = (
    "SELECT one.kind, one.slug FROM row one LEFT JOIN row other ON other.side = 1 - one.side AND other.kind = one.kind"
    " AND other.slug = one.slug AND other.place = one.place AND other.key = one.key"
    " WHERE one.fields IS NOT other.fields GROUP BY one.kind, one.slug"
)
_PLACES = {number: model for model, number in FILE_NUMBERS.items()}


@dataclass(frozen=True)
class EntryChange:
    """What differs in one entry, or in one old address; `what` is CREATED, CHANGED or REMOVED.

    `relations` are the titles of the relations that it is about, in the order of `Comparison.groups`.
    """

    kind: str
    reference: str
    title: str
    what: str
    relations: list[str]
    lines: list[Line]
    differences: list[Difference]


@dataclass
class Group:
    """What differs under one relation, or under none: what is told here, and what an earlier relation tells."""

    title: str
    told: list[str] = field(default_factory=list)
    told_elsewhere: list[str] = field(default_factory=list)


class _Relation(NamedTuple):
    """A relation that one of the sides has."""

    title: str
    reference: str
    organisation: str
    party: str


@contextmanager
def compare(old: Side, new: Side) -> Iterator["Comparison"]:
    """Read both sides; what differs between them can be asked for while the context lasts."""
    with thrown_away(_TABLE) as store:
        for number, side in ((OLD, old), (NEW, new)):
            store.executemany(
                "INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?, ?, ?)",
                (_stored(number, model, key, fields) for model, key, fields in side.rows()),
            )
        yield Comparison(store)


def _stored(side: int, model: type[models.Model], key: str, fields: dict[str, Any]) -> tuple[Any, ...]:
    is_owned = issubclass(model, OwnedRow)
    kind = OWNER_OF[model] if is_owned else model
    slug = key.partition(".")[0] if is_owned else key
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return side, kind.__name__.lower(), slug, FILE_NUMBERS[model], key, text


class Comparison:
    """What differs between two sides; entries are named by their references, `kind:slug`."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self._title = lru_cache(maxsize=20_000)(self._title_of)
        self._line = lru_cache(maxsize=20_000)(self._line_of)
        order = {model.kind_name(): place for place, model in enumerate(ENTRY_MODELS)}
        found = sorted(store.execute(_DIFFERING), key=lambda each: (order.get(each[0], len(order)), each[1]))
        self.differing = [f"{kind}:{slug}" for kind, slug in found]

    def __bool__(self) -> bool:
        return bool(self.differing)

    def counts(self) -> Counter[str]:
        """How many entries and old addresses are created, changed and removed."""
        return Counter(self._what(reference) for reference in self.differing)

    def groups(self) -> list[Group]:
        """What differs under the relations it is about, in alphabetical order; what is about none comes last.

        What is about several relations is told under the first, as the page of an edition does.
        """
        relations = self._relations
        groups = [Group(each.title) for each in relations]
        about_none = Group(_("Shared by all relations, or about none") if relations else "")
        for reference in self.differing:
            first, *others = [groups[number] for number in self._about(reference)] or [about_none]
            first.told.append(reference)
            for other in others:
                other.told_elsewhere.append(reference)
        return [group for group in (*groups, about_none) if group.told or group.told_elsewhere]

    def change(self, reference: str) -> EntryChange:
        """What differs in one entry."""
        kind, _colon, slug = reference.partition(":")
        model: Any = entry_model(kind) or Alias
        before, after = self.document(OLD, reference), self.document(NEW, reference)
        return EntryChange(
            kind=capfirst(str(model._meta.verbose_name)),
            reference=reference,
            title=slug if model is Alias else self._title(model, slug),
            what=self._what(reference),
            relations=[self._relations[number].title for number in self._about(reference)],
            lines=_alias_lines(before, after) if model is Alias else self._lines(model, before, after),
            differences=differences(before, after),
        )

    def document(self, side: int, reference: str) -> Document:
        """What one side says of an entry; empty if nothing."""
        kind, _colon, slug = reference.partition(":")
        stored = self._store.execute(
            "SELECT place, key, fields FROM row WHERE side = ? AND kind = ? AND slug = ? ORDER BY place, key",
            (side, kind, slug),
        )
        rows = [_row(_PLACES[place], key, json.loads(fields)) for place, key, fields in stored]
        model = entry_model(kind)
        if rows and model and rows[0]["model"] != model_label(model):
            # A file of owned rows alone: what the entry itself says is not compared.
            rows.insert(0, _row(model, slug, {"slug": slug}))
        return rows

    def references(self, side: int) -> Iterator[str]:
        """Every entry and old address of one side."""
        found = self._store.execute("SELECT DISTINCT kind, slug FROM row WHERE side = ?", (side,))
        return (f"{kind}:{slug}" for kind, slug in found)

    def _what(self, reference: str) -> str:
        kind, _colon, slug = reference.partition(":")
        place = FILE_NUMBERS[entry_model(kind) or Alias]
        stored = self._store.execute(
            "SELECT side, place FROM row WHERE kind = ? AND slug = ? AND side IN (0, 1)", (kind, slug)
        )
        found = set(stored)
        sides = {side for side, _place in found}
        if sides == {NEW} and (NEW, place) in found:
            return CREATED
        return REMOVED if sides == {OLD} and (OLD, place) in found else CHANGED

    # In words

    def _lines(self, model: Any, before: Document, after: Document) -> list[Line]:
        wanted = Face.referred(before, after)
        titles: dict[Any, dict[str, str]] = {
            each: {slug: self._title(each, slug) for slug in slugs} for each, slugs in wanted.items()
        }
        # A title is all that words need of an entry.
        lines = differences_in_words(before, after, entries=cast("Entries", titles))
        if before and after:
            lines += _state_lines(model, before[0]["fields"], after[0]["fields"], others=bool(lines))
        return lines or [_as_it_stands(each) for each in differences(before, after)]

    def _title_of(self, model: type[Entry], slug: str) -> str:
        fields = self._head(model, slug)
        if model is Relation and fields:
            return str(
                _("%(organisation)s – relations with %(party)s")
                % {
                    name: self._title(Party, (fields.get(name) or [slug])[0])
                    for name in ("organisation", "party")
                }
            )
        return next((str(fields[name]) for name in ("title", "name", "label") if fields.get(name)), slug)

    def _head(self, model: type[Entry], slug: str) -> dict[str, Any]:
        """The fields of an entry as the newer side has them, else the older."""
        place = (model.kind_name(), slug, FILE_NUMBERS[model], slug)
        for side in (NEW, OLD):
            stored = self._store.execute(
                "SELECT fields FROM row WHERE side = ? AND kind = ? AND slug = ? AND place = ? AND key = ?",
                (side, *place),
            ).fetchone()
            if stored:
                return cast("dict[str, Any]", json.loads(stored[0]))
        return {}

    # Relations

    @property
    def _relations(self) -> list[_Relation]:
        if not hasattr(self, "_found_relations"):
            self._found_relations = sorted(
                self._relations_of_both(), key=lambda each: (fold(each.title), each)
            )
        return self._found_relations

    def _relations_of_both(self) -> Iterator[_Relation]:
        stored = self._store.execute(
            "SELECT DISTINCT slug FROM row WHERE side IN (0, 1) AND kind = 'relation' AND place = ?",
            (FILE_NUMBERS[Relation],),
        )
        for (slug,) in stored.fetchall():
            fields = self._head(Relation, slug)
            organisation, party = ((fields.get(name) or [""])[0] for name in ("organisation", "party"))
            yield _Relation(self._title(Relation, slug), f"relation:{slug}", organisation, party)

    def _about(self, reference: str) -> list[int]:
        """The numbers of the relations that an entry is about, on one side or the other."""
        kind = reference.partition(":")[0]
        if kind == Relation.kind_name():
            return [number for number, each in enumerate(self._relations) if each.reference == reference]
        if entry_model(kind) not in RECORD_MODELS:
            return []
        pairs = set()
        for side in (OLD, NEW):
            document = self.document(side, reference)
            organisations = {
                key[0] for row in document[:1] for key in row["fields"].get("organisations") or []
            }
            named = {row["fields"]["party"][0] for row in document[1:] if row["fields"].get("party")}
            parties = {each for party in named for each in self._line(party)}
            pairs |= {(one, other) for one in organisations for other in parties}
        return [
            number for number, each in enumerate(self._relations) if (each.organisation, each.party) in pairs
        ]

    def _line_of(self, party: str) -> list[str]:
        """A party and what it is a part of: what a navy does is about its country."""
        found: list[str] = []
        while party and party not in found:
            found.append(party)
            party = (self._head(Party, party).get("parent") or [""])[0]
        return found


def _row(model: type[models.Model], key: str, fields: dict[str, Any]) -> dict[str, Any]:
    head = {"model": model_label(model)}
    return head | ({"pk": key} if issubclass(model, OwnedRow) else {}) | {"fields": fields}


def _state_lines(model: Any, before: dict[str, Any], after: dict[str, Any], *, others: bool) -> list[Line]:
    """What the workflow wrote; the moment of the last change only where nothing else differs."""
    found: list[Line] = []
    for name in model.state_fields:
        was, becomes = before.get(name), after.get(name)
        if was == becomes or (name == "changed" and (others or found)):
            continue
        column = model._meta.get_field(name)
        before_words, after_words = (
            str(dict(column.flatchoices or ()).get(value, value or "")) for value in (was, becomes)
        )
        found.append(Line(capfirst(str(column.verbose_name)), before_words, after_words, field=name))
    return found


def _alias_lines(before: Document, after: Document) -> list[Line]:
    was, becomes = (next((row["fields"].get("target", "") for row in each), "") for each in (before, after))
    return [Line(capfirst(str(Alias._meta.get_field("target").verbose_name)), was, becomes, field="target")]


def _as_it_stands(difference: Difference) -> Line:
    """What no word tells, such as a value that a reader sees as nothing: as the files have it."""
    before, after = (
        json.dumps(value, ensure_ascii=False) if value is not None else ""
        for value in (difference.before, difference.after)
    )
    return Line(difference.field or difference.row, before, after, difference.row, difference.field)
