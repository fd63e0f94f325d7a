"""Deleting drafts, whole and back again; what anything names stays."""

import pytest

from partnership import documents, generation
from partnership.editorial import removing, revising, workflow
from partnership.editorial.revising import Refused
from partnership.models import ENTRY_MODELS, Event, Party, Revision, RevisionState, owned_models
from tests import factories
from tests.editorial.edits import rows_say, save, submit

pytestmark = pytest.mark.django_db

each_model = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)


@each_model
def test_a_deleted_draft_comes_back_whole(model, writer):
    entry = factories.make_entry(model, status="draft")
    head = save(entry, writer)
    before, number = documents.dump(entry), generation.current()
    deleted = removing.delete_draft(entry, by=writer)
    assert not model.objects.filter(slug=entry.slug).exists()
    assert not any(
        owned.objects.filter(**{f"{owned.owner_field}__slug": entry.slug}).exists()
        for owned in owned_models(model)
    )
    assert (deleted.state, deleted.document, deleted.made_by) == (RevisionState.DELETED, before, writer)
    assert list(removing.deleted()) == [deleted]
    head.refresh_from_db()
    assert head.state == RevisionState.SUPERSEDED

    again = removing.bring_back(deleted, by=writer)
    assert rows_say(again) == before
    assert list(removing.deleted()) == []
    opened = revising.head_of(again)
    deleted.refresh_from_db()
    assert (opened.document, opened.state, opened.previous) == (before, "pending", deleted)
    assert generation.current() == number


def test_rows_and_members_of_every_sort_come_back(writer):
    factories.make_party("coast", status="draft")
    draft = factories.make_programme(
        "plan",
        status="draft",
        areas=("relief", "space"),
        organisations=("nato", "japan"),
        parties=(("coast", "participant"), ("japan", "host")),
        sources=("a-page", "b-page"),
    )
    factories.add_step(draft, "step-agreed", "2014-05")
    before = documents.dump(draft)
    again = removing.bring_back(removing.delete_draft(draft, by=writer), by=writer)
    assert rows_say(again) == before
    assert again.earliest.isoformat() == "2014-05-01"


@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_what_is_or_was_public_is_never_deleted(status, writer):
    event = factories.make_event("one", status=status)
    with pytest.raises(Refused, match="withdraw it"):
        removing.delete_draft(event, by=writer)


def test_what_was_public_and_is_a_draft_again_is_not_deleted_either(writer):
    event = factories.make_event("one")
    Event.objects.filter(pk=event.pk).update(status="draft")
    with pytest.raises(Refused, match="withdraw it"):
        removing.delete_draft(event, by=writer)


def test_what_an_open_change_names_stays(writer):
    coast, area = factories.make_party("coast", status="draft"), factories.make_area("relief", status="draft")
    event, party = factories.make_event("one"), factories.make_party("navy")
    save(event, writer, areas=[["relief"]])
    save(party, writer, parent=["coast"])
    assert [head.entry for head in removing.naming_revisions(coast)] == ["party:navy"]
    for entry, name in ((coast, "party:navy"), (area, "event:one")):
        with pytest.raises(Refused, match=name):
            removing.delete_draft(entry, by=writer)
    revising.discard(event, by=writer)
    removing.delete_draft(area, by=writer)


def test_what_the_rows_of_another_entry_name_stays(writer):
    coast = factories.make_party("coast", status="draft")
    factories.make_event("one", status="draft", title="A visit", parties=(("coast", "participant"),))
    factories.make_party("navy", status="draft", parent=coast)
    with pytest.raises(Refused) as refused:
        removing.delete_draft(coast, by=writer)
    assert "“A visit” (event:one)" in str(refused.value)
    assert "(party:navy)" in str(refused.value)
    assert Party.objects.filter(slug="coast").exists()
    assert not Revision.objects.filter(state=RevisionState.DELETED).exists()


@pytest.mark.parametrize("field", ["areas", "organisations"])
def test_what_another_entry_has_among_several_is_not_taken_from_it(field, writer):
    entry = factories.make_area("relief", status="draft")
    if field == "organisations":
        entry = factories.make_party("league", status="draft")
    event = factories.make_event("one", status="draft", title="A visit")
    getattr(event, field).add(entry)
    with pytest.raises(Refused, match="A visit"):
        removing.delete_draft(entry, by=writer)
    assert getattr(event, field).filter(slug=entry.slug).exists()


def test_a_draft_is_brought_back_once(writer):
    deleted = removing.delete_draft(factories.make_event("one", status="draft"), by=writer)
    removing.bring_back(deleted, by=writer)
    with pytest.raises(Refused, match="already"):
        removing.bring_back(deleted, by=writer)


def test_a_draft_is_not_brought_back_over_another_entry(writer):
    deleted = removing.delete_draft(factories.make_event("one", status="draft"), by=writer)
    factories.make_event("one", title="Another")
    with pytest.raises(Refused, match="Another entry has its address"):
        removing.bring_back(deleted, by=writer)
    assert Event.objects.get(slug="one").title == "Another"


def test_a_draft_is_not_brought_back_without_what_it_named(writer):
    coast = factories.make_party("coast", status="draft")
    draft = factories.make_event("one", status="draft", parties=(("coast", "participant"),))
    deleted = removing.delete_draft(draft, by=writer)
    kept = removing.delete_draft(coast, by=writer)
    with pytest.raises(Refused, match="coast"):
        removing.bring_back(deleted, by=writer)
    removing.bring_back(kept, by=writer)
    assert removing.bring_back(deleted, by=writer).involvements.get().party.slug == "coast"


def test_a_draft_in_review_is_deleted_with_its_review(writer, reviewer):
    draft = factories.make_event("one", status="draft")
    revision = submit(draft, writer)
    removing.delete_draft(draft, by=reviewer)
    with pytest.raises(Refused, match="deleted"):
        workflow.publish_revision(revision)
    with pytest.raises(Refused, match="deleted"), workflow.staged(revision):
        pass
