"""Texts of stated dates, and helpers, for every test of dates."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import strategies as st

from partnership.dates import Bounds, bounds_of, parse


def bounds(*days: str | None) -> Bounds:
    """Bounds from four ISO days."""
    return Bounds(*(date.fromisoformat(day) if day else None for day in days))


def refusal(text: str) -> str:
    """The message with which `parse` refuses the text."""
    with pytest.raises(ValidationError) as caught:
        parse(text)
    assert caught.value.code == "edtf"
    (message,) = caught.value.messages
    return message


# Every text the notation allows.

CALENDAR_DAYS = st.dates()


def iso(day: date, size: int) -> str:
    return day.isoformat()[:size]


PLAIN_PARTS = st.builds(iso, CALENDAR_DAYS, st.sampled_from([4, 7, 10]))
DECADES = st.integers(1, 999).map(lambda number: f"{number:03}X")
PARTS = st.builds(str.__add__, PLAIN_PARTS | DECADES, st.sampled_from(["", "", "~", "?", "%"]))


def in_order(sides: tuple[str, str]) -> bool:
    first, last = bounds_of(sides[0]).earliest, bounds_of(sides[1]).latest
    return first is not None and last is not None and first <= last


PERIODS = st.tuples(PARTS, PARTS).filter(in_order).map("/".join)
ONE_SIDED = st.builds(str.format, st.sampled_from(["{}/..", "{}/", "../{}", "/{}"]), PARTS)
TEXTS = PARTS | PERIODS | ONE_SIDED
