"""The public register as one SQLite file: a table a kind, with foreign keys, made to be opened as it is.

Rows are known by address or key, never by a number of the database. What is not stated is NULL. Words have a `name`
and records a `title`, by which Datasette labels what refers to them, without being told.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import models

from partnership.dates import EDTFField, bounds_of
from partnership.documents import PUBLIC
from partnership.exchange.along import along
from partnership.exchange.export import CHUNK, FILE_NUMBERS, by_code_point, rows_of
from partnership.models import (
    ENTRY_MODELS,
    RECORD_MODELS,
    Citation,
    Involvement,
    OwnedRow,
    Party,
    Record,
    Relation,
    Term,
    owned_model,
)

from .snapshot import Snapshot, citation, licence

Pairs = dict[str, list[tuple[str, str]]]

# Columns that stand under another name than in fixtures: every entry but a record and a source has a `name`.
_NAMES: dict[tuple[type[models.Model], str], str] = {(Term, "label"): "name"}


def write_database(path: Path, snapshot: Snapshot) -> int:
    """Write the public face of the register to `path`, which must not exist; the number of rows of all tables of kinds.

    The same rows give the same bytes with the same version of SQLite: nothing of the day or of the order of entry.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        # Beside a file that is not finished nobody reads; it is synced once, when it is closed and moved.
        file.execute("PRAGMA journal_mode=OFF")
        file.execute("PRAGMA synchronous=OFF")
        file.execute("PRAGMA page_size=4096")
        file.execute("BEGIN")
        for model in FILE_NUMBERS:
            for statement in _tables_of(model):
                file.execute(statement)
        count = sum(_fill(file, model, snapshot) for model in FILE_NUMBERS)
        _write_indexes(file)
        _write_views(file)
        _write_explanations(file, snapshot)
        file.execute("COMMIT")
    return count


def table_name(model: type[models.Model]) -> str:
    """The table of a model, called as the model is in fixtures."""
    return str(model._meta.model_name)


def column_name(model: type[models.Model], field: str) -> str:
    """The column of a field, called as the field is in fixtures but for the names of words."""
    return _NAMES.get((model, field), field)


# Tables


def _single_fields(model: Any) -> list[Any]:
    """The public fields of a model that are columns of its table."""
    fields = (model._meta.get_field(name) for name in model.public_fields)
    return [each for each in fields if not each.many_to_many]


def _member_fields(model: Any) -> list[Any]:
    fields = (model._meta.get_field(name) for name in model.public_fields)
    return [each for each in fields if each.many_to_many]


def _tables_of(model: Any) -> list[str]:
    """The statements that make the table of a model and those of its members."""
    columns = []
    if issubclass(model, OwnedRow):
        columns.append('"key" TEXT PRIMARY KEY NOT NULL')
    for field in _single_fields(model):
        columns.append(_column(model, field))
        columns += [f'"{name}" TEXT' for name in _bound_names(model, field)]
    if model is Relation:
        columns.insert(1, '"title" TEXT NOT NULL')
    tables = [f'CREATE TABLE "{table_name(model)}" ({", ".join(columns)}) WITHOUT ROWID']
    for field in _member_fields(model):
        target = table_name(field.related_model)
        tables.append(
            f'CREATE TABLE "{member_table(model, field)}" ('
            f'"{table_name(model)}" TEXT NOT NULL REFERENCES "{table_name(model)}" ("slug"), '
            f'"{target}" TEXT NOT NULL REFERENCES "{target}" ("slug"), '
            f'PRIMARY KEY ("{table_name(model)}", "{target}")) WITHOUT ROWID'
        )
    return tables


def member_table(model: type[models.Model], field: Any) -> str:
    """The table of the members of a field, such as `event_areas`."""
    return f"{table_name(model)}_{field.name}"


def _column(model: Any, field: Any) -> str:
    name = column_name(model, field.name)
    if name in ("slug", "address"):
        return f'"{name}" TEXT PRIMARY KEY NOT NULL'
    needed = "" if field.null or field.blank else " NOT NULL"
    if field.is_relation:
        return f'"{name}" TEXT{needed} REFERENCES "{table_name(field.related_model)}" ("slug")'
    if isinstance(field, models.DecimalField):
        return f'"{name}" NUMERIC{needed}'
    whole = isinstance(field, models.IntegerField | models.BooleanField)
    return f'"{name}" {"INTEGER" if whole else "TEXT"}{needed}'


