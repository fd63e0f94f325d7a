"""The relations of one party with several organisations, side by side."""

import re

import pytest
from django.test import Client

from partnership.models import Status
from tests.factories import (
    add_source,
    make_area,
    make_event,
    make_party,
    make_programme,
    make_relation,
    make_source,
    make_term,
)
from tests.public.reading import text_of

pytestmark = pytest.mark.django_db


def test_each_section_stands_in_a_row_with_what_every_relation_says(client: Client):
    first, second = make_relation(), make_relation(organisation="union")
    training = make_term("section", "training", order=1)
    second.statements.create(section=training, area=make_area("cyber-defence"), text="They train.")
    rows = client.get("/relations/japan/").context["side_by_side"].rows
    told = [
        (row.term.slug, [(cell.relation, cell.section is not None) for cell in row.cells]) for row in rows
    ]
    assert told == [
        ("highlights", [(first, True), (second, True)]),
        ("training", [(first, False), (second, True)]),
    ]
    shown = text_of(client.get("/relations/japan/"))
    assert "Nato The account says nothing under this heading. Union Cyber defence They train." in shown


def test_sources_are_numbered_row_by_row_over_both_relations(client: Client):
    first, second = make_relation(), make_relation(organisation="union")
    later = first.statements.create(section=make_term("section", "training", order=1), text="They train.")
    add_source(first, "last-page", supports=later.key)
    second.citations.update(source=make_source("second-page"))
    page = client.get("/relations/japan/").context["side_by_side"]
    assert [(cited.number, cited.source.slug) for cited in page.sources] == [
        (1, "a-page"),
        (2, "second-page"),
        (3, "last-page"),
    ]


def test_a_lede_leads_to_its_sources_which_stand_at_the_foot_before_those_of_the_rows(client: Client):
    first = make_relation(lede="They are partners.")
    second = make_relation(organisation="union", lede="They are friends.")
    add_source(first, "of-the-lede", locator="page 3")
    add_source(second, "of-the-other-lede")
    response = client.get("/relations/japan/")
    assert [(cited.number, cited.source.slug) for cited in response.context["side_by_side"].sources] == [
        (1, "of-the-lede"),
        (2, "of-the-other-lede"),
        (3, "a-page"),
    ]
    page = response.content.decode()
    assert re.search(
        r'They are partners\.</p>\s*<sup class="cite"><a href="#source-1" aria-label="Source 1: page 3"', page
    )
    assert re.search(r'They are friends\.</p>\s*<sup class="cite"><a href="#source-2"', page)
    assert re.search(r'id="source-1">.*?Of the lede.*?id="source-2">.*?Of the other lede', page, re.DOTALL)


def test_the_records_are_counted_by_kind_and_organisation_as_the_lists_count_them(client: Client):
    make_relation()
    make_relation(organisation="union")
    make_party("navy", parent=make_party("japan"))
    make_event(organisations=("nato", "union"))
    make_event(parties=(("navy", "participant"),))
    make_event(status=Status.DRAFT)
    make_programme(organisations=("union",))
    columns = client.get("/relations/japan/").context["side_by_side"].columns
    counts = {
        column.relation.organisation.slug: [(str(each.label), each.count) for each in column.records]
        for column in columns
    }
    assert counts == {"nato": [("Events", 2)], "union": [("Events", 1), ("Programmes", 1)]}
    for column in columns:
        for each in column.records:
            assert client.get(each.address).context["count"] == each.count


def test_a_draft_relation_is_no_column(client: Client):
    make_relation()
    make_relation(organisation="union")
    make_relation(organisation="secret", status=Status.DRAFT)
    response = client.get("/relations/japan/")
    assert len(response.context["side_by_side"].relations) == 2
    assert "ecret" not in text_of(response)


def test_the_only_relation_of_a_party_is_led_to_however_many_organisations_are_served(client: Client):
    make_relation()
    make_relation(organisation="union", party="australia")
    make_relation(organisation="union", status=Status.WITHDRAWN)
    assert client.get("/relations/japan/").headers["Location"] == "/relations/nato/japan/"
    assert client.get("/relations/nobody/").status_code == 404


def test_relation_and_party_lead_to_the_page_of_several_relations(client: Client):
    address = make_relation().get_absolute_url()
    link = b'href="/relations/japan/"'
    assert link not in client.get(address).content
    assert link not in client.get("/parties/japan/").content
    make_relation(organisation="union")
    assert link in client.get(address).content
    assert link in client.get("/parties/japan/").content
