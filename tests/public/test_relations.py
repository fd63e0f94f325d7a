"""Relations: their index, their pages, and what became of their addresses."""

import re

import pytest
from django.test import Client

from partnership.models import Alias, IndexEntry, Party, Status, Term
from tests.factories import (
    add_party,
    add_source,
    add_step,
    make_area,
    make_contribution,
    make_event,
    make_party,
    make_programme,
    make_relation,
    make_standing,
    make_term,
)
from tests.public.reading import text_of

pytestmark = pytest.mark.django_db


def test_relations_are_in_alphabetical_order_whatever_the_accents(client: Client):
    for slug, name in (("zambia", "Zambia"), ("turkiye", "Türkiye"), ("aland", "Åland")):
        make_party(slug, name=name)
        make_relation(party=slug)
    ((_organisation, relations),) = client.get("/relations/").context["organisations"]
    assert [str(relation.party) for relation in relations] == ["Åland", "Türkiye", "Zambia"]


def test_a_draft_relation_is_in_no_list(client: Client):
    make_relation(status=Status.DRAFT)
    assert client.get("/relations/").context["organisations"] == []


def test_the_short_address_leads_to_the_relation_while_one_organisation_is_served(client: Client):
    make_relation()
    assert client.get("/relations/japan/").headers["Location"] == "/relations/nato/japan/"
    make_relation(organisation="union")
    assert client.get("/relations/japan/").context["side_by_side"].party.slug == "japan"


@pytest.mark.parametrize("party", ["nobody", "nato", "australia"])
def test_the_short_address_of_no_relation_is_not_found(client: Client, party):
    make_relation()
    make_relation(party="australia", status=Status.DRAFT)
    assert client.get(f"/relations/{party}/").status_code == 404


def test_a_relation_names_its_organisation_only_when_several_are_served(client: Client):
    address = make_relation().get_absolute_url()
    assert "Relations with Japan" in text_of(client.get(address))
    make_relation(organisation="union")
    assert "Nato: relations with Japan" in text_of(client.get(address))


def test_the_links_of_a_relation_name_the_organisation(client: Client):
    address = make_relation().get_absolute_url()
    make_event()
    assert b'href="/events/?party=japan&amp;organisation=nato"' in client.get(address).content


def test_a_relation_tells_its_statements_in_sections_and_those_of_an_area_together(client: Client):
    relation = make_relation()
    areas = make_term("section", "key-areas", label="Key areas", order=2)
    Term.objects.filter(slug="highlights").update(order=1)
    cyber = make_area("cyber-defence")
    texts = [
        (None, "Many areas are covered."),
        (cyber, "They train together."),
        (None, "Then there is more."),
        (cyber, "Again."),
    ]
    for position, (area, words) in enumerate(texts):
        relation.statements.create(section=areas, area=area, text=words, position=position)
    account = client.get(relation.get_absolute_url()).context["account"]
    assert [section.term.slug for section in account.sections] == ["highlights", "key-areas"]
    section = account.sections[1]
    assert [
        (str(group.area), [each.statement.text for each in group.statements]) for group in section.groups
    ] == [
        ("None", ["Many areas are covered."]),
        ("Cyber defence", ["They train together.", "Again."]),
        ("None", ["Then there is more."]),
    ]


def test_the_area_of_a_statement_does_not_show_before_it_is_public(client: Client):
    relation = make_relation()
    secret = make_area("secret", status=Status.DRAFT)
    relation.statements.create(section=make_term("section", "highlights"), area=secret, text="They met.")
    response = client.get(relation.get_absolute_url())
    assert "They met." in text_of(response)
    assert b"ecret" not in response.content


def test_every_statement_leads_to_its_source_at_the_foot(client: Client):
    relation = make_relation()
    second = relation.statements.create(section=make_term("section", "highlights"), text="They agree.")
    add_source(relation, "a-report", supports=second.key, locator="page 7")
    page = client.get(relation.get_absolute_url()).content.decode()
    assert re.search(r'They have worked together for long\.</p><sup class="cite"><a href="#source-1"', page)
    assert re.search(
        r'They agree\.</p><sup class="cite"><a href="#source-2" aria-label="Source 2: page 7"', page
    )
    assert re.search(r'id="source-2">.*?A report.*?page 7', page, re.DOTALL)


def test_a_source_that_contradicts_says_so_beside_its_mark(client: Client):
    relation = make_relation()
    statement = relation.statements.get()
    add_source(relation, "another-page", supports=statement.key, stance="contradicts")
    page = client.get(relation.get_absolute_url()).content.decode()
    assert re.search(
        r'>1</a></sup><sup class="cite"><a [^>]*>2</a></sup> <span class="tag">Contradicts<', page
    )


