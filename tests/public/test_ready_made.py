"""Ready-made questions: each finds in its list what it counts, whatever is drafted, and none finds nothing."""

from collections.abc import Iterable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from partnership.models import RECORD_MODELS, Party, Status, Term
from tests.factories import (
    add_party,
    add_source,
    make_area,
    make_contribution,
    make_event,
    make_exercise,
    make_fund,
    make_operation,
    make_party,
    make_programme,
    make_record,
    make_relation,
    make_source,
    make_standing,
    make_term,
)
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PAGES = (
    "/",
    "/parties/japan/",
    "/parties/nato/",
    "/parties/friends/",
    "/parties/ukraine/",
    "/areas/cyber-defence/",
    "/sources/",
    "/sources/old-page/",
    "/relations/japan/",
)


@pytest.fixture
def register() -> None:
    """A small register in which every ready-made question finds something, with drafts beside all of it."""
    make_relation()
    make_relation(organisation="union")
    make_party("navy", parent=make_party("japan"), kind="armed-service")
    make_party("centre", parent=make_party("nato"), kind="body")
    make_party("friends", kind="group")
    for member in ("japan", "australia"):
        word = make_term("standing", "participant-of")
        make_standing(
            f"{member}-friends",
            party=make_party(member),
            at=make_party("friends"),
            word=word,
            title="Belongs",
        )
    make_source("old-page", date="2001")
    for status in (Status.PUBLISHED, Status.DRAFT):
        fill(status)


def fill(status: str) -> None:
    """Records of every kind in one status."""
    ministers, experts = make_term("level", "ministers"), make_term("level", "experts", status=status)
    for model in RECORD_MODELS:
        record = make_record(model, status=status, areas=("cyber-defence",), sources=("old-page",))
        add_party(record, "navy", ordinal=1)
        add_party(record, "navy", "host")
        add_source(record, "new-page", supports="date", stance="contradicts")
    met = make_event(
        status=status, level=ministers, parties=(("japan", "participant"), ("nato", "host")), date="2022-03"
    )
    add_party(met, "australia", level=experts)
    make_event(status=status, level=ministers, parties=(("japan", "subject"),), date="2021/2022")
    make_event(status=status, parties=(("navy", "participant"), ("australia", "participant")), date="2021~")
    make_programme(status=status, date="2014/..", areas=("cyber-defence",))
    make_operation(status=status, date="2014/..")
    make_exercise(status=status, date="2014/2015", sources=("old-page",))
    leads = (("japan", "lead-nation"), ("australia", "lead-nation"), ("ukraine", "beneficiary"))
    fund = make_fund(status=status, date="2014/..", parties=leads)
    money = {"amount": "5.00", "currency": "EUR", "stage": "paid"}
    make_contribution(status=status, fund=fund, areas=("cyber-defence",), **money)
    make_contribution(status=status, fund=fund, parties=(("navy", "donor"), ("japan", "beneficiary")))
    make_standing(status=status, date="2014/..", at=make_party("centre"))


def asked_on(context) -> Iterable:
    """Every question of a page."""
    yield from context.get("questions") or ()
    for topic in context.get("topics") or ():
        yield from topic.questions
    if "area" in context:
        for active in context["parties"]:
            yield from active.records
    if page := context.get("side_by_side"):
        for column in page.columns:
            yield from column.records


def count_of(address: str) -> int:
    """How many a list counts; its page is not rendered, for there are hundreds of them."""
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    found = resolve(request.path)
    return found.func(request, *found.args, **found.kwargs).context_data["count"]


@pytest.mark.parametrize("address", PAGES)
def test_every_count_of_a_page_is_that_of_the_list_it_opens(client: Client, register: None, address: str):
    context = client.get(address).context
    counted = {question.address: question.count for question in asked_on(context) if question.count}
    shelves = [context.get("standings"), context.get("standings_at"), *(context.get("shelves") or ())]
    counted |= {shelf.address: shelf.count for shelf in shelves if shelf}
    counted |= {group.address: group.count for group in context.get("citing") or () if group.address}
    for amounts in (context.get("given"), context.get("received")):
        for each in (*amounts.figures, *amounts.left_out) if amounts else ():
            counted[each.address] = each.count
    opened = [each for each in counted if not each.startswith("/relations/")]
    assert opened
    assert {each: count_of(each) for each in opened} == {each: counted[each] for each in opened}


def test_every_question_without_a_count_leads_somewhere(client: Client, register: None):
    asked = {question.address: question for each in PAGES for question in asked_on(client.get(each).context)}
    for address, question in asked.items():
        assert question.count != 0
        if question.count is None:
            assert client.get(address).status_code == 200, address


def topics(client: Client, party: str = "japan") -> dict[str, dict[str, int | None]]:
    """Label of each question of a party's page -> what it counts, under its topic."""
    found = client.get(f"/parties/{party}/").context["topics"]
    return {str(topic.label): {str(each.label): each.count for each in topic.questions} for topic in found}


