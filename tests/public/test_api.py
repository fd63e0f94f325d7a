"""The read API: the rows of each list, entries as their allow-lists have them, refusals in one shape, read only."""

import base64
import json
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from partnership.models import ENTRY_MODELS, Event, EventCitation, Status
from partnership.public.api.keyset import cursor_after, steps_of
from partnership.public.api.kinds import KINDS
from partnership.public.api.parameters import MOST_ON_A_PAGE
from tests.exchange.conftest import write_register
from tests.factories import (
    add_party,
    add_source,
    make_area,
    make_contribution,
    make_entry,
    make_event,
    make_fund,
    make_party,
    make_relation,
    make_source,
    make_term,
)

from .copies import copy

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/events/"


@pytest.fixture
def register(db: None) -> None:
    """Entries of every kind with every sort of row."""
    write_register()
    for number in range(4):
        make_event(f"more-{number}", date=str(2010 + number), title=f"More {9 - number}")


def pages(client: Any, address: str) -> list[dict[str, Any]]:
    """The pages of a list, one after the other."""
    found = []
    while address:
        response = client.get(address)
        assert response.status_code == 200, response.content
        found.append(response.json())
        address = found[-1]["next"]
    return found


def slugs_of(found: list[dict[str, Any]]) -> list[str]:
    return [each["slug"] for page in found for each in page["results"]]


def said(client: Any, address: str) -> dict[str, Any]:
    """An entry as the API tells it."""
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.json()


def wrong(client: Any, address: str) -> dict[str, str]:
    """The parameters that are refused, each with why."""
    response = client.get(address)
    assert response.status_code == 400, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    return {each["parameter"]: each["message"] for each in problem["errors"]}


# Lists


def test_every_list_has_the_rows_of_its_page_in_their_order_however_it_is_cut(register, client):
    for kind in KINDS:
        expected = [row.slug for row in kind.list_page.chosen(QueryDict())]
        assert expected, kind.name
        whole, cut = (
            pages(client, f"/api/v1/{kind.name}/"),
            pages(client, f"/api/v1/{kind.name}/?page_size=2"),
        )
        assert slugs_of(whole) == slugs_of(cut) == expected, kind.name
        assert len(whole) == 1
        assert len(cut) == (len(expected) + 1) // 2
        assert {page["count"] for page in cut} == {len(expected)}


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
def test_pages_follow_every_order_and_what_has_no_date_comes_last(register, client, sort):
    make_event("undated", title="More 7")
    make_event("twin-of-undated", title="More 7")
    expected = [row.slug for row in KINDS[4].list_page.chosen(QueryDict(f"sort={sort}"))]

    assert len(expected) == 8
    assert slugs_of(pages(client, f"{EVENTS}?sort={sort}&page_size=1")) == expected


def test_filters_select_what_they_select_on_the_page(register, client):
    for query in (
        "party=japan&role=participant",
        "from=2011&to=2012",
        "q=more&sort=title",
        "series=meetings",
    ):
        expected = [row.slug for row in client.get(f"/events/?{query}").context["records"]]
        found = pages(client, f"{EVENTS}?{query}")
        assert expected, query
        assert slugs_of(found) == expected
        assert found[0]["address"] == f"http://testserver/events/?{query}"


def test_a_page_is_not_moved_by_what_comes_before_it(client):
    for number in range(6):
        make_event(f"event-{number}", date=f"20{20 - number}")
    first = client.get(f"{EVENTS}?page_size=2").json()

    make_event("newer", date="2024")
    Event.objects.filter(slug="event-1").update(status=Status.WITHDRAWN, withdrawn_reason="Twice.")

    assert slugs_of([first]) == ["event-0", "event-1"]
    assert slugs_of(pages(client, first["next"])) == ["event-2", "event-3", "event-4", "event-5"]


