"""Where the files of the data page are kept: built once, whole or not at all, never in the way of the desk."""

import fcntl
import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from partnership.exchange.data import store
from partnership.exchange.data.snapshot import Snapshot, generation_now
from partnership.models import Event, Generation, Status
from tests.factories import make_event


class Writing:
    """What a build writes in these tests: the addresses of the events; it counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path, snapshot: Snapshot) -> tuple[dict[str, int], dict[str, Any]]:
        self.times += 1
        slugs = sorted(snapshot.found[Event].values())
        (folder / "events.txt").write_text("\n".join(slugs))
        return {"events.txt": len(slugs)}, {"told": len(slugs)}


@pytest.fixture
def write() -> Writing:
    return Writing()


def folders() -> list[str]:
    return sorted(each.name for each in store.data_folder().iterdir() if each.name != store.LOCK)


def current(write: Writing) -> store.Kept | None:
    return store.current_or_building(write, generation_now())


def test_files_are_built_once_for_a_state_of_the_register_and_again_when_it_changes(db, write):
    make_event("first")
    first = current(write)
    assert first is not None
    assert current(write) == first
    assert write.times == 1
    make_event("second")
    second = current(write)
    assert second is not None
    assert second.path("events.txt").read_text() == "first\nsecond"
    assert write.times == 2
    assert folders() == [second.folder.name]  # the older ones are taken away


def test_a_draft_does_not_make_the_files_anew(db, write):
    make_event("first")
    current(write)
    make_event("draft", status=Status.DRAFT)
    Event.objects.filter(slug="draft").update(title="Another")
    found = current(write)
    assert found is not None
    assert "draft" not in found.path("events.txt").read_text()


def test_size_rows_and_checksum_are_those_of_the_file(db, write):
    make_event("first")
    found = current(write)
    assert found is not None
    content = found.path("events.txt").read_bytes()
    described = found.files["events.txt"]
    assert (described.rows, described.bytes) == (1, len(content))
    assert described.sha256 == hashlib.sha256(content).hexdigest()
    assert found.path(store.SUMS).read_text() == f"{described.sha256}  events.txt\n"
    assert found.counts == {"told": 1}


def test_while_somebody_else_builds_readers_are_given_what_stands(db, write):
    make_event("first")
    first = current(write)
    make_event("second")
    with (store.data_folder() / store.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert current(write) == first
        assert store.build(write) is None
    assert write.times == 1
    assert current(write) != first


def test_before_the_first_files_stand_a_reader_is_given_nothing(db, write):
    store.data_folder().mkdir(parents=True)
    with (store.data_folder() / store.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert current(write) is None
    assert write.times == 0


def test_a_build_that_fails_leaves_what_stood_and_nothing_unfinished(db, write):
    make_event("first")
    first = current(write)
    make_event("second")

    def breaks(folder: Path, snapshot: Snapshot) -> Any:
        (folder / "half.txt").write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.build(breaks)
    assert store.kept() == first
    assert first is not None
    assert folders() == [first.folder.name]


def test_what_a_killed_build_left_is_taken_away_by_the_next(db, write):
    store.data_folder().mkdir(parents=True)
    unfinished = store.data_folder() / ".building-abc"
    unfinished.mkdir()
    (unfinished / "events.txt").write_text("half")
    assert store.kept() is None
    found = current(write)
    assert found is not None
    assert folders() == [found.folder.name]


def test_files_of_another_register_are_never_given_out(db, write, monkeypatch):
    make_event("first")
    assert current(write) is not None
    monkeypatch.setitem(connection.settings_dict, "NAME", "another")
    assert store.kept() is None


@pytest.mark.parametrize("name", ["SITE_NAME", "CONTENT_LICENCE", "IATI_ORGANISATION"])
def test_another_setting_that_files_tell_makes_them_anew(db, write, settings, name):
    current(write)
    setattr(settings, name, "Another")
    current(write)
    assert write.times == 2


def test_nothing_is_built_while_rows_are_held_back(db, write):
    assert store.current_or_building(write, None) is None
    assert write.times == 0


@pytest.mark.one_engine
def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(db, write, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file" / "data"
    with pytest.raises(store.CannotKeep, match="set DATA_DIR"):
        store.build(write)


@pytest.mark.django_db(transaction=True)
def test_many_readers_at_once_set_off_one_build_and_no_writer_waits_for_it(write):
    make_event("first")
    started, go_on = threading.Event(), threading.Event()
    found: list[store.Kept | None] = []

    def slowly(folder: Path, snapshot: Snapshot) -> Any:
        started.set()
        assert go_on.wait(20)
        return write(folder, snapshot)

    def read() -> None:
        found.append(store.current_or_building(slowly, generation_now()))
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(5)]
    readers[0].start()
    assert started.wait(20)
    for reader in readers[1:]:
        reader.start()
        reader.join(20)
    # The desk writes while the build reads, and the files tell the state in which it began. (SQLite in memory, as
    # tests have it, locks tables for readers too; a SQLite file with its log does not.)
    if connection.vendor == "postgresql":
        make_event("written-meanwhile")
    go_on.set()
    readers[0].join(20)
    assert write.times == 1
    assert found[:4] == [None] * 4
    assert found[4] is not None
    assert found[4].path("events.txt").read_text() == "first"
    if connection.vendor == "postgresql":
        assert found[4].stamp.generation < Generation.objects.get().number


@pytest.mark.one_engine
def test_what_is_built_can_be_read_by_a_server_of_another_account(db, write):
    found = current(write)
    assert found is not None
    assert os.stat(found.folder).st_mode & 0o755 == 0o755
