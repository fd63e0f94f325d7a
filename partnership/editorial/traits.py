"""What an entry is known by, read from a document, and the signs that two entries are the same thing.

Asked of two, the signs are the same whichever comes first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, cast

from django.core.exceptions import ValidationError

from partnership.dates import NO_BOUNDS, Bounds, bounds_of, may_overlap
from partnership.documents import MODELS, Document
from partnership.models import (
    ActsAs,
    Contribution,
    Entry,
    Involvement,
    PartyName,
    Record,
    Relation,
    Source,
    Standing,
    Step,
    SteppedRecord,
    Term,
    Vocabulary,
)
from partnership.models.step import bounds_between, first_and_last

from .alike import Closeness, closest, page_address

# The fields by which an entry says itself that another one of its kind is not the same.
LINKS = ("series", "part_of", "follows", "edition_of", "parent")
# Kinds of which each party has its own: the same title with another party is another thing.
OF_ONE_PARTY = (Contribution, Standing)
A_MONTH = timedelta(days=31)
LONG = timedelta(days=92)
"""What surely runs longer than this overlaps with much: it is told apart by when it began."""

StepWords = Mapping[str, Term]


class Sign(Enum):
    """A sign that two entries are the same thing; the value says how much it weighs."""

    ADDRESS = 8
    CODE = 7
    PAIR = 6
    NAME = 5
    DOCUMENT = 4
    DAYS = 3  # of records with a party in common: within the same month
    SIMILAR_NAME = 2
    PERIOD = 1  # the same, over a longer time


@dataclass(frozen=True)
class Traits:
    """What an entry is known by; what its kind has not is empty.

    `parties` are those of a record beyond the organisations whose relations it `tells`, or these where there are no others;
    `links` the entries of its kind that it names as its whole, its series or its predecessor. All are named by slug.
    """

    model: type[Entry]
    slug: str
    names: tuple[str, ...]
    bounds: Bounds = NO_BOUNDS
    parties: frozenset[str] = frozenset()
    tells: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    pair: frozenset[str] = frozenset()
    code: str = ""
    address: str = ""
    publisher: str = ""
    vocabulary: str = ""

    @property
    def reference(self) -> str:
        """`kind:slug`."""
        return f"{self.model.kind_name()}:{self.slug}"


@dataclass(frozen=True)
class Resemblance:
    """The signs that an entry is the same as another: by which of its names, and which parties are in both."""

    signs: frozenset[Sign]
    name: str = ""
    parties: frozenset[str] = frozenset()

    @property
    def weight(self) -> int:
        """How much the signs weigh together."""
        return sum(sign.value for sign in self.signs)


# Reading


def step_words() -> StepWords:
    """The words of steps that begin or end something, by slug."""
    words = Term.objects.filter(vocabulary=Vocabulary.STEP, acts_as__in=(ActsAs.BEGINS, ActsAs.ENDS))
    return {word.slug: word for word in words}


def traits_of(document: Document, words: StepWords) -> Traits:
    """What the entry of a document is known by; `words` are those of `step_words`."""
    head, *rows = document
    fields = head["fields"]
    model = cast(type[Entry], MODELS[head["model"]])
    links = (slug for name in LINKS for slug in fields.get(name) or ())
    found: dict[str, Any] = {"links": frozenset(links), "names": tuple(_names(model, fields, rows))}
    if issubclass(model, Record):
        tells = frozenset(slug for [slug] in fields.get("organisations", ()))
        parties = frozenset(_parties(model, fields, rows))
        found.update(tells=tells, parties=parties - tells or parties, bounds=_bounds(model, document, words))
    if model is Source:
        found.update(
            address=page_address(fields.get("url", "")),
            publisher=fields.get("publisher", "").casefold(),
            bounds=_bounds_of(fields.get("date", "")),
        )
    if model is Relation:
        found["pair"] = frozenset((*fields["organisation"], *fields["party"]))
    return Traits(
        model,
        fields["slug"],
        code=fields.get("country_code", ""),
        vocabulary=fields.get("vocabulary", ""),
        **found,
    )


def _names(model: type[Entry], fields: dict[str, Any], rows: Document) -> Iterable[str]:
    for name in ("label",) if model is Term else model.naming_fields:
        yield from filter(None, map(str.strip, fields.get(name, "").splitlines()))
    yield from (row["fields"]["text"] for row in rows if MODELS[row["model"]] is PartyName)


def _parties(model: type[Record], fields: dict[str, Any], rows: Document) -> Iterable[str]:
    if model is Standing:
        yield from (*fields["party"], *fields["at"])
    for row in rows:
        if issubclass(MODELS[row["model"]], Involvement):
            yield from row["fields"]["party"]


def _bounds(model: type[Record], document: Document, words: StepWords) -> Bounds:
    head, *rows = document
    own = head["fields"].get("date") or head["fields"].get("period") or ""
    if own or not issubclass(model, SteppedRecord):
        return _bounds_of(own)
    steps = [
        each(kind=words[slug], date=row["fields"]["date"])
        for row in rows
        if issubclass(each := cast(Any, MODELS[row["model"]]), Step)
        for slug in row["fields"]["kind"]
        if slug in words
    ]
    return bounds_between(*first_and_last(steps))


def _bounds_of(date: str) -> Bounds:
    try:
        return bounds_of(date) if date else NO_BOUNDS
    except ValidationError:  # from a file whose dates nobody has checked yet
        return NO_BOUNDS


# Comparing


def resemblance(one: Traits, other: Traits) -> Resemblance | None:
    """The signs that two entries of one kind are the same thing; None for none, and for what says that it is another."""
    if one.reference == other.reference or one.slug in other.links or other.slug in one.links:
        return None
    parties = _in_common(one, other)
    near, name = closest(one.names, other.names)
    signs = {
        Sign.ADDRESS: bool(one.address) and one.address == other.address,
        Sign.CODE: bool(one.code) and one.code == other.code,
        Sign.PAIR: bool(one.pair) and one.pair == other.pair,
        **_signs_of_names(one, other, near, bool(parties)),
        **(_signs_of_time(one.bounds, other.bounds) if parties else {}),
    }
    found = frozenset(sign for sign, is_there in signs.items() if is_there)
    return Resemblance(found, name, parties) if found else None


def _in_common(one: Traits, other: Traits) -> frozenset[str]:
    """The parties of both; none where that is only an organisation whose relations are told: it is in every record."""
    found = one.parties & other.parties
    return frozenset() if len(found) == 1 and found <= one.tells | other.tells else found


def _signs_of_names(one: Traits, other: Traits, near: Closeness, share: bool) -> dict[Sign, bool]:
    if near == Closeness.APART or one.vocabulary != other.vocabulary:
        return {}
    if one.model is Source:
        agree = "" in (one.publisher, other.publisher) or one.publisher == other.publisher
        return {Sign.DOCUMENT: near > Closeness.WITHIN and agree and not _are_apart(one.bounds, other.bounds)}
    if not issubclass(one.model, Record):
        return {
            Sign.NAME: near == Closeness.SAME,
            Sign.SIMILAR_NAME: near == Closeness.MISTYPED,
        }
    if issubclass(one.model, OF_ONE_PARTY) and one.parties and other.parties and not share:
        return {}
    if near == Closeness.SAME:
        return {Sign.NAME: True}
    return {Sign.SIMILAR_NAME: not _are_apart(one.bounds, other.bounds)}


def _are_apart(one: Bounds, other: Bounds) -> bool:
    return NO_BOUNDS not in (one, other) and not may_overlap(one, other.earliest, other.latest)


def _signs_of_time(one: Bounds, other: Bounds) -> dict[Sign, bool]:
    """Whether two dated records may be of the same time: within a month, or over a longer period."""
    if not may_be_same_time(one, other):
        return {}
    days = (one.earliest, one.latest, other.earliest, other.latest)
    known = [day for day in days if day is not None]
    near = len(known) == len(days) and max(known) - min(known) <= A_MONTH
    return {Sign.DAYS: near, Sign.PERIOD: not near}


def may_be_same_time(one: Bounds, other: Bounds) -> bool:
    """Whether two stated dates may share a day and, where either runs long, may begin together.

    What has no date shares a day with nothing.
    """
    if NO_BOUNDS in (one, other) or not may_overlap(one, other.earliest, other.latest):
        return False
    if not (runs_long(one) or runs_long(other)):
        return True
    return may_overlap(beginning(one), *beginning(other)[:2])


def runs_long(bounds: Bounds) -> bool:
    """Whether it runs on, began nobody knows when, or surely runs for longer than `LONG`."""
    if bounds.earliest is None or bounds.latest is None:
        return True
    first, last = bounds.surely_from, bounds.surely_to
    return first is not None and last is not None and last - first > LONG


def beginning(bounds: Bounds) -> Bounds:
    """The days on which what has a date may have begun."""
    last = bounds.surely_from if bounds.surely_from is not None else bounds.latest
    return Bounds(bounds.earliest, last, None, None)
