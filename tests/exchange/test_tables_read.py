"""A table that comes back: what it says is taken over, what it does not say stays, what is wrong is named by its place."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from partnership.exchange.load import Options, load_rows
from partnership.exchange.tables import csv_lines, read_table, template, xlsx_file
from partnership.models import ENTRY_MODELS, Contribution, Entry, Event, Status
from tests.exchange.conftest import write_register
from tests.factories import add_source, make_area, make_contribution, make_fund, make_party, make_source

LISTED = ENTRY_MODELS[1:]


def csv_of(model: type[Entry]) -> bytes:
    return b"".join(csv_lines(model, model.objects.published()))


def load_table(model: type[Entry], content: bytes, form: str = "csv") -> Any:
    """Bring in a table; what the load reports."""
    rows, problems = read_table(model, io.BytesIO(content), form)
    assert problems == []
    return load_rows(rows, options=Options())


def problems_in(text: str, model: type[Entry] = Contribution) -> list[tuple[int, str, str]]:
    _rows, problems = read_table(model, io.BytesIO(text.encode()), "csv")
    return [(each.line, each.field, each.code) for each in problems]


def changed(report: Any) -> int:
    return sum(counts["created"] + counts["changed"] for counts in report.counts.values())


def test_every_table_of_the_register_comes_back_without_a_change(db):
    write_register()
    for model in LISTED:
        for form, content in (("csv", csv_of(model)), ("xlsx", _xlsx(model))):
            rows, problems = read_table(model, io.BytesIO(content), form)
            assert problems == []
            if rows:
                assert changed(load_rows(rows, options=Options())) == 0, (model, form)


def _xlsx(model: type[Entry]) -> bytes:
    with xlsx_file(model, model.objects.published()) as file:
        return file.read()


def test_what_a_cell_says_is_taken_over_and_an_empty_one_empties(db):
    make_contribution("gift", amount="5", currency="EUR", stage="pledged", earmark="Tents", areas=("space",))
    report = load_table(
        Contribution,
        b"slug,title,amount,stage,earmark,areas,date\r\ngift,'=Gift,7.5,paid,,cyber-defence;space,2014-03\r\n"
        if make_area("cyber-defence")
        else b"",
    )
    gift = Contribution.objects.get(slug="gift")
    assert (gift.title, str(gift.amount), gift.currency, gift.stage, gift.earmark, gift.date) == (
        "=Gift",
        "7.50",
        "EUR",  # no such column: it stays
        "paid",
        "",
        "2014-03",
    )
    assert {area.slug for area in gift.areas.all()} == {"cyber-defence", "space"}
    assert changed(report) >= 1


def test_parties_and_sources_keep_their_rows_and_details_and_new_ones_get_keys(db):
    gift = make_contribution("gift", parties=(("japan", "donor"), ("spain", "donor")))
    gift.involvements.filter(party__slug="japan").update(representative="Prime Minister")
    add_source(gift, "other-page", stance="contradicts")
    make_source("new-page")
    make_party("ukraine")
    from tests.factories import make_term

    make_term("role", "beneficiary")
    load_table(
        Contribution,
        b"slug,parties,sources\r\ngift,ukraine:beneficiary;japan:donor,new-page\r\n",
    )
    rows = {row.key: (row.party.slug, row.role.slug, row.representative) for row in gift.involvements.all()}
    assert rows == {
        "gift.japan": ("japan", "donor", "Prime Minister"),
        "gift.ukraine": ("ukraine", "beneficiary", ""),
    }
    cited = {(row.source.slug, row.stance) for row in gift.citations.all()}
    assert cited == {("other-page", "contradicts"), ("new-page", "supports")}


def test_what_readers_do_not_see_is_not_lost_by_a_table_that_lacks_it(db):
    gift = make_contribution(
        "gift",
        fund=make_fund("draft-fund", status=Status.DRAFT),
        areas=("space", "draft-area"),
        parties=(("japan", "donor"), ("draft-party", "donor")),
    )
    gift.areas.filter(slug="draft-area").update(status=Status.DRAFT)
    type(make_party("draft-party")).objects.filter(slug="draft-party").update(status=Status.DRAFT)
    content = csv_of(Contribution)
    assert b"draft-" not in content
    assert changed(load_table(Contribution, content)) == 0
    gift.refresh_from_db()
    assert gift.fund.slug == "draft-fund"
    assert {area.slug for area in gift.areas.all()} == {"space", "draft-area"}
    assert gift.involvements.count() == 2


@pytest.mark.one_engine
def test_each_fault_of_a_table_is_named_by_line_and_column(db):
    assert problems_in("slug,titel\r\n") == [(1, "titel", "column-unknown")]
    assert problems_in("slug,title,title\r\n") == [(1, "title", "column-twice")] * 2
    assert problems_in("title\r\nGift\r\n") == [(1, "slug", "column-missing")]
    assert problems_in("") == [(0, "", "empty")]
    cells = {
        "amount": [("five", "number"), ("1.234", "number"), ("NaN", "number"), ("1e99", "number")],
        "ordinal": [("1.5", "number"), ("-1", "number")],
        "parties": [("japan", "parties"), ("japan:", "parties")],
    }
    for column, wrong in cells.items():
        for cell, code in wrong:
            assert problems_in(f"slug,{column}\r\ngift,{cell}\r\n") == [(2, column, code)], cell
    assert problems_in("slug,title\r\nA gift,x\r\n") == [(2, "slug", "slug")]
    assert problems_in("slug,title\r\ngift,x\r\n\r\ngift,y\r\n") == [(4, "slug", "twice")]
    assert problems_in("slug,title\r\ngift,x,y\r\n") == [(2, "", "too-many-cells")]
    assert problems_in('slug,title\r\ngift,"x"y\r\n') == [(2, "", "no-csv")]
    several = problems_in("slug,amount,ordinal\r\ngift,x,y\r\nother,z,1\r\n")
    assert several == [(2, "amount", "number"), (2, "ordinal", "number"), (3, "amount", "number")]


@pytest.mark.one_engine
def test_a_file_that_is_too_much_or_no_table_is_refused_without_reading_on(db):
    def code_of(content: bytes, form: str) -> str:
        rows, problems = read_table(Event, io.BytesIO(content), form)
        assert rows == []
        return problems[0].code

    assert code_of(b"slug\r\n" + b"x" * (5 * 1024**2), "csv") == "too-large"
    assert code_of("slug,title\r\na,Türkiye\r\n".encode("latin-1"), "csv") == "encoding"
    assert code_of(b"PK\x03\x04\0\0", "csv") == "no-table"
    assert code_of(b"slug\r\n", "xlsx") == "no-table"
    assert code_of(_archive({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "xlsx") == "no-table"
    assert code_of(_archive({"bomb": b"0" * (51 * 1024**2)}), "xlsx") == "too-large"
    assert code_of(("slug" + ",x" * 300 + "\r\n").encode(), "csv") == "too-many-columns"
    book = Workbook()
    book.active["A1"] = "slug"
    book.active.cell(row=1_048_576, column=16_384, value="far")
    file = io.BytesIO()
    book.save(file)
    rows, problems = read_table(Event, io.BytesIO(file.getvalue()), "xlsx")
    assert (rows, problems) == ([], [])


def _archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.one_engine
@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_an_empty_table_of_every_kind_can_be_filled_in_and_its_example_is_passed_over(db, model):
    for form in ("csv", "xlsx"):
        assert read_table(model, io.BytesIO(template(model, form)), form) == ([], [])


@pytest.mark.one_engine
def test_a_table_of_a_spreadsheet_in_another_country_is_read_too(db):
    make_contribution("gift")
    rows, problems = read_table(
        Contribution, io.BytesIO("\ufeffslug;title\ngift;Gift, again\n".encode()), "csv"
    )
    assert problems == []
    assert [(row.key, row.fields) for row in rows] == [("gift", {"slug": "gift", "title": "Gift, again"})]
