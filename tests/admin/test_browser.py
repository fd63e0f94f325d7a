"""The forms of the admin in a real browser, under their content security policy."""

import pytest
from django.test import Client

from partnership.models import Event
from tests import factories
from tests.admin.forms import Editor
from tests.browsing import assert_accessible, choose, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_event_is_entered_with_two_parties_and_published(staff_page, live_server):
    for party in ("japan", "norway"):
        factories.make_party(party)
    factories.make_party("nato", kind="organisation", name="NATO")
    factories.make_source("a-page")
    factories.make_term("event-kind", "meeting")
    factories.make_term("role", "participant")
    staff_page.goto(f"{live_server.url}/admin/partnership/event/add/")
    staff_page.fill("#id_title", "Madrid Summit 2022")
    staff_page.keyboard.press("Tab")
    assert staff_page.input_value("#id_slug") == "madrid-summit-2022"
    choose(staff_page, "id_kind", "Meeting")
    choose(staff_page, "id_organisations", "NATO")
    staff_page.fill("#id_date", "2022-06-29/2022-06-30")
    for number, party in enumerate(("Japan", "Norway")):
        staff_page.click("#involvements-group .add-row a")
        choose(staff_page, f"id_involvements-{number}-party", party)
        choose(staff_page, f"id_involvements-{number}-role", "Participant")
    staff_page.click("#citations-group .add-row a")
    choose(staff_page, "id_citations-0-source", "A page")
    follow(staff_page.locator("input[name=_submit]").first)
    event = Event.objects.get()
    Editor(Client()).second_person().approve(event)
    event.refresh_from_db()
    assert event.is_public
    assert [row.party.slug for row in event.involvements.all()] == ["japan", "norway"]
    assert staff_page.said == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_the_staff_pages_keep_the_rules_of_accessibility(staff_page, live_server, scheme, width):
    event = factories.make_event(
        "madrid", areas=("cyber-defence",), parties=(("japan", "host"), ("norway", "host"))
    )
    event.involvements.filter(party__slug="japan").update(ordinal=1)
    fund = factories.make_fund("a-fund", status="draft")
    factories.add_step(fund, "step-agreed", "2014")
    staff_page.set_viewport_size({"width": width, "height": 900})
    staff_page.emulate_media(color_scheme=scheme)
    for address in (
        "partnership/event/",
        f"partnership/event/{event.pk}/change/",
        f"partnership/event/{event.pk}/withdraw/",
        "partnership/event/add/",
        f"partnership/fund/{fund.pk}/change/",
    ):
        staff_page.goto(f"{live_server.url}/admin/{address}")
        assert staff_page.said == [], address
        assert_accessible(staff_page, address)
        # What axe itself loads is refused by the policy.
        staff_page.said.clear()
        assert staff_page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_a_folded_group_is_open_when_it_holds_something(staff_page, live_server):
    event = factories.make_event(parties=(("japan", "host"), ("norway", "host")))
    event.involvements.filter(party__slug="japan").update(unit="A delegation")
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    assert staff_page.locator(".inline-related:not(.empty-form) details").evaluate_all(
        "all => all.map(one => one.open)"
    ) == [
        True,
        False,
    ]
