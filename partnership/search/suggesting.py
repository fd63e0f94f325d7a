"""Help where nothing is found: words of the register that look like what was typed."""

from collections.abc import Iterable
from difflib import get_close_matches

from partnership.models import IndexEntry

SHORTEST = 4
MOST = 3
LIKENESS = 0.75


def similar_words(words: Iterable[str]) -> dict[str, list[str]]:
    """By folded word: the words in names of public entries that look most like it, at most three; none for a short one.

    Compared in Python, so that both engines suggest the same. It reads the names of all entries, once for all the words, and
    only for a search that finds nothing.
    """
    long_enough = {word: len(word) >= SHORTEST for word in words}
    known = _words_of_names() if any(long_enough.values()) else set()
    return {word: _like(word, known) if is_long else [] for word, is_long in long_enough.items()}


def _like(word: str, known: set[str]) -> list[str]:
    # Almost all who mistype a word get its beginning or its end right; the others are too many to compare.
    likely = [each for each in known if each[0] == word[0] or each[-2:] == word[-2:]]
    return get_close_matches(word, sorted(likely), n=MOST, cutoff=LIKENESS)


def _words_of_names() -> set[str]:
    rows = IndexEntry.objects.order_by().values_list("names", flat=True).iterator()
    return {token for names in rows for token in names.split() if len(token) >= SHORTEST}
