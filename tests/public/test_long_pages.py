"""Pages stay short however much is recorded: each tells the first of many, how many more there are, and where."""

from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from partnership.models import Contribution, Fund
from partnership.public.account import statements_on
from partnership.public.citing import SourceNumbers
from partnership.public.cut import Cut, cut
from partnership.public.giving import who_gave
from partnership.public.mentions import mentions
from partnership.public.resting import citing_groups, objections
from tests.factories import (
    add_source,
    add_step,
    make_area,
    make_contribution,
    make_event,
    make_fund,
    make_party,
    make_programme,
    make_relation,
    make_source,
    make_standing,
)

from .filtering import found
from .reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def queries(read) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert read()
    return len(captured)


def parts(address: str) -> tuple[str, dict[str, str]]:
    """The path of an address and what it asks for."""
    path, _, query = address.partition("?")
    return path, dict(parse_qsl(query))


def test_a_cut_holds_the_first_and_counts_the_others():
    assert cut([1, 2, 3], 2) == Cut([1, 2], 1)
    assert cut([1, 2], 2) == Cut([1, 2], 0)
    assert not cut([])


# Mentions


def test_a_page_names_the_first_texts_that_mention_it(client):
    event = make_event("summit")
    for number in range(28):
        make_fund(title=f"Fund {number:02}", purpose="See [it](event:summit).")

    told = mentions(event)

    assert [mention.title for mention in told.first] == [f"Fund {number:02}" for number in range(25)]
    assert told.more == 3
    text = text_of(client.get(event.get_absolute_url()))
    assert "Fund 24 Fund · Purpose and 3 more" in text
    assert "Fund 25" not in text


# Sources


def test_a_source_names_the_first_relations_that_cite_it(client):
    for number in range(27):
        make_relation(party=f"party-{number:02}")

    (group,) = citing_groups(make_source())

    assert (len(group.entries), group.count, group.more) == (25, 27, 2)
    assert [citing.entry.party.slug for citing in group.entries] == [f"party-{n:02}" for n in range(25)]
    text = text_of(client.get("/sources/a-page/"))
    assert "Party 24" in text
    assert "and 2 more" in text
    assert "Party 25" not in text


def test_a_source_names_the_first_places_it_contradicts_and_leads_to_the_lists(client):
    source = make_source("other")
    for number in range(20):
        add_source(make_event(title=f"Event {number:02}"), "other", supports="date", stance="contradicts")
    for number in range(7):
        add_source(make_fund(title=f"Fund {number:02}"), "other", stance="contradicts")
    make_contribution(sources=("other",))
    add_source(make_event(), "other")

    told = objections(source)

    titles = [*(f"Event {n:02}" for n in range(20)), *(f"Fund {n:02}" for n in range(5))]
    assert [str(each.entry) for each in told.shown.first] == titles
    assert told.shown.more == 2
    asked = {"disputed": "1", "source": "other"}
    assert [(each.label, *parts(each.address), each.count) for each in told.lists] == [
        ("Events", "/events/", asked, 20),
        ("Funds", "/funds/", asked, 7),
    ]
    response = client.get("/sources/other/")
    for each in told.lists:
        assert f'href="{escape(each.address)}"' in response.content.decode()
    assert "and 2 more" in text_of(response)
    for each in told.lists:
        assert client.get(each.address).context["count"] == each.count


def test_a_source_that_contradicts_little_leads_to_no_list(client):
    for _number in range(25):
        add_source(make_event(), "other", stance="contradicts")

    told = objections(make_source("other"))

    assert (len(told.shown.first), told.shown.more, told.lists) == (25, 0, [])


# Events


def test_an_event_names_the_first_steps_taken_at_it(client):
    event = make_event("summit")

    def add(number: int) -> None:
        for each in range(number):
            add_step(make_programme(title=f"Programme {each:02}"), "step-agreed", event=event)
            add_step(make_fund(title=f"Fund {each:02}"), "step-agreed", event=event)

    add_step(make_standing(), "step-agreed", event=event)
    draft = make_fund(status="draft")
    add_step(draft, "step-agreed", event=event)
    assert client.get("/events/summit/").context["steps_here"].more == 0
    add(1)
    few = queries(lambda: client.get("/events/summit/").context["steps_here"])
    add(30)

    response = client.get("/events/summit/")

    told = response.context["steps_here"]
    assert (len(told.first), told.more) == (25, 63 - 25)
    assert response.text.count("– Step agreed</li>") == 25
    assert "and 38 more" in text_of(response)
    assert queries(lambda: client.get("/events/summit/").context["steps_here"]) <= few


