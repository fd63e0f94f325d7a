"""Telling what was found: the words asked for marked in a text, and the part of a long text where they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from partnership import text

LONGEST = 220  # characters of an excerpt
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it is what was asked for."""

    text: str
    found: bool


def marked(value: str, words: str) -> list[Piece]:
    """A text in pieces, those that are words asked for marked: a word is marked whole where its beginning was typed."""
    pieces: list[Piece] = []
    place = 0
    for start, end in _places(value, words):
        if start > place:
            pieces.append(Piece(value[place:start], False))
        pieces.append(Piece(value[start:end], True))
        place = end
    return [*pieces, Piece(value[place:], False)] if place < len(value) else pieces


def excerpt(lines: Sequence[str], words: str) -> str:
    """The line in which most of the words stand, cut to a length that is read at a glance; empty if none has any."""
    best = max(lines, key=lambda line: _different(line, words), default="")
    first = next(_places(best, words), None)
    if first is None:
        return ""
    if len(best) <= LONGEST:
        return best
    start = max(0, min(first[0] - LONGEST // 3, len(best) - LONGEST))
    cut = best[start : start + LONGEST]
    if start:
        cut = "…" + (cut.partition(" ")[2] or cut)
    if start + LONGEST < len(best):
        cut = (cut.rpartition(" ")[0] or cut) + "…"
    return cut


def _different(line: str, words: str) -> int:
    return len({text.fold(line[start:end]) for start, end in _places(line, words)})


def _places(value: str, words: str) -> Iterator[tuple[int, int]]:
    """Where the words asked for stand in a text, from where to where, in order and apart from each other."""
    spaced, unspaced = _asked(words)
    for match in _WORD.finditer(value):
        folded = text.fold(match[0])
        if any(folded.startswith(word) for word in spaced):
            yield match.span()
        elif unspaced and len(folded) == len(match[0]):
            for found in re.finditer("|".join(map(re.escape, unspaced)), folded):
                yield match.start() + found.start(), match.start() + found.end()
        elif any(word in folded for word in unspaced):
            yield match.span()  # some character of it folds to several, so that the place within it cannot be told


def _asked(words: str) -> tuple[list[str], list[str]]:
    """The parts of what was typed that begin words, and those that stand anywhere in a script without blanks."""
    parts = [part for word in text.words_of(words) for part in text.runs(word)]
    unspaced = [part for part in parts if text.is_unspaced(part)]
    return [part for part in parts if part not in unspaced], unspaced
