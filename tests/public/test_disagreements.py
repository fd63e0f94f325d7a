"""Where sources disagree: what is shown, who says so, and who says otherwise; and the marks that lead to sources."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import Event, FundFigure
from partnership.public.citing import Evidence, disagreements
from tests.factories import (
    add_party,
    add_source,
    add_step,
    make_contribution,
    make_event,
    make_fund,
    make_operation,
    make_programme,
    make_relation,
    make_source,
    make_term,
)

from .reading import text_of

pytestmark = pytest.mark.django_db


def fetched(entry):
    return type(entry).objects.for_detail().get(pk=entry.pk)


def of(entry):
    return disagreements(fetched(entry))


def section(client, entry) -> str:
    """The words under “Where sources disagree” on an entry's page; empty if it is not there."""
    text = text_of(client.get(entry.get_absolute_url()))
    return text.partition("Where sources disagree")[2].partition("Sources")[0]


def test_a_field_that_a_source_contradicts_tells_both_values_and_who_says_which(client):
    event = make_event("summit", date="2022-06-29", sources=())
    add_source(event, "our-page", supports="date", locator="Lead", value_stated="29 June")
    add_source(
        event, "their-page", supports="date", stance="contradicts", locator="News", value_stated="30 June"
    )

    (found,) = of(event)

    assert (found.about, found.shown) == ("date", "29 June 2022")
    assert [citation.source.slug for citation in found.agreeing] == ["our-page"]
    assert [citation.source.slug for citation in found.contradicting] == ["their-page"]
    shown, _otherwise, other = section(client, event).partition("Said otherwise")
    assert "Date Shown here 29 June 2022 Our page, in “Lead”: it gives “29 June”" in shown
    assert other.split() == ["“30", "June”", "Their", "page,", "in", "“News”"]


def test_where_no_source_speaks_of_the_place_those_of_the_whole_stand_for_it():
    event = make_event("summit", place="Madrid", sources=("a-page",))
    add_source(event, "their-page", supports="place", stance="contradicts", value_stated="Rome")

    (found,) = of(event)

    assert [citation.source.slug for citation in found.agreeing] == ["a-page"]


def test_a_value_for_which_no_source_is_cited_says_so(client):
    event = make_event("summit", place="Madrid", sources=())
    add_source(event, "their-page", supports="place", stance="contradicts", value_stated="Rome")

    assert "Madrid No source is cited for it." in section(client, event)


@pytest.mark.parametrize("stance", ["supports", "no-longer-states", "unconfirmed"])
def test_no_other_stance_is_a_disagreement(client, stance):
    event = make_event("summit", place="Madrid")
    add_source(event, "their-page", supports="place", stance=stance)

    assert section(client, event) == ""


def test_the_other_stances_stand_in_the_list_of_sources_with_their_words(client):
    event = make_event("summit", place="Madrid")
    add_source(event, "b-page", supports="place", stance="no-longer-states")
    add_source(event, "c-page", supports="place", stance="unconfirmed")

    sources = text_of(client.get(event.get_absolute_url())).rpartition("Sources")[2]

    assert "No longer states: place" in sources
    assert "Does not confirm: place" in sources


def test_the_whole_record_can_be_contradicted(client):
    event = make_event("summit")
    add_source(event, "their-page", stance="contradicts", note="It was called off.")

    assert "The whole of it Shown here as it stands above A page" in section(client, event)
    assert "Their page · It was called off." in section(client, event)


def test_fields_that_are_one_fact_are_one_place():
    event = make_event("summit", date="2022", sources=())
    add_source(event, "our-page", supports="date")
    add_source(event, "their-page", supports="date_stated", stance="contradicts", value_stated="spring")

    (found,) = of(event)

    assert found.about == "date"
    assert [citation.source.slug for citation in found.agreeing] == ["our-page"]


def test_what_is_shown_of_each_sort_of_field_is_in_words():
    event = make_event(
        "summit", areas=("space", "cyber"), level=make_term("level", "ministers"), summary="It *was*."
    )
    contribution = make_contribution(amount=2_000_000, currency="EUR", stage="paid", period="2009/2013")
    programme = make_programme("framework")
    add_step(programme, "step-agreed", "2014")
    operation = make_operation("mission")
    for entry, fields in (
        (event, ("areas", "level", "summary", "place", "series")),
        (contribution, ("amount", "stage", "period")),
        (programme, ("date",)),
        (operation, ("theatre",)),
    ):
        for field in fields:
            add_source(entry, f"on-{field}", supports=field, stance="contradicts")

    assert {found.about: found.shown for found in of(event)} == {
        "areas": "Cyber, Space",
        "level of the meeting": "Ministers",
        "summary": "It was.",
        "place": "not stated",
        "edition of": "not stated",
    }
    assert {found.about: found.shown for found in of(contribution)} == {
        "amount": "EUR 2 million",
        "stage": "paid",
        "period covered": "2009–2013",
    }
    assert [found.shown for found in of(programme)] == ["since 2014"]
    assert [found.shown for found in of(operation)] == ["not stated"]


