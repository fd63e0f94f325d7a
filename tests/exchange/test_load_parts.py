"""A load in parts: the same register as a whole load, taken up again where it was stopped."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partnership.exchange.export import EDITORIAL, export
from partnership.exchange.load import LoadRefused, Options, load_in_parts
from partnership.exchange.load.batches import Checkpoint, parts_of
from partnership.exchange.reading import opened
from partnership.exchange.staging import staging
from partnership.models import ENTRY_MODELS, Edition, Entry, Event, Party, Revision
from tests.exchange.conftest import edit_row, empty_register, files_in, state_of_register, write_rows
from tests.factories import make_event

SIZE = 3


class Stopped(Exception):
    """Stands in for whatever ends a load from outside."""


@pytest.fixture
def bundle(register: None, tmp_path: Path) -> Path:
    """The small register, and an event that comes before the series of which it is."""
    make_event("a-meeting", series=make_event("z-series"), part_of=make_event("m-whole"))
    export(tmp_path / "bundle", EDITORIAL)
    return tmp_path / "bundle"


def test_parts_make_the_register_that_a_whole_load_makes(bundle: Path, tmp_path: Path) -> None:
    empty_register()
    report = load_in_parts([bundle], SIZE, tmp_path / "point")
    export(tmp_path / "again", EDITORIAL)
    assert files_in(tmp_path / "again") == files_in(bundle)
    assert report.counts["event"]["created"] == Event.objects.count()
    assert Edition.objects.count() > 5, "each part is an edition of its own"
    assert not (tmp_path / "point").exists()


def test_parts_hold_each_entry_once_and_what_is_named_before_what_names_it(bundle: Path) -> None:
    with staging() as staged:
        staged.take(opened([bundle]).rows)
        parts = list(parts_of(staged, SIZE))
    given: list[tuple[type[Entry], str]] = [
        (model, slug) for part in parts for model, slugs in part.slugs.items() for slug in slugs
    ]
    assert len(given) == len(set(given)) == sum(model.objects.count() for model in ENTRY_MODELS)
    events = [slug for model, slug in given if model is Event]
    assert events.index("a-meeting") > max(events.index("z-series"), events.index("m-whole"))
    assert max(len(slugs) for part in parts for slugs in part.slugs.values()) == SIZE


def test_a_load_that_was_stopped_goes_on_where_it_was_and_ends_equal(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_register()
    write = Checkpoint.write

    def stop(self: Checkpoint) -> None:
        write(self)
        if self.done == 6:
            raise Stopped

    monkeypatch.setattr(Checkpoint, "write", stop)
    with pytest.raises(Stopped):
        load_in_parts([bundle], SIZE, tmp_path / "point")
    monkeypatch.setattr(Checkpoint, "write", write)
    stood = {model: model.objects.count() for model in ENTRY_MODELS}
    assert sum(stood.values()) > 0
    call_command("load_fixtures", str(bundle), resume=True, checkpoint=tmp_path / "point", stdout=StringIO())
    assert any(model.objects.count() > stood[model] for model in ENTRY_MODELS)
    export(tmp_path / "again", EDITORIAL)
    assert files_in(tmp_path / "again") == files_in(bundle)


def test_what_changes_gets_a_revision_in_the_edition_of_its_part(public_files: Path, tmp_path: Path) -> None:
    for slug in ("meeting-2022", "meetings"):
        edit_row(public_files, Event, slug, lambda row: row["fields"].update(place="Madrid"))
    report = load_in_parts([public_files], 1, tmp_path / "point")
    assert report.counts["event"]["changed"] == 2
    stood = Event.objects.filter(place="Madrid").order_by("slug").values_list("slug", "since")
    assert list(stood) == [("meeting-2022", 2), ("meetings", 1)], "the series comes before what is of it"
    revisions = Revision.objects.filter(edition__number__gt=0).order_by("edition_id")
    found = [(each.entry, each.edition_id) for each in revisions]
    assert found == [("event:meetings", 1), ("event:meeting-2022", 2)]


def test_a_checkpoint_of_other_files_or_none_is_refused(bundle: Path, tmp_path: Path) -> None:
    Checkpoint(tmp_path / "point", "another digest", SIZE, 2).write()
    before = state_of_register()
    for path, code in ((tmp_path / "point", "other-checkpoint"), (tmp_path / "none", "no-checkpoint")):
        with pytest.raises(LoadRefused) as refused:
            load_in_parts([bundle], SIZE, path, resume=True)
        assert [problem.code for problem in refused.value.problems] == [code]
    assert state_of_register() == before


def test_nothing_is_begun_that_would_be_refused_later(editorial_files: Path, tmp_path: Path) -> None:
    edit_row(editorial_files, Event, "meetings", lambda row: row["fields"].update(date="yesterday"))
    empty_register()
    before = state_of_register()
    with pytest.raises(CommandError, match="1 error"):
        call_command(
            "load_fixtures",
            str(editorial_files),
            batch=SIZE,
            checkpoint=tmp_path / "point",
            stdout=StringIO(),
            stderr=StringIO(),
        )
    assert state_of_register() == before


def test_what_names_one_another_in_a_circle_stays_together(db: None, tmp_path: Path) -> None:
    names = {"a-last": "left", "left": "right", "middle": "right", "right": "left"}
    rows = [
        {
            "model": "partnership.party",
            "fields": {"slug": one, "name": one, "kind": "body", "parent": [other]},
        }
        for one, other in names.items()
    ]
    write_rows(tmp_path / "parties.json", rows)
    with staging() as staged:
        staged.take(opened([tmp_path / "parties.json"]).rows)
        parts = [slugs for part in parts_of(staged, 1) for slugs in part.slugs.values()]
    assert parts == [["left", "right"], ["a-last"], ["middle"]]
    load_in_parts([tmp_path / "parties.json"], 1, tmp_path / "point")
    assert dict(Party.objects.values_list("slug", "parent__slug")) == names


def test_parts_can_neither_be_tried_nor_prune(bundle: Path, tmp_path: Path) -> None:
    before = state_of_register()
    for options in (Options(dry_run=True), Options(prune="withdraw")):
        with pytest.raises(LoadRefused) as refused:
            load_in_parts([bundle], SIZE, tmp_path / "point", options=options)
        assert [problem.code for problem in refused.value.problems] == ["not-in-parts"]
    assert state_of_register() == before
