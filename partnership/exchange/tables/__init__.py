"""Tables: the entries of one kind in flat columns, as CSV, XLSX and JSON.

`columns` says what stands in a table, `rows` reads it from the register, `forms` writes it; `sheets` and `reading` take a
table back as rows for an import, `templates` makes an empty one.
"""

from .columns import SEPARATOR, Column, columns
from .forms import csv_lines, json_lines, plain_text, safe_text, xlsx_file
from .reading import read_table
from .rows import rows_of_table
from .templates import template

__all__ = [
    "SEPARATOR",
    "Column",
    "columns",
    "csv_lines",
    "json_lines",
    "plain_text",
    "read_table",
    "rows_of_table",
    "safe_text",
    "template",
    "xlsx_file",
]
