"""Files that were made from an older bundle, over a register that changed meanwhile."""

from pathlib import Path
from typing import Any

import pytest

from partnership.exchange.export import EDITORIAL, PUBLIC
from partnership.exchange.load import DATABASE, FAIL, FILE, LoadRefused, Options, Report, load
from partnership.exchange.reading import Problem
from partnership.models import Event, Party, Term
from tests.exchange.conftest import (
    Edit,
    edit_row,
    rows_in,
    state_of_register,
    without_manifest,
    write_rows,
)

Involvement: Any = Event.involvements.rel.related_model

FACES = [PUBLIC, EDITORIAL]


@pytest.fixture
def files(register: None, tmp_path: Path, face: str) -> Path:
    """A folder with the register of before."""
    return without_manifest(tmp_path / "files", face)


def put(**given: Any) -> Edit:
    """An edit of a row that sets fields."""
    return lambda row: row["fields"].update(given)


def load_over(old: Path, new: Path, on_conflict: str = FAIL) -> Report:
    """A load of files that were made from an older bundle."""
    return load([new], options=Options(base=old, on_conflict=on_conflict))


def refused(old: Path, new: Path) -> list[Problem]:
    """The problems for which the load is refused, having made sure that nothing was changed."""
    before = state_of_register()
    with pytest.raises(LoadRefused) as error:
        load_over(old, new)
    assert state_of_register() == before
    return error.value.problems


def counted(report: Report) -> int:
    """How many entries were created or changed."""
    return len(report.entries)


def edited(files: Path, folder: Path, model: type, key: str, edit: Edit) -> Path:
    """A copy of a folder with one row changed."""
    folder.mkdir()
    for path in files.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    edit_row(folder, model, key, edit)
    return folder


def without_japan(files: Path, folder: Path) -> Path:
    """A copy of a folder in which Japan does not take part in the meetings."""
    new = edited(files, folder, Event, "meetings", put())
    [path] = [each for each in new.iterdir() if "event" in each.name and "involvement" in each.name]
    write_rows(path, [row for row in rows_in(path) if row["pk"] != "meetings.japan"])
    return new


@pytest.mark.parametrize("face", FACES)
def test_what_one_side_changed_is_taken_from_it(files: Path, tmp_path: Path) -> None:
    moment = "2030-01-01T00:00:00Z"
    new = edited(files, tmp_path / "new", Event, "meetings", put(title="Of files", changed=moment))
    Event.objects.filter(slug="meetings").update(place="Of here", staff_note="Of here as well")
    report = load_over(files, new)
    event = Event.objects.get(slug="meetings")
    assert (event.title, event.place, event.staff_note) == ("Of files", "Of here", "Of here as well")
    assert f"{event.changed:%Y-%m-%dT%H:%M:%SZ}" == moment
    assert (report.entries, report.conflicts) == ([("event:meetings", "changed")], [])
    assert counted(load_over(files, new)) == 0


@pytest.mark.parametrize("face", FACES)
def test_what_only_the_register_changed_is_no_change(files: Path) -> None:
    event = Event.objects.get(slug="meetings")
    Event.objects.filter(slug="meetings").update(place="Of here")
    party = event.involvements.get(pk="meetings.japan").party
    event.involvements.filter(pk="meetings.japan").delete()
    event.involvements.create(key="meetings.a-first", party=party, role=Term.objects.get(slug="participant"))
    before = state_of_register()
    assert counted(load_over(files, files)) == 0
    assert state_of_register() == before


@pytest.mark.parametrize("face", [PUBLIC])
@pytest.mark.parametrize(("on_conflict", "title"), [(FILE, "Of files"), (DATABASE, "Of here")])
def test_what_both_changed_is_of_the_side_that_was_chosen(
    files: Path, tmp_path: Path, on_conflict: str, title: str
) -> None:
    new = edited(files, tmp_path / "new", Event, "meetings", put(title="Of files"))
    Event.objects.filter(slug="meetings").update(title="Of here")
    report = load_over(files, new, on_conflict)
    assert report.conflicts == ["event:meetings event[meetings].title"]
    assert Event.objects.get(slug="meetings").title == title


@pytest.mark.parametrize("face", [PUBLIC])
def test_what_both_changed_is_refused_at_its_field(files: Path, tmp_path: Path) -> None:
    new = edited(files, tmp_path / "new", Event, "meetings", put(title="Of files"))
    Event.objects.filter(slug="meetings").update(title="Of here")
    [problem] = refused(files, new)
    assert (problem.file, problem.row, problem.field) == ("14-event.json", "event[meetings]", "title")
    assert (problem.value, problem.code) == ('"Of files"', "conflict")
    assert "Of here" in problem.message


@pytest.mark.parametrize("face", [PUBLIC])
def test_a_row_that_the_files_took_away_goes(files: Path, tmp_path: Path) -> None:
    rows = Event.objects.get(slug="meetings").involvements
    party, role = Party.objects.get(slug="nato"), Term.objects.get(slug="participant")
    rows.create(key="meetings.added-here", party=party, role=role)  # one has to take part
    new = without_japan(files, tmp_path / "new")
    load_over(files, new)
    assert rows.filter(pk="meetings.added-here").exists()
    assert not Involvement.objects.filter(pk="meetings.japan").exists()


@pytest.mark.parametrize("face", [PUBLIC])
def test_a_row_that_the_files_took_away_and_that_changed_here_is_refused(files: Path, tmp_path: Path) -> None:
    new = without_japan(files, tmp_path / "new")
    Involvement.objects.filter(pk="meetings.japan").update(result="Changed here")
    [problem] = refused(files, new)
    assert (problem.field, problem.code) == ("", "conflict")
    assert "meetings.japan" in problem.row


@pytest.mark.parametrize("face", [PUBLIC])
def test_a_row_that_both_added_is_added_once_however_often_the_files_are_loaded(
    files: Path, tmp_path: Path
) -> None:
    old = without_japan(files, tmp_path / "old")
    Involvement.objects.filter(pk="meetings.japan").update(result="Added here")
    for _time in range(3):
        load_over(old, files, DATABASE)
    assert Involvement.objects.filter(record__slug="meetings", party__slug="japan").count() <= 2
