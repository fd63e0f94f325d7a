"""Two editors of one entry in a real browser, and the form in each state an entry may be in."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from partnership import documents
from partnership.editorial import revising, workflow
from partnership.models import Event, Status
from tests import factories
from tests.admin.forms import Editor
from tests.browsing import assert_accessible, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])


def editor_called(name: str) -> Editor:
    """Somebody who may do everything."""
    account = get_user_model().objects.filter(username=name).first()
    client = Client()
    client.force_login(account or get_user_model().objects.create_superuser(name))
    return Editor(client)


def look(page: Any, scheme: str, width: int) -> None:
    """Set the colours and the width of a page."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def assert_in_order(page: Any, address: str) -> None:
    """Nothing in the console, no rule of accessibility broken, nothing runs off the side."""
    assert page.said == [], address
    assert_accessible(page, address)
    # What axe itself loads is refused by the policy.
    page.said.clear()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


@LOOKS
def test_the_second_editor_chooses_and_loses_nothing(staff_page, live_server, scheme, width):
    event = factories.make_event(
        "madrid", title="Madrid Summit", parties=(("japan", "host"), ("norway", "host"))
    )
    look(staff_page, scheme, width)
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    staff_page.fill("#id_title", "The Madrid Summit")
    staff_page.fill("#id_staff_note", "A note of mine.")
    colleague = editor_called("colleague")
    form = (
        colleague.reopen(event).fill(title="Summit of Madrid", place="Madrid").delete_row("involvements", 1)
    )
    colleague.press("_save", form, event)
    follow(staff_page.locator("input[name=_save]").first)
    assert "colleague saved this entry" in staff_page.inner_text(".errornote")
    assert staff_page.locator(".choice").count() == 1
    assert_in_order(staff_page, "the page of two changes")
    staff_page.get_by_label("Yours: The Madrid Summit").check()
    follow(staff_page.get_by_role("button", name="Save both, as chosen"))
    assert "is saved" in staff_page.inner_text(".messagelist")
    fields = {documents.label(row): row["fields"] for row in revising.present(event).document}
    assert fields["event[madrid]"]["title"] == "The Madrid Summit"
    assert (fields["event[madrid]"]["place"], fields["event[madrid]"]["staff_note"]) == (
        "Madrid",
        "A note of mine.",
    )
    assert "eventinvolvement[madrid.norway]" not in fields
    assert staff_page.said == []


def test_nothing_is_sent_before_a_choice_is_made(staff_page, live_server):
    event = factories.make_event("madrid", title="Madrid Summit")
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    staff_page.fill("#id_title", "Mine")
    editor_called("colleague").save(event, title="Theirs")
    follow(staff_page.locator("input[name=_save]").first)
    staff_page.get_by_role("button", name="Save both, as chosen").click()
    assert staff_page.evaluate("document.activeElement.type") == "radio"
    assert revising.present(event).document[0]["fields"]["title"] == "Theirs"


def entry_in(state: str) -> Event:
    """An event in one of the states that its form tells."""
    editor = editor_called("colleague")
    status = {"withdrawn": Status.WITHDRAWN, "draft": Status.DRAFT}.get(state, Status.PUBLISHED)
    event = factories.make_event("madrid", title="Madrid Summit", status=status)
    if state in ("pending", "draft"):
        editor.save(event, title="The Madrid Summit", change_reason="A letter.")
    if state in ("submitted", "returned"):
        editor.press("_submit", editor.reopen(event).fill(title="The Madrid Summit"), event)
    if state == "returned":
        editor.second_person().send_back(event, "Which letter?")
    if state == "moved":
        editor.save(event, title="The Madrid Summit")
        before = documents.dump(event)
        Event.objects.filter(pk=event.pk).update(title="Imported")
        workflow.record_import([], [(event, before)])
    return event


@LOOKS
def test_the_form_keeps_the_rules_of_accessibility_in_every_state(staff_page, live_server, scheme, width):
    look(staff_page, scheme, width)
    for state in ("draft", "pending", "submitted", "returned", "withdrawn", "moved"):
        event = entry_in(state)
        staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
        assert_in_order(staff_page, state)
        if state == "moved":
            staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/join/")
            assert_in_order(staff_page, "join")
        Event.objects.filter(pk=event.pk).delete()
        revising.revisions_of(event).update(previous=None)
        revising.revisions_of(event).delete()


@LOOKS
def test_the_form_with_faults_keeps_the_rules_of_accessibility(staff_page, live_server, scheme, width):
    event = entry_in("pending")
    look(staff_page, scheme, width)
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    staff_page.fill("#id_date", "June 2022")
    follow(staff_page.locator("input[name=_save]").first)
    assert staff_page.locator(".errorlist").count() >= 1
    assert staff_page.input_value("#id_date") == "June 2022"
    assert_in_order(staff_page, "with a fault")
    staff_page.evaluate("document.querySelector('[name=_started_from]').value = 'made up'")
    staff_page.fill("#id_date", "2022-06")
    follow(staff_page.locator("input[name=_save]").first)
    assert "too old to be saved" in staff_page.inner_text(".errorlist")
    assert_in_order(staff_page, "refused")
