"""What staff are making of an entry: every save is a revision, and of an entry at most one is open.

The rows of a draft say what its newest revision says. The rows of an entry that is or was public do not move until the
revision is published. Whoever writes locks the row of the entry first; whoever publishes locks the generation before that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partnership import documents, generation, search
from partnership.documents import Document
from partnership.models import (
    Bundle,
    Entry,
    Nature,
    Revision,
    RevisionState,
    Status,
    entry_model,
    named_references,
)
from partnership.models.fields import whole_second
from partnership.text import normalise

from .bundled import belongs_to, leave, reopen_for, waiting_bundle_of
from .rules import Problem


class Refused(Exception):
    """An act is refused; `problems` say why and what to do."""

    def __init__(self, found: list[Problem]):
        self.problems = found
        super().__init__(" ".join(str(problem) for problem in found))


class Moved(Exception):
    """The entry no longer says what a save started from: somebody else saved meanwhile."""


@dataclass(frozen=True)
class Said:
    """What is said of a save: why it is made, what sort of change it is, and from when it may be public."""

    reason: str = ""
    nature: str = Nature.WORLD
    publish_at: datetime | None = None


@dataclass(frozen=True)
class Present:
    """What an entry says to its editors now: the open revision's document, or else that of its rows."""

    document: Document
    digest: str
    head: Revision | None


# Looking


def head_of(entry: Entry) -> Revision | None:
    """The open revision of an entry."""
    return Revision.objects.open().filter(entry=entry.reference).first()


def entry_of(revision: Revision) -> Entry | None:
    """The entry of a revision, as it is stored; None for a draft that was deleted."""
    return entry_called(revision.entry)


def entry_called(reference: str) -> Entry | None:
    """The entry of a reference, as it is stored; None if there is none."""
    kind, _colon, slug = reference.partition(":")
    model = entry_model(kind)
    return model._base_manager.filter(slug=slug).first() if model else None


def entries_of(revisions: Iterable[Revision]) -> dict[str, Entry]:
    """The entries of revisions, by reference, in one query a kind; without drafts that were deleted."""
    return entries_called(revision.entry for revision in revisions)


def entries_called(references: Iterable[str]) -> dict[str, Entry]:
    """The entries of these references, in one query a kind; without those that are not stored."""
    slugs: dict[str, set[str]] = {}
    for reference in references:
        kind, _colon, slug = reference.partition(":")
        slugs.setdefault(kind, set()).add(slug)
    found: dict[str, Entry] = {}
    for kind, wanted in slugs.items():
        if model := entry_model(kind):
            named = (field.name for field in named_references(model))
            rows = model._base_manager.select_related(*named).filter(slug__in=wanted)
            found.update({entry.reference: entry for entry in rows})
    return found


def is_held_back(entry: Entry) -> bool:
    """Whether edits of the entry wait for publication: all but a draft that never was public."""
    return entry.status != Status.DRAFT


def present(entry: Entry) -> Present:
    """What the editors of an entry see."""
    head = head_of(entry)
    if head and is_held_back(entry):
        return Present(head.document, head.digest, head)
    document = documents.dump(entry)
    return Present(document, documents.digest(document), head)


def document_called(entry: Entry, digest: str) -> Document | None:
    """The document of an entry with a digest: what its rows say, or what any of its revisions said."""
    document = documents.dump(entry)
    if documents.digest(document) == digest:
        return document
    found = revisions_of(entry).filter(digest=digest).first()
    return found.document if found else None


def revisions_of(entry: Entry) -> QuerySet[Revision]:
    """All revisions of an entry, newest first."""
    return Revision.objects.filter(entry=entry.reference).order_by("-pk")


def authors_of(head: Revision) -> set[int]:
    """The accounts that saved into an open revision: into it or into one that it continues."""
    return authors_of_each([head])[head.pk]


def authors_of_each(heads: Iterable[Revision]) -> dict[int, set[int]]:
    """The same for several open revisions, by their keys, in one query."""
    heads = list(heads)
    stored = Revision.objects.filter(entry__in={head.entry for head in heads}).defer("document").in_bulk()
    return {head.pk: _authors(head, stored) for head in heads}


