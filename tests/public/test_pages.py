import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership.models import RECORD_MODELS, Relation, Source, Status
from tests.factories import (
    add_party,
    add_source,
    make_area,
    make_event,
    make_party,
    make_programme,
    make_record,
    make_relation,
    make_source,
    make_standing,
    make_term,
)
from tests.public.reading import SCRIPT, text_of

pytestmark = pytest.mark.django_db

INDEXES = ("home", "relations", "parties", "areas", "sources")


@pytest.fixture
def addresses() -> list[str]:
    """One address of every page of this module, with something on each."""
    relation = make_relation()
    event = make_event("a-summit", title="A Summit", areas=("cyber-defence",))
    make_source("a-page")
    return [
        *(reverse(name) for name in INDEXES),
        relation.get_absolute_url(),
        make_party("japan").get_absolute_url(),
        event.areas.get().get_absolute_url(),
        make_source("a-page").get_absolute_url(),
    ]


# Every page


def test_every_page_has_one_heading_a_skip_link_and_a_title_with_the_site(client: Client, addresses):
    for address in addresses:
        page = client.get(address).content.decode()
        assert page.count("<h1") == 1, address
        assert re.search(r"<title>\s*\S.* - Partnership</title>", page), address
        assert re.search(r'<body>\s*<a class="skip-link" href="#main">', page), address
        assert '<html lang="en" dir="ltr">' in page, address


def test_no_page_has_script_style_or_cookie(client: Client, addresses):
    for address in addresses:
        response = client.get(address)
        assert not SCRIPT.search(response.content.decode()), address
        assert not re.search(rb"<style|\sstyle=|\son[a-z]+=", response.content), address
        assert not response.cookies, address
        assert "script-src 'self'" in response.headers["Content-Security-Policy"], address


def test_every_page_says_when_it_was_last_updated(client: Client):
    relation = make_relation()
    for address in (relation.get_absolute_url(), reverse("home"), relation.party.get_absolute_url()):
        assert "Last updated" in text_of(client.get(address)), address


@pytest.mark.parametrize("name", INDEXES)
def test_an_empty_register_has_its_pages(client: Client, name):
    assert client.get(reverse(name)).status_code == 200


def test_the_navigation_marks_where_the_reader_is(client: Client):
    party = make_party("japan")
    assert b'href="/parties/" aria-current="page"' in client.get("/parties/").content
    assert b'href="/parties/" aria-current="true"' in client.get(party.get_absolute_url()).content
    assert b'aria-current="page"' not in client.get("/").content


# Home


def test_home_counts_the_published_records_of_each_kind(client: Client):
    make_event()
    make_event()
    make_event(status=Status.DRAFT)
    counts = {address: number for address, _heading, number in client.get("/").context["counts"]}
    assert counts.pop("/events/") == 2
    assert set(counts.values()) == {0}
    assert len(counts) == len(RECORD_MODELS) - 1


def test_home_names_the_organisation_and_leads_to_its_relations(client: Client):
    make_relation()
    response = client.get("/")
    assert b'href="/relations/nato/japan/"' in response.content
    assert "what Nato and its partners" in text_of(response)


def test_home_shows_the_five_latest_changes_and_none_of_a_draft(client: Client):
    for number in range(6):
        make_event(f"event-{number}", date=f"201{number}")
    make_event("secret", title="Secret", status=Status.DRAFT, date="2020")
    changes = [change["title"] for change in client.get("/").context["changes"]]
    assert changes == ["Event 5", "Event 4", "Event 3", "Event 2", "Event 1"]


def test_home_leads_from_a_changed_relation_to_its_page(client: Client):
    relation = make_relation()
    changes = {change["kind"]: change["address"] for change in client.get("/").context["changes"]}
    assert changes["relation"] == relation.get_absolute_url()


# What became of an address