@pytest.mark.one_engine
def test_a_list_says_its_edition_and_licence(register, client):
    page = client.get("/api/v1/areas/").json()

    assert (page["edition"], page["licence"]) == (0, "CC BY 4.0")
    assert page["address"] == "http://testserver/areas/"
    assert client.get("/api/v1/terms/").json()["address"] is None


# Entries


def test_an_entry_says_what_it_names_with_addresses_and_dates_with_their_days(register, client):
    event = said(client, f"{EVENTS}meeting-2022/")

    assert event["page"] == "http://testserver/events/meeting-2022/"
    assert event["api"] == f"http://testserver{EVENTS}meeting-2022/"
    assert event["date"] == {"edtf": "2022-06-29", "earliest": "2022-06-29", "latest": "2022-06-29"}
    assert event["ordinal"] == 2
    assert event["place"] is None
    assert event["kind"] == {"slug": "meeting", "label": "Meeting"}
    assert event["series"]["api"] == f"http://testserver{EVENTS}meetings/"
    (japan,) = event["involvements"]
    assert japan["party"] == {
        "slug": "japan",
        "name": "日本 Japan",
        "page": "http://testserver/parties/japan/",
        "api": "http://testserver/api/v1/parties/japan/",
    }
    assert japan["role"] == {"slug": "participant", "label": "Participant"}
    assert event["citations"][0]["source"]["url"] == "https://example.org/a-page"
    assert "staff_note" not in event


@pytest.mark.one_engine
def test_amounts_are_texts_and_a_record_without_a_date_has_the_days_of_its_steps(register, client):
    gift = said(client, "/api/v1/contributions/gift/")
    fund = said(client, "/api/v1/funds/clearance-fund/")

    assert (gift["amount"], gift["currency"], gift["stage"]) == ("5000000000.00", "USD", "pledged")
    assert gift["fund"]["slug"] == "clearance-fund"
    assert gift["period"] == {"edtf": "2009/2013", "earliest": "2009-01-01", "latest": "2013-12-31"}
    assert fund["date"] == {"edtf": None, "earliest": "2010-01-01", "latest": None}
    assert fund["figures"][0]["amount"] == "1200000.50"
    assert fund["steps"][0]["kind"]["slug"] == "step-agreed"


@pytest.mark.one_engine
def test_a_relation_stands_under_its_two_parties_as_on_the_site(register, client):
    relation = said(client, "/api/v1/relations/nato/japan/")

    assert relation["page"] == "http://testserver/relations/nato/japan/"
    assert relation["api"] == "http://testserver/api/v1/relations/nato/japan/"
    assert relation["statements"][0]["text"] == "They have worked together for long."
    assert {each["supports"] for each in relation["citations"]} == {relation["statements"][0]["key"], "lede"}
    assert relation["coverage_checks"][0]["found"] is True


@pytest.mark.one_engine
def test_every_entry_stands_at_the_address_that_it_gives(register, client):
    for kind in KINDS:
        for entry in pages(client, f"/api/v1/{kind.name}/")[0]["results"]:
            assert said(client, entry["api"]) == entry


@pytest.mark.one_engine
def test_what_is_not_there_is_told_as_the_page_tells_it(register, client):
    for address in (
        f"{EVENTS}draft-event/",
        f"{EVENTS}none/",
        "/api/v1/nothing/",
        "/api/v1/events/UP/",
        f"{EVENTS}a/b/",
    ):
        response = client.get(address)
        assert response.status_code == 404, address
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["detail"] == "Nothing public is or was at this address."
    gone = client.get(f"{EVENTS}withdrawn-event/")
    assert gone.status_code == 410
    assert gone.json()["detail"] == "This entry has been withdrawn. It was entered twice."
    moved = client.get(f"{EVENTS}the-old-meeting/")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{EVENTS}meeting-2022/")
    assert client.get("/api/v1/events").headers["Location"] == EVENTS