def _authors(head: Revision, stored: dict[int, Revision]) -> set[int]:
    found: set[int] = set()
    each: Revision | None = stored.get(head.pk, head)
    while each is not None:
        if each.made_by_id:
            found.add(each.made_by_id)
        before = stored.get(each.previous_id) if each.previous_id else None
        each = before if before and before.state == RevisionState.SUPERSEDED else None
    return found


# Saving


@transaction.atomic
def save(
    entry: Entry,
    document: Document,
    *,
    by: User | None,
    started_from: str = "",
    said: Said | None = None,
) -> Revision | None:
    """Keep a document as what an entry is being made to say; None if it says so already, for the same reason.

    `started_from` is the digest of what the editor saw; it is empty for the first save of a new draft.
    A submitted, returned or scheduled revision is open for editing again: what was approved was another text. So is the
    bundle in which it waits.

    Raises:
        Moved: the entry no longer says what the editor saw.
        DocumentError: the document cannot be applied.
        Refused: the entry was deleted.
    """
    said = _as_stored(said or Said())
    entry = locked(entry)
    now = present(entry)
    if started_from not in ("", now.digest):
        raise Moved
    document = as_it_would_stand(entry, document)
    if (
        started_from
        and documents.digest(document) == now.digest
        and (now.head is None or _said(now.head) == said)
    ):
        return None
    rows = documents.dump(entry)
    base = now.head.base_digest if now.head and is_held_back(entry) else documents.digest(rows)
    _write_draft(entry, document)
    return _keep(entry, document, rows, now.head, by=by, said=said, base=base)


@transaction.atomic
def rebase(
    entry: Entry, document: Document, *, by: User | None, said: Said, started_from: str = "", onto: str = ""
) -> Revision:
    """Keep a document in which what is public now and what was pending are joined: it starts from what is public now.

    `started_from` and `onto`, if given, are the digests of the pending and of the public document that were joined.

    Raises:
        Moved: the entry no longer says one of the two.
        DocumentError: the document cannot be applied.
    """
    entry = locked(entry)
    now, rows = present(entry), documents.dump(entry)
    base = documents.digest(rows)
    if started_from not in ("", now.digest) or onto not in ("", base):
        raise Moved
    document = as_it_would_stand(entry, document)
    _write_draft(entry, document)
    return _keep(entry, document, rows, now.head, by=by, said=_as_stored(said), base=base)


@transaction.atomic
def follow(entry: Entry, *, by: User | None, reason: str = "", before: Document | None = None) -> Revision:
    """Keep what the rows of a draft say since something else than `save` wrote them, as a load does.

    What was open is saved over: it told another text. `before` is what the rows said until then.
    """
    entry = locked(entry)
    head, rows = head_of(entry), documents.dump(entry)
    said = _said(head) if head else Said()
    said = _as_stored(replace(said, reason=reason or said.reason))
    before = before or rows
    return _keep(entry, rows, before, head, by=by, said=said, base=documents.digest(before))


@transaction.atomic
def discard(entry: Entry, *, by: User) -> Revision:
    """Give up the open revision of an entry that is or was public; it stays in the history and leaves its bundle.

    Raises:
        Refused: there is none, or the entry is a draft: its rows are what it says.
    """
    entry = locked(entry)
    head = head_of(entry)
    if head is None or not is_held_back(entry):
        raise Refused([Problem("", _("There is no change here that could be discarded."))])
    leave(entry)
    head = Revision.objects.get(pk=head.pk)  # the bundle may have had it in review
    head.reviewed_by, head.reviewed_by_name, head.reviewed_at = by, by.get_username(), whole_second()
    _move(head, RevisionState.DISCARDED)
    return head


