"""How a page is cited: by its title, the edition of the register, its address and the day on which it was read."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from partnership.models import Edition

from .editions import NO_DAY


@dataclass(frozen=True)
class CitedPage:
    """What a reader copies to cite a page. The address of an entry leads to what the edition said, whatever comes later."""

    title: str
    edition: Edition
    address: str
    retrieved: date


def cited_entry(title: str, address: str, edition: Edition | None = None) -> CitedPage:
    """An entry as an edition told it, the newest one unless another is named; `address` is that of its page now."""
    edition = edition or newest_edition()
    return CitedPage(title, edition, f"{address}?edition={edition.number}", timezone.localdate())


def cited_list(title: str, address: str) -> CitedPage:
    """A list as it is now: lists are of today, so the edition says when that was."""
    return CitedPage(title, newest_edition(), address, timezone.localdate())


def newest_edition() -> Edition:
    """The newest edition; that of what was loaded at first, if there is none yet."""
    return Edition.objects.order_by("-number").first() or NO_DAY
