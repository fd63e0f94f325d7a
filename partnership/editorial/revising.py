"""What staff are making of an entry: every save is a revision, and of an entry at most one is open.

The rows of a draft say what its newest revision says. The rows of an entry that is or was public do not move until the
revision is published. Whoever writes locks the row of the entry first; whoever publishes locks the generation before that.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partnership import documents, search
from partnership.documents import Document
from partnership.models import Entry, Nature, Revision, RevisionState, Status, entry_model
from partnership.models.fields import whole_second

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
    kind, _colon, slug = revision.entry.partition(":")
    model = entry_model(kind)
    return model._base_manager.filter(slug=slug).first() if model else None


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
    stored = Revision.objects.filter(entry=head.entry).in_bulk()
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
    A submitted, returned or scheduled revision is open for editing again: what was approved was another text.

    Raises:
        Moved: the entry no longer says what the editor saw.
        DocumentError: the document cannot be applied.
    """
    said = said or Said()
    entry = locked(entry)
    now = present(entry)
    digest = documents.digest(document)
    if started_from:
        if started_from != now.digest:
            raise Moved
        if digest == now.digest and (now.head is None or _said(now.head) == said):
            return None
    previous = now.head
    if previous is None and digest != now.digest and not is_held_back(entry):
        previous = _kept_as_found(entry, now)
    if now.head:
        _close(now.head, RevisionState.SUPERSEDED)
    base = now.head.base_digest if now.head and is_held_back(entry) else now.digest
    if not is_held_back(entry) and digest != now.digest:
        with search.batch():
            documents.apply(document, slug=entry.slug)
    return _open(entry, document, by=by, said=said, base=base, previous=previous)


@transaction.atomic
def rebase(entry: Entry, document: Document, *, by: User | None, said: Said) -> Revision:
    """Keep a document in which what is public now and what was pending are joined: it starts from what is public now."""
    entry = locked(entry)
    head = head_of(entry)
    if head:
        _close(head, RevisionState.SUPERSEDED)
    base = documents.digest(documents.dump(entry))
    return _open(entry, document, by=by, said=said, base=base, previous=head)


@transaction.atomic
def discard(entry: Entry, *, by: User) -> Revision:
    """Give up the open revision of an entry that is or was public; it stays in the history.

    Raises:
        Refused: there is none, or the entry is a draft: its rows are what it says.
    """
    entry = locked(entry)
    head = head_of(entry)
    if head is None or not is_held_back(entry):
        raise Refused([Problem("", _("There is no change here that could be discarded."))])
    head.reviewed_by, head.reviewed_by_name, head.reviewed_at = by, by.get_username(), whole_second()
    _close(head, RevisionState.DISCARDED)
    return head


@transaction.atomic
def submit(entry: Entry, *, by: User) -> Revision:
    """Ask for the review of what an entry is being made to say.

    Raises:
        Refused: nothing waits to be submitted.
    """
    entry = locked(entry)
    head = head_of(entry)
    if not is_held_back(entry) and (head is None or head.digest != present(entry).digest):
        head = _followed(entry, head, by=by)
    if head is None:
        raise Refused([Problem("", _("Nothing was changed that could be submitted: save a change first."))])
    if head.state in (RevisionState.SUBMITTED, RevisionState.SCHEDULED):
        raise Refused([Problem("", _("It is submitted already."))])
    _close(head, RevisionState.SUBMITTED)
    return head


# Parts


def locked(entry: Entry) -> Entry:
    """The entry as it is stored, kept from other writers until the transaction ends."""
    return type(entry)._base_manager.select_for_update().get(pk=entry.pk)


def _said(revision: Revision) -> Said:
    return Said(revision.reason, revision.nature, revision.publish_at)


def _kept_as_found(entry: Entry, now: Present) -> Revision:
    """What a draft said that came without a revision, kept before its first change."""
    newest = revisions_of(entry).first()
    if newest and newest.digest == now.digest:
        return newest
    return Revision.objects.create(
        entry=entry.reference,
        document=now.document,
        schema=documents.SCHEMA,
        digest=now.digest,
        state=RevisionState.SUPERSEDED,
        previous=newest,
    )


def _followed(entry: Entry, head: Revision | None, *, by: User) -> Revision:
    """A revision of what the rows of a draft say: a load may have changed them since the last save."""
    now = present(entry)
    if head:
        _close(head, RevisionState.SUPERSEDED)
    said = _said(head) if head else Said()
    return _open(entry, now.document, by=by, said=said, base=now.digest, previous=head)


def _open(
    entry: Entry, document: Document, *, by: User | None, said: Said, base: str, previous: Revision | None
) -> Revision:
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
        previous=previous,
    )


def _close(revision: Revision, state: str) -> None:
    revision.state = state
    revision.save()
