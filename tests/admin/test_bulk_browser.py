"""The pages that ask before several entries are handled, and before a publication is undone, in a browser."""

import pytest
from django.contrib.auth import get_user_model

from partnership.models import Edition, Event, Revision, RevisionState, Status
from tests import factories
from tests.browsing import RULES, RULES_OF_LOOKS, assert_accessible, choose, follow
from tests.editorial.edits import save, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("light", 1280), ("dark", 320)]
ACTS = ("submit", "publish", "withdraw", "tag", "cite", "bundle", "export")


def assert_kept(page, name, looks=LOOKS):
    """All rules hold in the first look, in the others what a look may break; nothing is said, nothing scrolls sideways."""
    rules = RULES
    for scheme, width in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")  # colours that fade
        said = list(page.said)
        assert said == [], f"{name}: {said}"
        assert_accessible(page, f"{name} {scheme} {width}", rules)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide} px at {width}"
        page.said.clear()  # what axe itself loads is refused by the policy
        rules = RULES_OF_LOOKS


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
        assert_kept(page, act, LOOKS[number % 2 :][:1])  # one page of one frame: each look sees its half

    ask(page, events, "tag")
    choose(page, "id_area", "Cyber")
    follow(page.locator("#bulk_form .submit-row input[type=submit]"))
    assert page.locator(".upload-rows tbody tr").count() == 4
    assert_kept(page, "tag, looked at")
    follow(page.locator("#bulk_form .submit-row input[type=submit]"))
    assert_kept(page, "tagged", LOOKS[1:])
    assert Event.objects.filter(areas=area).count() == 2
    follow(page.locator(".messagelist .undo button"))
    assert_kept(page, "taken back", LOOKS[:1])
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
    assert_kept(page, "published")
    assert Event.objects.published().count() == 3
    follow(page.locator(".messagelist a:has-text('Undo')"))
    assert_kept(page, "undo an edition")
    page.fill("#id_reason", "It was too early.")
    follow(page.locator("#undo_form .submit-row input[type=submit]"))
    assert_kept(page, "undone", LOOKS[:1])
    assert Event.objects.get(slug="oslo").status == Status.WITHDRAWN
    assert Edition.objects.exclude(number=0).count() == 2
    page.goto(f"{live_server.url}/admin/editions/1/undo/")
    assert page.locator(".state li").count() == 2
    assert_kept(page, "undone already", LOOKS[1:])
