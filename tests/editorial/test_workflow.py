"""Publishing and withdrawing: one act, one transaction, one edition."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents, generation
from partnership.editorial import revising, workflow
from partnership.editorial.revising import Said
from partnership.editorial.workflow import Refused
from partnership.models import ENTRY_MODELS, Area, Edition, Event, IndexEntry, Revision, Status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return get_user_model().objects.create_user("editor")


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_publishing_opens_an_edition_with_the_document_it_made_public(model, editor):
    entry = factories.make_entry(model, status="draft")
    before = generation.current()
    edition = workflow.publish(entry, by=editor, note="First", reason="It is ready")
    assert entry.is_public
    assert entry.first_published == entry.changed == edition.published_at
    assert entry.since == edition.number == 1
    assert edition.note == "First"
    assert generation.current() > before
    revision = Revision.objects.get(entry=entry.reference)
    assert revision.edition == edition
    assert revision.document == documents.dump(entry)
    assert revision.digest == documents.digest(revision.document)
    assert revision.schema == documents.SCHEMA
    assert (revision.made_by, revision.made_by_name, revision.reason) == (editor, "editor", "It is ready")


def test_editions_are_numbered_one_after_another():
    numbers = [workflow.publish(factories.make_event(status="draft")).number for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_publishing_is_refused_with_the_reasons_and_changes_nothing():
    event = factories.make_event(status="draft", sources=(), parties=())
    before, number = documents.dump(event), generation.current()
    with pytest.raises(Refused) as refused:
        workflow.publish(event)
    assert {problem.field for problem in refused.value.problems} == {"citations", "involvements"}
    event.refresh_from_db()
    assert documents.dump(event) == before
    assert not Edition.objects.exists()
    assert not Revision.objects.exists()
    assert generation.current() == number


def test_publishing_publishes_the_draft_reference_entries_it_names_in_the_same_edition():
    factories.make_party("navy", status="draft", parent=factories.make_party("coast", status="draft"))
    factories.make_area("relief", status="draft")
    factories.make_source("report", status="draft", edition_of=factories.make_source("older", status="draft"))
    event = factories.make_event(
        "one", status="draft", parties=(("navy", "participant"),), areas=("relief",), sources=("report",)
    )
    edition = workflow.publish(event)
    assert set(edition.revisions.values_list("entry", flat=True)) == {
        "event:one",
        "party:navy",
        "party:coast",
        "area:relief",
        "source:report",
        "source:older",
    }
    assert {"navy", "coast"} <= set(IndexEntry.objects.filter(kind="party").values_list("slug", flat=True))


def test_a_draft_record_that_is_named_is_not_published_along():
    event = factories.make_event(status="draft", series=factories.make_event("series", status="draft"))
    with pytest.raises(Refused, match="event:series"):
        workflow.publish(event)


def test_what_was_withdrawn_is_not_brought_back_by_naming_it():
    factories.make_area("relief", status="withdrawn")
    event = factories.make_event(status="draft", areas=("relief",))
    with pytest.raises(Refused, match="area:relief"):
        workflow.publish(event)
    assert Area.objects.get().status == Status.WITHDRAWN


def test_a_public_entry_is_not_published_twice():
    with pytest.raises(Refused, match="public already"):
        workflow.publish(factories.make_event())


def test_withdrawing_needs_a_reason_and_keeps_the_first_day():
    event = factories.make_event("one")
    first = event.first_published
    for reason in ("", "  "):
        with pytest.raises(Refused, match="Say why"):
            workflow.withdraw(event, reason=reason)
    workflow.withdraw(event, reason="It never took place.")
    assert event.status == Status.WITHDRAWN
    assert event.withdrawn_reason == "It never took place."
    assert event.first_published == first
    assert not IndexEntry.objects.filter(kind="event").exists()


def test_withdrawing_is_refused_while_something_public_names_it():
    event = factories.make_event("one", areas=("relief",))
    area = event.areas.get()
    with pytest.raises(Refused, match="event:one"):
        workflow.withdraw(area, reason="Doubled")
    workflow.withdraw(event, reason="Twice")
    workflow.withdraw(area, reason="Doubled")
    assert area.status == Status.WITHDRAWN


def test_a_draft_cannot_be_withdrawn():
    with pytest.raises(Refused, match="not public"):
        workflow.withdraw(factories.make_event(status="draft"), reason="Why not")


def test_a_withdrawn_entry_can_be_published_again_and_loses_its_reason():
    event = factories.make_event("one")
    first = event.first_published
    workflow.withdraw(event, reason="Twice")
    workflow.publish(event)
    assert (event.is_public, event.withdrawn_reason, event.first_published) == (True, "", first)


def test_the_first_change_of_a_loaded_entry_keeps_what_it_said_before_as_edition_0():
    event = factories.make_event("one", title="Before")
    before = documents.dump(event)
    event.title = "After"
    event.save()
    edition = factories.republish(event, before=before, reason="Spelling")
    first, second = Revision.objects.order_by("edition_id")
    assert (first.edition_id, second.edition_id) == (0, edition.number) == (0, 1)
    assert first.document == before
    assert second.document == documents.dump(event)
    assert second.base_digest == first.digest
    event.title = "Later"
    event.save()
    factories.republish(event, before=second.document)
    assert Revision.objects.count() == 3


def test_what_differs_in_nothing_from_what_is_public_is_not_published():
    event = factories.make_event()
    with pytest.raises(Refused, match="Nothing differs"):
        factories.republish(event, before=documents.dump(event))
    assert not Edition.objects.exists()


def test_a_save_of_a_public_entry_is_refused_when_the_rules_fail():
    event = factories.make_event()
    before = documents.dump(event)
    event.citations.all().delete()
    with pytest.raises(Refused, match="add a citation"):
        factories.republish(event, before=before)


def test_a_save_of_a_public_entry_publishes_the_draft_reference_it_now_names():
    event = factories.make_event()
    before = documents.dump(event)
    event.areas.add(factories.make_area("relief", status="draft"))
    edition = factories.republish(event, before=before)
    assert Area.objects.get().is_public
    assert set(edition.revisions.values_list("entry", flat=True)) == {event.reference, "area:relief"}


def test_an_import_is_one_edition_with_revisions_only_for_what_changed():
    new, old = factories.make_event("new"), factories.make_event("old", title="Before")
    before = documents.dump(old)
    old.title = "After"
    old.save()
    edition = workflow.record_import([new], [(old, before)], note="A file")
    new.refresh_from_db()
    old.refresh_from_db()
    assert new.since == old.since == edition.number == 1
    assert set(Revision.objects.values_list("entry", "edition")) == {("event:old", 0), ("event:old", 1)}
    assert workflow.record_import([], []) is None
    assert Event.objects.count() == 2


def imported(number):
    """Events of an import: as many new ones, as many that changed, with their documents from before."""
    new = [factories.make_event() for _ in range(number)]
    old = [factories.make_event(title="Before") for _ in range(number)]
    before = {event.pk: documents.dump(event) for event in old}
    Event.objects.filter(pk__in=before).update(title="After")
    return [event.pk for event in new], before


def test_an_import_of_many_takes_the_queries_of_one():
    counts = []
    for number in (1, 4):
        new, before = imported(number)
        with CaptureQueriesContext(connection) as captured:
            edition = workflow.record_import({Event: new}, {Event: before}, note="A file")
        counts.append(len(captured))
        assert set(Event.objects.filter(since=edition.number).values_list("pk", flat=True)) == {*new, *before}
        assert edition.revisions.count() == number
        assert IndexEntry.objects.filter(kind="event", title="After").count() >= number
    assert counts[0] >= counts[1]  # the first also makes edition 0


def test_revisions_of_an_import_are_those_of_one_entry_after_another(writer):
    new, before = imported(3)
    workflow.record_import({Event: new}, {Event: before}, by=writer, note="A file")
    for event in Event.objects.filter(pk__in=before):
        baseline, revision = Revision.objects.filter(entry=event.reference).order_by("pk")
        assert (baseline.document, baseline.edition_id, baseline.made_by) == (before[event.pk], 0, None)
        assert baseline.digest == revision.base_digest == documents.digest(before[event.pk])
        assert revision.document == documents.dump(event)
        assert revision.digest == documents.digest(revision.document)
        assert (revision.made_by_name, revision.reason, revision.edition_id) == ("writer", "A file", 1)


def test_the_second_import_of_an_entry_keeps_no_second_baseline_and_the_newest_edition_stands():
    _new, before = imported(2)
    workflow.record_import({}, {Event: before})
    again = documents.dump_many(Event, before)
    Event.objects.filter(pk__in=before).update(title="Once more")
    edition = workflow.record_import({}, {Event: again})
    assert Revision.objects.filter(edition=0).count() == 2
    assert set(Event.objects.filter(pk__in=before).values_list("since", flat=True)) == {edition.number}


def test_what_was_kept_as_found_becomes_the_baseline_of_an_import():
    event = factories.make_event(title="Before")
    found = documents.dump(event)
    changed = json.loads(json.dumps(found))
    changed[0]["fields"]["title"] = "A change that waits"
    revising.save(event, changed, by=None, said=Said())
    kept = Revision.objects.get(digest=documents.digest(found))
    Event.objects.update(title="After")
    workflow.record_import({}, {Event: {event.pk: found}})
    kept.refresh_from_db()
    assert (kept.state, kept.edition_id) == ("published", 0)
    assert Revision.objects.filter(digest=documents.digest(found)).count() == 1
