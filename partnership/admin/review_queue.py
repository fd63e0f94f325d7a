"""The review queue: bundles and changes that wait, the oldest first; what waits for whom, and what comes next."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from partnership.editorial import bundle_review, remit, reviewing, revising
from partnership.editorial.queue import parts_of_each, waiting_bundles_for, waiting_for
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.models import Bundle, BundleState, Revision

from . import kinds
from .addresses import address_of
from .editing import deny_unless


def may_review(request: HttpRequest) -> bool:
    """Whether an account has the right to review."""
    return cast(User, request.user).has_perm(MAY_PUBLISH)


def next_address(
    account: User, done: Revision | Bundle, waiting_changes: list[Revision] | None = None
) -> str:
    """The next of what waits for an account, after what was just looked at; else the queue.

    Changes come after changes and bundles after bundles, the oldest first; when there are none left, the others.
    `waiting_changes` are given by whoever has read them already.
    """
    changes: list[Any] = waiting_for(account) if waiting_changes is None else waiting_changes
    bundles: list[Any] = waiting_bundles_for(account)
    same, others = (bundles, changes) if isinstance(done, Bundle) else (changes, bundles)
    same = [each for each in same if each.pk != done.pk]
    later = [each for each in same if (each.made_at, each.pk) > (done.made_at, done.pk)]
    for each in (later or same or others)[:1]:
        return review_address(each)
    return reverse("admin:review_queue")


def review_address(waiting: Revision | Bundle) -> str:
    """The page on which something that waits is reviewed."""
    if isinstance(waiting, Bundle):
        return address_of("review", waiting)
    return reverse("admin:review", args=[waiting.pk])


def queue_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """All that is in review, the oldest first: what waits for this account, and what waits for somebody else."""
    deny_unless(may_review(request))
    account = cast(User, request.user)
    mine, my_bundles = waiting_for(account), waiting_bundles_for(account)
    keys, bundle_keys = {each.pk for each in mine}, {each.pk for each in my_bundles}
    others = [each for each in reviewing.waiting() if each.pk not in keys]
    scheduled: QuerySet[Bundle] = Bundle.objects.filter(state=BundleState.SCHEDULED).order_by("publish_at")
    context = {
        **admin_site.each_context(request),
        "title": gettext("Review"),
        "mine": named(mine, account),
        "others": named(others, account),
        "scheduled": named(reviewing.scheduled(), account),
        "first_is_change": not my_bundles,
        "my_bundles": named_bundles(my_bundles),
        "other_bundles": named_bundles(
            each for each in bundle_review.waiting() if each.pk not in bundle_keys
        ),
        "scheduled_bundles": named_bundles(scheduled),
    }
    return TemplateResponse(request, "admin/partnership/queue.html", context)


def named(revisions: Iterable[Revision], account: User) -> list[dict[str, Any]]:
    """Revisions with the entries that they are of, and an address for who may review it; one query a kind."""
    revisions = list(revisions)
    entries, is_covered = revising.entries_of(revisions), remit.covering(account)
    rows = []
    for revision in revisions:
        if entry := entries.get(revision.entry):
            kind = kinds.in_words(entry)
            address = reverse("admin:review", args=[revision.pk]) if is_covered(revision.document) else ""
            rows.append({"revision": revision, "entry": entry, "kind": kind, "address": address})
    return rows


def named_bundles(bundles: Iterable[Bundle]) -> list[dict[str, Any]]:
    """Bundles with how many entries are in them and the page of their review."""
    bundles = list(bundles)
    parts = parts_of_each(bundles)
    return [
        {"bundle": each, "count": len(parts[each.pk]), "address": review_address(each)} for each in bundles
    ]
