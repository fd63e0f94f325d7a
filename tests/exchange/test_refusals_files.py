"""Faulty bundles, archives and files: each is refused whole, with its place and the code of its fault."""

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from partnership.exchange.load import LoadRefused, load
from partnership.exchange.manifest import NAME, Manifest, ManifestFile
from partnership.exchange.reading import Limits
from partnership.models import Area
from tests.exchange.conftest import state_of_register
from tests.factories import make_area

pytestmark = pytest.mark.one_engine

AREAS, MORE = "12-area.json", "13-area.json"
SMALL = Limits(size=600_000, ratio=20, members=20)
MOST = 4 * 1024 * 1024
BOUND = 64 * 1024 * 16
"""What a packed file may hold whatever its ratio."""

Change = Callable[[Path], Path | None]


def area(slug: str, **fields: Any) -> dict[str, Any]:
    """A row of an area."""
    return {"model": "partnership.area", "fields": {"slug": slug, "name": slug.title()} | fields}


def content(*rows: object) -> bytes:
    """The bytes of a fixture file."""
    return (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()


def said_of(folder: Path, path: str, records: int = 2) -> ManifestFile:
    """What a true manifest says of a file."""
    whole = (folder / path).read_bytes()
    whole = gzip.decompress(whole) if path.endswith(".gz") else whole
    return ManifestFile(path, "partnership.area", records, len(whole), sha256(whole).hexdigest())


def write_manifest(folder: Path, listed: list[ManifestFile], **values: Any) -> None:
    """A manifest; what is given beside the files stands in it instead of what is true."""
    stands = json.loads(Manifest(files=listed).text()) | values
    (folder / NAME).write_text(json.dumps(stands), encoding="utf-8")


@pytest.fixture
def bundle(db: None, tmp_path: Path) -> Path:
    """A sound bundle of two files with new areas, and a register with one area."""
    make_area("space")
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / AREAS).write_bytes(content(area("space"), area("arctic")))
    (folder / MORE).write_bytes(content(area("oceans"), area("arms-control")))
    write_manifest(folder, [said_of(folder, AREAS), said_of(folder, MORE)])
    return folder


class Fault(NamedTuple):
    """How a bundle is made faulty, and the file, line and code of the refusal, and a piece of what it says.

    The change may give another path to load than that of the bundle. In the name of the file `{}` stands for that path.
    """

    change: Change
    file: str
    line: int
    code: str
    says: str


def manifest(**values: Any) -> Change:
    """The manifest has other values."""
    return lambda folder: write_manifest(folder, [said_of(folder, AREAS), said_of(folder, MORE)], **values)


def listing(**values: Any) -> Change:
    """The manifest says something else of its first file."""

    def change(folder: Path) -> None:
        first = asdict(said_of(folder, AREAS)) | values
        write_manifest(folder, [], files=[first, asdict(said_of(folder, MORE))])

    return change


def written(name: str, whole: bytes) -> Change:
    """A file holds other bytes."""

    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(whole)

    return change


def altered(of: Callable[[bytes], bytes]) -> Change:
    """The first file holds something else than the manifest says."""
    return lambda folder: written(AREAS, of((folder / AREAS).read_bytes()))(folder)


def packed(of: Callable[[bytes], bytes]) -> Change:
    """The first file is packed, the manifest is true, and then the packed file is changed."""

    def change(folder: Path) -> None:
        name = f"{AREAS}.gz"
        (folder / name).write_bytes(gzip.compress((folder / AREAS).read_bytes(), mtime=0))
        (folder / AREAS).unlink()
        write_manifest(folder, [said_of(folder, name), said_of(folder, MORE)])
        written(name, of((folder / name).read_bytes()))(folder)

    return change


def alone(name: str, whole: bytes) -> Change:
    """A file is loaded that stands alone."""

    def change(folder: Path) -> Path:
        path = folder.parent / name
        path.write_bytes(whole)
        return path

    return change


def archive(*members: tuple[str, bytes], spoil: Callable[[bytes], bytes] = lambda whole: whole) -> Change:
    """An archive is loaded, spoiled after it was packed."""

    def change(folder: Path) -> Path:
        path = folder.parent / "bundle.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packing:
            for name, whole in members:
                packing.writestr(name, whole)
        path.write_bytes(spoil(path.read_bytes()))
        return path

    return change


def in_folder(*names: str) -> Change:
    """The bundle is loaded as an archive that has it in these folders."""

    def change(folder: Path) -> Path:
        members = [(f"{name}/{each.name}", each.read_bytes()) for name in names for each in folder.iterdir()]
        return archive(*members)(folder) or folder

    return change


