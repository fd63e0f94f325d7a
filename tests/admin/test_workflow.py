"""Saving, publishing, withdrawing and deleting entries in the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils.html import strip_tags

from partnership.admin.reasons import sentences
from partnership.editorial.rules import Problem
from partnership.models import Edition, Event, IndexEntry, Programme, Revision, Status, Vocabulary
from tests import factories
from tests.admin.forms import Editor, errors_in, messages_in


@pytest.fixture
def draft(db):
    """An event that may be published."""
    return factories.make_event("madrid", title="Madrid Summit", status=Status.DRAFT)


@pytest.fixture
def bare(meeting):
    """A draft in which nothing is said yet."""
    return factories.make_event("bare", status=Status.DRAFT, parties=(), organisations=(), sources=())


@pytest.fixture
def public(db):
    return factories.make_event("lisbon", title="Lisbon Summit")


def select(editor, *entries):
    """Run the list action that publishes over some entries."""
    data = {"action": "publish_selected", "_selected_action": [entry.pk for entry in entries]}
    return editor.client.post(editor.url(type(entries[0]), "changelist"), data, follow=True)


# Saving


def test_an_incomplete_draft_is_saved(editor, meeting):
    form = editor.open(Event).fill(title="Some meeting", slug="some-meeting", kind=meeting)
    event = editor.add(Event, form)
    assert (event.slug, event.status, event.first_published) == ("some-meeting", Status.DRAFT, None)
    assert not Edition.objects.exists()


def test_a_status_that_is_posted_changes_nothing(editor, draft):
    form = editor.reopen(draft)
    form.values |= {"status": ["published"], "slug": ["elsewhere"], "first_published": ["2020-01-01"]}
    editor.press("_save", form.fill(title="Renamed"), draft)
    draft.refresh_from_db()
    assert (draft.title, draft.status, draft.slug) == ("Renamed", Status.DRAFT, "madrid")


def test_a_save_never_writes_back_the_state_it_read(editor, draft, monkeypatch):
    """Somebody publishes between the moment a save reads the entry and the moment it writes."""
    from partnership.admin.base import EntryAdmin

    stored = EntryAdmin.save_model

    def published_meanwhile(self, request, obj, form, change):
        Event.objects.filter(pk=obj.pk).update(**factories.state())
        stored(self, request, obj, form, change)

    monkeypatch.setattr(EntryAdmin, "save_model", published_meanwhile)
    editor.press("_save", editor.reopen(draft).fill(title="Renamed"), draft)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Renamed", Status.PUBLISHED)


def test_a_public_entry_changes_at_once(editor, public):
    form = editor.reopen(public).fill(title="Lisbon Summit 2010", date="2010-11-19/2010-11-20")
    editor.press("_save", form, public)
    public.refresh_from_db()
    assert (public.title, str(public.earliest), public.status) == (
        "Lisbon Summit 2010",
        "2010-11-19",
        "published",
    )
    assert public.since == Edition.objects.latest("number").number
    assert IndexEntry.objects.get(slug="lisbon").title == "Lisbon Summit 2010"
    newest = Revision.objects.filter(entry="event:lisbon").latest("pk")
    assert newest.document[0]["fields"]["title"] == "Lisbon Summit 2010"
    assert newest.made_by_name == "editor"


def test_a_save_without_a_change_opens_no_edition(editor, public):
    editor.press("_save", editor.reopen(public), public)
    assert not Edition.objects.exists()


def test_a_public_entry_that_would_break_a_rule_is_not_saved(editor, public):
    before = list(public.citations.values())
    form = editor.reopen(public).fill(title="A title typed just now").delete_row("citations", 0)
    response = editor.press("_save", form, public)
    assert response.status_code == 200
    public.refresh_from_db()
    assert (public.title, public.status) == ("Lisbon Summit", Status.PUBLISHED)
    assert list(public.citations.values()) == before
    assert not Edition.objects.exists()
    assert not LogEntry.objects.exists()
    assert "Nothing is saved" in errors_in(response)[0]
    assert (
        '<a href="#citations-group">Citations</a>: no source supports the record' in response.content.decode()
    )
    assert 'value="A title typed just now"' in response.content.decode()
    assert not messages_in(response)


def test_a_refused_save_can_be_mended_and_sent_again(editor, public):
    page = editor.press("_save", editor.reopen(public).delete_row("citations", 0), public)
    form = type(editor.open(Event))(page)
    form.values["citations-0-DELETE"] = []
    editor.press("_save", form.fill(title="Mended"), public)
    public.refresh_from_db()
    assert (public.title, public.citations.count()) == ("Mended", 1)


def test_a_reason_names_the_row_it_is_about(editor, public):
    form = editor.reopen(public).change_row("involvements", 0, ordinal=1)
    response = editor.press("_save", form, public)
    assert '<a href="#involvements-0">Japan – Participant</a>: counts a first' in response.content.decode()


def test_a_fault_in_one_field_is_told_at_the_field(editor, draft):
    response = editor.press("_save", editor.reopen(draft).fill(date="June 2022"), draft)
    assert any("2014-03 for a month" in error for error in errors_in(response))


# Publishing


def test_an_entry_is_saved_and_published_in_one_go(editor, draft):
    response = editor.press("_publish", editor.reopen(draft).fill(title="Madrid Summit 2022"), draft)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Madrid Summit 2022", Status.PUBLISHED)
    assert messages_in(response) == ["“Madrid Summit 2022” is public, in edition 1."]
    assert LogEntry.objects.filter(change_message__contains="Published in edition 1").exists()


def test_publishing_publishes_the_draft_entries_that_are_named(editor, draft):
    austria = factories.make_party("austria", status=Status.DRAFT)
    factories.add_party(draft, "austria")
    editor.publish(draft)
    austria.refresh_from_db()
    assert austria.is_public


def test_a_refused_publication_keeps_what_was_typed_and_says_what_is_missing(editor, bare):
    response = editor.press("_publish", editor.reopen(bare).fill(title="Typed just now"), bare)
    bare.refresh_from_db()
    assert (bare.title, bare.status) == ("Typed just now", Status.DRAFT)
    [message] = messages_in(response)
    assert strip_tags(message).startswith("“Typed just now” is saved as it is, but not public:")
    for place, reason in (
        ("citations-group", "no source supports the record"),
        ("involvements-group", "no party takes part"),
        ("id_organisations", "no organisation is named"),
    ):
        assert f'href="#{place}"' in message
        assert reason in message
        assert f'id="{place}"' in response.content.decode()
    assert not Edition.objects.exists()


def test_a_new_entry_that_is_refused_stays_as_a_draft(editor, meeting):
    form = editor.open(Event).fill(title="Some meeting", slug="some-meeting", kind=meeting)
    event = editor.add(Event, form, "_publish")
    assert event.status == Status.DRAFT


def test_the_list_publishes_what_it_can_and_says_why_not(editor, draft, bare, public):
    response = select(editor, draft, bare, public)
    draft.refresh_from_db()
    bare.refresh_from_db()
    assert (draft.status, bare.status) == (Status.PUBLISHED, Status.DRAFT)
    told = [strip_tags(message) for message in messages_in(response)]
    assert any(message.startswith("“Madrid Summit” is public") for message in told)
    assert any(message.startswith("“Bare” is not published:Citations: no source") for message in told)
    assert "1 entry was public already." in told


def test_the_list_narrowed_to_drafts_counts_what_was_public_before(editor, draft, bare):
    data = {"action": "publish_selected", "_selected_action": [draft.pk, bare.pk]}
    address = editor.url(Event, "changelist")
    response = editor.client.post(f"{address}?status__exact=draft", data, follow=True)
    told = [strip_tags(message) for message in messages_in(response)]
    assert len(told) == 2
    assert not any("public already" in message for message in told)


def test_the_list_counts_what_it_published_along_with_another_as_public(editor):
    parent = factories.make_party("a-parent", status=Status.DRAFT)
    child = factories.make_party("a-child", parent=parent, status=Status.DRAFT)
    told = messages_in(select(editor, child, parent))
    assert told == ["“A Child” is public, in edition 1.", "1 entry was public already."]


def test_a_draft_that_a_colleague_published_meanwhile_is_changed_and_said_to_be_public(editor, draft):
    form = editor.reopen(draft).fill(title="Madrid Summit 2022")
    editor.publish(draft)
    response = editor.press("_publish", form, draft)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Madrid Summit 2022", Status.PUBLISHED)
    assert messages_in(response) == ["“Madrid Summit 2022” was public already; it is changed as you sent it."]
    newest = Revision.objects.filter(entry="event:madrid").latest("pk")
    assert newest.document[0]["fields"]["title"] == "Madrid Summit 2022"


def test_a_record_that_ends_before_it_begins_is_saved_as_a_draft_and_not_published(editor):
    programme = factories.make_programme("plan", status=Status.DRAFT)
    begins = factories.make_term(Vocabulary.STEP, "step-agreed", label="Signed")
    ends = factories.make_term(Vocabulary.STEP, "step-ended", label="Ended")
    form = (
        editor.reopen(programme).row("steps", kind=begins, date="2020").row("steps", kind=ends, date="2010")
    )
    assert editor.press("_save", form, programme).status_code == 200
    assert {step.date for step in programme.steps.all()} == {"2020", "2010"}
    [message] = messages_in(editor.press("_publish", editor.reopen(programme), programme))
    programme.refresh_from_db()
    assert programme.status == Status.DRAFT
    assert "this step ends the record before “Signed”" in strip_tags(message)


def test_a_public_record_is_not_made_to_end_before_it_begins(editor):
    programme = factories.make_programme("plan")
    factories.add_step(programme, "step-agreed", "2020")
    ends = factories.make_term(Vocabulary.STEP, "step-ended")
    form = editor.reopen(programme).row("steps", kind=ends, date="2010")
    response = editor.press("_save", form, programme)
    assert "this step ends the record before" in " ".join(errors_in(response))
    assert programme.steps.count() == 1
    assert Programme.objects.get(pk=programme.pk).is_public


def test_the_button_is_offered_for_what_is_not_public(editor, draft, public):
    for entry, offered in ((draft, True), (public, False)):
        page = editor.client.get(editor.url(Event, "change", entry.pk)).content.decode()
        assert ('name="_publish"' in page) is offered
        assert ("/withdraw/" in page) is not offered


def test_a_small_window_saves_and_does_not_publish(editor, draft):
    page = editor.client.get(editor.url(Event, "change", draft.pk), {"_popup": "1"}).content.decode()
    assert 'name="_publish"' not in page


def test_only_who_may_change_an_entry_may_publish_it(client, meeting, draft):
    adder = get_user_model().objects.create_user("adder", is_staff=True)
    adder.user_permissions.add(*Permission.objects.filter(codename__in=["add_event", "view_event"]))
    client.force_login(adder)
    editor = Editor(client)
    form = editor.open(Event)
    form.fill(title="Some meeting", slug="some-meeting", kind=meeting)
    assert editor.press("_publish", form, Event).status_code == 403
    assert not Event.objects.filter(slug="some-meeting").exists()
    assert client.post(editor.url(Event, "withdraw", draft.pk)).status_code == 403


def test_who_may_change_an_entry_may_change_its_rows(client, draft, japan, participant):
    writer = get_user_model().objects.create_user("writer", is_staff=True)
    writer.user_permissions.add(*Permission.objects.filter(codename="change_event"))
    client.force_login(writer)
    editor = Editor(client)
    editor.press("_save", editor.reopen(draft).change_row("involvements", 0, unit="A delegation"), draft)
    assert draft.involvements.get().unit == "A delegation"


# Deleting


def test_a_draft_that_never_was_public_is_deleted(editor, draft):
    editor.client.post(editor.url(Event, "delete", draft.pk), {"post": "yes"})
    assert not Event.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_what_is_or_was_public_is_not_deleted(editor, status, meeting):
    event = factories.make_event("lisbon", status=status)
    assert editor.client.post(editor.url(Event, "delete", event.pk), {"post": "yes"}).status_code == 403
    assert Event.objects.filter(pk=event.pk).exists()


def test_a_draft_that_something_names_is_not_deleted(editor, draft):
    kind = factories.make_term(Vocabulary.EVENT_KIND, "visit", status=Status.DRAFT)
    Event.objects.filter(pk=draft.pk).update(kind=kind)
    response = editor.client.post(editor.url(type(kind), "delete", kind.pk), {"post": "yes"})
    assert "Madrid Summit" in response.content.decode()
    assert type(kind).objects.filter(pk=kind.pk).exists()


# Reasons


def test_a_reason_leads_to_the_column_of_a_row_where_the_form_has_it(draft):
    [sentence] = sentences(draft, [Problem("madrid.japan party", "names “Japan”, which is not public.")])
    assert (
        sentence
        == '<a href="#id_involvements-0-party">Japan – Participant, party</a>: names “Japan”, which is not public.'
    )


def test_a_reason_about_the_whole_entry_is_a_sentence(draft):
    assert sentences(draft, [Problem("", "it is public already.")]) == ["It is public already."]


def test_a_reason_about_a_row_that_was_never_stored_names_it(draft):
    assert sentences(draft, [Problem("madrid.spain", "says <nothing>.")]) == [
        "madrid.spain: says &lt;nothing&gt;."
    ]
