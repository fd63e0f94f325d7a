"""What stands in a folder beside the rows, the forms of files, and the same file as a stream."""

import errno
import gzip
import json
import random
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from partnership import documents
from partnership.exchange.export import (
    EDITORIAL,
    FILE_NUMBERS,
    PUBLIC,
    ExportRefused,
    Scope,
    export,
    file_name,
    places,
    rows_in_order,
    stream,
)
from partnership.exchange.manifest import (
    NAME,
    SUMS,
    Manifest,
    ManifestError,
    ManifestFile,
    parse,
    problems_of,
    read_manifest,
)
from partnership.models import Edition, Event
from tests.exchange.conftest import empty_register, files_in, rows_in
from tests.factories import make_event, make_relation

FORMS: dict[str, dict[str, Any]] = {
    "json": {},
    "jsonl": {"form": "jsonl"},
    "json.gz": {"gz": True},
    "jsonl.gz, one file": {"form": "jsonl", "gz": True, "single": True},
    "split": {"split": True},
}
NINETY_DAYS_INTO_2024 = "1711843200"


def every_file(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a folder and its sub-folders, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def row_files(folder: Path) -> list[Path]:
    """The files with rows in the order in which `loaddata` must be given them."""
    return sorted(folder.rglob("*.json*"), key=lambda path: (path.name, path))


def load_plainly(folder: Path) -> None:
    """Load a folder into an empty register by Django's own command."""
    empty_register()
    call_command("loaddata", *map(str, row_files(folder)), verbosity=0)


# Round trips


@pytest.mark.parametrize("options", FORMS.values(), ids=FORMS)
def test_every_form_loads_by_plain_loaddata_and_gives_the_same_files(
    register: None, tmp_path: Path, options: dict[str, Any]
) -> None:
    for name in ("one", "again"):
        export(tmp_path / name, EDITORIAL, **options)
    load_plainly(tmp_path / "one")
    export(tmp_path / "two", EDITORIAL, **options)
    assert every_file(tmp_path / "one") == every_file(tmp_path / "again") == every_file(tmp_path / "two")


def test_rows_entered_in_another_order_give_the_same_files(register: None, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    export(folder, EDITORIAL)
    before = files_in(folder)
    chance = random.Random(7)
    for path in folder.glob("*.json"):
        rows = rows_in(path)
        chance.shuffle(rows)
        for row in rows:
            for members in row["fields"].values():
                if isinstance(members, list) and members and isinstance(members[0], list):
                    members.reverse()
        path.write_text(json.dumps(rows), encoding="utf-8")
    load_plainly(folder)
    export(tmp_path / "two", EDITORIAL)
    assert files_in(tmp_path / "two") == before


# The manifest


@pytest.mark.parametrize("options", FORMS.values(), ids=FORMS)
def test_the_manifest_and_the_checksums_tell_of_every_file(
    register: None, tmp_path: Path, options: dict[str, Any]
) -> None:
    folder = tmp_path / "out"
    done = export(folder, **options)
    manifest = read_manifest(folder)
    assert manifest == done.manifest
    assert (manifest.face, manifest.filter, manifest.schema) == (PUBLIC, "", documents.SCHEMA)
    assert [each.path for each in manifest.files] == sorted(
        path.relative_to(folder).as_posix() for path in row_files(folder)
    )
    assert problems_of(folder, manifest) == []
    assert done.files == {each.path: each.records for each in manifest.files}
    for each in manifest.files:
        stored = (folder / each.path).read_bytes()
        assert each.bytes == len(gzip.decompress(stored) if each.path.endswith(".gz") else stored)
    said = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=folder, capture_output=True, text=True, check=True
    )
    assert {line.removesuffix(": OK") for line in said.stdout.splitlines()} == every_file(folder).keys() - {
        SUMS
    }


def test_the_manifest_names_the_face_and_the_address_in_one_form(register: None, tmp_path: Path) -> None:
    address = "/contributions/?donor=japan&donor=japan&stage=pledged"
    assert export(tmp_path / "list", address=address).manifest.filter == address
    assert export(tmp_path / "staff", EDITORIAL).manifest.face == EDITORIAL
    text = (tmp_path / "list" / NAME).read_text()
    assert text == parse(text).text()
    assert list(json.loads(text)) == ["format", "schema", "face", "filter", "closure", "licence", "files"]


def test_edition_and_time_are_noted_only_when_asked_for(
    register: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NINETY_DAYS_INTO_2024)
    Edition.objects.create(number=7)
    plain = export(tmp_path / "out").manifest
    assert (plain.edition, plain.made) == (None, "")
    stamped = export(tmp_path / "out", stamp=True).manifest
    assert (stamped.edition, stamped.made) == (7, "2024-03-31T00:00:00Z")
    assert read_manifest(tmp_path / "out") == stamped
    assert stamped.files == plain.files


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def _alter(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Meeting 2022", b"Meeting 2023"))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_cut, "file-altered"),
        (_alter, "file-altered"),
        (Path.unlink, "file-missing"),
        (lambda path: path.with_name("99-more.json").write_text("[]"), "file-extra"),
    ],
)
def test_whatever_happens_to_a_file_is_seen_by_the_manifest(
    register: None, tmp_path: Path, spoil: Any, code: str
) -> None:
    manifest = export(tmp_path / "out").manifest
    path = tmp_path / "out" / file_name(Event)
    spoil(path)
    problems = problems_of(tmp_path / "out", manifest)
    expected = "99-more.json" if code == "file-extra" else path.name
    assert [(each.path, each.code) for each in problems] == [(expected, code)]


