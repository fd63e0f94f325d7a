"""Review: a second person looks at what an entry is being made to say, and approves exactly that or sends it back."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partnership import audit, documents, generation
from partnership.documents import Document, DocumentError, key_of, label
from partnership.models import Bundle, BundleItem, Edition, Entry, Nature, Revision, RevisionState
from partnership.models.fields import whole_second

from .bundled import waiting_bundle_of
from .revising import Refused, authors_of, entry_of, head_of, locked
from .rules import Problem
from .staging import Stage, lock_all, looked_away, obstacles, staged, staged_problems
from .workflow import publish_revision, refuse_if

MAY_PUBLISH = "partnership.publish_entries"
MAY_PUBLISH_OWN = "partnership.publish_own"

# Prose tells in other words what the values say: a change of wording alone needs no second look into the sources.
PROSE = {"title", "summary", "lede", "text", "wording_note", "other_names"}
# Where the desk puts an entry, which no source says.
ARRANGED = {"areas", "organisations", "language", "staff_note"}


def waiting() -> QuerySet[Revision]:
    """What is submitted by itself, the oldest first; what waits in a bundle is reviewed with it."""
    return by_themselves().filter(state=RevisionState.SUBMITTED).order_by("made_at", "pk")


def scheduled() -> QuerySet[Revision]:
    """What is approved by itself and waits for its time, the next first."""
    return by_themselves().filter(state=RevisionState.SCHEDULED).order_by("publish_at", "pk")


def by_themselves() -> QuerySet[Revision]:
    """Revisions of entries that wait in no bundle."""
    return Revision.objects.exclude(entry__in=BundleItem.objects.filter(is_done=False).values("entry"))


def authors_of_stage(stage: Stage, revision: Revision) -> set[int]:
    """The accounts that saved into anything that becomes public with a revision."""
    heads = [revision, *(head for each in stage.drafts if (head := head_of(each)))]
    return {author for head in heads for author in authors_of(head)}


def unconfirmed_sources(before: Document, after: Document, nature: str) -> list[str]:
    """What changed while its citation did not: fields and keys of rows whose sources somebody should look at again.

    A citation of the whole entry backs its values; its prose only where a citation says so.
    """
    rows = {key_of(row): row["fields"] for row in after if "supports" in row["fields"]}
    was = {key_of(row): row["fields"] for row in before if "supports" in row["fields"]}
    renewed = {fields["supports"] for key, fields in rows.items() if was.get(key) != fields}
    cited = {fields["supports"] for fields in rows.values()}
    changed = _changed_values(before, after, nature)
    places = dict.fromkeys(
        place for place, field in changed if place in cited or ("" in cited and field not in PROSE | ARRANGED)
    )
    return [place for place in places if not renewed & {place, ""}]


def _changed_values(before: Document, after: Document, nature: str) -> Iterator[tuple[str, str]]:
    """Fields of the entry, by name, and of rows that stayed, by key, of which the value changed."""
    heads = {label(document[0]) for document in (before, after) if document}
    keys = {label(row): key_of(row) for row in after}
    for each in documents.differences(before, after):
        is_row = each.row not in heads
        if not each.field or each.row not in keys or (is_row and each.field == "position"):
            continue
        if each.field in Entry.state_fields or (nature == Nature.WORDING and each.field in PROSE):
            continue
        if "supports" not in _fields_of(after, each.row):
            yield (keys[each.row] if is_row else each.field), each.field


def _fields_of(document: Document, name: str) -> dict:
    return next((row["fields"] for row in document if label(row) == name), {})


# Acts


@transaction.atomic
def approve(
    revision: Revision,
    *,
    by: User,
    seal: str,
    override: str = "",
    sources_confirmed: bool = False,
    publish_at: datetime | None = None,
    note: str = "",
) -> Edition | None:
    """Publish what was looked at, or schedule it where a time is set; None if it is scheduled.

    `seal` is that of the stage that was looked at; `override` the reason of an administrator to publish own work.

    Raises:
        Refused: who wrote it may not approve it, its sources are not confirmed, it has changed since it was looked at,
            it was not submitted, or a rule is broken.
        DocumentError: the document can no longer be applied.
    """
    generation.lock()
    [(_entry, revision)] = lock_all([revision])
    refuse_if(_not_in(revision, RevisionState.SUBMITTED) or obstacles(revision))
    with staged(revision) as stage:
        found = _objections(revision, stage, by=by, override=override, sources_confirmed=sources_confirmed)
        found += staged_problems(stage)
        if seal != stage.seal:
            found = [looked_away()]
    refuse_if(found)
    mark_reviewed(revision, by, note=override.strip())
    revision.overridden = bool(override.strip())
    revision.sources_confirmed = sources_confirmed
    revision.approved = stage.parts
    revision.publish_at = publish_at or revision.publish_at
    if revision.publish_at and revision.publish_at > whole_second():
        revision.state = RevisionState.SCHEDULED
        revision.save()
        audit.tell("approved", by=by, entries=list(stage.parts), at=str(revision.publish_at))
        return None
    revision.save()
    return publish_revision(revision, by=by, note=note, seal=seal)


@transaction.atomic
def send_back(revision: Revision, *, by: User, reason: str) -> Revision:
    """Give a submitted or scheduled revision back to who wrote it, with the reason.

    Raises:
        Refused: no reason is given, or it is not in review.
    """
    revision = _locked(revision)
    found = _not_in(revision, RevisionState.SUBMITTED, RevisionState.SCHEDULED)
    found += obstacles(revision) if waiting_bundle_of(revision.entry) else []
    if not reason.strip():
        found.append(Problem("reason", _("Say what is to be mended.")))
    refuse_if(found)
    mark_reviewed(revision, by, note=reason.strip())
    give_back(revision)
    return revision


def publish_due(now: datetime | None = None) -> Iterator[tuple[Revision, Edition | None]]:
    """Publish each revision that is scheduled by itself and whose time has come, in a transaction of its own; with its edition.

    What the rules no longer allow goes back to who wrote it, with the reasons, and has no edition. Safe to run twice
    and in parallel: each revision is taken once.
    """
    now = now or whole_second()
    due = scheduled().filter(publish_at__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        if (done := _publish_scheduled(pk)) is not None:
            yield done


def _publish_scheduled(pk: int) -> tuple[Revision, Edition | None] | None:
    try:
        with transaction.atomic():
            generation.lock()
            [(_entry, revision)] = lock_all([Revision.objects.get(pk=pk)])
            if revision.state != RevisionState.SCHEDULED or waiting_bundle_of(revision.entry):
                return None
            edition = publish_revision(revision, by=revision.reviewed_by)
    except (Refused, DocumentError, IntegrityError) as error:
        returned = _return_scheduled(pk, str(error))
        return (returned, None) if returned else None
    return Revision.objects.get(pk=pk), edition


@transaction.atomic
def _return_scheduled(pk: int, reasons: str) -> Revision | None:
    revision = _locked(Revision.objects.get(pk=pk))
    if revision.state != RevisionState.SCHEDULED:
        return None
    revision.review_note = _("It could not be published at its time: %(reasons)s") % {"reasons": reasons}
    give_back(revision)
    return revision


# Parts


def _objections(
    revision: Revision, stage: Stage, *, by: User, override: str, sources_confirmed: bool
) -> list[Problem]:
    """What speaks against the person or the act, not against the entry."""
    after = documents.dump(stage.entry)
    unconfirmed = unconfirmed_sources(stage.before, after, revision.nature)
    return objections_to(
        by,
        wrote=by.pk in authors_of_stage(stage, revision),
        override=override,
        unconfirmed=bool(unconfirmed) and not sources_confirmed,
    )


def objections_to(by: User, *, wrote: bool, override: str, unconfirmed: bool) -> list[Problem]:
    """What speaks against an approval by somebody: that they wrote in it, or that they did not look into its sources.

    `override` is the reason they give for publishing their own work.
    """
    found = []
    if wrote:
        if not by.has_perm(MAY_PUBLISH_OWN):
            found.append(Problem("", _("You wrote in it: somebody else must approve it.")))
        elif not override.strip():
            message = _("You wrote in it: say why it is published without a second person.")
            found.append(Problem("override", message))
    elif override.strip():
        found.append(Problem("override", _("You did not write in it: approve it without this reason.")))
    if unconfirmed:
        message = _("Values changed and their citations did not: confirm that the sources say so.")
        found.append(Problem("sources", message))
    return found


def mark_reviewed(decided: Revision | Bundle, by: User, *, note: str) -> None:
    """Write who decided about a revision or a bundle, when and why; not saved yet."""
    decided.reviewed_by, decided.reviewed_by_name = by, by.get_username()
    decided.reviewed_at, decided.review_note = whole_second(), note


def give_back(revision: Revision) -> None:
    """Give it back to who wrote it: nothing of it is approved any longer."""
    revision.state, revision.approved = RevisionState.RETURNED, {}
    revision.overridden = revision.sources_confirmed = False
    revision.save()


def _locked(revision: Revision) -> Revision:
    """A revision as it is stored, kept from other writers, its entry before it."""
    if entry := entry_of(revision):
        locked(entry)
    return Revision.objects.select_for_update().get(pk=revision.pk)


def _not_in(revision: Revision, *states: RevisionState) -> list[Problem]:
    """That a revision is in none of the states of review that an act takes it in."""
    if revision.state in states:
        return []
    message = _("It is not in review: %(state)s.")
    return [Problem("", message % {"state": revision.get_state_display()})]
