"""How a source is printed wherever it is: its date by one rule, the way to the document, a note as it was typed."""

import re

import pytest

from tests.factories import add_source, make_event, make_party, make_relation, make_source

from .reading import text_of

pytestmark = pytest.mark.django_db

PAGES = ("/sources/", "/sources/a-page/", "/events/a-visit/", "/relations/nato/japan/")


def pages_with(client, **source):
    """The pages on which a source stands, of which one is told about."""
    make_source("a-page", publisher="The Alliance", archived_url="https://example.org/kept", **source)
    add_source(make_event("a-visit"))
    make_relation()
    return {address: client.get(address) for address in PAGES}


@pytest.mark.parametrize(
    ("date", "stated", "words"),
    [
        ("2014-06", "", "June 2014"),
        ("2014-06", "in early summer 2014", "June 2014 “in early summer 2014”"),
        ("2014-06", "June 2014", "June 2014"),
        ("", "in recent years", "“in recent years”"),
        ("", "", "no date given"),
    ],
)
def test_the_date_of_a_source_is_the_same_on_every_page(client, date, stated, words):
    for address, response in pages_with(client, date=date, date_stated=stated).items():
        before = "Date" if address == "/sources/a-page/" else "The Alliance,"
        after = "Address" if address == "/sources/a-page/" else "·"
        assert f"{before} {words} {after}" in text_of(response), address


def test_no_document_that_is_opened_gets_a_hold_of_the_page_it_was_opened_from(client):
    for address, response in pages_with(client).items():
        links = re.findall(r'<a href="https://example\.org/[^>]*>', response.content.decode())
        assert len(links) == 2, address
        assert all('rel="noopener"' in link for link in links), address


def test_a_note_of_a_citation_is_no_markdown_and_leads_nowhere(client):
    make_event("secret", title="Secret visit", status="draft")
    note = "They say [otherwise](event:secret) and *loudly*."
    add_source(make_event("a-visit"), stance="contradicts", note=note)
    page = client.get("/sources/a-page/").content.decode()
    assert note in page
    assert "/events/secret/" not in page


def test_a_source_that_only_gives_a_name_is_said_to_do_so(client):
    source = make_source("a-yearbook")
    make_party("japan").names.create(text="Nippon", source=source)
    make_party("secret", status="draft").names.create(text="Hidden name", source=source)
    make_party("spain").names.create(text="Hispania", form="search", source=source)

    page = text_of(client.get("/sources/a-yearbook/"))

    assert "The name “Nippon”" in page
    assert "Nothing public cites this source" not in page
    assert "Hidden name" not in page
    assert "Hispania" not in page
