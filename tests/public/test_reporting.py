"""Reporting an error: a letter made ready, about a page that is public, and about no other."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.html import escape

from partnership.models import Edition, Status
from partnership.public.reporting import Report, report_on, reported_page
from tests.factories import make_area, make_event, make_party, make_relation, make_source, make_term
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

DESK = "desk@register.example.org"


def whole(address: str) -> str:
    return f"https://register.example.org{address}"


def letter(report: Report) -> dict[str, str]:
    """What a mail program reads in the prepared address."""
    return {name: value for name, (value,) in parse_qs(urlsplit(report.mailto).query).items()}


def test_every_page_of_an_entry_and_of_an_edition_leads_to_its_report(client: Client):
    entries = [make_event(), make_relation(), make_party("japan"), make_area("space"), make_source("a-page")]
    for entry in entries:
        address = f"/report/?about={entry.reference}"
        assert f'href="{address}" rel="nofollow"' in client.get(entry.get_absolute_url()).content.decode()
        response = client.get(address)
        assert response.context["reported"].title == str(entry)
        assert f"http://testserver{entry.get_absolute_url()}" in text_of(response)
    assert b'href="/report/?about=edition:0"' in client.get("/editions/0/").content


def test_the_letter_says_which_page_in_which_edition_and_asks_for_the_source(settings):
    settings.CONTACT_EMAIL = DESK
    Edition.objects.create(number=3)
    event = make_event("talks", title="Talks & “tea” – 50 % of it?")
    report = report_on(reported_page("event:talks", whole))
    assert report.mailto.startswith(f"mailto:{DESK}?subject=Error%20in%20Partnership")
    assert not {" ", "+", "\n", "“"} & set(report.mailto)
    sent = letter(report)
    assert sent["subject"] == "Error in Partnership: Talks & “tea” – 50 % of it?"
    assert sent["body"] == report.text.replace("\n", "\r\n")
    for words in (
        event.title,
        whole("/events/talks/"),
        "Edition: 3",
        "What is wrong:",
        "Source that says so",
    ):
        assert words in sent["body"]


def test_without_a_page_the_letter_has_room_for_its_address(settings):
    settings.CONTACT_EMAIL = DESK
    assert letter(report_on(None))["body"].startswith("Address of the page:\r\n")


def test_without_an_address_of_the_desk_there_is_no_letter_but_the_text_to_copy(client: Client, settings):
    settings.CONTACT_EMAIL = ""
    response = client.get("/report/", {"about": make_event("talks").reference})
    assert b"mailto:" not in response.content
    assert "This site has not set an address for reports." in text_of(response)
    assert escape(response.context["report"].text) in response.content.decode()


def test_a_page_of_an_edition_is_named_by_its_number():
    Edition.objects.create(number=3)
    page = reported_page("edition:3", whole)
    assert (page.title, page.address, page.edition) == ("Edition 3", whole("/editions/3/"), 3)
    assert reported_page("edition:0", whole).edition == 0
    assert reported_page("edition:4", whole) is None
    assert reported_page("edition:99999999999999999999", whole) is None


@pytest.mark.parametrize(
    "about",
    ["event", "event:", ":", "nothing:talks", "event:\x00", "Event:talks", "revision:1", "edition:three"],
)
def test_what_names_no_page_is_no_entry(client: Client, about):
    response = client.get("/report/", {"about": about})
    assert response.status_code == 200
    assert "There is no such entry" in text_of(response)
    assert response.context["report"] == report_on(None)


def test_a_draft_and_what_was_withdrawn_answer_as_what_never_was(client: Client):
    make_event("talks-a", title="Secret", status=Status.DRAFT)
    make_event("talks-b", status=Status.WITHDRAWN)
    make_relation("nato-japan", party="japan")
    make_party("japan").__class__.objects.filter(slug="japan").update(status=Status.DRAFT)
    make_term("section", "highlights")
    never = client.get("/report/?about=event:talks-c").content
    for about in ("event:talks-a", "event:talks-b", "relation:nato-japan", "party:japan", "term:highlights"):
        response = client.get(f"/report/?about={about}")
        assert response.status_code == 200
        assert response.content.replace(about.encode(), b"event:talks-c") == never, about


def test_search_engines_pass_it_by(client: Client):
    response = client.get("/report/")
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert b'<meta name="robots" content="noindex">' in response.content


def test_it_takes_nothing_from_readers(client: Client):
    assert client.post("/report/", {"about": "event:talks"}).status_code == 405
    assert b'method="post"' not in client.get("/report/").content


def test_the_number_of_queries_is_that_of_one_entry_and_one_edition(
    client: Client, django_assert_num_queries
):
    make_event("talks")
    with django_assert_num_queries(2):
        client.get("/report/?about=event:talks")
    with django_assert_num_queries(0):
        client.get("/report/")