@pytest.mark.parametrize(
    "path", ["../secret.json", "/etc/passwd", "a/../../b.json", ".hidden", "a\\b.json", ""]
)
def test_a_manifest_that_leads_out_of_its_folder_is_refused(path: str) -> None:
    manifest = Manifest(files=[ManifestFile(path, "partnership.event", 1, 2, "0" * 64)])
    with pytest.raises(ManifestError):
        parse(manifest.text())


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "other/1"},
        {"schema": documents.SCHEMA + 1},
        {"schema": "1"},
        {"schema": True},
        {"face": "secret"},
        {"files": None},
        {"files": [{"path": "a.json"}]},
        {"closure": 1},
    ],
    ids=str,
)
def test_a_manifest_of_another_kind_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ManifestError):
        parse(json.dumps(json.loads(Manifest().text()) | changed))
    for text in ("", "[]", "[" * 100_000):
        with pytest.raises(ManifestError):
            parse(text)


# Split by relation


def test_what_is_of_one_relation_alone_stands_in_its_folder(register: None, tmp_path: Path) -> None:
    make_relation("nato-norway", party="norway")
    make_event("with-norway", parties=(("norway", "participant"),))
    make_event("with-both", parties=(("norway", "participant"), ("japan", "participant")))
    make_event("with-neither", parties=(("peru", "participant"),))
    done = export(tmp_path / "out", split=True)

    def slugs(folder: str) -> list[str]:
        return [row["fields"]["slug"] for row in rows_in(tmp_path / "out" / folder / file_name(Event))]

    assert slugs("nato-norway") == ["with-norway"]
    assert slugs("nato-japan") == ["meeting-2022", "meetings"]
    assert slugs("_shared") == ["with-both", "with-neither"]
    owned = rows_in(tmp_path / "out" / "nato-norway" / "41-eventinvolvement.json")
    assert [row["pk"] for row in owned] == ["with-norway.norway"]
    assert {path.split("/")[0] for path in done.files} == {"_shared", "nato-japan", "nato-norway"}
    assert sum(done.files.values()) == sum(export(tmp_path / "whole").files.values())


def test_one_form_gives_way_to_another_in_the_same_folder(register: None, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (tmp_path / "fresh").mkdir()
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "mine.txt").write_text("mine")
    for options in (FORMS["split"], FORMS["jsonl.gz, one file"], FORMS["json.gz"], FORMS["json"]):
        export(folder, **options)
        export(tmp_path / "fresh" / "out", **options)
        assert every_file(folder) == every_file(tmp_path / "fresh" / "out") | {"notes/mine.txt": b"mine"}


