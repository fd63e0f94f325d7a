"""Documents as an editor would leave them."""

from copy import deepcopy
from typing import Any

from partnership import documents
from partnership.documents import Document
from partnership.editorial import revising, workflow
from partnership.models import Entry, Revision


def edited(document: Document, **fields: Any) -> Document:
    """A copy of a document with other values in the row of the entry."""
    copy = deepcopy(document)
    copy[0]["fields"].update(fields)
    return copy


def changed(entry: Entry, **fields: Any) -> Document:
    """What an entry says to its editors now, with other values; a note for staff if none are given."""
    return edited(revising.present(entry).document, **(fields or {"staff_note": "Ask the desk."}))


def save(entry: Entry, by: Any = None, **fields: Any) -> Revision:
    """One save of an editor who saw what the entry says now."""
    digest = revising.present(entry).digest
    revision = revising.save(entry, changed(entry, **fields), by=by, started_from=digest)
    assert revision is not None
    return revision


def submit(entry: Entry, by: Any = None, **fields: Any) -> Revision:
    """A save that is submitted."""
    save(entry, by, **fields)
    return revising.submit(entry, by=by)


def seal_of(revision: Revision) -> str:
    """The seal of what a reviewer looks at."""
    with workflow.staged(revision) as stage:
        return stage.seal


def rows_say(entry: Entry) -> Document:
    """What the rows of an entry say."""
    return documents.dump(type(entry)._base_manager.get(pk=entry.pk))
