"""Names that may mean the same, and web addresses that lead to the same page.

A name counts as its words: their order, case, accents and dashes do not matter, nor do slips of the keyboard, the plural
and the little words between. Its numbers count apart, for editions of one thing differ by nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import product
from urllib.parse import parse_qsl, urlencode, urlsplit

from partnership import text

SMALL_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "at",
        "between",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    )
)
SHORTEST_SLIPPED = 5
"""Letters of a word in which one letter may be wrong: in shorter ones it makes another word, as Iran and Iraq."""
SHORTEST_LENGTHENED = 6
"""Letters of a word that may have two more at its end, as “program”; Niger and Nigeria are two."""

LONGEST_ABBREVIATION = 6


class Closeness(IntEnum):
    """How close two names are; more is closer."""

    APART = 0
    WITHIN = 1  # one has a word or two more, or a number that the other lacks
    MISTYPED = 2  # the same words, but for slips and plurals
    SAME = 3


@dataclass(frozen=True)
class Name:
    """A name taken apart: its words without the small ones, its numbers, and all of it without blanks and signs.

    `capitals` are short words written in capitals: abbreviations, in which each letter counts.
    """

    words: frozenset[str]
    numbers: frozenset[str]
    squeezed: str
    capitals: frozenset[str]


@lru_cache(maxsize=20_000)
def taken_apart(name: str) -> Name:
    """The words, numbers and letters of a name, folded as search folds them."""
    runs = text.runs(name)
    numbers = frozenset(run for run in runs if run[0].isdigit())
    words = frozenset(runs) - numbers
    capitals = {run for word in name.split() if word.isupper() for run in text.runs(word)}
    return Name(words - SMALL_WORDS or words, numbers, "".join(runs), frozenset(filter(_is_short, capitals)))


def _is_short(word: str) -> bool:
    return len(word) <= LONGEST_ABBREVIATION


def closeness(one: Name, other: Name) -> Closeness:
    """How close two names are; the same whichever comes first."""
    if one.squeezed and one.squeezed == other.squeezed:
        return Closeness.SAME
    if not (one.numbers <= other.numbers or other.numbers <= one.numbers):
        return Closeness.APART
    mine, theirs = _without_slips(
        one.words - other.words, other.words - one.words, one.capitals | other.capitals
    )
    if mine and theirs:  # each has a word of its own: Afghanistan and Tajikistan, April and May
        return Closeness.APART
    more, longer = len(mine or theirs), max(len(one.words), len(other.words))
    if one.words and not more and one.numbers == other.numbers:
        return Closeness.SAME if one.words == other.words else Closeness.MISTYPED
    return Closeness.WITHIN if longer - more >= 2 and more <= _most_more(longer) else Closeness.APART


def closest(names: Iterable[str], others: Iterable[str]) -> tuple[Closeness, str]:
    """The closest that a name of one thing is to a name of another, and that name of the other."""
    mine = [taken_apart(name) for name in names]
    found = [(closeness(name, taken_apart(other)), other) for other in others for name in mine]
    return max(found, key=lambda each: each[0], default=(Closeness.APART, ""))


def _most_more(longer: int) -> int:
    """How many words more the longer of two names may have."""
    return 1 if longer < 8 else 2


def _without_slips(
    mine: frozenset[str], theirs: frozenset[str], capitals: frozenset[str]
) -> tuple[set[str], set[str]]:
    """The words of two names that are no slip of a word of the other's."""
    left, right = set(mine), set(theirs)
    # In an order that does not depend on which name comes first.
    slips = sorted(
        (min(pair), max(pair), pair) for pair in product(left - capitals, right - capitals) if is_slip(*pair)
    )
    for _first, _second, (word, meant) in slips:
        if word in left and meant in right:
            left.remove(word)
            right.remove(meant)
    return left, right


def is_slip(one: str, other: str) -> bool:
    """Whether two words differ as mistyped ones do: a letter too many, too few, another or two swapped; or as a plural."""
    short, long = sorted((one, other), key=len)
    if len(long) < SHORTEST_SLIPPED:
        return False
    head = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    tail = 0
    while tail < len(short) - head and short[-1 - tail] == long[-1 - tail]:
        tail += 1
    fewer, more = short[head : len(short) - tail], long[head : len(long) - tail]
    if not fewer:
        return len(more) == 1 or (len(more) == 2 and not tail and head >= SHORTEST_LENGTHENED)
    if (fewer, more) == ("y", "ies"):
        return True
    is_other_letter = len(fewer) == len(more) == 1
    are_swapped = len(fewer) == 2 and fewer == more[::-1]
    return len(short) >= SHORTEST_SLIPPED and (is_other_letter or are_swapped)


def page_address(url: str) -> str:
    """A web address without what does not say which page it is: scheme, www, mark within the page, who sent the reader.

    Empty for none, and for what is no web address.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:  # brackets that hold no IPv6 address, a port that is no number
        return ""
    if not host:
        return ""
    asked = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith("utm_")
    ]
    query = f"?{urlencode(sorted(asked))}" if asked else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"