def tampered(folder: Path) -> Path:
    """An archive of a bundle of which one file was changed after the export."""
    (folder / AREAS).write_bytes((folder / AREAS).read_bytes().replace(b"Arctic", b"Artic"))
    return in_folder("bundle")(folder) or folder


def private(folder: Path) -> None:
    """A bundle of the public face, its manifest true, with what only the desk may see."""
    (folder / AREAS).write_bytes(content(area("space", staff_note="Ask."), area("arctic")))
    write_manifest(folder, [said_of(folder, AREAS), said_of(folder, MORE)])


def without_manifest(name: str, whole: bytes) -> Change:
    """The folder has no manifest, and a file of it holds these bytes."""

    def change(folder: Path) -> None:
        (folder / NAME).unlink()
        written(name, whole)(folder)

    return change


def flagged(whole: bytes) -> bytes:
    """An archive whose members say that they are encrypted."""
    return whole.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


def garbled(whole: bytes) -> bytes:
    """Packed bytes whose middle is not what was packed."""
    return whole[:12] + b"\xff" * 30 + whole[42:]


def broken_late() -> bytes:
    """A file of many rows, one of which lacks a comma between two fields."""
    rows = content(*(area(f"area-{number}") for number in range(60_000)))
    return rows.replace(b'"slug": "area-7",', b'"slug": "area-7"')


LINES = b'{"model": "partnership.area", "fields": {"slug": "arctic", "name": "Arctic"}}\n'
ROW = json.dumps(area("arctic")).encode()
DEEP = b"[" * 100_000

