"""Asking the index: which entries hold all the words, and in which order they are told."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from django.db.models import Q, QuerySet

from partnership import text
from partnership.models import RECORD_MODELS, Entry, IndexEntry, IndexParty, Party, Relation
from partnership.models.index import NEWEST_FIRST

from .engines import engine

MOST_RANKED = 2_000
"""How many entries are put in the order of how well they fit: beyond, ranking takes longer than finding and says little."""

MOST_WORDS = 12
"""How many words of a name are looked for by `sharing_words`: the longest of them."""
LONGEST_WORD = 100
"""Characters of a word that is looked for: beyond, it is none, and PostgreSQL takes only so many."""


def matching(queryset: QuerySet, words: str) -> QuerySet:
    """The rows of an entry queryset in which every word occurs; case and accents do not matter.

    A word counts where a word of the entry's own text begins with it, of any name of a party in it, or of the name or a
    synonym of one of its areas.
    """
    if not words.strip():
        return queryset
    kind = queryset.model.kind_name()
    return queryset.filter(slug__in=containing(words, [kind]).values("slug"))


def containing(words: str, kinds: Iterable[str] = ()) -> QuerySet[IndexEntry]:
    """The index rows in which every word occurs, of these kinds or of all; none where only signs were typed."""
    kinds = list(kinds)
    rows = IndexEntry.objects.order_by()
    if kinds:
        rows = rows.filter(kind__in=kinds)
    phrases = phrases_of(words)
    for phrase in phrases:
        rows = rows.filter(_occurs(phrase, kinds))
    return rows if phrases else rows.none()


def phrases_of(words: str) -> list[list[str]]:
    """What to look for where a reader typed words: a phrase for each that has letters or digits."""
    return [phrase for word in text.words_of(words) if (phrase := text.phrase(word))]


def _occurs(phrase: list[str], kinds: list[str]) -> Q:
    named = engine().having(phrase, in_names=True)
    return engine().having(phrase) | _with_party(named) | _with_area(named, kinds)


def _with_party(named: Q) -> Q:
    parties = IndexEntry.objects.filter(named, kind=Party.kind_name()).values("slug")
    return Q(pk__in=IndexParty.objects.filter(party__slug__in=parties).values("entry"))


def _with_area(named: Q, kinds: list[str]) -> Q:
    """The records with an area that is so named: looked up where they stand, so that a new synonym finds them at once."""
    areas = IndexEntry.objects.filter(named, kind="area").values("slug")
    found = Q()
    for model in RECORD_MODELS:
        if not kinds or model.kind_name() in kinds:
            records = model._default_manager.filter(areas__slug__in=areas).order_by().values("slug")
            found |= Q(kind=model.kind_name(), slug__in=records)
    return found


def ranked(rows: QuerySet[IndexEntry], words: str) -> list[int] | None:
    """The primary keys of index rows, best first; None where there are too many to put in order.

    First what is called just that, then what is named so: every word is in a name of the entry or, of a relation, of a party.
    Then by the engine's rank, which heeds how rare a word is and how long the text; entries that hold a word through a party or
    an area only come last.
    """
    newest_first = rows.order_by(*NEWEST_FIRST).values_list("pk", flat=True)
    found = list(newest_first[: MOST_RANKED + 1])
    if len(found) > MOST_RANKED:
        return None
    phrases = phrases_of(words)
    ranks = engine().ranks(phrases, found) if found else {}
    titles = dict(_named(rows, phrases).values_list("pk", "title"))
    called = {key for key, title in titles.items() if text.fold(title) == text.fold(words)}
    return sorted(found, key=lambda key: (key not in called, key not in titles, -ranks.get(key, 0)))


def _named(rows: QuerySet[IndexEntry], phrases: list[list[str]]) -> QuerySet[IndexEntry]:
    for phrase in phrases:
        named = engine().having(phrase, in_names=True)
        rows = rows.filter(named | (Q(kind=Relation.kind_name()) & _with_party(named)))
    return rows.order_by()


def sharing_words(kind: str, names: Sequence[Collection[str]]) -> QuerySet[IndexEntry]:
    """The index rows of a kind that have all words of a name but two in theirs, and one at least.

    Each name is given as its words, of which one may be mistyped, and one may be missing there.
    """
    groups = [group for words in names for group in _most_of(words)]
    rows = IndexEntry.objects.filter(kind=kind).order_by()
    return rows.filter(engine().named(groups)) if groups else rows.none()


def _most_of(words: Collection[str]) -> Iterator[list[list[str]]]:
    """The phrases of all words but two, in every way of leaving two out."""
    likely = (word for word in words if len(word) <= LONGEST_WORD)
    longest = sorted(likely, key=lambda word: (-len(word), word))[:MOST_WORDS]
    asked = [phrase for word in longest if (phrase := text.phrase(_singular(word)))]
    return map(list, combinations(asked, max(1, len(asked) - 2))) if asked else iter(())


def _singular(word: str) -> str:
    """A word without the last letter of a plural: with it, what is named in the singular would not begin so."""
    return word.removesuffix("s") if len(word) > 4 else word


def named_by(words: str, model: type[Entry]) -> list[str]:
    """The addresses of the public parties, or areas, that have one of the words in a name."""
    found = Q()
    for phrase in phrases_of(words):
        found |= engine().having(phrase, in_names=True)
    named = IndexEntry.objects.filter(found, kind=model.kind_name()) if found else IndexEntry.objects.none()
    return list(named.values_list("slug", flat=True))
