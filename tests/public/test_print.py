"""A printed page: what was asked, where and when it was read, every source by its address, nothing closed or to be clicked."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import date_format

from tests.factories import make_event, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.one_engine]

AFTER = "link => getComputedStyle(link, '::after').content"


@pytest.fixture
def printed(page: Any, live_server: Any) -> Any:
    """Opens a page as it is printed."""
    make_source("a-page", url="https://example.org/a-page")
    make_event("one", date="2022-06")
    page.emulate_media(media="print")

    def opened(address: str) -> Any:
        page.goto(f"{live_server.url}{address}")
        return page

    return opened


def test_a_printed_list_says_what_was_asked_where_and_when(printed, live_server):
    page = printed("/events/?party=japan&from=2020")
    chips = page.locator(".chips").inner_text()
    assert "Party: Japan" in chips
    assert "From: 2020" in chips
    for part in (".site-nav", ".filter-panel", ".take-away", ".languages", ".results-head form"):
        assert not page.locator(part).first.is_visible(), part
    address = f"{live_server.url}/events/?party=japan&from=2020"
    day = date_format(timezone.localdate(), "j F Y")
    assert f"{address}, retrieved {day}" in page.locator("footer").inner_text().replace("\n", " ")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_printed_record_writes_out_the_addresses_of_its_sources_and_how_it_is_cited(printed):
    page = printed("/events/one/")
    link = page.locator(".source a[href='https://example.org/a-page']")
    assert "https://example.org/a-page" in link.evaluate(AFTER)
    assert "?edition=0" in page.locator(".citation").inner_text()
    assert not page.locator(".citation .uses").is_visible()


def test_what_is_closed_on_the_screen_is_open_on_paper(printed):
    call_command("build_data", stdout=io.StringIO())
    closed = printed("/data/").locator("main details:not([open])")
    assert closed.locator("dl").is_visible()
