"""Names that may mean the same, and web addresses of the same page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership.editorial.alike import Closeness, closeness, page_address, taken_apart

pytestmark = pytest.mark.one_engine

WORDS = st.sampled_from(
    ["Madrid", "Summit", "NATO", "of", "Meetings", "Meeting", "2022", "2023", "Türkiye", "Mardid"]
)


def close(one, other):
    return closeness(taken_apart(one), taken_apart(other))


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Madrid Summit 2022", "MADRID SUMMIT – 2022", Closeness.SAME),
        ("Madrid Summit 2022", "Summit of Madrid, 2022", Closeness.SAME),
        ("Counter-terrorism", "Counterterrorism", Closeness.SAME),
        ("Visit to Türkiye", "Visit to Turkiye", Closeness.SAME),
        ("北大西洋条約機構", "北大西洋条約機構", Closeness.SAME),
        ("Madird Summit 2022", "Madrid Summit 2022", Closeness.MISTYPED),
        ("Madrid Summits 2022", "Madrid Summit 2022", Closeness.MISTYPED),
        ("Cyber defense", "Cyber defence", Closeness.MISTYPED),
        ("Parties", "Party", Closeness.MISTYPED),
        ("A program of work", "A programme of work", Closeness.MISTYPED),
        ("NATO Madrid Summit", "Madrid Summit 2022", Closeness.WITHIN),
        ("Locked Shields", "Locked Shields 2019", Closeness.WITHIN),
        ("Locked Shields 2018", "Locked Shields 2019", Closeness.APART),
        ("Training in Afghanistan", "Training in Tajikistan", Closeness.APART),
        ("Visit to Austria", "Visit to Australia", Closeness.APART),
        ("Iran", "Iraq", Closeness.APART),
        ("Niger", "Nigeria", Closeness.APART),
        ("JSDF", "JMSDF", Closeness.APART),
        ("Summit", "Madrid Summit", Closeness.APART),
        ("", "", Closeness.APART),
        ("–", "…", Closeness.APART),
    ],
)
def test_names_are_compared_as_words(one, other, found):
    assert close(one, other) == close(other, one) == found


@settings(max_examples=25)
@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6))
def test_closeness_is_the_same_both_ways_and_a_name_is_the_same_as_itself(one, other):
    one, other = " ".join(one), " ".join(other)
    assert close(one, other) == close(other, one)
    assert close(one, one) == (Closeness.SAME if one else Closeness.APART)


@pytest.mark.parametrize(
    "address",
    [
        "http://nato.int/topics/?b=2&a=1",
        "https://WWW.NATO.int/topics?a=1&b=2#history",
        "https://www.nato.int:443/topics/?a=1&b=2&utm_source=mail&UTM_Medium=x",
    ],
)
def test_an_address_is_the_page_it_leads_to(address):
    assert page_address(address) == "nato.int/topics?a=1&b=2"


@pytest.mark.parametrize("address", ["", "no address", "https://[::1", "https://example.org:port/"])
def test_what_is_no_address_is_none(address):
    assert page_address(address) == ""
