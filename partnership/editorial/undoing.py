"""Undoing a publication: for a day, what an edition did can be taken back whole, in an edition of its own.

What it changed says again what it said; what it published first is withdrawn, with a reason that readers see; what it
withdrew is public again. The text that is taken back comes back to who wrote it, as a change that was returned. Editions are
never deleted: both stay in the list, and each page of the past tells what was public then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from partnership import audit, documents, generation, search
from partnership.documents import Document, DocumentError, upgraded
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Edition,
    Entry,
    Erasure,
    Merge,
    Nature,
    Revision,
    RevisionState,
    Status,
    Upload,
)
from partnership.models.fields import whole_second

from . import remit, revising
from .bulk import outside_remit
from .bulk_changes import gone, touched
from .bundled import waiting_bundles
from .editions import open_edition
from .reviewing import MAY_PUBLISH, mark_reviewed
from .revising import Moved, Refused
from .rules import Problem, problems_of_each, withdrawal_problems_of
from .workflow import refuse_if

HOURS = 24
"""For how long after a publication it can be undone."""

MOMENT = timedelta(seconds=10)
"""How far apart an act may note its own times."""

LIMIT = 500
"""How many entries an edition may have that is undone within one request."""


@dataclass(frozen=True)
class Part:
    """What an edition did to one entry: the document that it made public, and what was public or withdrawn before it.

    `head` is what the entry is being made to say now, if anything; `is_bundled` that it waits in a bundle with it.
    """

    entry: Entry
    revision: Revision
    former: Document | None
    head: Revision | None
    is_bundled: bool

    @property
    def status(self) -> str:
        """What becomes of the entry: what it was before; an entry that was not public yet is withdrawn."""
        return _status(self.former) if self.former else Status.WITHDRAWN

    @property
    def was_new(self) -> bool:
        """Whether the edition published it first, so that readers are told why it goes."""
        return self.former is None

    @cached_property
    def says_more(self) -> bool:
        """Whether what is taken back says something that the former text does not."""
        return self.former is not None and bare(self.revision.document) != bare(self.former)

    @property
    def comes_back(self) -> bool:
        """Whether what is taken back is work that somebody wrote and somebody else looked at, and nothing else is open."""
        return self.says_more and self.head is None and self.revision.reviewed_at is not None

    @property
    def resumes(self) -> bool:
        """Whether what is open says just what becomes public again: then it is that which becomes public."""
        if self.head is None or self.former is None or self.is_bundled:
            return False
        return self.status == Status.PUBLISHED and bare(self.head.document) == bare(self.former)


@dataclass(frozen=True)
class Undoing:
    """What undoing an edition does, or why it cannot be undone; `seal` stands for all that was looked at."""

    edition: Edition
    parts: list[Part]
    problems: list[Problem]
    seal: str

    @property
    def needs_reason(self) -> bool:
        """Whether it takes something off the pages that readers have seen only now."""
        return any(part.was_new for part in self.parts)


def ends_at(edition: Edition) -> datetime:
    """Until when an edition can be undone."""
    return edition.published_at + timedelta(hours=HOURS)


def can_be_undone(edition: Edition, by: User) -> bool:
    """Whether an account may undo an edition, as far as is known before it is tried; for a link to the page that asks."""
    return by.has_perm(MAY_PUBLISH) and not look(edition, by).problems


def undoing_of(edition: Edition, by: User) -> Undoing:
    """What undoing an edition would do, tried with all of it in place and taken back."""
    undoing = look(edition, by)
    if undoing.problems:
        return undoing
    return Undoing(edition, undoing.parts, _problems_if_tried(edition, by), undoing.seal)


@transaction.atomic
def undo(edition: Edition, *, by: User, seal: str, reason: str, note: str = "") -> Edition:
    """Take back what an edition did; the edition that does it, under a public note.

    `seal` is that of what was looked at. `reason` is public where entries are withdrawn, and told to who wrote what comes
    back to them.

    Raises:
        Moved: it is no longer what was looked at.
        Refused: no reason is given, it is too late, somebody went on from it, or a rule would be broken.
    """
    generation.lock()
    if not reason.strip():
        raise Refused([Problem("reason", _("Say why it is undone."))])
    parts, _problems = _parts_of(edition, by)
    for entry in sorted((part.entry for part in parts), key=lambda each: each.reference):
        revising.locked(entry)
    undoing = look(edition, by)
    refuse_if(undoing.problems)
    if undoing.seal != seal:
        raise Moved
    fresh = _put_back(undoing, by=by, reason=reason.strip(), note=note)
    refuse_if(_broken(undoing.parts))
    entries = [part.entry.reference for part in undoing.parts]
    audit.tell("undone", by=by, undone=edition.number, edition=fresh.number, entries=entries)
    return fresh


# Looking


def look(edition: Edition, by: User) -> Undoing:
    """What an edition did, and what speaks against undoing it as far as that is known without trying; a few queries."""
    problems = _of_another_sort(edition)
    parts, found = ([], []) if problems else _parts_of(edition, by)
    looked_at = [
        [
            part.entry.reference,
            part.revision.digest,
            documents.digest(part.former or []),
            part.head.pk if part.head else 0,
            part.is_bundled,
        ]
        for part in parts
    ]
    return Undoing(edition, parts, problems + found, documents.digest([{"undone": looked_at}]))


def _of_another_sort(edition: Edition) -> list[Problem]:
    """That it is too late, or that what the edition did is undone on another page."""
    if ends_at(edition) <= whole_second():
        message = _("It can be undone for %(hours)s hours, and these are over: change the entries instead.")
        return [Problem("", message % {"hours": HOURS})]
    if Upload.objects.filter(edition=edition).exists():
        return [Problem("", _("Files that were uploaded are undone on the page of their receipt."))]
    if Merge.objects.filter(edition=edition).exists():
        return [Problem("", _("A merge is undone on its own page."))]
    if _undid_a_merge(edition):
        return [Problem("", _("It undid a merge: merge the two again instead."))]
    if Erasure.objects.filter(edition=edition).exists():
        return [Problem("", _("What was erased is gone for good."))]
    return []


def _undid_a_merge(edition: Edition) -> bool:
    """Whether an edition gave an entry back that had gone into another: it did more than documents tell."""
    given_back = edition.revisions.values("entry")
    undone = Merge.objects.filter(undone_at__isnull=False, undone_at__gte=edition.published_at)
    return undone.filter(kept__in=given_back, undone_at__lte=edition.published_at + MOMENT).exists()


def _parts_of(edition: Edition, by: User) -> tuple[list[Part], list[Problem]]:
    """What an edition did to each entry, by their names, and what speaks against undoing it."""
    revisions = list(edition.revisions.filter(state=RevisionState.PUBLISHED).order_by("entry", "pk"))
    if message := _is_no_publication(edition, revisions):
        return [], [Problem("", message)]
    entries = revising.entries_of(revisions)
    names = [each.entry for each in revisions]
    heads = {each.entry: each for each in Revision.objects.open().filter(entry__in=names)}
    former, bundles = _former_of(edition, names), waiting_bundles(names)
    stand, is_covered = documents.dump_each(entries.values()), remit.covering(by)
    parts, problems = [], []
    for revision in revisions:
        name = revision.entry
        entry, stands = entries.get(name), stand.get(name)
        if entry is None or stands is None:
            problems.append(_named(name, gone()))
            continue
        if entry.since != edition.number or documents.digest(stands) != revision.digest:
            problems.append(_named(name, touched()))
        elif not is_covered(stands) or not is_covered(former.get(name, stands)):
            problems.append(_named(name, outside_remit()))
        parts.append(Part(entry, revision, former.get(name), heads.get(name), name in bundles))
    return parts, problems


def _is_no_publication(edition: Edition, revisions: list[Revision]) -> str:
    """Why there is nothing here that the desk published: a load of files, or too much at once. Empty if there is."""
    names = [each.entry for each in revisions]
    is_load = any(
        model.objects.filter(since=edition.number).exclude(slug__in=_slugs(model, names)).exists()
        for model in ENTRY_MODELS
    )
    if is_load or not revisions or any(_status(each.document) == Status.DRAFT for each in revisions):
        return _("It was loaded from files: load the former files instead.")
    if len(names) != len(set(names)):
        return _("It did several things to one entry: change the entries instead.")
    if len(revisions) > LIMIT:
        message = _("It has more than %(number)s entries: load the former files instead.")
        return message % {"number": LIMIT}
    return ""


def _slugs(model: type[Entry], names: Iterable[str]) -> list[str]:
    kind = f"{model.kind_name()}:"
    return [name.removeprefix(kind) for name in names if name.startswith(kind)]


def _former_of(edition: Edition, names: list[str]) -> dict[str, Document]:
    """What each entry said to readers before an edition, by reference; without those that were not public yet."""
    earlier = Revision.objects.filter(
        entry__in=names, state=RevisionState.PUBLISHED, edition__lt=edition.number
    )
    keys = dict(earlier.order_by("edition_id", "pk").values_list("entry", "pk"))  # the last of each stays
    found = Revision.objects.in_bulk(list(keys.values()))
    said = {each.entry: upgraded(each.document, each.schema) for each in found.values()}
    return {name: document for name, document in said.items() if _status(document) != Status.DRAFT}


def _status(document: Document) -> str:
    return document[0]["fields"]["status"]


def _named(name: str, problem: Problem) -> Problem:
    return Problem("", f"{name}: {problem}")


def bare(document: Document) -> Document:
    """What a document says, without the state of its entry."""
    head, *rows = document
    fields = {name: value for name, value in head["fields"].items() if name not in Entry.state_fields}
    return [{**head, "fields": fields}, *rows]


# Trying and doing


def _problems_if_tried(edition: Edition, by: User) -> list[Problem]:
    """What would be wrong with the register if an edition was undone: it is, and all of it is taken back."""
    with generation.held_back(), search.batch():
        parts = look(edition, by).parts
        try:
            _take_all(parts, whole_second(), reason="-")
        except Refused as refused:
            return refused.problems
        return _broken(parts)


def _put_back(undoing: Undoing, *, by: User, reason: str, note: str) -> Edition:
    """Write what was public before, in a new edition, and give back what is taken."""
    fresh = open_edition(note)
    _take_all(undoing.parts, fresh.published_at, reason=reason, since=fresh.number)
    stand = documents.dump_each(part.entry for part in undoing.parts)
    for part in undoing.parts:
        _record(part, stand[part.entry.reference], fresh, by=by, reason=reason)
        if part.comes_back:
            _give_back(part, stand[part.entry.reference], by=by, reason=reason)
        search.keep(part.entry)
    return fresh


def _take_all(parts: list[Part], at: datetime, *, reason: str, since: int | None = None) -> None:
    """Have the rows of entries say what was public before.

    Raises:
        Refused: something that one of them named is gone, or another entry has what only one may have.
    """
    try:
        with transaction.atomic():
            for part in parts:
                _take(part, at, reason=reason, since=since)
    except (DocumentError, IntegrityError) as error:
        raise Refused([Problem("", str(error))]) from error


def _take(part: Part, at: datetime, *, reason: str, since: int | None) -> None:
    """Have the rows of an entry say what was public before, in the state of then."""
    entry = part.entry
    if part.former is not None:
        documents.apply(part.former, slug=entry.slug)
        entry.refresh_from_db()
    entry.status, entry.changed = part.status, at
    entry.withdrawn_reason = ""
    if part.status == Status.WITHDRAWN:
        was = part.former[0]["fields"]["withdrawn_reason"] if part.former else ""
        entry.withdrawn_reason = was or reason
    entry.since = entry.since if since is None else since
    entry.save()


def _record(part: Part, document: Document, fresh: Edition, *, by: User, reason: str) -> None:
    """Keep what an entry says since the new edition; what says something else again is told as a correction."""
    if part.head is not None and part.resumes:
        kept = part.head
    else:
        undone = _("Edition %(number)s is undone.") % {"number": part.revision.edition_id}
        kept = Revision(entry=part.entry.reference, reason=f"{undone}\n{reason}")
        kept.made_by, kept.made_by_name = by, by.get_username()
        if part.says_more:
            is_wording = part.revision.nature == Nature.WORDING
            kept.nature = Nature.WORDING if is_wording else Nature.CORRECTION
    kept.document, kept.schema = document, documents.SCHEMA
    kept.digest, kept.base_digest = documents.digest(document), part.revision.digest
    kept.state, kept.edition = RevisionState.PUBLISHED, fresh
    kept.save()


def _give_back(part: Part, stands: Document, *, by: User, reason: str) -> None:
    """Open what is taken back as a change that was returned to who wrote it, with the reason."""
    undone = part.revision
    document = revising.as_it_would_stand(part.entry, undone.document)
    back = Revision(
        entry=undone.entry,
        document=document,
        schema=documents.SCHEMA,
        digest=documents.digest(document),
        base_digest=documents.digest(stands),
        state=RevisionState.RETURNED,
        nature=undone.nature,
        reason=undone.reason,
        made_by=undone.made_by,
        made_by_name=undone.made_by_name,
        previous=undone.previous,  # whoever saved into it before may not approve it now
    )
    note = _("Its publication in edition %(number)s was undone: %(reason)s")
    mark_reviewed(back, by, note=note % {"number": undone.edition_id, "reason": reason})
    back.save()


def _broken(parts: list[Part]) -> list[Problem]:
    """What is wrong with the register as it stands with an edition undone."""
    stays = problems_of_each(part.entry for part in parts if part.status == Status.PUBLISHED)
    found = [_named(name, problem) for name, problems in stays.items() for problem in problems]
    going = [part.entry for part in parts if part.status == Status.WITHDRAWN]
    return found + withdrawal_problems_of(going) + _alias_problems(going)


def _alias_problems(going: list[Entry]) -> list[Problem]:
    """Old addresses that would lead nowhere."""
    message = _("The old address %(address)s leads to %(target)s: correct or delete it first.")
    aliases = Alias.objects.filter(target__in=[each.reference for each in going])
    return [Problem("", message % {"address": each.address, "target": each.target}) for each in aliases]
