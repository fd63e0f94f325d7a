"""What it means for one entry that it waits in a bundle: it becomes public with the bundle, and in no other way.

Whoever changes a bundle locks the entry that it is about first and the bundle after it, and only then any revision.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from partnership.models import Bundle, BundleItem, BundleState, Entry, Revision, RevisionState
from partnership.models.batches import in_batches
from partnership.models.revision import IN_REVIEW as REVISION_IN_REVIEW

from .rules import Problem

# What was looked at, or is being looked at, as a whole: a change of any part is a change of the whole.
IN_REVIEW = (BundleState.SUBMITTED, BundleState.SCHEDULED)


def waiting_bundle_of(reference: str) -> Bundle | None:
    """The bundle in which an entry waits, if it does."""
    return waiting_bundles([reference]).get(reference)


def waiting_bundles(references: Iterable[str]) -> dict[str, Bundle]:
    """The bundle in which each of several entries waits, by reference; without those that wait in none."""
    found: dict[str, Bundle] = {}
    for some in in_batches(dict.fromkeys(references)):
        items = BundleItem.objects.filter(entry__in=some, is_done=False).select_related("bundle")
        found.update({item.entry: item.bundle for item in items})
    return found


def embargoed(entries: Sequence[Entry], within: Bundle | None = None) -> list[Problem]:
    """Those of several entries that become public with a bundle only; `within` is the one that is being published."""
    bundles = waiting_bundles(each.reference for each in entries)
    return [
        belongs_to(bundles[each.reference], str(each))
        for each in entries
        if bundles.get(each.reference, within) != within
    ]


def belongs_to(bundle: Bundle, name: str) -> Problem:
    """That what is so called becomes public with a bundle and not by itself."""
    message = _("“%(entry)s” belongs to the bundle “%(bundle)s” and becomes public with it.")
    return Problem("", message % {"entry": name, "bundle": bundle})


def reopen_for(entry: Entry) -> Bundle | None:
    """Take the bundle of an entry out of review and approval, since the entry changes; the bundle, if it waits in one.

    Called with the entry locked and no revision yet.
    """
    item = BundleItem.objects.filter(entry=entry.reference, is_done=False).first()
    if item is None:
        return None
    bundle = Bundle.objects.select_for_update().get(pk=item.bundle_id)
    reopen(bundle)
    return bundle


def leave(entry: Entry) -> Bundle | None:
    """Take an entry whose change is given up out of its bundle; the bundle, if it waited in one."""
    bundle = reopen_for(entry)
    if bundle is not None:
        bundle.items.filter(entry=entry.reference).delete()
    return bundle


def reopen(bundle: Bundle) -> None:
    """Have a locked bundle put together again if it was in review: nothing of it is approved any longer."""
    if bundle.state in IN_REVIEW:
        bundle.state, bundle.approved = BundleState.OPEN, {}
        bundle.save()
        free(bundle.items.values_list("entry", flat=True))


def free(references: Iterable[str]) -> None:
    """Let the changes of entries be edited again that were in review with their bundle."""
    heads = Revision.objects.filter(entry__in=list(references), state__in=REVISION_IN_REVIEW)
    for head in heads.select_for_update().order_by("pk"):
        head.state, head.approved, head.publish_at = RevisionState.PENDING, {}, None
        head.overridden = head.sources_confirmed = False
        head.save()
