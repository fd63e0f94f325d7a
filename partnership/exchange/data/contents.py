"""Which files a build of the data page makes."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from partnership.documents import PUBLIC
from partnership.exchange.archive import archive_folder, write_archive
from partnership.exchange.export import Scope, export, stream

from . import iati
from .database import metadata, write_database
from .package import DESCRIPTION, write_tables
from .snapshot import Snapshot
from .store import Rows
from .texts import write_json, write_texts

FIXTURE = "register.fixture.json"
BUNDLE = "register-fixtures.zip"
DATABASE = "register.sqlite3"
METADATA = "datasette.json"
PACKAGE = "register-tables.zip"
ACTIVITIES = "iati.xml"
LEFT_OUT = "iati-left-out.csv"

__all__ = [
    "ACTIVITIES",
    "BUNDLE",
    "DATABASE",
    "DESCRIPTION",
    "FIXTURE",
    "LEFT_OUT",
    "METADATA",
    "PACKAGE",
    "fixture",
    "write_files",
]


def write_files(folder: Path, snapshot: Snapshot) -> tuple[Rows, dict[str, Any]]:
    """Write every file of a build into `folder`, inside the consistent read of the snapshot.

    Gives the rows of each file by its name, and what the page tells beside: how much the IATI file holds.
    """
    rows = _write_fixtures(folder)
    rows[DATABASE] = write_database(folder / DATABASE, snapshot)
    write_json(folder / METADATA, metadata(snapshot, Path(DATABASE).stem))
    rows[METADATA] = None
    rows |= _write_package(folder, snapshot)
    found, counts = _write_activities(folder, snapshot)
    return rows | found, counts


def fixture() -> Iterator[bytes]:
    """The whole register as one fixture file, piece by piece."""
    return stream(Scope())


def _write_fixtures(folder: Path) -> Rows:
    """The register as one fixture file, and as a bundle with its manifest in one archive."""
    bundle = folder / "bundle"
    done = export(bundle, PUBLIC)
    archive_folder(folder / BUNDLE, bundle)
    shutil.rmtree(bundle)
    with (folder / FIXTURE).open("wb") as file:
        file.writelines(fixture())
    count = sum(done.files.values())
    return {FIXTURE: count, BUNDLE: count}


def _write_package(folder: Path, snapshot: Snapshot) -> Rows:
    """The tables, each by itself and all in one archive with their description and two texts for people."""
    tables = write_tables(folder, snapshot)
    texts = write_texts(folder, snapshot)
    names = [*texts, DESCRIPTION, *sorted(tables)]
    write_archive(folder / PACKAGE, [(name, folder / name) for name in names])
    for name in texts:
        (folder / name).unlink()
    return {**tables, DESCRIPTION: None, PACKAGE: sum(tables.values())}


def _write_activities(folder: Path, snapshot: Snapshot) -> tuple[Rows, dict[str, Any]]:
    """The IATI file, if the settings say who publishes and anything has what the standard asks for."""
    if not settings.IATI_ORGANISATION or not settings.IATI_ORGANISATION_TYPE:
        return {}, {}
    with (folder / ACTIVITIES).open("wb") as file:
        written = iati.write_activities(file, snapshot)
    (folder / LEFT_OUT).write_bytes(iati.left_out_table(written.left_out))
    rows: Rows = {ACTIVITIES: written.activities, LEFT_OUT: len(written.left_out)}
    if not written.activities:  # the schema allows no empty file
        (folder / ACTIVITIES).unlink()
        del rows[ACTIVITIES]
    counts = {
        "activities": written.activities,
        "transactions": written.transactions,
        "reasons": iati.count_reasons(written.left_out),
    }
    return rows, {"iati": counts}
