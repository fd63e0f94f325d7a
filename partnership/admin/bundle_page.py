"""What the page of a bundle tells: its entries and where each stands, what may be done next, and what could be put in."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from partnership.editorial import bundle_review, bundling, remit, revising
from partnership.editorial.bundled import IN_REVIEW
from partnership.editorial.bundling import Member
from partnership.editorial.reviewing import MAY_PUBLISH, by_themselves
from partnership.models import ENTRY_MODELS, Bundle, BundleState, Entry
from partnership.models.revision import OPEN_STATES, REFERENCE_PATTERN

from . import kinds
from .addresses import address_of
from .choosing import SEARCHED_CHARACTERS, SEARCHED_WORDS

MOST_OFFERED = 20
# Of what could be put in so many are looked at, the newest first, for some that are within the remit of the account.
MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class BundlePage:
    """The page of one bundle as an account sees it; addresses are empty for what it may not do or makes no sense now."""

    bundle: Bundle
    rows: list[dict[str, Any]]
    may_change: bool
    may_take_back: bool
    act_address: str
    review_address: str
    preview_address: str
    link_address: str
    export_address: str
    edition_address: str
    words: str = ""
    offered: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_public(self) -> bool:
        """Whether it is published."""
        return self.bundle.state == BundleState.PUBLISHED

    @property
    def returned(self) -> str:
        """Why it was sent back; empty if it was not."""
        return self.bundle.review_note if self.bundle.state == BundleState.RETURNED else ""


def page_of(bundle: Bundle, account: User, words: str) -> BundlePage:
    """The page of a bundle; `words` narrow what is offered to be put in."""
    members = bundling.members_of(bundle)
    may_work = account.has_perm("partnership.change_bundle")
    may_change = may_work and bundle.state in bundling.OPEN
    is_in_review = bundle.state in IN_REVIEW
    waits = bundle.state != BundleState.PUBLISHED and bool(bundle_review.open_revisions(members))

    def address(page: str, allowed: bool) -> str:
        return address_of(page, bundle) if allowed else ""

    return BundlePage(
        bundle,
        [_row(each) for each in members],
        may_change=may_change,
        may_take_back=may_work and is_in_review,
        act_address=address("act", may_work),
        review_address=address("review", is_in_review and account.has_perm(MAY_PUBLISH)),
        preview_address=address("preview", waits),
        link_address=address("preview_link", waits and may_work),
        export_address=address("export", waits),
        edition_address=reverse("edition", args=[bundle.edition_id]) if bundle.edition_id else "",
        words=words,
        offered=_offered(account, words) if may_change else [],
    )


def _row(member: Member) -> dict[str, Any]:
    entry = member.entry
    return {
        "reference": member.reference,
        "name": member.name,
        "kind": kinds.in_words(entry) if entry else "",
        "revision": member.revision,
        "address": address_of("change", entry) if entry else "",
    }


def _offered(account: User, words: str) -> list[dict[str, Any]]:
    """The newest changes that could be put in: in no bundle, of kinds and parties that are the account's."""
    is_covered = remit.covering(account)
    heads = [each for each in _found(account, words)[:MOST_LOOKED_AT] if is_covered(each.document)]
    heads = heads[:MOST_OFFERED]
    entries = revising.entries_of(heads)
    return [
        {
            "reference": each.entry,
            "name": str(entries[each.entry]),
            "kind": kinds.in_words(entries[each.entry]),
            "revision": each,
        }
        for each in heads
        if each.entry in entries
    ]


def _found(account: User, words: str) -> Any:
    heads = by_themselves().filter(state__in=OPEN_STATES).order_by("-pk")
    for word in words.replace("\x00", "")[:SEARCHED_CHARACTERS].split()[:SEARCHED_WORDS]:
        titles = (
            Q(**{f"document__0__fields__{name}__icontains": word}) for name in ("title", "name", "label")
        )
        said = Q(entry__icontains=word)
        for title in titles:
            said |= title
        heads = heads.filter(said)
    may_not = Q()
    for model in ENTRY_MODELS:
        if not account.has_perm(f"partnership.change_{model.kind_name()}"):
            may_not |= Q(entry__startswith=f"{model.kind_name()}:")
    return heads.exclude(may_not) if may_not else heads


def may_put_in(account: User, entry: Entry) -> bool:
    """Whether an account may put an entry into bundles: it may work on both."""
    may_edit = account.has_perm(f"partnership.change_{entry.kind_name()}")
    return account.has_perm("partnership.change_bundle") and may_edit and remit.covers(account, entry)


def told_to_have_left(entry: Entry, bundle: Bundle) -> str:
    """That an entry is in no bundle any more, since its change was given up."""
    told = gettext("“%(entry)s” is taken out of the bundle “%(bundle)s”.")
    return told % {"entry": entry, "bundle": bundle}


def entry_called(reference: str) -> Entry | None:
    """The entry of a reference that a form sent; None for what is none."""
    return revising.entry_called(reference) if re.fullmatch(REFERENCE_PATTERN, reference) else None
