"""The files of `fixtures/` are what an export writes of the register that they load to, to the byte, on either engine."""

import hashlib
from pathlib import Path

from partnership.exchange.export import export
from partnership.exchange.manifest import NAME, SUMS, problems_of, read_manifest

from .conftest import FIXTURES

FOLDER = FIXTURES[0].parent


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a folder, by its name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_fixtures_are_the_bytes_of_what_they_load_to(japan: None, tmp_path: Path) -> None:
    done = export(tmp_path / "out")
    assert not done.withheld
    stored, written = contents(FOLDER), contents(tmp_path / "out")
    differing = sorted(
        name for name in stored.keys() | written.keys() if stored.get(name) != written.get(name)
    )
    assert differing == [], "export the register into fixtures/ again: manage.py export_fixtures fixtures"


def test_the_fixtures_are_what_their_manifest_and_checksums_say() -> None:
    manifest = read_manifest(FOLDER)
    assert manifest is not None
    assert [each.path for each in manifest.files] == [path.name for path in FIXTURES]
    assert problems_of(FOLDER, manifest) == []
    listed = [line.split("  ", 1)[::-1] for line in (FOLDER / SUMS).read_text().splitlines()]
    assert {path for path, _digest in listed} == {NAME, *(path.name for path in FIXTURES)}
    assert all(hashlib.sha256((FOLDER / path).read_bytes()).hexdigest() == digest for path, digest in listed)
