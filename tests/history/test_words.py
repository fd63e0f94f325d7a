"""The difference of two documents in words for staff: all fields, titles whatever their status, in the order of files."""

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents
from partnership.documents import label
from partnership.history import as_lines, differences_in_words
from partnership.models import ENTRY_MODELS, Event, Party
from tests import factories

pytestmark = pytest.mark.django_db


def changed(entry, **fields):
    """The document of an entry with other values in its own fields."""
    document = copy.deepcopy(documents.dump(entry))
    document[0]["fields"] |= fields
    return document


def between(entry, **fields):
    """What is told of a change of an entry's own fields: (label, before, after)."""
    lines = differences_in_words(documents.dump(entry), changed(entry, **fields))
    return [(line.label, line.before, line.after) for line in lines]


def test_every_field_is_told_in_the_order_of_the_file_with_that_for_staff_alone():
    event = factories.make_event("one", title="Before", place="Madrid")
    found = between(
        event, staff_note="Ask again", place="", title="After", date="2022-06", plan_state="planned"
    )
    assert found == [
        ("Title", "Before", "After"),
        ("Date", "", "June 2022"),
        ("State of the plan", "Held or in force", "Planned"),
        ("Place", "Madrid", ""),
        ("Note for staff", "", "Ask again"),
    ]


def test_the_workflows_own_fields_are_not_told():
    event = factories.make_event("one")
    state = {
        "status": "withdrawn",
        "withdrawn_reason": "Twice",
        "first_published": None,
        "changed": "2020-01-01",
    }
    assert between(event, **state) == []


@pytest.mark.parametrize("status", ["published", "draft", "withdrawn"])
def test_what_is_referred_to_stands_by_its_title_whatever_its_status(status):
    factories.make_event("series", title="Summits", status=status)
    factories.make_area("relief", name="Disaster relief", status=status)
    event = factories.make_event("one")
    assert between(event, series=["series"], areas=[["relief"]]) == [
        ("Areas", "", "Disaster relief"),
        ("Edition of", "", "Summits"),
    ]


def test_what_is_gone_stands_by_its_slug():
    event = factories.make_event("one")
    assert between(event, series=["long-gone"]) == [("Edition of", "", "long-gone")]


def test_rows_are_told_whole_or_field_by_field_and_named_as_differences_name_them():
    event = factories.make_event("one", parties=(("japan", "participant"), ("spain", "host")))
    before = documents.dump(event)
    japan, spain = (event.involvements.get(party__slug=slug) for slug in ("japan", "spain"))
    spain.delete()
    japan.representative, japan.position = "Prime Minister", 4
    japan.save()
    factories.add_source(event, "report", supports=japan.key)
    lines = differences_in_words(before, documents.dump(event))
    assert [(line.row, line.field) for line in lines] == [
        ("eventinvolvement[one.japan]", "representative"),
        ("eventinvolvement[one.japan]", "position"),
        ("eventinvolvement[one.spain]", ""),
        ("eventcitation[one.report-japan]", ""),
    ]
    assert [(line.before, line.after) for line in lines] == [
        ("", "Prime Minister"),
        ("0", "4"),
        ("party: Spain; role: Host; position: 1", ""),
        ("", "source: Report; supports: Party taking part (Japan, Participant)"),
    ]
    assert lines[0].label == "Party taking part (Japan, Participant): office or person"
    assert lines[2].label == "Party taking part"


def test_a_row_is_the_one_that_differences_of_the_documents_names():
    event = factories.make_event("one", parties=(("japan", "participant"), ("spain", "host")))
    before = documents.dump(event)
    event.involvements.get(party__slug="spain").delete()
    (line,) = differences_in_words(before, documents.dump(event))
    (difference,) = documents.differences(before, documents.dump(event))
    assert (line.row, line.field) == (difference.row, difference.field)


def test_of_a_text_whose_words_are_the_same_the_marks_are_shown():
    event = factories.make_event("one", summary="At [the summit](event:one).")
    assert between(event, summary="At [the summit](event:two).") == [
        ("Summary", "At [the summit](event:one).", "At [the summit](event:two).")
    ]
    assert between(event, summary="At *this* summit.") == [("Summary", "At the summit.", "At this summit.")]


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_an_entry_of_any_kind_is_told_field_by_field_when_it_is_all_new_or_all_gone(model):
    entry = factories.make_entry(model, "one", staff_note="Ask the embassy")
    document = documents.dump(entry)
    new, gone = differences_in_words([], document), differences_in_words(document, [])
    head = label(document[0])
    assert ("Note for staff", "", "Ask the embassy", head) in [
        (line.label, line.before, line.after, line.row) for line in new
    ]
    assert [(line.label, line.after, line.row, line.field) for line in new] == [
        (line.label, line.before, line.row, line.field) for line in gone
    ]
    assert not any(line.before for line in new)
    assert {line.row for line in new} == {label(row) for row in document}
    assert as_lines(document) == new


def test_two_empty_documents_differ_in_nothing():
    assert differences_in_words([], []) == []


def test_a_name_for_search_alone_is_told_to_staff():
    party = factories.make_party("korea")
    before = documents.dump(party)
    party.names.create(text="South Korea", form="search")
    (line,) = differences_in_words(before, documents.dump(party))
    assert line.after == "name: South Korea; form: For search only"


def test_there_is_one_query_for_each_model_named_however_much_differs():
    def queries(event):
        document = documents.dump(event)
        with CaptureQueriesContext(connection) as captured:
            assert as_lines(document)
        return len(captured)

    small = factories.make_event("small", areas=("relief",))
    many = tuple((f"party-{number}", "host") for number in range(12))
    large = factories.make_event("large", parties=many, areas=("relief", "cyber"), sources=("a", "b", "c"))
    assert queries(small) == queries(large) == 4  # parties, terms, areas, sources
    assert Event.objects.count() == 2
    assert Party.objects.count() > 12
