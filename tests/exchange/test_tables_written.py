"""Tables: what stands in the columns of each kind, and that no cell is more than it says."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from partnership.exchange.tables import (
    columns,
    csv_lines,
    json_lines,
    plain_text,
    rows_of_table,
    safe_text,
    xlsx_file,
)
from partnership.models import ENTRY_MODELS, Contribution, Entry, Event, Fund, Party, Relation, Source, Status
from tests.factories import (
    add_source,
    add_step,
    make_contribution,
    make_entry,
    make_event,
    make_fund,
)

LISTED = ENTRY_MODELS[1:]  # words of vocabularies have no list


def table_of(model: type[Entry]) -> list[dict[str, str]]:
    """The CSV of all public entries of a kind, read as any program reads it."""
    content = b"".join(csv_lines(model, model.objects.published())).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_every_public_field_of_every_kind_has_its_column_and_no_private_one_has(db, model):
    make_entry(model, "one")
    names = [column.name for column in columns(model)]
    assert len(set(names)) == len(names)
    assert {*model.public_fields} - {"status", "withdrawn_reason"} <= {*names}
    assert not {*model.private_fields, "id", "since"} & {*names}
    (row,) = table_of(model)
    assert list(row) == names
    assert row["slug"] == "one"
    assert row["page"] == model.objects.get(slug="one").get_absolute_url()


def test_a_contribution_says_what_its_record_says_with_words_beside_the_codes(db):
    gift = make_contribution(
        "gift",
        fund=make_fund("clearance-fund"),
        amount="5000000000",
        currency="USD",
        stage="pledged",
        date="2014-03",
        date_stated="spring",
        period="2009/2013",
        areas=("space", "cyber-defence"),
        parties=(("japan", "donor"), ("ukraine", "beneficiary")),
    )
    add_source(gift, "another-page", stance="contradicts")
    (row,) = table_of(Contribution)
    assert {name: row[name] for name in ("fund", "fund_title", "stage", "stage_words", "amount")} == {
        "fund": "clearance-fund",
        "fund_title": "Clearance fund",
        "stage": "pledged",
        "stage_words": "pledged",
        "amount": "5000000000.00",
    }
    assert [row[name] for name in ("date", "earliest", "latest", "date_stated")] == [
        "2014-03",
        "2014-03-01",
        "2014-03-31",
        "spring",
    ]
    assert [row[name] for name in ("period", "period_earliest", "period_latest")] == [
        "2009/2013",
        "2009-01-01",
        "2013-12-31",
    ]
    assert [row["areas"], row["areas_names"]] == ["cyber-defence;space", "Cyber defence;Space"]
    assert [row["parties"], row["parties_words"]] == [
        "japan:donor;ukraine:beneficiary",
        "Japan (Donor);Ukraine (Beneficiary)",
    ]
    assert [row["donors"], row["beneficiaries_names"]] == ["japan", "Ukraine"]
    assert [row["sources"], row["sources_titles"]] == [
        "a-page",
        "A page",
    ]  # the one that contradicts supports nothing
    assert [row["ordinal"], row["form"], row["operation_title"]] == ["", "", ""]


def test_a_record_dated_by_its_steps_has_the_days_of_them(db):
    add_step(make_fund("fund"), "step-agreed", "2010-05")
    (row,) = table_of(Fund)
    assert [row["date"], row["earliest"], row["latest"]] == ["", "2010-05-01", ""]


def test_what_readers_may_not_see_is_in_no_table(db):
    draft = make_fund("secret-fund", status=Status.DRAFT)
    gift = make_contribution("gift", fund=draft, areas=("secret-area",), staff_note="secret")
    make_contribution("secret-gift", status=Status.DRAFT)
    gift.areas.update(status=Status.DRAFT)
    add_source(gift, "secret-source")
    Source.objects.filter(slug="secret-source").update(status=Status.DRAFT)
    gift.involvements.create(
        party=Party.objects.get(slug="japan"), role=gift.involvements.first().role, key="gift.x"
    )
    Party.objects.filter(slug="japan").update(status=Status.DRAFT, name="secret name")
    hidden_row = gift.involvements.get(key="gift.x")
    add_source(gift, "open-source", supports=hidden_row.key)
    rows = Contribution.objects.published()
    content = b"".join(csv_lines(Contribution, rows)) + b"".join(json_lines(Contribution, rows))
    assert b"gift" in content
    assert b"secret" not in content
    assert b"open-source" not in content  # it supports a row that no reader sees


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    "''-1",
    "'plain",
    "a;b",
    'quote " and, comma',
    "日本 « Türkiye »",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula_and_each_comes_back(text):
    cell = safe_text(text)
    assert cell[0] not in "=+-@\t\r"
    assert plain_text(cell) == text


@pytest.mark.one_engine
def test_hostile_texts_stand_in_every_form_as_texts(db):
    for number, text in enumerate(HOSTILE):
        make_event(f"event-{number}", title=text.strip() or text)
    titles = {event.slug: event.title for event in Event.objects.all()}
    assert {row["slug"]: plain_text(row["title"]) for row in table_of(Event)} == titles
    with xlsx_file(Event, Event.objects.published()) as file:
        book = load_workbook(file, read_only=True)
        sheet = book.worksheets[0]
        heading, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        place = heading.index("title")
        assert {row[0]: plain_text(row[place]) for row in rows} == titles
        assert [column.name for column in columns(Event)] == heading
        meanings = [row[0].value for row in book.worksheets[1].iter_rows() if row]
        assert meanings[1 : len(heading) + 1] == heading
        book.close()
    said = json.loads(b"".join(json_lines(Event, Event.objects.published())))
    assert {row["slug"]: row["title"] for row in said["records"]} == titles


@pytest.mark.one_engine
def test_json_has_lists_null_for_what_is_not_stated_and_amounts_that_nobody_rounds(db, settings):
    make_contribution("gift", amount="1234567890123.45", currency="EUR", ordinal=2)
    said = json.loads(b"".join(json_lines(Contribution, Contribution.objects.published(), address="here")))
    (row,) = said["records"]
    assert [said["address"], said["edition"], said["licence"]] == ["here", 0, settings.CONTENT_LICENCE]
    assert [row["amount"], row["ordinal"], row["fund"], row["donors"]] == [
        "1234567890123.45",
        2,
        None,
        ["japan"],
    ]


@pytest.mark.one_engine
def test_an_empty_list_has_a_heading_and_no_row(db):
    assert table_of(Event) == []
    assert b"".join(csv_lines(Event, Event.objects.none())).decode().count("\r\n") == 1
    assert json.loads(b"".join(json_lines(Event, Event.objects.none())))["records"] == []


@pytest.mark.one_engine
@pytest.mark.parametrize("model", [Event, Contribution, Relation], ids=lambda model: model.__name__)
def test_queries_do_not_grow_with_the_rows(db, model):
    counts = []
    for place in range(2):
        for number in range(3):
            make_entry(model, f"entry-{place}-{number}")
        with CaptureQueriesContext(connection) as asked:
            rows: list[Any] = list(rows_of_table(model, model.objects.published()))
        counts.append(len(asked))
    assert len(rows) == 6
    assert counts[0] == counts[1]