@pytest.mark.parametrize("status", [Status.DRAFT, None])
def test_a_draft_is_the_same_404_as_what_never_was(client: Client, status):
    if status:
        make_relation("gone", status=status)
        make_party("gone", status=status)
        make_area("gone", status=status)
        make_source("gone", status=status)
    for address in ("/relations/nato/japan/", "/parties/gone/", "/areas/gone/", "/sources/gone/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "There is no such page" in text_of(response)


def test_what_was_withdrawn_is_gone_and_says_why(client: Client):
    make_relation(status=Status.WITHDRAWN)
    make_party("withdrawn", status=Status.WITHDRAWN)
    for address in ("/relations/nato/japan/", "/parties/withdrawn/"):
        response = client.get(address)
        assert response.status_code == 410
        assert "It was entered twice." in text_of(response)


def test_past_the_last_page_of_a_list_leads_to_the_first(client: Client):
    response = client.get("/sources/?page=9&q=a")
    assert response.status_code == 404
    assert b'href="/sources/?q=a"' in response.content
    assert b"first page" not in client.get("/parties/nobody/?page=9").content
    assert b"first page" not in client.get("/nowhere/?page=9").content


# Parties


def test_parties_stand_under_their_kinds_with_their_records(client: Client):
    make_party("navy", parent=make_party("japan"), kind="armed-service")
    both = make_event(parties=(("japan", "participant"), ("navy", "participant")))
    make_event(parties=(("navy", "participant"),))
    make_event(status=Status.DRAFT)
    make_party("hidden", status=Status.DRAFT)
    kinds = client.get("/parties/").context["kinds"]
    counted = {str(heading): [(each.party.slug, each.records) for each in group] for heading, group in kinds}
    assert counted == {
        "Countries": [("japan", 2)],
        "Organisations": [("nato", 0)],
        "Armed services": [("navy", 2)],
    }
    later = both.changed.replace(year=both.changed.year + 1)
    type(both).objects.filter(pk=both.pk).update(changed=later)
    type(both).objects.get(pk=both.pk).save()
    kinds = {str(heading): group for heading, group in client.get("/parties/").context["kinds"]}
    assert kinds["Countries"][0].changed == later


def test_a_party_shows_its_names_with_their_time_but_none_kept_for_search(client: Client):
    party = make_party("eswatini")
    party.names.create(text="Swaziland", form="former", valid="../2018")
    party.names.create(text="Swasiland", form="search")
    shown = text_of(client.get(party.get_absolute_url()))
    assert "Former name Swaziland (until 2018)" in shown
    assert "Swasiland" not in shown


def test_a_party_does_not_show_a_name_whose_source_is_not_public(client: Client):
    party = make_party("eswatini")
    party.names.create(text="Swaziland", form="former", source=make_source("old-list"))
    party.names.create(text="Ngwane", form="former", source=make_source("secret-list", status=Status.DRAFT))
    shown = text_of(client.get(party.get_absolute_url()))
    assert "Swaziland" in shown
    assert "Ngwane" not in shown


def test_a_party_shows_its_relatives_that_are_public(client: Client):
    japan = make_party("japan")
    navy = make_party("navy", parent=japan)
    make_party("secret-service", parent=japan, status=Status.DRAFT)
    assert "Navy" in text_of(client.get(japan.get_absolute_url()))
    assert "Secret Service" not in text_of(client.get(japan.get_absolute_url()))
    type(japan).objects.filter(pk=japan.pk).update(status=Status.DRAFT)
    assert "Japan" not in text_of(client.get(navy.get_absolute_url()))


def test_a_party_shows_its_standings_and_those_at_it(client: Client):
    make_standing("partner", title="Japan is a partner")
    assert "Japan is a partner" in text_of(client.get("/parties/japan/"))
    response = client.get("/parties/nato/")
    assert "Standings of others here" in text_of(response)
    assert b'href="/standings/?at=nato"' in response.content


# Areas and sources


def test_an_area_counts_its_records_and_names_the_parties_in_them(client: Client):
    make_event(areas=("cyber-defence",))
    make_programme(areas=("cyber-defence",), parties=(("australia", "participant"),))
    make_standing(areas=("cyber-defence",), party=make_party("korea"))
    make_event(areas=("cyber-defence",), parties=(("hidden", "participant"),), status=Status.DRAFT)
    ((area, count),) = client.get("/areas/").context["areas"]
    assert (area.slug, count) == ("cyber-defence", 3)
    response = client.get(area.get_absolute_url())
    active = {each.party.slug: each.records for each in response.context["parties"]}
    assert list(active) == ["australia", "japan", "korea"]
    assert [(str(record.label), record.count) for record in active["japan"]] == [("Events", 1)]
    assert b'href="/events/?area=cyber-defence"' in response.content


def test_an_area_leads_to_the_relations_that_speak_of_it(client: Client):
    relation = make_relation()
    area = make_area("cyber-defence", synonyms="cyber security")
    relation.statements.create(section=make_term("section", "highlights"), area=area, text="They train.")
    response = client.get(area.get_absolute_url())
    assert relation.get_absolute_url().encode() in response.content
    assert "cyber security" in text_of(response)
    assert "They train." in text_of(response)


def test_what_a_relation_says_of_an_area_leads_to_its_source_at_the_foot(client: Client):
    relation = make_relation()
    area = make_area("cyber-defence")
    told = relation.statements.create(
        section=make_term("section", "highlights"), area=area, text="They train."
    )
    add_source(relation, "a-report", supports=told.key, locator="page 7")
    add_source(relation, "secret-report", supports=told.key)
    Source.objects.filter(slug="secret-report").update(status=Status.DRAFT)
    page = client.get(area.get_absolute_url()).content.decode()
    assert re.search(
        r'They train\.</p><sup class="cite"><a href="#source-1" aria-label="Source 1: page 7"', page
    )
    assert re.search(r'id="source-1">.*?A report', page, re.DOTALL)
    assert "ecret" not in page
    make_relation(party="australia", status=Status.DRAFT).statements.update(area=area, text="Not yet.")
    assert "Not yet." not in text_of(client.get(area.get_absolute_url()))


def test_a_source_says_what_cites_it_and_for_what(client: Client):
    event = make_event("a-summit", title="A Summit", sources=())
    add_source(event, "a-page")
    add_source(event, "a-page", supports="date", locator="Lead")
    add_source(event, "a-page", supports=event.involvements.get().key, locator="page 2", stance="contradicts")
    make_event("secret", title="Secret", status=Status.DRAFT)
    shown = text_of(client.get("/sources/a-page/"))
    assert "A Summit All of it Date, in “Lead” Japan – Participant, in “page 2” Contradicts" in shown
    assert "Secret" not in shown


def test_a_source_does_not_name_what_a_row_names_before_it_is_public(client: Client):
    event = make_event("a-summit", sources=())
    make_party("hidden", status=Status.DRAFT)
    add_party(event, "hidden")
    add_source(event, "a-page", supports=event.involvements.get(party__slug="hidden").key)
    assert "idden" not in text_of(client.get("/sources/a-page/"))


def test_sources_are_paged_and_the_page_is_in_the_title(client: Client):
    for number in range(51):
        make_source(f"source-{number}")
    assert len(client.get("/sources/").context["sources"]) == 50
    assert "<title>Sources, page 2 - Partnership</title>" in client.get("/sources/?page=2").content.decode()


# A page runs the same number of queries however much is on it


def fill(number: int) -> None:
    """So many records of every kind with party, area, source, statement and name of their own."""
    relation = Relation.objects.filter(slug="nato-japan").first() or make_relation()
    section = make_term("section", "highlights")
    for each in range(number):
        area = make_area(f"area-{number}-{each}")
        child = make_party(f"child-{number}-{each}", parent=make_party("japan"))
        child.names.create(text="Name")
        make_relation(party=f"partner-{number}-{each}")
        statement = relation.statements.create(section=section, area=area, text="They met.")
        add_source(relation, f"source-{number}-{each}", supports=statement.key)
        for model in RECORD_MODELS:
            parties = (("japan", "participant"), (child.slug, "supporter"))
            record = make_record(model, parties=parties, areas=("cyber-defence", area.slug))
            add_source(record, supports=record.involvements.first().key)


@pytest.mark.one_engine
def test_the_number_of_queries_does_not_grow_with_the_records(client: Client, django_assert_num_queries):
    fill(2)
    make_party("japan")
    addresses = [
        *(reverse(name) for name in INDEXES),
        "/relations/nato/japan/",
        "/parties/japan/",
        "/areas/cyber-defence/",
        "/sources/a-page/",
    ]
    before = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        before[address] = len(queries)
    fill(6)
    for address in addresses:
        with django_assert_num_queries(before[address]):
            client.get(address)


def test_a_party_counts_the_standings_at_its_bodies_as_the_list_does(client: Client):
    make_party("nato", kind="organisation")
    make_party("centre", kind="body", parent=make_party("nato"))
    make_standing("at-nato")
    make_standing("at-centre", at=make_party("centre"))
    page = text_of(client.get("/parties/nato/"))
    assert "All 2 standings in the list" in page
    assert client.get("/standings/?at=nato").context["count"] == 2


def test_home_names_parties_that_have_relations_and_those_that_gather_them(client: Client):
    for slug, kind in (("japan", "country"), ("australia", "country"), ("nato", "organisation")):
        make_party(slug, kind=kind)
    make_party("navy", kind="armed-service")
    make_party("friends", kind="group")
    make_party("secret", status=Status.DRAFT)
    context = client.get("/").context
    assert [party.slug for party in context["parties"]] == ["australia", "japan", "nato"]
    assert [party.slug for party in context["groups"]] == ["friends"]


def test_the_index_of_parties_names_who_belongs_to_a_group_now(client: Client):
    friends, word = make_party("friends", kind="group"), make_term("standing", "participant-of")
    for slug in ("japan", "australia"):
        make_standing(party=make_party(slug), at=friends, word=word, date="2001/..")
    make_standing(party=make_party("spain"), at=friends, word=word, date="2001/2005")
    make_standing(party=make_party("secret", status=Status.DRAFT), at=friends, word=word, date="2001/..")
    kinds = {str(heading): group for heading, group in client.get("/parties/").context["kinds"]}
    assert [party.slug for party in kinds["Groups"][0].members] == ["australia", "japan"]


def test_the_index_of_parties_finds_one_by_any_of_its_names(client: Client):
    make_party("japan").names.create(text="日本", language="ja")
    make_party("spain")
    form = re.search(r'<form class="search" .*?</form>', client.get("/parties/").content.decode(), re.DOTALL)[
        0
    ]
    assert 'action="/search/"' in form
    assert '<input type="hidden" name="kind" value="party">' in form
    found = text_of(client.get("/search/", {"kind": "party", "q": "日本"}))
    assert "1 result" in found
