"""From EDTF text to a stated date, or to a refusal that shows a right example."""

import calendar
import re
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .bounds import NO_BOUNDS, Bounds
from .stated import Missing, Part, Precision, StatedDate

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MAX_LENGTH = 40
"""Characters in a stored date. The longest valid one has 23; messages quote no more of any text."""


@lru_cache(maxsize=8192)
def parse(text: str) -> StatedDate:
    """The stated date that the EDTF `text` writes, without blanks around it.

    Raises ValidationError with code "edtf" and a message that shows a right example.
    """
    stated = _read(text)
    if stated is None:
        raise _explain(text)
    return stated


def bounds_of(text: str) -> Bounds:
    """The bounds of the EDTF `text`, `NO_BOUNDS` for an empty one. Raises ValidationError as `parse` does."""
    return parse(text).bounds if text else NO_BOUNDS


def period(text: str) -> tuple[date | None, date | None]:
    """First and last day of the day, month or year that a reader typed into a filter; None twice for nothing.

    Raises ValidationError with code "edtf" for anything else, periods and qualified dates included.
    """
    text = text.strip()
    if not text:
        return None, None
    with suppress(ValidationError):
        stated = parse(text)
        if stated.html_datetime:
            return stated.bounds.earliest, stated.bounds.latest
    raise _refusal(_("“%(value)s” is not a day, a month or a year: write 2008-06-03, 2008-06 or 2008."), text)


_PART = re.compile(
    r"(?:(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?|(?P<decade>[0-9]{3})X)"
    r"(?P<qualifier>[~?%]?)"
)


def _read(text: str) -> StatedDate | None:
    """The stated date, None for any other text. Raises ValidationError for a period that runs backwards."""
    sides = text.split("/")
    if len(sides) == 1:
        part = _read_part(text)
        return StatedDate(text, part, part) if part else None
    if len(sides) > 2:
        return None
    start, end = (_read_side(side) for side in sides)
    if start is None or end is None or not (isinstance(start, Part) or isinstance(end, Part)):
        return None
    if isinstance(start, Part) and isinstance(end, Part) and start.first > end.last:
        message = _("“%(value)s” ends before it begins: write the earlier date first, as in “%(example)s”.")
        raise _refusal(message, text, f"{sides[1]}/{sides[0]}")
    return StatedDate(text, start, end)


def _read_side(text: str) -> Part | Missing | None:
    return Missing(text) if text in ("", "..") else _read_part(text)


def _read_part(text: str) -> Part | None:
    match = _PART.fullmatch(text)
    if not match:
        return None
    try:
        return Part(*_days(match), match["qualifier"])
    except ValueError:
        return None


def _days(match: re.Match[str]) -> tuple[Precision, date, date]:
    """Precision, first and last day of a matched part. Raises ValueError for what no calendar has."""
    if match["decade"]:
        return (
            Precision.DECADE,
            date(int(match["decade"] + "0"), 1, 1),
            date(int(match["decade"] + "9"), 12, 31),
        )
    year, month, day = int(match["year"]), match["month"], match["day"]
    if day:
        the_day = date(year, int(month), int(day))
        return Precision.DAY, the_day, the_day
    if month:
        first = date(year, int(month), 1)
        return Precision.MONTH, first, first.replace(day=calendar.monthrange(year, int(month))[1])
    return Precision.YEAR, date(year, 1, 1), date(year, 12, 31)


# Refusals. Each hint knows one mistake by its look and repairs it where that can be done without guessing.


class _Hint(NamedTuple):
    """A mistake, what to say of it, an example, and what would put it right if nothing has to be guessed."""

    mistake: re.Pattern[str]
    message: "StrOrPromise"
    example: str
    repair: str | None = None


