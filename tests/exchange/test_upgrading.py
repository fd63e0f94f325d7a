"""What was exported or published under an older schema can be loaded and told for ever."""

import io
import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from partnership import documents
from partnership.documents import SCHEMA, upgrading
from partnership.exchange import manifest
from partnership.exchange.load import LoadRefused, load, upgrade_bundle
from partnership.exchange.load import upgrading as rewriting
from partnership.exchange.manifest import NAME, read_manifest
from partnership.exchange.reading import Source, opened, source
from partnership.history.past import entry_at
from partnership.models import ENTRY_MODELS, Area, Contribution, Edition, Event, Revision, RevisionState
from tests.exchange.conftest import empty_register, files_in
from tests.factories import make_area

GOLDEN = Path(__file__).parent / "golden"
BUNDLES = sorted(GOLDEN.iterdir())


def test_there_is_a_golden_bundle_of_every_schema() -> None:
    assert [each.name for each in BUNDLES] == [f"schema-{number}" for number in range(1, SCHEMA + 1)]
    found = [read_manifest(each) for each in BUNDLES]
    assert [each.schema for each in found if each] == list(range(1, SCHEMA + 1))


def test_a_step_leads_on_from_every_older_schema() -> None:
    assert sorted(upgrading.STEPS) == list(range(1, SCHEMA))


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda each: each.name)
def test_a_golden_bundle_loads_into_an_empty_register_and_is_the_same_again(db: None, bundle: Path) -> None:
    empty_register()
    report = load([bundle])
    assert all(model.objects.exists() for model in ENTRY_MODELS)
    assert all(set(count) == {"created"} for count in report.counts.values())
    gift = Contribution.objects.get(slug="gift")
    assert (str(gift.amount), gift.currency, gift.fund.slug) == ("5000000000.00", "USD", "clearance-fund")
    meeting = Event.objects.get(slug="meeting-2022")
    assert (str(meeting.date), meeting.series.slug, meeting.staff_note) == (
        "2022-06-29", "meetings", "Second reading done.",
    )  # fmt: skip
    again = load([bundle])
    assert not again.differs
    assert (again.edition, again.digest) == (None, report.digest)


def renamed(row: dict[str, Any]) -> dict[str, Any]:
    """A step after which areas have their name under another word."""
    if row["model"] != "partnership.area":
        return row
    fields = {("name" if name == "label" else name): value for name, value in row["fields"].items()}
    return {**row, "fields": fields}


def signed(row: dict[str, Any]) -> dict[str, Any]:
    """A step that says in a note which rows it has seen."""
    return {**row, "fields": {**row["fields"], "staff_note": f"Seen as {row['fields'].get('name')}."}}


@pytest.fixture
def third_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if two schemas had come after the present one."""
    assert SCHEMA == 1, "raise the numbers of this fixture"
    for module in (upgrading, source, manifest, rewriting):
        monkeypatch.setattr(module, "SCHEMA", 3)
    monkeypatch.setattr(upgrading, "STEPS", {1: renamed, 2: signed})


def read(paths: list[Path]) -> Source:
    """Files read to their end."""
    found = opened(paths)
    rows = list(found.rows)
    return replace(found, rows=rows)


OLD = {"model": "partnership.area", "fields": {"slug": "space", "label": "Space"}}


def bundle_of(folder: Path, *rows: Any) -> Path:
    """A bundle of the first schema."""
    text = json.dumps(rows).encode()
    (folder / "11-area.json").write_bytes(text)
    listed = manifest.ManifestFile(
        "11-area.json", "partnership.area", len(rows), len(text), sha256(text).hexdigest()
    )
    stands = manifest.Manifest(face="editorial", files=[listed], schema=1)
    (folder / NAME).write_text(stands.text(), encoding="utf-8")
    return folder


def test_rows_of_an_older_bundle_go_through_every_step(third_schema: None, tmp_path: Path) -> None:
    found = read([bundle_of(tmp_path, OLD, 7)])
    assert [row.fields for row in found.rows] == [
        {"slug": "space", "name": "Space", "staff_note": "Seen as Space."}
    ]
    assert [(each.line, each.code) for each in found.problems] == [(1, "not-a-row")]
    assert OLD["fields"] == {"slug": "space", "label": "Space"}


def test_a_bundle_of_the_schema_between_takes_the_last_step_only(third_schema: None) -> None:
    row = {"model": "partnership.area", "fields": {"slug": "space", "name": "Space"}}
    assert documents.upgraded_row(row, 2)["fields"]["staff_note"] == "Seen as Space."
    assert documents.upgraded_row(row, 3) == row


def test_a_revision_of_an_older_schema_is_told_as_of_the_present_one(db: None, third_schema: None) -> None:
    area: Any = make_area("space", name="Space")
    older = documents.dump(area)
    older[0]["fields"]["label"] = older[0]["fields"].pop("name").upper()
    edition = Edition.objects.create(number=7, note="Then")
    Revision.objects.create(
        entry=area.reference,
        schema=1,
        document=older,
        digest="x",
        state=RevisionState.PUBLISHED,
        edition=edition,
    )
    assert entry_at(Area.objects.get(), 7).name == "SPACE"


def test_a_bundle_is_rewritten_as_one_of_the_present_schema(third_schema: None, tmp_path: Path) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    older.mkdir()
    with pytest.raises(LoadRefused):
        upgrade_bundle(bundle_of(older, OLD, 7), newer)
    assert not newer.exists()
    bundle_of(older, OLD, OLD)
    call_command("load_fixtures", older, upgrade_only=newer, stdout=io.StringIO())
    wanted = [
        {
            "model": "partnership.area",
            "fields": {"slug": "space", "name": "Space", "staff_note": "Seen as Space."},
        }
    ]
    assert json.loads((newer / "11-area.json").read_text("utf-8")) == wanted * 2
    found = read_manifest(newer)
    assert found
    assert (found.schema, found.face, manifest.problems_of(newer, found)) == (3, "editorial", [])


@pytest.mark.skipif(SCHEMA != 1, reason="the golden bundle is of an older schema")
def test_a_bundle_of_the_present_schema_stays_the_same_to_the_byte(tmp_path: Path) -> None:
    upgrade_bundle(BUNDLES[0], tmp_path / "again")
    assert files_in(tmp_path / "again") == files_in(BUNDLES[0])


def test_a_folder_that_says_no_schema_is_not_upgraded(tmp_path: Path) -> None:
    (tmp_path / "11-area.json").write_text("[]")
    with pytest.raises(LoadRefused, match="says of which schema"):
        upgrade_bundle(tmp_path, tmp_path / "again")


def test_a_golden_bundle_without_a_file_is_refused(db: None, tmp_path: Path) -> None:
    """Golden files stay as they were: a change of one is an error and not another golden bundle."""
    folder = shutil.copytree(BUNDLES[0], tmp_path / "golden")
    (folder / "14-event.json").unlink()
    assert [each.code for each in read([folder]).problems] == ["file-missing"]
