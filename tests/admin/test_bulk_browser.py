"""The pages that ask before several entries are handled, and before a publication is undone, in a browser."""

import pytest
from django.contrib.auth import get_user_model

from partnership.models import Edition, Event, Revision, RevisionState, Status
from tests import factories
from tests.browsing import LOOKS, choose, follow, look_over
from tests.editorial.edits import save, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ACTS = ("submit", "publish", "withdraw", "tag", "cite", "bundle", "export")


def ask(page, address, act):
    """Tick every entry of the list and choose an act, by keyboard alone."""
    page.goto(address)
    page.focus("#action-toggle")
    page.keyboard.press("Space")
    page.focus("select[name=action]")
    page.select_option("select[name=action]", f"{act}_selected")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_several_entries_are_handled_and_a_publication_is_undone(staff_page, live_server):
    page = staff_page
    writer = get_user_model().objects.create_user("writer")
    area = factories.make_area("cyber-defence", name="Cyber defence")
    changed = factories.make_event("madrid", title="Madrid Summit")
    submit(changed, writer, summary="It was short.")
    submit(factories.make_event("oslo", title="Oslo talks", status=Status.DRAFT), writer)
    save(factories.make_event("rome", title="Rome talks", status=Status.DRAFT, sources=()), writer)
    factories.make_event("a-meeting-of-ministers-with-a-long-address", place="Tokyo")
    events = f"{live_server.url}/admin/partnership/event/"

    for number, act in enumerate(ACTS):
        ask(page, events, act)
        assert page.locator("#bulk_form").count() == 1, act
        look_over(page, act, looks=LOOKS[number % 2 :][:1])  # one page of one frame: each look sees its half

    ask(page, events, "tag")
    choose(page, "id_area", "Cyber")
    follow(page.locator("#bulk_form .submit-row input[type=submit]"))
    assert page.locator(".upload-rows tbody tr").count() == 4
    look_over(page, "tag, looked at")
    follow(page.locator("#bulk_form .submit-row input[type=submit]"))
    look_over(page, "tagged", looks=LOOKS[1:])
    assert Event.objects.filter(areas=area).count() == 2
    follow(page.locator(".messagelist .undo button"))
    look_over(page, "taken back", looks=LOOKS[:1])
    assert not Event.objects.filter(areas=area).exists()

    Revision.objects.open().filter(entry__in=["event:madrid", "event:oslo"]).update(
        state=RevisionState.SUBMITTED
    )
    Revision.objects.exclude(made_by=writer).update(made_by=writer)
    ask(page, events, "publish")
    page.keyboard.press("Tab")
    page.fill("#id_note", "Two events.")
    page.press("#id_note", "Enter")
    page.wait_for_selector(".messagelist .success")
    look_over(page, "published")
    assert Event.objects.published().count() == 3
    follow(page.locator(".messagelist a:has-text('Undo')"))
    look_over(page, "undo an edition")
    page.fill("#id_reason", "It was too early.")
    follow(page.locator("#undo_form .submit-row input[type=submit]"))
    look_over(page, "undone", looks=LOOKS[:1])
    assert Event.objects.get(slug="oslo").status == Status.WITHDRAWN
    assert Edition.objects.exclude(number=0).count() == 2
    page.goto(f"{live_server.url}/admin/editions/1/undo/")
    assert page.locator(".state li").count() == 2
    look_over(page, "undone already", looks=LOOKS[1:])
