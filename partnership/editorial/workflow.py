"""How an entry becomes public and ceases to be: the only writers of status.

Each act is one transaction and opens one edition; its revisions hold the documents it made public. The generation is
moved first, which also makes acts wait for one another, so that no two take the same number.
"""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from partnership import documents, generation, search
from partnership.documents import Document
from partnership.editorial.rules import Problem, named_by, problems, rows_of, withdrawal_problems
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


class Refused(Exception):
    """An act is refused; `problems` say why and what to do."""

    def __init__(self, found: list[Problem]):
        self.problems = found
        super().__init__(" ".join(str(problem) for problem in found))


@transaction.atomic
def publish(entry: Entry, *, by: User | None = None, note: str = "", reason: str = "") -> Edition:
    """Make an entry public, and with it the draft reference entries it names; the edition that did it.

    Raises:
        Refused: the rules do not hold for one of them, or the entry is public already.
    """
    if _stored(entry).is_public:
        raise Refused([Problem("", _("It is public already."))])
    edition = _open_edition(note)
    entries = [*_draft_references(entry), _stored(entry)]
    for each in entries:
        each.status, each.withdrawn_reason = Status.PUBLISHED, ""
        each.first_published = each.first_published or edition.published_at
        _stamp(each, edition)
    _refuse_if([found for each in entries for found in _named_problems(each, entry)])
    for each in entries:
        _record(each, edition, by=by, reason=reason)
    entry.refresh_from_db()
    return edition


@transaction.atomic
def republish(entry: Entry, *, before: Document, by: User | None = None, reason: str = "") -> Edition | None:
    """Make public what was just saved of a public entry; `before` is its document from before the save.

    Called in the transaction of the save, which the caller rolls back when it is refused. Nothing happens if the
    document is the same.

    Raises:
        Refused: the rules do not hold for the entry as saved.
    """
    stored = _stored(entry)
    if documents.dump(stored) == before:
        return None
    edition = _open_edition("")
    _keep_baseline(stored, before)
    drafts = _draft_references(stored)
    for each in drafts:
        each.status, each.first_published = Status.PUBLISHED, edition.published_at
        _stamp(each, edition)
    _stamp(stored, edition)
    _refuse_if([found for each in (*drafts, stored) for found in _named_problems(each, stored)])
    for each in drafts:
        _record(each, edition, by=by, reason=reason)
    _record(stored, edition, by=by, reason=reason, base=documents.digest(before))
    entry.refresh_from_db()
    return edition


@transaction.atomic
def withdraw(entry: Entry, *, reason: str, by: User | None = None) -> Edition:
    """Take a public entry off the pages; its address says so, with the reason, for good.

    Raises:
        Refused: no reason is given, the entry is not public, or something public still needs it.
    """
    stored = _stored(entry)
    found = withdrawal_problems(stored)
    if not stored.is_public:
        found = [Problem("", _("It is not public, so it cannot be withdrawn."))]
    if not reason.strip():
        found.append(Problem("withdrawn_reason", _("Say why, for readers of the old address.")))
    _refuse_if(found)
    edition = _open_edition("")
    _keep_baseline(stored, documents.dump(stored))
    stored.status, stored.withdrawn_reason = Status.WITHDRAWN, reason.strip()
    _stamp(stored, edition)
    _record(stored, edition, by=by, reason=reason)
    entry.refresh_from_db()
    return edition


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


def _open_edition(note: str) -> Edition:
    generation.move()
    last = Edition.objects.aggregate(last=Max("number"))["last"] or 0
    return Edition.objects.create(number=last + 1, note=note)


def _stamp(entry: Entry, edition: Edition) -> None:
    entry.changed, entry.since = edition.published_at, edition.number
    entry.save()


def _record(entry: Entry, edition: Edition, *, by: User | None, reason: str, base: str = "") -> None:
    document = documents.dump(entry)
    Revision.objects.create(
        entry=entry.reference,
        document=document,
        schema=documents.SCHEMA,
        digest=documents.digest(document),
        base_digest=base,
        state=RevisionState.PUBLISHED,
        reason=reason,
        made_by=by,
        made_by_name=by.get_username() if by else "",
        edition=edition,
    )
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


def _refuse_if(found: list[Problem]) -> None:
    if found:
        raise Refused(found)
