"""Putting changes of several entries together into a bundle, until it is handed to who reviews it.

A bundle names entries; of each the open revision is meant. Every act locks the generation, then the entries of the bundle in
the order of their names, then the bundle: publications and saves wait for it and it for them, and never in a circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import generation
from partnership.models import Bundle, BundleState, Entry, Revision

from . import remit, revising
from .bundled import IN_REVIEW, free, reopen, waiting_bundle_of
from .revising import Refused, entries_called, locked
from .rules import Problem
from .staging import looked_away
from .workflow import refuse_if

# Where entries may be put in and taken out.
OPEN = (BundleState.OPEN, BundleState.RETURNED)
WAITING = (*OPEN, *IN_REVIEW)


@dataclass(frozen=True)
class Member:
    """An entry of a bundle: its reference, the entry if it is still there, and what the bundle publishes or published of it."""

    reference: str
    entry: Entry | None
    revision: Revision | None

    @property
    def name(self) -> str:
        """What to call it."""
        return str(self.entry) if self.entry else self.reference


def members_of(bundle: Bundle) -> list[Member]:
    """The entries of a bundle in the order in which they were put in; a few queries, however many they are."""
    names = list(bundle.items.order_by("pk").values_list("entry", flat=True))
    revisions = Revision.objects.filter(entry__in=names)
    kept = revisions.filter(edition=bundle.edition) if bundle.edition_id else revisions.open()
    meant = {each.entry: each for each in kept}
    entries = entries_called(names)
    return [Member(name, entries.get(name), meant.get(name)) for name in names]


def lacking(members: Iterable[Member]) -> list[Problem]:
    """The members of which nothing can become public, by name."""
    message = _("“%(entry)s” has no change that could be published: save one, or take it out of the bundle.")
    return [Problem("", message % {"entry": each.name}) for each in members if each.revision is None]


def is_elsewhere(entry: Entry, bundle: Bundle) -> Problem:
    """That an entry waits in a bundle already."""
    message = _("“%(entry)s” is in the bundle “%(bundle)s” already.")
    return Problem("", message % {"entry": entry, "bundle": bundle})


def outside_remit(members: Iterable[Member], account: User) -> list[Problem]:
    """The members that an account may not touch, by name."""
    is_covered = remit.covering(account)
    message = _("“%(entry)s” is outside of what your account may change: ask somebody who may.")
    return [
        Problem("", message % {"entry": each.name})
        for each in members
        if each.revision is not None and not is_covered(each.revision.document)
    ]


def open_bundles() -> list[Bundle]:
    """The bundles into which entries may be put, the newest first."""
    return list(Bundle.objects.filter(state__in=OPEN))


# Acts


@transaction.atomic
def put_in(bundle: Bundle, entry: Entry, *, by: User) -> None:
    """Put an entry into a bundle; its change is reviewed with the bundle from now on, and with nothing else.

    Raises:
        Refused: the bundle is in review or public, the entry waits in one already, or nothing of it waits.
    """
    generation.lock()
    entry = locked(entry)
    bundle = _locked(bundle, *OPEN)
    if other := waiting_bundle_of(entry.reference):
        raise Refused([is_elsewhere(entry, other)])
    head = revising.head_of(entry)
    member = Member(entry.reference, entry, head)
    refuse_if(lacking([member]) + outside_remit([member], by))
    bundle.items.create(entry=entry.reference)
    free([entry.reference])


@transaction.atomic
def take_out(bundle: Bundle, reference: str, *, by: User) -> None:
    """Take an entry out of a bundle; its change is its own again.

    Raises:
        Refused: the bundle is in review or public, the entry is not in it, or is outside of the remit of the account.
    """
    bundle, members = locked_bundle(bundle, *OPEN)
    found = [each for each in members if each.reference == reference]
    if not found:
        raise Refused([Problem("", _("It is not in the bundle any more."))])
    refuse_if(outside_remit(found, by))
    bundle.items.filter(entry=reference).delete()


@transaction.atomic
def submit(bundle: Bundle, *, by: User) -> Bundle:
    """Ask for the review of all that a bundle holds.

    Raises:
        Refused: it is in review or public, it is empty, or, by name, a member has no change or is none of the account's.
    """
    bundle, members = locked_bundle(bundle, *OPEN)
    if not members:
        raise Refused([Problem("", _("The bundle is empty: put entries in first."))])
    refuse_if(lacking(members) + outside_remit(members, by))
    for each in members:
        if each.entry is not None:
            revising.submit(each.entry, by=by, within=bundle)
    bundle.state = BundleState.SUBMITTED
    bundle.save()
    return bundle


@transaction.atomic
def take_back(bundle: Bundle, *, by: User) -> None:
    """Take a bundle out of review or approval, to put it together anew.

    Raises:
        Refused: it is in neither, or a member is outside of the remit of the account.
    """
    bundle, members = locked_bundle(bundle, *IN_REVIEW)
    refuse_if(outside_remit(members, by))
    reopen(bundle)


@transaction.atomic
def delete(bundle: Bundle, *, by: User) -> None:
    """Delete a bundle that waits; its members are no part of it any more, and their changes are edited by themselves.

    Raises:
        Refused: it is public, or a member is outside of the remit of the account.
    """
    bundle, members = locked_bundle(bundle, *WAITING)
    refuse_if(outside_remit(members, by))
    free(each.reference for each in members)
    bundle.delete()


# Parts


def locked_bundle(bundle: Bundle, *states: BundleState) -> tuple[Bundle, list[Member]]:
    """A bundle as it is stored, in one of these states, with its members; all kept from other writers.

    Raises:
        Refused: it is in another state or was deleted, or its members changed at this moment.
    """
    generation.lock()
    before = sorted(members_of(bundle), key=lambda each: each.reference)
    for each in before:
        if each.entry is not None:
            locked(each.entry)
    bundle = _locked(bundle, *states)
    members = members_of(bundle)
    if {each.reference for each in members} != {each.reference for each in before}:
        raise Refused([looked_away()])
    return bundle, members


def _locked(bundle: Bundle, *states: BundleState) -> Bundle:
    stored = Bundle.objects.select_for_update().filter(pk=bundle.pk).first()
    if stored is None:
        raise Refused([Problem("", _("The bundle was deleted."))])
    if stored.state not in states:
        message = _("This cannot be done now: the bundle is in the state “%(state)s”.")
        raise Refused([Problem("", message % {"state": stored.get_state_display()})])
    return stored
