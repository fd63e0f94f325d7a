"""Calendars of events and exercises: days that are stated and no others, valid by two libraries."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from partnership.models import Event, PlanState, Status
from partnership.public.calendars import coverage, with_exact_date
from tests.factories import make_event, make_exercise, make_source
from tests.public.libical import errors_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

EXACT = ("2022-06-29", "2022-06-29/2022-06-29", "2022-12-30/2023-01-02")
INEXACT = (
    "",
    "2022",
    "2022-06",
    "199X",
    "2022-06-29~",
    "2022-06-29?",
    "2022-06-29%",
    "2022-06/2022-07",
    "2022-06-29/2022-07",
    "2022-06-29/2022-07-01~",
    "2022-06-29/..",
    "2022-06-29/",
    "../2022-06-29",
    "/2022-06-29",
)


def content(client: Any, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return b"".join(response)


def calendar(client: Any, address: str = "/events.ics") -> Any:
    """The calendar at an address, which both libraries find right."""
    found = content(client, address)
    parsed = Calendar.from_ical(found)
    assert [each.errors for each in parsed.walk() if each.errors] == []
    assert errors_in(found) == []
    return parsed


def test_an_event_is_told_with_its_days_its_page_and_its_sources(client):
    make_source("a-page", title="A page", publisher="NATO")
    event = make_event(
        "summit",
        title="Summit, with a comma; and more",
        date="2022-06-28/2022-06-30",
        place="Madrid",
        summary="The *first* summit: " + "é" * 90,
    )
    event.changed = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    event.save()
    (told,) = calendar(client).walk("VEVENT")
    address = "http://testserver/events/summit/"
    assert (told["UID"], told["URL"]) == (address, address)
    assert (told.decoded("DTSTART"), told.decoded("DTEND")) == (date(2022, 6, 28), date(2022, 7, 1))
    assert told["DTSTART"].params["VALUE"] == "DATE"
    assert told.decoded("DTSTAMP") == told.decoded("LAST-MODIFIED") == event.changed
    assert str(told["SUMMARY"]) == "Summit, with a comma; and more"
    assert told["SUMMARY"].params["LANGUAGE"] == "en"
    assert told["LOCATION"] == "Madrid"
    assert str(told["DESCRIPTION"]).splitlines() == [
        "The first summit: " + "é" * 90,
        "Source: NATO, A page, https://example.org/a-page",
    ]
    assert all(len(line) <= 75 for line in content(client, "/events.ics").split(b"\r\n"))


def test_one_day_ends_before_the_next_and_the_state_of_the_plan_is_told(client):
    for state in PlanState:
        make_event(f"an-{state}-one", date="2030-12-31", plan_state=state)
    found = {str(each["STATUS"]): each.decoded("DTEND") for each in calendar(client).walk("VEVENT")}
    assert found == dict.fromkeys(("TENTATIVE", "CONFIRMED", "CANCELLED"), date(2031, 1, 1))


def test_only_days_that_are_surely_known_are_told_and_the_others_are_counted(client):
    """Of all the forms that a date can have those alone that name a first and a last day without a qualifier."""
    for text in (*EXACT, *INEXACT):
        make_event(date=text)
    assert {event.date for event in with_exact_date(Event.objects.published())} == set(EXACT)
    told = calendar(client)
    assert len(told.walk("VEVENT")) == 3
    assert "3 of 17 have an exact date. 14 records are left out" in told["X-WR-CALDESC"]
    page = client.get("/events/").content.decode()
    assert '<a href="/events.ics">Calendar: 3 of 17 have an exact date</a>' in page


def test_the_calendar_of_a_filtered_list_holds_its_rows(client):
    make_event("one", date="2022-06-29", parties=(("japan", "host"),))
    make_event("two", date="2022-06-29", parties=(("spain", "host"),))
    make_event("three", date="2022", parties=(("japan", "host"),))
    found = calendar(client, "/events.ics?party=japan&sort=oldest")
    assert [str(each["UID"]) for each in found.walk("VEVENT")] == ["http://testserver/events/one/"]
    assert "/events/?party=japan" in found["X-WR-CALDESC"]
    page = client.get("/fr/events/?party=japan").content.decode()
    assert 'href="/events.ics?party=japan"' in page
    for query in ("colour=red", "page=2", "from=June"):
        response = client.get(f"/events.ics?{query}")
        assert (response.status_code, query.partition("=")[0] in response.content.decode()) == (400, True)


def test_exercises_have_a_calendar_too_and_what_is_no_day_of_its_own_has_none(client):
    make_exercise("exercise", date="2023-05-04")
    assert len(calendar(client, "/exercises.ics").walk("VEVENT")) == 1
    assert client.get("/funds.ics").status_code == 404
    assert ".ics" not in client.get("/funds/").content.decode()


def test_without_an_exact_date_the_page_says_so_and_links_no_calendar(client):
    make_event(date="2022")
    page = client.get("/events/").content.decode()
    assert "Calendar: 0 of 1 has an exact date" in page
    assert '<a href="/events.ics"' not in page
    assert len(calendar(client).walk("VEVENT")) == 0
    assert coverage(Event.objects.none()).left_out == "Every record of the list has an exact date."


def test_drafts_are_in_no_calendar_and_change_no_count(client):
    make_event("one", date="2022-06-29")
    before = content(client, "/events.ics")
    draft = make_source("hidden", status=Status.DRAFT)
    make_event("two", date="2022-06-29", status=Status.DRAFT)
    Event.objects.get(slug="one").citations.create(source=draft)
    assert content(client, "/events.ics") == before


def test_more_events_take_no_more_queries(client):
    make_event(date="2022-06-29")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            content(client, "/events.ics")
        return len(asked)

    before = queries()
    for day in range(1, 6):
        make_event(date=f"2022-06-0{day}")
    assert queries() == before


def test_libical_sees_what_is_wrong():
    """The control: else the check above would hold of anything."""
    wrong = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nSUMMARY:No name\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert errors_in(wrong)
