"""Nothing typed is lost: what a browser asks before a form is left, what it keeps of it, and what it offers back."""

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session

from partnership.models import ENTRY_MODELS, Event, Vocabulary
from tests import factories
from tests.browsing import assert_accessible, choose, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHANGED_SINCE = "#unsaved [data-when=changed-since]"
OFFER = "#unsaved [data-answer=put-back]"


@pytest.fixture
def event(db: Any) -> Event:
    """A draft of an event of two parties in two roles, with words and parties to choose from."""
    factories.make_party("canada")
    factories.make_term(Vocabulary.ROLE, "subject")
    return factories.make_event(
        "madrid", status="draft", parties=(("japan", "host"), ("norway", "participant"))
    )


@pytest.fixture
def form(staff_page: Any, live_server: Any, event: Event) -> Any:
    """The form of the event, open; what leaving asks is noted in `asked` and answered with leaving."""
    staff_page.asked = []
    staff_page.form_url = f"{live_server.url}/admin/partnership/event/{event.pk}/change/"
    staff_page.list_url = f"{live_server.url}/admin/partnership/event/"

    def answer(dialog: Any) -> None:
        staff_page.asked.append(dialog.type)
        dialog.accept()

    staff_page.on("dialog", answer)
    staff_page.goto(staff_page.form_url)
    return staff_page


def asked_when_left(page: Any) -> bool:
    """Leave the page for the list. A browser asks only people who have done something on the page: so this does."""
    page.click("#content h1")
    page.asked.clear()
    page.goto(page.list_url)
    assert page.said == []
    return page.asked == ["beforeunload"]


def kept(page: Any) -> list[Any]:
    """What is kept for the tab."""
    slots = page.evaluate(
        "Object.entries(sessionStorage).filter(([key]) => key.startsWith('unsaved ')).map(([key, slot]) => slot)"
    )
    return [json.loads(slot) for slot in slots]


def chosen(page: Any, select: str) -> str:
    """The words that an autocomplete shows."""
    return page.inner_text(f"#{select} + .select2")


def wait_until_kept(page: Any, words: str) -> None:
    """Wait for what was typed to be kept while the form is open, as it must be before a crash."""
    page.wait_for_function(
        "words => Object.values(sessionStorage).some(slot => slot.includes(words))", arg=words, timeout=2000
    )


def test_an_unchanged_form_of_any_entry_is_left_without_a_question(form, live_server):
    for model in ENTRY_MODELS:
        entry = factories.make_entry(model)
        for page in ("add", f"{entry.pk}/change"):
            form.goto(f"{live_server.url}/admin/partnership/{model._meta.model_name}/{page}/")
            assert not asked_when_left(form), (model, page)
            assert kept(form) == []


def add_row(page: Any) -> None:
    page.click("#involvements-group .add-row a")


def sort_rows(page: Any) -> None:
    page.fill("#id_involvements-0-position", "7")


def delete_row(page: Any) -> None:
    page.check("#id_involvements-1-DELETE")


def choose_organisation(page: Any) -> None:
    choose(page, "id_organisations", "Canada")


def type_words(page: Any) -> None:
    page.fill("#id_place", "Madrid")


def test_leaving_a_changed_form_asks(form):
    for change in (type_words, choose_organisation, add_row, delete_row, sort_rows):
        form.goto(form.form_url)
        change(form)
        assert asked_when_left(form), change


def type_and_clear(page: Any) -> None:
    page.fill("#id_place", "Madrid")
    page.fill("#id_place", "")


def add_and_remove_row(page: Any) -> None:
    add_row(page)
    page.click("#involvements-2 .inline-deletelink")


def delete_row_and_not(page: Any) -> None:
    page.check("#id_involvements-1-DELETE")
    page.uncheck("#id_involvements-1-DELETE")


def choose_and_take_away(page: Any) -> None:
    choose(page, "id_organisations", "Canada")
    page.click(
        ".field-organisations .select2-selection__choice[title=Canada] .select2-selection__choice__remove"
    )
    page.keyboard.press("Escape")


def test_what_was_undone_is_no_change(form):
    for change in (type_and_clear, add_and_remove_row, delete_row_and_not, choose_and_take_away):
        form.goto(form.form_url)
        change(form)
        assert not asked_when_left(form), change
        assert kept(form) == []


