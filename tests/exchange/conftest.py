"""A small register with everything in it that files can hold, and helpers around its files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from partnership import documents, generation
from partnership.exchange.export import EDITORIAL, FILE_NUMBERS, OWNED_MODELS, PUBLIC, export, file_name
from partnership.exchange.manifest import NAME, SUMS
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Edition,
    FundFigure,
    IndexEntry,
    IndexParty,
    Revision,
    Status,
    Vocabulary,
)
from tests.factories import (
    add_source,
    add_step,
    make_area,
    make_contribution,
    make_event,
    make_exercise,
    make_fund,
    make_operation,
    make_party,
    make_programme,
    make_relation,
    make_source,
    make_standing,
    make_term,
)

Edit = Callable[[dict[str, Any]], object]


def write_register() -> None:
    """Entries of every kind with every sort of owned row, public but for a draft and a withdrawn event."""
    make_source("a-page", title="A page – « Türkiye »", staff_note="Ask the archive.")
    make_party("nato", kind="organisation", name="NATO")
    japan = make_party("japan", name="日本 Japan", staff_note="Check the code.")
    japan.names.create(text="Nippon", form="search", source=make_source("a-page"))
    make_party("navy", kind="armed-service", parent=japan)
    series = make_event("meetings", areas=("space", "cyber-defence"), organisations=("nato", "japan"))
    make_event("meeting-2022", date="2022-06-29", series=series, staff_note="Second reading done.", ordinal=2)
    make_event("draft-event", status=Status.DRAFT, title="Not yet told")
    make_event("withdrawn-event", status=Status.WITHDRAWN)
    plan = make_programme("plan-2014", date="2014/2018")
    renewed = make_programme("plan-2018")
    add_step(renewed, "step-agreed", "2018-05", event=series)
    renewed.links.create(programme=plan, word=make_term(Vocabulary.LINK, "supersedes"), basis="inferred")
    plan.links.create(programme=renewed, word=make_term(Vocabulary.LINK, "complements"))
    make_exercise("wave")
    fund = make_fund("clearance-fund")
    add_step(fund, "step-agreed", "2010")
    FundFigure.objects.create(
        record=fund, kind=make_term(Vocabulary.FIGURE, "budget"), amount="1200000.50", currency="EUR"
    )
    make_operation("relief")
    make_contribution(
        "gift", fund=fund, amount="5000000000", currency="USD", stage="pledged", period="2009/2013"
    )
    make_standing("japan-at-nato")
    relation = make_relation(
        "nato-japan", as_of="2024-06-03", lede="They talk. See [it](event:meeting-2022)."
    )
    add_source(relation, supports="lede")
    relation.coverage_checks.create(kind="event", year=2022, checked_on="2024-06-03", found=True)
    make_area("space", synonyms="outer space\norbit")
    Alias.objects.create(address="event:the-old-meeting", target="event:meeting-2022")


def member_tables() -> list[Any]:
    """The tables between entries and their members."""
    return [getattr(model, each.name).through for model in ENTRY_MODELS for each in model._meta.many_to_many]


def empty_register() -> None:
    """Take every row out, past all receivers and protections."""
    others: list[Any] = [Alias, Revision, Edition, IndexParty, IndexEntry]
    with connection.cursor() as cursor:
        for model in (*OWNED_MODELS, *member_tables(), *others, *reversed(ENTRY_MODELS)):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def files_in(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def state_of_register() -> object:
    """Everything that a refused load must leave alone."""
    tables: list[Any] = [*FILE_NUMBERS, *member_tables(), Edition, Revision]
    rows = [sorted(map(repr, model._base_manager.order_by().values_list())) for model in tables]
    return rows, generation.current()


def rows_in(path: Path) -> list[dict[str, Any]]:
    """The rows of a fixture file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """A fixture file as an export writes it; half characters, which UTF-8 cannot hold, become escapes."""
    path.write_bytes(
        (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode(errors="backslashreplace")
    )


def edit_row(folder: Path, model: type, key: str, edit: Edit) -> int:
    """Change one row of a file; the line on which it starts."""
    path = folder / file_name(model)
    rows = rows_in(path)
    place = next(number for number, row in enumerate(rows) if documents.key_of(row) == key)
    edit(rows[place])
    write_rows(path, rows)
    starts = [number for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if line == " {"]
    return starts[place]


def without_manifest(folder: Path, face: str) -> Path:
    """An export whose files may be changed: no manifest says what they were."""
    export(folder, face)
    for name in (NAME, SUMS):
        (folder / name).unlink()
    return folder


@pytest.fixture
def register(db: None) -> None:
    """The small register."""
    write_register()


@pytest.fixture
def public_files(register: None, tmp_path: Path) -> Path:
    """A folder with the public face of the small register, to be edited: without its manifest."""
    return without_manifest(tmp_path / "public", PUBLIC)


@pytest.fixture
def editorial_files(register: None, tmp_path: Path) -> Path:
    """A folder with the editorial face of the small register, to be edited: without its manifest."""
    return without_manifest(tmp_path / "editorial", EDITORIAL)
