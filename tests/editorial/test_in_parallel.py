"""The desk at work at once: each act happens once, and nobody waits in a circle."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from partnership import documents
from partnership.editorial import bundle_review, bundling, removing, reviewing, revising, undoing, workflow
from partnership.editorial.bulk import run
from partnership.editorial.bulk_publishing import Publishing
from partnership.editorial.revising import Moved, Refused
from partnership.exchange.export import EDITORIAL, export
from partnership.exchange.load import LoadRefused, load
from partnership.models import Bundle, Edition, Event, Party, Revision, RevisionState
from partnership.models.fields import whole_second
from tests import factories
from tests.editorial import bundles
from tests.editorial.edits import changed, edited, save, seal_of, submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gives or is refused with, begun at the same moment in threads of their own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=60)
            return act()
        except (Refused, Moved, LoadRefused) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result(timeout=300) for each in [pool.submit(run, act) for act in acts]]


def of(kind: type, found: list[Any]) -> list[Any]:
    return [each for each in found if isinstance(each, kind)]


@pytest.mark.parametrize("status", ["draft", "published"])
def test_ten_publications_of_one_revision_are_one_edition_and_nine_refusals(status):
    event = factories.make_event("one", status=status)
    revision = submit(event, place="Madrid")
    found = at_once(*[lambda: workflow.publish_revision(revision)] * 10)
    (edition,) = of(Edition, found)
    assert len(of(Refused, found)) == 9
    assert Edition.objects.exclude(number=0).get() == edition
    assert edition.revisions.get() == revision
    assert Event.objects.published().get().place == "Madrid"


def test_ten_approvals_of_one_revision_are_one_edition_and_nine_refusals():
    revision = submit(factories.make_event("one"), place="Madrid")
    seal = seal_of(revision)
    reviewers = [get_user_model().objects.create_user(f"reviewer-{number}") for number in range(10)]
    acts = [
        lambda by=by: reviewing.approve(revision, by=by, seal=seal, sources_confirmed=True)
        for by in reviewers
    ]
    found = at_once(*acts)
    assert Counter(map(type, found)) == {Edition: 1, Refused: 9}
    revision.refresh_from_db()
    assert revision.reviewed_by == reviewers[[type(each) for each in found].index(Edition)]


def test_of_ten_publications_of_one_draft_as_it_stands_one_is_done():
    event = factories.make_event("one", status="draft", parties=(("coast", "participant"),))
    Party.objects.filter(slug="coast").update(status="draft", first_published=None)
    found = at_once(*[lambda: workflow.publish(Event.objects.get(pk=event.pk))] * 10)
    assert Counter(map(type, found)) == {Edition: 1, Refused: 9}


def test_two_schedulers_publish_each_of_twenty_once():
    slugs = [f"event-{number}" for number in range(20)]
    reviewer = get_user_model().objects.create_user("reviewer")
    for slug in slugs:
        revision = submit(factories.make_event(slug), place="Madrid")
        later = whole_second() + timedelta(hours=1)
        reviewing.approve(
            revision, by=reviewer, seal=seal_of(revision), publish_at=later, sources_confirmed=True
        )
    Revision.objects.filter(state=RevisionState.SCHEDULED).update(publish_at=whole_second())
    one, other = at_once(*[lambda: list(reviewing.publish_due())] * 2)
    done = [revision.entry for revision, edition in (*one, *other) if edition]
    assert sorted(done) == sorted(f"event:{slug}" for slug in slugs)
    assert len(done) == len(one) + len(other)
    editions = Edition.objects.exclude(number=0)
    assert editions.count() == editions.filter(revisions__isnull=False).distinct().count() == 20
    assert Event.objects.filter(place="Madrid").count() == 20
    call_command("publish_due")
    assert editions.count() == 20


def test_a_due_bundle_is_published_once_whoever_saves_and_schedules_meanwhile():
    writer, reviewer = (get_user_model().objects.create_user(name) for name in ("writer", "reviewer"))
    bundles_due = []
    for number in range(4):
        entries = [factories.make_event(f"event-{number}-{each}") for each in range(3)]
        for entry in entries:
            save(entry, writer, place="Madrid")
        due = bundles.scheduled(*entries, by=writer, reviewer=reviewer)
        bundles.make_due(due)
        bundles_due.append(due)
    saved = Event.objects.get(slug="event-0-2")
    acts = [*[lambda: list(bundle_review.publish_due())] * 3, lambda: save(saved, writer, place="Toledo")]
    found = at_once(*acts, lambda: bundling.take_back(bundles_due[1], by=writer))
    done = [bundle.pk for each in of(list, found) for bundle, edition in each if edition]
    assert len(done) == len(set(done)) == Edition.objects.exclude(number=0).count()
    assert {bundles_due[2].pk, bundles_due[3].pk} <= set(done)
    for bundle in Bundle.objects.all():
        states = {each.revision.state for each in bundling.members_of(bundle)}
        assert states == {"published" if bundle.pk in done else "pending"}, bundle.state


@pytest.mark.parametrize("status", ["draft", "published"])
def test_of_ten_saves_that_started_from_the_same_one_is_kept(status):
    event = factories.make_event("one", status=status)
    seen = revising.present(event)
    acts = [
        lambda title=f"Title {number}": revising.save(
            event, edited(seen.document, title=title), by=None, started_from=seen.digest
        )
        for number in range(10)
    ]
    found = at_once(*acts)
    assert Counter(map(type, found)) == {Revision: 1, Moved: 9}
    assert revising.head_of(event) == of(Revision, found)[0]


def test_a_draft_is_brought_back_once_however_often_it_is_asked():
    writer = get_user_model().objects.create_user("writer")
    deleted = removing.delete_draft(factories.make_event("one", status="draft"), by=writer)
    found = at_once(*[lambda: removing.bring_back(deleted, by=writer)] * 5)
    assert Counter(map(type, found)) == {Event: 1, Refused: 4}


def look(revision: Revision) -> None:
    with workflow.staged(revision) as stage:
        workflow.staged_problems(stage)


def save_again(entry: Any) -> Any:
    seen = revising.present(entry)
    document = changed(entry, staff_note=f"Note {random.random()}")
    return revising.save(entry, document, by=None, started_from=seen.digest)


@pytest.mark.parametrize("seed", range(3))
def test_stages_saves_publications_and_loads_of_what_overlaps_never_wait_in_a_circle(seed, tmp_path):
    chance = random.Random(seed)
    parties = [factories.make_party(f"draft-{number}", status="draft") for number in range(4)]
    Party.objects.filter(slug="draft-1").update(parent=parties[0])
    entries: list[Any] = list(parties)
    for number in range(4):
        named = [(party.slug, "participant") for party in chance.sample(parties, 3)]
        status = "published" if number % 2 else "draft"
        event = factories.make_event(f"event-{number}", status="draft", parties=named)
        if status == "published":
            event.involvements.all().delete()
            factories.add_party(event, "japan")
            workflow.publish(event)
            document = documents.dump(event)
            row = next(row for row in document if row["model"].endswith("involvement"))
            row["fields"]["party"] = [chance.choice(parties).slug]
            revising.save(event, document, by=None)
        else:
            save(event)
        entries.append(event)
    for party in parties:
        save(party)
    export(tmp_path, EDITORIAL)
    for path in tmp_path.glob("*.json"):
        path.write_text(path.read_text().replace('"staff_note": "Ask the desk."', '"staff_note": "Loaded"'))
    heads = [revising.head_of(entry) for entry in entries]
    acts = [
        *[lambda head=head: look(head) for head in heads],
        *[lambda entry=entry: save_again(entry) for entry in chance.sample(entries, 4)],
        *[lambda head=head: workflow.publish_revision(head) for head in chance.sample(heads, 4)],
        lambda: load([tmp_path]),
    ]
    chance.shuffle(acts)
    at_once(*acts)  # a deadlock or a locked table is another exception than a refusal
    for entry in entries:
        head = revising.head_of(entry)
        fresh = type(entry).objects.get(pk=entry.pk)
        if head and not revising.is_held_back(fresh):
            assert head.document == documents.dump(fresh), "the rows of a draft say what its revision says"


def test_of_five_undoings_of_one_edition_one_is_done():
    event = factories.make_event("one", place="Lisbon")
    edition = workflow.publish_revision(submit(event, place="Madrid"))
    publishers = [get_user_model().objects.create_user(f"publisher-{number}") for number in range(5)]
    seal = undoing.undoing_of(edition, publishers[0]).seal
    acts = [
        lambda by=by: undoing.undo(edition, by=by, seal=seal, reason="It was too early.") for by in publishers
    ]
    found = at_once(*acts)
    assert len(of(Edition, found)) == 1
    assert len(of(Refused, found)) == 4
    assert Event.objects.get().place == "Lisbon"


def test_two_approve_the_same_changes_together_and_they_are_public_once():
    events = [factories.make_event(f"event-{number}", status="draft") for number in range(4)]
    for event in events:
        submit(event)
    reviewers = [get_user_model().objects.create_user(f"publisher-{number}") for number in range(2)]
    seals = [Publishing(events, by=by).plan().seal for by in reviewers]
    assert seals[0] == seals[1]
    acts = [lambda by=by: run(Publishing(Event.objects.all(), by=by), seals[0]) for by in reviewers]
    found = at_once(*acts)
    assert len(of(Moved, found)) == 1
    assert Event.objects.published().count() == 4
    assert Edition.objects.count() == 1
