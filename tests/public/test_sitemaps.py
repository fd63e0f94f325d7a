"""The sitemap and robots.txt: every public page in every language, and nothing else."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import urls
from partnership.models import ENTRY_MODELS, Event, Status
from partnership.public import sitemaps
from tests.exchange.conftest import write_register
from tests.factories import make_event, make_party
from tests.tools import tool

etree = tool("lxml.etree")

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Pages in every language that no search engine is led to.
KEPT_BACK = {"search", "report", "preview"}


def read(client: Any, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.headers["Content-Type"] == "application/xml"
    return etree.fromstring(response.content)


def sections(client: Any) -> list[str]:
    """The addresses of the sections and their further pages."""
    index = read(client, "/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    return [each.text.removeprefix("http://testserver") for each in index.iter(f"{MAP}loc")]


def pages(client: Any) -> list[str]:
    """The addresses of all pages in the sitemap, from the root."""
    found = [each.text for address in sections(client) for each in read(client, address).iter(f"{MAP}loc")]
    assert all(each.startswith("http://testserver/") for each in found)
    return [urlsplit(each).path for each in found]


def test_it_names_every_page_of_every_language_once(client):
    write_register()
    found = pages(client)
    assert len(found) == len(set(found))
    entries = [
        entry.get_absolute_url()
        for model in ENTRY_MODELS
        if hasattr(model, "get_absolute_url")
        for entry in model.objects.published()
    ]
    assert {*entries, *(f"/fr{each}" for each in entries), *(f"/ja{each}" for each in entries)} <= set(found)
    plain = {
        f"/{each.pattern}"
        for each in urls.pages_in_every_language
        if getattr(each, "name", None) and "<" not in str(each.pattern) and each.name not in KEPT_BACK
    }
    assert plain <= set(found)
    assert len(found) == len(LANGUAGES) * (len(entries) + len(plain))


def test_every_page_in_it_is_there_by_that_address_alone(client):
    make_event("one", areas=("space",))
    for address in pages(client):
        response = client.get(address)
        assert response.status_code == 200, address
        assert f'<link rel="canonical" href="http://testserver{address}">' in response.content.decode()


def test_a_page_names_its_last_change_and_its_versions_in_other_languages(client):
    event = make_event("one")
    section = read(client, "/sitemap-event.xml")
    assert section.tag == f"{MAP}urlset"
    assert [each.findtext(f"{MAP}loc") for each in section] == [
        "http://testserver/events/one/",
        "http://testserver/fr/events/one/",
        "http://testserver/ja/events/one/",
    ]
    for each in section:
        assert each.findtext(f"{MAP}lastmod") == f"{event.changed:%Y-%m-%d}"
        versions = {link.get("hreflang"): link.get("href") for link in each.iter(LINK)}
        assert versions == {
            "en": "http://testserver/events/one/",
            "fr": "http://testserver/fr/events/one/",
            "ja": "http://testserver/ja/events/one/",
            "x-default": "http://testserver/events/one/",
        }


def test_a_section_is_read_in_pages_of_so_many_addresses_and_never_whole(client, monkeypatch):
    monkeypatch.setattr(sitemaps.Section, "limit", 4)
    for number in range(3):
        make_event(f"e-{number}")
    events = [each for each in sections(client) if "event" in each]
    assert events == ["/sitemap-event.xml", "/sitemap-event.xml?p=2", "/sitemap-event.xml?p=3"]
    found = [each.text for address in events for each in read(client, address).iter(f"{MAP}loc")]
    languages = ("", "/fr", "/ja")
    assert found == [
        f"http://testserver{code}/events/e-{number}/" for number in range(3) for code in languages
    ]
    assert client.get("/sitemap-event.xml?p=4").status_code == 404
    assert client.get("/sitemap-event.xml?p=x").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404
    rows = sitemaps.InEveryLanguage(Event.objects.order_by("slug"), LANGUAGES)
    with CaptureQueriesContext(connection) as asked:
        assert [row.slug for row, _language in rows[4:8]] == ["e-1", "e-1", "e-2", "e-2"]
    assert "LIMIT 2 OFFSET 1" in asked.captured_queries[0]["sql"]
    assert (rows[0][1], len(rows)) == ("en", 9)


def test_drafts_and_what_was_withdrawn_change_nothing_in_it(client):
    make_event("one")
    addresses = ["/sitemap.xml", *sections(client)]
    before = [client.get(each).content for each in addresses]
    for number, status in enumerate((Status.DRAFT, Status.WITHDRAWN)):
        make_event(f"hidden-{number}", status=status)
        make_party(f"hidden-{number}", status=status)
    assert [client.get(each).content for each in addresses] == before


def test_it_is_not_sent_again_while_nothing_changed(client):
    make_event("one")
    for address in ("/sitemap.xml", "/sitemap-event.xml"):
        response = client.get(address)
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address, headers={"if-none-match": response.headers["ETag"]})
        assert (again.status_code, len(asked)) == (304, 1)
    make_event("two")
    assert client.get(address, headers={"if-none-match": response.headers["ETag"]}).status_code == 200


def test_robots_are_led_to_the_sitemap_and_kept_from_staff_searches_and_the_past(client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    refused = {line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")}
    assert {"/admin/", "/search/", "/fr/search/", "/ja/admin/", "/*?edition="} <= refused
    assert not [each for each in pages(client) if any(each.startswith(path) for path in refused)]
