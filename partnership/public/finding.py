"""What the search page tells of the entries that were found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from partnership import search, text
from partnership.models import (
    RECORD_MODELS,
    Area,
    Entry,
    IndexEntry,
    IndexParty,
    Party,
    Record,
    Relation,
    Source,
)
from partnership.models.index import NEWEST_FIRST
from partnership.search import Piece

from .shelves import kind_heading

# In the order in which a page offers them where nothing else decides.
KINDS: dict[str, type[Entry]] = {
    model.kind_name(): model for model in (Relation, *RECORD_MODELS, Party, Area, Source)
}
SHOWN_OF_A_KIND = 5


@dataclass(frozen=True)
class Result:
    """An entry that was found: its title and the line that tells of the words, both marked.

    `through` are the parties and areas, by name, through which it was found where its own text holds none of the words.
    """

    entry: Any
    kind: str
    is_record: bool
    title: list[Piece]
    excerpt: list[Piece]
    through: list[str]


@dataclass(frozen=True)
class KindOfResult:
    """How many entries of one kind were found, and the best of them where the page shows several kinds."""

    kind: str
    heading: str
    count: int
    results: tuple[Result, ...] = ()

    @property
    def more(self) -> int:
        """How many of them are not shown here."""
        return self.count - len(self.results)


class Found:
    """The index rows that were found for some words, counted, put in order and told."""

    def __init__(self, rows: QuerySet[IndexEntry], words: str) -> None:
        self.rows, self.words = rows.order_by(), words
        counts = dict(self.rows.values_list("kind").annotate(Count("pk")))
        self.counts = {kind: counts[kind] for kind in KINDS if kind in counts}
        self.count = sum(self.counts.values())
        self.ranked = search.ranked(self.rows, words)

    def of_kind(self, kind: str) -> Sequence[int] | QuerySet:
        """The keys of the index rows of one kind, best first; newest first where there are too many to rank."""
        rows = self.rows.filter(kind=kind)
        if self.ranked is None:
            return _newest_first(rows).values_list("pk", flat=True)
        keys = set(rows.values_list("pk", flat=True))
        return [key for key in self.ranked if key in keys]

    def by_kind(self) -> list[KindOfResult]:
        """The kinds of what was found with the first few of each; the kind of the best one comes first."""
        first = self._first_of_each_kind()
        results = self.told([key for keys in first.values() for key in keys])
        found = []
        for kind, keys in first.items():
            shown, results = results[: len(keys)], results[len(keys) :]
            found.append(KindOfResult(kind, kind_heading(KINDS[kind]), self.counts[kind], tuple(shown)))
        return found

    def kinds(self) -> list[KindOfResult]:
        """The kinds of what was found, with how many of each."""
        return [KindOfResult(kind, kind_heading(KINDS[kind]), count) for kind, count in self.counts.items()]

    def _first_of_each_kind(self) -> dict[str, list[int]]:
        if self.ranked is None:
            return {
                kind: list(
                    _newest_first(self.rows.filter(kind=kind)).values_list("pk", flat=True)[:SHOWN_OF_A_KIND]
                )
                for kind in self.counts
            }
        kinds = dict(self.rows.values_list("pk", "kind"))
        first: dict[str, list[int]] = defaultdict(list)
        for key in self.ranked:
            if len(first[kinds[key]]) < SHOWN_OF_A_KIND:
                first[kinds[key]].append(key)
        return dict(first)

    def told(self, keys: Sequence[int]) -> list[Result]:
        """The entries of some index rows, in their order; the number of queries is that of the kinds among them."""
        rows = IndexEntry.objects.in_bulk(keys)
        entries = _entries(rows.values())
        through = self._through(rows)
        return [
            self._result(row, entries[row.kind, row.slug], through[key])
            for key in keys
            if (row := rows.get(key)) and (row.kind, row.slug) in entries
        ]

    def _result(self, row: IndexEntry, entry: Entry, through: list[str]) -> Result:
        title = str(entry)
        lines = [line for line in row.text.split("\n") if line != title]
        excerpt = search.marked(search.excerpt(lines, self.words), self.words)
        marked = search.marked(title, self.words)
        said = {text.fold(piece.text) for piece in (*marked, *excerpt) if piece.found}
        kind = str(entry._meta.verbose_name)
        return Result(entry, kind, isinstance(entry, Record), marked, excerpt, [] if said else through)

    def _through(self, rows: dict[int, IndexEntry]) -> dict[int, list[str]]:
        """By key of an index row: the names of its parties and areas that the words name."""
        found: dict[int, list[str]] = defaultdict(list)
        parties, areas = (search.named_by(self.words, model) for model in (Party, Area))
        taking_part = IndexParty.objects.filter(entry__in=rows, party__slug__in=parties)
        for key, name in taking_part.order_by("party__name").values_list("entry", "party__name"):
            found[key].append(name)
        keys = {(row.kind, row.slug): key for key, row in rows.items()}
        for model in RECORD_MODELS:
            slugs = [row.slug for row in rows.values() if row.kind == model.kind_name()]
            if slugs:
                records: Any = model.objects.filter(slug__in=slugs, areas__slug__in=areas).order_by(
                    "areas__name"
                )
                for slug, name in records.values_list("slug", "areas__name"):
                    found[keys[model.kind_name(), slug]].append(name)
        return found


def _newest_first(rows: QuerySet[IndexEntry]) -> QuerySet[IndexEntry]:
    return rows.order_by(*NEWEST_FIRST)


def _entries(rows: Iterable[IndexEntry]) -> dict[tuple[str, str], Any]:
    """The published entries of some index rows, by kind and address; one query for each kind among them."""
    slugs: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        slugs[row.kind].append(row.slug)
    found = {}
    for kind, asked in slugs.items():
        published = KINDS[kind].objects.published().filter(slug__in=asked)
        if KINDS[kind] is Relation:
            published = published.for_list()
        found.update({(kind, entry.slug): entry for entry in published})
    return found


@dataclass(frozen=True)
class Hint:
    """A search that finds something where this one does not: its words, and how many entries it finds."""

    words: str
    count: int


def words_alone(words: str) -> list[Hint]:
    """Each of several words by itself, with how many entries hold it; nothing for a single word."""
    typed = text.words_of(words)
    return [Hint(word, search.containing(word).count()) for word in typed] if len(typed) > 1 else []


def other_spellings(words: str) -> list[Hint]:
    """The same search with each word that no entry holds exchanged for one of the register that looks like it."""
    typed = text.words_of(words)
    found: dict[str, int] = {}
    unknown = [word for word in typed if not search.containing(word).exists()]
    for word, others in search.similar_words(unknown).items():
        for other in others:
            candidate = " ".join(other if each == word else each for each in typed)
            if count := search.containing(candidate).count():
                found[candidate] = count
    return [Hint(each, count) for each, count in found.items()]
