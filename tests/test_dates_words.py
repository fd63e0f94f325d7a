from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from partnership.dates import parse, period
from tests.stated_texts import TEXTS, refusal

WORDS = {
    "2024-06-03": "3 June 2024",
    "2022-06": "June 2022",
    "2018": "2018",
    "199X": "1990s",
    "2009/2013": "2009–2013",
    "2014/2014": "2014",
    "2022-04/2022-07": "April–July 2022",
    "2021-04/2022-07": "April 2021 – July 2022",
    "2014-03-12/2014-03-14": "12–14 March 2014",
    "2014-03-12/2014-04-02": "12 March – 2 April 2014",
    "2013-12-30/2014-01-02": "30 December 2013 – 2 January 2014",
    "2022-06/2024": "June 2022 – 2024",
    "199X/200X": "1990s–2000s",
    "199X/2004": "1990s–2004",
    "2009~/2013": "about 2009 – 2013",
    "2009/2013?": "2009 – 2013 (uncertain)",
    "2009~/2009~": "about 2009",
    "2014/..": "since 2014",
    "2014-06-03/..": "since 3 June 2014",
    "199X/..": "since the 1990s",
    "199X~/..": "since about the 1990s",
    "2014/": "from 2014 (end not stated)",
    "../2013": "until 2013",
    "/2013": "until 2013 (start not stated)",
    "../199X": "until the 1990s",
    "2005~": "about 2005",
    "2005?": "2005 (uncertain)",
    "2005%": "about 2005 (uncertain)",
    "199X~": "about the 1990s",
    "199X?": "1990s (uncertain)",
}


@pytest.mark.parametrize(("text", "expected"), WORDS.items())
def test_words_say_the_date_no_more_precisely_than_it_is_stated(text: str, expected: str) -> None:
    with override("en"):
        assert parse(text).words() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-03", "3 juin 2024"),
        ("2024-06-01", "1er juin 2024"),
        ("2024-06-01/2024-06-03", "1er–3 juin 2024"),
        ("2022-06", "juin 2022"),
        ("2022-04/2022-07", "avril–juillet 2022"),
        ("2014-03-12/2014-04-02", "12 mars – 2 avril 2014"),
        ("2014-03-12/2014-04-01", "12 mars – 1er avril 2014"),
        ("2014-03-12/..", "depuis le 12 mars 2014"),
        ("../2014", "jusqu’en 2014"),
        ("199X/..", "depuis les années 1990"),
    ],
)
def test_words_follow_the_active_language(text: str, expected: str) -> None:
    with override("fr"):
        assert parse(text).words() == expected


@given(TEXTS)
def test_every_allowed_text_has_words_that_name_its_years(text: str) -> None:
    with override("en"):
        words = parse(text).words()
    ends = [side.replace("X", "0")[:4] for side in text.split("/") if side[:1].isdigit()]
    assert ends[-1] in words


def test_words_need_no_active_language() -> None:
    with override(None):
        assert parse("2022-06").words() == "June 2022"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-03", "2024-06-03"),
        ("2022-06", "2022-06"),
        ("2018", "2018"),
        ("2018~", ""),
        ("199X", ""),
        ("2009/2013", ""),
        ("2014/2014", ""),
        ("2014/..", ""),
        ("/2013", ""),
    ],
)
def test_html_datetime_is_given_where_html_can_say_the_date(text: str, expected: str) -> None:
    assert parse(text).html_datetime == expected


def test_a_period_is_told_from_a_single_date() -> None:
    assert [parse(text).is_interval for text in ("2014", "199X~", "2014/..", "/2014")] == [
        False,
        False,
        True,
        True,
    ]


# Refusals

