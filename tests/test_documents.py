"""Documents: what is read comes back the same, what is written is only the entry's own."""

import json

import pytest
from django.core import serializers
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from partnership import documents, generation
from partnership.documents import (
    EDITORIAL,
    PUBLIC,
    DocumentError,
    apply,
    differences,
    digest,
    dump,
    dump_many,
)
from partnership.models import ENTRY_MODELS, Event, EventInvolvement, Programme, ProgrammeStep, owned_models
from tests import factories

pytestmark = pytest.mark.django_db


def rich_event(slug="summit", **fields):
    """An event with two rows of each owned class, areas, and every kind of value."""
    return factories.make_event(
        slug,
        date="2022-06",
        areas=("maritime-security", "cyber-defence"),
        parties=(("japan", "participant"), ("australia", "host")),
        sources=("b-page", "a-page"),
        staff_note="Ask the desk.",
        **fields,
    )


def copy(document):
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("face", [PUBLIC, EDITORIAL])
def test_a_document_is_exactly_what_comes_back_from_json(model, face):
    document = dump(factories.make_entry(model), face)
    assert copy(document) == document


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_a_document_loads_as_a_plain_django_fixture(model):
    entry = factories.make_entry(model)
    document = dump(entry)
    entry.delete()
    for row in serializers.deserialize("json", json.dumps(document)):
        row.save()
    assert dump(model.objects.get(slug=entry.slug)) == document


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_applying_a_document_restores_a_deleted_entry_whole(model):
    entry = factories.make_entry(model, status="draft")
    document = dump(entry)
    entry.delete()
    assert dump(apply(document, slug=entry.slug)) == document


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_a_document_holds_no_integer_key_and_names_its_rows_by_text(model):
    document = dump(factories.make_entry(model))
    assert "pk" not in document[0]
    for row in document[1:]:
        assert row["pk"].startswith(f"{document[0]['fields']['slug']}.")
    assert "id" not in document[0]["fields"]


def test_dump_reads_the_database_and_not_the_instance():
    event = rich_event()
    before = dump(event)
    event.title = "Not saved"
    assert dump(event) == before


def test_many_to_many_values_are_sorted_by_code_point():
    event = rich_event()
    assert dump(event)[0]["fields"]["areas"] == [["cyber-defence"], ["maritime-security"]]


def test_fields_come_in_the_declared_order():
    document = dump(rich_event())
    assert tuple(document[0]["fields"]) == (*Event.public_fields, *Event.private_fields)
    assert tuple(document[1]["fields"]) == EventInvolvement.public_fields


def test_the_public_face_has_no_note_for_staff_and_no_draft_name():
    event = rich_event()
    factories.make_area("secret-area", status="draft")
    event.areas.add(factories.make_area("secret-area"))
    factories.make_party("secret-party", status="draft")
    factories.add_party(event, "secret-party")
    factories.add_source(event, supports="summit.secret-party")
    text = json.dumps(dump(event, PUBLIC))
    assert "secret" not in text
    assert "Ask the desk" not in text
    assert "secret-party" in json.dumps(dump(event, EDITORIAL))


def test_applying_twice_changes_nothing_the_second_time():
    event = rich_event()
    document = copy(dump(event))
    document[0]["fields"]["title"] = "Another title"
    apply(document, slug="summit")
    once = dump(event)
    rows = list(EventInvolvement.objects.values())
    apply(document, slug="summit")
    assert dump(event) == once
    assert list(EventInvolvement.objects.values()) == rows


def test_apply_changes_adds_and_removes_owned_rows_and_members():
    event = rich_event()
    document = copy(dump(event))
    rows = {row.get("pk"): row for row in document}
    rows["summit.japan"]["fields"]["representative"] = "Prime Minister"
    document.remove(rows["summit.australia"])
    added = copy(rows["summit.japan"])
    added["pk"], added["fields"]["role"] = "summit.japan-2", ["host"]
    document.append(added)
    document[0]["fields"]["areas"] = [["cyber-defence"]]
    apply(document, slug="summit")
    assert {row.key: row.representative for row in event.involvements.all()} == {
        "summit.japan": "Prime Minister",
        "summit.japan-2": "Prime Minister",
    }
    assert [area.slug for area in event.areas.all()] == ["cyber-defence"]


def test_values_of_two_rows_can_be_swapped():
    event = rich_event()
    document = copy(dump(event))
    japan, australia = (row for row in document if row["model"].endswith("involvement"))
    japan["fields"], australia["fields"] = australia["fields"], japan["fields"]
    apply(document, slug="summit")
    assert EventInvolvement.objects.get(key=japan["pk"]).party.slug == japan["fields"]["party"][0]
    assert EventInvolvement.objects.get(key=australia["pk"]).party.slug == australia["fields"]["party"][0]


def test_the_key_of_a_row_stays_when_its_party_changes():
    event = rich_event()
    document = copy(dump(event))
    factories.make_party("france")
    next(row for row in document if row.get("pk") == "summit.japan")["fields"]["party"] = ["france"]
    apply(document, slug="summit")
    assert EventInvolvement.objects.get(key="summit.japan").party.slug == "france"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda document: document[0]["fields"].update(slug="another"), "an address never changes"),
        (lambda document: document[1].update(pk="another.japan"), "starts with “summit.”"),
        (lambda document: document[1]["fields"].update(record=["another"]), "must belong to"),
        (lambda document: document[1].update(model="partnership.programmestep"), "does not own"),
        (lambda document: document[1]["fields"].update(party=["nobody"]), "there is no party “nobody”"),
        (lambda document: document[0]["fields"].update(areas=[["nowhere"]]), "there is no area “nowhere”"),
        (lambda document: document[0]["fields"].update(date="June"), "2014-03"),
        (lambda document: document.pop(0), "must be an entry"),
        (lambda document: document.clear(), "must be an entry"),
    ],
)
def test_apply_refuses_what_is_not_the_entrys_own_and_changes_nothing(spoil, message):
    event = rich_event()
    before = dump(event)
    document = copy(before)
    spoil(document)
    with pytest.raises(DocumentError, match=message):
        apply(document, slug="summit")
    assert dump(event) == before


