"""Two entries merged and parted again in a real browser, by keyboard, on a wide page and on a narrow dark one."""

import pytest
from django.test import Client

from partnership.models import Event, Merge, Status
from tests import factories
from tests.browsing import follow, look_over
from tests.editorial.edits import save

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_events_are_merged_by_keyboard_and_parted_again(staff_page, live_server):
    kept = factories.make_event(
        "madrid", title="Madrid Summit", date="2022-06-29", date_stated="29 June 2022"
    )
    gone = factories.make_event(
        "summit-of-madrid",
        title="Summit of Madrid",
        date="2022-06",
        place="Madrid",
        parties=(("japan", "participant"), ("korea", "participant")),
        sources=("a-page", "b-page"),
    )
    draft = factories.make_event("draft", title="Madrid, a draft", status=Status.DRAFT)
    part = factories.make_event("part", part_of=gone)
    form = f"{live_server.url}/admin/partnership/event/{kept.pk}/change/"
    staff_page.goto(form)
    follow(staff_page.get_by_role("link", name="Merge with…"))
    look_over(staff_page, "before the search")
    staff_page.focus("#merge-words")
    staff_page.keyboard.type("madrid")
    with staff_page.expect_navigation():
        staff_page.keyboard.press("Enter")
    assert staff_page.locator(".work li").count() == 2
    look_over(staff_page, "what was found")

    save(part, place="Rome")
    follow(staff_page.get_by_role("link", name="Summit of Madrid"))
    assert "Finish or discard the change of “Part”" in staff_page.inner_text(".errornote")
    look_over(staff_page, "what is refused")
    part_form = f"{live_server.url}/admin/partnership/event/{part.pk}"
    both = staff_page.url
    staff_page.goto(f"{part_form}/discard/")
    follow(staff_page.locator("input[value='Discard the change']"))

    staff_page.goto(both)
    look_over(staff_page, "both side by side")
    staff_page.get_by_role("button", name="Merge the two").click()
    assert staff_page.evaluate("document.activeElement.type") == "radio", (
        "nothing is sent before a choice is made"
    )
    staff_page.keyboard.press("Space")
    staff_page.keyboard.press("Tab")
    staff_page.keyboard.press("ArrowDown")
    staff_page.focus("#id_reason")
    staff_page.keyboard.type("The same communiqué.")
    staff_page.keyboard.press("Tab")
    with staff_page.expect_navigation():
        staff_page.keyboard.press("Enter")
    assert "“Summit of Madrid” is merged into" in staff_page.inner_text(".messagelist")
    kept.refresh_from_db()
    assert kept.place == "Madrid"
    assert Client().get("/events/summit-of-madrid/").url == "/events/madrid/"

    done = Merge.objects.get()
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{kept.pk}/history/")
    look_over(staff_page, "the history")
    staff_page.goto(f"{live_server.url}/admin/partnership/merge/")
    look_over(staff_page, "the list of merges")
    follow(staff_page.get_by_role("link", name="Undo the merge of event:summit-of-madrid"))
    look_over(staff_page, "before it is undone")
    staff_page.fill("#id_reason", "They are two.")
    follow(staff_page.get_by_role("button", name="Undo the merge"))
    assert "are two entries again" in staff_page.inner_text(".messagelist")
    assert Event.objects.get(slug="summit-of-madrid").is_public
    staff_page.goto(f"{live_server.url}/admin/partnership/merge/{done.pk}/undo/")
    look_over(staff_page, "undone already")
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{draft.pk}/merge/?with={kept.pk}")
    assert "What stays must be public" in staff_page.inner_text(".errornote")
    look_over(staff_page, "the other way round")