@transaction.atomic
def submit(entry: Entry, *, by: User, within: Bundle | None = None) -> Revision:
    """Ask for the review of what an entry is being made to say; of an entry in a bundle only `within` that.

    Raises:
        Refused: nothing waits to be submitted, or it is reviewed with its bundle.
    """
    entry = locked(entry)
    bundle, head = waiting_bundle_of(entry.reference), head_of(entry)
    stands = documents.digest(documents.dump(entry))
    if found := submission_problems(entry, head, stands, bundle if bundle != within else None):
        raise Refused(found)
    if head is None or (not is_held_back(entry) and head.digest != stands):
        head = follow(entry, by=by)
    _move(head, RevisionState.SUBMITTED)
    return head


def submission_problems(
    entry: Entry, head: Revision | None, stands: str, bundle: Bundle | None
) -> list[Problem]:
    """Why what an entry is being made to say cannot be submitted by itself.

    `stands` is the digest of its rows, `bundle` the one in which it waits.
    """
    if bundle is not None:
        return [belongs_to(bundle, str(entry))]
    if head is None:
        message = _("Nothing was changed that could be submitted: save a change first.")
        return [Problem("", message)] if is_held_back(entry) else []
    if head.is_in_review and (is_held_back(entry) or head.digest == stands):
        return [Problem("", _("It is submitted already."))]
    return []


# Parts


def locked(entry: Entry, *, to_delete: bool = False) -> Entry:
    """The entry as it is stored, kept from other writers until the transaction ends.

    Rows that name it can be written meanwhile, unless it is to be deleted: else whoever holds one entry and names
    another would wait for who does it the other way round.

    Raises:
        Refused: it was deleted.
    """
    rows = type(entry)._base_manager.select_for_update(no_key=not to_delete)
    found = rows.filter(pk=entry.pk).first()
    if found is None:
        raise Refused([Problem("", _("The entry was deleted."))])
    return found


def as_it_would_stand(entry: Entry, document: Document) -> Document:
    """What the rows of an entry would say with a document applied: with their own state, fields it lacks, in order.

    Raises:
        DocumentError: the document cannot be applied.
    """
    if document == documents.dump(entry):
        return document
    with generation.held_back(), search.batch():
        documents.apply(document, slug=entry.slug)
        return documents.dump(entry)


def _said(revision: Revision) -> Said:
    return Said(revision.reason, revision.nature, revision.publish_at)


def _as_stored(said: Said) -> Said:
    """What is said as it will be read again: in normal form, to the second."""
    at = said.publish_at
    return replace(said, reason=normalise(said.reason), publish_at=at and at.replace(microsecond=0))


def _write_draft(entry: Entry, document: Document) -> None:
    if not is_held_back(entry):
        with search.batch():
            documents.apply(document, slug=entry.slug)


def _keep(
    entry: Entry,
    document: Document,
    stands: Document,
    head: Revision | None,
    *,
    by: User | None,
    said: Said,
    base: str,
) -> Revision:
    """Open a revision in the place of the `head`, where the rows said what `stands` until now."""
    reopen_for(entry)
    found = _kept(entry, stands, document)
    if head:
        _move(head, RevisionState.SUPERSEDED)
    return Revision.objects.create(
        entry=entry.reference,
        document=document,
        schema=documents.SCHEMA,
        digest=documents.digest(document),
        base_digest=base,
        reason=said.reason,
        nature=said.nature,
        publish_at=said.publish_at,
        made_by=by,
        made_by_name=by.get_username() if by else "",
        previous=head if is_held_back(entry) else head or found,
    )


def _kept(entry: Entry, stands: Document, document: Document) -> Revision | None:
    """The newest revision of what an entry says before it changes; made here if it came without one, as from a file.

    None for a new draft, whose first save is of what it says already. Whoever joins two changes needs what they began
    with, even if the rows were written over since.
    """
    digest = documents.digest(stands)
    newest = revisions_of(entry).filter(digest=digest).first()
    if newest or stands == document:
        return newest
    return Revision.objects.create(
        entry=entry.reference,
        document=stands,
        schema=documents.SCHEMA,
        digest=digest,
        state=RevisionState.SUPERSEDED,
    )


def _move(revision: Revision, state: str) -> None:
    revision.state = state
    revision.save()
