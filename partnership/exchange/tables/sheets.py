"""Tables as people send them: CSV or XLSX as lines of cells, with limits on what is read at all."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

MOST_MEMBERS = 1000
MOST_ROWS = 20_000
MOST_COLUMNS = 200

# In the format of a cell: texts in quotation marks, languages and colours in brackets, signs after a backslash.
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')

Line = tuple[int, list[str]]


class Unreadable(Exception):
    """The file is no table that can be read: the words say why and what to do; `code` is the sort of problem."""

    def __init__(self, message: str, code: str, line: int = 0):
        super().__init__(message)
        self.code, self.line = code, line


def lines_of(file: IO[bytes], form: str) -> Iterator[Line]:
    """The lines of a table that hold anything, each with its number and the texts of its cells.

    Raises:
        Unreadable: the file is too large, damaged, or of another form.
    """
    content = file.read(settings.UPLOAD_BYTES + 1)
    if len(content) > settings.UPLOAD_BYTES:
        message = _("The file is larger than %(most)d MB: send it in parts.")
        raise Unreadable(message % {"most": settings.UPLOAD_BYTES // 1024**2}, "too-large")
    lines = _csv_lines(content) if form == "csv" else _sheet_lines(content)
    count = 0
    for number, cells in lines:
        if len(cells) > MOST_COLUMNS:
            message = _(
                "There are more than %(most)s columns: take those away that are no columns of the table."
            )
            raise Unreadable(message % {"most": MOST_COLUMNS}, "too-many-columns", number)
        if any(cells):
            count += 1
            if count > MOST_ROWS + 1:
                message = _("There are more than %(most)s rows: send them in parts.")
                most = number_format(MOST_ROWS, force_grouping=True)
                raise Unreadable(message % {"most": most}, "too-many-rows", number)
            yield number, cells


def _csv_lines(content: bytes) -> Iterator[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("The file is not in UTF-8: save it as “CSV UTF-8”, or send XLSX.")
        raise Unreadable(message, "encoding", content[: error.start].count(b"\n") + 1) from error
    if "\0" in text:
        raise Unreadable(_("The file is no CSV: send a table as CSV or XLSX."), "no-table")
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        message = _("The line cannot be read as CSV (%(error)s): check its quotation marks.")
        raise Unreadable(message % {"error": error}, "no-csv", before + 1) from error


def _sheet_lines(content: bytes) -> Iterator[Line]:
    """The lines of the first sheet."""
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            # A cell far out would be a million empty lines before it: no more is read than may be there.
            rows = sheet.iter_rows(max_row=MOST_ROWS + 3, max_col=MOST_COLUMNS + 1)
            for number, row in enumerate(rows, 1):
                cells = [_cell_text(cell) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                yield number, cells
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # whatever the parts of a damaged file make of the package that reads them
        raise _no_sheet() from error


def _check_archive(content: bytes) -> None:
    """Refuse an archive that would be too much when it is unpacked, or whose parts define texts of their own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if (
                len(members) > MOST_MEMBERS
                or sum(each.file_size for each in members) > settings.UPLOAD_UNPACKED_BYTES
            ):
                raise Unreadable(
                    _("The file is too large when it is unpacked: send CSV, or send it in parts."),
                    "too-large",
                )
            for each in members:
                with archive.open(each) as part:
                    if b"<!DOCTYPE" in part.read(4096):
                        raise _no_sheet()
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise _no_sheet() from error


def _no_sheet() -> Unreadable:
    return Unreadable(
        _("The file is no XLSX that can be read: save it again as XLSX, or send CSV."), "no-table"
    )


def _cell_text(cell: Any) -> str:
    """What a cell holds, as CSV would have it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        if any((value.hour, value.minute, value.second)):
            return value.isoformat()
        return _as_exact_as_shown(value.date().isoformat(), cell.number_format)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value)


def _as_exact_as_shown(day: str, shown_as: str) -> str:
    """A day, or its month or year if the cell shows no more: programs make the first of March of a typed `2014-03`."""
    shown = _NOT_SHOWN.sub("", shown_as.lower())
    if "d" in shown or "y" not in shown:
        return day
    return day[:7] if "m" in shown else day[:4]