def test_a_row_that_a_source_contradicts_is_told_with_its_date():
    fund = make_fund("package")
    figure = FundFigure.objects.create(
        record=fund, kind=make_term("figure", "budget"), amount=5_000_000, currency="EUR", date="2014"
    )
    step = add_step(fund, "step-agreed", "2013-05")
    row = add_party(fund, "spain", "lead-nation")
    for key in (figure.key, step.key, row.key):
        add_source(fund, f"on-{key.partition('.')[2]}", supports=key, stance="contradicts")

    assert {found.shown for found in of(fund)} == {
        "Budget: EUR 5 million, 2014",
        "Step agreed, May 2013",
        "Spain – Lead nation",
    }


def test_a_statement_of_a_relation_can_be_contradicted():
    relation = make_relation()
    add_source(relation, "their-page", supports=relation.statements.get().key, stance="contradicts")

    (found,) = of(relation)

    assert (found.about, found.shown) == ("Highlights", "They have worked together for long.")


def test_nothing_that_is_not_public_is_named(client):
    event = make_event("summit")
    hidden = add_party(event, "secret-party")
    type(hidden.party).objects.filter(pk=hidden.party.pk).update(status="draft")
    add_source(event, "their-page", supports=hidden.key, stance="contradicts")
    make_source("secret-page", title="Secret page", status="draft")
    add_source(event, "secret-page", supports="date", stance="contradicts")

    assert of(event) == []
    text = text_of(client.get(event.get_absolute_url()))
    assert "Secret" not in text
    assert "Contradicts" not in text


# Marks


def test_a_fact_leads_to_its_source_at_the_foot_of_the_page(client):
    event = make_event("summit", date="2022", place="Madrid", sources=("a-page",))
    add_source(event, "b-page", supports="place", locator="Lead")
    add_source(event, "c-page", supports=event.involvements.get().key)

    html = client.get(event.get_absolute_url()).content.decode()

    place = html.partition("<dt>Place</dt>")[2].partition("</dd>")[0]
    assert re.findall(r'href="#source-(\d)" aria-label="([^"]*)"', place) == [("2", "Source 2: Lead")]
    taking_part = html.partition('<ul class="parties-list">')[2].partition("</ul>")[0]
    assert 'href="#source-3"' in taking_part
    assert html.count('id="source-3"') == 1
    assert "C page" in html.partition('id="source-3"')[2]


def test_the_record_as_a_whole_is_marked_at_its_head(client):
    for fields in ({"summary": "It was so."}, {}):
        event = make_event(**fields)
        head = client.get(event.get_absolute_url()).content.decode().partition('<dl class="facts">')[0]
        assert 'href="#source-1"' in head


def test_figures_steps_and_links_of_a_page_have_marks(client):
    fund = make_fund("package", purpose="Pays for radios.")
    figure = FundFigure.objects.create(
        record=fund, kind=make_term("figure", "budget"), amount=5_000_000, currency="EUR"
    )
    add_source(fund, "b-page", supports=figure.key)
    add_source(fund, "c-page", supports=add_step(fund, "step-agreed", "2014").key)
    add_source(fund, "d-page", supports="purpose")
    programme = make_programme("new")
    link = programme.links.create(programme=make_programme("old"), word=make_term("link", "renews"))
    add_source(programme, "b-page", supports=link.key)

    html = client.get(fund.get_absolute_url()).content.decode()

    assert 'href="#source-2"' in html.partition("<table>")[2].partition("</table>")[0]
    assert 'href="#source-3"' in html.partition('<ol class="steps">')[2].partition("</ol>")[0]
    assert 'href="#source-4"' in html.partition("<dt>Purpose</dt>")[2].partition("</dd>")[0]
    html = client.get(programme.get_absolute_url()).content.decode()
    assert 'href="#source-2"' in html.partition("Other programmes")[2].partition("</ul>")[0]


def test_a_mark_that_does_not_support_says_so():
    event = make_event("summit", place="Madrid", sources=())
    add_source(event, "b-page", supports="place", stance="no-longer-states")

    (mark,) = Evidence(Event.objects.for_detail().get().citations.all()).marks("place")

    assert (mark.number, mark.stance) == (1, "No longer states")


# Queries


def test_disagreements_and_marks_take_no_more_queries_for_many_places(client):
    def queries(event) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "Where sources disagree" in client.get(event.get_absolute_url()).content.decode()
        return len(captured)

    few, many = make_event("few"), make_event("many")
    add_source(few, "b-page", supports=few.involvements.get().key, stance="contradicts")
    for number in range(8):
        row = add_party(many, f"party-{number}")
        add_source(many, f"page-{number}", supports=row.key, stance="contradicts")

    assert queries(many) == queries(few)