def test_apply_refuses_a_key_that_another_entrys_row_holds():
    event, other = rich_event(), factories.make_event("other")
    document = copy(dump(event))
    EventInvolvement.objects.filter(key="other.japan").update(key="summit.taken")
    document.append({**copy(document[1]), "pk": "summit.taken"})
    with pytest.raises(DocumentError, match="another entry's"):
        apply(document, slug="summit")
    assert other.involvements.get().key == "summit.taken"


def test_apply_never_takes_status_or_times_of_an_entry_that_exists():
    event = rich_event()
    document = copy(dump(event))
    document[0]["fields"].update(status="draft", first_published=None, changed="2001-01-01T00:00:00Z")
    apply(document, slug="summit")
    event.refresh_from_db()
    assert event.is_public
    assert event.changed.year > 2001
    Event.objects.filter(pk=event.pk).update(status="withdrawn", withdrawn_reason="Twice.")
    document[0]["fields"].update(status="published")
    apply(document, slug="summit")
    event.refresh_from_db()
    assert event.status == "withdrawn"


def test_apply_keeps_fields_that_the_document_does_not_name():
    event = rich_event(place="Madrid")
    document = dump(event, PUBLIC)
    apply(document, slug="summit")
    event.refresh_from_db()
    assert event.staff_note == "Ask the desk."
    del document[0]["fields"]["place"]
    apply(document, slug="summit")
    event.refresh_from_db()
    assert event.place == "Madrid"


def test_apply_brings_the_bounds_up_to_date_after_replacing_steps():
    programme = factories.make_programme("plan")
    factories.add_step(programme, "step-agreed", "2014")
    document = copy(dump(programme))
    next(row for row in document if row["model"].endswith("step"))["fields"]["date"] = "2013-04"
    apply(document, slug="plan")
    assert Programme.objects.get(slug="plan").earliest.isoformat() == "2013-04-01"
    assert ProgrammeStep.objects.count() == 1


def test_apply_moves_the_generation_for_public_entries_only():
    event, draft = rich_event(), rich_event("draft", status="draft")
    for entry, moves in ((event, True), (draft, False)):
        document = copy(dump(entry))
        document[1]["fields"]["representative"] = "Minister"
        before = generation.current()
        apply(document, slug=entry.slug)
        assert (generation.current() > before) is moves


def test_differences_name_row_field_and_both_values():
    event = rich_event()
    before = dump(event)
    after = copy(before)
    after[0]["fields"]["title"] = "Another title"
    gone = after.pop(1)
    new = {**copy(gone), "pk": "summit.new"}
    after.append(new)
    found = {(each.row, each.field): (each.before, each.after) for each in differences(before, after)}
    assert found == {
        ("event[summit]", "title"): (before[0]["fields"]["title"], "Another title"),
        (f"eventinvolvement[{gone['pk']}]", ""): (gone["fields"], None),
        ("eventinvolvement[summit.new]", ""): (None, new["fields"]),
    }
    assert differences(before, before) == []


def test_the_digest_names_the_document_whatever_the_order_of_its_fields():
    document = dump(rich_event())
    turned = [dict(reversed(row.items())) for row in document]
    assert digest(document) == digest(turned)
    changed = copy(document)
    changed[0]["fields"]["title"] = "Another title"
    assert digest(changed) != digest(document)


def test_every_owned_model_is_in_the_document_of_its_entry():
    for model in ENTRY_MODELS:
        for owned in owned_models(model):
            assert issubclass(owned, Model)
            assert owned._meta.get_field(owned.owner_field).related_model is model
    assert documents.SCHEMA >= 1


@pytest.mark.one_engine
@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("face", [PUBLIC, EDITORIAL])
def test_documents_of_many_entries_take_the_queries_of_one(model, face, django_assert_max_num_queries):
    entries = [factories.make_entry(model) for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        first = dump(entries[0], face)
    with django_assert_max_num_queries(len(queries)):
        found = dump_many(model, [entry.pk for entry in entries], face)
    assert found == {entry.pk: dump(entry, face) for entry in entries}
    assert json.dumps(found[entries[0].pk]) == json.dumps(first)


def test_documents_of_many_leave_out_of_each_what_no_reader_may_see():
    factories.make_party("secret-party", status="draft")
    entries = [rich_event("one"), rich_event("two")]
    factories.add_party(entries[1], "secret-party")
    factories.add_source(entries[1], supports="two.secret-party")
    found = dump_many(Event, [entry.pk for entry in entries], PUBLIC)
    assert "secret" not in json.dumps(found)
    assert found == {entry.pk: dump(entry, PUBLIC) for entry in entries}
    assert [len(document) for document in found.values()] == [5, 5]


def test_entries_that_are_gone_have_no_document():
    event = rich_event()
    kept = Event.objects.get()
    event.delete()
    assert dump_many(Event, [kept.pk]) == {}
    with pytest.raises(Event.DoesNotExist, match="event:summit"):
        dump(kept)
