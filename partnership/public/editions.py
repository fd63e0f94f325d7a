"""The editions that readers are told of, newest first, each with how much it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from partnership.history import ChangeLog, Counts, counts_by_edition
from partnership.models import ENTRY_MODELS, Edition

_no_moment: Any = None
# What plain `loaddata` brought, as long as nothing of it was changed: no edition is stored for it, and no day.
NO_DAY = Edition(number=0, published_at=_no_moment)


@dataclass(frozen=True)
class PublishedEdition:
    """An edition and to how many entries it did what; its note is told only if readers hear of one of them."""

    edition: Edition
    counts: Counts

    @property
    def note(self) -> str:
        """What the edition is about, where that is anything public."""
        return self.edition.note if self.edition.number and self.counts.all else ""

    @property
    def words(self) -> str:
        """How much the edition did: “2 new entries, 1 entry changed”."""
        counts = self.counts
        parts = (
            (counts.new, ngettext("%(number)d new entry", "%(number)d new entries", counts.new)),
            (
                counts.changed,
                ngettext("%(number)d entry changed", "%(number)d entries changed", counts.changed),
            ),
            (
                counts.withdrawn,
                ngettext("%(number)d entry withdrawn", "%(number)d entries withdrawn", counts.withdrawn),
            ),
        )
        said = [words % {"number": number} for number, words in parts if number]
        return ", ".join(said) or gettext("Nothing that readers see")


class Editions:
    """All editions, newest first; counts and slices as a paginator asks. That of what was loaded stands last."""

    def __init__(self) -> None:
        self._stored = Edition.objects.order_by("-number")
        self._number = self._stored.count()
        self._has_loaded = not self._stored.filter(number=0).exists() and loaded_anything()

    def count(self) -> int:
        """How many there are."""
        return self._number + self._has_loaded

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Edition]:
        """Those of one page."""
        found = list(self._stored[part])
        return [*found, NO_DAY] if self._has_loaded and part.stop > self._number else found


def loaded_anything() -> bool:
    """Whether something public came with plain `loaddata`."""
    return bool(ChangeLog([model.objects.all() for model in ENTRY_MODELS], until=0))


def with_counts(editions: Iterable[Edition]) -> list[PublishedEdition]:
    """The editions with how much each did, in two queries."""
    editions = list(editions)
    counts = counts_by_edition([each.number for each in editions])
    return [PublishedEdition(each, counts[each.number]) for each in editions]
