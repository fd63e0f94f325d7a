"""The keys of the staff pages, in a real browser."""

from typing import Any

import pytest

from partnership.models import Event
from tests import factories
from tests.browsing import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a page such as the queue of review marks with keys of its own.
CONTROLS = """
<div id="marked">
  <button type="button" data-key="a">Approve</button>
  <label for="reason">Reason for sending it back:</label><textarea id="reason" data-key="r"></textarea>
  <a href="#next" data-key="n">Next</a>
  <button type="button" data-key="x" hidden>Not offered here</button>
</div>
"""


@pytest.fixture
def event(db: Any) -> Event:
    return factories.make_event("madrid", status="draft", parties=(("japan", "host"), ("norway", "host")))


@pytest.fixture
def form(staff_page: Any, live_server: Any, event: Event) -> Any:
    """The form of a draft, open."""
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    return staff_page


@pytest.fixture
def marked(staff_page: Any, live_server: Any) -> Any:
    """A staff page with controls that have keys and none of its own; how often the button was pressed is in `pressed`."""
    staff_page.goto(f"{live_server.url}/admin/partnership/edition/")
    staff_page.evaluate(
        """html => {
            document.getElementById("content-main").insertAdjacentHTML("beforeend", html);
            window.pressed = 0;
            document.querySelector("[data-key=a]").addEventListener("click", () => (window.pressed += 1));
        }""",
        CONTROLS,
    )
    return staff_page


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.id")


@pytest.mark.parametrize("keys", ["Control+s", "Meta+s"])
def test_the_form_is_saved_from_any_field_and_stays_open(form, event, keys):
    address = form.url
    form.fill("#id_summary", "A line")
    with form.expect_navigation():
        form.keyboard.press(keys)
    assert form.url == address
    assert form.locator(".messagelist .success").count() == 1
    event.refresh_from_db()
    assert event.summary == "A line"
    assert form.said == []


def test_a_page_that_saves_nothing_leaves_the_key_to_the_browser(marked):
    marked.evaluate(
        "document.addEventListener('keydown', event => (window.wasTaken = event.defaultPrevented))"
    )
    marked.keyboard.press("Control+s")
    assert marked.evaluate("window.wasTaken") is False


def test_a_slash_leads_to_the_search(staff_page, live_server, event):
    staff_page.goto(f"{live_server.url}/admin/partnership/event/")
    staff_page.evaluate("document.activeElement.blur()")
    staff_page.keyboard.press("/")
    assert focused(staff_page) == "searchbar"
    assert staff_page.input_value("#searchbar") == ""
    staff_page.keyboard.type("a/b")
    assert staff_page.input_value("#searchbar") == "a/b"
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    staff_page.keyboard.press("/")
    assert focused(staff_page) == "nav-filter"


def test_a_key_of_the_page_presses_or_focuses_once(marked):
    marked.keyboard.down("a")
    marked.keyboard.down("a")
    marked.keyboard.up("a")
    assert marked.evaluate("window.pressed") == 1
    marked.keyboard.press("n")
    assert marked.url.endswith("#next")
    marked.keyboard.press("r")
    assert focused(marked) == "reason"
    marked.keyboard.type("an answer")
    assert marked.input_value("#reason") == "an answer"
    assert marked.evaluate("window.pressed") == 1


def test_with_another_key_held_down_nothing_is_pressed(marked):
    for keys in ("Control+a", "Alt+a", "Meta+a", "Shift+a"):
        marked.keyboard.press(keys)
    assert marked.evaluate("window.pressed") == 0


def test_letters_typed_into_an_autocomplete_are_letters(form):
    form.evaluate("document.querySelector('#id_place').dataset.key = 'j'")
    form.focus("#id_kind + .select2 .select2-selection")
    form.keyboard.press("j")
    assert focused(form) != "id_place"


def test_a_question_mark_lists_the_keys_of_the_page(marked):
    marked.focus("[data-key=a]")
    marked.keyboard.press("?")
    said = marked.locator("#keys").inner_text()
    for words in ("Approve", "Reason for sending it back", "Next", "Go to the search", "Show this list"):
        assert words in said
    assert "Not offered here" not in said
    assert "⌘" not in said
    marked.keyboard.press("a")
    assert marked.evaluate("window.pressed") == 0
    marked.keyboard.press("Escape")
    assert not marked.is_visible("#keys")
    assert marked.evaluate("document.activeElement.textContent") == "Approve"
    assert marked.said == []


def test_the_list_of_a_form_names_the_key_that_saves(form):
    form.click("#keys-open")
    assert "⌘" in form.locator("#keys").inner_text()


def test_single_keys_can_be_switched_off_and_on_again(form, live_server, event):
    form.click("#keys-open")
    form.uncheck("#keys-single")
    form.keyboard.press("Escape")
    for key in ("/", "?"):
        form.keyboard.press(key)
    assert focused(form) == "keys-open"
    assert not form.is_visible("#keys")
    form.fill("#id_summary", "A line")
    with form.expect_navigation():
        form.keyboard.press("Control+s")
    event.refresh_from_db()
    assert event.summary == "A line"
    form.goto(f"{live_server.url}/admin/partnership/event/")
    form.evaluate("document.activeElement.blur()")
    form.keyboard.press("/")
    assert focused(form) != "searchbar"
    form.click("#keys-open")
    assert not form.is_checked("#keys-single")
    form.check("#keys-single")
    form.click("#keys [type=submit]")
    form.keyboard.press("/")
    assert focused(form) == "searchbar"


def test_who_is_not_logged_in_has_no_list_of_keys(page, live_server):
    page.goto(f"{live_server.url}/admin/login/")
    assert page.locator("#keys-open, #keys").count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_the_list_keeps_the_rules_of_accessibility(marked, scheme, width):
    marked.set_viewport_size({"width": width, "height": 900})
    marked.emulate_media(color_scheme=scheme)
    marked.click("#keys-open")
    assert marked.is_visible("#keys")
    assert_accessible(marked, scheme)
    assert marked.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
