"""Joining two edits of one entry that started from the same document: what both changed is for a person to choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partnership.documents import Document, key_of, label
from partnership.models import Entry, free_key

MINE, THEIRS = "mine", "theirs"

Row = dict[str, Any]


@dataclass(frozen=True)
class Conflict:
    """One place that both edits changed: a field of a row, or, with `field` empty, a row that one of them deleted.

    The values are those of the documents; a row that is gone is None.
    """

    row: str
    field: str
    base: Any
    mine: Any
    theirs: Any

    @property
    def name(self) -> str:
        """The place as one word, for the name of a control."""
        return f"{self.row}.{self.field}"


@dataclass(frozen=True)
class Joined:
    """A document that holds both edits, and what had to be chosen for it."""

    document: Document
    conflicts: list[Conflict]

    def is_settled(self, choices: Mapping[str, str]) -> bool:
        """Whether a choice was made for each conflict."""
        return all(choices.get(each.name) in (MINE, THEIRS) for each in self.conflicts)


def join(base: Document, mine: Document, theirs: Document, choices: Mapping[str, str]) -> Joined:
    """Both edits in one document; where both changed a place it has `theirs` unless `choices` says `mine`.

    A row that both added under one key stays twice, mine under a new key: nobody's row is lost.
    """
    mine = _with_keys_of_its_own(base, mine, theirs)
    before, ours, others = ({label(row): row for row in document} for document in (base, mine, theirs))
    chooser = _Chooser(choices)
    document = [
        row
        for name in dict.fromkeys([*ours, *others])
        if (row := chooser.row(name, before.get(name), ours.get(name), others.get(name)))
    ]
    return Joined(document, chooser.conflicts)


class _Chooser:
    """Joins rows and values, and notes what has to be chosen for it."""

    def __init__(self, choices: Mapping[str, str]):
        self.conflicts: list[Conflict] = []
        self._choices = choices

    def row(self, name: str, base: Row | None, mine: Row | None, theirs: Row | None) -> Row | None:
        """The joined row; None if it is gone."""
        if mine and theirs:
            before = (base or theirs)["fields"]
            fields = {
                field: self._value(name, field, before.get(field), mine["fields"].get(field), value)
                for field, value in theirs["fields"].items()
            }
            return {**theirs, "fields": fields}
        kept = mine or theirs
        if base is None or kept == base:  # one added it, or one deleted what the other left as it was
            return kept if base is None else None
        values = (each and each["fields"] for each in (base, mine, theirs))
        return mine if self._is_mine(Conflict(name, "", *values)) else theirs

    def _value(self, row: str, field: str, base: Any, mine: Any, theirs: Any) -> Any:
        if mine in (theirs, base) or field in Entry.state_fields:
            return theirs
        if theirs == base:
            return mine
        return mine if self._is_mine(Conflict(row, field, base, mine, theirs)) else theirs

    def _is_mine(self, conflict: Conflict) -> bool:
        self.conflicts.append(conflict)
        return self._choices.get(conflict.name) == MINE


def _with_keys_of_its_own(base: Document, mine: Document, theirs: Document) -> Document:
    """My document with new keys for rows that both added under one key and that say different things."""
    known = {label(row) for row in base}
    their_rows = {label(row): row for row in theirs}
    taken = {key_of(row) for row in (*mine, *theirs)}
    fresh_keys: dict[str, str] = {}
    supported: dict[str, str] = {}
    for row in mine:
        name, key = label(row), key_of(row)
        if name not in known and name in their_rows and their_rows[name] != row:
            fresh_keys[name] = fresh = free_key(key, taken)
            taken.add(fresh)
            if "supports" not in row["fields"]:  # a citation supports rows of other models only
                supported[key] = fresh
    return [_renamed(row, fresh_keys, supported) for row in mine]


def _renamed(row: Row, fresh_keys: Mapping[str, str], supported: Mapping[str, str]) -> Row:
    """A row under its new key; rows of two models may have the same, so it is looked for by its label."""
    fields = row["fields"]
    if fields.get("supports") in supported:
        fields = {**fields, "supports": supported[fields["supports"]]}
    if label(row) not in fresh_keys:
        return {**row, "fields": fields}
    return {**row, "pk": fresh_keys[label(row)], "fields": fields}
