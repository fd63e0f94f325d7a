"""Bundles as a desk puts them together."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User

from partnership.editorial import bundle_review, bundling
from partnership.models import Bundle, Edition, Entry
from partnership.models.fields import whole_second


def make_bundle(*entries: Entry, by: User, hours: int | None = None, **fields: Any) -> Bundle:
    """A bundle with entries, of which each has an open revision; with an embargo that many hours from now."""
    at = whole_second() + timedelta(hours=hours) if hours is not None else None
    said = {"title": "Summit day", "note": "The summit of Madrid.", "publish_at": at, **fields}
    bundle = Bundle.objects.create(made_by=by, made_by_name=by.get_username(), **said)
    for entry in entries:
        bundling.put_in(bundle, entry, by=by)
    return bundle


def submitted(*entries: Entry, by: User, hours: int | None = None, **fields: Any) -> Bundle:
    """The same, submitted."""
    return bundling.submit(make_bundle(*entries, by=by, hours=hours, **fields), by=by)


def seal_of(bundle: Bundle) -> str:
    """The seal of what a reviewer looks at."""
    with bundle_review.looked_at(bundle) as looked:
        return looked.seal


def approve(bundle: Bundle, by: User, **said: Any) -> Edition | None:
    """Look at a bundle and into its sources, and approve it."""
    said = {"seal": seal_of(bundle), "sources_confirmed": True, **said}
    return bundle_review.approve(bundle, by=by, **said)


def scheduled(*entries: Entry, by: User, reviewer: User, hours: int = 2, **fields: Any) -> Bundle:
    """A bundle that is approved and waits for its hour."""
    bundle = submitted(*entries, by=by, hours=hours, **fields)
    assert approve(bundle, reviewer) is None
    bundle.refresh_from_db()
    return bundle


def make_due(bundle: Bundle) -> None:
    """Let the hour of a scheduled bundle have come."""
    Bundle.objects.filter(pk=bundle.pk).update(publish_at=whole_second())
