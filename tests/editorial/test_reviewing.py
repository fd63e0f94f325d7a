"""Review: a second person publishes exactly what was looked at, now or at its time, or sends it back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from partnership import documents, generation
from partnership.editorial import removing, reviewing, revising, workflow
from partnership.editorial.revising import Refused, Said
from partnership.models import (
    ENTRY_MODELS,
    Edition,
    Event,
    Nature,
    Party,
    PartyName,
    Revision,
    RevisionState,
)
from partnership.models.fields import whole_second
from tests import factories
from tests.editorial.edits import changed, rows_say, save, seal_of, submit

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def approve(revision, by, **given):
    return reviewing.approve(revision, by=by, **{"seal": seal_of(revision), **given})


def scheduled(entry, writer, reviewer, at=None, **fields):
    """An approved change of an entry whose time has come, unless another is given."""
    revision = submit(entry, writer, **fields)
    assert approve(revision, reviewer, publish_at=whole_second() + HOUR) is None
    Revision.objects.filter(pk=revision.pk).update(publish_at=at or whole_second())
    return Revision.objects.get(pk=revision.pk)


# Looking


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("status", ["draft", "published"])
def test_a_stage_shows_what_would_be_and_leaves_nothing_behind(model, status, writer):
    entry = factories.make_entry(model, status=status)
    for party in Party.objects.filter(status="draft").exclude(slug=entry.slug):
        workflow.publish(party)
    revision = submit(entry, writer)
    before, number = documents.dump(entry), generation.current()
    with workflow.staged(revision) as stage:
        assert stage.entry.is_public
        assert stage.entry.staff_note == "Ask the desk."
        assert model.objects.published().filter(slug=entry.slug).exists()
        assert generation.current() is None
        assert stage.before == before
        assert workflow.staged_problems(stage) == []
    assert rows_say(entry) == before
    assert generation.current() == number
    assert not Edition.objects.filter(revisions__entry=entry.reference).exists()


def test_a_stage_names_what_a_draft_that_is_published_along_lacks(writer):
    event = factories.make_event("one", status="draft")
    coast = factories.make_party("coast", status="draft")
    factories.add_party(event, "coast")
    PartyName.objects.create(party=coast, text="Coast", form="search", key="else.coast")
    with workflow.staged(submit(event, writer)) as stage:
        assert [each.reference for each in stage.drafts] == ["party:coast"]
        (problem,) = workflow.staged_problems(stage)
    assert problem.message.startswith("party:coast else.coast")


def test_what_waits_is_told_oldest_first(writer):
    revisions = [submit(factories.make_event(), writer) for _ in range(3)]
    Revision.objects.filter(pk=revisions[2].pk).update(made_at=whole_second() - HOUR)
    save(factories.make_event(), writer)
    assert list(reviewing.waiting()) == [revisions[2], revisions[0], revisions[1]]


# Approving


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_an_approved_change_is_public_in_one_edition(model, writer, reviewer):
    entry = factories.make_entry(model)
    before = documents.dump(entry)
    revision = submit(entry, writer)
    edition = approve(revision, reviewer, note="Spring")
    revision.refresh_from_db()
    assert (revision.state, revision.edition, edition.note) == ("published", edition, "Spring")
    assert revision.document == rows_say(entry)
    assert revision.base_digest == documents.digest(before)
    assert (revision.made_by, revision.reviewed_by, revision.reviewed_by_name) == (
        writer,
        reviewer,
        "reviewer",
    )
    assert revising.head_of(entry) is None
    fields = rows_say(entry)[0]["fields"]
    assert (fields["staff_note"], fields["status"]) == ("Ask the desk.", "published")


def test_who_wrote_in_it_may_not_approve_it_not_even_saved_over(writer, reviewer):
    event = factories.make_event("one")
    save(event, reviewer, place="Madrid")
    revision = submit(event, writer, title="Another")
    for account in (writer, reviewer):
        with pytest.raises(Refused, match="somebody else must approve"):
            approve(revision, account, override="I am sure")
    assert not Edition.objects.exists()
    revision.refresh_from_db()
    assert (revision.state, revision.overridden) == (RevisionState.SUBMITTED, False)


def test_who_wrote_in_a_draft_that_is_published_along_may_not_approve_either(writer, reviewer):
    event = factories.make_event("one", status="draft")
    save(factories.make_party("coast", status="draft"), reviewer)
    factories.add_party(event, "coast")
    revision = submit(event, writer)
    with workflow.staged(revision) as stage:
        assert reviewing.authors_of_stage(stage, revision) == {writer.pk, reviewer.pk}
    with pytest.raises(Refused, match="somebody else must approve"):
        approve(revision, reviewer)


def test_who_deleted_and_wrote_a_draft_stays_its_author_when_it_is_brought_back(writer, reviewer):
    draft = factories.make_event("one", status="draft")
    save(draft, writer)
    entry = removing.bring_back(removing.delete_draft(draft, by=writer), by=reviewer)
    assert revising.authors_of(revising.head_of(entry)) == {writer.pk, reviewer.pk}


def test_an_administrator_publishes_own_work_with_a_reason_that_is_kept(writer):
    writer.user_permissions.add(Permission.objects.get(codename="publish_own"))
    writer = type(writer).objects.get(pk=writer.pk)
    revision = submit(factories.make_event("one"), writer)
    with pytest.raises(Refused, match="say why"):
        approve(revision, writer, override=" ")
    approve(revision, writer, override=" Nobody else is here. ")
    revision.refresh_from_db()
    assert (revision.overridden, revision.review_note) == (True, "Nobody else is here.")


def test_an_override_that_is_not_needed_is_refused(writer, reviewer):
    with pytest.raises(Refused, match="without this reason"):
        approve(submit(factories.make_event("one"), writer), reviewer, override="To be safe")


def test_only_what_is_submitted_is_approved(writer, reviewer):
    event = factories.make_event("one")
    revision = save(event, writer)
    with pytest.raises(Refused, match="not in review: Being edited"):
        approve(revision, reviewer)
    approve(revising.submit(event, by=writer), reviewer)
    with pytest.raises(Refused, match="not in review: Published"):
        reviewing.approve(revision, by=reviewer, seal="")


def test_a_rule_that_is_broken_refuses_the_approval_whole(writer, reviewer):
    event = factories.make_event("one")
    document = [row for row in documents.dump(event) if not row["model"].endswith("citation")]
    revising.save(event, document, by=writer)
    revision = revising.submit(event, by=writer)
    before = documents.dump(event)
    with pytest.raises(Refused, match="add a citation"):
        approve(revision, reviewer)
    assert rows_say(event) == before
    assert not Edition.objects.exists()


def test_a_save_while_it_is_looked_at_refuses_the_approval(writer, reviewer):
    event = factories.make_event("one")
    revision = submit(event, writer)
    seal = seal_of(revision)
    submit(event, writer, place="Madrid")
    with pytest.raises(Refused, match="not in review: Saved over"):
        reviewing.approve(revision, by=reviewer, seal=seal)
    with pytest.raises(Refused, match="look at it again"):
        reviewing.approve(revising.head_of(event), by=reviewer, seal=seal)


def test_a_change_of_a_draft_that_is_published_along_refuses_the_approval(writer, reviewer):
    event = factories.make_event("one", status="draft")
    coast = factories.make_party("coast", status="draft")
    factories.add_party(event, "coast")
    revision = submit(event, writer)
    seal = seal_of(revision)
    save(coast, writer, name="Another coast")
    with pytest.raises(Refused, match="look at it again"):
        reviewing.approve(revision, by=reviewer, seal=seal)
    edition = approve(revision, reviewer)
    assert set(edition.revisions.values_list("entry", flat=True)) == {"event:one", "party:coast"}
    assert Party.objects.published().get(slug="coast").name == "Another coast"


def test_a_change_whose_base_moved_is_refused_until_the_two_are_joined(writer, reviewer):
    event = factories.make_event("one", title="Before")
    revision = submit(event, writer, place="Madrid")
    before = documents.dump(event)
    event.title = "Loaded"
    event.save()
    workflow.record_import([], [(event, before)])
    with pytest.raises(Refused, match="join the two"):
        approve(revision, reviewer)
    revising.rebase(event, changed(event, title="Loaded"), by=writer, said=Said())
    approve(revising.submit(event, by=writer), reviewer, sources_confirmed=True)
    event.refresh_from_db()
    assert (event.title, event.place) == ("Loaded", "Madrid")


def test_what_was_withdrawn_meanwhile_is_not_brought_back_by_a_pending_change(writer, reviewer):
    event = factories.make_event("one")
    revision = submit(event, writer, place="Madrid")
    workflow.withdraw(event, reason="It never took place.")
    with pytest.raises(Refused, match="join the two"):
        approve(revision, reviewer)
    with pytest.raises(Refused, match="join the two"):
        workflow.publish_revision(revision)
    event.refresh_from_db()
    assert (event.status, event.withdrawn_reason) == ("withdrawn", "It never took place.")


def test_a_draft_that_was_loaded_over_is_refused_until_it_is_saved(writer, reviewer):
    draft = factories.make_event("one", status="draft")
    revision = submit(draft, writer)
    Event.objects.filter(pk=draft.pk).update(title="Loaded")
    with pytest.raises(Refused, match="changed by a load"):
        approve(revision, reviewer)


# Sending back


def test_sending_back_needs_a_reason_and_leaves_the_change_to_its_writer(writer, reviewer):
    event = factories.make_event("one")
    revision = submit(event, writer)
    with pytest.raises(Refused, match="Say what is to be mended"):
        reviewing.send_back(revision, by=reviewer, reason="  ")
    back = reviewing.send_back(revision, by=reviewer, reason="Which page? ")
    assert (back.state, back.review_note, back.reviewed_by) == ("returned", "Which page?", reviewer)
    assert revising.head_of(event) == revision
    with pytest.raises(Refused, match="not in review: Returned"):
        reviewing.send_back(revision, by=reviewer, reason="Again")
    assert revising.submit(event, by=writer) == revision


def test_a_scheduled_change_can_still_be_sent_back_and_is_approved_no_longer(writer, reviewer):
    event = factories.make_event("one")
    revision = scheduled(event, writer, reviewer)
    reviewing.send_back(revision, by=reviewer, reason="It is put off.")
    assert list(reviewing.publish_due()) == []
    revision.refresh_from_db()
    assert (revision.state, revision.approved) == (RevisionState.RETURNED, {})


# Sources that may have gone stale


def contribution():
    gift = factories.make_contribution("gift", amount="100", currency="EUR", stage="pledged")
    factories.add_source(gift, "a-report", supports="amount")
    return gift


def test_a_cited_value_that_changes_asks_whether_its_source_says_so(writer, reviewer):
    gift = contribution()
    revision = submit(gift, writer, amount="200.00")
    after = revision.document
    assert reviewing.unconfirmed_sources(documents.dump(gift), after, Nature.WORLD) == ["amount"]
    with pytest.raises(Refused, match="confirm"):
        approve(revision, reviewer)
    approve(revision, reviewer, sources_confirmed=True)
    revision.refresh_from_db()
    assert revision.sources_confirmed


def test_a_row_whose_citation_stays_asks_as_well_but_not_for_its_place_in_the_list():
    event = factories.make_event("one")
    (row,) = event.involvements.all()
    factories.add_source(event, "a-report", supports=row.key)
    before = documents.dump(event)
    row.position = 7
    row.save()
    assert reviewing.unconfirmed_sources(before, documents.dump(event), Nature.WORLD) == []
    row.representative = "Minister"
    row.save()
    assert reviewing.unconfirmed_sources(before, documents.dump(event), Nature.WORLD) == [row.key]


@pytest.mark.parametrize("supports", ["amount", ""])
def test_a_citation_that_is_renewed_with_its_value_answers_for_it(supports):
    gift = contribution()
    before = documents.dump(gift)
    gift.amount = 200
    gift.save()
    gift.citations.filter(supports=supports).update(locator="Page 3")
    assert reviewing.unconfirmed_sources(before, documents.dump(gift), Nature.WORLD) == []


def test_a_citation_of_the_whole_record_backs_its_values_but_not_its_prose():
    event = factories.make_event("one", place="Madrid", summary="Leaders met.")
    before = documents.dump(event)
    event.summary = "Leaders met in Madrid."
    event.save()
    event.areas.add(factories.make_area())
    assert reviewing.unconfirmed_sources(before, documents.dump(event), Nature.WORLD) == []
    event.place = "Lisbon"
    event.save()
    row = event.involvements.get()
    row.representative = "Minister"
    row.save()
    after = documents.dump(event)
    assert reviewing.unconfirmed_sources(before, after, Nature.WORLD) == ["place", row.key]
    factories.add_source(event, "a-report")
    assert reviewing.unconfirmed_sources(before, documents.dump(event), Nature.WORLD) == []


def test_other_words_for_the_same_ask_for_no_source():
    event = factories.make_event("one", title="Before")
    factories.add_source(event, "a-report", supports="title")
    before = documents.dump(event)
    event.title = "After"
    event.save()
    after = documents.dump(event)
    assert reviewing.unconfirmed_sources(before, after, Nature.WORDING) == []
    assert reviewing.unconfirmed_sources(before, after, Nature.CORRECTION) == ["title"]
    assert reviewing.unconfirmed_sources([], after, Nature.WORLD) == []


# At its time


def test_what_is_approved_for_a_later_time_waits_for_it(writer, reviewer):
    event = factories.make_event("one")
    revision = submit(event, writer, place="Madrid")
    at = whole_second() + HOUR
    assert approve(revision, reviewer, publish_at=at, sources_confirmed=True) is None
    revision.refresh_from_db()
    assert (revision.state, revision.publish_at) == (RevisionState.SCHEDULED, at)
    assert list(reviewing.publish_due(at - timedelta(seconds=1))) == []
    ((done, edition),) = reviewing.publish_due(at)
    assert (done, done.state, done.edition) == (revision, RevisionState.PUBLISHED, edition)
    event.refresh_from_db()
    assert event.place == "Madrid"
    assert list(reviewing.publish_due(at)) == []


def test_the_time_that_a_writer_asked_for_is_kept_and_one_that_has_passed_is_now(writer, reviewer):
    for hours, state in ((1, RevisionState.SCHEDULED), (-1, RevisionState.PUBLISHED)):
        event = factories.make_event()
        said = Said(publish_at=timezone.now() + hours * HOUR)
        revising.save(event, changed(event), by=writer, said=said)
        revision = revising.submit(event, by=writer)
        approve(revision, reviewer)
        revision.refresh_from_db()
        assert revision.state == state


def test_what_breaks_at_its_time_goes_back_with_the_reasons_and_stops_nothing_else(writer, reviewer):
    broken, other = factories.make_event("broken", areas=("relief",)), factories.make_event("other")
    back = scheduled(broken, writer, reviewer, at=whole_second() - HOUR)
    good = scheduled(other, writer, reviewer)
    broken.citations.all().delete()
    (first, no_edition), (second, edition) = reviewing.publish_due()
    assert (first, no_edition, second) == (back, None, good)
    assert (first.state, edition.revisions.get()) == (RevisionState.RETURNED, good)
    assert "could not be published at its time" in first.review_note
    assert "join the two" in first.review_note
    assert (first.reviewed_by, first.approved) == (reviewer, {})
    assert Edition.objects.exclude(number=0).get() == edition


def test_a_document_that_can_no_longer_be_applied_goes_back(writer, reviewer):
    area = factories.make_area("relief")
    event = factories.make_event("one")
    revision = scheduled(event, writer, reviewer, areas=[["relief"]])
    area.delete()
    ((back, edition),) = reviewing.publish_due()
    assert (back, back.state, edition) == (revision, RevisionState.RETURNED, None)
    assert "relief" in back.review_note


def test_a_draft_that_changed_since_the_approval_is_not_published_along_at_its_time(writer, reviewer):
    event, coast = factories.make_event("one"), factories.make_party("coast", status="draft")
    party = next(row for row in documents.dump(event) if row["model"].endswith("involvement"))
    party["fields"]["party"] = ["coast"]
    document = [
        party if row.get("pk") == party["pk"] and row["model"] == party["model"] else row
        for row in documents.dump(event)
    ]
    revising.save(event, document, by=writer)
    revision = revising.submit(event, by=writer)
    approve(revision, reviewer, publish_at=whole_second() + HOUR, sources_confirmed=True)
    save(coast, writer, name="Never looked at")
    ((back, edition),) = reviewing.publish_due(whole_second() + HOUR)
    assert (back.state, edition) == (RevisionState.RETURNED, None)
    assert "since it was approved" in back.review_note
    assert not Party.objects.published().filter(slug="coast").exists()


def test_two_that_name_one_draft_are_both_published_at_their_time(writer, reviewer):
    factories.make_party("coast", status="draft")
    for slug in ("one", "two"):
        event = factories.make_event(slug, status="draft", parties=(("coast", "participant"),))
        scheduled(event, writer, reviewer)
    assert [bool(edition) for _revision, edition in reviewing.publish_due()] == [True, True]
    assert Event.objects.published().count() == 2


def test_what_is_saved_over_after_its_approval_is_not_published(writer, reviewer):
    event = factories.make_event("one")
    scheduled(event, writer, reviewer)
    save(event, writer, place="Madrid")
    assert list(reviewing.publish_due()) == []
    assert not Edition.objects.exists()
