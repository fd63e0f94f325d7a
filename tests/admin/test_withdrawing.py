"""Withdrawing an entry in the admin, and what may be done with it then."""

import pytest
from django.urls import reverse

from partnership.editorial import revising
from partnership.models import ENTRY_MODELS, Edition, Event, Party, Status
from tests import factories
from tests.admin.accounts import account, desk
from tests.admin.forms import Form, messages_in
from tests.editorial.edits import rows_say, save
from tests.public.reading import text_of

pytestmark = pytest.mark.one_engine


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
    [told] = messages_in(response)
    assert told.startswith("“Lisbon Summit” is withdrawn.")
    assert reverse("admin:undo_edition", args=[1]) in told
    assert "It was entered twice." in response.content.decode()


def test_withdrawing_needs_a_reason(editor, public):
    response = editor.client.post(editor.url(Event, "withdraw", public.pk), {"reason": "  "})
    public.refresh_from_db()
    assert public.is_public
    assert "Say why" in response.content.decode()


@pytest.fixture
def named(db):
    """A party that two public events name, one of them in its only row."""
    factories.make_event("oslo", title="Oslo", parties=(("norway", "host"), ("japan", "host")))
    factories.make_event("bergen", title="Bergen", parties=(("norway", "host"),))
    return Party.objects.get(slug="norway")


def withdraw(editor, entry, reason="It left.", **fates):
    decided = {f"fate:event:{slug}": fate for slug, fate in fates.items()}
    address = editor.url(type(entry), "withdraw", entry.pk)
    return editor.client.post(address, {"reason": reason, **decided}, follow=True)


def status_of(entry):
    return type(entry).objects.get(pk=entry.pk).status


def test_the_form_asks_what_becomes_of_each_that_names_it(editor, named):
    factories.make_event("stavanger", status=Status.DRAFT, parties=(("norway", "host"),))
    response = editor.client.get(editor.url(Party, "withdraw", named.pk))
    asked = [field.name for field in response.context["form"].user_fields()]
    assert asked == ["fate:event:bergen", "fate:event:oslo"]
    assert "Oslo (event:oslo)" in text_of(response)


def test_what_something_public_names_is_not_withdrawn_before_that_is_decided(editor, named):
    response = withdraw(editor, named, oslo="cut")
    assert status_of(named) == Status.PUBLISHED
    assert response.context["form"].errors == {"fate:event:bergen": ["Say what becomes of it."]}
    assert not Edition.objects.exists()
    assert '<option value="cut" selected>' in response.content.decode()


def test_the_others_are_cut_or_withdrawn_as_well_in_one_edition(editor, named):
    response = withdraw(editor, named, oslo="cut", bergen="withdraw")
    assert messages_in(response)[0].startswith("“Norway” is withdrawn.")
    oslo, bergen = Event.objects.get(slug="oslo"), Event.objects.get(slug="bergen")
    assert [row.party.slug for row in oslo.involvements.all()] == ["japan"]
    assert (status_of(named), oslo.status, bergen.status) == ("withdrawn", "published", "withdrawn")
    assert bergen.withdrawn_reason == "It left."
    edition = Edition.objects.latest("number")
    told = set(edition.revisions.values_list("entry", flat=True))
    assert told == {"party:norway", "event:oslo", "event:bergen"}
    assert "Removed" in text_of(editor.client.get(editor.url(Event, "history", oslo.pk)))


def test_what_a_mention_cannot_be_cut_out_of_keeps_everything_public(editor, named):
    response = withdraw(editor, named, oslo="cut", bergen="cut")
    assert "event:bergen" in str(response.context["form"].non_field_errors())
    assert status_of(named) == Status.PUBLISHED
    assert Event.objects.get(slug="oslo").involvements.count() == 2


def test_a_fate_that_is_none_is_refused(editor, named):
    response = withdraw(editor, named, oslo="burn", bergen="withdraw")
    assert list(response.context["form"].errors) == ["fate:event:oslo"]
    assert status_of(named) == Status.PUBLISHED


def test_what_is_outside_the_remit_is_not_decided_upon(named):
    limited = desk("limited", "Publisher", parties=(named,))
    factories.make_programme("exchange", parties=(("spain", "host"),), summary="[N](party:norway)")
    response = limited.client.get(limited.url(Party, "withdraw", named.pk))
    assert "Your account may not change it: ask somebody who may." in text_of(response)
    address = limited.url(Party, "withdraw", named.pk)
    fates = {"fate:event:oslo": "cut", "fate:event:bergen": "withdraw", "fate:programme:exchange": "cut"}
    response = limited.client.post(address, {"reason": "It left.", **fates})
    assert list(response.context["form"].errors) == ["fate:programme:exchange"]
    assert status_of(named) == Status.PUBLISHED


@pytest.mark.parametrize("role", ["Viewer", "Editor"])
def test_withdrawing_needs_the_right_to_publish(public, withdrawn, role):
    person = desk("person", role)
    for method in (person.client.get, person.client.post):
        assert method(person.url(Event, "withdraw", public.pk), {"reason": "No."}).status_code == 403
        assert method(person.url(Event, "publish_again", withdrawn.pk)).status_code == 403
    assert (status_of(public), status_of(withdrawn)) == ("published", "withdrawn")
    page = person.client.get(person.url(Event, "change", public.pk)).content.decode()
    assert person.url(Event, "withdraw", public.pk) not in page


