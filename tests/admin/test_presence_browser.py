"""At a browser: who else has a form open, and what is asked before what may be there already is saved."""

from typing import Any

import pytest

from partnership.models import Event, OpenForm, Source
from tests import factories
from tests.admin.accounts import desk
from tests.browsing import choose, follow, look_over

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEFT = "() => !document.querySelector('#presence p')"


@pytest.fixture(autouse=True)
def left_in_time(page_looked_at: Any) -> Any:
    """What a form says when it is left is heard before the database is emptied."""
    yield
    page_looked_at.on("dialog", lambda question: question.accept())
    page_looked_at.goto("about:blank")
    page_looked_at.wait_for_timeout(500)


def test_a_form_says_who_else_has_it_open(page_looked_at, live_server):
    page = page_looked_at
    event = factories.make_event("madrid")
    other = desk("other")
    open_address = f"/admin/partnership/event/{event.pk}/open/"
    other.client.post(open_address)
    address = f"{live_server.url}/admin/partnership/event/{event.pk}/change/"
    with page.expect_response("**/open/"):
        page.goto(address)
    assert "other has this form open too, last seen" in page.inner_text("#presence")
    look_over(page, "presence", page.said)
    assert OpenForm.objects.filter(account__username="editor").exists()
    # Whoever leaves is gone at the next time of asking; coming back to the tab asks at once.
    other.client.post(f"/admin/partnership/event/{event.pk}/close/")
    with page.expect_response("**/open/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function(LEFT)
    # A network that is away, and an answer that makes no sense, say nothing.
    for answer in (lambda route: route.abort(), lambda route: route.fulfill(status=200, body="?")):
        page.route("**/open/", answer)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_timeout(200)
        page.unroute("**/open/")
    assert [text for text in page.said if "ERR_FAILED" not in text] == []
    page.said.clear()
    page.wait_for_timeout(300)
    page.goto(f"{live_server.url}/admin/")
    for _time in range(50):
        page.wait_for_timeout(100)
        if not OpenForm.objects.exists():
            break
    assert not OpenForm.objects.exists()
    # When the session is over the page stops asking.
    with page.expect_response("**/open/"):
        page.goto(address)
    page.context.clear_cookies(name="sessionid")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response("**/open/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.goto("about:blank")
    assert asked.count(f"{live_server.url}{open_address}") == 1
    assert page.said == []


def test_what_may_be_there_already_is_asked_about(staff_page, live_server):
    factories.make_event("summit", title="Madrid Summit 2022", date="2022-06")
    staff_page.goto(f"{live_server.url}/admin/partnership/event/add/")
    staff_page.fill("#id_title", "NATO Madrid Summit")
    staff_page.fill("#id_summary", "What was typed")
    choose(staff_page, "id_kind", "Meeting")
    staff_page.keyboard.press("Control+s")
    staff_page.wait_for_selector(".likenesses")
    assert staff_page.locator("#unsaved").inner_text() == ""
    assert staff_page.input_value("#id_summary") == "What was typed"
    assert "It has a similar name." in staff_page.inner_text(".likenesses")
    look_over(staff_page, "likenesses", staff_page.said)
    with staff_page.context.expect_page() as opened:
        staff_page.click(".likenesses a >> nth=0")
    opened.value.close()
    staff_page.check("#id_another_one")
    # Enter saves by the first button, and ticks nothing by itself.
    with staff_page.expect_navigation():
        staff_page.press("#id_title", "Enter")
    assert staff_page.locator(".messagelist .success").count() == 1
    assert Event.objects.get(slug="nato-madrid-summit").summary == "What was typed"
    assert staff_page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('unsaved'))") == []

    source = factories.make_source("a-page", title="A page")
    staff_page.goto(f"{live_server.url}/admin/partnership/exercise/add/")
    staff_page.click("#citations-group .add-row a")
    with staff_page.expect_popup() as small:
        staff_page.click("#add_id_citations-0-source")
    window, said = small.value, []
    window.on("console", lambda message: said.append(message.text))
    window.fill("#id_title", "A page")
    window.fill("#id_slug", "the-page-again")
    follow(window.locator("input[name=_save]").first)
    look_over(window, "likenesses in a pop-up", said)
    with window.expect_event("close"):
        window.click(".likenesses button")
    staff_page.wait_for_function(
        "key => document.getElementById('id_citations-0-source').value === key", arg=str(source.pk)
    )
    assert Source.objects.count() == 1
    assert staff_page.said == []
