"""The full-text engines: FTS5 of SQLite, `tsvector` of PostgreSQL, asked for the same tokens.

Each gives conditions over `IndexEntry` and ranks for some of its rows. A phrase is tokens that follow each other, of which the
last may go on. Tokens are letters and digits only, so none of them can be taken for a sign of a query language.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from partnership.models import IndexEntry

TABLE = IndexEntry._meta.db_table
WORDS_TABLE = "partnership_indexwords"  # made by migration 0016, on SQLite only


class Engine(Protocol):
    """What the rest of the search asks of the database's full text."""

    def having(self, phrase: Sequence[str], *, in_names: bool = False) -> Q:
        """The index rows in which a phrase stands, anywhere or in one of the entry's names."""

    def named(self, groups: Sequence[Sequence[Sequence[str]]]) -> Q:
        """The index rows in whose names all phrases of any of the groups stand."""

    def ranks(self, phrases: Sequence[Sequence[str]], keys: Collection[int]) -> dict[int, float]:
        """By key of an index row that fits any of the phrases: how well it does, more being better."""


class SQLite:
    """FTS5: a table beside the index that triggers keep."""

    def having(self, phrase: Sequence[str], *, in_names: bool = False) -> Q:
        """The rows that FTS5 finds."""
        return self._found(("names : " if in_names else "") + self._written(phrase))

    def named(self, groups: Sequence[Sequence[Sequence[str]]]) -> Q:
        """The same, of several phrases at once."""
        written = [f"({' AND '.join(map(self._written, group))})" for group in groups]
        return self._found(f"names : ({' OR '.join(written)})")

    def ranks(self, phrases: Sequence[Sequence[str]], keys: Collection[int]) -> dict[int, float]:
        """The ranks of bm25; a word in a name counts ten times one in the text."""
        holders = ", ".join(["%s"] * len(keys))
        # The sign before rowid keeps SQLite from asking FTS5 anew for each of them.
        query = (
            f"SELECT rowid, -bm25({WORDS_TABLE}, 10.0, 1.0) FROM {WORDS_TABLE} "  # noqa: S608 (constants)
            f"WHERE {WORDS_TABLE} MATCH %s AND +rowid IN ({holders})"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [" OR ".join(map(self._written, phrases)), *keys])
            return dict(cursor.fetchall())

    def _found(self, asked: str) -> Q:
        found = f"SELECT rowid FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH %s"  # noqa: S608 (a constant)
        return Q(pk__in=RawSQL(found, [asked]))  # noqa: S611 (the same)

    def _written(self, phrase: Sequence[str]) -> str:
        return f'"{" ".join(phrase)}" *'


class PostgreSQL:
    """A generated `tsvector` beside the words of the index; names weigh A, the text B."""

    def having(self, phrase: Sequence[str], *, in_names: bool = False) -> Q:
        """The rows whose vector fits."""
        return self._found(self._written(phrase, "A" if in_names else ""))

    def named(self, groups: Sequence[Sequence[Sequence[str]]]) -> Q:
        """The same, of several phrases at once."""
        written = [" & ".join(f"({self._written(phrase, 'A')})" for phrase in group) for group in groups]
        return self._found(" | ".join(f"({each})" for each in written))

    def ranks(self, phrases: Sequence[Sequence[str]], keys: Collection[int]) -> dict[int, float]:
        """The ranks of `ts_rank` with a word in a name counting ten times one in the text, long texts counting less."""
        query = (
            f"SELECT id, ts_rank('{{0, 0, 0.1, 1}}', vector, %s::tsquery, 1) FROM {TABLE} "  # noqa: S608 (constants)
            "WHERE vector @@ %s::tsquery AND id = ANY(%s)"
        )
        asked = " | ".join(f"({self._written(phrase)})" for phrase in phrases)
        with connection.cursor() as cursor:
            cursor.execute(query, [asked, asked, list(keys)])
            return dict(cursor.fetchall())

    def _found(self, asked: str) -> Q:
        found = f"SELECT id FROM {TABLE} WHERE vector @@ %s::tsquery"  # noqa: S608 (a constant)
        return Q(pk__in=RawSQL(found, [asked]))  # noqa: S611 (the same)

    def _written(self, phrase: Sequence[str], weight: str = "") -> str:
        *first, last = phrase
        parts = [f"'{token}':{weight}" if weight else f"'{token}'" for token in first]
        return " <-> ".join([*parts, f"'{last}':*{weight}"])


def engine() -> Engine:
    """The engine of the database in use."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
