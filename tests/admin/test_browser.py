"""The forms of the admin in a real browser, under their content security policy."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from partnership.models import Event
from tests import factories
from tests.browsing import assert_accessible, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff(page: Any, live_server: Any, client: Client) -> Any:
    """A page of the staff's own; what its console says is in `console`."""
    client.force_login(get_user_model().objects.create_superuser("editor"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page


def choose(page: Any, select: str, words: str) -> None:
    """Choose an entry in an autocomplete by typing words of its name."""
    page.click(f"#{select} + .select2")
    page.keyboard.type(words)
    page.click(f".select2-results__option:has-text('{words}')")


def test_an_event_is_entered_with_two_parties_and_published(staff, live_server):
    for party in ("japan", "norway"):
        factories.make_party(party)
    factories.make_party("nato", kind="organisation", name="NATO")
    factories.make_source("a-page")
    factories.make_term("event-kind", "meeting")
    factories.make_term("role", "participant")
    staff.goto(f"{live_server.url}/admin/partnership/event/add/")
    staff.fill("#id_title", "Madrid Summit 2022")
    staff.keyboard.press("Tab")
    assert staff.input_value("#id_slug") == "madrid-summit-2022"
    choose(staff, "id_kind", "Meeting")
    choose(staff, "id_organisations", "NATO")
    staff.fill("#id_date", "2022-06-29/2022-06-30")
    for number, party in enumerate(("Japan", "Norway")):
        staff.click("#involvements-group .add-row a")
        choose(staff, f"id_involvements-{number}-party", party)
        choose(staff, f"id_involvements-{number}-role", "Participant")
    staff.click("#citations-group .add-row a")
    choose(staff, "id_citations-0-source", "A page")
    follow(staff.locator("input[name=_publish]").first)
    event = Event.objects.get()
    assert event.is_public
    assert [row.party.slug for row in event.involvements.all()] == ["japan", "norway"]
    assert staff.said == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_the_staff_pages_keep_the_rules_of_accessibility(staff, live_server, scheme, width):
    event = factories.make_event(
        "madrid", areas=("cyber-defence",), parties=(("japan", "host"), ("norway", "host"))
    )
    event.involvements.filter(party__slug="japan").update(ordinal=1)
    fund = factories.make_fund("a-fund", status="draft")
    factories.add_step(fund, "step-agreed", "2014")
    staff.set_viewport_size({"width": width, "height": 900})
    staff.emulate_media(color_scheme=scheme)
    for address in (
        "partnership/event/",
        f"partnership/event/{event.pk}/change/",
        f"partnership/event/{event.pk}/withdraw/",
        "partnership/event/add/",
        f"partnership/fund/{fund.pk}/change/",
    ):
        staff.goto(f"{live_server.url}/admin/{address}")
        assert staff.said == [], address
        assert_accessible(staff, address)
        # What axe itself loads is refused by the policy.
        staff.said.clear()
        assert staff.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_a_folded_group_is_open_when_it_holds_something(staff, live_server):
    event = factories.make_event(parties=(("japan", "host"), ("norway", "host")))
    event.involvements.filter(party__slug="japan").update(unit="A delegation")
    staff.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    assert staff.locator(".inline-related:not(.empty-form) details").evaluate_all(
        "all => all.map(one => one.open)"
    ) == [
        True,
        False,
    ]
