"""Review of a bundle: a second person looks at all of it, and approves exactly that or sends it back; then its hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partnership import audit, documents, generation
from partnership.documents import DocumentError
from partnership.models import Bundle, BundleState, Edition, Revision, RevisionState, Status
from partnership.models.fields import whole_second

from .bundled import IN_REVIEW, free
from .bundling import Member, lacking, locked_bundle, members_of, outside_remit
from .reviewing import (
    authors_of_stage,
    give_back,
    mark_reviewed,
    objections_to,
    unconfirmed_sources,
)
from .revising import Refused
from .rules import Problem
from .staging import (
    Stage,
    all_entries,
    lock_all,
    looked_away,
    nothing_differs,
    obstacles,
    parts_of,
    problems_by_name,
    seal_of,
    staged_together,
)
from .workflow import publish_revisions, refuse_if


def waiting() -> QuerySet[Bundle]:
    """The bundles that are submitted, the oldest first."""
    return Bundle.objects.filter(state=BundleState.SUBMITTED).order_by("made_at", "pk")


# Looking


@dataclass(frozen=True)
class Looked:
    """A bundle that is in place, to be looked at: its open revisions, each with its stage, and what stood against them."""

    bundle: Bundle
    members: list[Member]
    pairs: list[tuple[Revision, Stage]]
    blocked: list[Problem]

    @property
    def stages(self) -> list[Stage]:
        """The stages alone."""
        return [stage for _revision, stage in self.pairs]

    @property
    def seal(self) -> str:
        """Stands for all that is approved: what becomes public, what the edition says of it, and when; to the letter."""
        at = documents.moment(self.bundle.publish_at) if self.bundle.publish_at else ""
        whole = {"note": self.bundle.note, "at": at, "parts": parts_of(self.stages)}
        return documents.digest([whole])

    def authors(self) -> set[int]:
        """The accounts that saved into anything that becomes public with it."""
        return set().union(*self.authors_of_each.values())

    @cached_property
    def authors_of_each(self) -> dict[int, set[int]]:
        """The same for each of its revisions, by their keys."""
        return {revision.pk: authors_of_stage(stage, revision) for revision, stage in self.pairs}

    @cached_property
    def unconfirmed(self) -> set[int]:
        """The keys of the revisions in which something changed while its citation did not; read while it is in place."""
        return {revision.pk for revision, stage in self.pairs if unconfirmed_in(revision, stage)}

    def blocking(self) -> list[Problem]:
        """What keeps members from being public, whatever they say, each said with the name of its entry."""
        same = [nothing_differs().named(stage.entry.reference) for stage in self.stages if _is_same(stage)]
        return lacking(self.members) + self.blocked + same

    def faults(self) -> list[Problem]:
        """Everything that keeps it from being public, each said with the name of its entry."""
        return self.blocking() + problems_by_name(all_entries(self.stages), self.bundle)


@contextmanager
def looked_at(bundle: Bundle) -> Iterator[Looked]:
    """The register as it would be with a bundle in place; undone at the end. How it is checked and reviewed.

    Raises:
        DocumentError: a document can no longer be applied.
        Refused: an entry is gone, or what it names changes at this moment.
    """
    members = members_of(bundle)
    revisions = open_revisions(members)
    blocked = [problem.named(each.entry) for each in revisions for problem in obstacles(each, within=bundle)]
    with staged_together(revisions) as stages:
        yield Looked(bundle, members, list(zip(revisions, stages, strict=True)), blocked)


@contextmanager
def released(bundle: Bundle) -> Iterator[list[Problem]]:
    """The register as the publication of a bundle makes it, with its edition; undone at the end.

    Gives why it could not be published as it is: then its changes are in place, and there is no edition.

    Raises:
        DocumentError: a document can no longer be applied.
        Refused: an entry is gone, or what it names changes at this moment.
    """
    revisions = open_revisions(members_of(bundle))
    with generation.held_back():
        found = _published_or_why_not(bundle, revisions) if revisions else []
        if not found:
            yield []
            return
        with staged_together(revisions):
            yield found


def _published_or_why_not(bundle: Bundle, revisions: list[Revision]) -> list[Problem]:
    try:
        publish_revisions(revisions, note=bundle.note, within=bundle)
    except Refused as refused:
        return refused.problems
    return []


def open_revisions(members: list[Member]) -> list[Revision]:
    """What the members of a bundle are being made to say."""
    return [each.revision for each in members if each.revision is not None]


def unconfirmed_in(revision: Revision, stage: Stage) -> list[str]:
    """What changed in a member while its citation did not."""
    return unconfirmed_sources(stage.before, documents.dump(stage.entry), revision.nature)


# Acts


@transaction.atomic
def approve(
    bundle: Bundle, *, by: User, seal: str, override: str = "", sources_confirmed: bool = False
) -> Edition | None:
    """Publish the whole that was looked at as one edition, or schedule it where its hour is to come; None then.

    `seal` is that of what was looked at; `override` the reason of an administrator who wrote in it.

    Raises:
        Refused: with every reason by name: who wrote in it may not approve it, its sources are not confirmed, it has
            changed since it was looked at, it was not submitted, or a rule is broken.
        DocumentError: a document can no longer be applied.
    """
    bundle, members = _locked_with_drafts(bundle, BundleState.SUBMITTED)
    with looked_at(bundle) as looked:
        found = (
            [looked_away()] if seal != looked.seal else _objections(looked, by, override, sources_confirmed)
        )
        refuse_if(found)
        authors, unconfirmed = looked.authors_of_each, looked.unconfirmed
    mark_reviewed(bundle, by, note=override.strip())
    bundle.approved = parts_of(looked.stages)
    is_later = bundle.publish_at is not None and bundle.publish_at > whole_second()
    for revision, stage in looked.pairs:
        is_own = by.pk in authors[revision.pk]
        mark_reviewed(revision, by, note=override.strip() if is_own else "")
        revision.overridden = is_own
        revision.sources_confirmed = sources_confirmed and revision.pk in unconfirmed
        revision.approved = stage.parts
        if is_later:
            revision.state, revision.publish_at = RevisionState.SCHEDULED, bundle.publish_at
        revision.save()
    if is_later:
        bundle.state = BundleState.SCHEDULED
        bundle.save()
        entries = [each.reference for each in members]
        audit.tell("bundle approved", by=by, bundle=bundle.pk, at=str(bundle.publish_at), entries=entries)
        return None
    return _publish(bundle, members, by=by, seal=seal_of(looked.stages))


@transaction.atomic
def send_back(bundle: Bundle, *, by: User, reason: str, member: str = "") -> Bundle:
    """Give a bundle in review or approval back with the reason: the whole, or because of the one `member` named.

    Then that one is to be mended, and the changes of the others are as they were before they were submitted.

    Raises:
        Refused: no reason is given, the bundle is not in review, or the member is none of it.
    """
    bundle, members = locked_bundle(bundle, *IN_REVIEW)
    concerned = [each for each in members if member in ("", each.reference)]
    found = [] if reason.strip() else [Problem("reason", _("Say what is to be mended."))]
    if not concerned:
        found.append(Problem("member", _("It is not in the bundle any more.")))
    refuse_if(found + outside_remit(members, by))
    _give_back(bundle, members, concerned, reason.strip(), by=by)
    if member:
        words = {"entry": concerned[0].name, "reason": reason.strip()}
        bundle.review_note = _("“%(entry)s”: %(reason)s") % words
    bundle.save()
    audit.tell("bundle sent back", by=by, bundle=bundle.pk, entries=[each.reference for each in concerned])
    return bundle


def publish_due(now: datetime | None = None) -> Iterator[tuple[Bundle, Edition | None]]:
    """Publish each scheduled bundle whose hour has come, in a transaction of its own; with its edition.

    What the rules no longer allow sends the whole bundle back, with the reasons, and it has no edition. Safe to run twice
    and in parallel: each bundle is taken once.
    """
    now = now or whole_second()
    due = Bundle.objects.filter(state=BundleState.SCHEDULED, publish_at__lte=now)
    for pk in list(due.order_by("publish_at", "pk").values_list("pk", flat=True)):
        if (done := _publish_scheduled(pk, now)) is not None:
            yield done


def _publish_scheduled(pk: int, now: datetime) -> tuple[Bundle, Edition | None] | None:
    try:
        with transaction.atomic():
            bundle, members = _locked_with_drafts(Bundle.objects.get(pk=pk), *BundleState)
            if bundle.state != BundleState.SCHEDULED or bundle.publish_at is None or bundle.publish_at > now:
                return None
            refuse_if(lacking(members))
            return bundle, _publish(bundle, members, by=bundle.reviewed_by)
    except Bundle.DoesNotExist:
        return None
    except (Refused, DocumentError, IntegrityError) as error:
        returned = _return_scheduled(pk, str(error))
        return (returned, None) if returned else None


@transaction.atomic
def _return_scheduled(pk: int, reasons: str) -> Bundle | None:
    bundle = Bundle.objects.filter(pk=pk).first()
    if bundle is None:
        return None
    bundle, members = locked_bundle(bundle, *BundleState)
    if bundle.state != BundleState.SCHEDULED:
        return None
    note = _("It could not be published at its time: %(reasons)s") % {"reasons": reasons}
    _give_back(bundle, members, members, note)
    bundle.save()
    audit.tell("bundle sent back", by=None, bundle=bundle.pk, entries=[each.reference for each in members])
    return bundle


# Parts


def _locked_with_drafts(bundle: Bundle, *states: BundleState) -> tuple[Bundle, list[Member]]:
    """A bundle with its members, locked as `locked_bundle` does, and with the drafts that become public along."""
    generation.lock()
    lock_all(open_revisions(members_of(bundle)))
    return locked_bundle(bundle, *states)


def _publish(bundle: Bundle, members: list[Member], *, by: User | None, seal: str = "") -> Edition:
    """Make a locked bundle public in one edition: under the seal of what was just looked at, or as it was approved."""
    revisions = open_revisions(members)
    edition = publish_revisions(
        revisions, by=by, note=bundle.note, seal=seal, approved=bundle.approved, within=bundle
    )
    bundle.state, bundle.edition = BundleState.PUBLISHED, edition
    bundle.save()
    bundle.items.update(is_done=True)
    return edition


def _give_back(
    bundle: Bundle, members: list[Member], concerned: list[Member], note: str, *, by: User | None = None
) -> None:
    """Return a locked bundle, not saved yet, and the members concerned; the others are edited as before."""
    free(each.reference for each in members)
    for revision in Revision.objects.open().filter(entry__in=[each.reference for each in concerned]):
        if by is not None:
            mark_reviewed(revision, by, note=note)
        revision.review_note = note
        give_back(revision)
    if by is not None:
        mark_reviewed(bundle, by, note=note)
    bundle.state, bundle.approved, bundle.review_note = BundleState.RETURNED, {}, note


def _objections(looked: Looked, by: User, override: str, sources_confirmed: bool) -> list[Problem]:
    """All that speaks against the person, the act and what is in the bundle."""
    found = outside_remit(looked.members, by)
    found += objections_to(
        by,
        wrote=by.pk in looked.authors(),
        override=override,
        unconfirmed=not sources_confirmed and bool(looked.unconfirmed),
    )
    return found + looked.faults()


def _is_same(stage: Stage) -> bool:
    """Whether a member that is public would stay as it is."""
    was_public = stage.before[0]["fields"]["status"] == Status.PUBLISHED
    return was_public and stage.before == documents.dump(stage.entry)
