"""Withdrawing an entry in the admin, and what may be done with it then."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from partnership.models import Event, Party, Status
from tests import factories
from tests.admin.forms import Editor, messages_in


@pytest.fixture
def draft(db):
    """An event that may be published."""
    return factories.make_event("madrid", title="Madrid Summit", status=Status.DRAFT)


@pytest.fixture
def public(db):
    return factories.make_event("lisbon", title="Lisbon Summit")


@pytest.fixture
def withdrawn(db):
    return factories.make_event("prague", title="Prague Summit", status=Status.WITHDRAWN)


def test_an_entry_is_withdrawn_with_a_public_reason(editor, public):
    address = editor.url(Event, "withdraw", public.pk)
    assert editor.client.get(address).status_code == 200
    response = editor.client.post(address, {"reason": "It was entered twice."}, follow=True)
    public.refresh_from_db()
    assert (public.status, public.withdrawn_reason) == (Status.WITHDRAWN, "It was entered twice.")
    assert messages_in(response) == ["“Lisbon Summit” is withdrawn."]
    assert "It was entered twice." in response.content.decode()


def test_withdrawing_needs_a_reason(editor, public):
    response = editor.client.post(editor.url(Event, "withdraw", public.pk), {"reason": "  "})
    public.refresh_from_db()
    assert public.is_public
    assert "Say why" in response.content.decode()


def test_what_something_public_names_is_not_withdrawn(editor, public):
    japan = Party.objects.get(slug="japan")
    response = editor.client.post(editor.url(Party, "withdraw", japan.pk), {"reason": "It left."})
    japan.refresh_from_db()
    assert japan.is_public
    assert "event:lisbon" in response.content.decode()


def test_a_draft_cannot_be_withdrawn(editor, draft):
    response = editor.client.post(editor.url(Event, "withdraw", draft.pk), {"reason": "It was a mistake."})
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert "It is not public" in response.content.decode()


def test_what_is_not_there_cannot_be_withdrawn(editor):
    assert editor.client.get(editor.url(Event, "withdraw", 4711)).status_code == 404


def test_a_withdrawn_entry_is_published_again(editor, public):
    editor.client.post(editor.url(Event, "withdraw", public.pk), {"reason": "It was entered twice."})
    assert editor.publish(Event.objects.get(pk=public.pk)).withdrawn_reason == ""


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish"])
def test_a_withdrawn_entry_is_not_changed(editor, withdrawn, button):
    """Its page is public, and a change would leave no record. The form was opened before it was withdrawn."""
    Event.objects.filter(pk=withdrawn.pk).update(**factories.state())
    form = editor.reopen(withdrawn).fill(title="Another title").delete_row("citations", 0)
    Event.objects.filter(pk=withdrawn.pk).update(**factories.state(Status.WITHDRAWN))
    assert editor.press(button, form, withdrawn).status_code == 403
    withdrawn.refresh_from_db()
    assert (withdrawn.title, withdrawn.status) == ("Prague Summit", Status.WITHDRAWN)
    assert withdrawn.citations.count() == 1


def test_publishing_a_withdrawn_entry_again_stores_nothing_of_what_is_posted(editor, withdrawn):
    form = editor.reopen(withdrawn)
    form.values |= {"title": ["Another title"], "staff_note": ["Smuggled in"]}
    response = editor.press("_publish_again", form, withdrawn)
    withdrawn.refresh_from_db()
    assert (withdrawn.title, withdrawn.staff_note, withdrawn.status) == ("Prague Summit", "", "published")
    assert messages_in(response) == ["“Prague Summit” is public, in edition 1."]


def test_the_form_of_a_withdrawn_entry_is_for_reading_and_says_why(editor, withdrawn):
    page = editor.client.get(editor.url(Event, "change", withdrawn.pk)).content.decode()
    assert "This entry is withdrawn, so it cannot be changed" in page
    assert 'name="_publish_again"' in page
    assert 'name="title"' not in page
    assert 'name="citations-0-source"' not in page
    assert "A page" in page


def test_a_withdrawn_entry_that_is_refused_stays_withdrawn(editor, withdrawn):
    withdrawn.citations.all().delete()
    [message] = messages_in(editor.press("_publish_again", editor.reopen(withdrawn), withdrawn))
    withdrawn.refresh_from_db()
    assert withdrawn.status == Status.WITHDRAWN
    assert "no source supports the record" in message


def test_who_may_only_look_publishes_nothing_again(client, withdrawn):
    reader = get_user_model().objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename="view_event"))
    client.force_login(reader)
    address = Editor(client).url(Event, "change", withdrawn.pk)
    assert client.post(address, {"_publish_again": "1"}).status_code == 403
    assert "_publish_again" not in client.get(address).content.decode()


def test_what_is_not_there_is_not_published_again(editor):
    address = editor.url(Event, "change", 4711)
    assert editor.client.post(address, {"_publish_again": "1"}).status_code == 404
