"""What is submitted, by whom it may be approved: nobody approves what they wrote in, or what is outside their remit."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import User

from partnership.models import Bundle, BundleItem, Revision

from . import bundle_review, remit, reviewing, revising


def waiting_for(account: User) -> list[Revision]:
    """What is submitted by itself and may be approved by an account: nothing it wrote in, nothing outside its remit."""
    waiting = list(reviewing.waiting())
    authors, is_covered = revising.authors_of_each(waiting), remit.covering(account)
    return [each for each in waiting if account.pk not in authors[each.pk] and is_covered(each.document)]


def waiting_bundles_for(account: User) -> list[Bundle]:
    """The submitted bundles that an account may approve: it wrote in no member, and may touch them all."""
    waiting = list(bundle_review.waiting())
    parts = parts_of_each(waiting)
    heads = [head for some in parts.values() for head in some]
    authors, is_covered = revising.authors_of_each(heads), remit.covering(account)
    return [
        bundle
        for bundle in waiting
        if all(account.pk not in authors[each.pk] and is_covered(each.document) for each in parts[bundle.pk])
    ]


def parts_of_each(bundles: Iterable[Bundle]) -> dict[int, list[Revision]]:
    """The open revisions of several bundles, by the key of the bundle; two queries, however many they are."""
    keys = [bundle.pk for bundle in bundles]
    items = list(BundleItem.objects.filter(bundle__in=keys))
    heads = Revision.objects.open().filter(entry__in=[item.entry for item in items])
    by_entry = {each.entry: each for each in heads}
    found: dict[int, list[Revision]] = defaultdict(list)
    for item in items:
        if item.entry in by_entry:
            found[item.bundle_id].append(by_entry[item.entry])
    return found
