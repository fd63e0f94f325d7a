"""What the files of one build have in common: the state of the register that they tell, and its name."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext

from partnership.documents import PUBLIC, SCHEMA
from partnership.exchange.export import Addresses, addresses
from partnership.models import ENTRY_MODELS, Edition, Generation

# Moves when files come out differently from the same rows: what an older release made is then made anew.
FORMAT = 1
# The edition of what was loaded at first: nobody published it, so it has no day of its own.
LOADED = 0


@dataclass(frozen=True)
class Stamp:
    """The state of the register at a time: its generation, its newest edition, and the day of that.

    The day is that of the edition; before there is one, the day on which something public last changed; none in an
    empty register. No file holds any other day, so that the same content gives the same bytes whenever it is built.
    """

    generation: int
    edition: int
    day: date | None

    @property
    def words(self) -> str:
        """“edition 3 of 2024-06-03”, for texts inside files, which write a day so."""
        if self.day is None:
            return gettext("edition %(number)d") % {"number": self.edition}
        said = {"number": self.edition, "day": self.day.isoformat()}
        if self.edition == LOADED:
            return gettext("edition %(number)d, last changed %(day)s") % said
        return gettext("edition %(number)d of %(day)s") % said


@dataclass(frozen=True)
class Snapshot:
    """A state of the register, as it is read by those who write its files: inside one consistent read."""

    stamp: Stamp
    found: Addresses


def generation_now() -> int:
    """The number of the register's state, read from the row itself: inside a consistent read that of what is read."""
    return Generation.objects.values_list("number", flat=True).filter(pk=1).first() or 0


def stamp_now() -> Stamp:
    """The state of the register now, in two queries, or one more for each kind before the first edition."""
    generation = generation_now()
    newest = Edition.objects.order_by("-number").first()
    if newest and newest.number != LOADED:
        return Stamp(generation, newest.number, newest.published_at.astimezone(UTC).date())
    changed: list[Any] = [
        model.objects.published().aggregate(last=Max("changed"))["last"] for model in ENTRY_MODELS
    ]
    last = max((each for each in changed if each), default=None)
    return Stamp(generation, LOADED, last.astimezone(UTC).date() if last else None)


def build_name(generation: int) -> str:
    """What tells the files of one generation from those of others, of another release and of other settings."""
    told_apart = (
        FORMAT,
        SCHEMA,
        register_name(),
        settings.SITE_NAME,
        licence(),
        settings.IATI_ORGANISATION,
        settings.IATI_ORGANISATION_TYPE,
    )
    return f"{generation}-{_digest(told_apart)}"


def register_name() -> str:
    """What tells the database of this register from others: files of one are never given out for another."""
    stored = connection.settings_dict
    return _digest([str(stored.get(key)) for key in ("ENGINE", "HOST", "PORT", "NAME")])


def _digest(values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:12]


def take_snapshot() -> Snapshot:
    """The state of the register and the address of each entry in its public face; call it in a consistent read."""
    return Snapshot(stamp_now(), addresses(PUBLIC))


def licence() -> tuple[str, str]:
    """The name and the address of the licence of the content, from the settings."""
    return settings.CONTENT_LICENCE, settings.CONTENT_LICENCE_URL


def citation(stamp: Stamp) -> str:
    """How to cite the register in the state that the files tell."""
    return gettext("%(site)s, %(edition)s.") % {"site": settings.SITE_NAME, "edition": stamp.words}
