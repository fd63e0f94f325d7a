"""What is told of the past, as plain values: a change, the fields it altered, and the rows they stand in."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnership.models import Edition, Entry


class What(TextChoices):
    """What an edition did to an entry."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    WITHDRAWN = "withdrawn", pgettext_lazy("what an edition did to an entry", "Withdrawn")
    RETURNED = "returned", _("Public again")


@dataclass(frozen=True)
class Row:
    """The entry itself or a row it owns, as one document gives it: the told fields, references by their titles.

    `label` is the row's name in messages, as `documents.label` gives it.
    """

    model: type[Model]
    label: str
    fields: dict[str, Any]

    @property
    def key(self) -> str:
        """The key by which a citation names the row."""
        return self.label.partition("[")[2].removesuffix("]")


@dataclass(frozen=True)
class Altered:
    """One field that differs, or, with `field` empty, a row that is new (`before` None) or gone (`after` None).

    Values are those of the document, but what they refer to stands by its title today.
    """

    row: Row
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What one edition did to one entry, `reference` being its name `kind:slug`.

    `nature` is empty but for a change; `reason` is the public one of a withdrawal; `address` is empty for what has no
    page to show; `rows` are the rows of both documents by key, for words that name a row by its key; `sources` are the
    titles of the sources on which rests what the entry says since.
    """

    model: type[Entry]
    reference: str
    title: str
    address: str
    edition: Edition
    what: What
    withdrawn_now: bool
    reason: str = ""
    nature: str = ""
    altered: list[Altered] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
