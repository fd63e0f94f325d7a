"""The first content: each of the 94 facts stands in the register with its source and the section that states it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from partnership.documents import dump, fields_of, label, plain
from partnership.editorial import rules
from partnership.models import ENTRY_MODELS, RECORD_MODELS, Entry, OwnedRow, Record, Relation, Source, Stance

from .conftest import FIXTURES
from .facts import PLACES, SECTION_ENDS, SOURCE, Place, section_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("japan")]

FIELD = re.compile(r"(?P<model>[a-z]+)\[(?P<key>[a-z0-9.-]+)\]\.(?P<name>[a-z_]+)")
TEXTS = {"text", "summary"}


def row_and_field(place: Place) -> tuple[Entry | OwnedRow, Any]:
    match = FIELD.fullmatch(place.field)
    assert match, place.field
    model: Any = apps.get_model("partnership", match["model"])
    row = model.objects.get(**{"slug" if issubclass(model, Entry) else "pk": match["key"]})
    return row, model._meta.get_field(match["name"])


def members(row: Entry | OwnedRow, field: Any) -> list[str]:
    """What a field holds, as text: the addresses of a relation's targets, or the one value."""
    if field.many_to_many:
        return list(getattr(row, field.name).values_list("slug", flat=True))
    if field.is_relation:
        return [getattr(row, field.name).slug]
    return [str(plain(field, field.value_from_object(row)))]


def supporting_citations(row: Entry | OwnedRow, field: models.Field) -> list[Any]:
    """The citations, by the entry, of the whole entry, of the field or of the row."""
    entry: Any = row.owner if isinstance(row, OwnedRow) else row
    what = {row.key} if isinstance(row, OwnedRow) else {field.name}
    found = entry.citations.filter(source__slug=SOURCE, stance=Stance.SUPPORTS, supports__in=what | {""})
    assert found, f"{entry.reference} does not cite the source"
    return list(found)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.fact}-{place.field}")
def test_a_fact_stands_where_the_table_says_and_cites_its_section(place: Place) -> None:
    row, field = row_and_field(place)
    held = members(row, field)
    assert any(place.says in value for value in held) if field.name in TEXTS else place.says in held
    assert place.section in {citation.locator for citation in supporting_citations(row, field)}


def test_no_fact_is_missing_from_the_table() -> None:
    assert {place.fact for place in PLACES} == {f"J{number:02d}" for number in range(1, 95)}
    assert [section_of(f"J{end:02d}") for end in SECTION_ENDS.values()] == list(SECTION_ENDS)


def test_the_source_has_the_day_and_the_words_of_its_last_update() -> None:
    source = Source.objects.get(slug=SOURCE)
    assert source.date == "2024-06-03"
    assert source.date_stated == "3 June 2024, 14:58 (time zone not stated)"
    assert source.read_on is None


def test_every_sentence_of_the_relation_has_a_source_with_its_section() -> None:
    relation = Relation.objects.get(slug="nato-japan")
    cited = {citation.supports: citation.locator for citation in relation.citations.all()}
    for statement in relation.statements.all():
        assert cited.get(statement.key) in SECTION_ENDS, statement.key


@pytest.mark.parametrize("model", RECORD_MODELS)
def test_every_record_says_where_in_its_source_it_stands(model: type[Record]) -> None:
    for record in model.objects.all():
        locators = {citation.locator for citation in record.citations.filter(supports="")}
        assert locators
        assert locators <= set(SECTION_ENDS), record.slug


@pytest.mark.parametrize("model", ENTRY_MODELS)
def test_every_entry_is_public_and_keeps_the_rules(model: type[Entry]) -> None:
    assert model.objects.exists()
    for entry in model.objects.all():
        assert entry.is_public
        assert rules.problems(entry) == []
        entry.full_clean()
        for rows in entry.owned().values():
            for row in rows:
                row.full_clean()


# The files themselves


def file_rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text())
    return rows


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_file_is_one_model_in_the_order_of_its_keys_and_in_the_one_form(path: Path) -> None:
    rows = file_rows(path)
    model: Any = apps.get_model("partnership", path.stem.partition("-")[2])
    assert {row["model"] for row in rows} == {f"partnership.{model._meta.model_name}"}
    keys = [row.get("pk") or row["fields"]["slug"] for row in rows]
    assert keys == sorted(set(keys))
    assert all(tuple(row["fields"]) == fields_of(model, "public") for row in rows)
    assert path.read_bytes() == (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()


def test_the_files_hold_the_documents_of_all_entries_and_nothing_else() -> None:
    in_files = {label(row): row for path in FIXTURES for row in file_rows(path)}
    entries = [entry for model in ENTRY_MODELS for entry in model.objects.all()]
    assert {label(row): row for entry in entries for row in dump(entry, "public")} == in_files
