"""Fixture load: files in the shape of an export, checked whole, then applied in one transaction or not at all.

Unlike plain `loaddata` it validates every row as the admin would, keeps fields that a file does not name, leaves alone
what is the same already, takes rows and files in any order, and writes an edition with revisions of what it changed.
"""

from .batches import load_in_parts
from .engine import load, load_rows
from .report import (
    DATABASE,
    DELETE,
    FAIL,
    FILE,
    SKIP,
    UPDATE,
    WITHDRAW,
    LoadRefused,
    Options,
    Report,
)
from .upgrading import upgrade_bundle

__all__ = [
    "DATABASE",
    "DELETE",
    "FAIL",
    "FILE",
    "SKIP",
    "UPDATE",
    "WITHDRAW",
    "LoadRefused",
    "Options",
    "Report",
    "load",
    "load_in_parts",
    "load_rows",
    "upgrade_bundle",
]
