"""A load against an older bundle: what the files changed since, what the register changed, and where both did."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from partnership.documents import Document, key_of, label
from partnership.editorial.merging import MINE, Conflict, join
from partnership.exchange.checking import OWNED_ORDER, Change, Known, document_after
from partnership.exchange.export import OWNED_MODELS
from partnership.exchange.reading import Problem, opened, shown
from partnership.exchange.staging import Staged, staging

from .report import FAIL, FILE, LoadRefused

CHANGED = "changed"
_UNSAID = object()


@dataclass
class Base:
    """The older bundle from which the files of a load were made; `replaced` are the models of which it is the whole truth."""

    staged: Staged
    replaced: set[type[models.Model]]

    def document(self, change: Change, known: Known) -> Document | None:
        """What the register would say of an entry had only the older bundle been loaded; None if that lacks the entry."""
        rows = self.staged.rows_of(change.model, [change.slug]).get(change.slug)
        if not rows or change.before is None:
            return None
        older = Change(change.model, change.slug, before=change.before, key=change.key)
        older.entry_row = next((row for row in rows if row.model is change.model), None)
        older.rows = [row for row in rows if row.model is not change.model]
        return document_after(older, self.replaced, known)


@contextmanager
def older_bundle(path: Path) -> Iterator[Base]:
    """The older bundle, its rows set down while a load asks for them.

    Raises:
        LoadRefused: it cannot be read.
    """
    source = opened([path])
    with staging() as staged:
        staged.take(source.rows)
        if source.problems:
            raise LoadRefused(source.problems)
        yield Base(staged, set(OWNED_MODELS) if source.whole else staged.models)


def settle(change: Change, base: Document | None, on_conflict: str) -> tuple[list[Problem], list[str]]:
    """Make of a change what both sides say, as against the older bundle: (what is to be decided, what was decided).

    What only one side changed is that side's. Of what both changed the choice is the file's, the register's, or an error.
    """
    if base is None or change.before is None or change.is_none:
        return [], []
    theirs, mine = change.before, change.after
    later = max(theirs[0]["fields"][CHANGED], mine[0]["fields"][CHANGED])
    base += _added_by_both(base, mine, theirs)
    base, mine = (_with(document, CHANGED, theirs[0]["fields"][CHANGED]) for document in (base, mine))
    joined = join(base, mine, theirs, {})  # where both changed a place it has the register's
    found = joined.conflicts
    if found and on_conflict == FILE:
        joined = join(base, mine, theirs, {each.name: MINE for each in found})
    document = _in_order(joined.document)
    change.after = theirs if document == theirs else _with(document, CHANGED, later)
    if found and on_conflict == FAIL:
        return [_problem(change, each) for each in found], []
    return [], [f"{change.reference} {each.name}" for each in found]


def _added_by_both(base: Document, mine: Document, theirs: Document) -> Document:
    """Rows under one key that both sides have and the older bundle lacks, as if it had said nothing in them.

    Each field in which they differ is then a conflict. Joined as new rows, mine would come again under another key
    at every load.
    """
    known = {label(row) for row in base}
    ours = {label(row) for row in mine}
    return [
        {**row, "fields": dict.fromkeys(row["fields"], _UNSAID)}
        for row in theirs
        if label(row) in ours and label(row) not in known
    ]


def _in_order(document: Document) -> Document:
    """Rows in the order of `documents.dump`, so that what is the same is seen to be the same."""
    head, *rows = document
    return [head, *sorted(rows, key=lambda row: (OWNED_ORDER[row["model"]], key_of(row)))]


def _with(document: Document, name: str, value: Any) -> Document:
    head, *rows = document
    return [{**head, "fields": {**head["fields"], name: value}}, *rows]


def _problem(change: Change, conflict: Conflict) -> Problem:
    rows = {row.label: row for row in change.rows}
    place = rows.get(conflict.row, change.place)
    message = _(
        "changed here too since the older bundle: it was %(base)s, the register says %(theirs)s. "
        "Choose with --on-conflict, or mend the file"
    )
    was = "-" if conflict.base is _UNSAID else shown(conflict.base)
    values = {"base": was, "theirs": shown(conflict.theirs)}
    label = conflict.row
    return Problem(
        place.file, place.line, label, conflict.field, message % values, shown(conflict.mine), "conflict"
    )