def test_a_party_offers_the_questions_that_find_something(client: Client, register: None):
    asked = topics(client)
    assert asked["In force today"] == {"Programmes": 1, "Funds": 1, "Standings": 1, "Operations": 1}
    assert asked["For the first time"].keys() >= {"Events", "Contributions", "Standings"}
    assert asked["Contributions"] == {"Given": 2, "Received": 1, "No amount stated": 2}
    assert asked["Events by kind"] == {"Meeting": 4}
    assert asked["Events by role"] == {"Participant": 3, "Host": 1, "Subject": 1}
    assert asked["Events by level"] == {"Ministers": 1}  # whoever was only talked about did not come
    assert asked["Events by year"] == {"2022": 1}  # what runs through two years falls in neither
    assert asked["Over time"] == {"What changed": None, "Its relations side by side": 2}
    assert not {"Standings here", "Told in its relations"} & asked.keys()


def test_a_party_of_whom_nothing_is_known_is_only_asked_what_changed(client: Client):
    make_party("nobody")
    assert topics(client, "nobody") == {"Over time": {"What changed": None}}


def test_an_organisation_offers_the_standings_at_it_by_word(client: Client):
    make_standing(at=make_party("centre", parent=make_party("nato")))
    make_standing(word=make_term("standing", "mission"))
    make_standing(word=make_term("standing", "secret-word", status=Status.DRAFT))
    assert topics(client, "nato")["Standings here"] == {"Mission": 1, "Partner": 1}


def test_an_organisation_offers_what_tells_its_relations_by_kind(client: Client):
    make_event()
    make_event(organisations=("nato", "union"))
    make_event(organisations=("union",))
    make_event(status=Status.DRAFT)
    make_fund()
    assert topics(client, "nato")["Told in its relations"] == {"Events": 2, "Funds": 1}
    page = client.get("/parties/nato/").content
    assert b'href="/events/?organisation=nato"' in page
    assert b'href="/funds/?organisation=nato"' in page


def test_a_kind_of_event_that_is_not_public_is_not_offered(client: Client):
    make_event(kind=make_term("event-kind", "secret", status=Status.DRAFT))
    make_event(kind=make_term("event-kind", "visit"))
    assert topics(client)["Events by kind"] == {"Visit": 1}
    assert b'href="/events/?kind=visit&amp;party=japan"' in client.get("/parties/japan/").content


def test_the_standings_offer_the_former_partners_by_the_words_for_a_partner(client: Client):
    def offered() -> list[str]:
        return [way.query for way in client.get("/standings/").context["questions"]]

    make_standing("was-partner", date="1994/2010")
    make_standing("is-member", word=make_term("standing", "member"), date="2011/..")
    make_term("standing", "associate", acts_as="partner")
    make_term("standing", "secret", acts_as="partner", status=Status.DRAFT)
    assert "word=associate&word=partner&now=member" in offered()
    listed = client.get("/standings/?word=associate&word=partner&now=member")
    assert [each.slug for each in listed.context["records"]] == ["was-partner"]
    Term.objects.filter(acts_as="partner").update(acts_as="none")
    assert not [query for query in offered() if query.startswith("word=")]


def test_the_sources_name_the_relations_of_which_sources_disagree(client: Client):
    relation = make_relation()
    make_relation(party="spain")
    for disputed in (relation, make_relation(party="ukraine", status=Status.DRAFT)):
        add_source(disputed, "new-page", supports=disputed.statements.get().key, stance="contradicts")
    (topic,) = client.get("/sources/").context["topics"]
    assert [(str(each.label), each.address) for each in topic.questions] == [
        (str(relation), "/relations/nato/japan/#disagreements")
    ]
    assert b'id="disagreements"' in client.get("/relations/nato/japan/").content
    Term.objects.filter(slug="highlights").update(status=Status.DRAFT)  # so its statement is not told
    assert not client.get("/sources/").context["topics"]


def test_a_group_names_its_members_and_what_brought_all_of_them_together(client: Client, register: None):
    make_standing(
        "former",
        party=make_party("chile"),
        at=make_party("friends"),
        word=Term.objects.get(slug="participant-of"),
        date="2001/2002",
    )
    response = client.get("/parties/friends/")
    assert [member.slug for member in response.context["members"]] == ["australia", "japan"]
    assert topics(client, "friends")["Records that brought all of them together"]["Events"] == 2
    assert b"together=australia&amp;together=japan" in response.content
    assert [group.slug for group in client.get("/parties/japan/").context["groups"]] == ["friends"]


def test_a_group_does_not_name_a_member_that_is_not_public(client: Client, register: None):
    Party.objects.filter(slug="australia").update(status=Status.DRAFT)
    response = client.get("/parties/friends/")
    assert [member.slug for member in response.context["members"]] == ["japan"]
    assert "ustralia" not in text_of(response)


