"""The forms of a table: CSV, XLSX and JSON, each written as the rows come.

A text that a spreadsheet would take for a formula has an apostrophe before it; `plain_text` takes it off again.
"""

import csv
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook  # type: ignore[import-untyped]

from partnership.models import Edition, Entry

from .columns import SEPARATOR, columns
from .rows import rows_of_table

PIECE = 64 * 1024
# Of a sheet, less the heading.
MOST_ROWS = 1_048_575
# A spreadsheet keeps no more digits of a number.
MOST_DIGITS = 15

_SUSPECT = frozenset("'=+-@\t\r")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


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
    write = csv.writer(_Lines(waiting)).writerow
    write([column.name for column in columns(model)])
    size, cells = 0, _CELLS
    for row in rows_of_table(model, queryset):
        write([cells[type(value)](value) for value in row])
        size += len(waiting[-1])
        if size >= PIECE:
            yield "".join(waiting).encode()
            waiting.clear()
            size = 0
    yield "".join(waiting).encode()


class _Lines:
    """What a CSV writer writes to: a list of its lines."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def joined(values: list[str]) -> str:
    """A list as one text. A separator inside a value would part it: it becomes a comma."""
    return SEPARATOR.join([value.replace(SEPARATOR, ",") for value in values])


def _moment(value: datetime) -> str:
    return f"{value.isoformat()[:19]}Z"


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"


_PLAIN: dict[type, Callable[[Any], str]] = {datetime: _moment, date: date.isoformat, Decimal: _amount}
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

    What is not stated is null; amounts are texts, which no program rounds.
    """
    names = [column.name for column in columns(model)]
    edition = Edition.objects.order_by("-number").values_list("number", flat=True).first() or 0
    said = {"address": address, "edition": edition, "licence": settings.CONTENT_LICENCE}
    head = json.dumps(said, ensure_ascii=False)[:-1]
    waiting = [f'{head}, "records": [']
    size, between = 0, "\n"
    for row in rows_of_table(model, queryset):
        found = {name: _json_value(value) for name, value in zip(names, row, strict=True)}
        text = json.dumps(found, ensure_ascii=False)
        waiting += (between, text)
        between = ",\n"
        size += len(text)
        if size >= PIECE:
            yield "".join(waiting).encode()
            waiting.clear()
            size = 0
    waiting.append("\n]}\n")
    yield "".join(waiting).encode()


def _json_value(value: Any) -> Any:
    plain = _PLAIN.get(type(value))
    return plain(value) if plain else value


# XLSX


def xlsx_file(model: type[Entry], queryset: QuerySet) -> IO[bytes]:
    """The table of public entries as an XLSX file, opened at its beginning; a second sheet explains the columns.

    Raises:
        ValidationError: there are more rows than a sheet can hold.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(model._meta.verbose_name_plural)[:31])
    sheet.append([column.name for column in columns(model)])
    for number, row in enumerate(rows_of_table(model, queryset), 1):
        if number > MOST_ROWS:
            raise ValidationError(
                _("A sheet holds at most %(most)s rows: take CSV, or filter the list.")
                % {"most": f"{MOST_ROWS:,}"}
            )
        sheet.append([_sheet_value(value) for value in row])
    explained = book.create_sheet(_("columns"))
    explained.append([_("column"), _("label"), _("meaning"), _("holds")])
    for column in columns(model):
        explained.append(
            [column.name, safe_text(str(column.label)), safe_text(str(column.help)), column.kind]
        )
    explained.append([])
    explained.append([_("Licence"), settings.CONTENT_LICENCE, settings.CONTENT_LICENCE_URL])
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever is given it closes it
    try:
        book.save(file)
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
    if value is None or isinstance(value, int | date):
        return value
    return _CELLS[type(value)](value)
