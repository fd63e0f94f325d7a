"""Japanese: dates, periods and amounts as it writes them, and pages that need no Latin script."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from partnership import dates, money
from partnership.templatetags.records import beyond_date
from tests.factories import make_event

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("2022-06-03", "2022年6月3日"),
        ("2022-06", "2022年6月"),
        ("2022", "2022年"),
        ("199X", "1990年代"),
        ("2005~", "2005年頃"),
        ("2005%", "2005年頃（不確実）"),
        ("2014/..", "2014年以降"),
        ("199X/..", "1990年代以降"),
        ("2014/", "2014年から（終期の記載なし）"),
        ("../2013-04", "2013年4月まで"),
        ("2009/2013", "2009年～2013年"),
        ("2022-04/2022-07", "2022年4月～7月"),
        ("2022-06-28/2022-06-30", "2022年6月28日～30日"),
        ("2022-06-28/2022-07-01", "2022年6月28日～7月1日"),
        ("2009~/2013-03", "2009年頃～2013年3月"),
    ],
)
def test_a_date_reads_from_the_year_to_the_day(stated: str, words: str) -> None:
    with translation.override("ja"):
        assert dates.parse(stated).words() == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("5000000000000", "5兆 USD"),
        ("5000000000", "50億 USD"),
        ("125000000", "1.25億 USD"),
        ("2500000", "250万 USD"),
        ("1234000", "1,234,000 USD"),
        ("20000", "20,000 USD"),
    ],
)
def test_a_large_amount_is_counted_in_ten_thousands(amount: str, words: str) -> None:
    with translation.override("ja"):
        assert money.words(Decimal(amount), currency="USD") == words


def test_a_range_and_a_qualifier_take_their_places() -> None:
    with translation.override("ja"):
        assert money.words(Decimal(1_000_000), Decimal(2_000_000), "USD") == "100～200万 USD"
        assert money.words(Decimal(2_000_000), currency="USD", qualifier="over") == "200万 USD超"
        assert (
            money.words(Decimal(2_000_000), currency="USD", qualifier="about", per="year") == "年約200万 USD"
        )


@pytest.mark.parametrize("language", ["en", "fr", "ja"])
def test_words_of_a_source_that_say_the_date_in_its_own_language_are_not_repeated(language: str) -> None:
    with translation.override(language):
        assert beyond_date("June 2022", "2022-06") == ""
        assert beyond_date("2022年6月", "2022-06") == ""
        assert beyond_date("early summer", "2022-06") == "early summer"


@pytest.mark.django_db
def test_a_list_is_told_in_japanese_and_its_content_in_its_own_language(client: Client) -> None:
    make_event(title="Madrid Summit 2022", date="2022-06-29")
    page = client.get("/ja/events/").text
    assert '<html lang="ja"' in page
    assert "行事1件" in page
    assert "2022年6月29日" in page
    assert "Madrid Summit 2022" in page