def test_folders_change_places_where_the_system_has_no_exchange_of_its_own(
    register: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(tmp_path / "out")
    monkeypatch.setattr(places.ctypes, "CDLL", lambda *args, **kwargs: object())
    Event.objects.filter(slug="meetings").update(title="Meetings anew")
    export(tmp_path / "out")
    assert b"Meetings anew" in (tmp_path / "out" / file_name(Event)).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# As a stream


@pytest.mark.parametrize("jsonl", [False, True])
@pytest.mark.parametrize("address", ["", "/events/?party=japan"])
def test_a_stream_is_the_single_file(register: None, tmp_path: Path, jsonl: bool, address: str) -> None:
    form = "jsonl" if jsonl else "json"
    export(tmp_path / "out", address=address, form=form, single=True)
    content = b"".join(stream(Scope(address=address), jsonl=jsonl))
    assert content == (tmp_path / "out" / f"register.{form}").read_bytes()
    rows = [json.loads(line) for line in content.splitlines()] if jsonl else json.loads(content)
    assert rows == [row for _model, row in rows_in_order(Scope(address=address))]


def test_an_empty_register_is_an_empty_list(db: None, tmp_path: Path) -> None:
    assert b"".join(stream(Scope())) == b"[]\n"
    assert b"".join(stream(Scope(), jsonl=True)) == b""
    assert b"".join(stream(Scope(address="/events/"))) == b"[]\n"
    assert export(tmp_path / "out").files == {}


def test_a_stream_that_breaks_says_so(register: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> Iterator[Any]:
        raise OSError("The disk is gone")

    monkeypatch.setattr("partnership.exchange.export.rows._aliases", broken)
    monkeypatch.setattr("partnership.exchange.export.streaming.PIECE", 100)
    pieces = stream(Scope())
    assert next(pieces).startswith(b"[\n {")
    with pytest.raises(OSError, match="The disk is gone"):
        b"".join(pieces)


@pytest.mark.one_engine
@pytest.mark.django_db(transaction=True)
def test_a_stream_that_is_left_gives_its_transaction_back(monkeypatch: pytest.MonkeyPatch) -> None:
    make_relation()
    monkeypatch.setattr("partnership.exchange.export.streaming.PIECE", 100)
    pieces: Any = stream(Scope())
    assert not connection.in_atomic_block
    next(pieces)
    assert connection.in_atomic_block
    pieces.close()
    assert not connection.in_atomic_block
    make_event("written-afterwards")


def test_the_editorial_face_has_no_lists(db: None) -> None:
    with pytest.raises(ExportRefused):
        stream(Scope(EDITORIAL, "/events/"))


# The command


def test_the_command_passes_its_options_on(register: None, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    options = ("--filter", "/events/?party=japan", "--format", "jsonl", "--gz", "--single")
    call_command("export_fixtures", str(folder), *options, stdout=StringIO())
    assert list(files_in(folder)) == [NAME, SUMS, "register.jsonl.gz"]
    call_command("export_fixtures", str(folder), "--split", "relation", stdout=StringIO())
    assert (folder / "nato-japan" / file_name(Event)).is_file()
    with pytest.raises(CommandError, match="Choose --split or --single"):
        call_command("export_fixtures", str(folder), "--split", "relation", "--single")


def test_the_command_says_what_the_system_refused(
    register: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(tmp_path / "out")
    before = every_file(tmp_path)

    def refused(*args: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(places, "_exchange", refused)
    Event.objects.filter(slug="meetings").update(title="Meetings anew")
    with pytest.raises(CommandError, match=r"out is as it was: .*Device or resource busy"):
        call_command("export_fixtures", str(tmp_path / "out"), stdout=StringIO())
    assert every_file(tmp_path) == before


def test_progress_is_shown_only_where_it_is_wanted(
    register: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnership.exchange.export.bundle.TOLD_EVERY", 10)
    call_command("export_fixtures", str(tmp_path / "out"), stdout=StringIO())
    assert capsys.readouterr().err == ""
    call_command("export_fixtures", str(tmp_path / "out"), "--progress", stdout=StringIO())
    assert "rows" in capsys.readouterr().err


def test_what_is_told_of_progress_never_goes_back_and_never_past_the_end(
    register: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnership.exchange.export.bundle.TOLD_EVERY", 5)
    told: list[tuple[int, int]] = []
    done = export(tmp_path / "out", EDITORIAL, progress=lambda *figures: told.append(figures))
    assert [figure for figure, _total in told] == list(range(5, sum(done.files.values()) + 1, 5))
    assert all(figure <= total for figure, total in told)
    assert len(done.files) <= len(FILE_NUMBERS)
