"""The page of notices, the feed with its token, and the way out of the letters."""

import pytest
from defusedxml import ElementTree
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from partnership.editorial import notices
from partnership.models import NoticeChoice
from tests import factories
from tests.admin.accounts import account, at_browser
from tests.admin.forms import messages_in
from tests.editorial.edits import submit

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

ATOM = "{http://www.w3.org/2005/Atom}"
TITLE = "Secret summit"


@pytest.fixture
def reviewer(db):
    person = account("reviewer", "Publisher")
    person.email = "reviewer@example.org"
    person.save()
    return person


@pytest.fixture
def submitted(db):
    event = factories.make_event("secret-summit", title=TITLE)
    return submit(event, account("writer"), summary="More.")


def page():
    return reverse("admin:notices")


def test_letters_are_switched_off_and_on(reviewer):
    editor = at_browser(reviewer)
    assert "To reviewer@example.org" in editor.client.get(page()).content.decode()
    answer = editor.client.post(page(), {"_off": "1"}, follow=True)
    assert messages_in(answer) == ["You are told by e-mail no more."]
    assert not notices.choice_of(reviewer).by_email
    editor.client.post(page(), {"_on": "1"})
    assert notices.choice_of(reviewer).by_email
    assert editor.client.post(page(), {"odd": "\x00"}).status_code == 302


def test_a_feed_is_shown_once_and_kept_as_a_digest(reviewer, submitted):
    editor = at_browser(reviewer)
    answer = editor.client.post(page(), {"_feed": "1"})
    address = answer.context["feed"]
    token = address.rpartition("/")[2].removesuffix(".atom")
    assert address in answer.content.decode()
    assert address not in editor.client.get(page()).content.decode()
    assert token not in str(NoticeChoice.objects.values_list())
    feed = Client().get(address)
    assert feed.status_code == 200
    assert feed["Cache-Control"] == "private, no-store"
    assert feed["X-Robots-Tag"] == "noindex, nofollow"
    assert not feed.cookies
    root = ElementTree.fromstring(feed.content)
    [entry] = root.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "Waits for your review: Event"
    assert entry.find(f"{ATOM}updated").text == f"{submitted.made_at:%Y-%m-%dT%H:%M:%S}+00:00"
    assert root.find(f"{ATOM}updated").text == entry.find(f"{ATOM}updated").text
    assert reverse("admin:review", args=[submitted.pk]) in entry.find(f"{ATOM}link").get("href")
    for untold in (TITLE, "secret-summit", "More."):
        assert untold not in feed.content.decode()
    assert token not in root.find(f"{ATOM}id").text


def test_a_feed_ends_when_it_is_made_anew_or_stopped_or_the_account_ends(reviewer, submitted):
    editor = at_browser(reviewer)

    def made():
        return editor.client.post(page(), {"_feed": "1"}).context["feed"]

    first, second = made(), made()
    assert [Client().get(each).status_code for each in (first, second)] == [404, 200]
    editor.client.post(page(), {"_stop_feed": "1"})
    assert Client().get(second).status_code == 404
    third = made()
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert Client().get(third).status_code == 404


@pytest.mark.parametrize("token", ["x", "%00", "é", "a" * 500, ""])
def test_no_token_opens_nothing(reviewer, token):
    NoticeChoice.objects.create(account=reviewer)
    assert Client().get(f"/notices/{token}.atom").status_code == 404
    assert Client().post(f"/notices/stop/{token or 'x'}/").status_code == 404


def test_a_feed_is_only_read(reviewer):
    token = notices.make_feed(reviewer)
    assert Client().post(reverse("notice-feed", args=[token])).status_code == 405
    assert Client().head(reverse("notice-feed", args=[token])).status_code == 200


def test_the_link_of_a_letter_asks_and_then_stops(reviewer):
    address = reverse("stop-notices", args=[notices.stopping_token(reviewer)])
    strict = Client(enforce_csrf_checks=True)
    answer = strict.get(address)
    assert "Send me no more of them" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert notices.choice_of(reviewer).by_email
    answer = strict.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not notices.choice_of(reviewer).by_email
    assert not answer.cookies
    assert "reviewer" not in answer.content.decode()


def test_every_account_of_staff_has_its_own_page(reviewer, submitted):
    for role in ("Viewer", "Editor", "Administrator"):
        other = at_browser(account(role.lower(), role))
        answer = other.client.get(page())
        assert answer.status_code == 200
        assert page() in other.client.get(reverse("admin:index")).content.decode()
    assert Client().get(page()).status_code == 302