def test_a_relation_shows_the_records_of_the_party_and_of_what_is_under_it(client: Client):
    relation = make_relation()
    make_party("navy", parent=make_party("japan"), kind="armed-service")
    make_event("theirs", title="Theirs")
    make_event("navys", title="The navy’s", parties=(("navy", "participant"),))
    make_event("others", title="Of others", parties=(("australia", "participant"),))
    make_event("elsewhere", title="Elsewhere", organisations=("union",))
    make_event("drafted", title="Drafted", status=Status.DRAFT)
    make_standing("theirs-too", title="Partner of Nato")
    account = client.get(relation.get_absolute_url()).context["account"]
    shown = {shelf.kind: {row.record.title for row in shelf.rows} for shelf in account.shelves}
    assert shown == {"event": {"Theirs", "The navy’s"}}
    assert [row.standing.title for row in account.standings.rows] == ["Partner of Nato"]


def test_a_relation_shows_the_newest_ten_and_leads_to_all(client: Client):
    relation = make_relation()
    for year in range(2001, 2013):
        make_event(date=str(year))
    response = client.get(relation.get_absolute_url())
    (shelf,) = response.context["account"].shelves
    assert [row.record.date for row in shelf.rows] == [str(year) for year in range(2012, 2002, -1)]
    assert "All 12 events in the list" in text_of(response)


def test_a_relation_is_as_new_as_its_newest_record(client: Client):
    relation = make_relation()
    event = make_event()
    later = event.changed.replace(year=event.changed.year + 1)
    type(event).objects.update(changed=later)
    assert client.get(relation.get_absolute_url()).context["last_updated"] == later


def test_a_first_stands_beside_its_record(client: Client):
    relation = make_relation()
    event = make_event(parties=())
    scope = make_term("scope", "scope-summits", label="summits")
    add_party(event, "japan", representative="Prime Minister", ordinal=1, scope=scope)
    told = text_of(client.get(relation.get_absolute_url()))
    assert "Prime Minister, for the first time: summits" in told


def test_the_amounts_of_a_relation_open_the_contributions_that_make_them(client: Client):
    relation = make_relation()
    for organisation in ("nato", "nato", "union"):
        money = {"amount": "5000000.00", "currency": "USD", "stage": "paid"}
        make_contribution(organisations=(organisation,), **money)
    make_contribution(
        parties=(("australia", "donor"), ("japan", "beneficiary")), amount="7.00", currency="EUR"
    )
    make_contribution()
    response = client.get(relation.get_absolute_url())
    account = response.context["account"]
    assert "Given by Japan, by currency and stage" in text_of(response)
    for amounts, words in ((account.given, "USD 10 million"), (account.received, "EUR 7")):
        (figure,) = amounts.figures
        assert figure.amount_words == words
        assert client.get(figure.address).context["count"] == figure.count
    ((left_out),) = account.given.left_out
    assert client.get(left_out.address).context["count"] == left_out.count == 1


def test_a_relation_shows_the_programme_in_force_and_what_it_replaced(client: Client):
    relation = make_relation()
    sides = (("japan", "participant"), ("nato", "participant"))
    old = make_programme("old", title="Old programme", date="2014/2019", parties=sides)
    new = make_programme("new", title="New programme", date="2020/..", parties=sides)
    new.links.create(word=make_term("link", "supersedes"), programme=old, basis="inferred")
    make_programme("planned", date="2020/..", parties=sides, plan_state="planned")
    make_programme("undated", parties=sides)
    make_programme("of-many", date="2020/..", parties=(*sides, ("australia", "participant")))
    make_programme("of-others", date="2020/..", parties=(("australia", "participant"),))
    response = client.get(relation.get_absolute_url())
    assert [each.programme.slug for each in response.context["account"].programmes] == ["new"]
    assert "Supersedes: Old programme, 2014–2019 · Inferred" in text_of(response)


def test_a_programme_of_many_that_replaced_another_is_in_force_for_each_of_them(client: Client):
    relation = make_relation()
    new = make_programme(
        "new", date="2020/..", parties=(("japan", "participant"), ("australia", "participant"))
    )
    secret = make_programme("secret", title="Secret", status=Status.DRAFT)
    link = new.links.create(word=make_term("link", "supersedes"), programme=secret)
    assert not client.get(relation.get_absolute_url()).context["account"].programmes
    type(secret).objects.filter(pk=secret.pk).update(
        status=Status.PUBLISHED, first_published=new.first_published
    )
    (shown,) = client.get(relation.get_absolute_url()).context["account"].programmes
    assert (shown.programme, shown.replaces) == (new, [link])


