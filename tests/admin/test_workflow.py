"""Saving, submitting, publishing and deleting entries in the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils.html import strip_tags

from partnership.admin.reasons import sentences
from partnership.editorial import revising
from partnership.editorial.rules import Problem
from partnership.models import (
    Edition,
    Event,
    IndexEntry,
    Programme,
    Revision,
    RevisionState,
    Status,
    Vocabulary,
)
from tests import factories
from tests.admin.forms import Editor, Form, errors_in, messages_in


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


def faults(response):
    """What keeps an entry from being public, as its review says it."""
    return strip_tags(" ".join(response.context["faults"]))


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


def test_a_save_never_writes_back_the_state_it_read(editor, draft):
    """Somebody publishes between the moment a form is opened and the moment it is sent."""
    form = editor.reopen(draft).fill(title="Renamed")
    editor.publish(draft)
    page = editor.press("_save", form, draft)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Madrid Summit", Status.PUBLISHED)
    editor.press("_save", Form(page), draft)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Madrid Summit", Status.PUBLISHED)
    [head, *_rest] = revising.present(draft).document
    assert (head["fields"]["title"], head["fields"]["status"]) == ("Renamed", "published")


def test_a_public_entry_changes_when_a_second_person_has_approved_the_change(editor, public):
    editor.save(public, title="Lisbon Summit 2010", date="2010-11-19/2010-11-20")
    public.refresh_from_db()
    assert (public.title, IndexEntry.objects.get(slug="lisbon").title) == ("Lisbon Summit", "Lisbon Summit")
    editor.publish(public)
    assert (public.title, str(public.earliest)) == ("Lisbon Summit 2010", "2010-11-19")
    assert public.since == Edition.objects.latest("number").number
    assert IndexEntry.objects.get(slug="lisbon").title == "Lisbon Summit 2010"
    newest = Revision.objects.filter(entry="event:lisbon").latest("pk")
    assert newest.document[0]["fields"]["title"] == "Lisbon Summit 2010"
    assert (newest.made_by_name, newest.reviewed_by_name) == ("editor", "second-person")


def test_a_save_without_a_change_opens_no_edition(editor, public):
    response = editor.press("_save", editor.reopen(public), public)
    assert strip_tags(messages_in(response)[0]) == "Nothing was changed in “Lisbon Summit”."
    assert not Edition.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_change_that_would_break_a_rule_is_kept_and_not_published(editor, public):
    before = list(public.citations.values())
    form = editor.reopen(public).fill(title="A title typed just now").delete_row("citations", 0)
    response = editor.press("_submit", form, public)
    assert "no source supports the record" in strip_tags(messages_in(response)[1])
    second = editor.second_person()
    assert "no source supports the record" in faults(second.review(public))
    second.approve(public)
    public.refresh_from_db()
    assert (public.title, public.status) == ("Lisbon Summit", Status.PUBLISHED)
    assert list(public.citations.values()) == before
    assert not Edition.objects.exists()
    assert editor.reopen(public).values["title"] == ["A title typed just now"]


def test_a_change_that_breaks_a_rule_can_be_mended_and_published(editor, public):
    editor.press("_submit", editor.reopen(public).delete_row("citations", 0), public)
    source = factories.make_source("another-page")
    editor.press("_save", editor.reopen(public).fill(title="Mended").row("citations", source=source), public)
    editor.publish(public)
    assert (public.title, public.citations.get().source) == ("Mended", source)


def test_a_reason_names_the_row_it_is_about(editor, public):
    form = editor.reopen(public).change_row("involvements", 0, ordinal=1)
    [_told, reasons] = messages_in(editor.press("_submit", form, public))
    assert '<a href="#involvements-0">Japan – Participant</a>: counts a first' in reasons


def test_a_fault_in_one_field_is_told_at_the_field(editor, draft):
    response = editor.press("_save", editor.reopen(draft).fill(date="June 2022"), draft)
    assert any("2014-03 for a month" in error for error in errors_in(response))


# Submitting and publishing


def test_an_entry_is_saved_and_submitted_in_one_go(editor, draft):
    response = editor.press("_submit", editor.reopen(draft).fill(title="Madrid Summit 2022"), draft)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Madrid Summit 2022", Status.DRAFT)
    assert messages_in(response) == ["“Madrid Summit 2022” is submitted for review."]
    assert LogEntry.objects.filter(change_message="Submitted for review.").exists()
    editor.second_person().approve(draft)
    draft.refresh_from_db()
    assert draft.status == Status.PUBLISHED


def test_publishing_publishes_the_draft_entries_that_are_named(editor, draft):
    austria = factories.make_party("austria", status=Status.DRAFT)
    factories.add_party(draft, "austria")
    editor.publish(draft)
    austria.refresh_from_db()
    assert austria.is_public


def test_submitting_keeps_what_was_typed_and_says_what_is_missing(editor, bare):
    response = editor.press("_submit", editor.reopen(bare).fill(title="Typed just now"), bare)
    bare.refresh_from_db()
    assert (bare.title, bare.status) == ("Typed just now", Status.DRAFT)
    [_told, message] = messages_in(response)
    assert strip_tags(message).startswith("Before it can be published:")
    for place, reason in (
        ("citations-group", "no source supports the record"),
        ("involvements-group", "no party takes part"),
        ("id_organisations", "no organisation is named"),
    ):
        assert f'href="#{place}"' in message
        assert reason in message
        assert f'id="{place}"' in response.content.decode()
    assert not Edition.objects.exists()


def test_a_new_entry_may_be_submitted_as_it_is_added(editor, meeting):
    form = editor.open(Event).fill(title="Some meeting", slug="some-meeting", kind=meeting)
    event = editor.add(Event, form, "_submit")
    assert event.status == Status.DRAFT
    assert revising.head_of(event).state == RevisionState.SUBMITTED


def test_who_saves_what_was_submitted_takes_it_out_of_review_and_is_told(editor, draft, public):
    for entry in (draft, public):
        editor.press("_submit", editor.reopen(entry).fill(staff_note="Once."), entry)
        [told] = messages_in(editor.save(entry, staff_note="Twice."))
        assert strip_tags(told).endswith("It was in review: submit it again.")
        assert revising.head_of(entry).state == RevisionState.PENDING


def test_nothing_is_submitted_twice(editor, draft):
    editor.press("_submit", editor.reopen(draft).fill(title="Renamed"), draft)
    response = editor.press("_submit", editor.reopen(draft), draft)
    assert messages_in(response) == ["It is submitted already."]


def test_a_public_entry_in_which_nothing_was_changed_is_not_submitted(editor, public):
    response = editor.press("_submit", editor.reopen(public), public)
    assert messages_in(response) == ["Nothing was changed that could be submitted: save a change first."]


def test_a_record_that_ends_before_it_begins_is_saved_as_a_draft_and_not_published(editor):
    programme = factories.make_programme("plan", status=Status.DRAFT)
    begins = factories.make_term(Vocabulary.STEP, "step-agreed", label="Signed")
    ends = factories.make_term(Vocabulary.STEP, "step-ended", label="Ended")
    form = (
        editor.reopen(programme).row("steps", kind=begins, date="2020").row("steps", kind=ends, date="2010")
    )
    response = editor.press("_submit", form, programme)
    assert {step.date for step in programme.steps.all()} == {"2020", "2010"}
    assert "this step ends the record before “Signed”" in strip_tags(messages_in(response)[1])
    editor.second_person().approve(programme)
    programme.refresh_from_db()
    assert programme.status == Status.DRAFT


def test_a_public_record_is_not_made_to_end_before_it_begins(editor):
    programme = factories.make_programme("plan")
    factories.add_step(programme, "step-agreed", "2020")
    ends = factories.make_term(Vocabulary.STEP, "step-ended")
    editor.press("_submit", editor.reopen(programme).row("steps", kind=ends, date="2010"), programme)
    second = editor.second_person()
    assert "this step ends the record before" in faults(second.review(programme))
    second.approve(programme)
    assert programme.steps.count() == 1
    assert Programme.objects.get(pk=programme.pk).is_public


def test_the_form_offers_to_submit_and_withdraws_only_what_is_public(editor, draft, public):
    for entry, withdrawable in ((draft, False), (public, True)):
        page = editor.client.get(editor.url(Event, "change", entry.pk)).content.decode()
        assert 'name="_submit"' in page
        assert 'name="_publish"' not in page
        assert ("/withdraw/" in page) is withdrawable


def test_a_small_window_saves_and_does_not_submit(editor, draft):
    page = editor.client.get(editor.url(Event, "change", draft.pk), {"_popup": "1"}).content.decode()
    assert 'name="_submit"' not in page


def test_who_may_only_add_entries_cannot_change_or_withdraw_them(client, meeting, draft, public):
    adder = get_user_model().objects.create_user("adder", is_staff=True)
    adder.user_permissions.add(*Permission.objects.filter(codename__in=["add_event", "view_event"]))
    client.force_login(adder)
    editor = Editor(client)
    assert 'name="_submit"' not in client.get(editor.url(Event, "add")).content.decode()
    form = editor.open(Event).fill(title="Some meeting", slug="some-meeting", kind=meeting)
    assert editor.add(Event, form).status == Status.DRAFT
    assert client.post(editor.url(Event, "change", draft.pk), {"title": "Mine"}).status_code == 403
    assert client.post(editor.url(Event, "withdraw", public.pk)).status_code == 403
    draft.refresh_from_db()
    assert draft.title == "Madrid Summit"


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
