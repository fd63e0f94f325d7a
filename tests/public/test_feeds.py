"""Feeds of what changed last: valid Atom, the rows of the page, one page at a time, with names that stay."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import ENTRY_MODELS, Alias, Event, Status
from partnership.public.feeds import changed
from partnership.public.views.files import LISTS
from tests.exchange.conftest import write_register
from tests.factories import make_contribution, make_entry, make_event, make_party, make_relation
from tests.tools import tool

etree = tool("lxml.etree")

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Any, address: str) -> Any:
    """The feed at an address, as XML."""
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def ids(found: Any) -> list[str]:
    return [urlsplit(each.findtext(f"{ATOM}id")).path for each in found.iter(f"{ATOM}entry")]


def link(found: Any, rel: str) -> str | None:
    """Where a link of the feed leads, from the root; None without one."""
    each = found.find(f"{ATOM}link[@rel='{rel}']")
    return None if each is None else each.get("href").removeprefix("http://testserver")


def assert_valid(found: Any) -> None:
    """What RFC 4287 asks for: every element that must be there, once; moments, addresses and persons as they must be."""
    assert found.tag == f"{ATOM}feed"
    assert found.findtext(f"{ATOM}author/{ATOM}name")
    for each in (found, *found.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = each.findall(f"{ATOM}{name}")
            assert only.text, name
        moments = [*each.findall(f"{ATOM}updated"), *each.findall(f"{ATOM}published")]
        assert all(datetime.fromisoformat(moment.text).tzinfo for moment in moments)
        assert urlsplit(each.findtext(f"{ATOM}id")).scheme
        assert len(each.findall(f"{ATOM}link[@rel='alternate']")) == 1
        assert len(each.findall(f"{ATOM}summary")) <= 1
    names = [each.findtext(f"{ATOM}id") for each in found.iter(f"{ATOM}entry")]
    assert len(names) == len(set(names))


def change(entry: Any, day: int) -> None:
    """Let an entry have changed last on a day of 2020."""
    entry.changed = datetime(2020, 1, day, tzinfo=UTC)
    entry.save()


def test_every_list_has_a_feed_with_the_rows_of_its_page(client):
    write_register()
    for name, page in LISTS.items():
        found = feed(client, f"/{name}.atom")
        assert_valid(found)
        rows = page.model.objects.published()
        assert sorted(ids(found)) == sorted(row.get_absolute_url() for row in rows), name
        assert link(found, "self") == f"/{name}.atom"
        assert link(found, "alternate") == f"/{name}/"
        assert f'href="/{name}.atom"' in client.get(f"/fr/{name}/").content.decode()


def test_a_filtered_feed_has_the_rows_of_the_filtered_page_and_says_what_is_asked(client):
    make_event("one", parties=(("japan", "host"),))
    make_event("two", parties=(("spain", "host"),))
    query = "party=japan&role=host&sort=oldest"
    found = feed(client, f"/events.atom?{query}")
    shown = client.get(f"/events/?{query}")
    assert ids(found) == [row.get_absolute_url() for row in shown.context["records"]] == ["/events/one/"]
    assert found.findtext(f"{ATOM}title") == "Partnership: Events, Party: Japan, Role: Host"
    assert "/events.atom?party=japan&amp;role=host&amp;sort=oldest" in shown.content.decode()


@pytest.mark.parametrize("unwritable", ["%01", "%EF%BF%BF"])
def test_what_xml_cannot_write_does_not_break_the_feed_of_a_search(client, unwritable):
    found = feed(client, f"/events.atom?q=summit{unwritable}talks")
    assert "summit�talks" in found.findtext(f"{ATOM}title")


def test_an_entry_tells_title_kind_summary_language_and_moments(client):
    event = make_event("visite", title="Visite", summary="Une *visite*.", language="fr", date="2022-06-29")
    change(event, 3)
    found = feed(client, "/events.atom")
    (entry,) = found.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Visite"
    assert entry.findtext(f"{ATOM}summary") == "29 juin 2022. Une visite."
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert entry.findtext(f"{ATOM}updated") == "2020-01-03T00:00:00+00:00" == found.findtext(f"{ATOM}updated")
    assert dict(entry.find(f"{ATOM}category").attrib) == {"term": "event", "label": "Event"}
    assert entry.findtext(f"{ATOM}id") == "http://testserver/events/visite/"
    assert found.findtext(f"{ATOM}rights") == "CC BY 4.0"
    assert link(found, "license") == "https://creativecommons.org/licenses/by/4.0/"


def test_a_feed_is_read_page_by_page_by_last_change_and_each_entry_once(client, monkeypatch):
    monkeypatch.setattr(changed, "A_PAGE", 2)
    for day in (2, 5, 1, 4, 3):
        change(make_event(f"day-{day}"), day)
    address: str | None = "/events.atom"
    read: list[str] = []
    pages = []
    while address:
        found = feed(client, address)
        assert_valid(found)
        pages.append((address, link(found, "previous")))
        assert (link(found, "first"), link(found, "last")) == ("/events.atom", "/events.atom?page=3")
        assert found.findtext(f"{ATOM}id") == "http://testserver/events.atom"
        read += ids(found)
        address = link(found, "next")
    assert read == [f"/events/day-{day}/" for day in (5, 4, 3, 2, 1)]
    assert pages == [
        ("/events.atom", None),
        ("/events.atom?page=2", "/events.atom"),
        ("/events.atom?page=3", "/events.atom?page=2"),
    ]
    assert client.get("/events.atom?page=4").status_code == 404


def test_the_feed_of_the_register_tells_every_entry_that_has_a_page(client):
    write_register()
    found = feed(client, "/feed.atom")
    assert_valid(found)
    entries = [
        each
        for model in ENTRY_MODELS
        if hasattr(model, "get_absolute_url")
        for each in model.objects.published()
    ]
    assert sorted(ids(found)) == sorted(entry.get_absolute_url() for entry in entries)
    assert 'href="/feed.atom"' in client.get("/").content.decode()


def test_the_feed_of_a_relation_tells_it_and_the_records_of_its_page(client):
    change(make_relation("nato-japan"), 3)
    change(make_event("with", parties=(("japan", "host"),)), 2)
    change(make_contribution("gift", parties=(("japan", "donor"),)), 1)
    make_event("of-others", parties=(("spain", "host"),))
    make_event("told-elsewhere", parties=(("japan", "host"),), organisations=("un",))
    found = feed(client, "/relations/nato/japan.atom")
    assert_valid(found)
    assert ids(found) == ["/relations/nato/japan/", "/events/with/", "/contributions/gift/"]
    assert found.findtext(f"{ATOM}title") == "Partnership: Nato – relations with Japan"
    assert 'href="/relations/nato/japan.atom"' in client.get("/relations/nato/japan/").content.decode()


def test_the_feed_of_a_party_tells_it_its_relations_and_its_records(client):
    make_relation("nato-japan")
    make_event("with", parties=(("japan-navy", "host"),))
    make_event("of-others", parties=(("spain", "host"),))
    navy = make_party("japan-navy")
    navy.parent = make_party("japan")
    navy.save()
    found = feed(client, "/parties/japan.atom")
    assert_valid(found)
    assert sorted(ids(found)) == ["/events/with/", "/parties/japan/", "/relations/nato/japan/"]
    assert 'href="/parties/japan.atom"' in client.get("/fr/parties/japan/").content.decode()


def test_drafts_and_what_was_withdrawn_are_in_no_feed(client):
    make_relation("nato-japan")
    for status in (Status.DRAFT, Status.WITHDRAWN):
        make_event(f"an-{status}-event", status=status, parties=(("japan", "host"),))
    for address in ("/feed.atom", "/events.atom", "/parties/japan.atom", "/relations/nato/japan.atom"):
        assert not [each for each in ids(feed(client, address)) if "event" in each], address
    make_party("hidden", status=Status.DRAFT)
    make_party("gone", status=Status.WITHDRAWN)
    assert client.get("/parties/hidden.atom").status_code == 404
    assert client.get("/parties/gone.atom").status_code == 410
    Alias.objects.create(address="party:nippon", target="party:japan")
    assert client.get("/parties/nippon.atom").headers["Location"] == "/parties/japan.atom"


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/events.atom?colour=red", "colour"),
        ("/events.atom?from=June", "from"),
        ("/events.atom?page=0x", "page"),
        ("/areas.atom?q=x", "q"),
        ("/feed.atom?party=japan", "party"),
        ("/parties/japan.atom?party=japan", "party"),
    ],
)
def test_a_wrong_parameter_is_refused_by_its_name(client, address, named):
    make_party("japan")
    response = client.get(address)
    assert response.status_code == 400
    assert response.content.decode().startswith(f"{named}:")
    assert response.headers["Content-Type"].startswith("text/plain")


def test_a_feed_without_entries_is_a_feed_all_the_same(client):
    assert_valid(feed(client, "/events.atom"))
    assert client.get("/events.atom").content == client.get("/events.atom").content


def test_a_feed_is_not_sent_again_while_nothing_changed_and_may_be_read_from_elsewhere(client):
    make_event("one")
    response = client.get("/events.atom")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response.headers
    with CaptureQueriesContext(connection) as asked:
        again = client.get("/events.atom", headers={"if-none-match": response.headers["ETag"]})
    assert (again.status_code, len(asked)) == (304, 1)
    make_event("two")
    again = client.get("/events.atom", headers={"if-none-match": response.headers["ETag"]})
    assert again.status_code == 200


@pytest.mark.parametrize("address", ["/events.atom", "/feed.atom", "/relations/nato/japan.atom"])
def test_more_entries_take_no_more_queries(client, address):
    make_relation("nato-japan")
    make_entry(Event, "first", parties=(("japan", "host"),))

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    before = queries()
    for number in range(5):
        make_event(f"more-{number}", parties=(("japan", "host"),))
    assert queries() == before
