"""The notice of who else has a form open, and what its page asks for by itself."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from partnership.middleware import ASKED_BY_PAGES
from partnership.models import OpenForm
from tests import factories
from tests.admin.accounts import account, desk

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def event(db):
    return factories.make_event("madrid")


def address(event, page="open"):
    return f"/admin/partnership/event/{event.pk}/{page}/"


def others(editor, event):
    response = editor.client.post(address(event))
    assert response.status_code == 200
    return [other["name"] for other in response.json()["others"]]


def test_two_browsers_hear_of_each_other_until_one_leaves(event):
    one, other = desk("one"), desk("other", "Publisher")
    assert others(one, event) == []
    assert others(other, event) == ["one"]
    assert others(one, event) == ["other"]
    assert other.client.post(address(event, "close")).status_code == 204
    assert others(one, event) == []


def test_the_form_says_it_when_it_is_opened_and_that_of_a_new_entry_says_nothing(event):
    one, other = desk("<b>one</b>"), desk("other")
    others(one, event)
    form = other.client.get(other.url(type(event), "change", event.pk))
    assert "<strong data-name>&lt;b&gt;one&lt;/b&gt;</strong> has this form open too" in form.content.decode()
    assert 'id="presence"' not in other.client.get(other.url(type(event), "add")).content.decode()


def test_whoever_may_not_change_the_entry_is_neither_noted_nor_told(event):
    others(desk("one"), event)
    viewer = desk("viewer", "Viewer")
    for page in ("open", "close"):
        assert viewer.client.post(address(event, page)).status_code == 403
    assert (
        'id="presence"' not in viewer.client.get(viewer.url(type(event), "change", event.pk)).content.decode()
    )
    assert OpenForm.objects.count() == 1


@pytest.mark.parametrize("page", ["open", "close"])
def test_it_is_asked_by_post_with_the_token_and_signed_in(event, page):
    editor = desk("editor")
    assert editor.client.get(address(event, page)).status_code == 405
    assert Client().post(address(event, page)).url.startswith("/admin/login/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account("strict"))
    assert strict.post(address(event, page)).status_code == 403
    assert not OpenForm.objects.exists()


@pytest.mark.parametrize(
    "path", ["event/0", f"event/{'9' * 40}", "nothing/1", "revision/1", "eventcitation/1"]
)
def test_what_is_no_entry_is_not_found(path, editor):
    assert editor.client.post(f"/admin/partnership/{path}/open/").status_code == 404
    assert not OpenForm.objects.exists()


def test_asking_is_no_use_of_the_site_and_writes_no_session(event):
    for page in ("open", "close"):
        assert resolve(address(event, page)).url_name in ASKED_BY_PAGES
    editor = desk("editor")
    editor.client.get("/admin/")
    before = Session.objects.values_list("session_data", "expire_date").get()
    with CaptureQueriesContext(connection) as queries:
        others(editor, event)
        editor.client.post(address(event, "close"))
    assert not any(
        "django_session" in query["sql"] and not query["sql"].startswith("SELECT") for query in queries
    )
    assert Session.objects.values_list("session_data", "expire_date").get() == before


def test_asking_again_takes_two_queries_beside_those_that_know_the_account(event):
    editor = desk("editor")
    others(editor, event)
    with CaptureQueriesContext(connection) as queries:
        others(editor, event)
    own = [query["sql"] for query in queries if "openform" in query["sql"]]
    known = [query["sql"] for query in queries if "session" in query["sql"] or "auth_" in query["sql"]]
    assert len(own) == 2
    assert set(own) | set(known) == {query["sql"] for query in queries}
