"""Undoing a merge: the entry that went comes back, and whatever was changed for it says again what it said before."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import audit, documents, generation, search
from partnership.documents import Document, DocumentError
from partnership.models import Edition, Entry, Merge, Revision, RevisionState, Status
from partnership.models.fields import whole_second

from .editions import open_edition
from .following import follow_back, lead_back
from .reviewing import MAY_PUBLISH
from .revising import Refused, Said, entries_called, locked, save
from .rules import Problem
from .union import digests_of, outside_remit, unfinished
from .uniting import broken_rules, record, write
from .workflow import refuse_if


def may_undo(merge: Merge, by: User) -> bool:
    """Whether an account has the right to undo a merge: the right that it took."""
    if merge.edition_id is not None:
        return by.has_perm(MAY_PUBLISH)
    kinds = {name.partition(":")[0] for name in merge.before}
    return all(by.has_perm(f"partnership.change_{kind}") for kind in kinds)


def obstacles(merge: Merge, by: User) -> list[Problem]:
    """Why a merge cannot be undone now, or not by this account."""
    return _obstacles(merge, entries_called(merge.after), by)


def _obstacles(merge: Merge, entries: Mapping[str, Entry], by: User) -> list[Problem]:
    if merge.undone_at is not None:
        return [Problem("", _("It is undone already."))]
    if not may_undo(merge, by):
        return [Problem("", _("Your account has not the right to do this: ask a publisher."))]
    found = outside_remit(merge.before, by)
    if entries_called([merge.gone]):
        message = _("Another entry has the address %(reference)s now.")
        found.append(Problem("", message % {"reference": merge.gone}))
    return found + _changed_since(merge, entries) + unfinished([*entries.values()])


def _changed_since(merge: Merge, entries: Mapping[str, Entry]) -> list[Problem]:
    """The entries that no longer say what the merge made them say."""
    now = digests_of(documents.dump_each(entries.values()))
    found = []
    for name, digest in merge.after.items():
        if name not in entries:
            message = _("%(reference)s is not there any more: if it was merged, undo that first.")
            found.append(Problem("", message % {"reference": name}))
        elif now[name] != digest:
            message = _("“%(entry)s” (%(reference)s) was changed since.")
            found.append(Problem("", message % {"entry": entries[name], "reference": name}))
    return found


@transaction.atomic
def undo(merge: Merge, *, by: User, reason: str) -> Merge:
    """Bring back the entry that went into another, with all that was changed for it, in an edition of its own or in none.

    Raises:
        Refused: it is undone already, somebody changed one of the entries since, the address is taken, a rule would be
            broken, no reason is given, or the account may not do it.
    """
    generation.lock()
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    found = entries_called(merge.after)
    entries = {name: locked(found[name]) for name in sorted(found)}
    refuse_if(_obstacles(merge, entries, by))
    if not reason.strip():
        raise Refused([Problem("reason", _("Say why it is undone."))])
    said = documents.dump_each(entries.values())
    with search.batch():
        gone = _bring_back(merge.gone, merge.before[merge.gone])
        for name, each in entries.items():
            write(each, merge.before[name])
            each.refresh_from_db()
        note = _note(gone, entries[merge.kept])
        edition = open_edition(note) if merge.edition_id is not None else None
        lead_back(merge)
        follow_back(merge, gone, entries[merge.kept])
        changed = [*entries.values()]
        if gone.status == Status.DRAFT:
            _open_again(gone, by=by, reason=reason)
        else:
            changed.append(gone)
        before = {**said, merge.gone: merge.before[merge.gone]}
        record(changed, before, edition, main={merge.kept, merge.gone}, by=by, reason=reason)
    refuse_if(broken_rules([*entries.values()], gone))
    return _done(merge, edition, by)


def _bring_back(reference: str, document: Document) -> Entry:
    try:
        return documents.apply(document, slug=reference.partition(":")[2])
    except DocumentError as error:
        raise Refused([Problem("", f"{reference}: {error}")]) from error


def _note(gone: Entry, kept: Entry) -> str:
    """What readers are told of the edition; nothing of what they never saw."""
    if gone.status == Status.DRAFT:
        return ""
    message = _("“%(gone)s” and “%(kept)s” are two entries again.")
    return (message % {"gone": gone, "kept": kept})[:300]


def _open_again(draft: Entry, *, by: User, reason: str) -> None:
    """Have a draft that came back be edited again; what it said goes on from where it went, and so does who wrote it."""
    last = Revision.objects.filter(entry=draft.reference, state=RevisionState.MERGED).order_by("-pk").first()
    if last is not None:
        last.state = RevisionState.SUPERSEDED
        last.save()
    save(draft, documents.dump(draft), by=by, said=Said(reason=reason))


def _done(merge: Merge, edition: Edition | None, by: User) -> Merge:
    merge.undone_at, merge.undone_by_name = whole_second(), by.get_username()
    merge.save()
    number = edition.number if edition else None
    audit.tell("merge undone", by=by, kept=merge.kept, gone=merge.gone, edition=number, merge=merge.pk)
    return merge