def _bound_names(model: Any, field: Any) -> tuple[str, ...]:
    """The columns of the first and last possible day that stand beside a date."""
    if not isinstance(field, EDTFField):
        return ()
    if issubclass(model, Record) and field.name == "date":
        return ("earliest", "latest")
    return (f"{field.name}_earliest", f"{field.name}_latest")


# Rows


def _fill(file: sqlite3.Connection, model: Any, snapshot: Snapshot) -> int:
    """Write the rows of a model as they come, and the pairs of its members; the number of rows."""
    pairs: Pairs = {member_table(model, field): [] for field in _member_fields(model)}
    records = _records(model, snapshot, pairs)
    count = 0
    for chunk in iter(lambda: list(islice(records, CHUNK)), []):
        marks = ", ".join("?" * len(chunk[0]))
        file.executemany(f'INSERT INTO "{table_name(model)}" VALUES ({marks})', chunk)  # noqa: S608 (names of ours)
        for table, found in pairs.items():
            file.executemany(f'INSERT INTO "{table}" VALUES (?, ?)', found)  # noqa: S608 (names of ours)
            found.clear()
        count += len(chunk)
    return count


def _records(model: Any, snapshot: Snapshot, pairs: Pairs) -> Iterator[tuple]:
    """The rows of a model as its table has them; the pairs of their members are gathered in `pairs` on the way."""
    fields, members = _single_fields(model), _member_fields(model)
    record_bounds = _record_bounds(model)
    names = _party_names(snapshot) if model is Relation else {}
    for row in rows_of(model, PUBLIC, snapshot.found, Counter()):
        values = row["fields"]
        stored = [row["pk"]] if "pk" in row else []
        for field in fields:
            value = values[field.name]
            stored.append(value[0] if field.is_relation and value else value if value != "" else None)
            if _bound_names(model, field):
                own = issubclass(model, Record) and field.name == "date"
                stored += record_bounds(values["slug"]) if own else _bounds(value)
        if names:
            title = f"{names[values['organisation'][0]]} – {names[values['party'][0]]}"
            stored.insert(1, title)
        for field in members:
            found = pairs[member_table(model, field)]
            found += [(values["slug"], slug) for (slug,) in values[field.name]]
        yield tuple(stored)


def _bounds(text: str) -> list[str | None]:
    bounds = bounds_of(text)
    return [day.isoformat() if day else None for day in (bounds.earliest, bounds.latest)]


def _record_bounds(model: Any) -> Any:
    """A function that gives first and last day of a record, for records asked for in the order of their addresses.

    A record may be dated by its steps: the bounds are those that the register holds, not those of its own date.
    """
    if not issubclass(model, Record):
        return None
    stored = (
        model.objects.published().order_by(by_code_point("slug")).values_list("slug", "earliest", "latest")
    )
    days_of = along((slug, days) for slug, *days in stored.iterator(chunk_size=CHUNK))
    return lambda slug: [day.isoformat() if day else None for day in days_of(slug)[0]]


def _party_names(snapshot: Snapshot) -> dict[str, str]:
    names = Party.objects.published().order_by().values_list("pk", "slug", "name")
    return {slug: name for key, slug, name in names if key in snapshot.found[Party]}


# What makes the file easier to read


def _write_indexes(file: sqlite3.Connection) -> None:
    """An index for every foreign key, so that what refers to a row is found as fast as the row."""
    for model in FILE_NUMBERS:
        for field in _single_fields(model):
            if field.is_relation:
                _index(file, table_name(model), field.name)
        for field in _member_fields(model):
            _index(file, member_table(model, field), table_name(field.related_model))


def _index(file: sqlite3.Connection, table: str, column: str) -> None:
    file.execute(f'CREATE INDEX "{table}_by_{column}" ON "{table}" ("{column}")')


