"""What waits for an account, as it is told by letter and feed: sorts, numbers, times and addresses, and no title.

A letter leaves the house, and so does what a program reads with the address of a feed: what is under an embargo must not.
Rights and remits count as they are at the moment of telling.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from django.contrib.auth.models import User
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partnership.models import NoticeChoice, Revision, entry_model
from partnership.models.fields import whole_second

from . import links, remit, work
from .queue import waiting_bundles_for, waiting_for
from .reviewing import MAY_PUBLISH
from .revising import entries_of

# After how long a draft or change that nobody submitted is told of.
LEFT_LYING = timedelta(days=7)
SALT = "partnership.notices"


class Sort(models.TextChoices):
    """Why something waits."""

    REVIEW = "review", gettext_lazy("Waits for your review")
    RETURNED = "returned", gettext_lazy("Sent back to you")
    LYING = "lying", gettext_lazy("Begun by you and not submitted")
    LINKS = "links", gettext_lazy("Dead links of sources")


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: `key` is the same as long as it does, `kind` says what it is, `address` where it is dealt with."""

    sort: Sort
    key: str
    kind: str
    since: datetime
    address: str

    @property
    def words(self) -> str:
        """The sort and the kind, for the title of an entry of a feed."""
        return _("%(why)s: %(what)s") % {"why": self.sort.label, "what": self.kind}


def waits_for(account: User) -> list[Waiting]:
    """What waits for an account, the oldest first; nothing for one that is no longer staff. A constant number of queries."""
    if not (account.is_active and account.is_staff):
        return []
    found = [*_reviews(account), *_own(account), *_links(account)]
    return sorted(found, key=lambda each: (each.since, each.key))


def _reviews(account: User) -> Iterator[Waiting]:
    if not account.has_perm(MAY_PUBLISH):
        return
    for each in waiting_for(account):
        address = reverse("admin:review", args=[each.pk])
        yield Waiting(Sort.REVIEW, f"revision-{each.pk}", _kind_of(each), each.made_at, address)
    for bundle in waiting_bundles_for(account):
        address = reverse("admin:partnership_bundle_review", args=[bundle.pk])
        yield Waiting(Sort.REVIEW, f"bundle-{bundle.pk}", _("Bundle"), bundle.made_at, address)


def _own(account: User) -> Iterator[Waiting]:
    if not account.has_perm("partnership.view_revision"):
        return
    is_covered = remit.covering(account)
    lying = work.being_edited_by(account).filter(made_at__lt=whole_second() - LEFT_LYING)
    own = [(Sort.RETURNED, each) for each in work.sent_back_to(account)]
    own += [(Sort.LYING, each) for each in lying]
    entries = entries_of(each for _sort, each in own)
    for sort, each in own:
        entry = entries.get(each.entry)
        if entry is None or not is_covered(each.document):
            continue
        address = reverse(f"admin:partnership_{entry.kind_name()}_change", args=[entry.pk])
        since = (each.reviewed_at if sort == Sort.RETURNED else None) or each.made_at
        yield Waiting(sort, f"{sort}-{each.pk}", _kind_of(each), since, address)


def _links(account: User) -> Iterator[Waiting]:
    """Dead links wait for nobody by name: all of them are one thing, told to whoever may mend them."""
    if not account.has_perm("partnership.change_source"):
        return
    since = [each for each in links.dead().values_list("failing_since", flat=True) if each]
    if since:
        address = f"{reverse('admin:partnership_source_changelist')}?work=dead-link"
        kind = ngettext("%(number)d link", "%(number)d links", len(since)) % {"number": len(since)}
        yield Waiting(Sort.LINKS, f"links-{max(since):%Y%m%d%H%M%S}", kind, max(since), address)


def _kind_of(revision: Revision) -> str:
    model = entry_model(revision.entry.partition(":")[0])
    return capfirst(str(model._meta.verbose_name)) if model else ""


def ask_for_a_letter(found: Iterable[Waiting]) -> bool:
    """Whether something waits for the account itself, and not only for whoever comes by."""
    return any(each.sort != Sort.LINKS for each in found)


# What an account wants


def choice_of(account: User) -> NoticeChoice:
    """How an account wants to be told; one that never said is told by letter."""
    return NoticeChoice.objects.filter(account=account).first() or NoticeChoice(account=account)


def tell_by_letter(account: User, wanted: bool) -> None:
    """Switch the letters on or off."""
    NoticeChoice.objects.update_or_create(account=account, defaults={"by_email": wanted})


def make_feed(account: User) -> str:
    """Make the address of a feed anew: its token, which is kept nowhere. The one before it ends."""
    token = secrets.token_urlsafe(32)
    NoticeChoice.objects.update_or_create(account=account, defaults={"feed_digest": _digest(token)})
    return token


def stop_feed(account: User) -> None:
    """End the feed."""
    NoticeChoice.objects.filter(account=account).update(feed_digest="")


def account_of_feed(token: str) -> User | None:
    """Whose feed a token opens; nobody's once it was made anew or stopped, or the account is switched off."""
    digest = _digest(token)
    choice = NoticeChoice.objects.filter(feed_digest=digest).select_related("account").first()
    if choice is None or not compare_digest(choice.feed_digest, digest):
        return None
    account = choice.account
    return account if account.is_active and account.is_staff else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def stopping_token(account: User) -> str:
    """What the link in a letter carries: it switches the letters off, does nothing else, and does not end."""
    return signing.dumps(account.pk, salt=SALT)


def account_to_stop(token: str) -> User | None:
    """Whose letters a token switches off; None if it was not made here."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=key).first()