def test_the_standings_of_a_relation_are_in_order_of_time_with_those_of_today_marked(client: Client):
    relation = make_relation()
    make_standing("undated", title="Without a date")
    member = make_standing("later", title="Later", word=make_term("standing", "member"))
    add_step(member, "step-agreed", "2020")
    make_standing("former", title="Former", date="2001/2019")
    response = client.get(relation.get_absolute_url())
    standings = response.context["account"].standings
    assert [(row.standing.title, row.holds_today) for row in standings.rows] == [
        ("Former", False),
        ("Later", True),
        ("Without a date", False),
    ]
    assert "Step agreed: 2020" in text_of(response)
    listed = client.get(standings.address)
    assert [row.standing for row in standings.rows] == list(listed.context["records"])


def test_what_holds_today_is_what_the_list_says_is_in_force(client: Client):
    relation = make_relation()
    for number, stated in enumerate(
        ("2001/..", "2001/", "2001/2002", "199X/..", "2001~/..", "../2999", "", "2999/..")
    ):
        make_standing(f"standing-{number}", date=stated)
    make_standing("planned", date="2001/..", plan_state="planned")
    rows = client.get(relation.get_absolute_url()).context["account"].standings.rows
    listed = client.get("/standings/", {"in_force": "1"}).context["records"]
    assert {row.standing for row in rows if row.holds_today} == set(listed)
    assert listed


def test_an_old_address_of_a_party_leads_to_its_page_and_to_its_relation(client: Client):
    make_relation(party="eswatini")
    Alias.objects.create(address="party:swaziland", target="party:eswatini")
    for old, new in (
        ("/parties/swaziland/", "/parties/eswatini/"),
        ("/relations/nato/swaziland/", "/relations/nato/eswatini/"),
    ):
        response = client.get(old)
        assert (response.status_code, response.headers["Location"]) == (301, new)


def test_an_alias_of_a_party_without_relation_leads_nowhere(client: Client):
    make_relation()
    make_party("eswatini")
    Alias.objects.create(address="party:swaziland", target="party:eswatini")
    assert client.get("/relations/nato/swaziland/").status_code == 404


def test_a_statement_shows_the_words_in_which_its_source_dates_it(client: Client):
    relation = make_relation()
    relation.statements.update(date="199X/..", date_stated="early 1990s")
    words = text_of(client.get(relation.get_absolute_url()))
    assert "since the 1990s “early 1990s”" in words


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
@pytest.mark.parametrize("slug", ["nato", "japan"])
def test_a_relation_of_a_party_that_is_not_public_shows_nothing(client: Client, slug, status):
    relation = make_relation()
    relation.statements.update(area=make_area("cyber-defence"))
    Party.objects.filter(slug=slug).update(status=status, withdrawn_reason="It was entered twice.")
    name = Party.objects.get(slug=slug).name
    assert client.get("/relations/nato/japan/").status_code == 404
    assert client.get("/relations/japan/").status_code == 404
    for address in ("/", "/relations/", "/areas/cyber-defence/", "/sources/a-page/"):
        assert f"elations with {name}" not in text_of(client.get(address)), address
        assert "/relations/nato/japan/" not in client.get(address).content.decode(), address
    other = {"nato": "japan", "japan": "nato"}[slug]
    assert "/relations/nato/japan/" not in client.get(f"/parties/{other}/").content.decode()
    if slug == "japan":
        assert "relation" not in {change["kind"] for change in client.get("/").context["changes"]}


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_a_withdrawn_relation_does_not_name_a_party_that_is_not_public(client: Client, status):
    make_party("secret-land", status=status)
    make_relation(party="secret-land", status=Status.WITHDRAWN)
    response = client.get("/relations/nato/secret-land/")
    assert response.status_code == 410
    assert "Withdrawn: an account of relations" in text_of(response)
    assert "Secret Land" not in text_of(response)


def test_the_latest_changes_print_a_relation_under_the_present_name_of_its_party(client: Client):
    make_relation()
    IndexEntry.objects.filter(kind="relation").update(title="Nato – relations with Nippon")
    titles = [change["title"] for change in client.get("/").context["changes"]]
    assert "Nato – relations with Japan" in titles


