"""The pages of accounts, erasing and notices in a browser: every state, in both looks, wide and narrow."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from partnership.editorial import leaving, notices
from partnership.models import Erasure, Event
from tests import factories
from tests.admin.accounts import account
from tests.browsing import assert_accessible, follow
from tests.editorial.edits import submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "Ann Lee"
LOOKS = [("light", 1280), ("dark", 320)]
PICTURES = os.environ.get("PICTURES", "")


class Looker:
    """Looks at the page as it stands in every look, and says where it is when something is wrong."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def look(self, where: str) -> None:
        assert self.page.said == [], f"{where}: {self.page.said}"
        for scheme, width in LOOKS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            if PICTURES:
                self.page.screenshot(path=Path(PICTURES) / f"{where}-{width}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{where} scrolls sideways by {wide} px at {width}"
            assert_accessible(self.page, where)
        self.page.said.clear()  # what axe itself loads is refused by the policy
        self.page.set_viewport_size({"width": 1280, "height": 900})


def test_every_page_of_people_and_notices_in_every_state(staff_page, live_server):
    page, looker = staff_page, Looker(staff_page)

    def go(name: str, *keys: Any) -> None:
        page.goto(f"{live_server.url}{reverse(name, args=keys)}")

    event = factories.make_event("talk-of-ann-lee", title=f"Talk of {NAME}")
    person = account("emiko", "Editor", (factories.make_party("japan"),))
    submit(event, person, summary=f"{NAME} spoke.")

    # Erasing: ask, find nothing, look, forget something, erase
    go("admin:erase")
    looker.look("erase")
    page.fill("#id_words", "Bob Ray")
    follow(page.locator("text=Look for them"))
    looker.look("erase-nowhere")
    follow(page.locator("text=Look for other words"))
    page.fill("#id_words", NAME)
    follow(page.locator("text=Look for them"))
    looker.look("erase-found")
    page.locator("#erase").evaluate("form => form.noValidate = true")
    follow(page.locator("text=Erase for good"))
    looker.look("erase-missing")
    page.fill("#id_note", "A person asked for it.")
    page.check("#id_understood")
    follow(page.locator("text=Erase for good"))
    assert "Readers are told so in edition" in page.inner_text(".messagelist")
    looker.look("erase-done")
    assert not Event.objects.filter(title__contains=NAME).exists()
    assert Erasure.objects.count() == 1
    page.goto(f"{live_server.url}/events/talk-of-ann-lee/")
    assert "A person asked for it." in page.inner_text("#history")
    looker.look("erase-public")

    # Accounts: the list, the forms, leaving
    go("admin:auth_user_changelist")
    looker.look("accounts")
    go("admin:auth_user_add")
    looker.look("account-add")
    go("admin:auth_user_change", person.pk)
    looker.look("account")
    follow(page.locator("text=Who had it has left"))
    looker.look("leave")
    follow(page.locator("#leave input[type=submit]"))
    looker.look("account-gone")
    follow(page.locator("text=Erase its name"))
    looker.look("erase-name")
    follow(page.locator("#leave input[type=submit]"))
    assert get_user_model().objects.get(pk=person.pk).username.startswith("former-")
    assert leaving.FORMER

    # Notices: choices, the feed shown once, the way out of letters
    go("admin:notices")
    looker.look("notices")
    follow(page.locator("text=Make a feed"))
    looker.look("notices-feed")
    go("admin:notices")
    follow(page.locator("text=Switch it off"))
    looker.look("notices-off")
    go("stop-notices", notices.stopping_token(get_user_model().objects.get(username="editor")))
    looker.look("stop")
    follow(page.locator("text=Send me no more of them"))
    looker.look("stopped")
