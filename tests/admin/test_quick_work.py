"""Lists, filters by entry, copies of entries and of citations, in a real browser."""

from typing import Any

import pytest

from partnership.admin.filters import parameter_of
from partnership.models import Exercise, SavedList, Status
from tests import factories
from tests.browsing import assert_accessible, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTY = parameter_of("involvements__party")


def look(page: Any, state: str) -> None:
    """The page as it stands keeps the rules, says nothing in the console and does not scroll sideways."""
    assert page.said == [], state
    assert_accessible(page, state)
    page.said.clear()  # what axe itself loads is refused by the policy
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, state


def choose_by_keys(page: Any, select: str, words: str) -> None:
    page.locator(f"{select} + .select2 .select2-selection").focus()
    page.keyboard.press("Enter")
    page.keyboard.type(words)
    page.locator(f".select2-results__option--highlighted:has-text('{words}')").wait_for()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_lists_are_narrowed_kept_and_widened_again(staff_page, live_server, scheme, width):
    page = staff_page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    factories.make_event("madrid", title="Madrid Summit", status=Status.DRAFT, parties=(("japan", "host"),))
    factories.make_event(
        "oslo", title="A_very_long_title_without_any_break_" * 4, parties=(("norway", "host"),)
    )
    factories.make_party("norway").names.create(text="Norge", form="short")
    address = f"{live_server.url}/admin/partnership/event/"
    page.goto(address)
    look(page, "everything")

    choose_by_keys(page, f"[name={PARTY}]", "Norway")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#result_list tbody tr").count() == 1
    assert (
        page.locator(".chips li").all_inner_texts()[0].replace("\n", " ")
        == "Remove: Party taking part: Norway ✕"
    )
    page.goto(f"{page.url}&q=very&status__exact=published&_facets=True")
    page.click("text=Save this list")
    look(page, "narrowed, with counts")

    page.fill("#list-name", "A_long_name_of_a_list_without_a_break_" * 2)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert SavedList.objects.get().query.startswith(PARTY)
    page.click("text=Delete one of your lists")
    look(page, "kept")
    page.goto(f"{address}?{PARTY}=987654&place=nowhere")
    assert "no such entry" in page.inner_text("#changelist-filter")
    look(page, "an entry that is not there")
    follow(page.locator(".remove-all"))
    assert page.locator(".chips").count() == 0
    follow(page.locator(".lists a:has-text('A_long_name')"))
    page.click("text=Delete one of your lists")
    follow(page.locator(".own-lists button"))
    assert not SavedList.objects.exists()

    page.goto(f"{live_server.url}/admin/")
    look(page, "front page")


def test_a_filter_by_entry_works_without_scripts(staff_page, live_server, browser):
    factories.make_event("oslo", organisations=("un",))
    factories.make_event("madrid")
    [session] = [each for each in staff_page.context.cookies() if each["name"] == "sessionid"]
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([session])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/partnership/event/")
    name = parameter_of("organisations")
    page.fill(f"input[name={name}]", "un")
    page.locator(f"form:has(input[name={name}]) button").click()
    assert page.locator("#result_list tbody tr").count() == 1
    assert page.locator("[data-act]").count() == 0
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_an_entry_and_a_citation_are_copied(staff_page, live_server, scheme, width):
    page = staff_page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    event = factories.make_event("madrid", title="Madrid Summit", status=Status.DRAFT, sources=())
    source = factories.make_source("a-page", title="The declaration")
    factories.add_source(event, "a-page", locator="Paragraph 9", note="As it says.", supports="date")
    page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    assert not page.is_visible("[data-act=paste-citation]")
    page.click("#citations-0 [data-act=copy-citation]")
    assert "is copied" in page.inner_text("#citations-group [role=status]")
    look(page, "a citation that was copied")

    other = page.context.new_page()
    other.goto(f"{live_server.url}/admin/partnership/exercise/add/")
    other.fill("#id_title", "Dragon")
    other.fill("#id_slug", "dragon")
    other.click("[data-act=paste-citation]")
    other.wait_for_function("document.activeElement.id === 'id_citations-0-locator'")
    assert other.inner_text("#citations-0 .select2-selection__rendered").endswith("The declaration")
    with other.expect_navigation():
        other.keyboard.press("Control+s")
    [row] = Exercise.objects.get().citations.all()
    assert (row.source, row.locator, row.note, row.supports) == (source, "Paragraph 9", "As it says.", "")
    other.close()

    # What stands there is nothing of ours, then something that is half right: what can be read of it is pasted.
    half = f'{{"source": [["{source.pk}", "The declaration"]], "locator": 7}}'
    for odd, is_offered in (("{", False), ("[]", False), ('{"source": "x"}', False), (half, True)):
        page.evaluate("odd => localStorage.setItem('partnership.citation', odd)", odd)
        page.reload()
        assert page.is_visible("[data-act=paste-citation]") is is_offered
    page.click("[data-act=paste-citation]")
    assert page.said == []

    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    page.locator("body").press("d")
    page.wait_for_url("**/duplicate/")
    page.wait_for_function("document.activeElement.id === 'id_title'")
    page.fill("#id_slug", "madrid")
    look(page, "a copy")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert page.locator(".errornote").count() == 1
    look(page, "a copy that is refused")
    page.fill("#id_slug", "lisbon")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "copied from" in page.inner_text(".messagelist")
    look(page, "the form of a copy")
