"""What a locator of a citation names: paragraphs of the source, by their numbers.

A citation is tied to a paragraph by its locator, which readers see; a field of its own would say the same twice.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from partnership.text import fold, normalise

# Before a number they say that it is one of a paragraph, in the languages of the site's pages and of most sources.
MARKS = {
    *(
        "paragraph",
        "paragraphs",
        "para",
        "paras",
        "par",
        "pars",
        "point",
        "points",
        "item",
        "items",
        "no",
        "nos",
    ),
    *("paragraphe", "paragraphes", "alinea", "alineas", "absatz", "absatze", "ziffer", "parrafo", "parrafos"),
}
JOINING = {"and", "to", "et", "a", "und", "bis", "y", "e", "through", "or"}
RANGE = {"to", "a", "bis", "through"}

_BRACKETS = re.compile(r"[\s()\[\]]+")
EDGES = ".,;:§¶ "
_PIECE = re.compile(
    r"""(?P<number>(?<![^\W_])\d+(?:[./]\d+)*[a-z]?(?![^\W_])(?:\ ?[(\[][a-z0-9]{1,4}[)\]])*)
      | (?P<word>[^\W\d_][^\W_]*)
      | (?P<dash>[-–—])
      | (?P<mark>[§¶])""",
    re.VERBOSE,
)
_MARK_BEFORE = re.compile(r"(?:[§¶]+|(?P<word>[^\W\d_]+)\.?) *")
_NARROWER = re.compile(r"(?:[a-z]| ?[(\[][a-z0-9]{1,4}[)\]])\Z")
_LEADING = re.compile(r"\d{1,9}")


def plain(label: str) -> str:
    """The number of a paragraph as two are compared: “3 (b)”, “3(B).” and “3b” are one."""
    return _BRACKETS.sub("", fold(normalise(label))).strip(EDGES)


def locator_of(label: str) -> str:
    """What a citation of a paragraph says in `where in it`; English, as the other words of citations are."""
    return f"paragraph {label}"


class Numbering:
    """The numbers of the paragraphs of one source, in their order: what locators of its citations are read by."""

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = list(labels)
        self._places = {plain(label): place for place, label in reversed(list(enumerate(self.labels)))}
        leading = ((_LEADING.match(plain(label)), place) for place, label in enumerate(self.labels))
        self._by_number = sorted((int(found[0]), place) for found, place in leading if found)

    def named_in(self, locator: str) -> list[str]:
        """The labels that a locator names, in the order of the source; none if it names no paragraph of it.

        “paragraph 12”, “para. 12”, “§ 12” and “12” name one, “paragraphs 3, 5 and 7” three, “12-14” all from the one to
        the other. What is within a paragraph, “12 (a)”, names the paragraph, unless it is one of its own. Other words
        say that a number is of something else: “page 12” and “12 June” name none, “section 4, paragraph 12” names one.
        """
        text = fold(normalise(locator))
        whole = self._whole(text)
        places = {whole} if whole is not None else self._pieces(text)
        return [self.labels[place] for place in sorted(places)]

    def _whole(self, text: str) -> int | None:
        """The paragraph whose number is all that a locator says, but for the word before it."""
        before = _MARK_BEFORE.match(text)
        if before and (before["word"] is None or before["word"] in MARKS):
            found = self._places.get(plain(text[before.end() :]))
            if found is not None:
                return found
        return self._places.get(plain(text))

    def _pieces(self, text: str) -> set[int]:
        found: set[int] = set()
        is_said, names_paragraphs, is_range = False, True, False
        begin = ""
        for piece in _PIECE.finditer(text):
            words = piece[0]
            if piece["mark"] or words in MARKS:
                is_said, names_paragraphs, is_range, begin = True, True, False, ""
            elif piece["dash"] or words in RANGE:
                is_range = bool(begin)
            elif words in JOINING:
                is_range = False
            elif not piece["number"] and self._known(words) is None:
                if not is_said:
                    found.clear()  # bare numbers are those of paragraphs only where nothing else is said
                names_paragraphs, is_range, begin = False, False, ""
            elif names_paragraphs:
                found |= self._between(begin, words) if is_range else self._one(words)
                begin, is_range = words, False
        return found

    def _one(self, words: str) -> set[int]:
        place = self._known(words)
        return set() if place is None else {place}

    def _known(self, words: str) -> int | None:
        """The place of a paragraph, or of the one that it is within."""
        while (place := self._places.get(plain(words))) is None:
            wider = _NARROWER.sub("", words)
            if wider in ("", words):
                return None
            words = wider
        return place

    def _between(self, begin: str, end: str) -> set[int]:
        """All from one number to another, by value where both are whole numbers, else by the order of the source."""
        if begin.isascii() and begin.isdigit() and end.isascii() and end.isdigit():
            low, high = int(begin[:9]), int(end[:9])
            first = bisect_left(self._by_number, (low, -1))
            last = bisect_right(self._by_number, (high, len(self.labels)))
            return self._one(end) | {place for _number, place in self._by_number[first:last]}
        first_place, last_place = self._known(begin), self._known(end)
        if first_place is None or last_place is None:
            return self._one(end)
        return {last_place, *range(first_place, last_place + 1)}
