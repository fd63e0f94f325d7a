"""What an export holds, and its bytes."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents, search
from partnership.exchange.export import (
    EDITORIAL,
    FILE_NUMBERS,
    OWNED_MODELS,
    PUBLIC,
    ExportRefused,
    export,
    file_name,
)
from partnership.models import ENTRY_MODELS, Alias, Entry, Event, Party, Source, Status
from tests.exchange.conftest import empty_register, files_in, rows_in
from tests.factories import (
    add_party,
    add_source,
    make_area,
    make_contribution,
    make_entry,
    make_event,
    make_exercise,
    make_fund,
    make_party,
    make_source,
    make_standing,
)

FACES = (PUBLIC, EDITORIAL)


def keys_in(folder: Path, model: type) -> list[str]:
    path = folder / file_name(model)
    return [documents.key_of(row) for row in rows_in(path)] if path.exists() else []


# Files and bytes


def test_files_are_numbered_by_kind_whatever_has_rows() -> None:
    names = [file_name(model) for model in FILE_NUMBERS]
    assert names[0] == "10-term.json"
    assert file_name(Event) == "14-event.json"
    assert file_name(Alias) == "30-alias.json"
    assert file_name(OWNED_MODELS[0]) == "40-partyname.json"
    assert names == sorted(names)


def test_a_model_without_rows_has_no_file(db: None, tmp_path: Path) -> None:
    make_party("japan")
    done = export(tmp_path / "out")
    assert done.files == {"13-party.json": 1}
    assert list(files_in(tmp_path / "out")) == ["13-party.json", "MANIFEST", "SHA256SUMS"]


@pytest.mark.parametrize("face", FACES)
def test_every_model_of_the_small_register_has_a_file(register: None, tmp_path: Path, face: str) -> None:
    export(tmp_path / "out", face)
    missing = {file_name(model) for model in FILE_NUMBERS} - files_in(tmp_path / "out").keys()
    assert missing == {"57-standinginvolvement.json", "59-standingstep.json"}


@pytest.mark.parametrize("face", FACES)
def test_the_bytes_are_those_of_json_with_indent_one(register: None, tmp_path: Path, face: str) -> None:
    export(tmp_path / "out", face)
    for path in (tmp_path / "out").glob("*.json"):
        content = path.read_bytes()
        rows = json.loads(content)
        assert content == (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()


@pytest.mark.parametrize("face", FACES)
def test_rows_carry_every_field_in_declared_order(register: None, tmp_path: Path, face: str) -> None:
    export(tmp_path / "out", face)
    for model in FILE_NUMBERS:
        path = tmp_path / "out" / file_name(model)
        for row in rows_in(path) if path.exists() else []:
            assert list(row) == (["model", "pk", "fields"] if model in OWNED_MODELS else ["model", "fields"])
            assert tuple(row["fields"]) == documents.fields_of(model, face)


@pytest.mark.parametrize("face", FACES)
def test_each_entry_has_the_same_rows_as_its_own_dump(register: None, tmp_path: Path, face: str) -> None:
    export(tmp_path / "out", face)
    exported = {
        documents.label(row): row
        for model in FILE_NUMBERS
        for row in _rows(tmp_path / "out" / file_name(model))
    }
    dumped: dict[str, dict] = {}
    for model in ENTRY_MODELS:
        entries = model.objects.all() if face == EDITORIAL else model.objects.published()
        for entry in entries:
            dumped |= {documents.label(row): row for row in documents.dump(entry, face)}
    exported.pop("alias[event:the-old-meeting]")
    assert json.dumps(exported, sort_keys=True) == json.dumps(dumped, sort_keys=True)
    assert all(list(exported[name]["fields"]) == list(row["fields"]) for name, row in dumped.items())


def _rows(path: Path) -> list[dict]:
    return rows_in(path) if path.exists() else []


def test_rows_are_sorted_by_code_point(db: None, tmp_path: Path) -> None:
    for slug in ("a-b", "ab", "a", "a0", "a-", "b"):
        make_party(slug)
    export(tmp_path / "out")
    keys = keys_in(tmp_path / "out", Party)
    assert keys == ["a", "a-", "a-b", "a0", "ab", "b"]


def test_members_are_sorted_and_go_with_their_own_entry(db: None, tmp_path: Path) -> None:
    make_event("c", areas=("z-area", "a-area"))
    make_event("a", areas=())
    make_event("b", areas=("m-area",), status=Status.DRAFT)
    make_event("d", areas=("a-area",))
    export(tmp_path / "out")
    areas = {
        row["fields"]["slug"]: row["fields"]["areas"] for row in rows_in(tmp_path / "out" / "14-event.json")
    }
    assert areas == {"a": [], "c": [["a-area"], ["z-area"]], "d": [["a-area"]]}


def test_the_order_of_entering_does_not_show(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2024, 6, 3, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    def write(slugs: list[str]) -> dict[str, bytes]:
        empty_register()
        for slug in slugs:
            make_event(slug, areas=tuple(f"area-{each}" for each in slugs), parties=())
            for party in slugs:
                add_party(Event.objects.get(slug=slug), f"party-{party}")
        export(tmp_path / "out")
        return files_in(tmp_path / "out")

    assert write(["a", "b", "c"]) == write(["c", "a", "b"])


def test_queries_do_not_grow_with_rows(db: None, tmp_path: Path) -> None:
    for model in ENTRY_MODELS:
        make_entry(model)
    counts = []
    for upto in (10, 300):
        with search.batch():
            for number in range(Event.objects.count(), upto):
                make_event(f"one-of-many-{number}", areas=("space",), organisations=("nato", "japan"))
        with CaptureQueriesContext(connection) as queries:
            export(tmp_path / "out")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(rows_in(tmp_path / "out" / "14-event.json")) == 300


# What the public face leaves out


def test_drafts_and_withdrawn_entries_stay_out_of_the_public_face(public_files: Path) -> None:
    assert keys_in(public_files, Event) == ["meeting-2022", "meetings"]
    involvements = keys_in(public_files, Event.involvements.rel.related_model)
    assert involvements == ["meeting-2022.japan", "meetings.japan"]


def test_the_editorial_face_holds_everything(editorial_files: Path) -> None:
    assert keys_in(editorial_files, Event) == ["draft-event", "meeting-2022", "meetings", "withdrawn-event"]
    notes = [row["fields"]["staff_note"] for row in rows_in(editorial_files / "14-event.json")]
    assert notes == ["", "Second reading done.", "", ""]


def test_an_entry_that_names_a_draft_is_withheld_and_so_is_what_names_it(db: None, tmp_path: Path) -> None:
    draft = make_fund("draft-fund", status=Status.DRAFT)
    first = make_contribution("first", fund=draft)
    make_contribution("second", part_of=first)
    make_contribution("whole")
    done = export(tmp_path / "out")
    assert keys_in(tmp_path / "out", type(first)) == ["whole"]
    assert done.withheld["contribution"] == 2
    assert done.withheld["contributioninvolvement"] == 2


def test_a_draft_party_withholds_its_standing_rows_and_memberships(db: None, tmp_path: Path) -> None:
    draft = make_party("unready", status=Status.DRAFT)
    event = make_event("meeting", organisations=("nato", "unready"), areas=("space", "secret"))
    make_area("secret").delete()
    event.areas.add(make_area("hidden-area", status=Status.DRAFT))
    add_party(event, "unready")
    add_source(event, make_source("unread", status=Status.DRAFT).slug)
    add_source(event, "another-page", supports="meeting.unready")
    make_standing("standing", at=draft)
    done = export(tmp_path / "out")
    assert b"unready" not in b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    event_row = rows_in(tmp_path / "out" / "14-event.json")[0]["fields"]
    assert event_row["organisations"] == [["nato"]]
    assert event_row["areas"] == [["space"]]
    assert keys_in(tmp_path / "out", Event.involvements.rel.related_model) == ["meeting.japan"]
    assert keys_in(tmp_path / "out", Event.citations.rel.related_model) == ["meeting.a-page"]
    assert not (tmp_path / "out" / "20-standing.json").exists()
    assert done.withheld == {
        "standing": 1, "standingcitation": 1, "eventinvolvement": 1, "eventcitation": 2,
    }  # fmt: skip


def test_an_alias_goes_with_its_target(db: None, tmp_path: Path) -> None:
    make_event("public-one")
    make_event("draft-one", status=Status.DRAFT)
    for target in ("public-one", "draft-one", "no-such"):
        Alias.objects.create(address=f"event:old-{target}", target=f"event:{target}")
    Alias.objects.create(address="event:odd", target="meeting:public-one")
    assert export(tmp_path / "public").withheld["alias"] == 3
    assert keys_in(tmp_path / "public", Alias) == ["event:old-public-one"]
    export(tmp_path / "editorial", EDITORIAL)
    assert keys_in(tmp_path / "editorial", Alias) == ["event:old-draft-one", "event:old-public-one"]


def test_nothing_private_leaks(register: None, tmp_path: Path, django_user_model: Any) -> None:
    sentinel = "zq7sentinel"
    django_user_model.objects.create_user(f"{sentinel}user", f"{sentinel}@example.org", first_name=sentinel)
    for model in ENTRY_MODELS:
        for name in model.private_fields:
            model.objects.update(**{name: f"{sentinel} {name}"})
        _hide(model, sentinel)
    editorial, public = tmp_path / "editorial", tmp_path / "public"
    export(editorial, EDITORIAL)
    export(public, PUBLIC)
    assert all(sentinel.encode() in files_in(editorial)[file_name(model)] for model in ENTRY_MODELS)
    leaks = [name for name, content in files_in(public).items() if sentinel.encode() in content]
    assert leaks == []


def _hide(model: type[Entry], sentinel: str) -> None:
    """Make one draft and one withdrawn entry of a model, named by whatever public entries can name it."""
    for status in (Status.DRAFT, Status.WITHDRAWN):
        entry = make_entry(model, f"{sentinel}-{model.kind_name()}-{status}", status=status)
        for each in ("title", "name", "label", "lede"):
            if hasattr(entry, each):
                setattr(entry, each, f"{sentinel} {each}")
        entry.save()
        Alias.objects.create(address=f"{entry.kind_name()}:old-{sentinel}-{status}", target=entry.reference)
        Party.objects.filter(slug=f"party-of-{entry.slug}").update(status=Status.DRAFT)
        public_event = Event.objects.get(slug="meetings")
        if model is Party:
            public_event.organisations.add(entry)
            add_party(public_event, entry.slug)
        if model is Source:
            add_source(public_event, entry.slug)


# The folder


def test_an_earlier_export_is_replaced_and_other_files_stay(register: None, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(folder)
    stale = folder / "59-event.json"
    for path in (stale, folder / "README.md", folder / "99-notes.json"):
        path.write_text("[]")
    Alias.objects.all().delete()
    export(folder)
    names = files_in(folder).keys()
    assert not {"59-event.json", "30-alias.json"} & names
    assert {"README.md", "99-notes.json", "14-event.json"} <= names
    assert list(tmp_path.iterdir()) == [folder]


def test_a_failed_export_leaves_nothing(
    register: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(tmp_path / "out")
    before = files_in(tmp_path / "out")
    make_exercise("another")

    def fail(*args: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("partnership.exchange.export.rows._aliases", fail)
    with pytest.raises(OSError, match="No space"):
        export(tmp_path / "out")
    with pytest.raises(OSError, match="No space"):
        export(tmp_path / "new")
    assert files_in(tmp_path / "out") == before
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_a_file_or_a_missing_parent_is_refused(db: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportRefused, match="is a file: name a folder"):
        export(tmp_path / "file")
    with pytest.raises(ExportRefused, match="create it first"):
        export(tmp_path / "no" / "such")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.django_db(transaction=True)
def test_all_files_are_of_one_state_and_no_writer_waits(tmp_path: Path) -> None:
    with CaptureQueriesContext(connection) as queries:
        export(tmp_path / "out")
    said = [query["sql"] for query in queries]
    if connection.vendor == "sqlite":
        assert said[0] == "BEGIN DEFERRED"
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        with CaptureQueriesContext(connection) as after:
            make_party("japan")
        assert "BEGIN IMMEDIATE" in [query["sql"] for query in after]
    else:
        assert any("ISOLATION LEVEL REPEATABLE READ" in sql for sql in said[:2])


# The command


def test_the_command_writes_the_public_face_and_tells_what_it_withheld(
    register: None, tmp_path: Path
) -> None:
    make_contribution("withheld", fund=make_fund("draft-fund", status=Status.DRAFT))
    out, err = StringIO(), StringIO()
    call_command("export_fixtures", str(tmp_path / "out"), stdout=out, stderr=err)
    assert "14-event.json  2" in out.getvalue()
    assert "withheld: 1 contribution, because it names what is not exported" in err.getvalue()
    assert keys_in(tmp_path / "out", Event) == ["meeting-2022", "meetings"]


def test_the_command_writes_the_editorial_face_when_asked(register: None, tmp_path: Path) -> None:
    call_command("export_fixtures", str(tmp_path / "out"), face="editorial", stdout=StringIO())
    assert "draft-event" in keys_in(tmp_path / "out", Event)


def test_the_command_refuses_a_file(db: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CommandError, match="name a folder"):
        call_command("export_fixtures", str(tmp_path / "file"))
