"""How an entry becomes public and ceases to be: the only writers of status.

Each act is one transaction and opens one edition; its revisions hold the documents it made public. The generation is
locked first and the entries after it, in the order of their names: acts wait for one another, and never in a circle.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from partnership import documents, generation, search
from partnership.documents import Document
from partnership.editorial.cutting import without
from partnership.editorial.revising import Refused, entry_of, head_of, is_held_back, locked
from partnership.editorial.rules import (
    Problem,
    named_by,
    problems,
    public_users,
    rows_of,
    withdrawal_problems,
)
from partnership.models import (
    Area,
    Edition,
    Entry,
    Party,
    Revision,
    RevisionState,
    Source,
    Status,
    Term,
)
from partnership.models.fields import whole_second

REFERENCE_MODELS = (Term, Area, Source, Party)


@dataclass(frozen=True)
class Stage:
    """An entry as publishing a revision makes it, with the drafts that become public along with it.

    `before` is what its rows said; `seal` stands for all that would become public, to the letter.
    """

    entry: Entry
    drafts: list[Entry]
    before: Document
    seal: str

    @property
    def entries(self) -> list[Entry]:
        """All that becomes public, what is named before what names it."""
        return [*self.drafts, self.entry]


@transaction.atomic
def publish(entry: Entry, *, by: User | None = None, note: str = "", reason: str = "") -> Edition:
    """Make an entry public as its rows stand, and with it the draft reference entries it names; the edition that did it.

    Raises:
        Refused: the rules do not hold for one of them, or the entry is public already.
    """
    generation.lock()
    if _stored(entry).is_public:
        raise Refused([Problem("", _("It is public already."))])
    held_back = is_held_back(_stored(entry))
    before = documents.dump(entry) if held_back else None
    stage = _stage(_stored(entry), [])
    revision = None if held_back else head_of(entry)
    edition = _publish(stage, revision, note=note, by=by, reason=reason, before=before)
    entry.refresh_from_db()
    return edition


@transaction.atomic
def publish_revision(
    revision: Revision, *, by: User | None = None, note: str = "", seal: str = ""
) -> Edition:
    """Make public what an open revision says; its rows move only now.

    `seal`, if given, is that of the `Stage` which was looked at: nothing else is published under it.

    Raises:
        Refused: the revision is not open, what it started from or what was looked at has changed, or a rule is broken.
    """
    generation.lock()
    entry = _lock_all(revision)
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    refuse_if(obstacles(revision))
    stage = _apply(revision, entry)
    if seal and seal != stage.seal:
        raise Refused([Problem("", _("It was changed while you looked at it: look at it again."))])
    before = stage.before if is_held_back(entry) else None
    if before is not None and entry.is_public and before == documents.dump(stage.entry):
        raise Refused([Problem("", _("Nothing differs from what is public: discard the change."))])
    return _publish(stage, revision, note=note, by=by, reason=revision.reason, before=before)


@contextmanager
def staged(revision: Revision) -> Iterator[Stage]:
    """The register as it would be if an open revision were published; undone at the end. How it is checked and shown.

    Raises:
        DocumentError: the document of the revision can no longer be applied.
        Refused: the entry is gone.
    """
    with generation.held_back():
        entry = _lock_all(revision)
        stage = _apply(revision, entry)
        for each in stage.entries:
            _make_public(each, whole_second())
            each.save()
        yield stage


def staged_problems(stage: Stage) -> list[Problem]:
    """What keeps what is staged from being public, said with the name of an entry that is published along."""
    return [found for each in stage.entries for found in _named_problems(each, stage.entry)]


WITHDRAW, CUT = "withdraw", "cut"


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
    edition = _open_edition("")
    for each in cut:
        _cut(each, fresh[entry.reference], edition, by=by, reason=reason)
    for each in gone:
        _keep_baseline(each, documents.dump(each))
        each.status, each.withdrawn_reason = Status.WITHDRAWN, reason.strip()
        _stamp(each, edition)
        _record(each, edition, by=by, reason=reason)
    refuse_if([found for each in cut for found in _named_problems(each, entry)])
    entry.refresh_from_db()
    return edition


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
    found = (problem for each in gone for problem in withdrawal_problems(each, spared))
    return list(dict.fromkeys(found))


def _cut(user: Entry, entry: Entry, edition: Edition, *, by: User | None, reason: str) -> None:
    before = documents.dump(user)
    _keep_baseline(user, before)
    documents.apply(without(before, entry), slug=user.slug)
    stored = _stored(user)
    _stamp(stored, edition)
    _record(stored, edition, by=by, reason=reason, base=documents.digest(before))


@transaction.atomic
def record_import(
    created: Iterable[Entry],
    changed: Iterable[tuple[Entry, Document]],
    *,
    by: User | None = None,
    note: str = "",
) -> Edition | None:
    """Write the one edition of an import: created entries carry its number, changed ones get a revision as well.

    `changed` pairs each entry with its document from before. The time of the last change is the files' own. Rules are
    the importer's to check. None if nothing was created or changed.
    """
    created, changed = list(created), list(changed)
    if not created and not changed:
        return None
    edition = _open_edition(note)
    for model in {type(entry) for entry in created}:
        keys = [entry.pk for entry in created if type(entry) is model]
        model.objects.filter(pk__in=keys).update(since=edition.number)
    for entry, before in changed:
        _keep_baseline(entry, before)
        type(entry).objects.filter(pk=entry.pk).update(since=edition.number)
        _record(entry, edition, by=by, reason=note, base=documents.digest(before))
    return edition


# Parts of an act


def _stored(entry: Entry) -> Entry:
    return type(entry).objects.get(pk=entry.pk)


def _lock_all(revision: Revision) -> Entry:
    """Lock the entry of a revision and the drafts that it names, in one order for all; the entry as it is stored.

    Raises:
        Refused: the entry was deleted.
    """
    entry = entry_of(revision)
    if entry is None:
        raise Refused([Problem("", _("The entry was deleted."))])
    named = (
        found
        for model, slug in documents.named(revision.document)
        if model in REFERENCE_MODELS and (found := model._base_manager.filter(slug=slug).first())
    )
    drafts = [each for each in named if each.status == Status.DRAFT]
    behind = [further for each in drafts for further in _draft_references(each)]
    concerned = {each.reference: each for each in (*drafts, *behind, entry)}
    fresh = {name: locked(each) for name, each in sorted(concerned.items())}
    return fresh[entry.reference]


def obstacles(revision: Revision) -> list[Problem]:
    """Why a revision can no longer become public, whatever it says."""
    entry = entry_of(revision)
    if not revision.is_open:
        return [Problem("", _("It is no longer open: %(state)s.") % {"state": revision.get_state_display()})]
    if entry is None:
        return [Problem("", _("The entry was deleted."))]
    stands = documents.digest(documents.dump(entry))
    if is_held_back(entry) and stands != revision.base_digest:
        return [
            Problem(
                "", _("What is public has changed since this was written: open the form and join the two.")
            )
        ]
    if not is_held_back(entry) and stands != revision.digest:
        return [Problem("", _("The draft was changed by a load since it was saved: look at it and save it."))]
    return []


def _apply(revision: Revision, entry: Entry) -> Stage:
    before = documents.dump(entry)
    if is_held_back(entry):
        documents.apply(revision.document, slug=entry.slug)
    return _stage(_stored(entry), before)


def _stage(entry: Entry, before: Document) -> Stage:
    drafts = _draft_references(entry)
    parts = sorted(f"{each.reference} {documents.digest(documents.dump(each))}" for each in (*drafts, entry))
    return Stage(entry, drafts, before, documents.digest([{"parts": parts}]))


def _publish(
    stage: Stage,
    revision: Revision | None,
    *,
    note: str,
    by: User | None,
    reason: str,
    before: Document | None,
) -> Edition:
    """Open the edition of a stage; `before` is what an entry that is or was public said."""
    edition = _open_edition(note)
    if before is not None:
        _keep_baseline(stage.entry, before)
    for each in stage.entries:
        _make_public(each, edition.published_at)
        _stamp(each, edition)
    refuse_if(staged_problems(stage))
    base = documents.digest(before) if before is not None else ""
    for each in stage.drafts:
        _record(each, edition, head_of(each), by=by, reason=reason)
    _record(stage.entry, edition, revision, by=by, reason=reason, base=base)
    return edition


def _make_public(entry: Entry, at: datetime) -> None:
    entry.status, entry.withdrawn_reason = Status.PUBLISHED, ""
    entry.first_published = entry.first_published or at


def _open_edition(note: str) -> Edition:
    generation.move()
    last = Edition.objects.aggregate(last=Max("number"))["last"] or 0
    return Edition.objects.create(number=last + 1, note=note)


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


def _keep_baseline(entry: Entry, before: Document) -> None:
    """Keep what an entry said before its first change, under the edition since which it stood."""
    if Revision.objects.filter(entry=entry.reference, state=RevisionState.PUBLISHED).exists():
        return
    since = type(entry).objects.values_list("since", flat=True).get(pk=entry.pk)
    edition, _new = Edition.objects.get_or_create(
        number=since,
        defaults={"note": _("As first loaded"), "published_at": entry.first_published or whole_second()},
    )
    Revision.objects.create(
        entry=entry.reference,
        document=before,
        schema=documents.SCHEMA,
        digest=documents.digest(before),
        state=RevisionState.PUBLISHED,
        made_at=edition.published_at,
        edition=edition,
    )


def _draft_references(entry: Entry) -> list[Entry]:
    """Draft terms, areas, sources and parties that the entry names, and those that they name, nearest last."""
    found: dict[str, Entry] = {}
    waiting: list[Entry] = [entry]
    while waiting:
        named = waiting.pop()
        for _place, target in named_by(named, rows_of(named)):
            if (
                isinstance(target, REFERENCE_MODELS)
                and target.status == Status.DRAFT
                and target.reference not in found
            ):
                found[target.reference] = target
                waiting.append(target)
    found.pop(entry.reference, None)
    return list(reversed(found.values()))


def _named_problems(entry: Entry, asked: Entry) -> list[Problem]:
    """Problems of an entry, said with its name where it is not the one that was asked for."""
    found = problems(entry)
    if entry == asked:
        return found
    return [Problem("", f"{entry.reference} {problem}") for problem in found]


def refuse_if(found: list[Problem]) -> None:
    """Raise Refused with the problems, if there are any."""
    if found:
        raise Refused(found)