def test_a_publisher_withdraws_within_the_remit_alone(public):
    spain = factories.make_party("spain")
    assert withdraw(desk("of-spain", "Publisher", parties=(spain,)), public).status_code == 403
    japan = Party.objects.get(slug="japan")
    withdraw(desk("of-japan", "Publisher", parties=(japan,)), public)
    assert status_of(public) == Status.WITHDRAWN


def test_a_draft_cannot_be_withdrawn(editor, draft):
    response = editor.client.post(editor.url(Event, "withdraw", draft.pk), {"reason": "It was a mistake."})
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert "It is not public" in response.content.decode()


def test_what_is_not_there_cannot_be_withdrawn(editor):
    assert editor.client.get(editor.url(Event, "withdraw", 4711)).status_code == 404


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_a_withdrawn_entry_is_published_again_as_it_stands(editor, model):
    entry = factories.make_entry(model, "one")
    withdraw(editor, entry, "It was entered twice.")
    form = editor.client.get(editor.url(model, "change", entry.pk)).content.decode()
    assert editor.url(model, "publish_again", entry.pk) in form
    said = rows_say(entry)[0]["fields"]
    again = editor.publish(model.objects.get(pk=entry.pk))
    assert (again.status, again.withdrawn_reason) == (Status.PUBLISHED, "")
    now = rows_say(entry)[0]["fields"]
    workflow_fields = {"status", "withdrawn_reason", "changed"}
    assert {name for name in said if said[name] != now[name]} <= workflow_fields


def test_publishing_again_tells_its_edition(editor, withdrawn):
    address = editor.url(Event, "publish_again", withdrawn.pk)
    response = editor.client.post(address, {"title": "Smuggled in"}, follow=True)
    assert messages_in(response) == ["“Prague Summit” is public, in edition 1."]
    assert Event.objects.get(pk=withdrawn.pk).title == "Prague Summit"


def test_nothing_is_published_again_by_following_a_link(editor, withdrawn):
    assert editor.client.get(editor.url(Event, "publish_again", withdrawn.pk)).status_code == 403
    assert status_of(withdrawn) == Status.WITHDRAWN


def test_what_is_public_is_not_published_again(editor, public):
    response = editor.client.post(editor.url(Event, "publish_again", public.pk), follow=True)
    assert "It is public already." in messages_in(response)[0]


def test_a_draft_is_not_published_around_its_review(editor, draft):
    response = editor.client.post(editor.url(Event, "publish_again", draft.pk), follow=True)
    assert status_of(draft) == Status.DRAFT
    assert "never was public" in messages_in(response)[0]


def test_an_edit_of_a_withdrawn_entry_waits_for_its_approval(editor, withdrawn):
    form = editor.reopen(withdrawn).fill(title="Another title").delete_row("citations", 0)
    editor.press("_save", form, withdrawn)
    withdrawn.refresh_from_db()
    assert (withdrawn.title, withdrawn.status) == ("Prague Summit", Status.WITHDRAWN)
    assert withdrawn.citations.count() == 1
    head = revising.head_of(withdrawn)
    assert head.document[0]["fields"]["title"] == "Another title"
    page = editor.client.get(editor.url(Event, "change", withdrawn.pk))
    assert Form(page).values["title"] == ["Another title"]
    assert editor.url(Event, "publish_again", withdrawn.pk) not in page.content.decode()
    assert "This entry is withdrawn" in text_of(page)


def test_with_an_open_change_it_is_not_published_again_around_the_review(editor, withdrawn):
    save(withdrawn, account("ann"), title="Another title")
    response = editor.client.post(editor.url(Event, "publish_again", withdrawn.pk), follow=True)
    assert "has a change that is not public yet" in messages_in(response)[0]
    assert status_of(withdrawn) == Status.WITHDRAWN


def test_an_approved_edit_of_a_withdrawn_entry_makes_it_public(editor, withdrawn):
    form = editor.reopen(withdrawn).fill(title="Another title")
    editor.press("_submit", form, withdrawn)
    editor.second_person().approve(withdrawn)
    withdrawn.refresh_from_db()
    assert (withdrawn.title, withdrawn.status, withdrawn.withdrawn_reason) == (
        "Another title",
        Status.PUBLISHED,
        "",
    )


def test_a_change_that_was_open_does_not_bring_back_what_was_withdrawn_meanwhile(editor, public):
    editor.press("_submit", editor.reopen(public).fill(title="Another title"), public)
    second = editor.second_person()
    withdraw(second, public, "It was entered twice.")
    second.approve(public)
    public.refresh_from_db()
    assert (public.title, public.status) == ("Lisbon Summit", Status.WITHDRAWN)


def test_a_withdrawn_entry_that_breaks_a_rule_stays_withdrawn(editor, withdrawn):
    withdrawn.citations.all().delete()
    address = editor.url(Event, "publish_again", withdrawn.pk)
    [message] = messages_in(editor.client.post(address, follow=True))
    assert status_of(withdrawn) == Status.WITHDRAWN
    assert "no source supports the record" in message


def test_what_is_not_there_is_not_published_again(editor):
    assert editor.client.post(editor.url(Event, "publish_again", 4711)).status_code == 404
