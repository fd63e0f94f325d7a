from datetime import date

import pytest
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import given
from hypothesis import strategies as st

from partnership.dates import (
    NO_BOUNDS,
    Bounds,
    bounds_of,
    may_overlap,
    span,
    surely_covers,
    surely_overlaps,
    surely_within,
)
from tests.stated_texts import CALENDAR_DAYS, DECADES, PARTS, PLAIN_PARTS, TEXTS, bounds, in_order, refusal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-03", bounds("2024-06-03", "2024-06-03", "2024-06-03", "2024-06-03")),
        ("2022-06", bounds("2022-06-01", "2022-06-30", "2022-06-30", "2022-06-01")),
        ("2024-02", bounds("2024-02-01", "2024-02-29", "2024-02-29", "2024-02-01")),
        ("2018", bounds("2018-01-01", "2018-12-31", "2018-12-31", "2018-01-01")),
        ("199X", bounds("1990-01-01", "1999-12-31", None, None)),
        ("2018~", bounds("2018-01-01", "2018-12-31", None, None)),
        ("2002-10-01?", bounds("2002-10-01", "2002-10-01", None, None)),
        ("2018%", bounds("2018-01-01", "2018-12-31", None, None)),
        ("2009/2013", bounds("2009-01-01", "2013-12-31", "2009-12-31", "2013-01-01")),
        ("2014-03-12/2014-03-14", bounds("2014-03-12", "2014-03-14", "2014-03-12", "2014-03-14")),
        ("2014/2014-03", bounds("2014-01-01", "2014-03-31", "2014-12-31", "2014-03-01")),
        ("2009~/2013", bounds("2009-01-01", "2013-12-31", None, None)),
        ("199X/2004", bounds("1990-01-01", "2004-12-31", None, None)),
        ("2014/..", bounds("2014-01-01", None, "2014-12-31", None)),
        ("2014?/..", bounds("2014-01-01", None, None, None)),
        ("199X/..", bounds("1990-01-01", None, None, None)),
        ("../2013", bounds(None, "2013-12-31", None, "2013-01-01")),
        ("2014/", bounds("2014-01-01", None, "2014-12-31", "2014-01-01")),
        ("2014-06-03/", bounds("2014-06-03", None, "2014-06-03", "2014-06-03")),
        ("/2013", bounds(None, "2013-12-31", "2013-12-31", "2013-01-01")),
        ("0001", bounds("0001-01-01", "0001-12-31", "0001-12-31", "0001-01-01")),
        ("9999", bounds("9999-01-01", "9999-12-31", "9999-12-31", "9999-01-01")),
        ("999X", bounds("9990-01-01", "9999-12-31", None, None)),
        ("", NO_BOUNDS),
    ],
)
def test_bounds_say_the_outermost_days_and_what_surely_holds(text: str, expected: Bounds) -> None:
    assert bounds_of(text) == expected


@given(TEXTS)
def test_every_allowed_text_has_bounds_in_order(text: str) -> None:
    found = bounds_of(text)
    assert found != NO_BOUNDS
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest


@given(TEXTS)
def test_qualified_dates_and_decades_are_never_certain(text: str) -> None:
    assert bounds_of(text).certain is not any(sign in text for sign in "~?%X")


@given(TEXTS, CALENDAR_DAYS, CALENDAR_DAYS)
def test_what_surely_falls_in_or_covers_a_period_may_fall_in_it(text: str, one: date, other: date) -> None:
    found, first, last = bounds_of(text), min(one, other), max(one, other)
    if surely_within(found, first, last) or surely_covers(found, first, last):
        assert surely_overlaps(found, first, last)
    if surely_overlaps(found, first, last):
        assert may_overlap(found, first, last)


# Oracle: the edtf package, on what both support. It is asked for days, months, years, decades and periods of those. Left out
# as wrong there: a period with an unknown side (invented as ten years), an open side of a decade (refused), year 0000.


def edtf_days(text: str) -> tuple[date, date]:
    """First and last day of a text by the edtf package."""
    stated = parse_edtf(text)
    lower, upper = stated.lower_strict(), stated.upper_strict()
    return date(*lower[:3]), date(*upper[:3])


@given(PLAIN_PARTS | DECADES)
def test_outermost_days_of_a_single_date_agree_with_the_edtf_package(text: str) -> None:
    assert bounds_of(text)[:2] == edtf_days(text)


