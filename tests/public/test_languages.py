"""The languages of the site: each page in each of them, links that stay in one, and text of the content marked as such."""

import re
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from partnership.exchange.selection import chosen
from partnership.models import RECORD_MODELS, Alias, Contribution, Event, Status
from partnership.public.languages import Written, address_in
from partnership.public.shelves import all_words
from partnership.templatetags.language import lang, written
from tests.browsing import assert_accessible
from tests.factories import (
    add_source,
    make_area,
    make_contribution,
    make_entry,
    make_event,
    make_party,
    make_relation,
    make_source,
    make_term,
)
from tests.public.test_browser import FIXTURES

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def arabic(settings: Any) -> None:
    """A site with one language more, which runs from right to left."""
    settings.LANGUAGES = [*site_settings.LANGUAGES, ("ar", "العربية")]


def languages_of(page: str) -> dict[str, str]:
    """The links to the languages on a page: code -> address; the current one has a mark."""
    nav = re.search(r'<nav class="languages.*?</nav>', page, re.DOTALL)
    assert nav
    found = re.findall(r'<a href="([^"]*)" lang="(\w+)" hreflang="\2"( aria-current="true")?>', nav[0])
    return {code + ("*" if current else ""): address for address, code, current in found}


def render(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load language %}" + source).render(context)


# The same page in another language


def test_every_page_leads_to_itself_in_each_language_with_the_same_query(client: Client):
    make_event()
    page = client.get("/fr/events/?party=japan&sort=title&page=1").content.decode()
    query = "?party=japan&amp;sort=title&amp;page=1"
    assert languages_of(page) == {
        "en": f"/events/{query}",
        "fr*": f"/fr/events/{query}",
        "ja": f"/ja/events/{query}",
    }
    assert "en*" in languages_of(client.get("/").content.decode())


def test_pages_of_errors_lead_to_each_language_without_a_database(client: Client):
    assert languages_of(client.get("/fr/nowhere/").content.decode())["ja"] == "/ja/nowhere/"
    for name in ("400.html", "500.html"):
        with translation.override("fr"):
            links = languages_of(render_to_string(name))
        assert links == {"en": "/", "fr*": "/fr/", "ja": "/ja/"}, name


@pytest.mark.parametrize(
    ("address", "english", "french"),
    [
        ("/", "/", "/fr/"),
        ("/fr/", "/", "/fr/"),
        ("/ja/events/?q=a%2Fb", "/events/?q=a%2Fb", "/fr/events/?q=a%2Fb"),
        ("https://example.org/events/", "https://example.org/events/", "https://example.org/fr/events/"),
        ("/fr//evil.example.org/", "/%2Fevil.example.org/", "/fr//evil.example.org/"),
        ("/french/", "/french/", "/fr/french/"),
    ],
)
def test_the_address_of_a_page_in_another_language(address: str, english: str, french: str):
    assert address_in("en", address) == english
    assert address_in("fr", address) == french


def test_search_engines_learn_of_every_language_and_of_one_for_all_others(client: Client):
    event = make_event("a-summit")
    for prefix in ("", "/fr"):
        page = client.get(f"{prefix}{event.get_absolute_url()}?utm=1").content.decode()
        assert re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', page) == [
            ("en", "http://testserver/events/a-summit/"),
            ("fr", "http://testserver/fr/events/a-summit/"),
            ("ja", "http://testserver/ja/events/a-summit/"),
            ("x-default", "http://testserver/events/a-summit/"),
        ]
    assert b"hreflang=" not in re.sub(
        rb"<nav.*?</nav>", b"", client.get("/nowhere/").content, flags=re.DOTALL
    )


# The address alone decides


def test_neither_a_cookie_nor_the_browser_decides_the_language(client: Client):
    client.cookies["django_language"] = "ja"
    response = client.get("/", headers={"accept-language": "fr"})
    assert response.headers["Content-Language"] == "en"
    assert "Accept-Language" not in response.headers.get("Vary", "")
    assert client.get("/fr/").headers["Content-Language"] == "fr"
    assert '<html lang="fr" dir="ltr">' in client.get("/fr/").content.decode()


