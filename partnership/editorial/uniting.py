"""Merging two entries that are the same thing: one stays and says what both said, the other goes into it.

Whatever named the one that goes names the one that stays; its address leads there. All of it is one act and at most one
edition, and can be undone (`parting`). The documents are made one in `united`; what else follows stands in `following`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from partnership import audit, documents, generation, search
from partnership.documents import Document, DocumentError
from partnership.models import Edition, Entry, Merge, Nature, Revision, RevisionState

from . import rules
from .constraints import constraint_problems
from .editions import keep_baseline, open_edition, record_changed
from .following import follow_on, lead_on
from .revising import Refused, follow, head_of, is_held_back, locked
from .rules import Problem
from .staging import looked_away
from .union import Union, cannot_be_one, digests_of, objections, union_of
from .workflow import refuse_if

# The act


@transaction.atomic
def merge(
    kept: Entry, gone: Entry, choices: Mapping[str, str], *, by: User, reason: str, seal: str = ""
) -> Merge:
    """Make one entry of two: `kept` says what both said, `gone` goes, and what named it names `kept`.

    `choices` says for each place in which both say something different which of them is right: `KEPT` or `GONE`. `seal`,
    if given, is that of the union that was looked at.

    Raises:
        Refused: the two cannot be one, something is not chosen or not finished, somebody changed what was looked at, a
            rule would be broken, or the account may not do it.
    """
    generation.lock()
    refuse_if(cannot_be_one(kept, gone))
    union = _locked(union_of(kept, gone, choices), choices)
    if seal and seal != union.seal:
        raise Refused([looked_away()])
    refuse_if(
        cannot_be_one(union.kept, union.gone) + objections(union, by) + _not_said(union, choices, reason)
    )
    with search.batch():
        edition = open_edition(note_of(union)) if union.concerns_readers else None
        if is_held_back(union.gone):
            keep_baseline(union.gone, union.before[gone.reference])
        head = head_of(union.gone)
        desk = _write(union)
        record(union.changed, union.before, edition, main={kept.reference}, by=by, reason=reason)
        _bury(union, head, edition, by=by, reason=reason)
    refuse_if(_broken(union))
    done = _kept_for_undoing(union, desk, edition, by=by, reason=reason)
    number = edition.number if edition else None
    audit.tell("merged", by=by, kept=done.kept, gone=done.gone, edition=number, merge=done.pk)
    return done


def _locked(union: Union, choices: Mapping[str, str]) -> Union:
    """The union of the entries as they are stored, all locked in the order of their names.

    Raises:
        Refused: one was deleted, or something came to name the one that goes while they were locked.
    """
    wanted = sorted([*union.changed, union.gone], key=lambda each: each.reference)
    fresh = {each.reference: locked(each, to_delete=each == union.gone) for each in wanted}
    again = union_of(fresh[union.kept.reference], fresh[union.gone.reference], choices)
    if again.before.keys() != union.before.keys():
        raise Refused([looked_away()])
    return again


def _not_said(union: Union, choices: Mapping[str, str], reason: str) -> list[Problem]:
    found = [] if reason.strip() else [Problem("reason", _("Say why they are the same."))]
    unsettled = union.united.unsettled(choices)
    return found + [Problem(each.name, _("Choose which of the two is right.")) for each in unsettled]


def note_of(union: Union) -> str:
    """What readers are told of the edition; nothing of what they never saw."""
    if not is_held_back(union.gone):
        return ""
    message = _("“%(gone)s” and “%(kept)s” were the same, and are one entry now.")
    return (message % {"gone": union.gone, "kept": union.kept})[:300]


def _write(union: Union) -> dict[str, Any]:
    """Write what the entries say now, and take away the one that goes; what followed at the desk."""
    for each in union.changed:
        write(each, union.after[each.reference])
    desk = follow_on(union.gone, union.kept)
    desk["aliases"] = lead_on(union.gone, union.kept)
    try:
        type(union.gone)._base_manager.get(pk=union.gone.pk).delete()
    except ProtectedError as error:  # came to be named in the moment before it was locked
        raise Refused([looked_away()]) from error
    return desk


def write(entry: Entry, document: Document) -> None:
    """Write a document over an entry.

    Raises:
        Refused: it cannot be applied, or a constraint of the database does not allow it.
    """
    try:
        with transaction.atomic():
            documents.apply(document, slug=entry.slug)
    except DocumentError as error:
        raise Refused([Problem("", f"{entry.reference}: {error}")]) from error
    except IntegrityError as error:
        raise Refused(constraint_problems(entry, document)) from error


def record(
    entries: Iterable[Entry],
    before: Mapping[str, Document],
    edition: Edition | None,
    *,
    main: set[str],
    by: User,
    reason: str,
) -> None:
    """Keep what entries say now: published ones in the edition, withdrawn ones beside it, drafts in a revision that is open.

    For readers it is a correction of the `main` ones, by reference; the others say the same in other words.
    """
    public: dict[tuple[Nature, type[Entry]], dict[int, Document]] = {}
    for each in entries:
        was = before[each.reference]
        if not is_held_back(each):
            follow(each, by=by, reason=reason, before=was)
        elif each.is_public or each.reference in main:
            nature = Nature.CORRECTION if each.reference in main else Nature.WORDING
            public.setdefault((nature, type(each)), {})[each.pk] = was
        else:
            _keep_beside(each, was, by=by, reason=reason)
    if edition is None:
        return
    for (nature, model), documents_of in public.items():
        model._base_manager.filter(pk__in=documents_of).update(changed=edition.published_at)
        record_changed(model, documents_of, edition, by=by, reason=reason, nature=nature)


def _keep_beside(entry: Entry, before: Document, *, by: User, reason: str) -> None:
    """Keep what a withdrawn entry says now. No edition tells it: readers would hear that it is withdrawn once more."""
    document = documents.dump(entry)
    _revision(entry, document, RevisionState.SUPERSEDED, by=by, reason=reason, base=documents.digest(before))


def _bury(union: Union, head: Revision | None, edition: Edition | None, *, by: User, reason: str) -> None:
    """Keep what the entry that went said last."""
    if head is not None:
        head.state = RevisionState.SUPERSEDED
        head.save()
    gone = union.gone
    last = _revision(gone, union.before[gone.reference], RevisionState.MERGED, by=by, reason=reason)
    last.edition, last.previous = edition, head
    last.save()


def _revision(
    entry: Entry, document: Document, state: str, *, by: User, reason: str, base: str = ""
) -> Revision:
    return Revision.objects.create(
        entry=entry.reference,
        document=document,
        schema=documents.SCHEMA,
        digest=documents.digest(document),
        base_digest=base,
        state=state,
        reason=reason,
        made_by=by,
        made_by_name=by.get_username(),
    )


def _broken(union: Union) -> list[Problem]:
    """The rules that what is written would break."""
    return broken_rules([each for each in union.changed if each != union.kept], union.kept)


def broken_rules(entries: Sequence[Entry], asked: Entry) -> list[Problem]:
    """The rules that entries break as they stand now, each said with its name but for the one that was asked for.

    Of what is not public only that it is not part of itself.
    """
    found = []
    for each in (asked, *entries):
        stored = type(each)._base_manager.get(pk=each.pk)
        broken = rules.problems(stored) if stored.is_public else rules.cycle_problems(stored)
        found += broken if each == asked else [problem.named(each.reference) for problem in broken]
    return found


def _kept_for_undoing(
    union: Union, desk: dict[str, Any], edition: Edition | None, *, by: User, reason: str
) -> Merge:
    return Merge.objects.create(
        kept=union.kept.reference,
        gone=union.gone.reference,
        before=union.before,
        after=digests_of(documents.dump_each(union.changed)),
        aliases=desk.pop("aliases"),
        desk=desk,
        reason=reason.strip(),
        made_by=by,
        made_by_name=by.get_username(),
        edition=edition,
    )
