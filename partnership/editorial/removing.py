"""Taking away what never was public: deleting a draft, and bringing it back."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from partnership import documents, search
from partnership.documents import DocumentError
from partnership.models import (
    ENTRY_MODELS,
    Entry,
    OwnedRow,
    Revision,
    RevisionState,
    Status,
    entry_model,
)

from .bundled import leave
from .revising import Refused, head_of, locked, save
from .rules import Problem


def naming_revisions(entry: Entry) -> list[Revision]:
    """The open revisions of other entries that name an entry."""
    found = (type(entry), entry.slug)
    heads = Revision.objects.open().exclude(entry=entry.reference).order_by("pk")
    return [head for head in heads.iterator() if found in documents.named(head.document)]


@transaction.atomic
def delete_draft(entry: Entry, *, by: User | None) -> Revision:
    """Delete an entry that never was public, with all it owns; what it said is kept and can be brought back.

    It leaves its bundle.

    Raises:
        Refused: it is or was public, or something names it.
    """
    entry = locked(entry, to_delete=True)
    if entry.status != Status.DRAFT or entry.first_published is not None:
        raise Refused(
            [Problem("", _("It is or was public: withdraw it, so that its address keeps telling."))]
        )
    if names := [head.entry for head in naming_revisions(entry)]:
        message = _("It is named in changes that are not yet published: %(entries)s.")
        raise Refused([Problem("", message % {"entries": ", ".join(names)})])
    if members := _entries_with_member(entry):
        raise Refused([_is_named_by(members)])
    document = documents.dump(entry)
    leave(entry)
    head = head_of(entry)
    if head:
        head.state = RevisionState.SUPERSEDED
        head.save()
    try:
        entry.delete()
    except ProtectedError as error:
        raise Refused([_is_named_by(map(_entry_of_row, error.protected_objects))]) from error
    return Revision.objects.create(
        entry=f"{entry.kind_name()}:{entry.slug}",
        document=document,
        schema=documents.SCHEMA,
        digest=documents.digest(document),
        state=RevisionState.DELETED,
        made_by=by,
        made_by_name=by.get_username() if by else "",
        previous=head,
    )


def _entries_with_member(entry: Entry) -> list[Entry]:
    """The entries that name an entry among several: the database would take it from them without a word."""
    return [
        other
        for model in ENTRY_MODELS
        for field in model._meta.many_to_many
        if field.related_model is type(entry)
        for other in model._base_manager.filter(**{field.name: entry})
    ]


def _entry_of_row(row: Any) -> Entry:
    return row.owner if isinstance(row, OwnedRow) else row


def _is_named_by(entries: Iterable[Entry]) -> Problem:
    names = sorted({f"“{each}” ({each.reference})" for each in entries})
    return Problem("", _("It is named by: %(entries)s.") % {"entries": ", ".join(names)})


def deleted() -> QuerySet[Revision]:
    """What deleted drafts said, the newest first; not what was brought back."""
    return Revision.objects.filter(state=RevisionState.DELETED).order_by("-pk")


@transaction.atomic
def bring_back(revision: Revision, *, by: User) -> Entry:
    """Make a deleted draft again, with all it owned.

    Raises:
        Refused: another entry has its address now, or what it named is gone.
    """
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    kind, _colon, slug = revision.entry.partition(":")
    model = entry_model(kind)
    if model is None or revision.state != RevisionState.DELETED:
        raise Refused([Problem("", _("It was brought back already."))])
    if model._base_manager.filter(slug=slug).exists():
        raise Refused([Problem("", _("Another entry has its address now."))])
    try:
        with search.batch():
            entry = documents.apply(revision.document, slug=slug)
    except DocumentError as error:
        raise Refused([Problem("", str(error))]) from error
    revision.state = RevisionState.SUPERSEDED
    revision.save()
    save(entry, documents.dump(entry), by=by)
    return entry
