"""The head of every page: one canonical address, what previews of links show, and the other forms of the page."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from partnership.models import ENTRY_MODELS, Event
from tests.factories import make_entry, make_event, make_party, make_relation
from tests.tools import tool

html = tool("lxml.html")

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PAGES = (
    "/",
    "/relations/",
    "/parties/",
    "/areas/",
    "/sources/",
    "/events/?party=japan",
    "/contributions/",
    "/data/",
    "/data/columns/",
    "/changes/",
    "/editions/",
    "/corrections/",
    "/relations/nato/japan/",
    "/parties/japan/",
    "/events/one/",
    "/sources/a-page/",
    "/areas/space/",
)


def head(client: Any, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    return html.fromstring(response.content.decode()).head


def said(found: Any) -> dict[str, str]:
    """What the head says for previews, by property; each once."""
    tags = [
        (each.get("property"), each.get("content")) for each in found.iter("meta") if each.get("property")
    ]
    assert len(tags) == len(dict(tags))
    return dict(tags)


def status(client: Any, address: str) -> int:
    """What an address answers; a file is read to its end and closed."""
    response = client.get(address)
    b"".join(response)
    response.close()
    return response.status_code


@pytest.fixture
def register(db: None) -> None:
    make_relation("nato-japan")
    make_event("one", title="One", summary="What *it* was.", date="2022-06", areas=("space",))


@pytest.mark.parametrize("language", ["", "/fr"])
def test_every_page_has_one_canonical_address_and_says_what_previews_show(register, client, language):
    for path in PAGES:
        found = head(client, f"{language}{path}")
        (canonical,) = (each.get("href") for each in found.iter("link") if each.get("rel") == "canonical")
        assert canonical == f"http://testserver{language}{path}"
        told = said(found)
        assert told["og:url"] == canonical
        assert told["og:site_name"] == "Partnership"
        assert told["og:locale"] == ("fr_FR" if language else "en_GB")
        assert told["og:title"]
        assert told["og:description"] == found.find("meta[@name='description']").get("content")
        assert told["og:type"] == ("article" if path.count("/") > 2 and "data" not in path else "website")


def test_an_entry_is_described_by_its_own_words(register, client):
    told = said(head(client, "/events/one/"))
    assert (told["og:title"], told["og:description"]) == ("One", "What it was.")
    assert told["article:modified_time"] == Event.objects.get(slug="one").changed.isoformat()
    party = make_party("spain", note="A *member* since " + "long " * 80)
    words = said(head(client, party.get_absolute_url()))["og:description"]
    assert words.startswith("A member since long")
    assert len(words) <= 200
    assert said(head(client, "/parties/japan/"))["og:description"] == "Japan"


def forms(client: Any, address: str) -> set[str]:
    """The other forms that the head of a page names, from the root."""
    links = head(client, address).iter("link")
    return {each.get("href") for each in links if each.get("rel") == "alternate" and each.get("type")}


def test_the_head_names_the_other_forms_with_the_filters_in_use(register, client):
    names = ("csv", "xlsx", "json", "fixture.json", "ics", "atom")
    assert forms(client, "/fr/events/?party=japan&page=1") == {
        f"/events.{name}?party=japan" for name in names
    }
    assert forms(client, "/fr/events/one/") == {"/events/one.json"}
    assert forms(client, "/relations/nato/japan/") == {
        "/relations/nato/japan.json",
        "/relations/nato/japan.atom",
    }
    assert forms(client, "/") == {"/feed.atom"}
    assert forms(client, "/events/?from=June") == set()
    assert forms(client, "/events/one/?edition=0") == set()


def test_every_form_that_a_page_links_is_there(client):
    make_relation("nato-japan")
    made = [make_entry(model) for model in ENTRY_MODELS if hasattr(model, "get_absolute_url")]
    made = [entry for entry in made if entry.kind_name() != "relation"]
    lists = ("/events/", "/contributions/?donor=japan", "/relations/", "/sources/")
    for address in (*lists, *(f"/ja{entry.get_absolute_url()}" for entry in made), "/relations/nato/japan/"):
        for form in forms(client, address):
            assert status(client, form) == 200, form


def test_the_take_away_of_a_list_is_one_click_from_it_in_every_language(register, client):
    for language in ("", "/fr", "/ja"):
        page = html.fromstring(client.get(f"{language}/events/?party=japan").content.decode())
        (box,) = page.find_class("take-away")
        linked = {each.get("href") for each in box.iter("a")}
        assert linked == {
            *(f"/events.{form}?party=japan" for form in ("csv", "xlsx", "json", "fixture.json", "atom")),
            "/api/v1/events/?party=japan",
            f"{language}/data/",
        }
        for address in linked:
            assert status(client, address) == 200, address
            assert urlsplit(address).query in ("", "party=japan")
    words = re.sub(r"\s+", " ", client.get("/events/").content.decode())
    assert "Download 1 event as" in words
