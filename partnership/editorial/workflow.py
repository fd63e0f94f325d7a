"""How an entry becomes public and ceases to be: the only writers of status.

Each act is one transaction and opens one edition; its revisions hold the documents it made public. The generation is
locked first and the entries after it, in the order of their names: acts wait for one another, and never in a circle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import audit, documents, generation, search
from partnership.documents import Document
from partnership.editorial.cutting import without
from partnership.editorial.editions import keep_baseline, open_edition, record_import
from partnership.editorial.mentions import public_users
from partnership.editorial.revising import Refused, head_of, is_held_back, locked
from partnership.editorial.rules import Problem, withdrawal_problems_of
from partnership.editorial.staging import (
    Stage,
    lock,
    lock_all,
    looked_away,
    make_public,
    named_problems,
    nothing_differs,
    obstacles,
    parts_of,
    problems_together,
    seal_of,
    stage_of,
    staged,
    staged_problems,
    staged_together,
    stages_of,
)
from partnership.models import Bundle, Edition, Entry, Revision, RevisionState, Status

__all__ = [
    "CUT",
    "WITHDRAW",
    "Refused",
    "Stage",
    "obstacles",
    "problems_together",
    "publish",
    "publish_revision",
    "publish_revisions",
    "record_import",
    "refuse_if",
    "seal_of",
    "staged",
    "staged_problems",
    "staged_together",
    "withdraw",
]

WITHDRAW, CUT = "withdraw", "cut"


@dataclass(frozen=True)
class _Part:
    """One stage of a publication: the open revision that led to it, what an entry that is or was public said, and why."""

    stage: Stage
    revision: Revision | None
    before: Document | None
    reason: str


@transaction.atomic
def publish(entry: Entry, *, by: User | None = None, note: str = "", reason: str = "") -> Edition:
    """Make an entry public as its rows stand, and with it the draft reference entries it names; the edition that did it.

    Raises:
        Refused: the rules do not hold for one of them, one waits in a bundle, or the entry is public already.
    """
    generation.lock()
    stored = lock(entry, documents.dump(entry))
    if stored.is_public:
        raise Refused([Problem("", _("It is public already."))])
    held_back = is_held_back(stored)
    before = documents.dump(entry) if held_back else None
    stage = stage_of(stored, [])
    revision = None if held_back else head_of(entry)
    edition = _publish([_Part(stage, revision, before, reason)], note=note, by=by)
    entry.refresh_from_db()
    return edition


@transaction.atomic
def publish_revision(
    revision: Revision, *, by: User | None = None, note: str = "", seal: str = ""
) -> Edition:
    """Make public what an open revision says; its rows move only now.

    `seal`, if given, is that of the `Stage` which was looked at: nothing else is published under it. Without one,
    nothing is published but what was approved, if anything was.

    Raises:
        Refused: the revision is not open, what it started from or what was looked at has changed, or a rule is broken.
    """
    return publish_revisions([revision], by=by, note=note, seal=seal, approved=revision.approved)


@transaction.atomic
def publish_revisions(
    revisions: Sequence[Revision],
    *,
    by: User | None = None,
    note: str = "",
    seal: str = "",
    approved: Mapping[str, str] | None = None,
    within: Bundle | None = None,
) -> Edition:
    """Make public what several open revisions say, in one edition: all of them or none.

    `seal`, if given, is that of the stages that were looked at (see `seal_of`). Without one, nothing is published but what
    was `approved`, if anything was: the digests of all that becomes public, by reference. `within` is the bundle that is
    published, if one is: what waits in a bundle is published in no other way.

    Raises:
        Refused: one is not open or waits in another bundle, what it started from or what was looked at has changed, or a
            rule is broken.
    """
    generation.lock()
    pairs = lock_all(revisions)
    is_one = len(pairs) == 1
    refuse_if(
        [_of(entry, found, is_one) for entry, revision in pairs for found in obstacles(revision, within)]
    )
    stages = stages_of(pairs)
    if seal and seal != seal_of(stages):
        raise Refused([looked_away()])
    if not seal and approved and not parts_of(stages).items() <= approved.items():
        raise Refused([Problem("", _("It was changed since it was approved: look at it again."))])
    parts = []
    for stage, (entry, revision) in zip(stages, pairs, strict=True):
        before = stage.before if is_held_back(entry) else None
        if before is not None and entry.is_public and before == documents.dump(stage.entry):
            raise Refused([_of(entry, nothing_differs(), is_one)])
        parts.append(_Part(stage, revision, before, revision.reason))
    return _publish(parts, note=note, by=by, within=within)


def _of(entry: Entry, problem: Problem, is_one: bool) -> Problem:
    """A problem, said with the name of its entry where there are several."""
    return problem if is_one else problem.named(entry.reference)


@transaction.atomic
def withdraw(
    entry: Entry, *, reason: str, by: User | None = None, fates: Mapping[str, str] | None = None
) -> Edition:
    """Take a public entry off the pages; its address says so, with the reason, for good.

    `fates` says what becomes of each public entry that names it, by its reference: `WITHDRAW` it as well, for the same
    reason, or `CUT` the mention out of it. All of it is one edition.

    Raises:
        Refused: no reason is given, the entry is not public, something public that has no fate still needs it, or what
            a mention is cut out of would break a rule.
    """
    generation.lock()
    fates = fates or {}
    users = {each.reference: each for each in public_users(entry)}
    concerned = {**{name: users[name] for name in users.keys() & fates.keys()}, entry.reference: entry}
    fresh = {name: locked(each) for name, each in sorted(concerned.items())}
    gone = [each for name, each in fresh.items() if fates.get(name) == WITHDRAW or each == entry]
    cut = [each for each in fresh.values() if each not in gone]
    refuse_if(_objections(fresh[entry.reference], reason) + _still_needed(gone, cut))
    edition = open_edition("")
    for each in cut:
        _cut(each, fresh[entry.reference], edition, by=by, reason=reason)
    for each in gone:
        _take_off(each, edition, by=by, reason=reason)
    refuse_if([found for each in cut for found in named_problems(each, entry)])
    audit.tell("withdrawn", by=by, edition=edition.number, entries=[each.reference for each in gone])
    entry.refresh_from_db()
    return edition


@transaction.atomic
def withdraw_together(
    entries: Sequence[Entry], *, reason: str, by: User | None = None, edition: Edition | None = None
) -> Edition:
    """Take several public entries off the pages in one edition: the one given, or one of their own.

    Raises:
        Refused: no reason is given, one is not public, or something public that stays still needs one.
    """
    generation.lock()
    fresh = [locked(each) for each in sorted(entries, key=lambda each: each.reference)]
    refuse_if([found for each in fresh for found in _objections(each, reason)] + _still_needed(fresh, []))
    edition = edition or open_edition("")
    for each in fresh:
        _take_off(each, edition, by=by, reason=reason)
    audit.tell("withdrawn", by=by, edition=edition.number, entries=[each.reference for each in fresh])
    return edition


def _take_off(entry: Entry, edition: Edition, *, by: User | None, reason: str) -> None:
    keep_baseline(entry, documents.dump(entry))
    entry.status, entry.withdrawn_reason = Status.WITHDRAWN, reason.strip()
    _stamp(entry, edition)
    _record(entry, edition, by=by, reason=reason)


def _objections(entry: Entry, reason: str) -> list[Problem]:
    found = []
    if not entry.is_public:
        found.append(Problem("", _("It is not public, so it cannot be withdrawn.")))
    if not reason.strip():
        found.append(Problem("withdrawn_reason", _("Say why, for readers of the old address.")))
    return found


def _still_needed(gone: list[Entry], cut: list[Entry]) -> list[Problem]:
    """What names something that goes, and neither goes itself nor has the mention cut out of it."""
    spared = {each.reference for each in (*gone, *cut)}
    return withdrawal_problems_of(gone, spared)


def _cut(user: Entry, entry: Entry, edition: Edition, *, by: User | None, reason: str) -> None:
    before = documents.dump(user)
    keep_baseline(user, before)
    documents.apply(without(before, entry), slug=user.slug)
    stored = _stored(user)
    _stamp(stored, edition)
    _record(stored, edition, by=by, reason=reason, base=documents.digest(before))


# Parts of an act


def _stored(entry: Entry) -> Entry:
    return type(entry).objects.get(pk=entry.pk)


def _publish(parts: Sequence[_Part], *, note: str, by: User | None, within: Bundle | None = None) -> Edition:
    """Open the edition of one stage or several."""
    edition = open_edition(note)
    for part in parts:
        if part.before is not None:
            keep_baseline(part.stage.entry, part.before)
        for each in part.stage.entries:
            make_public(each, edition.published_at)
            _stamp(each, edition)
    refuse_if(problems_together([part.stage for part in parts], within))
    for part in parts:
        base = documents.digest(part.before) if part.before is not None else ""
        for each in part.stage.drafts:
            _record(each, edition, head_of(each), by=by, reason=part.reason)
        _record(part.stage.entry, edition, part.revision, by=by, reason=part.reason, base=base)
    entries = [each.reference for part in parts for each in part.stage.entries]
    audit.tell("published", by=by, edition=edition.number, entries=entries)
    return edition


def _stamp(entry: Entry, edition: Edition) -> None:
    entry.changed, entry.since = edition.published_at, edition.number
    entry.save()


def _record(
    entry: Entry,
    edition: Edition,
    revision: Revision | None = None,
    *,
    by: User | None,
    reason: str,
    base: str = "",
) -> None:
    """Keep the document that an edition made public: in the open revision that led to it, else in one of its own."""
    document = documents.dump(entry)
    revision = revision or Revision(
        entry=entry.reference, reason=reason, made_by=by, made_by_name=by.get_username() if by else ""
    )
    revision.document, revision.schema = document, documents.SCHEMA
    revision.digest, revision.base_digest = documents.digest(document), base
    revision.state, revision.edition = RevisionState.PUBLISHED, edition
    revision.save()
    search.keep(entry)


def refuse_if(found: list[Problem]) -> None:
    """Raise Refused with the problems, if there are any."""
    if found:
        raise Refused(found)
