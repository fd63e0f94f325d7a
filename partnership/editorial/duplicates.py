"""Which entries may be the same thing as one that is about to be saved, and why.

The database narrows the register by dates, parties and words to some hundreds of entries, in a number of queries that does
not depend on how many there are; their documents are then compared in Python (`traits`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from partnership import documents, search
from partnership.dates import NO_BOUNDS, q_may_overlap
from partnership.documents import Document
from partnership.models import (
    Entry,
    Involvement,
    Party,
    PartyName,
    Record,
    Relation,
    Revision,
    Source,
    Standing,
    Status,
    SteppedRecord,
    Term,
    named_references,
    owned_model,
)

from .alike import Closeness, closest, taken_apart
from .traits import Resemblance, Sign, Traits, beginning, resemblance, runs_long, step_words, traits_of

MOST = 8
"""How many entries are named, the likeliest first; what points to more than that tells nothing apart."""
MOST_AT_THE_TIME = 200
"""How many records of the same time and parties are compared: those that began last, the most exact of them among these."""
MOST_NAMED = 1_000
"""How many public entries that share words are looked at: the newest."""
MOST_SCANNED = 5_000
"""How many drafts, and how many rows without an index, are looked at by name: the newest."""
MOST_COMPARED = 300
MOST_PENDING = 200
NAMES_LOOKED_FOR = 6

# What many different entries have in common: alone, it is a sign only where few have it.
WEAK = frozenset({Sign.NAME, Sign.SIMILAR_NAME, Sign.PERIOD})


@dataclass(frozen=True)
class Likeness:
    """An entry that may be the same, with reasons as sentences; `is_pending` if its open change says so, not its rows."""

    entry: Any
    reasons: tuple[str, ...]
    is_pending: bool = False


def likely(document: Document) -> list[Likeness]:
    """The entries that may be the same as that of a document, the likeliest first; never itself."""
    words = step_words()
    asked = traits_of(document, words)
    stored = documents.dump_many(asked.model, _candidates(asked))
    found: dict[str, tuple[Resemblance, bool]] = {}
    for is_pending, others in ((False, stored.values()), (True, _pending(asked.model))):
        for other in others:
            traits = traits_of(other, words)
            alike = resemblance(asked, traits)
            if alike and (traits.slug not in found or alike.weight > found[traits.slug][0].weight):
                found[traits.slug] = (alike, is_pending)
    return _told(asked, _telling(found))


def is_known_by_the_same(one: Document, other: Document) -> bool:
    """Whether two documents of one entry are alike in all by which it could be taken for another."""
    words = step_words()
    return traits_of(one, words) == traits_of(other, words)


def _telling(found: dict[str, tuple[Resemblance, bool]]) -> dict[str, tuple[Resemblance, bool]]:
    """The likeliest, without those that only share what many share."""
    alone = Counter(alike.signs for alike, _pending in found.values() if len(alike.signs) == 1)
    kept = [
        slug
        for slug, (alike, _pending) in found.items()
        if not (alone[alike.signs] > MOST and alike.signs <= WEAK)
    ]
    kept.sort(key=lambda slug: (-found[slug][0].weight, slug))
    return {slug: found[slug] for slug in kept[:MOST]}


# Narrowing


def _candidates(asked: Traits) -> list[int]:
    """Primary keys of what may resemble an entry, likelier ones first."""
    model: Any = asked.model
    others = model._base_manager.exclude(slug=asked.slug).order_by()
    ways: tuple[Callable[[QuerySet, Traits], Iterable[int]], ...]
    if issubclass(model, Record):
        ways = (_of_the_time, _named_in_public, _named_elsewhere)
    elif model is Source:
        ways = (_at_the_address, _named_in_public, _named_elsewhere)
    elif model is Relation:
        ways = (_of_the_pair,)
    else:
        ways = (_named, _of_the_code)
    return list(dict.fromkeys(key for way in ways for key in way(others, asked)))[:MOST_COMPARED]


def _of_the_time(others: QuerySet, asked: Traits) -> Iterable[int]:
    if asked.bounds == NO_BOUNDS or not asked.parties:
        return ()
    # What runs long resembles only what may have begun with it.
    last = (beginning(asked.bounds) if runs_long(asked.bounds) else asked.bounds).latest
    return (
        others.filter(q_may_overlap(asked.bounds.earliest, last), _with_a_party(asked))
        .order_by(F("earliest").desc(nulls_last=True), "slug")
        .values_list("pk", flat=True)[:MOST_AT_THE_TIME]
    )


def _with_a_party(asked: Traits) -> Q:
    rows = owned_model(asked.model, Involvement).objects.filter(party__slug__in=asked.parties)
    found = Q(pk__in=rows.order_by().values("record"))
    if asked.model is Standing:
        found |= Q(party__slug__in=asked.parties) | Q(at__slug__in=asked.parties)
    return found


def _named_in_public(others: QuerySet, asked: Traits) -> Iterable[int]:
    looked_for = [taken_apart(name).words for name in asked.names[:NAMES_LOOKED_FOR]]
    indexed = search.sharing_words(asked.model.kind_name(), looked_for)
    return _alike(others.filter(slug__in=indexed.values("slug")), asked, MOST_NAMED)


def _named_elsewhere(others: QuerySet, asked: Traits) -> Iterable[int]:
    """Drafts and what was withdrawn are in no index of words."""
    return _alike(others.exclude(status=Status.PUBLISHED), asked, MOST_SCANNED)


def _named(others: QuerySet, asked: Traits) -> Iterable[int]:
    """Of parties, areas and words, which are few, all are looked at."""
    if asked.model is Term:
        return _alike(others.filter(vocabulary=asked.vocabulary), asked, MOST_SCANNED, "label")
    if asked.model is not Party:
        return _alike(others, asked, MOST_SCANNED)
    names = PartyName.objects.exclude(party__slug=asked.slug).order_by("-party")
    rows = names.values_list("party", "text")[:MOST_SCANNED]
    return [*_alike(others, asked, MOST_SCANNED), *_of_a_like_name(rows, asked)]


def _alike(others: QuerySet, asked: Traits, most: int, *fields: str) -> Iterable[int]:
    fields = fields or asked.model.naming_fields
    return _of_a_like_name(others.order_by("-pk").values_list("pk", *fields)[:most], asked)


def _of_a_like_name(rows: Iterable[tuple[Any, ...]], asked: Traits) -> list[int]:
    return [
        key
        for key, *texts in rows
        if closest(asked.names, "\n".join(texts).splitlines())[0] > Closeness.APART
    ]


def _at_the_address(others: QuerySet, asked: Traits) -> Iterable[int]:
    if not asked.address:
        return ()
    page = asked.address.partition("?")[0]
    return others.filter(url__icontains=page).values_list("pk", flat=True)[:MOST_COMPARED]


def _of_the_code(others: QuerySet, asked: Traits) -> Iterable[int]:
    return others.filter(country_code=asked.code).values_list("pk", flat=True) if asked.code else ()


def _of_the_pair(others: QuerySet, asked: Traits) -> Iterable[int]:
    pair = Q(organisation__slug__in=asked.pair, party__slug__in=asked.pair)
    return others.filter(pair).values_list("pk", flat=True)


def _pending(model: type[Entry]) -> Iterable[Document]:
    """What the newest open changes make of entries that are or were public: of drafts, the rows say it."""
    kind = f"{model.kind_name()}:"
    held_back = model._base_manager.exclude(status=Status.DRAFT).order_by().values("slug")
    heads = (
        Revision.objects.open().filter(entry__startswith=kind).annotate(slug=Substr("entry", len(kind) + 1))
    )
    newest = heads.filter(slug__in=held_back).order_by("-pk")[:MOST_PENDING]
    return newest.values_list("document", flat=True)


# Telling


def _told(asked: Traits, found: dict[str, tuple[Resemblance, bool]]) -> list[Likeness]:
    if not found:
        return []
    model: Any = asked.model
    named = [field.name for field in named_references(model)]
    rows = model._base_manager.filter(slug__in=found).select_related(*named)
    if issubclass(model, SteppedRecord):
        rows = rows.prefetch_related("steps__kind")
    entries = {entry.slug: entry for entry in rows}
    shared = {slug for alike, _pending in found.values() for slug in alike.parties}
    names = dict(Party.objects.filter(slug__in=shared).values_list("slug", "name")) if shared else {}
    return [
        Likeness(entries[slug], tuple(_reasons(alike, asked, str(entries[slug]), names)), is_pending)
        for slug, (alike, is_pending) in found.items()
        if slug in entries
    ]


def _reasons(alike: Resemblance, asked: Traits, title: str, names: dict[str, str]) -> Iterator[str]:
    """The signs as sentences, the weightiest first."""
    parties = ", ".join(sorted(names[slug] for slug in alike.parties if slug in names))
    sentences = {
        Sign.ADDRESS: _("It has the same web address."),
        Sign.CODE: _("It has the same country code."),
        Sign.PAIR: _("It is about the same two parties."),
        Sign.NAME: _("It has the same name."),
        Sign.DOCUMENT: _("It has the same title, and neither publisher nor date differ."),
        Sign.DAYS: _("It may be of the same days, with %(parties)s in both.") % {"parties": parties},
        Sign.SIMILAR_NAME: _("It has a similar name."),
        Sign.PERIOD: _("It may be of the same time, with %(parties)s in both.") % {"parties": parties},
    }
    for sign in sorted(alike.signs, key=lambda sign: -sign.value):
        is_of_name = sign in (Sign.NAME, Sign.SIMILAR_NAME)
        if is_of_name and alike.name != title:
            yield _("It is also called “%(name)s”.") % {"name": alike.name}
        else:
            yield str(sentences[sign])