_HINTS = (
    _Hint(
        re.compile(r"\s*[‐-―−]\s*|\s+-\s+|\s+to\s+|(?<=^[0-9]{4})-(?=[0-9]{4}$)"),
        _("“%(value)s” looks like a period: put a slash between its two dates, as in “%(example)s”."),
        "2009/2013",
        "/",
    ),
    _Hint(
        re.compile(r"^[0-9-]+/[0-9]{1,2}$"),
        _(
            "“%(value)s” is not clear: write a month as 2014-03 and a period with whole years as in “%(example)s”."
        ),
        "2009/2013",
    ),
    _Hint(
        re.compile(r"^([0-9]{4})[/.]([0-9]{2})[/.]([0-9]{2})$"),
        _("“%(value)s” has the wrong sign between year, month and day: write hyphens, as in “%(example)s”."),
        "2014-03-12",
        r"\1-\2-\3",
    ),
    _Hint(
        re.compile(r"^(?:[0-9]{1,2}[./-]){1,2}[0-9]{2,4}$"),
        _("“%(value)s” begins with its day or month: write year, month, day, as in “%(example)s”."),
        "2014-03-12",
    ),
    _Hint(
        re.compile(r"(?i)\b[0-9]{4}-(?:2[1-9]|3[0-9]|4[01])\b|\b(?:spring|summer|autumn|fall|winter)\b"),
        _("“%(value)s” is a season: write the months it is known to mean, as in “%(example)s”, or the year."),
        "2014-03/2014-05",
    ),
    _Hint(
        re.compile(r"T[0-9]|[0-9]:[0-9]"),
        _("“%(value)s” has a time of day, which is not kept: write the day alone, as in “%(example)s”."),
        "2014-03-12",
    ),
    _Hint(
        re.compile(r"(?:-00)+(?![0-9])"),
        _("“%(value)s” fills in what is not known: leave out the month or the day, as in “%(example)s”."),
        "2014-03",
        "",
    ),
    _Hint(
        re.compile(r"(?<=[0-9]{3})(?:x|0s)"),
        _("“%(value)s” has a decade in another form: its last digit is a capital X, as in “%(example)s”."),
        "199X",
        "X",
    ),
    _Hint(
        re.compile(r"(?i)[xu]{2}|[0-9]-[xu0-9]*[xu]"),
        _("“%(value)s” leaves open more than a decade does: write 199X, or a period as in “%(example)s”."),
        "1900/1999",
    ),
    _Hint(
        re.compile(r"[^\W\d_]{3,}"),
        _(
            "“%(value)s” has words in it: write numbers and signs instead, such as 2014-03 for a month, "
            "2014~ for “about” and 2014/.. for “since”."
        ),
        "2014-03",
    ),
    _Hint(
        re.compile(r"[\[{]"),
        _("“%(value)s” is a choice of dates: write one period that holds them, as in “%(example)s”."),
        "2009/2013",
    ),
    _Hint(
        re.compile(r"[~?%](?=[^/])"),
        _("“%(value)s” has its sign in the wrong place: write one sign after the date, as in “%(example)s”."),
        "2014-03~",
    ),
    _Hint(
        re.compile(r"^(?:\.\.)?/(?:\.\.)?$"),
        _("“%(value)s” is a period without a date: write the side that is known, as in “%(example)s”."),
        "2014/..",
    ),
    _Hint(
        re.compile(r"\b[0-9]{4}-[0-9]{2}\b|\b0000\b|000X"),
        _("“%(value)s” is not in the calendar: check its year, month and day, as in “%(example)s”."),
        "2014-03-12",
    ),
)


def _explain(text: str) -> ValidationError:
    """The refusal of a text without the shape of a date, with the hint for the mistake it shows."""
    shown = text[:MAX_LENGTH]
    for hint in _HINTS:
        if hint.mistake.search(shown):
            repaired = "" if hint.repair is None else hint.mistake.sub(hint.repair, shown)
            return _refusal(hint.message, text, repaired if _is_right(repaired) else hint.example)
    message = _(
        "“%(value)s” is not a date this field can read: write a day as 2014-03-12, a month as 2014-03, "
        "a year as 2014, a decade as 199X or a period as 2009/2013."
    )
    return _refusal(message, text)


def _is_right(text: str) -> bool:
    try:
        return _read(text) is not None
    except ValidationError:
        return False


def _refusal(message: "StrOrPromise", value: str, example: str = "") -> ValidationError:
    shown = value if len(value) <= MAX_LENGTH else value[:MAX_LENGTH] + "…"
    return ValidationError(message, code="edtf", params={"value": shown, "example": example})
