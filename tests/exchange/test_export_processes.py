"""Exports by other processes: the same bytes in any surroundings, no writer waits, and a kill leaves old or new, never both."""

import json
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat

from partnership.exchange.export import export
from partnership.exchange.manifest import problems_of, read_manifest
from partnership.models import Alias, Contribution
from tests.benchmarks import generate
from tests.exchange.conftest import files_in, write_register
from tests.exchange.exporting import beside
from tests.exchange.processes import started

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

CONTRIBUTIONS = 150
KILLS = 10
SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
    {
        "PYTHONHASHSEED": "4242",
        "TZ": "America/St_Johns",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "LANGUAGE": "tr",
    },
)


class Exporter:
    """Starts exports, and kills them."""

    def __init__(self, surroundings: dict[str, str]) -> None:
        self.process = started("tests.exchange.exporting", **surroundings)

    def run(self, task: str, database: Path, place: Path, moment: str = "") -> int:
        """Export, killed at a moment if one is given; how it ended: 0, or the signal that killed it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{task}\t{database}\t{place}\t{moment}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def exporter(surroundings: dict[str, str]) -> Iterator[Exporter]:
    """A process that starts exports, ended afterwards."""
    starter = Exporter(surroundings)
    try:
        yield starter
    finally:
        starter.process.communicate()


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A database file, and beside it in `old` its export."""
    write_register()
    generate.grow(generate.lay_ground(), 0, CONTRIBUTIONS)
    (tmp_path / "before.sqlite3").write_bytes(connection.connection.serialize())
    export(tmp_path / "old")
    return tmp_path / "before.sqlite3"


def test_the_surroundings_do_not_show_and_no_writer_waits(before: Path, tmp_path: Path) -> None:
    wanted = files_in(tmp_path / "old")
    for number, surroundings in enumerate(SURROUNDINGS):
        with exporter(surroundings) as other:
            assert other.run("folder", before, tmp_path / f"out-{number}") == 0
            assert files_in(tmp_path / f"out-{number}") == wanted
    with exporter(SURROUNDINGS[0]) as other:
        assert other.run("stream", before, tmp_path / "streamed.json") == 0
        assert b"Written meanwhile" not in (tmp_path / "streamed.json").read_bytes()
        assert other.run("folder", before, tmp_path / "later") == 0
    streamed = json.loads((tmp_path / "streamed.json").read_bytes())
    rows = [
        row for path in sorted((tmp_path / "old").glob("*.json")) for row in json.loads(path.read_bytes())
    ]
    assert streamed == rows
    assert b"Written meanwhile" in b"".join(files_in(tmp_path / "later").values())


def test_an_export_that_is_killed_leaves_the_old_or_the_new(before: Path, tmp_path: Path) -> None:
    Contribution.objects.update(title=Concat("title", Value(", later")))
    Alias.objects.all().delete()
    after = tmp_path / "after.sqlite3"
    after.write_bytes(connection.connection.serialize())
    export(tmp_path / "new")
    old, new = files_in(tmp_path / "old"), files_in(tmp_path / "new")
    assert old.keys() - new.keys() == {"30-alias.json"}
    notes = {"notes.txt": b"mine"}

    inside, seen = 0, set()
    with exporter(SURROUNDINGS[0]) as other:
        for _ in range(2):  # the second time is that of a machine that has read everything once
            began = time.perf_counter()
            assert other.run("folder", after, tmp_path / "out") == 0
            whole = time.perf_counter() - began
        for number in range(4 * KILLS):  # a machine that is busy lets some end before they are killed
            folder = tmp_path / f"out-{number}"
            if number % 2:
                shutil.copytree(tmp_path / "old", folder)
                (folder / "notes.txt").write_bytes(b"mine")
            moment = number * 0.618 % 1 * whole  # at moments all over the export, in no order
            inside += other.run("folder", after, folder, f"{moment}") == signal.SIGKILL
            found = files_in(folder) if folder.exists() else {}
            states = {"old": old | notes, "new": new | notes} if number % 2 else {"none": {}, "new": new}
            seen.add(
                next((name for name, files in states.items() if files == found), f"mixed: {sorted(found)}")
            )
            if inside == KILLS:
                break
        for folder in (tmp_path / "out-0", tmp_path / "out-1"):
            assert other.run("folder", after, folder) == 0
    assert inside == KILLS
    assert beside(tmp_path / "out-0"), "it was not killed while it wrote"
    assert seen <= {"old", "new", "none"}
    assert {"old", "none"} <= seen
    assert files_in(tmp_path / "out-0") == new
    assert files_in(tmp_path / "out-1") == new | notes
    manifest = read_manifest(tmp_path / "out-1")
    assert manifest
    assert problems_of(tmp_path / "out-1", manifest) == []
