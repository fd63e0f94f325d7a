"""Undoing a publication: everything is as it was for readers, no work is lost, and what cannot be undone says why."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership import documents
from partnership.editorial import parting, reviewing, revising, undoing, uniting, workflow
from partnership.editorial.check import register_problems
from partnership.editorial.revising import Moved, Refused
from partnership.editorial.undoing import bare
from partnership.history import ChangeLog
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Edition,
    Erasure,
    Event,
    Nature,
    Party,
    Remit,
    Revision,
    RevisionState,
    Status,
)
from tests import factories
from tests.editorial.edits import rows_say, save, seal_of, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(db):
    person = get_user_model().objects.create_user("publisher", is_staff=True)
    person.groups.add(Group.objects.get(name="Publisher"))
    return person


def publish(entry, writer, reviewer, **fields):
    """A change that somebody wrote, somebody else approved and that is public now."""
    revision = submit(entry, writer, **fields)
    return reviewing.approve(revision, by=reviewer, seal=seal_of(revision), sources_confirmed=True)


def undo(edition, by, **said):
    seal = undoing.undoing_of(edition, by).seal
    return undoing.undo(edition, by=by, seal=seal, **{"reason": "It was too early.", **said})


def reasons(edition, by):
    return [str(problem) for problem in undoing.undoing_of(edition, by).problems]


def public_face():
    """What readers could be told of each public entry, without when it changed."""
    return {
        entry.reference: bare(documents.dump(entry, documents.PUBLIC))
        for model in ENTRY_MODELS
        for entry in model.objects.published()
    }


def test_a_change_is_taken_back_and_returned_to_who_wrote_it(writer, reviewer, publisher):
    event = factories.make_event("madrid", place="Lisbon")
    edition = publish(event, writer, reviewer, place="Madrid")
    fresh = undo(edition, publisher, note="Edition 1 is taken back.")
    event.refresh_from_db()
    assert (event.place, event.since, event.status) == ("Lisbon", fresh.number, Status.PUBLISHED)
    assert (fresh.number, fresh.note) == (edition.number + 1, "Edition 1 is taken back.")
    head = revising.head_of(event)
    assert (head.state, head.made_by) == (RevisionState.RETURNED, writer)
    assert "It was too early." in head.review_note
    assert head.document[0]["fields"]["place"] == "Madrid"
    assert list(register_problems()) == []
    revising.submit(event, by=writer)
    reviewing.approve(head, by=publisher, seal=seal_of(head), sources_confirmed=True)
    assert Event.objects.get().place == "Madrid"


def test_whoever_saved_into_it_before_may_not_approve_what_comes_back(writer, reviewer, publisher):
    event = factories.make_event("madrid")
    save(event, publisher, place="Lisbon")
    edition = publish(event, writer, reviewer, place="Madrid")
    undo(edition, reviewer_with_rights(reviewer))
    assert revising.authors_of(revising.head_of(event)) == {writer.pk, publisher.pk}


def reviewer_with_rights(reviewer):
    reviewer.groups.add(Group.objects.get(name="Publisher"))
    return type(reviewer).objects.get(pk=reviewer.pk)


def test_what_was_new_is_withdrawn_with_what_was_published_along(writer, reviewer, publisher):
    event = factories.make_event("madrid", status=Status.DRAFT, parties=(("coast", "host"),))
    Party.objects.filter(slug="coast").update(status=Status.DRAFT, first_published=None)
    edition = publish(event, writer, reviewer)
    undo(edition, publisher, reason="It did not take place.")
    for entry in (Event.objects.get(), Party.objects.get(slug="coast")):
        assert (entry.status, entry.withdrawn_reason) == (Status.WITHDRAWN, "It did not take place.")
        assert revising.head_of(entry) is None
    assert list(register_problems()) == []
    changes = ChangeLog([Event.objects.all()])[:5]
    assert [(each.edition.number, each.what) for each in changes] == [(2, "withdrawn"), (1, "new")]


def test_what_was_new_stays_while_something_newer_names_it(writer, reviewer, publisher):
    party = factories.make_party("coast", status=Status.DRAFT)
    edition = publish(party, writer, reviewer)
    factories.make_event("newer", title="Newer", parties=(("coast", "host"),))
    assert "“Newer” (event:newer) names it: change or withdraw that first." in reasons(edition, publisher)
    with pytest.raises(Refused, match="event:newer"):
        undo(edition, publisher)
    assert Party.objects.get(slug="coast").is_public
    assert Edition.objects.count() == 1


def test_an_old_address_of_what_was_new_is_named(writer, reviewer, publisher):
    party = factories.make_party("coast", status=Status.DRAFT)
    edition = publish(party, writer, reviewer)
    Alias.objects.create(address="party:shore", target="party:coast")
    assert any("party:shore" in reason for reason in reasons(edition, publisher))


def test_what_was_withdrawn_is_public_again_and_names_what_was_cut(writer, reviewer, publisher):
    event = factories.make_event("oslo", parties=(("norway", "host"), ("japan", "host")))
    norway = Party.objects.get(slug="norway")
    before = public_face()
    edition = workflow.withdraw(
        norway, reason="It left.", by=publisher, fates={event.reference: workflow.CUT}
    )
    undo(edition, publisher)
    assert public_face() == before
    assert not Revision.objects.open().exists()  # nobody wrote what the withdrawal cut
    assert [each.what for each in ChangeLog([Party.objects.filter(slug="norway")])[:1]] == ["returned"]


def test_what_came_back_with_a_change_is_withdrawn_again_for_its_old_reason(writer, reviewer, publisher):
    event = factories.make_event("madrid")
    workflow.withdraw(event, reason="It was doubtful.", by=publisher)
    edition = publish(Event.objects.get(), writer, reviewer, place="Madrid")
    undo(edition, publisher)
    event.refresh_from_db()
    assert (event.status, event.withdrawn_reason, event.place) == (
        Status.WITHDRAWN,
        "It was doubtful.",
        "",
    )


def test_an_open_change_stays_and_what_is_undone_stays_in_the_history(writer, reviewer, publisher):
    event = factories.make_event("madrid", place="Lisbon")
    edition = publish(event, writer, reviewer, place="Madrid")
    open_one = save(Event.objects.get(), writer, staff_note="Later.")
    undo(edition, publisher)
    assert revising.head_of(event) == open_one
    assert Event.objects.get().place == "Lisbon"
    assert workflow.obstacles(open_one)


def test_undoing_is_undone_itself(writer, reviewer, publisher):
    event = factories.make_event("madrid", place="Lisbon")
    edition = publish(event, writer, reviewer, place="Madrid")
    after = public_face()
    undo(undo(edition, publisher), publisher)
    assert public_face() == after
    assert revising.head_of(event) is None  # what was open says just that, and is public now


def test_a_correction_says_so_and_wording_stays_wording(writer, reviewer, publisher):
    event = factories.make_event("madrid")
    undo(publish(event, writer, reviewer, place="Madrid"), publisher)
    newest = revising.revisions_of(event).filter(state=RevisionState.PUBLISHED).first()
    assert newest.nature == Nature.CORRECTION
    [change, *_older] = ChangeLog([Event.objects.all()], nature=Nature.CORRECTION)[:5]
    assert change.edition.number == 2


def test_it_is_refused_after_a_day_and_for_what_went_on(writer, reviewer, publisher):
    event = factories.make_event("madrid")
    edition = publish(event, writer, reviewer, place="Madrid")
    publish(Event.objects.get(), writer, reviewer, place="Paris")
    assert reasons(edition, publisher) == ["event:madrid: Somebody changed it since."]
    assert not undoing.can_be_undone(edition, publisher)
    assert undoing.can_be_undone(Edition.objects.get(number=2), publisher)
    assert not undoing.can_be_undone(Edition.objects.get(number=2), writer)
    Edition.objects.filter(number=2).update(published_at=edition.published_at - timedelta(hours=24))
    assert "24 hours" in reasons(Edition.objects.get(number=2), publisher)[0]


def test_it_is_refused_for_a_load_and_outside_of_the_remit(writer, reviewer, publisher):
    loaded = factories.make_event("loaded")
    edition = workflow.record_import([loaded], [])
    assert "loaded from files" in reasons(edition, publisher)[0]
    event = factories.make_event("madrid")
    edition = publish(event, writer, reviewer, place="Madrid")
    Remit.objects.create(account=publisher).parties.add(factories.make_party("norway"))
    assert reasons(edition, publisher) == ["event:madrid: It is outside of what your account may change."]


def test_a_reason_is_needed_and_the_seal_must_hold(writer, reviewer, publisher):
    event = factories.make_event("madrid")
    edition = publish(event, writer, reviewer, place="Madrid")
    with pytest.raises(Refused, match="Say why"):
        undo(edition, publisher, reason=" ")
    seal = undoing.undoing_of(edition, publisher).seal
    save(Event.objects.get(), writer, staff_note="A change.")
    with pytest.raises(Moved):
        undoing.undo(edition, by=publisher, seal=seal, reason="Too early.")
    assert Edition.objects.count() == 2  # that of the baseline, and the edition itself
    assert Event.objects.get().place == "Madrid"


@pytest.mark.parametrize("many", [False, True])
def test_looking_at_it_takes_the_queries_of_one(
    writer, reviewer, publisher, many, django_assert_max_num_queries
):
    events = [factories.make_event() for _number in range(6 if many else 1)]
    revisions = [submit(event, writer, place="Madrid") for event in events]
    edition = workflow.publish_revisions(revisions, by=reviewer)
    with django_assert_max_num_queries(50):
        assert undoing.can_be_undone(edition, publisher)


ACTS = st.lists(st.sampled_from(["change", "new", "withdraw"]), min_size=1, max_size=3)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, places=st.lists(st.sampled_from(["", "Madrid", "Oslo"]), min_size=3, max_size=3))
def test_publishing_and_undoing_gives_what_was_public_before(writer, reviewer, publisher, acts, places):
    undone = []
    for act, place in zip(acts, places, strict=False):
        event = factories.make_event(
            status=Status.DRAFT if act == "new" else Status.PUBLISHED, place="Prague"
        )
        before = public_face()
        if act == "withdraw":
            edition = workflow.withdraw(event, reason="It was entered twice.", by=publisher)
        else:
            edition = publish(event, writer, reviewer, place=place)
        undone.append((edition, before))
        undo(edition, publisher)
        assert public_face() == before
        assert list(register_problems()) == []
        assert rows_say(event)[0]["fields"]["status"] == ("withdrawn" if act == "new" else "published")


def test_merges_and_erasures_are_not_undone_here(writer, reviewer, publisher):
    kept, gone = factories.make_area("cyber", name="Cyber"), factories.make_area("cyber-two", name="Cyber")
    merge = uniting.merge(kept, gone, {}, by=publisher, reason="The same.")
    assert reasons(merge.edition, publisher) == ["A merge is undone on its own page."]
    parting.undo(merge, by=publisher, reason="They differ.")
    newest = Edition.objects.latest("number")
    assert newest != merge.edition
    assert reasons(newest, publisher) == ["It undid a merge: merge the two again instead."]
    edition = publish(factories.make_event(), writer, reviewer, place="Madrid")
    Erasure.objects.create(note="Names of staff.", edition=edition)
    assert reasons(edition, publisher) == ["What was erased is gone for good."]
