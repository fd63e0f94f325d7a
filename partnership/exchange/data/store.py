"""The files of the data page: built once for each state of the register, kept in a folder, served from there.

A build reads in one consistent read and takes no lock on the register, writes beside what stands and is moved into place
whole; one process builds at a time. While one builds, readers are given what stands, which says of which edition it is.
"""

import fcntl
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import translation

from partnership.exchange.export import consistent_read
from partnership.exchange.manifest import SUMS, sha256_of, sums
from partnership.models import Erasure

from .snapshot import Snapshot, Stamp, build_name, generation_now, register_name, take_snapshot

INDEX, LOCK = "index.json", ".lock"
# How long a reader's request waits for a build that it set off; a small register is done by then.
PATIENCE = 5.0


class CannotKeep(Exception):
    """The folder for the files cannot be written; the text says which and what to do."""


@dataclass(frozen=True)
class KeptFile:
    """A file as it stands in the folder: its name, how many rows it holds (none: it only describes), how to check it."""

    name: str
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Kept:
    """The files of one state of the register, and what else a build found out about it."""

    folder: Path
    stamp: Stamp
    files: dict[str, KeptFile]
    counts: dict[str, Any]

    def path(self, name: str) -> Path:
        """Where a file of the build stands."""
        return self.folder / self.files[name].name


# What writes the files of a build into a folder: gives rows by file name, and counts that the page tells.
Rows = dict[str, int | None]
Write = Callable[[Path, Snapshot], tuple[Rows, dict[str, Any]]]


def data_folder() -> Path:
    """Where the files of all builds stand."""
    return Path(settings.DATA_DIR)


def kept() -> Kept | None:
    """What stands: the files of the newest build of this register, whatever it says now; None if nothing was built.

    Nor is what was built before words were erased for good: it may hold them.
    """
    found = _newest()
    return None if found is None or found.stamp.generation < _erased_since() else found


def take_away_old() -> None:
    """Delete what was built before words were last erased. On other machines of the site the next build does so."""
    since = _erased_since()
    for folder in _builds():
        if _generation_of(folder) < since:
            shutil.rmtree(folder, ignore_errors=True)


def _erased_since() -> int:
    """The state of the register since which it holds no words that were erased."""
    return Erasure.objects.aggregate(newest=Max("generation"))["newest"] or 0


def _newest() -> Kept | None:
    for folder in sorted(_builds(), key=_generation_of, reverse=True):
        if found := _read_index(folder):
            return found
    return None


def build(write: Write, *, anew: bool = False) -> Kept | None:
    """Build the files of the register as it is, unless they stand; None if somebody else is building just now.

    Raises:
        CannotKeep: the folder cannot be written.
    """
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
        with _only_one() as alone:
            return _build(write, anew=anew) if alone else None
    except OSError as error:
        raise CannotKeep(
            f"{data_folder()} cannot be written ({error.strerror}): set DATA_DIR to a folder that can."
        ) from error


def current_or_building(write: Write, generation: int | None) -> Kept | None:
    """What a reader is given: the files of the register as it is if they can be had at once, else those that stand.

    A build that is needed goes on in a thread of its own when it takes longer than a reader waits. Inside a
    transaction, whose rows no other thread sees, it is made at once; while rows are held back, nothing is built.

    Raises:
        CannotKeep: nothing stands, and the folder cannot be written.
    """
    standing = _newest()
    if standing and generation is not None and standing.folder.name == build_name(generation):
        return standing
    standing = kept()
    if generation is None:
        return standing
    if connection.in_atomic_block:
        return build(write) or standing
    failed: list[CannotKeep] = []
    builder = threading.Thread(target=_build_apart, args=(write, failed), name="build-data")
    builder.start()
    builder.join(PATIENCE)
    if failed and standing is None:
        raise failed[0]
    return kept()


def _build_apart(write: Write, failed: list[CannotKeep]) -> None:
    try:
        build(write)
    except CannotKeep as error:
        failed.append(error)
    finally:
        connection.close()


# Building


@contextmanager
def _only_one() -> Iterator[bool]:
    """Whether nobody else builds, in this process or another; if so, nobody does until the end."""
    with (data_folder() / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _build(write: Write, *, anew: bool) -> Kept | None:
    """Build with the lock held: what an earlier build left unfinished is taken away, and what it finished as well."""
    standing = _newest()
    if standing and standing.folder.name == build_name(generation_now()) and not anew:
        return standing
    for unfinished in data_folder().glob(".building-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=".building-", dir=data_folder()))
    try:
        with translation.override(settings.LANGUAGE_CODE), consistent_read():
            snapshot = take_snapshot()
            rows, counts = write(beside, snapshot)
        files = [_describe(beside / name, count) for name, count in sorted(rows.items())]
        (beside / SUMS).write_text(sums((each.name, each.sha256) for each in files), "utf-8", newline="\n")
        files.append(_describe(beside / SUMS, None))
        _write_index(beside, snapshot.stamp, files, counts)
        beside.chmod(0o755)
        folder = data_folder() / build_name(snapshot.stamp.generation)
        if folder.exists():
            shutil.rmtree(folder)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for other in _builds():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return _read_index(folder)


def _describe(path: Path, rows: int | None) -> KeptFile:
    digest = sha256_of(path)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return KeptFile(path.name, rows, path.stat().st_size, digest)


def _write_index(folder: Path, stamp: Stamp, files: list[KeptFile], counts: dict[str, Any]) -> None:
    said = {
        "register": register_name(),
        "generation": stamp.generation,
        "edition": stamp.edition,
        "day": stamp.day.isoformat() if stamp.day else None,
        "files": [asdict(each) for each in files],
        "counts": counts,
    }
    (folder / INDEX).write_text(json.dumps(said, indent=1), encoding="utf-8")


def _read_index(folder: Path) -> Kept | None:
    """A build as it stands; None if it is just being taken away or is of another register."""
    try:
        said = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if said["register"] != register_name():
        return None
    day = date.fromisoformat(said["day"]) if said["day"] else None
    stamp = Stamp(said["generation"], said["edition"], day)
    files = {each["name"]: KeptFile(**each) for each in said["files"]}
    return Kept(folder, stamp, files, said["counts"])


def _builds() -> list[Path]:
    try:
        return [each for each in data_folder().iterdir() if each.is_dir() and not each.name.startswith(".")]
    except OSError:
        return []


def _generation_of(folder: Path) -> int:
    number = folder.name.partition("-")[0]
    return int(number) if number.isdigit() else -1