FAULTS = {
    # The manifest
    "a manifest that is no JSON": Fault(written(NAME, b"{"), NAME, 0, "manifest", "is not JSON"),
    "a manifest nested too deeply": Fault(written(NAME, DEEP), NAME, 0, "manifest", "is not JSON"),
    "a manifest that is a list": Fault(written(NAME, b"[]"), NAME, 0, "manifest", "not of the format"),
    "a manifest that is no text": Fault(written(NAME, b"\xff\xfe"), NAME, 0, "manifest", "cannot be read"),
    "a manifest of another format": Fault(manifest(format="backup/2"), NAME, 0, "manifest", "partnership-fixture/1"),
    "a newer schema": Fault(manifest(schema=99), NAME, 0, "manifest", "its schema is 99"),
    "a schema before the first": Fault(manifest(schema=0), NAME, 0, "manifest", "its schema is 0"),
    "a schema that is no number": Fault(manifest(schema="1"), NAME, 0, "manifest", "its schema is 1"),
    "no list of files": Fault(manifest(files=7), NAME, 0, "manifest", "does not list its files"),
    "a file with too little said of it": Fault(manifest(files=[{}]), NAME, 0, "manifest", "does not list its files"),
    "a face that is none": Fault(manifest(face="secret"), NAME, 0, "manifest", "a value of a wrong kind"),
    "a filter that is no text": Fault(manifest(filter=["x"]), NAME, 0, "manifest", "a value of a wrong kind"),
    "half a character in the manifest": Fault(
        manifest(licence="\ud800"), NAME, 0, "manifest", "a value of a wrong kind"
    ),
    "a file outside the bundle": Fault(listing(path="../x.json"), NAME, 0, "manifest", "a value of a wrong kind"),
    "a file of the system": Fault(listing(path="/etc/x.json"), NAME, 0, "manifest", "a value of a wrong kind"),
    "a hidden file": Fault(listing(path=".git/x.json"), NAME, 0, "manifest", "a value of a wrong kind"),
    "fewer rows than none": Fault(listing(records=-1), NAME, 0, "manifest", "a value of a wrong kind"),
    "a number of rows that is not so": Fault(listing(records=3), AREAS, 0, "wrong-count", "promises 3 rows and not 2"),
    "a checksum of something else": Fault(listing(sha256="0" * 64), AREAS, 0, "file-altered", "changed after the export"),
    "a size of something else": Fault(listing(bytes=7), AREAS, 0, "file-altered", "changed after the export"),
    # Its files
    "a file that is missing": Fault(lambda folder: (folder / AREAS).unlink(), AREAS, 0, "file-missing", "not in the folder"),
    "a file too many": Fault(written("99-area.json", b"[]"), "99-area.json", 0, "file-extra", "not in the manifest"),
    "a file too many in a folder": Fault(
        written("japan/99-area.jsonl", b""), "japan/99-area.jsonl", 0, "file-extra", "not in the manifest"
    ),
    "a file with one letter changed": Fault(
        altered(lambda whole: whole.replace(b"Arctic", b"Artic ")), AREAS, 0, "file-altered", "changed after the export"
    ),
    "a file made longer": Fault(altered(lambda whole: whole + b"\n"), AREAS, 0, "file-altered", "changed after"),
    "a file cut short": Fault(altered(lambda whole: whole[:-9]), AREAS, 0, "file-altered", "changed after"),
    "a packed file that is not": Fault(packed(lambda whole: b"[]"), f"{AREAS}.gz", 0, "file-unreadable", "cannot be read"),
    "a packed file cut short": Fault(packed(lambda whole: whole[:-9]), f"{AREAS}.gz", 0, "file-unreadable", "cannot be read"),
    "a packed file garbled": Fault(packed(garbled), f"{AREAS}.gz", 0, "file-unreadable", "cannot be read"),
    "a private field in public files": Fault(
        lambda folder: private(folder), AREAS, 2, "private-field", "the public face"
    ),
    # Archives
    "an archive that is none": Fault(alone("bundle.zip", b"PK"), "{}", 0, "not-an-archive", "not a zip file"),
    "an archive that leads out of itself": Fault(archive(("../x.json", b"[]")), "{}", 0, "path-outside", "outside itself"),
    "an archive that leads to the system": Fault(archive(("/x.json", b"[]")), "{}", 0, "path-outside", "outside itself"),
    "an archive that leads out backwards": Fault(archive(("..\\x.json", b"[]")), "{}", 0, "path-outside", "outside itself"),
    "an archive of too many files": Fault(
        archive(*((f"{number}.json", b"[]") for number in range(21))), "{}", 0, "too-many-files", "too many files"
    ),
    "an archive packed too tightly": Fault(
        archive(("x.json", b" " * (BOUND + 1))), "{}", 0, "packed-too-tightly", "far larger than packed"
    ),
    "an archive of a file too large": Fault(
        archive(("x.json", bytes(range(256)) * 2400)), "{}", 0, "too-large", "hold more than"
    ),
    "an archive with a wrong sum": Fault(
        archive(("x.json", LINES), spoil=lambda whole: whole.replace(whole[14:18], b"\0\0\0\0")),
        "{}", 0, "not-an-archive", "CRC",
    ),
    "an archive that is garbled": Fault(
        archive(("x.json", LINES * 9), spoil=lambda whole: whole[:36] + b"\xff" * 30 + whole[66:]),
        "{}", 0, "not-an-archive", "",
    ),
    "an archive with a password": Fault(archive(("x.json", LINES), spoil=flagged), "{}", 0, "not-an-archive", "encrypted"),
    "an archive of nothing": Fault(archive(), "{}", 0, "no-file", "no file *.json"),
    "an archive of two bundles": Fault(in_folder("a", "b"), "{}", 0, "no-file", "no file *.json"),
    "an archive that was tampered with": Fault(tampered, AREAS, 0, "file-altered", "changed after the export"),
    # Files without a manifest
    "a path that leads nowhere": Fault(lambda folder: folder / "none", "{}", 0, "no-file", "no such file"),
    "a folder without files": Fault(lambda folder: folder.parent / "empty", "{}", 0, "no-file", "no file *.json"),
    "a file that is not packed": Fault(alone("x.json.gz", b"[]"), "x.json.gz", 0, "unreadable", "gzip"),
    "a file cut short in packing": Fault(
        alone("x.json.gz", gzip.compress(content(area("arctic")))[:-12]), "x.json.gz", 0, "broken-gz", "broken"
    ),
    "a file garbled in packing": Fault(
        alone("x.json.gz", garbled(gzip.compress(content(area("arctic"))))), "x.json.gz", 0, "broken-gz", "broken"
    ),
    "a file packed too tightly": Fault(
        alone("x.json.gz", gzip.compress(b" " * (BOUND + 1))), "x.json.gz", 0, "packed-too-tightly", "far larger"
    ),
    "a file too large": Fault(alone("x.json", b" " * 600_001), "x.json", 0, "too-large", "hold more than"),
    "a row too long": Fault(
        alone("x.json", b'[\n{"model": "' + b"x" * (MOST + 1)), "x.json", 2, "row-too-long", "longer than"
    ),
    "a row nested too deeply": Fault(alone("x.json", b"[\n" + DEEP), "x.json", 2, "too-deep", "nested too deeply"),
    "a comma that lacks in a large file": Fault(
        lambda folder: alone("x.json", broken_late())(folder), "x.json", 55, "not-json", "delimiter"
    ),
    "a file that breaks off": Fault(alone("x.json", b"[\n" + ROW), "x.json", 2, "list-broken", "after a row comes"),
    "a row that breaks off": Fault(alone("x.json", b"[\n" + ROW[:-3]), "x.json", 2, "not-json", "Unterminated string"),
    "two lists in a file": Fault(alone("x.json", b"[]\n[]"), "x.json", 2, "text-after-end", "after the end"),
    "lines in a list": Fault(alone("x.json", LINES * 2), "x.json", 1, "not-a-list", "starts with ["),
    "a list in lines": Fault(alone("x.jsonl", content(area("arctic"))), "x.jsonl", 1, "not-a-row", "a row is an object"),
    "two rows in a line": Fault(
        alone("x.jsonl", LINES + LINES.strip() * 2), "x.jsonl", 2, "list-broken", "after a row comes a new line"
    ),
    "a line that is no JSON": Fault(alone("x.jsonl", LINES + b"{]\n"), "x.jsonl", 2, "not-json", "property name"),
    "a byte order mark in packing": Fault(
        alone("x.json.gz", gzip.compress(b"\xef\xbb\xbf[]")), "x.json.gz", 1, "byte-order-mark", "byte order mark"
    ),
    "no UTF-8 far behind": Fault(
        alone("x.json", b"[\n" + b" \n" * 50_000 + b'"\xff"]'), "x.json", 50_002, "not-utf-8", "not UTF-8"
    ),
    "an account": Fault(
        without_manifest(AREAS, content({"model": "auth.user", "pk": 1, "fields": {"username": "x"}})),
        AREAS, 2, "forbidden-model", "accounts, permissions and sessions",
    ),
    "a permission": Fault(
        without_manifest(AREAS, content({"model": "auth.permission", "fields": {}})), AREAS, 2, "forbidden-model", "take it out"
    ),
    "a table of the site": Fault(
        without_manifest(AREAS, content({"model": "partnership.revision", "fields": {}})), AREAS, 2, "unknown-model", "no model"
    ),
}  # fmt: skip