def test_a_redirect_stays_in_the_language(client: Client):
    make_relation()
    make_event("a-summit")
    Alias.objects.create(address="event:old-summit", target="event:a-summit")
    assert client.get("/fr/events/old-summit/").headers["Location"] == "/fr/events/a-summit/"
    assert client.get("/ja/relations/japan/").headers["Location"] == "/ja/relations/nato/japan/"
    assert client.get("/fr/events").headers["Location"] == "/fr/events/"


def test_every_link_to_a_page_stays_in_the_language_and_files_have_one_address(client: Client):
    relation = make_relation()
    pledge = make_contribution("a-pledge", areas=("cyber-defence",))
    relation.statements.create(
        section=make_term("section", "highlights"),
        area=make_area("cyber-defence"),
        text="See [it](contribution:a-pledge).",
    )
    add_source(relation, "a-page")
    addresses = [
        *(f"/{model.kind_name()}s/" for model in RECORD_MODELS),
        *(
            "/",
            "/relations/",
            "/parties/",
            "/areas/",
            "/sources/",
            "/changes/",
            "/editions/",
            "/corrections/",
            "/data/",
        ),
        *("/relations/nato/japan/", "/parties/japan/", "/areas/cyber-defence/", "/sources/a-page/"),
        pledge.get_absolute_url(),
        "/contributions/?party=japan&from=2050",
        "/nowhere/",
    ]
    for address in addresses:
        page = client.get(f"/fr{address}").content.decode()
        own = re.sub(
            r'<nav class="languages.*?</nav>|<link rel="alternate" hreflang[^>]*>', "", page, flags=re.DOTALL
        )
        for link in re.findall(r'(?:href|action)="(?:http://testserver)?(/[^"]*)"', own):
            path = re.split("[?#]", link)[0]
            is_page = path.endswith("/") and not path.startswith("/api/v1/")
            assert path.startswith("/fr/") == is_page or path.startswith("/static/"), f"{link} on {address}"


def test_a_list_is_chosen_by_its_address_in_any_language():
    make_event()
    with translation.override("fr"):
        for address in ("/events/?party=japan", "/ja/events/?party=japan"):
            model, rows = chosen(address)
            assert (model, rows.count()) == (Event, 1)


def test_options_kept_in_memory_are_said_in_the_language_of_each_reader(
    client: Client, transactional_db: None
):
    make_contribution(stage="pledged")
    assert "Pledged" in client.get("/contributions/").content.decode()
    french = client.get("/fr/contributions/").content.decode()
    with translation.override("fr"):
        pledged = str(Contribution._meta.get_field("stage").choices[1][1])
    assert pledged != "pledged"
    assert pledged.capitalize() in french
    assert "Pledged" not in french


# Content in its one language


def test_a_title_in_another_language_than_the_page_is_marked(client: Client):
    make_event("a-summit", title="Sommet de Paris", language="fr", summary="Un sommet.")
    make_event("another", title="Paris Summit")
    english, french = (client.get(f"{prefix}/events/").content.decode() for prefix in ("", "/fr"))
    assert '<a href="/events/a-summit/" lang="fr">Sommet de Paris</a>' in english
    assert '<a href="/events/another/">Paris Summit</a>' in english
    assert '<a href="/fr/events/a-summit/">Sommet de Paris</a>' in french
    assert '<a href="/fr/events/another/" lang="en">Paris Summit</a>' in french
    detail = client.get("/events/a-summit/").content.decode()
    assert '<h1><span lang="fr">Sommet de Paris</span></h1>' in detail
    assert '<div class="lede statement" lang="fr">' in detail


def test_words_of_vocabularies_are_marked_in_another_language_than_that_of_the_content(
    client: Client, settings: Any
):
    make_event("a-summit")
    assert '<span lang="en">Participant</span>' in client.get("/fr/events/").content.decode()
    assert '<span lang="en">Participant</span>' not in client.get("/events/").content.decode()
    settings.CONTENT_LANGUAGE = "fr"
    assert '<span lang="fr">Participant</span>' in client.get("/events/").content.decode()
    assert '<span lang="fr">Participant</span>' not in client.get("/fr/events/").content.decode()


