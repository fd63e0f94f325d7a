"""French: the typography of its catalogue, its plurals, dates and amounts."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.translation import override

from partnership import dates, money
from tests.factories import make_event
from tests.test_catalogues import catalogue

pytestmark = pytest.mark.one_engine

NARROW, WIDE = "\u202f", "\u00a0"
MARKUP = re.compile(r"<[^>]+>")
WRONG = {
    "a blank that may break before a mark": re.compile(r" [:;!?»]|« "),
    "a quotation mark without its blank": re.compile(rf"«[^{WIDE}]|[^{WIDE}]»"),
    "the blank of another mark": re.compile(rf"{NARROW}:|{WIDE}[;!?](?![{WIDE}])"),
    "an apostrophe of the typewriter": re.compile(r"'"),
    "an English quotation mark": re.compile(r"[“”]"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_the_catalogue_has_the_typography_of_french(mistake: str) -> None:
    words = [MARKUP.sub("", each) for message in catalogue("fr") for each in message.translations]
    assert [each for each in words if WRONG[mistake].search(each)] == []


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("2022-06-01", "1er juin 2022"),
        ("2022-06-28/2022-07-01", "28 juin – 1er juillet 2022"),
        ("2014/..", "depuis 2014"),
        ("2014-03-12/..", "depuis le 12 mars 2014"),
        ("199X~/..", "depuis les années 1990 (date approximative)"),
        ("../199X", "jusqu’aux années 1990"),
        ("2014-06/", "à partir de juin 2014 (fin non précisée)"),
        ("2005%", "2005 (date approximative et incertaine)"),
    ],
)
def test_a_date_takes_its_article_and_preposition(stated: str, words: str) -> None:
    with override("fr"):
        assert dates.parse(stated).words() == words


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1500000", "1,5 million EUR"),
        ("5000000000", "5 milliards EUR"),
        ("5000000000000", "5 000 milliards EUR"),
        ("12345.6", "12 345,60 EUR"),
    ],
)
def test_an_amount_stands_before_its_currency(amount: str, expected: str) -> None:
    with override("fr"):
        words = money.words(Decimal(amount), currency="EUR")
    assert words.replace(WIDE, " ").replace(NARROW, " ") == expected


@pytest.mark.django_db
def test_one_event_is_told_in_the_singular(client: Client) -> None:
    make_event(title="Sommet de Madrid", date="2022-06-29")
    page = client.get("/fr/events/").text
    assert '<html lang="fr"' in page
    assert "1 événement" in page
