"""Saving: every save is a revision, a draft's rows follow, public rows wait, and nobody's save is lost."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnership import documents, generation
from partnership.documents import DocumentError
from partnership.editorial import revising, workflow
from partnership.editorial.revising import Moved, Refused, Said
from partnership.models import ENTRY_MODELS, Event, IndexEntry, Nature, Revision, RevisionState, Status
from tests import factories
from tests.editorial.edits import changed, edited, rows_say, save, submit

pytestmark = pytest.mark.django_db

each_model = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)


# Drafts


@each_model
def test_the_first_save_of_a_draft_is_one_revision_of_what_its_rows_say(model, writer):
    entry = factories.make_entry(model, status="draft")
    revision = revising.save(entry, documents.dump(entry), by=writer)
    assert revision == Revision.objects.get(entry=entry.reference)
    assert revision.document == rows_say(entry)
    assert (revision.digest, revision.schema) == (documents.digest(revision.document), documents.SCHEMA)
    assert (revision.made_by, revision.made_by_name, revision.state) == (writer, "writer", "pending")
    assert revision.previous is None


@each_model
def test_the_rows_of_a_draft_follow_each_save_and_nothing_public_moves(model, writer):
    entry = factories.make_entry(model, status="draft")
    first = revising.save(entry, documents.dump(entry), by=writer)
    number = generation.current()
    second = save(entry, writer)
    assert rows_say(entry) == second.document == revising.present(entry).document
    assert second.document[0]["fields"]["staff_note"] == "Ask the desk."
    assert (second.base_digest, second.previous) == (first.digest, first)
    first.refresh_from_db()
    assert first.state == RevisionState.SUPERSEDED
    assert generation.current() == number


def test_what_a_draft_said_that_came_without_a_revision_is_kept_before_its_first_change(writer):
    draft = factories.make_event("one", status="draft", title="Before")
    before = documents.dump(draft)
    revision = save(draft, writer, title="After")
    assert revision.previous.document == before
    assert (revision.previous.state, revision.previous.made_by) == (RevisionState.SUPERSEDED, None)
    assert revising.document_called(draft, revision.base_digest) == before


def test_a_draft_never_takes_its_state_from_a_document(writer):
    draft = factories.make_event("one", status="draft")
    document = changed(draft, status="published", first_published="2024-01-01T00:00:00Z")
    revision = revising.save(draft, edited(document, place="Madrid"), by=writer)
    draft.refresh_from_db()
    assert (draft.status, draft.first_published, draft.place) == (Status.DRAFT, None, "Madrid")
    assert revision.document == rows_say(draft)
    assert workflow.obstacles(revision) == []


# Entries that are or were public


@each_model
@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_an_edit_of_what_is_or_was_public_is_held_back(model, status, writer):
    entry = factories.make_entry(model, status=status)
    before, number = documents.dump(entry), generation.current()
    index = list(IndexEntry.objects.order_by("pk").values())
    revision = save(entry, writer)
    assert rows_say(entry) == before
    assert generation.current() == number
    assert list(IndexEntry.objects.order_by("pk").values()) == index
    assert revising.present(entry).document == revision.document != before
    assert revision.base_digest == documents.digest(before)


def test_several_saves_pile_up_on_one_base_and_all_who_saved_are_authors(writer, reviewer):
    event = factories.make_event("one")
    base = documents.digest(documents.dump(event))
    first, second, third = (
        save(event, by, **fields)
        for by, fields in (
            (writer, {"title": "Second title"}),
            (reviewer, {"place": "Madrid"}),
            (None, {"staff_note": "Why?"}),
        )
    )
    assert {each.base_digest for each in (first, second, third)} == {base}
    assert (second.previous, third.previous) == (first, second)
    assert (third.document[0]["fields"]["title"], third.document[0]["fields"]["place"]) == (
        "Second title",
        "Madrid",
    )
    assert Revision.objects.open().get() == third == revising.head_of(event)
    assert revising.authors_of(third) == {writer.pk, reviewer.pk}
    assert revising.authors_of(second) == {writer.pk, reviewer.pk}
    assert revising.authors_of(first) == {writer.pk}


def test_who_wrote_in_a_change_that_is_over_is_no_author_of_the_next(writer, reviewer):
    event = factories.make_event("one")
    workflow.publish_revision(save(event, writer, place="Madrid"))
    save(event, writer, place="Lisbon")
    revising.discard(event, by=writer)
    assert revising.authors_of(save(event, reviewer, place="Rome")) == {reviewer.pk}


def test_a_discarded_change_is_no_author_even_where_it_said_what_is_public(writer, reviewer):
    event = factories.make_event("one", place="Madrid")
    save(event, writer, place="Lisbon")
    save(event, writer, place="Madrid")
    save(event, writer, place="Rome")
    revising.discard(event, by=writer)
    assert revising.authors_of(save(event, reviewer, place="Rome")) == {reviewer.pk}


def test_a_change_keeps_what_it_began_with_though_the_rows_are_written_over(writer):
    event = factories.make_event("one", title="Before")
    before = documents.dump(event)
    revision = save(event, writer, place="Madrid")
    Event.objects.filter(pk=event.pk).update(title="Written past everything")
    assert revising.document_called(event, revision.base_digest) == before
    assert revising.document_called(event, "0" * 64) is None


def test_what_was_kept_of_a_loaded_entry_becomes_its_first_published_revision(writer):
    event = factories.make_event("one")
    before = documents.dump(event)
    edition = workflow.publish_revision(save(event, writer, place="Madrid"))
    first, second = Revision.objects.order_by("pk")
    assert (first.document, first.state, first.edition_id) == (before, RevisionState.PUBLISHED, 0)
    assert first.made_at == first.edition.published_at
    assert (second.state, second.edition) == (RevisionState.PUBLISHED, edition)


# What is refused, and what is no save


@pytest.mark.parametrize("status", ["draft", "published"])
def test_a_save_that_started_from_something_else_is_refused(status, writer, reviewer):
    event = factories.make_event("one", status=status)
    seen = revising.present(event)
    save(event, writer, title="Theirs")
    count = Revision.objects.count()
    with pytest.raises(Moved):
        revising.save(event, edited(seen.document, title="Mine"), by=reviewer, started_from=seen.digest)
    assert revising.present(event).document[0]["fields"]["title"] == "Theirs"
    assert Revision.objects.count() == count


@pytest.mark.parametrize("status", ["draft", "published"])
def test_a_save_of_what_it_says_already_is_none(status, writer):
    event = factories.make_event("one", status=status)
    now = revising.present(event)
    assert revising.save(event, now.document, by=writer, started_from=now.digest) is None
    said = Said("Two\r\nlines", Nature.CORRECTION, timezone.now().replace(microsecond=7))
    first = revising.save(
        event, changed(event, place="Madrid"), by=writer, started_from=now.digest, said=said
    )
    assert revising.save(event, first.document, by=writer, started_from=first.digest, said=said) is None, (
        "the reason is compared as it is stored"
    )
    again = revising.save(event, first.document, by=writer, started_from=first.digest, said=Said("Else"))
    assert (again.reason, again.document) == ("Else", first.document)


@pytest.mark.parametrize("status", ["draft", "published"])
@pytest.mark.parametrize("spoilt", [{"areas": [["no-such-area"]]}, {"slug": "another"}, {"date": "June"}])
def test_a_document_that_cannot_be_applied_is_not_kept(status, spoilt, writer):
    event = factories.make_event("one", status=status)
    before = documents.dump(event)
    with pytest.raises(DocumentError):
        revising.save(event, changed(event, **spoilt), by=writer)
    assert rows_say(event) == before
    assert not Revision.objects.exists()


def test_what_was_deleted_meanwhile_cannot_be_saved(writer):
    event = factories.make_event("one", status="draft")
    document = documents.dump(event)
    Event.objects.get(pk=event.pk).delete()
    with pytest.raises(Refused, match="deleted"):
        revising.save(event, document, by=writer)


# Discarding, submitting, joining anew


def test_a_discarded_change_stays_in_the_history_and_readers_never_saw_it(writer, reviewer):
    event = factories.make_event("one")
    before = documents.dump(event)
    revision = save(event, writer, place="Madrid")
    discarded = revising.discard(event, by=reviewer)
    assert discarded == revision
    assert (discarded.state, discarded.reviewed_by) == (RevisionState.DISCARDED, reviewer)
    assert revising.head_of(event) is None
    assert rows_say(event) == before == revising.present(event).document
    with pytest.raises(Refused, match="no change"):
        revising.discard(event, by=reviewer)


def test_a_draft_has_nothing_to_discard_its_rows_are_what_it_says(writer):
    draft = factories.make_event("one", status="draft")
    save(draft, writer)
    with pytest.raises(Refused, match="no change"):
        revising.discard(draft, by=writer)


def test_submitting_asks_for_review_once(writer):
    event = factories.make_event("one")
    with pytest.raises(Refused, match="save a change first"):
        revising.submit(event, by=writer)
    assert submit(event, writer).state == RevisionState.SUBMITTED
    with pytest.raises(Refused, match="already"):
        revising.submit(event, by=writer)


def test_a_draft_without_a_revision_is_submitted_as_its_rows_stand(writer):
    draft = factories.make_event("one", status="draft")
    revision = revising.submit(draft, by=writer)
    assert (revision.document, revision.made_by) == (documents.dump(draft), writer)
    assert (revision.state, revision.previous) == (RevisionState.SUBMITTED, None)


def test_a_draft_that_was_written_over_is_submitted_as_its_rows_stand_now(writer):
    draft = factories.make_event("one", status="draft")
    head = save(draft, writer, title="Saved")
    Event.objects.filter(pk=draft.pk).update(title="Loaded")
    assert workflow.obstacles(head)
    revision = revising.submit(draft, by=writer)
    assert revision.document[0]["fields"]["title"] == "Loaded"
    assert (revision.previous, workflow.obstacles(revision)) == (head, [])


@pytest.mark.parametrize("state", [RevisionState.SUBMITTED, RevisionState.SCHEDULED, RevisionState.RETURNED])
def test_a_save_takes_a_revision_out_of_review(state, writer):
    event = factories.make_event("one")
    head = submit(event, writer)
    Revision.objects.filter(pk=head.pk).update(
        state=state, review_note="See the source", publish_at=timezone.now()
    )
    assert save(event, writer, place="Madrid").state == RevisionState.PENDING
    head.refresh_from_db()
    assert head.state == RevisionState.SUPERSEDED


def test_a_rebased_change_starts_from_what_is_public_now(writer):
    event = factories.make_event("one", title="Before")
    revision = save(event, writer, place="Madrid")
    Event.objects.filter(pk=event.pk).update(title="Changed by a load")
    assert workflow.obstacles(revision)
    joined = changed(event, title="Changed by a load")
    onto = documents.digest(rows_say(event))
    again = revising.rebase(event, joined, by=writer, said=Said(), started_from=revision.digest, onto=onto)
    assert (again.base_digest, again.previous, workflow.obstacles(again)) == (onto, revision, [])
    assert revising.document_called(event, onto) == rows_say(event)
    workflow.publish_revision(again)
    event.refresh_from_db()
    assert (event.title, event.place) == ("Changed by a load", "Madrid")


@pytest.mark.parametrize("moved", ["started_from", "onto"])
def test_a_rebase_is_refused_if_one_of_the_two_moved_meanwhile(moved, writer):
    event = factories.make_event("one")
    revision = save(event, writer, place="Madrid")
    with pytest.raises(Moved):
        revising.rebase(event, revision.document, by=writer, said=Said(), **{moved: "0" * 64})
    assert revising.head_of(event) == revision


# What the database holds


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": "returned"}, "Say why it is sent back."),
        ({"state": "scheduled"}, "What is scheduled says for when."),
        ({"overridden": True}, "Say why it is published without a second person."),
        ({"state": "published"}, "A published revision belongs to an edition."),
        ({"state": "unheard-of"}, "Choose one of the known values for “state”"),
        ({"nature": "unheard-of"}, "Choose one of the known values for “nature”"),
        ({"entry": "Event one"}, "Write kind and address"),
        ({}, "Another revision of the entry is open."),
    ],
)
def test_the_database_refuses_what_no_act_would_write_and_says_why(fields, message, writer):
    revision = save(factories.make_event("one"), writer)
    other = Revision(
        **{
            "entry": revision.entry,
            "document": revision.document,
            "digest": revision.digest,
            "schema": documents.SCHEMA,
            **fields,
        }
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    with pytest.raises(ValidationError, match=message):
        other.validate_constraints()
