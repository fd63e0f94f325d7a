"""Loads that are killed at any moment of their transaction leave the register as it was, and can be run again."""

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from partnership.exchange.export import export
from tests.benchmarks import floor, generate
from tests.exchange.conftest import empty_register, files_in, rows_in, write_rows
from tests.exchange.processes import started

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

CONTRIBUTIONS = 100
KILLS = 10  # of each of two loads


class Loader:
    """Starts loads, and kills them."""

    def __init__(self) -> None:
        self._process = started("tests.exchange.loading")

    def run(self, database: Path, folder: Path, kill_after: float | None = None) -> tuple[bool, float]:
        """Load, killed so many seconds after it began to write: whether it was killed while writing, and how long it wrote."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{database}\t{folder}\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        while not is_being_written(database):
            time.sleep(0.001)
        began = time.perf_counter()
        killed = False
        while is_being_written(database):
            if kill_after is not None and time.perf_counter() - began >= kill_after:
                os.kill(pid, signal.SIGKILL)
                killed = True
                break
            time.sleep(0.001)
        wrote = time.perf_counter() - began
        status = int(self._process.stdout.readline())
        assert status in ((0, signal.SIGKILL) if killed else (0,))
        return killed, wrote

    def close(self) -> None:
        """End the process that starts them."""
        self._process.communicate()


def is_being_written(database: Path) -> bool:
    """Whether somebody else is within a transaction that writes."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as asking:
        try:
            asking.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


@pytest.fixture
def loader() -> Iterator[Loader]:
    loader = Loader()
    yield loader
    with contextlib.suppress(OSError):
        loader.close()


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """A database without entries and one with generated ones, a bundle of these, and one in which each title differs."""
    generate.grow(generate.lay_ground(), 0, CONTRIBUTIONS)
    export(tmp_path / "bundle")
    export(tmp_path / "later")
    for path in (tmp_path / "later").glob("*.json"):
        rows = rows_in(path)
        for row in rows:
            if "title" in row["fields"]:
                row["fields"]["title"] += ", later"
        write_rows(path, rows)
    for name in ("MANIFEST", "SHA256SUMS"):
        (tmp_path / "later" / name).unlink()
    (tmp_path / "full.sqlite3").write_bytes(connection.connection.serialize())
    empty_register()
    (tmp_path / "empty.sqlite3").write_bytes(connection.connection.serialize())
    (tmp_path / "plan.json").write_text(json.dumps(floor.plan()))
    return {path.stem: path for path in tmp_path.iterdir()}


def content(database: Path) -> list[str]:
    """All that a database holds; it is sound."""
    with closing(sqlite3.connect(database)) as reader:
        reader.create_function("REGEXP", 2, lambda pattern, text: bool(re.search(pattern, text)))
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert reader.execute("PRAGMA foreign_key_check").fetchall() == []
        return list(reader.iterdump())


def exported(database: Path) -> dict[str, bytes]:
    """The files that an export of a database gives."""
    folder = database.with_suffix(".files")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    floor.export(str(database), str(folder), json.loads((database.parent / "plan.json").read_text()))
    return files_in(folder)


def fixtures_in(folder: Path) -> dict[str, bytes]:
    """The rows of a bundle, without its manifest."""
    return {name: found for name, found in files_in(folder).items() if name.endswith(".json")}


@pytest.mark.parametrize(("start", "bundle"), [("empty", "bundle"), ("full", "later")])
def test_a_load_that_is_killed_while_it_writes_has_changed_nothing(loader, places, start, bundle):
    database = places[start].parent / "register.sqlite3"
    shutil.copy(places[start], database)
    _killed, whole = loader.run(database, places[bundle])
    wanted = fixtures_in(places[bundle])
    assert exported(database) == wanted
    before, inside = content(places[start]), 0
    for number in range(3 * KILLS):  # a machine that is busy lets some loads end before they are killed
        _copy(places[start], database)
        moment = number * 0.618 % 1 * whole  # at moments all over the transaction, in no order
        killed, _wrote = loader.run(database, places[bundle], kill_after=moment)
        if killed and content(database) == before:
            inside += 1
        else:
            assert exported(database) == wanted, "neither before nor after"
        if inside == KILLS:
            break
    assert inside == KILLS
    _copy(places[start], database)
    loader.run(database, places[bundle], kill_after=whole / 2)
    loader.run(database, places[bundle])
    assert exported(database) == wanted


def _copy(start: Path, database: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)
    shutil.copy(start, database)