def test_who_answers_no_stays_with_the_form_as_typed(staff_page, live_server, event):
    staff_page.on("dialog", lambda dialog: dialog.dismiss())
    staff_page.goto(f"{live_server.url}/admin/partnership/event/{event.pk}/change/")
    staff_page.fill("#id_place", "Madrid")
    with staff_page.expect_event("dialog"):
        staff_page.click("#site-name a", no_wait_after=True)
    assert staff_page.input_value("#id_place") == "Madrid"


def by_button(page: Any) -> None:
    page.click("input[name=_save] >> nth=0")


def by_enter(page: Any) -> None:
    page.press("#id_title", "Enter")


def by_script(page: Any) -> None:
    page.evaluate("document.getElementById('event_form').requestSubmit()")


def test_saving_never_asks_and_nothing_is_kept(form, event):
    for send in (by_button, by_enter, by_script):
        form.goto(form.form_url)
        assert form.locator("#unsaved").inner_text() == ""
        form.fill("#id_place", send.__name__)
        with form.expect_navigation():
            send(form)
        assert form.locator(".messagelist .success").count() == 1
        assert form.asked == []
        assert kept(form) == []
        event.refresh_from_db()
        assert event.place == send.__name__


def test_a_form_whose_sending_was_stopped_asks_again(form):
    form.fill("#id_place", "Madrid")
    form.evaluate(
        "document.getElementById('event_form').addEventListener('submit', event => event.preventDefault())"
    )
    by_button(form)
    assert asked_when_left(form)


def test_a_browser_that_stays_asks_again(form):
    form.fill("#id_place", "Madrid")
    form.route("**/change/", lambda route: route.fulfill(status=204))
    by_button(form)
    form.wait_for_timeout(1200)
    form.unroute("**/change/")
    assert asked_when_left(form)


def test_a_preview_in_another_tab_is_no_leaving(form):
    form.fill("#id_place", "Madrid")
    form.evaluate(
        "document.querySelector('.submit-row').insertAdjacentHTML('beforeend',"
        " '<button formtarget=_blank formmethod=get formaction=/admin/ id=look>Look</button>')"
    )
    with form.expect_popup() as opened:
        form.click("#look")
    opened.value.close()
    assert [slot["isSent"] for slot in kept(form)] in ([], [False])
    assert asked_when_left(form)


def test_text_is_kept_while_it_is_typed_and_put_back_whole(form, event, live_server):
    form.fill("#id_place", "Madrid")
    form.fill("#id_summary", "First line\nsecond line")
    choose(form, "id_organisations", "Canada")
    delete_row(form)
    add_row(form)
    choose(form, "id_involvements-2-party", "Canada")
    choose(form, "id_involvements-2-role", "Subject")
    form.click("#involvements-2 summary")
    form.fill("#id_involvements-2-unit", "A delegation")
    wait_until_kept(form, "A delegation")
    form.goto(f"{live_server.url}/admin/")
    form.goto(form.form_url)
    assert form.input_value("#id_place") == ""
    assert "was not saved" in form.locator("#unsaved").inner_text()
    form.click(OFFER)
    assert "It is not saved yet" in form.locator("#unsaved").inner_text()
    assert form.input_value("#id_summary") == "First line\nsecond line"
    assert "Canada" in chosen(form, "id_organisations")
    assert "Canada" in chosen(form, "id_involvements-2-party")
    assert form.is_checked("#id_involvements-1-DELETE")
    assert form.is_visible("#id_involvements-2-unit")
    follow(form.locator("input[name=_continue]").first)
    event.refresh_from_db()
    assert event.place == "Madrid"
    assert {party.slug for party in event.organisations.all()} == {"nato", "canada"}
    rows = [
        (row.party.slug, row.role.slug, row.unit) for row in event.involvements.order_by("position", "key")
    ]
    assert sorted(rows) == [("canada", "subject", "A delegation"), ("japan", "host", "")]
    assert kept(form) == []
    assert form.said == []


def test_a_choice_in_an_autocomplete_is_kept_like_text(form):
    form.click("#id_involvements-0-party + .select2")
    # Long enough for what opening it set off.
    form.wait_for_timeout(1000)
    form.keyboard.type("Canada")
    form.click(".select2-results__option:has-text('Canada')")
    wait_until_kept(form, "Canada")


