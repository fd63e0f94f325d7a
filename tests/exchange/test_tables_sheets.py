"""Sheets: what a spreadsheet cannot hold is refused or stands as text, and what it changes by itself is understood."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from partnership.exchange.tables import columns, forms, read_table, template, xlsx_file
from partnership.models import Contribution, Event
from tests.factories import make_contribution, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

LONGEST = 32_767


def first_sheet(content: bytes) -> list[list[Any]]:
    """The values of the first sheet."""
    book = load_workbook(io.BytesIO(content))
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return rows


def sheet_of(*rows: tuple[Any, ...], formats: dict[str, str] | None = None) -> io.BytesIO:
    """A workbook as a person saves it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def test_a_text_longer_than_a_cell_is_refused_and_never_cut(client):
    kept = list(ALL_TEMP_FILES)
    make_event("meeting", summary="x" * LONGEST)
    with xlsx_file(Event, Event.objects.published()) as file:
        heading, row = first_sheet(file.read())
    assert len(row[heading.index("summary")]) == LONGEST
    Event.objects.update(summary="y" * (LONGEST + 1))
    with pytest.raises(ValidationError, match="longer: take CSV"):
        xlsx_file(Event, Event.objects.published())
    answer = client.get("/events.xlsx")
    assert (answer.status_code, "take CSV" in answer.content.decode()) == (400, True)
    assert client.get("/events.csv").status_code == 200
    assert kept == ALL_TEMP_FILES  # of what was given up nothing is left


def test_more_rows_than_a_sheet_holds_are_refused_before_any_is_read(client, monkeypatch):
    def no_rows(*_args: Any) -> Any:
        raise AssertionError("rows were read")

    make_event("one")
    make_event("two")
    monkeypatch.setattr(forms, "MOST_ROWS", 1)
    monkeypatch.setattr(forms, "rows_of_table", no_rows)
    answer = client.get("/events.xlsx")
    assert answer.status_code == 400
    assert "at most 1 rows" in answer.content.decode()


def test_days_that_a_spreadsheet_does_not_know_stand_as_texts():
    make_event("old", date="1868-11-29")
    make_event("new", date="1949-04-04")
    with xlsx_file(Event, Event.objects.published().order_by("slug")) as file:
        heading, new, old = first_sheet(file.read())
    place = heading.index("earliest")
    assert new[place].date() == date(1949, 4, 4)
    assert old[place] == "1868-11-29"


def test_columns_of_stated_dates_are_of_texts_so_that_nothing_is_made_of_them():
    make_contribution("gift", date="2014-03")
    with xlsx_file(Contribution, Contribution.objects.published()) as file:
        content = file.read()
    for sheet in (content, template(Contribution, "xlsx")):
        book = load_workbook(io.BytesIO(sheet))
        page = book.worksheets[0]
        heading = {cell.value: cell.column_letter for cell in page[1]}
        stated = {column.name for column in columns(Contribution) if column.kind == "date"}
        assert stated == {"date", "period"}
        for name, letter in heading.items():
            text = page.column_dimensions[letter].number_format == "@"
            assert text == (name in stated), name
        book.close()


SHOWN = (
    ("mmm-yy", "2014-03"),
    ("[$-409]mmm\\ yyyy", "2014-03"),
    ('"d. "mm/yyyy', "2014-03"),
    ("yyyy", "2014"),
    ("yyyy-mm-dd", "2014-03-01"),
    ("dd/mm/yy;@", "2014-03-01"),
)


def test_a_date_is_no_more_exact_than_the_cell_shows_it():
    rows = [(f"gift-{number}", date(2014, 3, 1)) for number in range(len(SHOWN))]
    formats = {f"B{number + 2}": shown for number, (shown, _expected) in enumerate(SHOWN)}
    file = sheet_of(("slug", "date"), *rows, formats=formats)
    found, problems = read_table(Contribution, file, "xlsx")
    assert problems == []
    assert [row.fields["date"] for row in found] == [expected for _shown, expected in SHOWN]


def test_numbers_and_days_of_a_sheet_come_back_as_they_were_typed():
    file = sheet_of(
        ("slug", "amount", "ordinal", "title"),
        ("one", 5000000000, 3, 2014),
        ("two", 0.1, None, "'=sum"),
        ("three", "1,5", 1.0, None),
    )
    found, problems = read_table(Contribution, file, "xlsx")
    assert [(each.line, each.field, each.code) for each in problems] == [(4, "amount", "number")]
    fields = {row.key: row.fields for row in found}
    assert (fields["one"]["amount"], fields["one"]["ordinal"], fields["one"]["title"]) == (
        "5000000000.00",
        3,
        "2014",
    )
    assert (fields["two"]["amount"], fields["two"]["ordinal"], fields["two"]["title"]) == (
        "0.10",
        None,
        "=sum",
    )
    assert fields["three"]["ordinal"] == 1