# Areas


def test_an_area_tells_the_first_statements_on_it(client):
    area = make_area("space")
    for number in range(26):
        relation = make_relation(party=f"party-{number:02}")
        relation.statements.update(area=area, text=f"Statement {number:02}.")
    last = type(relation).objects.get(pk=relation.pk)

    told = statements_on(area, SourceNumbers())

    assert [each.statement.text for each in told.shown.first] == [f"Statement {n:02}." for n in range(25)]
    assert told.shown.more == 1
    assert told.changed == last.changed
    text = text_of(client.get("/areas/space/"))
    assert "Statement 24." in text
    assert "and 1 more" in text
    assert "Statement 25." not in text


def test_an_area_without_statements_tells_none(client):
    told = statements_on(make_area("space"), SourceNumbers())

    assert (bool(told.shown), told.changed) == (False, None)
    assert client.get("/areas/space/").status_code == 200


# Who gave


@pytest.fixture
def fund() -> Fund:
    return make_fund("a-fund")


def give(fund: Fund, amount: int | None, donor: str, **fields) -> Contribution:
    paid = {"stage": "paid", "currency": "USD" if amount else "", "date": "2022"}
    return make_contribution(fund=fund, amount=amount, parties=((donor, "donor"),), **{**paid, **fields})


def test_a_year_names_ten_donors_and_leads_to_the_list_of_all(client, fund):
    for number in range(13):
        give(fund, 100 + number, f"donor-{number:02}")
    give(fund, 1, "spain", date="2021")

    this, before = who_gave(fund).groups

    assert [row.donor.slug for row in this.given] == [f"donor-{number:02}" for number in range(12, 2, -1)]
    assert this.more.count == 3
    assert parts(this.more.address) == (
        "/contributions/",
        {"fund": "a-fund", "from": "2022", "to": "2022"},
    )
    assert len(found(Contribution, this.more.address.partition("?")[2])) == 13
    assert before.more is None
    response = client.get(fund.get_absolute_url())
    assert f'<a href="{escape(this.more.address)}">3 more donors' in response.content.decode()
    who = text_of(response).partition("Who gave")[2].partition(" contributions USD")[0]
    assert "Donor 03 USD 103 paid" in who
    assert "Donor 02 USD" not in who


def test_no_currency_hides_the_largest_donor_of_another(fund):
    for number in range(12):
        give(fund, 100 + number, f"donor-{number:02}", currency="EUR")
    give(fund, 9, "spain")
    give(fund, 5, "donor-11")

    (group,) = who_gave(fund).groups

    assert [(row.donor.slug, row.figure.words) for row in group.given] == [
        *((f"donor-{number:02}", f"EUR {100 + number} paid") for number in range(11, 2, -1)),
        ("spain", "USD 9 paid"),
        ("donor-11", "USD 5 paid"),
    ]
    assert group.more.count == 3


def test_donors_of_no_one_year_beyond_ten_are_in_the_list_of_all_that_the_fund_was_given(fund):
    for number in range(11):
        give(fund, 1, f"donor-{number:02}", date="2021/2022")

    (group,) = who_gave(fund).groups

    assert (group.more.count, group.more.address) == (1, "/contributions/?fund=a-fund")


def test_notes_are_of_the_rows_that_are_shown(fund):
    for number in range(10):
        give(fund, 100 + number, f"donor-{number:02}")
    make_party("ministry", parent=make_party("spain"))
    give(fund, 1, "ministry")
    give(fund, 1, "spain")

    assert who_gave(fund).notes == []


def test_contributions_that_no_list_shows_alone_are_named_up_to_ten(client, fund):
    for number in range(12):
        give(fund, 1, "japan", title=f"About {number:02}", date="2022~")
        give(fund, None, "japan", title=f"Goods {number:02}", date="2022~")
    give(fund, 1, "japan", date="2022")
    give(fund, None, "japan", date="2022")

    last = who_gave(fund).groups[-1]

    (row,), (beside,) = last.given, last.beside
    for titles, word in ((row.contributions, "About"), (beside.contributions, "Goods")):
        assert [each.title for each in titles.first] == [f"{word} {number:02}" for number in range(10)]
        assert titles.more == 2
    text = text_of(client.get(fund.get_absolute_url()))
    assert "About 08; About 09 and 2 more" in text
    assert "Goods 08; Goods 09 and 2 more" in text