@given(st.tuples(PLAIN_PARTS | DECADES, PLAIN_PARTS | DECADES).filter(in_order).map("/".join))
def test_outermost_days_of_a_period_agree_with_the_edtf_package(text: str) -> None:
    assert bounds_of(text)[:2] == edtf_days(text)


@pytest.mark.parametrize("text", ["2021-02-30", "2021-13", "2014/2015/2016", "199x", "June 2022"])
def test_refusals_agree_with_the_edtf_package(text: str) -> None:
    with pytest.raises(EDTFParseException):
        parse_edtf(text)
    assert refusal(text)


# Comparing with a period


@pytest.mark.parametrize(
    ("text", "within", "may", "covers"),
    [
        ("2014", True, True, False),
        ("2014-06-03", True, True, False),
        ("2014~", False, True, False),
        ("201X", False, True, False),
        ("2013/2015", False, True, True),
        ("2014/2015", False, True, False),
        ("2013/..", False, True, True),
        ("2014/..", False, True, False),
        ("../2015", False, True, True),
        ("2013/", False, True, False),
        ("/2015", False, True, False),
        ("2013~/2015", False, True, False),
        ("2013", False, False, False),
        ("2015/..", False, False, False),
        ("../2013", False, False, False),
        ("", False, False, False),
    ],
)
def test_a_date_is_compared_with_the_year_2014(text: str, within: bool, may: bool, covers: bool) -> None:
    year = date(2014, 1, 1), date(2014, 12, 31)
    found = bounds_of(text)
    assert (surely_within(found, *year), may_overlap(found, *year), surely_covers(found, *year)) == (
        within,
        may,
        covers,
    )


@pytest.mark.parametrize(
    ("text", "first", "last", "within", "may"),
    [
        ("2014/..", date(2014, 1, 1), None, True, True),
        ("2013/..", date(2014, 1, 1), None, False, True),
        ("../2013", None, date(2013, 12, 31), True, True),
        ("../2013", date(2014, 1, 1), None, False, False),
        ("2013~", None, None, False, True),
        ("", None, None, False, False),
    ],
)
def test_a_period_without_a_first_or_last_day_sets_no_limit_there(
    text: str, first: date | None, last: date | None, within: bool, may: bool
) -> None:
    assert (surely_within(bounds_of(text), first, last), may_overlap(bounds_of(text), first, last)) == (
        within,
        may,
    )


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("2014/..", True),
        ("2014/", False),
        ("2009/2016", True),
        ("2016-06", True),
        ("2016/2018", True),
        ("2016~", False),
        ("../2017", True),
        ("/2017", False),
        ("2017/..", False),
        ("", False),
    ],
)
def test_what_runs_in_the_year_2016_surely_shares_a_day_with_it(text: str, runs: bool) -> None:
    assert surely_overlaps(bounds_of(text), date(2016, 1, 1), date(2016, 12, 31)) is runs


def test_a_month_is_certain_but_surely_covers_no_day() -> None:
    june = bounds_of("2022-06")
    assert june.certain
    assert not any(
        surely_covers(june, day, day) for day in (date(2022, 6, number) for number in range(1, 31))
    )


@pytest.mark.parametrize(
    ("first", "last", "same_as"),
    [
        ("2014", "2016", "2014/2016"),
        ("2014-06-03", "2016-02", "2014-06-03/2016-02"),
        ("2014", None, "2014/.."),
        ("2014?", None, "2014?/.."),
        ("199X", None, "199X/.."),
        ("2014~", "2016", "2014~/2016"),
        ("2014", "2016?", "2014/2016?"),
        ("2009/2013", "2016", "2009/2016"),
    ],
)
def test_a_span_has_the_bounds_of_the_period_it_makes(first: str, last: str | None, same_as: str) -> None:
    found = span(bounds_of(first), None if last is None else bounds_of(last))
    assert found == bounds_of(same_as)


def test_a_span_with_an_undated_moment_is_sure_of_nothing() -> None:
    assert span(bounds_of("2014"), NO_BOUNDS) == bounds("2014-01-01", None, None, None)
    assert span(NO_BOUNDS, bounds_of("2016")) == bounds(None, "2016-12-31", None, None)
    assert span(NO_BOUNDS, NO_BOUNDS) == span(NO_BOUNDS, None) == NO_BOUNDS


@given(PARTS, PARTS)
def test_any_two_dates_in_order_span_the_period_of_both(first: str, last: str) -> None:
    if in_order((first, last)):
        assert span(bounds_of(first), bounds_of(last)) == bounds_of(f"{first}/{last}")
    assert span(bounds_of(first), None) == bounds_of(f"{first}/..")