def refused(path: Path, limits: Limits | None) -> list[tuple[str, int, str, str]]:
    """(file, line, code, message) of each reason why a path is refused, having made sure that nothing was changed."""
    before = state_of_register()
    with pytest.raises(LoadRefused) as refusal:
        load([path], limits=limits)
    assert state_of_register() == before
    return [(each.file, each.line, each.code, each.message) for each in refusal.value.problems]


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_file_is_refused_with_its_place_and_code(bundle: Path, name: str) -> None:
    fault = FAULTS[name]
    (bundle.parent / "empty").mkdir()
    path = fault.change(bundle) or bundle
    large = name in ("a row too long", "a comma that lacks in a large file") or "packed" in fault.code
    limits = replace(SMALL, size=2 * MOST) if large else SMALL
    found = refused(path, limits)
    assert [each[:3] for each in found] == [(fault.file.format(path), fault.line, fault.code)]
    assert fault.says in found[0][3]


def test_the_bundle_that_is_made_faulty_is_sound(bundle: Path) -> None:
    load([bundle], limits=SMALL)
    assert set(Area.objects.values_list("slug", flat=True)) == {"space", "arctic", "oceans", "arms-control"}


@pytest.mark.parametrize("folder", ["", "bundle"])
def test_an_archive_of_a_bundle_is_the_bundle(bundle: Path, folder: str) -> None:
    members = [(f"{folder}/{each.name}".lstrip("/"), each.read_bytes()) for each in bundle.iterdir()]
    path = archive(*members)(bundle) or bundle
    digest = load([bundle]).digest
    again = load([path])
    assert (again.digest, again.counts["area"]["unchanged"]) == (digest, 4)


@pytest.mark.parametrize("whole", [content(area("arctic")), LINES, b"  \n" + content(area("arctic"))])
def test_rows_come_in_by_standard_input(db: None, monkeypatch: pytest.MonkeyPatch, whole: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(whole)))
    load([Path("-")])
    assert Area.objects.get().slug == "arctic"


def test_faults_of_standard_input_have_their_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"[\n{]")))
    assert [each[:3] for each in refused(Path("-"), None)] == [("-", 2, "not-json")]


def test_all_that_is_wrong_with_a_bundle_is_told_at_once(bundle: Path) -> None:
    (bundle / AREAS).unlink()
    (bundle / "extra.json").write_bytes(b"[]")
    (bundle / MORE).write_bytes(b"[]")
    assert [each[:3] for each in refused(bundle, None)] == [
        (AREAS, 0, "file-missing"),
        (MORE, 0, "file-altered"),
        ("extra.json", 0, "file-extra"),
    ]