def test_counts_are_grouped_as_the_language_of_the_page_groups_them():
    for language, shown in (("en", "12,345"), ("fr", "12\u202f345"), ("ja", "12,345")):
        with translation.override(language):
            assert render("{{ number|grouped }}", number=12345) == shown
            assert shown in all_words(Event, 12345)


def test_what_is_counted_for_the_first_time_is_marked_inside_its_sentence(client: Client):
    scope = make_term("scope", "summits", label="Summits & more")
    make_event("a-summit", parties=()).involvements.create(
        party=make_party("japan"), role=make_term("role", "participant"), ordinal=1, scope=scope
    )
    assert "for the first time: Summits &amp; more" in client.get("/events/a-summit/").content.decode()
    french = client.get("/fr/events/a-summit/").content.decode()
    assert 'pour la première fois\xa0: <span lang="en">Summits &amp; more</span>' in french


def test_options_of_a_filter_are_marked_where_they_are_content(client: Client):
    make_contribution(stage="pledged")
    page = client.get("/fr/contributions/").content.decode()
    assert '<span lang="en">Japan</span>' in page
    assert not re.search(
        r'<span lang="en">[^<]*</span>\s*<span class="count">',
        page.split('name="stage"')[1].split("</ul>")[0],
    )


def test_a_source_and_a_statement_keep_their_language(client: Client):
    relation = make_relation(language="ja", lede="日本")
    relation.statements.create(section=make_term("section", "highlights"), text="会談した。")
    make_source("a-ministry", title="外務省", language="ja")
    add_source(relation, "a-ministry")
    page = client.get("/relations/nato/japan/").content.decode()
    assert '<div class="lede statement" lang="ja">' in page
    assert '<div class="statement" lang="ja">' in page
    assert '<cite lang="ja">' in page
    page = client.get("/ja/relations/nato/japan/").content.decode()
    assert '<div class="statement">' in page
    assert "<cite><a" in page


def test_what_was_withdrawn_gives_its_reason_in_the_language_of_the_content(client: Client):
    make_party("gone", status=Status.WITHDRAWN)
    assert '<blockquote lang="en">' in client.get("/fr/parties/gone/").content.decode()


def test_text_that_runs_the_other_way_than_the_page_says_so(arabic: None):
    event = make_entry(Event, "a-summit", title="Summit & more")
    with translation.override("ar"):
        assert lang(event) == ' lang="en" dir="ltr"'
        assert written(event) == '<span lang="en" dir="ltr">Summit &amp; more</span>'
    with translation.override("en"):
        assert render("{{ words|lang }}", words=Written("قمة", "ar")) == ' lang="ar" dir="rtl"'


def test_words_of_the_site_and_of_a_kindred_language_are_not_marked():
    with translation.override("fr"):
        assert render("{{ words|lang }}{{ words|written }}", words="Stade") == "Stade"
        assert render("{{ words|lang }}", words=Written("Québec", "fr-CA")) == ""
        assert render("{{ nothing|written }}") == ""
        assert lang(make_relation()) == ""  # its title is a sentence of the site
        assert render("{{ words|written:record }}", words="", record=make_event()) == ""


# A page that runs from right to left, and long words on a narrow one


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_that_runs_from_right_to_left_is_whole(
    browser: Any, live_server: Any, arabic: None, width: int
):
    call_command("loaddata", *FIXTURES, verbosity=0)
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for address in (
        "/ar/",
        "/ar/relations/nato/japan/",
        "/ar/contributions/?party=japan",
        "/ar/events/?from=soon",
        "/ar/events/nato-madrid-summit-2022/",
    ):
        assert page.goto(f"{live_server.url}{address}").status == 200
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{address} scrolls sideways by {wide} px"
        assert_accessible(page, address)
    context.close()