def test_the_sources_offer_what_rests_on_old_ones_alone(client: Client):
    make_source("old-page", date="2001")
    make_event(sources=("old-page",))
    make_event(sources=("old-page", "undated-page"))
    make_event(sources=("old-page",), status=Status.DRAFT)
    (topic,) = client.get("/sources/").context["topics"]
    assert [(str(each.label), each.count) for each in topic.questions] == [("Events", 1)]


def test_home_asks_only_what_finds_something(client: Client):
    assert not client.get("/").context["questions"]
    add_party(make_event(parties=()), "japan", ordinal=1)
    (question,) = client.get("/").context["questions"]
    assert (question.address, question.count) == ("/events/?ordinal=1", 1)


def test_the_parties_index_counts_contributions_to_a_fund_for_its_beneficiaries(client: Client):
    make_party("ukraine-army", parent=make_party("ukraine"))
    fund = make_fund(parties=(("ukraine-army", "beneficiary"), ("japan", "beneficiary")))
    make_contribution(fund=fund)
    make_contribution(fund=fund, parties=(("australia", "donor"), ("japan", "beneficiary")))
    make_contribution(fund=fund, parties=(("australia", "donor"),), status=Status.DRAFT)
    kinds = client.get("/parties/").context["kinds"]
    counted = {each.party.slug: each.records for _heading, group in kinds for each in group}
    assert counted == {"ukraine": 2, "ukraine-army": 2, "japan": 3, "australia": 1, "nato": 0}
    for party, count in counted.items():
        shelves = client.get(f"/parties/{party}/").context["shelves"]
        assert sum(shelf.count for shelf in shelves) == count


def test_the_names_of_a_party_lead_to_their_sources(client: Client):
    make_party("eswatini").names.create(text="Swaziland", form="former", source=make_source("old-list"))
    response = client.get("/parties/eswatini/")
    assert "Former name Swaziland · source: Old list" in text_of(response)
    assert b'href="/sources/old-list/"' in response.content


def test_a_source_shows_the_newest_that_cite_it_and_leads_to_all(client: Client):
    for year in range(1990, 2017):
        make_event(date=str(year))
    make_event(status=Status.DRAFT)
    response = client.get("/sources/a-page/")
    (group,) = response.context["citing"]
    assert [citing.entry.date for citing in group.entries] == [str(year) for year in range(2016, 1991, -1)]
    assert "All 27 events in the list" in text_of(response)
    assert b'href="/events/?source=a-page"' in response.content


def test_a_source_says_where_it_says_otherwise(client: Client):
    event = make_event("a-summit", title="A Summit", sources=())
    add_source(event, "a-page")
    add_source(
        event, "other", supports="date", stance="contradicts", value_stated="30 June", locator="page 2"
    )
    add_party(event, "hidden")
    Party.objects.filter(slug="hidden").update(status=Status.DRAFT)
    hidden = event.involvements.get(party__slug="hidden")
    add_source(event, "other", supports=hidden.key, stance="contradicts")
    secret = make_event("secret", title="Secret", status=Status.DRAFT, sources=())
    add_source(secret, "other", stance="contradicts")
    response = client.get("/sources/other/")
    assert len(response.context["objections"].shown.first) == 1
    assert "A Summit Date: this source gives “30 June”, in “page 2”" in text_of(response)
    assert "idden" not in text_of(response)
    assert "Secret" not in text_of(response)
    assert not client.get("/sources/a-page/").context["objections"]


def grow(number: int) -> None:
    """So many more of everything that the pages of this module read."""
    for each in range(number):
        stem = f"{number}-{each}"
        make_party(f"part-{stem}", parent=make_party("japan"))
        make_standing(
            party=make_party(f"member-{stem}"),
            at=make_party("friends"),
            word=make_term("standing", "participant-of"),
        )
        make_event(
            date=str(1990 + each + number),
            level=make_term("level", f"level-{stem}"),
            parties=((f"part-{stem}", f"role-{stem}"),),
            areas=("cyber-defence",),
        )
        make_standing(word=make_term("standing", f"word-{stem}"), date="2001/..", sources=("old-page",))
        relation = make_relation(organisation=f"organisation-{stem}")
        told = relation.statements.create(
            section=make_term("section", f"section-{stem}"),
            area=make_area("cyber-defence"),
            text="They train.",
        )
        add_source(relation, f"source-{stem}", supports=told.key)
        add_source(relation, "old-page", supports=told.key, stance="contradicts")
        fund = make_fund(parties=((f"part-{stem}", "beneficiary"),))
        make_contribution(fund=fund, areas=("cyber-defence",), amount=each + 1, currency="EUR")
        programme = make_programme(date="2001/..", parties=(("japan", "participant"),))
        programme.links.create(word=make_term("link", "supersedes"), programme=make_programme())
        add_source(make_event(), "old-page", supports="date", stance="contradicts", locator=stem)


def test_the_number_of_queries_does_not_grow_with_what_is_found(client: Client, register: None):
    grow(2)
    addresses = (*PAGES, "/relations/nato/japan/", "/parties/")
    before = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        before[address] = len(queries)
    grow(5)
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) == before[address], address
