"""Rows of files set down in a throw-away SQLite file, so that their order does not matter and memory stays flat."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from partnership.documents import Document
from partnership.exchange.export import FILE_NUMBERS, OWNER_OF
from partnership.exchange.reading import Problem, Row
from partnership.exchange.throwaway import thrown_away
from partnership.models import Alias, Entry, OwnedRow

MODELS: list[type[models.Model]] = list(FILE_NUMBERS)
NUMBERS = {model: number for number, model in enumerate(MODELS)}
ROWS_A_WRITE = 2000

_TABLES = (
    "CREATE TABLE staged (model INT, owner INT, slug TEXT, key TEXT, file TEXT, line INT, fields TEXT)",
    "CREATE TABLE kept (model INT, pk INT, document TEXT, PRIMARY KEY (model, pk))",
)


@contextmanager
def staging() -> Iterator["Staged"]:
    """A place for the rows of a load, which goes at the end."""
    with thrown_away(*_TABLES) as store:
        yield Staged(store)


class Staged:
    """The rows of a load, found again by the entry that they are of."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._database = store
        self.models: set[type[models.Model]] = set()
        self.count = 0

    def take(self, rows: Iterable[Row]) -> None:
        """Set rows down, as many as there are."""
        waiting: list[tuple[Any, ...]] = []
        for row in rows:
            self.models.add(row.model)
            is_owned = issubclass(row.model, OwnedRow)
            owner = OWNER_OF[row.model] if is_owned else row.model
            slug = row.key.partition(".")[0] if is_owned else row.key
            text = json.dumps(row.fields, ensure_ascii=False, separators=(",", ":"))
            waiting.append((NUMBERS[row.model], NUMBERS[owner], slug, row.key, row.file, row.line, text))
            if len(waiting) == ROWS_A_WRITE:
                self._write(waiting)
                waiting.clear()
        self._write(waiting)
        self._database.execute("CREATE INDEX IF NOT EXISTS staged_owner ON staged (owner, slug)")

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        self._database.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self.count += len(rows)

    def keys(self, model: type[models.Model]) -> Iterator[str]:
        """The keys of the rows of a model itself, in order."""
        found = self._database.execute(
            "SELECT DISTINCT key FROM staged WHERE owner = ? AND model = ? ORDER BY key",
            (NUMBERS[model], NUMBERS[model]),
        )
        return (key for (key,) in found)

    def slugs(self, model: type[Entry]) -> list[str]:
        """The addresses of the entries of a model that rows are of, by their own row or by rows they own, in order."""
        found = self._database.execute(
            "SELECT DISTINCT slug FROM staged WHERE owner = ? ORDER BY slug", (NUMBERS[model],)
        )
        return [slug for (slug,) in found]

    def rows_of(self, model: type[models.Model], slugs: list[str]) -> dict[str, list[Row]]:
        """The rows of some entries of a model by address, each in the order in which it was read."""
        found = self._database.execute(
            "SELECT slug, model, key, file, line, fields FROM staged "
            "WHERE owner = ? AND slug IN (SELECT value FROM json_each(?)) ORDER BY slug, rowid",
            (NUMBERS[model], json.dumps(slugs)),
        )
        return {
            slug: [_row(*values) for _slug, *values in values_of]
            for slug, values_of in groupby(found, lambda values: values[0])
        }

    def aliases(self) -> list[Row]:
        """The rows of aliases in the order in which they were read."""
        found = self._database.execute(
            "SELECT model, key, file, line, fields FROM staged WHERE owner = ? ORDER BY rowid",
            (NUMBERS[Alias],),
        )
        return [_row(*values) for values in found]

    def value(self, model: type[models.Model], slug: str, name: str) -> Any:
        """What a row of an entry says in one field; KeyError if there is none or it says nothing."""
        found = self._database.execute(
            "SELECT fields FROM staged WHERE owner = ? AND slug = ? AND model = ? LIMIT 1",
            (NUMBERS[model], slug, NUMBERS[model]),
        ).fetchone()
        if found is None:
            raise KeyError(name)
        return json.loads(found[0])[name]

    def keep(self, model: type[Entry], key: int, document: Document) -> None:
        """Set down what an entry said before it changed."""
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        self._database.execute("INSERT INTO kept VALUES (?, ?, ?)", (NUMBERS[model], key, text))

    def forget(self) -> None:
        """Forget what entries said before they changed: another load of the same rows begins, or another part of one."""
        self._database.execute("DELETE FROM kept")

    def kept(self, model: type[Entry]) -> "Kept":
        """What entries of a model said before they changed, by primary key."""
        return Kept(self._database, NUMBERS[model])

    def twice(self) -> Iterator[Problem]:
        """The rows whose key stands in the files before them."""
        found = self._database.execute(
            "SELECT model, key, file, line, first_file, first_line FROM (SELECT *, row_number() OVER known AS place, "
            "first_value(file) OVER known AS first_file, first_value(line) OVER known AS first_line FROM staged "
            "WINDOW known AS (PARTITION BY owner, slug, model, key ORDER BY rowid)) WHERE place > 1"
        )
        message = _("this row is in the files twice; the first stands at %(place)s")
        for model, key, file, line, first_file, first_line in found:
            row = Row(file, line, MODELS[model], key)
            yield row.problem("", message % {"place": f"{first_file}:{first_line}"}, code="row-twice")


class Kept(Mapping[int, Document]):
    """Documents in the order in which they were set down, each read when it is asked for."""

    def __init__(self, store: sqlite3.Connection, model: int) -> None:
        self._database, self._model = store, model

    def __getitem__(self, key: int) -> Document:
        asked = "SELECT document FROM kept WHERE model = ? AND pk = ?"
        found = self._database.execute(asked, (self._model, key)).fetchone()
        if found is None:
            raise KeyError(key)
        return json.loads(found[0])

    def __iter__(self) -> Iterator[int]:
        keys = self._database.execute("SELECT pk FROM kept WHERE model = ? ORDER BY rowid", (self._model,))
        return (key for (key,) in keys)

    def __len__(self) -> int:
        count = self._database.execute("SELECT count(*) FROM kept WHERE model = ?", (self._model,))
        return count.fetchone()[0]


def _row(model: int, key: str, file: str, line: int, fields: str) -> Row:
    return Row(file, line, MODELS[model], key, json.loads(fields))