# Refusals


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=June", "from"),
        ("partty=japan", "partty"),
        ("page=2", "page"),
        ("party=nobody", "party"),
        ("q=%00", "q"),
        ("party=%00", "party"),
        ("q=" + "word+" * 1900, "q"),
        ("q=", "q"),
        ("from=+2012", "from"),
        ("party=japan&party=japan", "party"),
        ("from=2012&to=2010", "to"),
        ("sort=title&sort=oldest", "sort"),
        ("page_size=1&page_size=2", "page_size"),
        ("page_size=0", "page_size"),
        (f"page_size={MOST_ON_A_PAGE + 1}", "page_size"),
        ("page_size=" + "9" * 5000, "page_size"),
        ("page_size=many", "page_size"),
        ("ordinal=" + "9" * 25, "ordinal"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "W" * 100_000, "cursor"),
        ("cursor=bnVsbA", "cursor"),  # null
        ("cursor=" + "W1tb" * 800, "cursor"),  # brackets without end
        ("cursor=a&cursor=b", "cursor"),
    ],
    ids=lambda value: value[:24],
)
def test_what_cannot_be_read_is_refused_by_its_name(client, query, parameter):
    make_event(date="2011")

    assert list(wrong(client, f"{EVENTS}?{query}")) == [parameter]


@pytest.mark.one_engine
def test_all_that_is_wrong_is_said_at_once_and_what_there_is(client):
    said = wrong(client, f"{EVENTS}?from=June&page_size=x&colour=red")

    assert set(said) == {"from", "page_size", "colour"}
    assert said["colour"].endswith("sort, page_size, cursor")
    assert set(wrong(client, "/api/v1/areas/?q=x")) == {"q"}
    assert set(wrong(client, f"{EVENTS}none/?x=1")) == {"x"}
    assert set(wrong(client, "/api/v1/?x=1")) == {"x"}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "values", [["2020-13-01", "a"], [None, "a\0"], [20, "a"], ["2020-01-01"], [None, None], [[], {}]]
)
def test_a_cursor_that_was_made_up_is_refused(client, values):
    made_up = cursor_after(Event(slug="a"), steps_of(Event.objects.order_by("slug")))
    assert set(wrong(client, f"{EVENTS}?cursor={made_up}")) == {"cursor"}  # of another order

    text = json.dumps([["-earliest", "slug"], values])
    made_up = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    assert set(wrong(client, f"{EVENTS}?cursor={made_up}")) == {"cursor"}


# How it answers


@pytest.mark.one_engine
def test_it_can_only_be_read_by_every_site_without_cookies(register, client):
    for address in (EVENTS, f"{EVENTS}meeting-2022/", "/api/v1/", "/api/v1/openapi.json", f"{EVENTS}none/"):
        response = client.get(address)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        for method in ("post", "put", "patch", "delete", "trace"):
            refused = getattr(client, method)(address)
            assert refused.status_code == 405
            assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"
            assert refused.headers["Content-Type"] == "application/problem+json"
        asked = client.options(address)
        assert (asked.status_code, asked.content) == (204, b"")
        assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"


@pytest.mark.one_engine
def test_an_answer_is_not_sent_again_while_nothing_changed(register, client):
    for address in (f"{EVENTS}?party=japan", f"{EVENTS}meeting-2022/", "/api/v1/", "/api/v1/openapi.json"):
        response = client.get(address)
        etag = response.headers["ETag"]
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert len(asked) == 1  # the generation alone
        head = client.head(address)
        assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", etag)
        assert head.headers["Content-Length"] == str(len(response.content))
        other = client.get("/api/v1/areas/", headers={"if-none-match": etag})
        assert other.status_code == 200
    make_event("another")
    assert client.get("/api/v1/", headers={"if-none-match": etag}).status_code == 200
    assert "ETag" not in client.get(f"{EVENTS}?x=1").headers
    assert "ETag" not in client.get(f"{EVENTS}none/").headers


@pytest.mark.one_engine
def test_it_is_json_in_english_whatever_is_wished(register, client):
    client.cookies["django_language"] = "fr"
    for accept in ("text/html", "application/xml", "nonsense"):
        response = client.get(EVENTS, headers={"accept": accept, "accept-language": "fr"})
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Content-Language"] == "en"
        assert b"/fr/" not in response.content
    assert "is not a day" in wrong(client, f"{EVENTS}?from=June")["from"]


