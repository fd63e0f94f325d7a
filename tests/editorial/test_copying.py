"""Duplicating an entry: a new draft that says the same, with rows and a history of its own."""

import pytest

from partnership import documents, generation
from partnership.documents import EDITORIAL, fields_of
from partnership.editorial import copying, revising
from partnership.editorial.revising import Refused
from partnership.models import ENTRY_MODELS, Entry, Event, Party, Relation, Revision, Status
from tests import factories
from tests.editorial.edits import rows_say, save

pytestmark = pytest.mark.django_db

COPIED = [model for model in ENTRY_MODELS if model is not Relation]


@pytest.mark.parametrize("model", COPIED, ids=lambda model: model.__name__)
def test_a_copy_says_the_same_in_rows_of_its_own(model, writer):
    entry = factories.make_entry(model)
    before, number = rows_say(entry), generation.current()
    copy = copying.duplicate(entry, "the-copy", {}, by=writer)
    assert (copy.slug, copy.status, copy.first_published) == ("the-copy", Status.DRAFT, None)
    assert rows_say(entry) == before
    assert generation.current() == number, "nothing public has changed"
    head, *rows = rows_say(copy)
    for name in set(fields_of(model, EDITORIAL)) - {"slug", *Entry.state_fields, *copying.NOT_COPIED}:
        assert head["fields"][name] == before[0]["fields"][name]
    assert [row["model"] for row in rows] == [row["model"] for row in before[1:]]
    assert all(row["pk"].startswith("the-copy.") for row in rows)


def test_a_copy_is_of_what_the_editors_see_and_its_history_begins_with_it(writer):
    event = factories.make_event("madrid", title="Madrid Summit")
    save(event, writer, title="Madrid Summit, mended", staff_note="Ask the desk.")
    copy = copying.duplicate(event, "lisbon", {"title": "Lisbon Summit"}, by=writer)
    assert (copy.title, copy.staff_note) == ("Lisbon Summit", "")
    again = copying.duplicate(event, "oslo", {}, by=writer)
    assert again.title == "Madrid Summit, mended"
    [revision] = Revision.objects.filter(entry="event:oslo")
    assert (revision.reason, revision.made_by, revision.previous) == (
        "Copied from event:madrid",
        writer,
        None,
    )
    assert revision.document == documents.dump(again)
    assert revising.head_of(again) == revision


def test_what_a_citation_supports_follows_its_row(writer):
    event = factories.make_event("madrid", parties=(("japan", "host"),))
    [row] = event.involvements.all()
    factories.add_source(event, "a-report", supports=row.key)
    factories.add_source(event, "a-letter", supports="date")
    # A row that only looks like the entry: a party of the same address.
    factories.add_party(event, "madrid", "participant")
    copy = copying.duplicate(event, "lisbon", {}, by=writer)
    assert {each.supports for each in copy.citations.all()} == {
        "",
        "date",
        row.key.replace("madrid", "lisbon"),
    }
    assert {each.party.slug for each in copy.involvements.all()} == {"japan", "madrid"}
    assert all(each.key.startswith("lisbon.") for each in copy.involvements.all())


def test_a_country_code_belongs_to_one_party(writer):
    japan = factories.make_party("japan", country_code="JP")
    assert copying.duplicate(japan, "japan-2", {}, by=writer).country_code == ""


def test_an_address_that_is_taken_is_refused(writer):
    event, other = factories.make_event("madrid"), factories.make_event("oslo")
    before = rows_say(other)
    with pytest.raises(Refused, match="Another entry has this address"):
        copying.duplicate(event, "oslo", {}, by=writer)
    assert rows_say(other) == before
    assert not Revision.objects.filter(entry="event:oslo", reason__startswith="Copied").exists()


def test_what_names_something_that_is_gone_is_refused(writer):
    event = factories.make_event("madrid")
    gone = factories.make_event("series", status=Status.DRAFT)
    save(event, writer, series=["series"])
    gone.delete()
    with pytest.raises(Refused, match="series"):
        copying.duplicate(event, "lisbon", {}, by=writer)
    assert not Event.objects.filter(slug="lisbon").exists()


def test_the_address_proposed_is_free():
    event = factories.make_event("madrid")
    assert copying.free_address(event) == "madrid-2"
    factories.make_event("madrid-2")
    assert copying.free_address(event) == "madrid-3"
    long = factories.make_party("a" * 80)
    assert len(copying.free_address(long)) <= 80
    assert not Party.objects.filter(slug=copying.free_address(long)).exists()


def test_there_is_one_relation_for_each_pair():
    assert [model for model in ENTRY_MODELS if not copying.can_be_copied(model)] == [Relation]
