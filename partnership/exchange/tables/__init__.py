"""Tables: the entries of one kind in flat columns, as CSV, XLSX and JSON.

`columns` says what stands in a table, `rows` reads it, `forms` writes it.
"""

from .columns import SEPARATOR, Column, columns
from .forms import csv_lines, json_lines, plain_text, safe_text, xlsx_file
from .rows import rows_of_table

__all__ = [
    "SEPARATOR",
    "Column",
    "columns",
    "csv_lines",
    "json_lines",
    "plain_text",
    "rows_of_table",
    "safe_text",
    "xlsx_file",
]
