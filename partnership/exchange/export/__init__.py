"""Fixture export: every document of the register in one face, as files that plain `loaddata` reads too.

One file per model with rows, `NN-<model>.json`, entries before aliases before the rows that entries own, with a manifest.
The rows are those of `documents.dump`, written by a second writer for many entries: a constant number of queries, constant
memory but for one address per entry, and the same bytes whatever the database and the order in which rows were entered.
"""

from partnership.documents import EDITORIAL, PUBLIC

from .bundle import Exported, Progress, export
from .faces import CHUNK, Addresses, addresses, by_code_point, consistent_read
from .names import FILE_NUMBERS, OWNED_MODELS, OWNER_OF, file_name
from .rows import Row, rows_of
from .scope import ExportRefused, Scope, lines_of, words_of
from .streaming import rows_in_order, stream

__all__ = [
    "CHUNK",
    "EDITORIAL",
    "FILE_NUMBERS",
    "OWNED_MODELS",
    "OWNER_OF",
    "PUBLIC",
    "Addresses",
    "ExportRefused",
    "Exported",
    "Progress",
    "Row",
    "Scope",
    "addresses",
    "by_code_point",
    "consistent_read",
    "export",
    "file_name",
    "lines_of",
    "rows_in_order",
    "rows_of",
    "stream",
    "words_of",
]
