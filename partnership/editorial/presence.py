"""Who has the form of an entry open, as far as their browsers have said so of late. It locks nothing and hinders nobody."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from partnership.models import OpenForm
from partnership.models.fields import whole_second

SEEN_WITHIN = timedelta(seconds=90)
"""A browser says every 30 seconds that a form is open: one that was silent for longer has gone."""
KEPT = timedelta(days=1)
MOST = 10


@dataclass(frozen=True)
class Other:
    """Somebody else who has the form open: their name, and seconds since they were last seen."""

    name: str
    seconds: int


def keep_open(account: User, kind: str, number: int) -> bool:
    """Note that an account still has the form of an entry open; False if it was not known to have it open."""
    return bool(_forms(kind, number).filter(account=account).update(seen_at=whole_second()))


def begin(account: User, entry: Model, kind: str) -> None:
    """Note that an account has opened the form of an entry, and forget whoever left without saying so."""
    OpenForm.objects.filter(seen_at__lt=whole_second() - KEPT).delete()
    opened = OpenForm(account=account, kind=kind, number=entry.pk)
    OpenForm.objects.bulk_create([opened], ignore_conflicts=True)  # it may be open in two tabs


def forget(account: User, kind: str, number: int) -> None:
    """Note that an account has left the form of an entry."""
    _forms(kind, number).filter(account=account).delete()


def others(account: User, kind: str, number: int) -> list[Other]:
    """Who else has the form of an entry open, last seen first."""
    now = whole_second()
    seen = _forms(kind, number).exclude(account=account).filter(seen_at__gte=now - SEEN_WITHIN)
    return [
        Other(
            each.account.get_full_name() or each.account.get_username(), max(0, (now - each.seen_at).seconds)
        )
        for each in seen.select_related("account").order_by("-seen_at", "pk")[:MOST]
    ]


def _forms(kind: str, number: int) -> QuerySet[OpenForm]:
    return OpenForm.objects.filter(kind=kind, number=number)
