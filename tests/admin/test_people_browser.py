"""The pages of accounts, erasing and notices in a browser: every state, in both looks, wide and narrow."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from partnership.editorial import notices
from partnership.models import Erasure, Event
from tests import factories
from tests.admin.accounts import account
from tests.browsing import follow, look_over
from tests.editorial.edits import submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "Ann Lee"


def test_every_page_of_people_and_notices_in_every_state(staff_page, live_server):
    page = staff_page

    def go(name: str, *keys: Any) -> None:
        page.goto(f"{live_server.url}{reverse(name, args=keys)}")

    event = factories.make_event("talk-of-ann-lee", title=f"Talk of {NAME}")
    person = account("emiko", "Editor", (factories.make_party("japan"),))
    submit(event, person, summary=f"{NAME} spoke.")

    # Erasing: ask, find nothing, look, forget something, erase
    go("admin:erase")
    look_over(page, "erase")
    page.fill("#id_words", "Bob Ray")
    follow(page.locator("text=Look for them"))
    look_over(page, "erase-nowhere")
    follow(page.locator("text=Look for other words"))
    page.fill("#id_words", NAME)
    follow(page.locator("text=Look for them"))
    look_over(page, "erase-found")
    page.locator("#erase").evaluate("form => form.noValidate = true")
    follow(page.locator("text=Erase for good"))
    look_over(page, "erase-missing")
    page.fill("#id_note", "A person asked for it.")
    page.check("#id_understood")
    follow(page.locator("text=Erase for good"))
    assert "Readers are told so in edition" in page.inner_text(".messagelist")
    look_over(page, "erase-done")
    assert not Event.objects.filter(title__contains=NAME).exists()
    assert Erasure.objects.count() == 1
    page.goto(f"{live_server.url}/events/talk-of-ann-lee/")
    assert "A person asked for it." in page.inner_text("#history")
    look_over(page, "erase-public")

    # Accounts: the list, the forms, leaving
    go("admin:auth_user_changelist")
    look_over(page, "accounts")
    go("admin:auth_user_add")
    look_over(page, "account-add")
    go("admin:auth_user_change", person.pk)
    look_over(page, "account")
    follow(page.locator("text=Who had it has left"))
    look_over(page, "leave")
    follow(page.locator("#leave input[type=submit]"))
    look_over(page, "account-gone")
    follow(page.locator("text=Erase its name"))
    look_over(page, "erase-name")
    follow(page.locator("#leave input[type=submit]"))
    assert get_user_model().objects.get(pk=person.pk).username.startswith("former-")

    # Notices: choices, the feed shown once, the way out of letters
    go("admin:notices")
    look_over(page, "notices")
    follow(page.locator("text=Make a feed"))
    look_over(page, "notices-feed")
    go("admin:notices")
    follow(page.locator("text=Switch it off"))
    look_over(page, "notices-off")
    go("stop-notices", notices.stopping_token(get_user_model().objects.get(username="editor")))
    look_over(page, "stop")
    follow(page.locator("text=Send me no more of them"))
    look_over(page, "stopped")
