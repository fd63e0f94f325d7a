"""From a new source to drafts of its paragraphs, by keyboard; every page on the way keeps the rules."""

from typing import Any

import pytest

from partnership.models import Exercise, LinkCheck, Paragraph, Source
from tests import factories
from tests.browsing import choose, look_over

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "The Declaration\n\n1. We train together.\n\n2. We are grateful.\n\n3. We train in spring as well."


def press(page: Any, button: Any) -> None:
    """Press a button or link by the Enter key, and wait for the page it leads to."""
    with page.expect_navigation():
        button.press("Enter")


def key(page: Any, name: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(name)


def test_from_a_new_source_to_drafts_of_its_paragraphs(staff_page, live_server):
    page = staff_page
    page.goto(f"{live_server.url}/admin/")
    key(page, "s")
    page.keyboard.type("A declaration")
    key(page, "Enter")
    press(page, page.get_by_role("link", name="Number its paragraphs"))
    look_over(page, page.url)
    page.fill("#id_text", TEXT)
    press(page, page.locator("[name=_cut]"))
    look_over(page, page.url)
    press(page, page.locator("[name=_keep]"))
    look_over(page, page.url)

    # The title is set aside, the first paragraph becomes a draft, and so on without the mouse.
    key(page, "a")
    assert page.inner_text("#at-heading") == "Paragraph 1"
    key(page, "x")
    look_over(page, page.url)
    page.locator("#id_title").focus()
    page.keyboard.type("Training together")
    key(page, "Enter")
    assert page.inner_text("#at-heading") == "Paragraph 2"
    [citation] = Exercise.objects.get(slug="training-together").citations.all()
    assert (citation.source.slug, citation.locator) == ("a-declaration", "paragraph 1")
    key(page, "n")
    assert page.inner_text("#at-heading") == "Paragraph 3"
    key(page, "x")
    assert page.evaluate("document.activeElement.id") == "id_title"
    page.keyboard.type("Training in spring")
    key(page, "Control+s")
    assert "From paragraph 3" in page.inner_text("#content")
    press(page, page.get_by_role("link", name="Back to the paragraphs"))
    assert page.inner_text("#at li") == "Training in spring Exercise, Draft: paragraph 3"
    key(page, "n")
    key(page, "m")
    look_over(page, page.url)
    page.fill("#id_set_aside", "Thanks only")
    key(page, "Control+s")
    assert "2 of 4 recorded, 2 set aside, 0 still to do." in page.inner_text("#content")
    look_over(page, page.url)
    assert Paragraph.objects.get(label="2").set_aside == "Thanks only"

    # In the form of any entry the paragraphs of the chosen source are offered, in rows that were just added as well.
    page.goto(f"{live_server.url}/admin/partnership/event/add/")
    page.click("#citations-group .add-row a")
    page.focus("#id_citations-0-locator")
    assert page.get_attribute("#id_citations-0-locator", "list") is None
    choose(page, "id_citations-0-source", "A declaration")
    with page.expect_response("**/paragraphs.json"):
        page.focus("#id_citations-0-locator")
    page.wait_for_selector("#id_citations-0-locator[list]")
    offered = "[...document.getElementById('id_citations-0-locator').list.options].map(each => each.value)"
    assert page.evaluate(offered) == [f"paragraph {number}" for number in range(4)]

    source = Source.objects.get()
    dead = factories.make_source("dead", url="https://example.org/dead")
    LinkCheck.objects.create(
        url=dead.url,
        outcome="gone",
        status=404,
        failing_since="2026-01-01T00:00Z",
        checked_at="2026-01-09T00:00Z",
    )
    for path in (
        "",
        f"source/{source.pk}/change/",
        f"source/{dead.pk}/change/",
        "source/?work=dead-link",
        "linkcheck/",
    ):
        page.goto(f"{live_server.url}/admin/partnership/{path}" if path else f"{live_server.url}/admin/")
        look_over(page, page.url)
