"""The change log: what editions did to public entries, told on the public face of today."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnership import documents
from partnership.editorial import workflow
from partnership.history import ChangeLog, What
from partnership.models import ENTRY_MODELS, Event, Party, Revision, RevisionState, Status
from tests import factories

pytestmark = pytest.mark.django_db

SECRET = "Ask the embassy"


def log(*models, **limits):
    return ChangeLog([model.objects.all() for model in models or ENTRY_MODELS], **limits)


def changes(*models, **limits):
    """All changes that the log tells of entries of these models."""
    found = log(*models, **limits)
    page = found[0:1000]
    assert len(page) == found.count()
    return page


def told(*models, **limits):
    return [(each.edition.number, each.title, each.what) for each in changes(*models, **limits)]


def edit(entry, **fields):
    """Save new values of a public entry and publish them."""
    before = documents.dump(entry)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return factories.republish(entry, before=before)


def differences(change):
    return [(each.row.model.__name__, each.field, each.before, each.after) for each in change.altered]


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_an_entry_of_any_kind_is_new_in_the_edition_since_which_it_stands(model):
    entry = factories.make_entry(model, "one")
    (found,) = [each for each in changes(model) if each.title == str(entry)]
    assert (found.edition.number, found.what, found.altered) == (0, What.NEW, [])
    assert found.edition.published_at is None


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_an_entry_of_any_kind_is_new_in_the_edition_that_published_it(model):
    entry = factories.make_entry(model, "one", status="draft")
    for party in Party.objects.filter(status="draft"):
        workflow.publish(party)
    entry.refresh_from_db()
    if not entry.is_public:
        workflow.publish(entry)
    (found,) = [each for each in changes(model) if each.title == str(entry)]
    assert (found.edition.number, found.what) == (entry.since, What.NEW)


def test_a_change_is_told_field_by_field_and_the_entry_stays_new_where_it_began():
    event = factories.make_event("one", title="Before", place="Madrid")
    edit(event, title="After")
    edit(event, title="Later", place="")
    assert told(Event) == [
        (2, "Later", What.CHANGED),
        (1, "Later", What.CHANGED),
        (0, "Later", What.NEW),
    ]
    later, after, _new = changes(Event)
    assert differences(later) == [("Event", "title", "After", "Later"), ("Event", "place", "Madrid", "")]
    assert differences(after) == [("Event", "title", "Before", "After")]


def test_the_limits_leave_out_the_first_edition_and_take_in_the_last():
    event = factories.make_event("one")
    for number in range(1, 5):
        edit(event, place=f"Place {number}")
    assert [each.edition.number for each in changes(Event, after=1, until=3)] == [3, 2]
    assert [each.edition.number for each in changes(Event, after=3)] == [4]
    assert [each.edition.number for each in changes(Event, until=0)] == [0]
    assert changes(Event, after=4) == []


def test_references_stand_by_their_titles_and_rows_are_told_whole():
    event = factories.make_event("one", areas=("relief",))
    before = documents.dump(event)
    event.areas.add(factories.make_area("cyber"))
    factories.add_party(event, "spain", "host", representative="King")
    event.involvements.get(party__slug="japan").delete()
    factories.republish(event, before=before)
    areas, gone, new = changes(Event)[0].altered
    assert (areas.before, areas.after) == (["Relief"], ["Cyber", "Relief"])
    assert (gone.before["party"], gone.after) == ("Japan", None)
    assert (new.before, new.after["party"], new.after["role"]) == (None, "Spain", "Host")
    assert not {"record", "position"} & set(new.after)


def test_a_change_names_the_sources_of_what_was_altered_else_those_of_the_whole():
    event = factories.make_event("one", title="Before", sources=("whole",))
    factories.add_source(event, "of-the-place", supports="place")
    factories.add_source(event, "against", supports="place", stance="contradicts")
    row = event.involvements.get()
    factories.add_source(event, "of-the-row", supports=row.key)
    edit(event, place="Madrid")
    edit(event, title="After", staff_note="Seen")
    before = documents.dump(event)
    row.representative = "King"
    row.save()
    factories.republish(event, before=before)
    edit(event, place="")
    factories.add_source(event, "late")
    told = [each.sources for each in changes(Event)]
    assert told == [[], ["Of the row"], ["Whole"], ["Of the place"], []]


def test_a_change_names_no_source_that_is_not_public_now():
    event = factories.make_event("one", sources=("whole", "hidden"))
    edit(event, place="Madrid")
    factories.make_source("hidden").__class__.objects.filter(slug="hidden").update(status=Status.DRAFT)
    assert changes(Event)[0].sources == ["Whole"]


def test_a_staff_note_is_never_told():
    event = factories.make_event("one", staff_note=SECRET)
    edit(event, staff_note=f"{SECRET} again", place="Madrid")
    edit(event, staff_note="")
    assert [differences(each) for each in changes(Event)] == [[], [("Event", "place", "", "Madrid")], []]
    assert SECRET not in str(changes(Event))


def test_a_row_that_names_what_is_not_public_now_is_left_out():
    event = factories.make_event("one", sources=("a-page", "old-page"))
    before = documents.dump(event)
    event.citations.get(source__slug="old-page").delete()
    factories.republish(event, before=before)
    (gone,) = changes(Event)[0].altered
    assert gone.before["source"] == "Old page"
    source = factories.make_source("old-page")
    source.status, source.withdrawn_reason = Status.WITHDRAWN, "Not ours"
    source.save()
    assert changes(Event)[0].altered == []


def test_a_field_that_refers_to_what_is_not_public_now_is_told_as_empty():
    event = factories.make_event("one", series=factories.make_event("series"), areas=("relief",))
    before = documents.dump(event)
    event.series = None
    event.areas.clear()
    event.save()
    factories.republish(event, before=before)
    assert {each.field for each in changes(Event, after=0)[0].altered} == {"series", "areas"}
    Event.objects.filter(slug="series").update(status=Status.WITHDRAWN, withdrawn_reason="Twice")
    factories.make_area("relief").__class__.objects.update(status=Status.DRAFT)
    assert changes(Event, after=0)[0].altered == []


def test_a_citation_of_a_row_that_is_left_out_is_left_out_with_it():
    event = factories.make_event("one", parties=(("japan", "participant"), ("spain", "host")))
    before = documents.dump(event)
    row = event.involvements.get(party__slug="spain")
    factories.add_source(event, supports=row.key)
    factories.republish(event, before=before)
    assert len(changes(Event)[0].altered) == 1
    Party.objects.filter(slug="spain").update(status=Status.DRAFT)
    assert changes(Event)[0].altered == []


def test_a_name_for_search_alone_is_not_told():
    party = factories.make_party("korea")
    before = documents.dump(party)
    party.names.create(text="South Korea", form="search")
    party.names.create(text="Republic of Korea", form="official")
    factories.republish(party, before=before)
    (name,) = next(each for each in changes(Party) if each.edition.number).altered
    assert name.after["text"] == "Republic of Korea"


def test_of_what_is_withdrawn_now_only_the_name_and_the_reason_are_told():
    event = factories.make_event("one", title="A meeting", place="Madrid")
    edit(event, place="Lisbon", staff_note=SECRET)
    workflow.withdraw(event, reason="It never took place.")
    found = changes(Event)
    assert [(each.edition.number, each.what) for each in found] == [
        (2, What.WITHDRAWN),
        (1, What.CHANGED),
        (0, What.NEW),
    ]
    assert {(each.title, each.reason, each.address) for each in found} == {
        ("A meeting", "It never took place.", "")
    }
    assert "Lisbon" not in str(found)
    assert SECRET not in str(found)


def test_what_came_back_is_public_again_and_its_changes_are_told():
    event = factories.make_event("one", title="A meeting")
    workflow.withdraw(event, reason="Doubted")
    event.place = "Madrid"
    event.save()
    workflow.publish(event)
    again, gone, _new = changes(Event)
    assert (again.what, again.reason, differences(again)) == (
        What.RETURNED,
        "",
        [("Event", "place", "", "Madrid")],
    )
    assert (gone.what, gone.reason, gone.altered) == (What.WITHDRAWN, "Doubted", [])


def test_drafts_and_their_revisions_never_show():
    draft = factories.make_event("one", title="A secret meeting", status="draft")
    before = documents.dump(draft)
    draft.place = "Madrid"
    draft.save()
    workflow.record_import([factories.make_event("two", status="draft")], [(draft, before)])
    assert changes(Event) == []
    workflow.publish(draft)
    assert told(Event) == [(2, "A secret meeting", What.NEW)]


@pytest.mark.parametrize("state", [state for state in RevisionState if state != RevisionState.PUBLISHED])
def test_a_revision_that_is_not_published_never_shows(state):
    event = factories.make_event("one", title="Before")
    edit(event, place="Madrid")
    document = documents.dump(event)
    document[0]["fields"]["title"] = "A secret title"
    Revision.objects.create(
        entry=event.reference,
        document=document,
        schema=documents.SCHEMA,
        state=state,
        edition_id=1,
        review_note="Not yet",
        publish_at=timezone.now(),
    )
    assert told(Event) == [(1, "Before", What.CHANGED), (0, "Before", What.NEW)]
    assert "A secret title" not in str(changes(Event))


def test_a_relation_shows_only_while_both_its_parties_are_public():
    relation = factories.make_relation()
    assert [each.title for each in changes(type(relation))] == [str(relation)]
    Party.objects.filter(slug="japan").update(status=Status.DRAFT)
    assert changes(type(relation)) == []


def test_an_import_tells_what_it_created_and_changed_in_one_edition():
    new, old = factories.make_event("new"), factories.make_event("old")
    before = documents.dump(old)
    old.place = "Madrid"
    old.save()
    workflow.record_import([new], [(old, before)], note="A file")
    assert told(Event) == [(1, "New", What.NEW), (1, "Old", What.CHANGED), (0, "Old", What.NEW)]
    assert changes(Event)[0].edition.note == "A file"


def test_only_the_entries_asked_for_are_told_and_records_that_once_named_a_party_if_asked():
    left = factories.make_event("left", parties=(("japan", "participant"), ("spain", "host")))
    factories.make_event("other", parties=(("spain", "host"),))
    before = documents.dump(left)
    left.involvements.get(party__slug="japan").delete()
    factories.republish(left, before=before)
    with_japan = Event.objects.filter(involvements__party__slug="japan")
    assert ChangeLog([with_japan]).count() == 0
    found = ChangeLog([with_japan], parties=["japan"])[0:10]
    assert [(each.title, each.what) for each in found] == [("Left", What.CHANGED), ("Left", What.NEW)]
    assert ChangeLog([with_japan], parties=["japa"]).count() == 0


def test_a_page_runs_the_same_queries_for_few_changes_and_for_many():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert log(Event)[0:1000]
        return len(captured)

    def change(number):
        event = factories.make_event(f"event-{number}", parties=((f"party-{number}", "host"),))
        before = documents.dump(event)
        factories.add_party(event, f"guest-{number}")
        event.areas.add(factories.make_area(f"area-{number}"))
        factories.republish(event, before=before)

    change(1)
    few = queries()
    for number in range(2, 12):
        change(number)
    assert queries() == few
