"""The forms of a table: CSV, XLSX and JSON, each written as the rows come.

A text that a spreadsheet would take for a formula has an apostrophe before it; `plain_text` takes it off again.
"""

import csv
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import Workbook  # type: ignore[import-untyped]  # it has no types
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]  # it has no types
from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]  # it has no types

from partnership.documents import moment
from partnership.exchange.archive import NO_TIME, Timeless
from partnership.exchange.export import consistent_read
from partnership.models import Edition, Entry

from .columns import DATE, SEPARATOR, Column, columns
from .rows import columns_of_table, rows_of_table

PIECE = 64 * 1024
# Of a sheet, less the heading.
MOST_ROWS = 1_048_575
# A spreadsheet keeps no more digits of a number, no more characters of a text, and no day before this year.
MOST_DIGITS = 15
MOST_CHARACTERS = 32_767
FIRST_YEAR = 1900

# Programs in Japanese take the wide signs for formulas, too.
_SIGNS = "=+\\-@\t\r\n＝＋－＠"
_SUSPECT = frozenset("'=+-@\t\r\n＝＋－＠")
_FORMULA = re.compile(f"'*[{_SIGNS}]")
_GUARDED = re.compile(f"'+[{_SIGNS}]")


def safe_text(text: str) -> str:
    """A text as it stands in a cell: never a formula."""
    return f"'{text}" if text[:1] in _SUSPECT and _FORMULA.match(text) else text


def plain_text(cell: str) -> str:
    """The text that `safe_text` made a cell of."""
    return cell[1:] if _GUARDED.match(cell) else cell


# CSV


def csv_lines(model: type[Entry], queryset: QuerySet) -> Iterator[bytes]:
    """The table of public entries as CSV (RFC 4180, UTF-8), in pieces; the heading stands even without a row."""
    waiting: list[str] = []
    writer = csv.writer(_Lines(waiting))
    writer.writerow([column.name for column in columns(model)])
    yield "".join(waiting).encode()  # at once: the client knows that the file comes
    for chunk in columns_of_table(model, queryset):
        waiting.clear()
        writer.writerows(zip(*map(_cells, chunk), strict=True))
        yield "".join(waiting).encode()


def _cells(values: list[Any]) -> list[Any]:
    """The values of a column as the writer takes them; most are texts that stand as they are."""
    return [
        value
        if value is None or (type(value) is str and value[:1] not in _SUSPECT)
        else _CELLS[type(value)](value)
        for value in values
    ]


class _Lines:
    """What a CSV writer writes to: a list of its lines."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def joined(values: list[str]) -> str:
    """A list as one text. A separator inside a value would part it: it becomes a comma."""
    return SEPARATOR.join([value.replace(SEPARATOR, ",") for value in values])


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"


_PLAIN: dict[type, Callable[[Any], str]] = {datetime: moment, date: date.isoformat, Decimal: _amount}
# How a value becomes the text of a cell, by its type; the writer of CSV makes an empty cell of None.
_CELLS: dict[type, Callable[[Any], Any]] = {
    **_PLAIN,
    type(None): lambda value: value,
    str: safe_text,
    int: str,
    list: lambda value: safe_text(joined(value)) if value else "",
}


# JSON


def json_lines(model: type[Entry], queryset: QuerySet, *, address: str = "") -> Iterator[bytes]:
    """The table of public entries as one JSON object, in pieces: what it is of, and an object for each entry.

    What is not stated is null; amounts are texts, which no program rounds. How many entries there are stands at the end,
    so that a program knows that it has them all.
    """
    names = [column.name for column in columns(model)]
    with consistent_read():
        edition = Edition.newest_number()
        said = {"address": address, "edition": edition, "licence": settings.CONTENT_LICENCE}
        head = json.dumps(said, ensure_ascii=False)[:-1]
        waiting = [f'{head}, "records": [']
        size, count = 0, 0
        for count, row in enumerate(rows_of_table(model, queryset), 1):
            found = {name: _json_value(value) for name, value in zip(names, row, strict=True)}
            text = json.dumps(found, ensure_ascii=False)
            waiting += (",\n" if count > 1 else "\n", text)
            size += len(text)
            if size >= PIECE:
                yield "".join(waiting).encode()
                waiting.clear()
                size = 0
        waiting.append(f'\n], "count": {count}}}\n')
        yield "".join(waiting).encode()


def _json_value(value: Any) -> Any:
    plain = _PLAIN.get(type(value))
    return plain(value) if plain else value


# XLSX


def xlsx_file(model: type[Entry], queryset: QuerySet) -> IO[bytes]:
    """The table of public entries as an XLSX file, opened at its beginning; a second sheet explains the columns.

    Raises:
        ValidationError: there are more rows, or there is a longer text, than a sheet can hold.
    """
    with consistent_read():
        # Counted first: nobody waits for a million rows to be told that there is one too many.
        if queryset.count() > MOST_ROWS:
            raise ValidationError(
                _("A sheet holds at most %(most)s rows: take CSV, or filter the list.")
                % {"most": number_format(MOST_ROWS, force_grouping=True)}
            )
        book = Workbook(write_only=True)
        try:
            _fill(book, model, queryset)
        except BaseException:
            _give_up(book)
            raise
        return _saved(book)


def _fill(book: Workbook, model: type[Entry], queryset: QuerySet) -> None:
    """Write the sheet of the entries, and that of their columns."""
    sheet = book.create_sheet(str(model._meta.verbose_name_plural)[:31])
    keep_stated_dates(sheet, columns(model))
    sheet.append([column.name for column in columns(model)])
    for row in rows_of_table(model, queryset):
        sheet.append([_sheet_value(value) for value in row])
    explained = book.create_sheet(_("columns"))
    explained.append([_("column"), _("label"), _("meaning"), _("holds")])
    for column in columns(model):
        explained.append(
            [column.name, safe_text(str(column.label)), safe_text(str(column.help)), column.kind]
        )
    explained.append([])
    explained.append([_("Licence"), settings.CONTENT_LICENCE, settings.CONTENT_LICENCE_URL])


def _give_up(book: Workbook) -> None:
    """Close the sheets of a book that is not saved and delete their files, which the package would keep until it ends."""
    for sheet in book.worksheets:
        sheet.close()
        sheet._writer.cleanup()


def keep_stated_dates(sheet: Any, asked: Iterable[Column]) -> None:
    """Say that the columns of stated dates hold texts: a program would make the first of the month of `2014-03`."""
    for number, column in enumerate(asked, 1):
        if column.kind == DATE:
            sheet.column_dimensions[get_column_letter(number)].number_format = "@"


def _saved(book: Workbook) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever is given it closes it
    book.properties.created = book.properties.modified = datetime(*NO_TIME)  # noqa: DTZ001 - it knows no zones
    try:
        with Timeless(file, "w", zipfile.ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).write_data()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _sheet_value(value: Any) -> Any:
    """A value as a cell of a sheet: a number or a day where it is exact there, else the text of CSV."""
    if isinstance(value, Decimal):
        exact = len(value.as_tuple().digits) <= MOST_DIGITS
        return value if exact else _amount(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return value if value.year >= FIRST_YEAR else value.isoformat()
    if value is None or isinstance(value, int):
        return value
    text = _CELLS[type(value)](value)
    if len(text) > MOST_CHARACTERS:  # the package would cut it without a word
        raise ValidationError(
            _("A cell of a sheet holds at most %(most)s characters, and “%(start)s …” is longer: take CSV.")
            % {"most": number_format(MOST_CHARACTERS, force_grouping=True), "start": text[:60]}
        )
    return text
