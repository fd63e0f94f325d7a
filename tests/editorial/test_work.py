"""What there is to do at the desk: which entries and changes each sort of work finds."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from partnership import documents
from partnership.editorial import revising, work, workflow
from partnership.models import PlanState, Revision, RevisionState, Stance
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def emiko():
    return get_user_model().objects.create_user("emiko")


def slugs(queryset):
    return sorted(queryset.values_list("slug", flat=True))


def edited(entry, by, **fields):
    """An open change of an entry, as its form makes one."""
    document = documents.dump(entry)
    document[0]["fields"].update(fields)
    return revising.save(entry, document, by=by)


def test_a_record_that_no_source_supports_is_without_one(kind):
    factories.make_record(kind, "sourced")
    factories.make_record(kind, "bare", sources=())
    factories.make_record(kind, "draft", sources=(), status="draft")
    factories.make_record(kind, "gone", sources=(), status="withdrawn")
    factories.add_source(factories.make_record(kind, "denied", sources=()), stance=Stance.CONTRADICTS)
    assert slugs(work.without_source(kind)) == ["bare", "denied", "draft"]


def test_sources_are_older_only_if_all_of_them_were_surely_written_before(kind):
    factories.make_source("of-2020", date="2020")
    factories.make_source("of-2022", date="2022-06")
    factories.make_source("undated")
    for slug, sources, date in (
        ("foretold", ("of-2020",), "2021-03"),
        ("told-too", ("of-2020", "of-2022"), "2021-03"),
        ("same-year", ("of-2020",), "2020-06"),
        ("not-sure", ("of-2020", "undated"), "2021-03"),
        ("no-date", ("of-2020",), ""),
    ):
        factories.make_record(kind, slug, sources=sources, date=date)
    assert slugs(work.older_sources(kind)) == ["foretold"]


def test_a_plan_has_passed_when_its_last_day_has(kind):
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    for slug, date, state in (
        ("passed", "2020-01-01", PlanState.PLANNED),
        ("still-on", f"2020/{tomorrow}", PlanState.PLANNED),
        ("held", "2020-01-01", PlanState.HELD),
        ("no-date", "", PlanState.PLANNED),
    ):
        factories.make_record(kind, slug, date=date, plan_state=state)
    assert slugs(work.passed_plans(kind)) == ["passed"]


def test_a_relation_is_due_when_nobody_looked_at_it_for_so_long():
    today = timezone.localdate()
    for party, days in (("japan", None), ("austria", 400), ("ireland", 300)):
        reviewed = None if days is None else today - datetime.timedelta(days=days)
        factories.make_relation(party=party, reviewed_on=reviewed)
    factories.make_relation(party="malta", archived_reason="It is a member now.")
    factories.make_relation(party="serbia", status="draft")
    assert slugs(work.unreviewed_relations(12)) == ["nato-austria", "nato-japan"]
    assert slugs(work.unreviewed_relations(14)) == ["nato-japan"]


def test_changes_are_mine_until_they_are_submitted_and_again_when_they_are_sent_back(emiko):
    event = factories.make_event("madrid")
    edited(event, emiko, title="Madrid Summit")
    assert work.being_edited_by(emiko).get().entry == "event:madrid"
    head = revising.submit(event, by=emiko)
    assert not work.being_edited_by(emiko).exists()
    Revision.objects.filter(pk=head.pk).update(state=RevisionState.RETURNED, review_note="Which summit?")
    assert work.sent_back_to(emiko).get() == head
    assert not work.sent_back_to(get_user_model().objects.create_user("other")).exists()


def test_what_became_public_lately_is_told_but_not_what_was_loaded(emiko):
    today = timezone.localdate()
    event = factories.make_event("madrid")
    workflow.publish_revision(edited(event, emiko, title="Madrid Summit"), by=emiko)
    assert [revision.entry for revision in work.public_since(today)] == ["event:madrid"]
    assert not work.public_since(today + datetime.timedelta(days=1)).exists()


def test_the_entries_of_revisions_are_found_in_one_query_a_kind(emiko, django_assert_num_queries):
    events = [factories.make_event(f"event-{number}") for number in range(3)]
    relation = factories.make_relation()
    for entry in (*events, relation):
        edited(entry, emiko, staff_note="Ask again")
    gone = factories.make_area("gone", status="draft")
    edited(gone, emiko, scope_note="Soon deleted")
    gone.delete()
    revisions = list(Revision.objects.open())
    with django_assert_num_queries(3):
        found = revising.entries_of(revisions)
        assert {name: str(entry) for name, entry in found.items()} == {
            **{event.reference: str(event) for event in events},
            relation.reference: str(relation),
        }
