"""Joining two edits of one entry that started from the same document: what both changed is for a person to choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partnership.documents import Document, key_of, label
from partnership.models import Entry

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
    rows = [{label(row): row for row in document} for document in (base, mine, theirs)]
    conflicts: list[Conflict] = []
    document = []
    for name in dict.fromkeys([*rows[1], *rows[2]]):
        row = _joined_row(name, *(each.get(name) for each in rows), choices, conflicts)
        if row is not None:
            document.append(row)
    return Joined(document, conflicts)


def _joined_row(
    name: str,
    base: Row | None,
    mine: Row | None,
    theirs: Row | None,
    choices: Mapping[str, str],
    conflicts: list[Conflict],
) -> Row | None:
    if mine is None or theirs is None:
        kept = mine or theirs
        if base is None or kept == base:
            return kept if base is None else None
        conflict = Conflict(name, "", base["fields"], *(each and each["fields"] for each in (mine, theirs)))
        conflicts.append(conflict)
        return mine if choices.get(conflict.name) == MINE else theirs
    fields = {}
    before = base["fields"] if base else theirs["fields"]
    for field in theirs["fields"]:
        values = before.get(field), mine["fields"].get(field), theirs["fields"][field]
        fields[field] = _joined_value(name, field, *values, choices, conflicts)
    return {**theirs, "fields": fields}


def _joined_value(
    row: str,
    field: str,
    base: Any,
    mine: Any,
    theirs: Any,
    choices: Mapping[str, str],
    conflicts: list[Conflict],
) -> Any:
    if mine in (theirs, base) or field in Entry.state_fields:
        return theirs
    if theirs == base:
        return mine
    conflict = Conflict(row, field, base, mine, theirs)
    conflicts.append(conflict)
    return mine if choices.get(conflict.name) == MINE else theirs


def _with_keys_of_its_own(base: Document, mine: Document, theirs: Document) -> Document:
    """My document with new keys for rows that both added under one key and that say different things."""
    known = {label(row) for row in base}
    their_rows = {label(row): row for row in theirs}
    taken = {key_of(row) for row in (*mine, *theirs)}
    renamed: dict[str, str] = {}
    for row in mine:
        name = label(row)
        if name not in known and name in their_rows and their_rows[name] != row:
            renamed[key_of(row)] = fresh = _free(key_of(row), taken)
            taken.add(fresh)
    return [_renamed(row, renamed) for row in mine]


def _renamed(row: Row, renamed: Mapping[str, str]) -> Row:
    fields = row["fields"]
    if fields.get("supports") in renamed:
        fields = {**fields, "supports": renamed[fields["supports"]]}
    pk = {"pk": renamed.get(row["pk"], row["pk"])} if "pk" in row else {}
    return {**row, **pk, "fields": fields}


def _free(key: str, taken: set[str]) -> str:
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"
