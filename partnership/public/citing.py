"""What leads from a statement to its source, and from a source to what rests on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext

from partnership.models import RECORD_MODELS, Citation, Entry, Relation, Source, Stance, Status
from partnership.models.entry import OwnedRow
from partnership.models.record import public_rows

# By the accessor of an owned row: what it must not name unless that is public.
REFERENCES = {
    "involvements": ("party", "role"),
    "steps": ("kind",),
    "figures": ("kind",),
    "links": ("programme", "word"),
    "statements": ("section",),
}


# From a statement to its source


@dataclass
class CitedSource:
    """A source at the foot of a page: its number there and the places in it that the page rests on."""

    number: int
    source: Source
    locators: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mark:
    """The mark behind a statement or a record: the source's number, where in it, and what it says if not yes."""

    number: int
    locators: tuple[str, ...]
    stance: str  # empty if the source supports what stands before the mark

    @property
    def words(self) -> str:
        """What the mark's number stands for."""
        if not self.locators:
            return gettext("Source %(number)d") % {"number": self.number}
        return gettext("Source %(number)d: %(places)s") % {
            "number": self.number,
            "places": "; ".join(self.locators),
        }


class SourceNumbers:
    """Gives each source of a page its number, in the order in which the page first names it."""

    def __init__(self) -> None:
        self._cited: dict[int, CitedSource] = {}

    def __iter__(self) -> Iterator[CitedSource]:
        return iter(self._cited.values())

    def __bool__(self) -> bool:
        return bool(self._cited)

    def marks(self, citations: Iterable[Citation]) -> list[Mark]:
        """The marks for the citations of one statement or record: one for each source and stance."""
        locators: dict[tuple[int, str], list[str]] = {}
        for citation in citations:
            cited = self._number(citation.source)
            places = locators.setdefault((cited.number, stance_words(citation)), [])
            for known in (places, cited.locators):
                if citation.locator and citation.locator not in known:
                    known.append(citation.locator)
        return [Mark(number, tuple(places), stance) for (number, stance), places in locators.items()]

    def _number(self, source: Source) -> CitedSource:
        return self._cited.setdefault(source.pk, CitedSource(len(self._cited) + 1, source))


def stance_words(citation: Citation) -> str:
    """What the source does to what it is cited for, in words; empty if it supports it."""
    return "" if citation.stance == Stance.SUPPORTS else citation.get_stance_display()


# From a source to what rests on it


@dataclass(frozen=True)
class Use:
    """One thing a source is cited for: what it supports and where in it; a stance only if it does not support it."""

    supports: str  # empty: the entry as a whole
    locator: str
    stance: str


@dataclass(frozen=True)
class CitingEntry:
    """An entry that cites the source, and for what."""

    entry: Entry
    uses: list[Use]


def citing_records(source: Source) -> list[tuple[str, list[CitingEntry]]]:
    """The public records and relations that cite a source, by kind in the plural; kinds without one are left out."""
    groups = []
    for model in (Relation, *RECORD_MODELS):
        if entries := _citing_entries(model, source):
            groups.append((capfirst(str(model._meta.verbose_name_plural)), entries))
    return groups


def _citing_entries(model: Any, source: Source) -> list[CitingEntry]:
    owner = model.citations.rel.related_model.owner_field
    citations = list(
        model.citations.rel.related_model.objects.filter(
            **{"source": source, f"{owner}__status": Status.PUBLISHED}
        ).order_by(owner, "position", "key")
    )
    words = supported_words(model, citations)
    uses: dict[int, dict[Use, None]] = {}
    for citation in citations:
        use = Use(words[citation.supports], citation.locator, stance_words(citation))
        uses.setdefault(getattr(citation, f"{owner}_id"), {})[use] = None
    entries = model.objects.published().filter(pk__in=uses)
    if model is Relation:
        entries = entries.for_list()
    return [CitingEntry(entry, list(uses[entry.pk])) for entry in entries]


def supported_words(model: type[Entry], citations: Iterable[Citation]) -> dict[str, str]:
    """What citations of entries of one model support, in words, by the value of `supports`.

    Empty stays empty: the whole entry. A field gives its name, an owned row what it says; what names something
    that is not public gives nothing. One query for each kind of owned row, however many citations.
    """
    supported = {citation.supports for citation in citations}
    words = dict.fromkeys(supported, "")
    keys = [value for value in supported if "." in value]
    words |= {name: _field_words(model, name) for name in supported if name and "." not in name}
    for accessor in model.owned_rows if keys else ():
        if accessor in REFERENCES:
            rows = getattr(model, accessor).rel.related_model.objects.filter(key__in=keys)
            words |= {row.key: _row_words(row) for row in public_rows(rows, *REFERENCES[accessor])}
    return words


def _field_words(model: type[Entry], name: str) -> str:
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", ""))
    except FieldDoesNotExist:
        return ""


def _row_words(row: OwnedRow) -> str:
    return str(getattr(row, "section", row))