def _write_views(file: sqlite3.Connection) -> None:
    """Two views over all kinds of record: who takes part in what, and what rests on which source."""
    taking_part = [
        f"""SELECT '{table_name(kind)}' AS kind, record.slug AS record, record.title, record.date, record.earliest,
        record.latest, party.slug AS party, party.name AS party_name, role.name AS role
        FROM "{table_name(owned_model(kind, Involvement))}" AS row JOIN "{table_name(kind)}" AS record
        ON record.slug = row.record JOIN party ON party.slug = row.party JOIN term AS role ON role.slug = row.role"""  # noqa: S608 (names of ours)
        for kind in RECORD_MODELS
    ]
    cited = [
        f"""SELECT '{table_name(kind)}' AS kind, row."{owned.owner_field}" AS entry, row.supports, row.stance,
        row.locator, source.slug AS source, source.title AS source_title, source.url
        FROM "{table_name(owned)}" AS row JOIN source ON source.slug = row.source"""  # noqa: S608 (names of ours)
        for kind in (*RECORD_MODELS, Relation)
        if (owned := owned_model(kind, Citation))
    ]
    file.execute(f"CREATE VIEW taking_part AS {' UNION ALL '.join(taking_part)}")
    file.execute(f"CREATE VIEW cited AS {' UNION ALL '.join(cited)}")


def _write_explanations(file: sqlite3.Connection, snapshot: Snapshot) -> None:
    """What the file is, what its columns mean, and what the codes in them stand for."""
    file.execute(
        'CREATE TABLE "about" ("name" TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) WITHOUT ROWID'
    )
    name, address = licence()
    said = {
        "citation": citation(snapshot.stamp),
        "edition": str(snapshot.stamp.edition),
        "day": snapshot.stamp.day.isoformat() if snapshot.stamp.day else "",
        "licence": name,
        "licence_url": address,
    }
    file.executemany('INSERT INTO "about" VALUES (?, ?)', sorted(said.items()))
    file.execute(
        'CREATE TABLE "column_meaning" ("table" TEXT NOT NULL, "column" TEXT NOT NULL, "meaning" TEXT NOT NULL, '
        'PRIMARY KEY ("table", "column")) WITHOUT ROWID'
    )
    file.executemany('INSERT INTO "column_meaning" VALUES (?, ?, ?)', _meanings())
    file.execute(
        'CREATE TABLE "code" ("table" TEXT NOT NULL, "column" TEXT NOT NULL, "code" TEXT NOT NULL, '
        '"words" TEXT NOT NULL, PRIMARY KEY ("table", "column", "code")) WITHOUT ROWID'
    )
    file.executemany('INSERT INTO "code" VALUES (?, ?, ?, ?)', _codes())


def _meanings() -> Iterable[tuple[str, str, str]]:
    for model in FILE_NUMBERS:
        for field in _single_fields(model):
            yield table_name(model), column_name(model, field.name), str(field.verbose_name)
            for name, words in zip(_bound_names(model, field), ("earliest", "latest"), strict=False):
                yield table_name(model), name, f"{field.verbose_name}: {words} day that it can mean"


def _codes() -> Iterable[tuple[str, str, str, str]]:
    for model in FILE_NUMBERS:
        for field in _single_fields(model):
            for code, words in field.choices or ():
                yield table_name(model), column_name(model, field.name), str(code), str(words)


# What Datasette is told


def metadata(snapshot: Snapshot, name: str = "register") -> dict[str, Any]:
    """The `metadata.json` of Datasette for the file: licence, what labels the rows of a table, what columns mean."""
    meanings: dict[str, dict[str, str]] = {}
    for table, column, words in _meanings():
        meanings.setdefault(table, {})[column] = words
    title, address = licence()
    tables: dict[str, dict[str, Any]] = {table: {"columns": columns} for table, columns in meanings.items()}
    for model in ENTRY_MODELS:
        has_title = model is Relation or "title" in model.public_fields
        tables[table_name(model)]["label_column"] = "title" if has_title else "name"
    return {
        "title": citation(snapshot.stamp),
        "license": title,
        "license_url": address,
        "databases": {name: {"tables": tables}},
    }
