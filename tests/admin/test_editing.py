"""The forms of entries: what a save of a draft, of something public and of something withdrawn does."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils.html import strip_tags

from partnership import documents, generation
from partnership.editorial import revising
from partnership.models import (
    ENTRY_MODELS,
    Edition,
    Event,
    Nature,
    Party,
    Revision,
    RevisionState,
    Source,
    Status,
    Vocabulary,
)
from tests import factories
from tests.admin.forms import WORDS, Editor, Form, errors_in, messages_in

pytestmark = pytest.mark.one_engine

each_entry = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)


@pytest.fixture
def public(db):
    """A public event of two parties."""
    return factories.make_event(
        "lisbon", title="Lisbon Summit", parties=(("japan", "host"), ("norway", "participant"))
    )


def pending(entry):
    """The rows of what an entry is being made to say, by their labels."""
    return {documents.label(row): row["fields"] for row in revising.present(entry).document}


def stands(entry):
    """What readers can see of an entry, and the number that moves with it."""
    return documents.dump(entry), generation.current(), Edition.objects.count()


# What is public


@each_entry
def test_a_save_of_what_is_public_moves_no_row_and_writes_a_revision(editor, model):
    entry, field = factories.make_entry(model), WORDS[model]
    before = stands(entry)
    form = editor.reopen(entry).fill(**{field: "Said anew"})
    form.fill(change_reason="A letter came.", change_nature="correction", publish_at="2031-05-01T06:30")
    response = editor.press("_save", form, entry)
    assert stands(entry) == before
    head = revising.head_of(entry)
    assert (head.state, head.base_digest) == (RevisionState.PENDING, documents.digest(before[0]))
    assert (head.made_by_name, head.reason, head.nature) == ("editor", "A letter came.", Nature.CORRECTION)
    assert f"{head.publish_at:%Y-%m-%d %H:%M}" == "2031-05-01 06:30"
    assert head.document[0]["fields"][field] == "Said anew"
    [told] = messages_in(response)
    assert strip_tags(told).endswith("is saved. Readers do not see it before it is published.")
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Saved."]


@each_entry
def test_the_form_shows_the_change_and_the_public_page_does_not(editor, model, client):
    entry, field = factories.make_entry(model), WORDS[model]
    editor.save(entry, **{field: "Said anew"})
    assert editor.reopen(entry).values[field] == ["Said anew"]
    page = editor.client.get(editor.url(model, "change", entry.pk)).content.decode()
    assert "You see a change that readers do not see yet." in page
    if hasattr(entry, "get_absolute_url"):
        public_page = client.get(entry.get_absolute_url())
        assert public_page.status_code == 200
        assert "Said anew" not in public_page.content.decode()


def test_the_form_keeps_what_is_said_of_the_change(editor, public):
    editor.save(public, title="Anew", change_reason="A letter came.", publish_at="2031-05-01T06:30")
    values = editor.reopen(public).values
    assert values["change_reason"] == ["A letter came."]
    assert values["publish_at"] == ["2031-05-01T06:30"]


def test_several_saves_pile_up_in_one_change(editor, public):
    editor.save(public, title="Anew")
    editor.save(public, place="Lisbon")
    editor.press("_save", editor.reopen(public).change_row("involvements", 0, unit="A delegation"), public)
    fields = pending(public)
    assert (fields["event[lisbon]"]["title"], fields["event[lisbon]"]["place"]) == ("Anew", "Lisbon")
    assert fields["eventinvolvement[lisbon.japan]"]["unit"] == "A delegation"
    states = Revision.objects.filter(entry="event:lisbon").order_by("pk").values_list("state", flat=True)
    assert [*states][-3:] == [RevisionState.SUPERSEDED, RevisionState.SUPERSEDED, RevisionState.PENDING]
    assert Revision.objects.open().count() == 1


def test_a_row_that_was_added_is_kept_by_later_edits(editor, public, japan, participant):
    before = documents.dump(public)
    editor.press(
        "_save", editor.reopen(public).row("involvements", party=japan, role=participant, unit="Two"), public
    )
    assert "eventinvolvement[lisbon.japan-2]" in pending(public)
    editor.save(public, title="Anew")
    assert pending(public)["eventinvolvement[lisbon.japan-2]"]["unit"] == "Two"
    form = editor.reopen(public)
    assert form.values["involvements-INITIAL_FORMS"] == ["3"]
    number = [form.values[f"involvements-{number}-key"] for number in range(3)].index(["lisbon.japan-2"])
    editor.press("_save", form.change_row("involvements", number, unit="Three"), public)
    assert pending(public)["eventinvolvement[lisbon.japan-2]"]["unit"] == "Three"
    editor.press("_save", editor.reopen(public).delete_row("involvements", number), public)
    assert "eventinvolvement[lisbon.japan-2]" not in pending(public)
    assert documents.dump(public) == before


def test_two_rows_change_places(editor, public):
    norway = Party.objects.get(slug="norway")
    japan = Party.objects.get(slug="japan")
    form = editor.reopen(public)
    form.change_row("involvements", 0, party=norway).change_row("involvements", 1, party=japan)
    editor.press("_save", form, public)
    fields = pending(public)
    assert fields["eventinvolvement[lisbon.japan]"]["party"] == ["norway"]
    assert fields["eventinvolvement[lisbon.norway]"]["party"] == ["japan"]
    editor.publish(public)
    assert [(row.key, row.party.slug) for row in public.involvements.all()] == [
        ("lisbon.japan", "norway"),
        ("lisbon.norway", "japan"),
    ]


def test_a_row_is_deleted_when_the_change_is_published(editor, public):
    editor.press("_save", editor.reopen(public).delete_row("involvements", 1), public)
    assert public.involvements.count() == 2
    assert editor.reopen(public).values["involvements-INITIAL_FORMS"] == ["1"]
    editor.publish(public)
    assert [row.party.slug for row in public.involvements.all()] == ["japan"]


@each_entry
@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_a_save_without_a_change_writes_nothing(editor, model, status):
    entry = factories.make_entry(model, status=status)
    editor.save(entry, staff_note="Once.")
    before = stands(entry), Revision.objects.count(), LogEntry.objects.count()
    response = editor.press("_save", editor.reopen(entry), entry)
    assert strip_tags(messages_in(response)[0]).startswith("Nothing was changed in")
    assert (stands(entry), Revision.objects.count(), LogEntry.objects.count()) == before


@each_entry
def test_a_withdrawn_entry_is_edited_as_a_change_that_waits(editor, model):
    entry, field = factories.make_entry(model, status=Status.WITHDRAWN), WORDS[model]
    before = stands(entry)
    form = editor.reopen(entry).fill(**{field: "Said anew"})
    for rows in entry.owned():
        if form.values[f"{rows}-INITIAL_FORMS"] != ["0"]:
            form.change_row(rows, 0, position=7)
    editor.press("_save", form, entry)
    assert stands(entry) == before
    assert editor.reopen(entry).values[field] == ["Said anew"]
    head, *rows = revising.present(entry).document
    assert head["fields"]["status"] == "withdrawn"
    first_of_each = {row["model"]: row for row in reversed(rows)}.values()
    assert all(row["fields"]["position"] == 7 for row in first_of_each)


def test_nothing_of_what_django_says_of_a_save_is_told(editor, public):
    draft = factories.make_event("madrid", status=Status.DRAFT)
    for entry in (public, draft):
        for button in ("_save", "_continue", "_addanother", "_submit"):
            told = messages_in(editor.press(button, editor.reopen(entry).fill(place=button), entry))
            assert told
            assert not any("successfully" in message for message in told)


def test_the_log_tells_only_what_was_saved(editor, public):
    editor.press("_save", editor.reopen(public).fill(date="nonsense"), public)
    form = editor.reopen(public).fill(title="Anew")
    form.values["_started_from"] = ["made up"]
    editor.press("_save", form, public)
    assert not LogEntry.objects.exists()
    editor.save(public, title="Anew")
    [entry] = LogEntry.objects.all()
    assert (entry.change_message, entry.object_id) == ("Saved.", str(public.pk))


# Drafts


@each_entry
def test_a_save_of_a_draft_moves_its_rows_and_writes_a_revision(editor, model):
    entry, field = factories.make_entry(model, status=Status.DRAFT), WORDS[model]
    editor.save(entry, **{field: "Said anew", "change_reason": "First thoughts."})
    entry.refresh_from_db()
    assert (getattr(entry, field), entry.status) == ("Said anew", Status.DRAFT)
    head = revising.head_of(entry)
    assert head.document == documents.dump(entry)
    assert (head.reason, head.made_by_name) == ("First thoughts.", "editor")
    assert not Edition.objects.exists()


def test_a_new_entry_is_a_draft_with_one_revision(editor, meeting, japan, participant):
    form = editor.open(Event).fill(title="Some meeting", slug="some-meeting", kind=meeting)
    form.fill(change_reason="Found in a letter.").row("involvements", party=japan, role=participant)
    event = editor.add(Event, form)
    [revision] = Revision.objects.all()
    assert revision.document == documents.dump(event)
    assert (revision.state, revision.reason, revision.previous) == (
        RevisionState.PENDING,
        "Found in a letter.",
        None,
    )
    [logged] = LogEntry.objects.all()
    assert logged.is_addition()


def test_a_new_entry_that_is_refused_leaves_nothing(editor, meeting):
    form = editor.open(Event).fill(title="Some meeting", slug="some-meeting", kind=meeting, date="nonsense")
    page = editor.press("_save", form, Event)
    assert Form(page).values["title"] == ["Some meeting"]
    assert not Revision.objects.exists()
    assert not LogEntry.objects.exists()


# Buttons


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
@pytest.mark.parametrize(
    ("button", "page"), [("_save", "changelist"), ("_continue", "change"), ("_addanother", "add")]
)
def test_a_button_leads_on(editor, status, button, page):
    event = factories.make_event("madrid", status=status)
    form = editor.reopen(event).fill(title="Anew")
    arguments = [event.pk] if page == "change" else []
    filters = {"_changelist_filters": "status__exact=draft"} if page == "changelist" else {}
    address = editor.url(Event, "change", event.pk)
    query = {"QUERY_STRING": "_changelist_filters=status__exact%3Ddraft"} if filters else {}
    response = editor.client.post(address, {**form.values, button: "1"}, follow=True, **query)
    reached, _status = response.redirect_chain[-1]
    expected = editor.url(Event, page, *arguments)
    assert reached == (f"{expected}?status__exact=draft" if filters else expected)


def test_submitting_leads_back_to_the_form(editor, public):
    response = editor.press("_submit", editor.reopen(public).fill(title="Anew"), public)
    assert response.redirect_chain[-1][0] == editor.url(Event, "change", public.pk)
    assert "Submitted; last saved by editor" in response.content.decode()
    assert revising.head_of(public).state == RevisionState.SUBMITTED


# Small windows


def test_an_entry_is_added_in_a_small_window(editor):
    form = editor.open(Source).fill(title="A letter", slug="a-letter")
    form.values["_popup"] = ["1"]
    response = editor.press("_save", form, Source)
    source = Source.objects.get()
    assert f'"value": "{source.pk}"' in response.content.decode().replace("&quot;", '"')
    assert source.status == Status.DRAFT
    assert revising.head_of(source).document == documents.dump(source)


@pytest.mark.parametrize(("status", "answered"), [(Status.PUBLISHED, "A page"), (Status.DRAFT, "Anew")])
def test_a_small_window_answers_with_the_title_that_stands(editor, status, answered):
    source = factories.make_source("a-page", status=status)
    form = editor.reopen(source).fill(title="Anew")
    form.values["_popup"] = ["1"]
    response = editor.press("_save", form, source)
    assert f'"obj": "{answered}"' in response.content.decode().replace("&quot;", '"')
    assert revising.present(source).document[0]["fields"]["title"] == "Anew"


# Refused


@each_entry
def test_a_form_with_a_fault_shows_what_was_typed(editor, model):
    entry = factories.make_entry(model)
    editor.save(entry, staff_note="Before.")
    before = revising.present(entry)
    form = editor.reopen(entry).fill(staff_note="Typed just now.", publish_at="tomorrow")
    page = editor.press("_save", form, entry)
    assert page.status_code == 200
    assert Form(page).values["staff_note"] == ["Typed just now."]
    assert Form(page).values["_started_from"] == form.values["_started_from"]
    assert revising.present(entry) == before
    editor.press("_save", Form(page).fill(publish_at=None), entry)
    assert revising.present(entry).document[0]["fields"]["staff_note"] == "Typed just now."


def test_a_change_that_names_what_is_gone_is_told_and_not_a_fault_of_the_site(editor, public, source):
    spain = factories.make_party("spain", status=Status.DRAFT)
    form = editor.reopen(public).change_row("involvements", 1, party=spain)
    editor.press("_save", form, public)
    open_form = editor.reopen(public).fill(title="Typed just now")
    Party.objects.filter(pk=spain.pk).delete()
    address = editor.url(Event, "change", public.pk)
    shown = editor.client.get(address, follow=True)
    assert shown.redirect_chain == [(editor.url(Event, "history", public.pk), 302)]
    assert "something that it names is gone" in messages_in(shown)[0]
    sent = editor.press("_save", open_form, public)
    assert sent.status_code == 200
    assert "something that it names is gone" in " ".join(errors_in(sent))
    assert 'value="Typed just now"' in sent.content.decode()


def test_a_draft_that_was_deleted_meanwhile_is_told_to_be_gone(editor):
    event = factories.make_event("madrid", status=Status.DRAFT)
    form = editor.reopen(event)
    Event.objects.filter(pk=event.pk).delete()
    response = editor.press("_save", form, event)
    assert response.status_code == 200
    assert "doesn’t exist" in messages_in(response)[0]


# Who may


def account(client: Any, *rights: str) -> Editor:
    """Somebody at a browser who has some rights over events."""
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    return Editor(client)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_a_viewer_sees_a_change_and_cannot_send_one(client, editor, status):
    event = factories.make_event("madrid", status=status)
    editor.save(event, title="Anew")
    viewer = account(type(client)(), "view_event")
    page = viewer.client.get(viewer.url(Event, "change", event.pk)).content.decode()
    assert "Anew" in page
    for name in ("_save", "_continue", "_submit", "change_reason"):
        assert f'name="{name}"' not in page
    before = revising.present(event)
    form = editor.reopen(event).fill(title="Mine")
    response = viewer.client.post(viewer.url(Event, "change", event.pk), {**form.values, "_save": "1"})
    assert response.status_code == 403
    assert revising.present(event) == before


def test_who_has_no_right_sees_nothing(client, public):
    stranger = account(client, "view_party")
    assert stranger.client.get(stranger.url(Event, "change", public.pk)).status_code == 403


def test_a_form_runs_as_many_queries_whatever_the_length_of_its_history(
    editor, public, django_assert_max_num_queries
):
    for number in range(6):
        editor.save(public, place=f"Hall {number}")
    with django_assert_max_num_queries(90) as counted:
        editor.reopen(public)
    few = len(counted)
    for number in range(6):
        editor.save(public, place=f"Room {number}")
    with django_assert_max_num_queries(few):
        editor.reopen(public)


def test_a_word_of_a_vocabulary_is_changed_under_review_like_any_entry(editor):
    kind = factories.make_term(Vocabulary.EVENT_KIND, "meeting")
    event = factories.make_event("madrid", kind=kind)
    editor.save(kind, label="Encounter")
    assert "Meeting" in editor.client.get(event.get_absolute_url()).content.decode()
    editor.publish(kind)
    assert "Encounter" in editor.client.get(event.get_absolute_url()).content.decode()