def test_the_list_that_a_relation_leads_to_counts_what_its_shelf_counts(client: Client):
    address = make_relation().get_absolute_url()
    make_event(organisations=("nato",))
    make_event(organisations=("union",))
    (shelf,) = client.get(address).context["account"].shelves
    assert (shelf.count, client.get(shelf.address).context["count"]) == (1, 1)


# Old addresses


def test_an_old_address_of_a_relation_leads_to_it(client: Client):
    make_relation("nato-australia", party="australia")
    Alias.objects.create(address="relation:nato-terra-australis", target="relation:nato-australia")
    response = client.get("/relations/nato/terra-australis/")
    assert (response.status_code, response.headers["Location"]) == (301, "/relations/nato/australia/")
    short = client.get("/relations/terra-australis/")
    assert short.headers["Location"] == "/relations/nato/australia/"


def test_an_old_address_of_a_relation_does_not_give_a_draft_away(client: Client):
    make_relation("nato-australia", party="australia", status=Status.DRAFT)
    Alias.objects.create(address="relation:nato-terra-australis", target="relation:nato-australia")
    assert client.get("/relations/nato/terra-australis/").status_code == 404


def test_the_short_address_of_a_renamed_party_leads_to_the_relation_while_one_organisation_is_served(
    client: Client,
):
    make_relation(party="eswatini")
    Alias.objects.create(address="party:swaziland", target="party:eswatini")
    assert client.get("/relations/swaziland/").headers["Location"] == "/relations/nato/eswatini/"
    make_relation(organisation="union")
    assert client.get("/relations/swaziland/").headers["Location"] == "/relations/nato/eswatini/"
    make_relation(organisation="union", party="eswatini")
    assert client.get("/relations/swaziland/").headers["Location"] == "/relations/eswatini/"


def test_an_alias_of_an_alias_is_followed_to_its_end(client: Client):
    make_relation(party="eswatini")
    Alias.objects.create(address="party:ngwane", target="party:swaziland")
    Alias.objects.create(address="party:swaziland", target="party:eswatini")
    assert client.get("/parties/ngwane/").headers["Location"] == "/parties/eswatini/"
    assert client.get("/relations/nato/ngwane/").headers["Location"] == "/relations/nato/eswatini/"


def test_aliases_in_a_circle_lead_nowhere(client: Client):
    make_relation()
    Alias.objects.create(address="party:one", target="party:two")
    Alias.objects.create(address="party:two", target="party:one")
    for address in ("/parties/one/", "/relations/nato/one/", "/relations/two/"):
        assert client.get(address).status_code == 404, address


# Links to relations


def test_a_link_to_a_relation_leads_to_its_page(client: Client):
    make_relation()
    make_event("a-summit", summary="It opened [the relations](relation:nato-japan).")
    page = client.get("/events/a-summit/").content.decode()
    assert re.search(r'<a href="/relations/nato/japan/"[^>]*>the relations</a>', page)


def test_a_link_to_a_relation_that_is_not_public_is_its_text(client: Client):
    make_relation(status=Status.DRAFT)
    make_event("a-summit", summary="It opened [the relations](relation:nato-japan).")
    response = client.get("/events/a-summit/")
    assert "It opened the relations." in text_of(response)
    assert b"/relations/nato/japan/" not in response.content


def test_a_section_may_be_called_as_a_part_of_the_page_is(client: Client):
    relation = make_relation()
    make_event()
    relation.statements.create(section=make_term("section", "event", label="Event"), text="They met.")
    relation.statements.create(
        section=make_term("section", "standings", label="Standings"), text="They stand."
    )
    make_standing(party=make_party("japan"))

    found = re.findall(r' id="([^"]+)"', client.get(relation.get_absolute_url()).content.decode())

    assert {"section-event", "section-standings", "standings"} <= set(found)
    assert len(found) == len(set(found))


def test_the_account_tells_where_sources_contradict_it(client: Client):
    relation = make_relation(as_of="2024-06-03")
    address = relation.get_absolute_url()
    assert "Where sources disagree" not in text_of(client.get(address))
    statement = relation.statements.get()
    fields = {"stance": "contradicts", "locator": "Lead"}
    add_source(relation, "their-page", supports=statement.key, value_stated="Since 2014", **fields)
    add_source(relation, "their-page", supports="as_of", value_stated="4 June", **fields)

    account = client.get(address).context["account"]
    told = text_of(client.get(address)).rpartition("Where sources disagree")[2]

    assert [each.shown for each in account.disagreements] == [
        "They have worked together for long.",
        "3 June 2024",
    ]
    assert (
        "Highlights Shown here They have worked together for long. A page Said otherwise “Since 2014” Their page"
        in told
    )
