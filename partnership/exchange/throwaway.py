"""A throw-away SQLite file: where rows wait to be found again, in whatever order they came, without filling memory.

Only the standard library touches it: it is no table of the register, and is gone when it is left.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def thrown_away(*tables: str) -> Iterator[sqlite3.Connection]:
    """A connection to an empty file with these tables, in one transaction that nobody commits."""
    with (
        tempfile.TemporaryDirectory(prefix="partnership-rows-") as folder,
        closing(sqlite3.connect(Path(folder, "rows.sqlite3"), isolation_level=None)) as store,
    ):
        # It goes whatever happens: nothing of it needs to survive a crash.
        store.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000")
        for table in tables:
            store.execute(table)
        store.execute("BEGIN")
        yield store