REFUSALS = {
    # text: (what the message says of the mistake, the example it shows)
    "2009–2013": ("put a slash between", "2009/2013"),
    "2010 — 2012-03": ("put a slash between", "2010/2012-03"),
    "2010-2012": ("put a slash between", "2010/2012"),
    "2010 to 2012": ("put a slash between", "2010/2012"),
    "2013–2009": ("put a slash between", "2009/2013"),
    "3 June–5 June": ("put a slash between", "2009/2013"),
    "2009/13": ("is not clear", "2009/2013"),
    "2014/03/12": ("write hyphens", "2014-03-12"),
    "2016.05.06": ("write hyphens", "2016-05-06"),
    "12.03.2014": ("begins with its day", "2014-03-12"),
    "3/12/14": ("begins with its day", "2014-03-12"),
    "03/2014": ("begins with its day", "2014-03-12"),
    "2014-21": ("is a season", "2014-03/2014-05"),
    "summer 2023": ("is a season", "2014-03/2014-05"),
    "2014-03-12T10:30": ("time of day", "2014-03-12"),
    "2014-03-00": ("what is not known", "2014-03"),
    "2011-00-00": ("what is not known", "2011"),
    "2011-00/..": ("what is not known", "2011/.."),
    "199x": ("capital X", "199X"),
    "1980s": ("capital X", "198X"),
    "early 1990s": ("capital X", "199X"),
    "19XX": ("more than a decade", "1900/1999"),
    "2004-XX": ("more than a decade", "1900/1999"),
    "2004-06-uu": ("more than a decade", "1900/1999"),
    "2004-1X": ("more than a decade", "1900/1999"),
    "June 2022": ("has words", "2014-03"),
    "juin 2022": ("has words", "2014-03"),
    "since 2014": ("has words", "2014/.."),
    "about 2005": ("has words", "2014~"),
    "[2012, 2013]": ("choice of dates", "2009/2013"),
    "{2012,2013}": ("choice of dates", "2009/2013"),
    "~2004": ("wrong place", "2014-03~"),
    "2004~-06": ("wrong place", "2014-03~"),
    "2004?~": ("wrong place", "2014-03~"),
    "/": ("without a date", "2014/.."),
    "../..": ("without a date", "2014/.."),
    "../": ("without a date", "2014/.."),
    "2021-02-30": ("not in the calendar", "2014-03-12"),
    "2021-13": ("not in the calendar", "2014-03-12"),
    "2021-02-30~/..": ("not in the calendar", "2014-03-12"),
    "0000": ("not in the calendar", "2014-03-12"),
    "000X": ("not in the calendar", "2014-03-12"),
    "2013/2009": ("ends before it begins", "2009/2013"),
    "2014-03/2014-02-28": ("ends before it begins", "2014-02-28/2014-03"),
    "2014..": ("not a date this field can read", "2014-03-12"),
    "2014/2015/2016": ("not a date this field can read", "2009/2013"),
    "-2004": ("not a date this field can read", "2014-03-12"),
    "Y17000": ("not a date this field can read", "2014-03-12"),
    "14": ("not a date this field can read", "2014-03-12"),
    "20145": ("not a date this field can read", "2014-03-12"),
    "2014-3-2": ("not a date this field can read", "2014-03-12"),
    "٢٠١٤": ("not a date this field can read", "2014-03-12"),
    " 2014": ("not a date this field can read", "2014-03-12"),
    "2014\n": ("not a date this field can read", "2014-03-12"),
    "": ("not a date this field can read", "2014-03-12"),
}


@pytest.mark.parametrize(
    ("text", "hint", "example"), [(text, *expected) for text, expected in REFUSALS.items()]
)
def test_a_refusal_quotes_the_value_names_the_mistake_and_shows_a_right_example(
    text: str, hint: str, example: str
) -> None:
    message = refusal(text)
    assert message.startswith(f"“{text}” ")
    assert hint in message
    assert example in message.removeprefix(f"“{text}”")
    parse(example)


def error_of(text: str) -> ValidationError | None:
    try:
        parse(text)
    except ValidationError as error:
        return error
    return None


@given(st.text(max_size=60) | st.text("0123456789X~?%/.- –", max_size=30))
def test_any_text_is_read_or_refused_with_one_sentence(text: str) -> None:
    error = error_of(text)
    assert error is None or (error.code == "edtf" and error.messages[0].endswith("."))


def test_a_refusal_quotes_a_long_value_only_so_far() -> None:
    assert refusal("2" * 100_000).startswith("“" + "2" * 40 + "…” ")


# What a reader types into a filter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2008", (date(2008, 1, 1), date(2008, 12, 31))),
        ("2008-06", (date(2008, 6, 1), date(2008, 6, 30))),
        (" 2008-06-03 ", (date(2008, 6, 3), date(2008, 6, 3))),
        ("", (None, None)),
        ("  ", (None, None)),
    ],
)
def test_a_filter_takes_a_day_a_month_or_a_year(text: str, expected: tuple[date | None, date | None]) -> None:
    assert period(text) == expected


@pytest.mark.parametrize("text", ["June 2008", "199X", "2008~", "2008/2009", "2008/..", "2008-13"])
def test_a_filter_refuses_anything_else_with_a_right_example(text: str) -> None:
    with pytest.raises(ValidationError, match="write 2008-06-03, 2008-06 or 2008") as caught:
        period(text)
    assert caught.value.code == "edtf"