def test_what_was_put_back_is_a_change_and_kept_again(form):
    type_words(form)
    assert asked_when_left(form)
    form.goto(form.form_url)
    form.click(OFFER)
    assert asked_when_left(form)
    form.goto(form.form_url)
    form.click(OFFER)
    assert form.input_value("#id_place") == "Madrid"
    assert len(kept(form)) == 1


def test_typing_on_does_not_overwrite_what_is_offered(form):
    form.fill("#id_place", "The first")
    assert asked_when_left(form)
    form.goto(form.form_url)
    form.fill("#id_place", "The second")
    assert asked_when_left(form)
    form.goto(form.form_url)
    form.click("#unsaved [data-answer=throw-away]")
    form.click(OFFER)
    assert form.input_value("#id_place") == "The first"


def test_what_is_thrown_away_is_gone(form):
    type_words(form)
    assert asked_when_left(form)
    form.goto(form.form_url)
    assert not form.is_visible(CHANGED_SINCE)
    form.click("#unsaved [data-answer=throw-away]")
    assert form.locator("#unsaved").inner_text() == ""
    assert kept(form) == []
    assert form.evaluate("document.activeElement.id") == "content-start"
    assert not asked_when_left(form)


def test_text_that_was_saved_elsewhere_is_not_offered(form, event):
    type_words(form)
    assert asked_when_left(form)
    Event.objects.filter(pk=event.pk).update(place="Madrid")
    form.goto(form.form_url)
    assert form.locator("#unsaved").inner_text() == ""
    assert kept(form) == []


def test_only_what_was_typed_is_put_back_on_a_newer_entry(form, event):
    form.fill("#id_place", "Madrid")
    form.click("#involvements-1 summary")
    form.fill("#id_involvements-1-name_stated", "Kingdom of Norway")
    assert asked_when_left(form)
    Event.objects.filter(pk=event.pk).update(title="A better title")
    event.involvements.get(party__slug="japan").delete()
    form.goto(form.form_url)
    form.click(OFFER)
    assert form.input_value("#id_title") == "A better title"
    assert form.input_value("#id_place") == "Madrid"
    assert form.input_value("#id_involvements-0-name_stated") == "Kingdom of Norway"
    assert form.input_value("#id_involvements-TOTAL_FORMS") == "1"


def test_the_notice_says_when_the_entry_has_changed_since(form):
    form.evaluate(
        "document.getElementById('event_form').insertAdjacentHTML('beforeend',"
        " '<input type=hidden name=_started_from value=another-state>')"
    )
    type_words(form)
    assert asked_when_left(form)
    form.goto(form.form_url)
    assert form.is_visible(CHANGED_SINCE)


def test_a_changed_row_that_is_gone_is_put_back_whole(form, event):
    form.click("#involvements-1 summary")
    form.fill("#id_involvements-1-name_stated", "Kingdom of Norway")
    assert asked_when_left(form)
    event.involvements.get(party__slug="norway").delete()
    form.goto(form.form_url)
    form.click(OFFER)
    assert form.input_value("#id_involvements-1-name_stated") == "Kingdom of Norway"
    assert "Norway" in chosen(form, "id_involvements-1-party")
    assert "Participant" in chosen(form, "id_involvements-1-role")


def test_after_a_sign_out_the_text_is_offered_back(form, event):
    user = get_user_model().objects.get(username="editor")
    user.set_password("a long pass phrase")
    user.save()
    type_words(form)
    Session.objects.all().delete()
    follow(form.locator("input[name=_continue]").first)
    assert form.asked == []
    form.fill("#id_username", "editor")
    form.fill("#id_password", "a long pass phrase")
    follow(form.locator("#login-form [type=submit]"))
    assert form.url == form.form_url
    form.click(OFFER)
    follow(form.locator("input[name=_continue]").first)
    event.refresh_from_db()
    assert event.place == "Madrid"
    assert kept(form) == []


