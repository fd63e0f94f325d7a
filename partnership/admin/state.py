"""Where an entry stands, for the top of its form: what is public, what waits, and what may be done next."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse

from partnership import documents
from partnership.editorial import bundling, remit, revising
from partnership.editorial.bundled import IN_REVIEW, waiting_bundle_of
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.models import Bundle, Entry, Revision, RevisionState, Status

from .addresses import address_of
from .bundle_page import may_put_in


@dataclass(frozen=True)
class State:
    """Where an entry stands, as an account sees it; read before a pending document is put in the place of its rows.

    `is_held_back`: what the form shows is not what readers see. `has_moved`: what is public has changed since the open
    revision began. Addresses are empty for what the account may not do, or what makes no sense now. `bundle` is the one in
    which the entry waits; if it waits in none, `bundles` are those into which the account may put it.
    """

    head: Revision | None
    is_held_back: bool
    is_withdrawn: bool
    has_moved: bool
    preview_address: str
    preview_link_address: str
    review_address: str
    join_address: str
    discard_address: str
    withdraw_address: str
    publish_again_address: str
    compare_address: str
    bundle: Bundle | None
    bundle_address: str
    bundles: list[Bundle]

    @property
    def is_in_review(self) -> bool:
        """Whether it waits for somebody else."""
        return self.head is not None and self.head.is_in_review

    @property
    def returned(self) -> str:
        """Why it was sent back; empty if it was not."""
        return self.head.review_note if self.head and self.head.state == RevisionState.RETURNED else ""

    @property
    def has_links(self) -> bool:
        """Whether it leads anywhere."""
        addresses = (
            self.compare_address,
            self.preview_address,
            self.review_address,
            self.discard_address,
            self.withdraw_address,
        )
        return any(addresses)

    @property
    def is_news(self) -> bool:
        """Whether an editor should know of it before writing."""
        is_told = self.is_held_back or self.is_withdrawn or self.is_in_review or bool(self.returned)
        return is_told or self.bundle is not None

    @property
    def says_something(self) -> bool:
        """Whether there is anything to tell at the top of the form."""
        return self.is_news or self.has_links


def state_of(entry: Entry, account: User) -> State:
    """Where an entry stands for an account."""
    head = revising.head_of(entry)
    held_back = head is not None and revising.is_held_back(entry)
    moved = head is not None and held_back and documents.digest(documents.dump(entry)) != head.base_digest
    covered = remit.covers(account, entry)
    may_edit = covered and account.has_perm(f"partnership.change_{entry.kind_name()}")
    may_publish = covered and account.has_perm(MAY_PUBLISH)
    has_page = hasattr(entry, "get_absolute_url")
    bundle = waiting_bundle_of(entry.reference)
    may_put = head is not None and bundle is None and may_put_in(account, entry)

    def address(page: str, allowed: bool) -> str:
        return address_of(page, entry) if allowed else ""

    return State(
        head=head,
        is_held_back=held_back,
        is_withdrawn=entry.status == Status.WITHDRAWN,
        has_moved=moved,
        preview_address=address("preview", head is not None and has_page),
        preview_link_address=address("preview_link", head is not None and has_page and may_edit),
        review_address=_review_address(head, bundle) if may_publish else "",
        join_address=address("join", moved and may_edit),
        discard_address=address("discard", held_back and may_edit),
        withdraw_address=address("withdraw", entry.is_public and may_publish),
        publish_again_address=address(
            "publish_again", entry.status == Status.WITHDRAWN and may_publish and head is None
        ),
        compare_address=address("compare", held_back),
        bundle=bundle,
        bundle_address=address_of("change", bundle)
        if bundle is not None and account.has_perm("partnership.view_bundle")
        else "",
        bundles=bundling.open_bundles() if may_put else [],
    )


def _review_address(head: Revision | None, bundle: Bundle | None) -> str:
    """Where what is submitted is reviewed: with its bundle, or by itself; empty where nothing is."""
    if bundle is not None:
        return address_of("review", bundle) if bundle.state in IN_REVIEW else ""
    if head is not None and head.state == RevisionState.SUBMITTED:
        return reverse("admin:review", args=[head.pk])
    return ""
