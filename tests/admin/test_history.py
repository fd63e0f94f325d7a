"""The history of an entry in the admin: what each save changed, any two compared, any brought back, a change given up."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import generation
from partnership.editorial import revising, workflow
from partnership.editorial.revising import Said
from partnership.models import ENTRY_MODELS, Event, RevisionState, Status
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import Form, messages_in
from tests.editorial.edits import rows_say, save, submit
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

MODELS = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)


@pytest.fixture
def ann():
    return account("ann")


@pytest.fixture
def public():
    return factories.make_event("madrid", title="Madrid Summit", parties=(("japan", "host"),))


@pytest.fixture
def draft():
    return factories.make_event("lisbon", title="Lisbon Summit", status=Status.DRAFT)


def history(editor, entry, query=""):
    return editor.client.get(editor.url(type(entry), "history", entry.pk) + query)


def compare(editor, entry, **chosen):
    keys = {name: revision.pk for name, revision in chosen.items()}
    return editor.client.get(editor.url(type(entry), "compare", entry.pk), keys)


def restore(editor, entry, revision, started_from=None):
    """Press “Restore” on the page that compares a revision with what the form shows."""
    shown = compare(editor, entry, one=revision).context
    sent = {"revision": revision.pk, "_started_from": started_from or shown["started_from"]}
    return editor.client.post(editor.url(type(entry), "restore", entry.pk), sent, follow=True)


def discard(editor, entry):
    address = editor.url(type(entry), "discard", entry.pk)
    shown = editor.client.get(address).context["started_from"]
    return editor.client.post(address, {"_started_from": shown}, follow=True)


def lines(version):
    return [(line.label, line.before, line.after) for line in version.lines]


def test_the_newest_save_stands_first_with_who_and_why_and_old_and_new_values(editor, public, ann):
    save(public, ann, title="Summit of Madrid")
    now = revising.present(public)
    rows = [
        {**row, "fields": {**row["fields"], "unit": "A delegation"}} if "unit" in row["fields"] else row
        for row in now.document
    ]
    reason = Said("The list of delegations names one.", "correction")
    revising.save(public, rows, by=account("bob"), started_from=now.digest, said=reason)
    response = history(editor, public)
    newest, middle, oldest = response.context["versions"]
    assert lines(middle) == [("Title", "Madrid Summit", "Summit of Madrid")]
    [(label, before, after)] = lines(newest)
    assert ("Japan" in label, before, after) == (True, "", "A delegation")
    assert oldest.is_first
    said = text_of(response)
    assert said.index("Saved by bob") < said.index("Saved by ann")
    assert "A correction: the register was wrong." in said
    assert "Reason: The list of delegations names one." in said
    assert "Before: Madrid Summit" not in said.split("Saved by ann")[0]


def test_a_row_that_was_added_or_taken_away_is_told(editor, draft, ann):
    revising.save(draft, rows_say(draft), by=ann)
    factories.add_party(draft, "norway", "host")
    with_norway = revising.follow(draft, by=ann)
    draft.involvements.filter(party__slug="norway").delete()
    revising.follow(draft, by=ann)
    removed, added, _first = history(editor, draft).context["versions"]
    assert added.revision == with_norway
    [(label, before, after)] = lines(added)
    assert (label, before) == ("Party taking part", "")
    assert "Norway" in after
    assert lines(removed) == [(label, after, "")]


def test_a_change_is_told_against_what_it_began_with(editor, public, ann):
    """Not against one that was discarded before it, nor a withdrawal against a change that was open then."""
    save(public, ann, title="Discarded")
    revising.discard(public, by=ann)
    save(public, ann, title="Pending")
    workflow.withdraw(public, reason="It was entered twice.", by=ann)
    withdrawal, pending, discarded, _found = history(editor, public).context["versions"]
    assert lines(pending) == [("Title", "Madrid Summit", "Pending")]
    assert lines(discarded) == [("Title", "Madrid Summit", "Discarded")]
    assert lines(withdrawal) == []


def test_a_new_draft_has_no_time_before_it(editor, draft, ann):
    revising.save(draft, rows_say(draft), by=ann)
    [version] = history(editor, draft).context["versions"]
    assert version.is_first


def test_what_nobody_changed_says_so(editor, public):
    response = history(editor, public)
    assert response.context["versions"] == []
    assert "It stands as it was loaded" in text_of(response)


def test_a_long_history_has_pages(editor, draft, ann):
    for number in range(25):
        save(draft, ann, staff_note=f"Note {number}")
    first, second = history(editor, draft), history(editor, draft, "?p=2")
    told = [*first.context["versions"], *second.context["versions"]]
    assert len(told) == 26
    assert [lines(each)[0][2] for each in told[:25]] == [f"Note {number}" for number in reversed(range(25))]
    assert "Page 1 of 2" in text_of(first)
    assert history(editor, draft, "?p=none").status_code == 200


def test_any_two_are_compared_in_either_order(editor, draft, ann):
    one, two, three = (save(draft, ann, title=title) for title in ("One", "Two", "Three"))
    shown = compare(editor, draft, one=one, other=three).context["lines"]
    assert [(line.before, line.after) for line in shown] == [("One", "Three")]
    shown = compare(editor, draft, one=three, other=one).context["lines"]
    assert [(line.before, line.after) for line in shown] == [("Three", "One")]
    assert compare(editor, draft, one=two, other=two).context["lines"] == []


def test_without_a_choice_what_is_public_is_compared_with_the_open_change(editor, public, ann):
    save(public, ann, title="Summit of Madrid")
    response = compare(editor, public)
    [line] = response.context["lines"]
    assert (line.before, line.after) == ("Madrid Summit", "Summit of Madrid")
    assert "What readers see" in text_of(response)
    assert "Restore" not in text_of(response)


@MODELS
def test_a_draft_says_again_what_it_said(editor, model, ann):
    entry = factories.make_entry(model, "one", status=Status.DRAFT)
    before = rows_say(entry)
    first = save(entry, ann, staff_note="First").previous
    save(entry, ann, staff_note="Second")
    response = restore(editor, entry, first)
    assert rows_say(entry) == before
    newest = revising.revisions_of(entry)[0]
    assert (newest.document, newest.made_by_name) == (before, "editor")
    assert newest.reason == messages_in(response)[0]
    assert newest.reason.startswith("Brought back what it said on")
    assert LogEntry.objects.get().change_message == newest.reason


@MODELS
def test_of_what_is_public_the_text_that_is_brought_back_waits_for_publication(editor, model, ann):
    entry = factories.make_entry(model, "one")
    older = save(entry, ann, staff_note="Older")
    save(entry, ann, staff_note="Newer")
    before, number = rows_say(entry), generation.current()
    response = restore(editor, entry, older)
    assert (rows_say(entry), generation.current()) == (before, number)
    head = revising.head_of(entry)
    assert (head.document, head.state) == (older.document, RevisionState.PENDING)
    assert "Readers do not see it before it is published." in messages_in(response)[0]
    assert Form(response).values["staff_note"] == ["Older"]


def test_rows_and_choices_of_several_come_back_with_it(editor, ann):
    draft = factories.make_event(
        "rome", status=Status.DRAFT, areas=("space",), parties=(("japan", "host"), ("norway", "participant"))
    )
    before = rows_say(draft)
    whole = save(draft, ann).previous
    draft.areas.clear()
    draft.involvements.all().delete()
    draft.citations.all().delete()
    revising.follow(draft, by=ann)
    restore(editor, draft, whole)
    assert rows_say(draft) == before


def test_bringing_back_what_is_public_gives_up_the_change(editor, public, ann):
    save(public, ann, title="Summit of Madrid")
    response = restore(editor, public, revising.revisions_of(public).last())
    assert messages_in(response) == ["It says again what is public; the change stays in the history."]
    assert revising.head_of(public) is None
    assert revising.revisions_of(public)[0].state == RevisionState.DISCARDED


def test_bringing_back_what_it_says_already_writes_nothing(editor, draft, ann):
    said = save(draft, ann, title="Summit of Lisbon")
    response = restore(editor, draft, said)
    assert messages_in(response) == ["It says so already."]
    assert revising.revisions_of(draft)[0] == said
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_nothing_is_brought_back_over_a_save_that_was_not_seen(editor, ann, status):
    event = factories.make_event("madrid", title="Madrid Summit", status=status)
    old = save(event, ann, title="Old")
    save(event, ann, title="New")
    seen = revising.present(event).digest
    save(event, ann, title="Not seen")
    response = restore(editor, event, old, started_from=seen)
    assert "somebody saved meanwhile" in messages_in(response)[0]
    assert revising.present(event).document[0]["fields"]["title"] == "Not seen"
    assert [line.before for line in response.context["lines"]] == ["Old"]
    restore(editor, event, old, started_from="made-up")
    assert revising.present(event).document[0]["fields"]["title"] == "Not seen"


def test_what_names_something_gone_is_not_brought_back(editor, ann):
    draft = factories.make_event("rome", status=Status.DRAFT, areas=("space",))
    old = save(draft, ann)
    draft.areas.all().delete()
    now = revising.follow(draft, by=ann)
    [message] = messages_in(restore(editor, draft, old))
    assert message.startswith("It cannot be brought back: ")
    assert "space" in message
    assert revising.head_of(draft) == now


def test_what_is_restored_to_a_withdrawn_entry_stays_unseen(editor, public, ann):
    old = save(public, ann, title="Old")
    revising.discard(public, by=ann)
    workflow.withdraw(public, reason="It was entered twice.", by=ann)
    restore(editor, public, old)
    public.refresh_from_db()
    assert (public.status, public.title) == (Status.WITHDRAWN, "Madrid Summit")
    assert revising.head_of(public).document[0]["fields"]["title"] == "Old"


def test_who_may_only_look_sees_the_history_and_restores_nothing(public, ann):
    old = save(public, ann, title="Old")
    newest = save(public, ann, title="New")
    viewer = desk("viewer", "Viewer")
    assert "New" in text_of(history(viewer, public))
    page = compare(viewer, public, one=old)
    assert page.status_code == 200
    assert "Restore" not in text_of(page)
    assert restore(viewer, public, old).status_code == 403
    assert viewer.client.post(viewer.url(Event, "discard", public.pk)).status_code == 403
    assert revising.head_of(public) == newest


def test_who_may_not_look_sees_nothing(public, ann):
    save(public, ann)
    nobody = at_browser(get_user_model().objects.create_user("nobody", is_staff=True))
    assert history(nobody, public).status_code == 403
    assert compare(nobody, public).status_code == 403
    assert nobody.client.get(nobody.url(Event, "discard", public.pk)).status_code == 403


def test_nothing_is_brought_back_to_an_entry_outside_the_remit_or_out_of_it(public, ann):
    norway = factories.make_party("norway")
    old = save(public, ann, title="Old")
    save(public, ann, title="New")
    stranger = desk("stranger", parties=(norway,))
    assert restore(stranger, public, old).status_code == 403
    oslo = factories.make_event("oslo", status=Status.DRAFT, parties=(("norway", "host"), ("japan", "host")))
    both = save(oslo, ann)
    oslo.involvements.filter(party__slug="norway").delete()
    without = revising.follow(oslo, by=ann)
    revising.save(oslo, both.document, by=ann, started_from=without.digest)
    assert restore(stranger, oslo, without).status_code == 403
    assert restore(stranger, oslo, both).status_code == 200


@pytest.mark.parametrize("key", ["4711", "none", "-1", "9" * 30, "²"])
def test_a_revision_that_is_not_there_is_not_found(editor, draft, key):
    address = editor.url(Event, "compare", draft.pk)
    assert editor.client.get(address, {"one": key}).status_code == 404
    assert editor.client.get(address, {"other": key}).status_code == 404
    restoring = editor.url(Event, "restore", draft.pk)
    assert editor.client.post(restoring, {"revision": key}).status_code == 404


def test_a_revision_of_another_entry_is_not_found(editor, draft, public, ann):
    of_another = save(public, ann)
    address = editor.url(Event, "compare", draft.pk)
    assert editor.client.get(address, {"one": of_another.pk}).status_code == 404


@pytest.mark.parametrize("page", ["history", "compare", "discard"])
def test_an_entry_that_is_not_there_is_not_found(editor, page):
    assert editor.client.get(editor.url(Event, page, 4711)).status_code == 404


def test_nothing_is_restored_by_following_a_link(editor, draft, ann):
    old = save(draft, ann, title="Old")
    save(draft, ann, title="New")
    address = editor.url(Event, "restore", draft.pk)
    assert editor.client.get(address, {"revision": old.pk}).status_code == 403


def test_a_change_is_given_up_after_asking(editor, public, ann):
    head = save(public, ann, title="Summit of Madrid")
    asked = editor.client.get(editor.url(Event, "discard", public.pk))
    assert "Summit of Madrid" in text_of(asked)
    assert revising.head_of(public) == head
    response = discard(editor, public)
    assert messages_in(response) == ["The change of “Madrid Summit” is discarded; it stays in the history."]
    assert revising.head_of(public) is None
    assert Form(response).values["title"] == ["Madrid Summit"]


def test_a_change_that_was_saved_again_is_not_given_up_unseen(editor, public, ann):
    save(public, ann, title="Seen")
    address = editor.url(Event, "discard", public.pk)
    shown = editor.client.get(address).context["started_from"]
    head = save(public, ann, title="Not seen")
    response = editor.client.post(address, {"_started_from": shown}, follow=True)
    assert "somebody saved meanwhile" in messages_in(response)[0]
    assert "Not seen" in text_of(response)
    assert revising.head_of(public) == head


def test_where_nothing_is_open_nothing_is_given_up(editor, public, draft, ann):
    save(draft, ann)
    for entry in (public, draft):
        address = editor.url(Event, "discard", entry.pk)
        for response in (editor.client.get(address, follow=True), editor.client.post(address, follow=True)):
            assert messages_in(response) == ["There is no change here that could be discarded."]
    assert revising.head_of(draft).is_open


def test_the_message_of_a_history_with_an_edition_names_it(editor, public, ann):
    submit(public, ann, title="Summit of Madrid")
    editor.approve(public)
    said = text_of(history(editor, public))
    assert re.search(r"Published, edition \d+\.", said)
    assert "Reviewed by editor" in said


def test_a_longer_history_needs_no_more_queries(editor, draft, ann):
    """A page has so many versions, and what each changed is told in a few."""

    def queries():
        with CaptureQueriesContext(connection) as captured:
            history(editor, draft)
        return len(captured)

    for number in range(21):
        save(draft, ann, title=f"Title {number}")
    before = queries()
    for number in range(21, 30):
        save(draft, ann, title=f"Title {number}")
    assert queries() == before