def test_a_refused_save_is_still_unsaved(form, event):
    type_words(form)
    form.fill("#id_title", "")
    follow(form.locator("input[name=_continue]").first)
    assert form.locator(".errornote").count() == 1
    assert form.locator("#unsaved").inner_text() == ""
    assert asked_when_left(form)
    Event.objects.filter(pk=event.pk).update(summary="A newer summary")
    form.goto(form.form_url)
    form.click(OFFER)
    assert form.input_value("#id_place") == "Madrid"
    assert form.input_value("#id_title") == ""
    assert form.input_value("#id_summary") == "A newer summary"
    form.fill("#id_title", "A title")
    follow(form.locator("input[name=_continue]").first)
    event.refresh_from_db()
    assert (event.title, event.place) == ("A title", "Madrid")
    assert kept(form) == []


def test_a_save_that_failed_keeps_the_text(form):
    type_words(form)
    form.context.clear_cookies(name="csrftoken")
    follow(form.locator("input[name=_continue]").first)
    assert form.title().startswith("The form was not accepted")  # 403
    form.said.clear()  # Chromium notes every answer of 403.
    form.goto(form.list_url)
    form.goto(form.form_url)
    form.click(OFFER)
    assert form.input_value("#id_place") == "Madrid"


def test_passwords_are_never_kept(form, live_server):
    form.goto(f"{live_server.url}/admin/auth/user/add/")
    form.fill("#id_username", "a-colleague")
    form.fill("#id_password1", "a long pass phrase")
    wait_until_kept(form, "a-colleague")
    assert "pass phrase" not in json.dumps(kept(form))
    assert "pass phrase" not in form.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")


def test_rights_chosen_between_two_lists_are_kept_and_put_back(form, live_server):
    role = Group.objects.create(name="Readers")
    before, after = (Permission.objects.get(codename=f"view_{name}") for name in ("area", "event"))
    role.permissions.add(before)
    address = f"{live_server.url}/admin/auth/group/{role.pk}/change/"
    form.goto(address)
    assert not asked_when_left(form)
    form.goto(address)
    form.dblclick(f"#id_permissions_from option[value='{after.pk}']")
    form.dblclick(f"#id_permissions_to option[value='{before.pk}']")
    assert asked_when_left(form)
    form.goto(address)
    form.click(OFFER)
    assert form.locator("#id_permissions_to option").get_attribute("value") == str(after.pk)
    follow(form.locator("input[name=_continue]").first)
    assert list(role.permissions.all()) == [after]
    assert kept(form) == []


def test_a_pop_up_does_not_offer_the_text_of_its_opener(form, live_server):
    form.goto(f"{live_server.url}/admin/partnership/event/add/")
    form.fill("#id_title", "Madrid Summit 2022")
    wait_until_kept(form, "Madrid Summit 2022")
    with form.expect_popup() as opened:
        form.click("#add_id_series")
    popup = opened.value
    popup.wait_for_load_state("load")
    assert popup.locator("#unsaved").inner_text() == ""
    popup.close()


def test_when_storage_is_full_the_question_remains(form):
    form.add_init_script(
        "const store = Storage.prototype.setItem;"
        "Storage.prototype.setItem = function (key, text) {"
        " if (key.startsWith('unsaved ')) throw new DOMException('full', 'QuotaExceededError');"
        " store.call(this, key, text); }"
    )
    form.goto(form.form_url)
    type_words(form)
    assert asked_when_left(form)
    form.goto(form.form_url)
    form.fill("#id_title", "")
    follow(form.locator("input[name=_continue]").first)
    assert form.locator(".errornote").count() == 1
    assert asked_when_left(form)
    assert kept(form) == []


def test_what_the_browser_fills_in_again_is_still_unsaved(form):
    type_words(form)
    form.goto(form.list_url)
    form.go_back()
    form.wait_for_function("document.getElementById('id_place').value === 'Madrid'")
    assert form.locator("#unsaved").inner_text() == ""
    assert asked_when_left(form)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_the_notice_keeps_the_rules_of_accessibility(form, scheme, width):
    form.set_viewport_size({"width": width, "height": 900})
    form.emulate_media(color_scheme=scheme)
    type_words(form)
    form.goto(form.form_url)
    form.goto(form.list_url)
    form.goto(form.form_url)
    assert form.is_visible(OFFER)
    assert form.said == []
    assert_accessible(form, scheme)
    assert form.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
