"""What leads from a statement to its source, and from a source to what rests on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, Exists, Field, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from partnership import dates, text
from partnership.models import Citation, Entry, Record, Source, Stance
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

# Fields that a page tells together as one fact, by the field under whose name it does.
TOLD_UNDER = {
    "date_stated": "date",
    "period_stated": "period",
    **dict.fromkeys(("amount_upper", "currency", "qualifier", "per", "amount_stated"), "amount"),
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


class Evidence:
    """The public citations of one entry: its sources in their order, and by place what rests on which of them.

    A place is what a citation names in `supports`: empty for the entry as a whole, a field, or the key of an owned
    row; fields that a page tells as one fact are one place.
    """

    def __init__(self, citations: Iterable[Citation]) -> None:
        self.sources = SourceNumbers()
        self._at: dict[str, list[Citation]] = {}
        for citation in citations:
            self.sources.marks([citation])
            self._at.setdefault(place_of(citation), []).append(citation)

    def marks(self, place: str) -> list[Mark]:
        """The marks of the sources that speak of this place itself; none for what rests on those of the whole."""
        return self.sources.marks(self._at.get(place, ()))


def place_of(citation: Citation) -> str:
    """What a citation is about, fields that are told as one fact being one place."""
    return TOLD_UNDER.get(citation.supports, citation.supports)


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


def words_supported_in(entry: Entry, citations: Iterable[Citation]) -> dict[str, str]:
    """The same for the citations of one entry that was fetched with its rows (`for_detail`): no query is made."""
    rows = _public_rows_of(entry)
    words = {place: _field_words(type(entry), place) for place in {each.supports for each in citations}}
    return {place: _row_words(rows[place]) if place in rows else said for place, said in words.items()}


def _field_words(model: type[Entry], name: str) -> str:
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", ""))
    except FieldDoesNotExist:
        return ""


def _row_words(row: OwnedRow) -> str:
    return str(getattr(row, "section", row))


# Where sources disagree


@dataclass(frozen=True)
class Disagreement:
    """A place of an entry of which sources say different things, and who says which.

    `about` is empty and `shown` too where it is the entry as a whole. `agreeing` are the citations for what is
    shown: those of the same place, else those of the whole entry.
    """

    about: str
    shown: str
    agreeing: list[Citation]
    contradicting: list[Citation]


def disagreements(entry: Entry) -> list[Disagreement]:
    """One disagreement for each place of an entry that one of its public citations contradicts.

    A source that no longer states something, or does not confirm it, says nothing else: that is no disagreement.
    The entry was fetched with its rows and citations (`for_detail`): no query is made.
    """
    rows = _public_rows_of(entry)
    at: dict[str, dict[str, list[Citation]]] = {}
    for citation in public_citations(entry):
        at.setdefault(place_of(citation), {}).setdefault(citation.stance, []).append(citation)
    whole = at.get("", {}).get(Stance.SUPPORTS, [])
    return [
        Disagreement(
            about=_row_words(rows[place]) if "." in place else _field_words(type(entry), place),
            shown=_row_shown(rows[place]) if "." in place else _field_shown(entry, place),
            agreeing=stances.get(Stance.SUPPORTS) or whole,
            contradicting=stances[Stance.CONTRADICTS],
        )
        for place, stances in at.items()
        if Stance.CONTRADICTS in stances
    ]


def public_citations(entry: Any) -> list[Citation]:
    """The citations of an entry fetched with its rows and citations (`for_detail`), in reading order.

    Those of a row that the page does not show, because it names something that is not public, are left out.
    """
    rows = _public_rows_of(entry)
    return [
        citation
        for citation in entry.citations.all()
        if "." not in citation.supports or citation.supports in rows
    ]


def told_citations(model: Any) -> QuerySet:
    """The citations of entries of a kind that readers may see: what `public_citations` leaves of those of one entry.

    Rows are found by their key, so that it costs little however many there are.
    """
    citations: Any = model.citations.rel.related_model
    owner = citations.owner_field
    of_shown = ~Q(supports__contains=".")
    for accessor in model.owned_rows:
        if accessor in REFERENCES:
            rows = getattr(model, accessor).rel.related_model.objects.order_by()
            own = rows.filter(**{"key": OuterRef("supports"), owner: OuterRef(owner)})
            of_shown |= Q(Exists(public_rows(own, *REFERENCES[accessor])))
    return public_rows(citations.objects.filter(of_shown), "source")


def _public_rows_of(entry: Entry) -> dict[str, OwnedRow]:
    """The rows that the entry's page shows, by key; the entry was fetched with them (`for_detail`)."""
    accessors = [accessor for accessor in entry.owned_rows if accessor in REFERENCES]
    return {row.key: row for accessor in accessors for row in getattr(entry, accessor).all()}


def _row_shown(row: Any) -> str:
    """What the page shows of an owned row: its words, and its date if it has one."""
    words = text.plain(row.text) if "text" in row.markdown_fields else str(row)
    date = _date_shown(getattr(row, "date", ""), getattr(row, "date_stated", ""))
    return f"{words}, {date}" if date else words


def _field_shown(entry: Any, name: str) -> str:
    """What the page shows of a field of the entry, in words; that nothing is stated where it is empty."""
    return "" if name == "" else _field_value(entry, name) or gettext("not stated")


def _field_value(entry: Any, name: str) -> str:
    if name == "date" and isinstance(entry, Record):
        return _date_shown(entry.date_text, entry.date_stated)
    if name == "amount":
        return entry.amount_words
    try:
        column = type(entry)._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    return _value_shown(entry, column) if isinstance(column, Field) else ""


def _value_shown(entry: Any, column: Field) -> str:
    value = getattr(entry, column.name)
    if column.many_to_many:
        return ", ".join(str(each) for each in value.all() if each.is_public)
    if value is None or (column.is_relation and not value.is_public):
        return ""
    if isinstance(column, dates.EDTFField):
        return _date_shown(value, getattr(entry, f"{column.name}_stated", ""))
    if isinstance(column, DateField):
        return dates.parse(value.isoformat()).words()
    if column.choices:
        return str(getattr(entry, f"get_{column.name}_display")())
    return text.plain(value) if column.name in entry.markdown_fields else str(value)


def _date_shown(edtf: str, stated: str) -> str:
    return dates.parse(edtf).words() if edtf else stated
