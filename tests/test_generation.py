"""The generation moves with every change of anything public, and with nothing else."""

import json

import pytest
from django.core.management import call_command
from django.db import transaction

from partnership import generation
from partnership.models import ENTRY_MODELS, Alias, Event, Generation, owned_models
from tests import factories

pytestmark = pytest.mark.django_db


def moved(act):
    before = generation.current()
    act()
    return generation.current() > before


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_it_moves_when_a_public_entry_is_saved_or_deleted_and_not_for_a_draft(model):
    public, draft = factories.make_entry(model), factories.make_entry(model, status="draft")
    assert moved(public.save)
    assert not moved(draft.save)
    withdrawn = factories.make_entry(model, status="withdrawn")
    assert moved(withdrawn.save)
    for entry, moves in ((public, True), (draft, False)):
        for owned in owned_models(model):
            owned.objects.filter(**{owned.owner_field: entry})._raw_delete("default")
        assert moved(entry.delete) is moves


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_it_moves_with_the_owned_rows_of_public_entries(model):
    for entry, moves in (
        (factories.make_entry(model), True),
        (factories.make_entry(model, status="draft"), False),
    ):
        for rows in entry.owned().values():
            for row in rows:
                assert moved(row.save) is moves
                assert moved(row.delete) is moves


def test_it_moves_with_many_to_many_values():
    area = factories.make_area()
    for event, moves in ((factories.make_event(), True), (factories.make_event(status="draft"), False)):
        assert moved(lambda event=event: event.areas.add(area)) is moves
        assert moved(lambda event=event: event.areas.clear()) is moves


def test_it_moves_with_aliases():
    assert moved(lambda: Alias.objects.create(address="party:old", target="party:japan"))


def test_it_moves_with_plain_loaddata(tmp_path):
    event = factories.make_event("one")
    fields = {"slug": "one", "title": "New", "kind": [event.kind.slug], **factories.state()}
    fields["first_published"] = fields["first_published"].isoformat()
    (tmp_path / "rows.json").write_text(json.dumps([{"model": "partnership.event", "fields": fields}]))
    assert moved(lambda: call_command("loaddata", tmp_path / "rows.json", verbosity=0))


@pytest.mark.parametrize("first_published", [None, "2024-01-01T00:00:00Z"])
def test_it_moves_when_a_public_entry_is_made_a_draft_again(tmp_path, first_published):
    event = factories.make_event("one")
    event.status = "draft"
    assert moved(event.save)
    fields = {"slug": "one", "title": "New", "kind": [event.kind.slug], "status": "draft"}
    fields["first_published"] = first_published
    (tmp_path / "rows.json").write_text(json.dumps([{"model": "partnership.event", "fields": fields}]))
    assert moved(lambda: call_command("loaddata", tmp_path / "rows.json", verbosity=0))


def test_it_stays_when_the_change_is_rolled_back():
    event = factories.make_event()
    before = generation.current()
    with transaction.atomic():
        event.save()
        transaction.set_rollback(True)
    assert generation.current() == before


def test_what_is_held_back_is_undone_and_its_number_neither_moves_nor_is_told():
    event = factories.make_event("one", title="Before")
    before = generation.current()
    with generation.held_back():
        event.title = "After"
        event.save()
        generation.move()
        assert Event.objects.get(slug="one").title == "After"
        assert generation.current() is None
    assert generation.current() == before
    assert Event.objects.get(slug="one").title == "Before"
    assert moved(event.save), "the next change moves it as ever"


def test_what_is_held_back_is_undone_when_it_fails_too():
    event = factories.make_event("one", title="Before")
    before = generation.current()

    def write_and_fail():
        with generation.held_back():
            Event.objects.filter(pk=event.pk).update(title="After")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert generation.current() == before
    assert Event.objects.get(slug="one").title == "Before"


def test_one_thing_held_back_inside_another_leaves_the_outer_one_as_it_was():
    event = factories.make_event("one", title="Before")
    with generation.held_back():
        Event.objects.filter(pk=event.pk).update(title="Outer")
        with generation.held_back():
            Event.objects.filter(pk=event.pk).update(title="Inner")
        assert generation.current() is None
        assert Event.objects.get(slug="one").title == "Outer"
    assert Event.objects.get(slug="one").title == "Before"


@pytest.mark.parametrize("number", [None, 7])
def test_locking_moves_nothing_and_makes_the_row_that_is_missing(number):
    Generation.objects.all().delete()
    if number:
        Generation.objects.create(pk=1, number=number)
    before = generation.current()
    with transaction.atomic():
        generation.lock()
    assert generation.current() == before
    assert Generation.objects.count() == 1


def test_there_is_one_number_from_the_start():
    Generation.objects.all().delete()
    assert generation.current() == 0
    generation.move()
    generation.move()
    assert generation.current() == 2
    assert Generation.objects.count() == 1


def test_refresh_rebuilds_the_index_and_moves_it(capsys):
    event = factories.make_event("one", title="Before")
    Event.objects.filter(pk=event.pk).update(title="Around the receivers")
    assert moved(lambda: call_command("refresh"))
    assert "entries indexed" in capsys.readouterr().out
