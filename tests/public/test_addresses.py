"""Links to lists: each is the canonical address of what it shows."""

import re
from html import unescape

import pytest

from partnership.models import Contribution, Event, Standing
from partnership.public.addresses import list_address, query_of
from tests.factories import (
    add_party,
    add_source,
    make_contribution,
    make_event,
    make_exercise,
    make_fund,
    make_party,
    make_programme,
    make_relation,
    make_standing,
    make_term,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)"')


def test_parameters_stand_in_the_order_of_the_filters_and_options_in_their_own():
    asked = {"organisation": "nato", "together": ["b", "a"], "party": "japan", "kind": "visit", "q": "a b"}

    assert list_address(Event, asked) == (
        "/events/?q=a+b&kind=visit&party=japan&together=a&together=b&organisation=nato"
    )
    assert query_of(Standing, {"now": "member", "word": ["z", "a"]}) == "word=a&word=z&now=member"
    assert list_address(Contribution, {}) == "/contributions/"
    assert list_address(Contribution, {"donor": []}) == "/contributions/"


def test_a_filter_that_a_list_does_not_have_is_refused_by_name():
    with pytest.raises(ValueError, match=r"The list of events has no filter “donor”: name one of its own"):
        list_address(Event, {"donor": "japan"})


@pytest.fixture
def register() -> None:
    """Something behind every sort of link on the pages of a party, a group, a fund, an area and the home page."""
    make_relation()
    make_relation(organisation="union")
    make_party("friends", kind="group")
    for member in ("japan", "spain"):
        word = make_term("standing", "participant-of")
        make_standing(party=make_party(member), at=make_party("friends"), word=word, date="2001/..")
        make_standing(party=make_party(member), date="1994/..")
    for make in (make_event, make_exercise, make_programme):
        record = make(date="2014", areas=("space",), parties=(("japan", "host"), ("spain", "participant")))
        add_party(record, "japan", ordinal=1)
        add_source(record, "new-page", supports="date", stance="contradicts")
    make_event(level=make_term("level", "ministers"))
    leads = (("japan", "lead-nation"), ("spain", "lead-nation"), ("ukraine", "beneficiary"))
    fund = make_fund("a-fund", date="2014/..", parties=leads)
    money = {"amount": 5, "currency": "EUR", "stage": "paid", "fund": fund}
    for year in ("2014", "2015", ""):
        make_contribution(date=year, **money)
        make_contribution(date=year, fund=fund, areas=("space",))
    make_contribution(**{**money, "amount_upper": 6})


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/parties/japan/",
        "/parties/nato/",
        "/parties/friends/",
        "/funds/a-fund/",
        "/areas/space/",
        "/sources/",
        "/sources/a-page/",
        "/relations/japan/",
        "/relations/nato/japan/",
        "/contributions/",
        "/standings/",
        "/contributions/?donor_standing=partner&beneficiary_standing=partner",
        "/events/?from=2014&to=2014",
    ],
)
def test_every_link_to_a_list_is_the_canonical_address_of_what_it_shows(client, register, page):
    links = {unescape(each) for each in LINK.findall(client.get(page).content.decode()) if "?" in each}
    links = {each for each in links if not each.startswith("/report/")}  # asked about a page, it is no list
    found = {each for each in links if each.partition("?")[0].endswith("/")}
    files = {each.partition("?")[2] for each in links - found}
    files = {
        each for each in files if "in_total=counted" not in each
    }  # that of a picture is of what it draws
    canonical = {each: CANONICAL.search(client.get(each).content.decode()) for each in found}
    wrong = {
        each: unescape(match[1])
        for each, match in canonical.items()
        if match and unescape(match[1]) != f"http://testserver{each}"
    }

    assert found
    assert not wrong
    assert files <= {page.partition("?")[2]}, "a file is of the selection that the page shows"
    assert any(match for match in canonical.values())
