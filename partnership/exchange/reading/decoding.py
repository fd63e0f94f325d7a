"""JSON as it comes in pieces: one value after another, each with the line on which it starts, in constant memory."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .problems import Inexact

MOST_RECORD = 4 * 1024 * 1024
"""Characters of one row: many times what the longest relation of a register takes."""

LONGEST_WORD = 16
"""No word of JSON itself is longer: not `-Infinity`, not a pair of escaped halves of a character."""

_BLANK = re.compile(r"[ \t\n\r]*")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Unreadable(Exception):
    """A file that cannot be read on from a line."""

    def __init__(self, line: int, message: str, code: str):
        self.line, self.message, self.code = line, message, code
        super().__init__(message)


class Decoder(json.JSONDecoder):
    """Reads one value at a time and notes in `twice` the names that one of its objects has twice."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=self._object, parse_float=Inexact, parse_constant=Inexact)
        self.twice: list[str] = []

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            seen: set[str] = set()
            for name, _value in pairs:
                if name in seen:
                    self.twice.append(name)
                seen.add(name)
        return found


class Text:
    """The text of a file as it is read: what is still to be decoded, and the line at which that starts."""

    def __init__(self, pieces: Iterator[bytes]):
        self._pieces = pieces
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._first = True
        self.rest, self.place, self.line = "", 0, 1
        self.is_complete = False

    def more(self) -> bool:
        """Read on; whether there was anything to read. What is behind is forgotten."""
        self.line += self.rest.count("\n", 0, self.place)
        self.rest, self.place = self.rest[self.place :], 0
        piece = next(self._pieces, None)
        if piece is not None and self._first and piece.startswith(BYTE_ORDER_MARK):
            message = _("the file starts with a byte order mark: save it as UTF-8 without one")
            raise Unreadable(1, message, "byte-order-mark")
        self._first = False
        self.is_complete = piece is None
        try:
            self.rest += self._decode.decode(piece or b"", final=self.is_complete)
        except UnicodeDecodeError as error:
            line = self.line + self.rest.count("\n") + error.object[: error.start].count(b"\n")
            raise Unreadable(line, _("this is not UTF-8: save the file as UTF-8"), "not-utf-8") from error
        return not self.is_complete

    def skip(self) -> str:
        """Go past blanks; the sign that follows, empty at the end."""
        while True:
            match = _BLANK.match(self.rest, self.place)
            self.place = match.end() if match else self.place
            if self.place < len(self.rest) or self.is_complete:
                return self.rest[self.place : self.place + 1]
            self.more()

    def here(self) -> int:
        """The line on which the next sign stands."""
        return self.line + self.rest.count("\n", 0, self.place)

    def value(self, decoder: Decoder) -> Any:
        """The JSON value that starts here.

        Raises:
            Unreadable: there is none.
        """
        while True:
            decoder.twice.clear()
            try:
                value, self.place = decoder.raw_decode(self.rest, self.place)
            except json.JSONDecodeError as error:
                if self._is_cut_off(error) and self._has_more():
                    continue
                values = {"what": error.msg, "column": error.colno}
                line = self.line + error.lineno - 1
                message = _("this is not JSON: %(what)s, column %(column)s") % values
                raise Unreadable(line, message, "not-json") from error
            except (ValueError, RecursionError) as error:
                message = _("this row has a number too long or is nested too deeply")
                raise Unreadable(self.here(), message, "too-deep") from error
            return value

    def _is_cut_off(self, error: json.JSONDecodeError) -> bool:
        """Whether an error may come of the end of what was read: it is there, or a text that began has no end yet."""
        return error.pos > len(self.rest) - LONGEST_WORD or error.msg.startswith("Unterminated string")

    def _has_more(self) -> bool:
        """Read on, if the value may only be cut off by the end of what was read."""
        if self.is_complete:
            return False
        if len(self.rest) - self.place > MOST_RECORD:
            message = _("this row is longer than %(most)d characters: no entry of a register is")
            raise Unreadable(self.here(), message % {"most": MOST_RECORD}, "row-too-long")
        self.more()
        return True


def listed(text: Text, decoder: Decoder) -> Iterator[tuple[int, Any]]:
    """The values of a JSON list, each with the line on which it starts.

    Raises:
        Unreadable: it is none, or breaks off.
    """
    if text.skip() != "[":
        message = _("a fixture file is a list of rows: it starts with [ and ends with ]")
        raise Unreadable(1, message, "not-a-list")
    text.place += 1
    mark = "[" if text.skip() != "]" else "]"
    while mark != "]":
        text.skip()
        line = text.here()
        yield line, text.value(decoder)
        mark = text.skip()
        if mark not in (",", "]") or not mark:
            message = _("after a row comes a comma, or ] at the end of the list")
            raise Unreadable(text.here(), message, "list-broken")
        if mark == ",":
            text.place += 1
    text.place += 1
    if text.skip():
        raise Unreadable(text.here(), _("there is text after the end of the list"), "text-after-end")


def lines(text: Text, decoder: Decoder) -> Iterator[tuple[int, Any]]:
    """The values of a file with one JSON value a line.

    Raises:
        Unreadable: a line is none.
    """
    while text.skip():
        line = text.here()
        yield line, text.value(decoder)
        if text.skip() and text.here() == line:
            raise Unreadable(line, _("after a row comes a new line"), "list-broken")