# Drafts


@pytest.mark.one_engine
def test_nothing_that_is_not_public_is_named(client):
    term = make_term("level", "secret-level", status=Status.DRAFT)
    fund = make_fund("secret-fund", status=Status.DRAFT)
    make_party("secret-party", status=Status.DRAFT)
    make_area("secret-area", status=Status.DRAFT)
    secret = make_source("secret-source", status=Status.DRAFT)
    event = make_event(
        "open", areas=("secret-area", "space"), sources=("a-page", "secret-source"), level=term
    )
    hidden = add_party(event, "secret-party")
    at_level = add_party(event, "spain", level=term)
    for row in (hidden, at_level):
        add_source(event, supports=row.key)
    make_contribution("gift", fund=fund, part_of=make_contribution("secret-gift", status=Status.DRAFT))
    relation = make_relation(party="spain")
    relation.coverage_checks.create(kind="event", year=2022, checked_on="2024-06-03", source=secret)
    make_relation("nato-secret", party="secret-party")

    for kind in KINDS:
        answer = client.get(f"/api/v1/{kind.name}/")
        assert b"secret" not in answer.content, kind.name
    told = said(client, f"{EVENTS}open/")
    assert (told["level"], [each["slug"] for each in told["areas"]]) == (None, ["space"])
    assert [each["party"]["slug"] for each in told["involvements"]] == ["japan"]
    assert len(told["citations"]) == 1 < EventCitation.objects.count()
    assert said(client, "/api/v1/contributions/gift/")["fund"] is None
    assert said(client, "/api/v1/relations/nato/spain/")["coverage_checks"] == []
    assert client.get("/api/v1/relations/nato/secret-party/").status_code == 404


@pytest.mark.one_engine
def test_an_entry_has_the_rows_of_its_file(register, client):
    for kind in KINDS[:-1]:
        for entry in kind.model.objects.published():
            address = entry.get_absolute_url().rstrip("/")
            _head, *rows = client.get(f"{address}.json").json()["document"]
            told = said(client, f"/api/v1{address}/")
            keys = [row["key"] for name in kind.model.owned_rows for row in told[name]]
            assert sorted(keys) == sorted(row["pk"] for row in rows), address


# Queries


@pytest.mark.one_engine
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_page_runs_the_same_queries_for_one_entry_and_for_many(client, kind):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/{kind.name}/").status_code == 200
        return len(captured)

    first = make_entry(kind.model, "first")
    few = queries()
    for number in range(5):
        make_entry(kind.model, f"another-{number}")
    if kind.filters:
        copy(first, range(10, 60))

    assert queries() == few
    assert client.get(f"/api/v1/{kind.name}/").json()["count"] > 5


# The page that explains it


@pytest.mark.one_engine
def test_the_page_tells_every_address_and_every_filter_in_each_language(register, client):
    for language in ("", "/fr", "/ja"):
        page = client.get(f"{language}/api/")
        text = page.content.decode()
        assert page.status_code == 200
        assert not page.cookies
        for kind in KINDS:
            assert f'href="/api/v1/{kind.name}/"' in text
            for name in kind.filters:
                assert f"<code>{name}</code>" in text
        assert '<a href="/api/v1/openapi.json"' in text
        assert "curl http://testserver/api/v1/events/meeting-2022/" in text
        assert "http://testserver/events/meeting-2022/" in text
        assert f'href="{language}/api/"' in client.get(f"{language}/data/").content.decode()


@pytest.mark.one_engine
def test_the_page_stands_without_an_event_to_show(client):
    page = client.get("/api/")

    assert page.status_code == 200
    assert "curl" not in page.content.decode()


def test_every_kind_of_entry_is_in_the_api():
    assert {kind.model for kind in KINDS} == set(ENTRY_MODELS)
