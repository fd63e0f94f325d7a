"""The least that a fixture export or load can cost here: bare sqlite3 and json, on a plan that was made beforehand.

The plan names tables, columns and statements; making it needs Django and is not measured. What reads and writes by it
knows no Django, checks nothing, and gives the bytes of the site's own export.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby
from json.encoder import encode_basestring
from operator import itemgetter
from pathlib import Path
from typing import Any

CHUNK = 2000
Plan = list[dict[str, Any]]


# The plan, made with Django


def plan() -> Plan:
    """What an export of the public face reads and a load of it writes, file by file."""
    from partnership.documents import PUBLIC, fields_of, model_label
    from partnership.exchange.export import FILE_NUMBERS, file_name
    from partnership.models import Alias, OwnedRow

    found = []
    for model in FILE_NUMBERS:
        owned = issubclass(model, OwnedRow)
        fields = [model._meta.get_field(name) for name in fields_of(model, PUBLIC)]
        columns = [each for each in fields if not each.many_to_many]
        found.append(
            {
                "file": file_name(model),
                "model": model_label(model),
                "table": model._meta.db_table,
                "key": "key" if owned else "address" if model is Alias else "slug",
                "owner": model._meta.get_field(model.owner_field).related_model._meta.db_table
                if owned
                else "",
                "owner_column": model._meta.get_field(model.owner_field).column if owned else "",
                "published": not owned and model is not Alias,
                "fields": [each.name for each in fields],
                "columns": [_column(each) for each in columns],
                "many": [_many(each) for each in fields if each.many_to_many],
                "unnamed": _unnamed(model, columns),
            }
        )
    return found


def _column(field: Any) -> dict[str, Any]:
    kinds = {"DecimalField": "decimal", "DateTimeField": "moment", "BooleanField": "yes-no"}
    kind = "reference" if field.is_relation else kinds.get(field.get_internal_type(), "plain")
    table = field.related_model._meta.db_table if field.is_relation else ""
    places = getattr(field, "decimal_places", 0)
    return {"name": field.name, "column": field.column, "kind": kind, "table": table, "places": places}


def _many(field: Any) -> dict[str, str]:
    return {
        "name": field.name,
        "table": field.m2m_db_table(),
        "owner": field.m2m_column_name(),
        "member": field.m2m_reverse_name(),
        "target": field.related_model._meta.db_table,
    }


def _unnamed(model: Any, named: list[Any]) -> dict[str, Any]:
    """The columns that no public file names, with what a row that says nothing of them has."""
    from django.db import connection

    return {
        each.column: each.get_db_prep_save(each.get_default(), connection)
        for each in model._meta.concrete_fields
        if each not in named and not each.primary_key
    }


# Writing files


def export(database: str, folder: str, steps: Plan) -> int:
    """Write the files of the plan; the number of rows."""
    reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    reader.execute("BEGIN")
    slugs = {
        step["table"]: dict(reader.execute(f'SELECT id, slug FROM "{step["table"]}"'))
        for step in steps
        if step["published"]
    }
    total = sum(_write(reader, step, slugs, Path(folder)) for step in steps)
    reader.close()
    return total


def _write(reader: sqlite3.Connection, step: dict[str, Any], slugs: dict[str, Any], folder: Path) -> int:
    place = _template(step)
    writers = [_writer(each, slugs) for each in step["columns"]]
    order = [step["fields"].index(each["name"]) for each in step["columns"]]
    many = [
        (step["fields"].index(each["name"]), _members(reader, each, step, slugs)) for each in step["many"]
    ]
    values: list[str] = [""] * len(step["fields"])
    count = 0
    with (folder / step["file"]).open("w", encoding="utf-8", newline="\n") as file:
        for key, *row in reader.execute(_select(step)):
            for position, writer, value in zip(order, writers, row, strict=True):
                values[position] = writer(value)
            for position, members in many:
                values[position] = members(key)
            pk = f'\n  "pk": {encode_basestring(key)},' if step["owner"] else ""
            file.write((",\n " if count else "[\n ") + place % (pk, *values))
            count += 1
        file.write("\n]\n")
    if not count:
        (folder / step["file"]).unlink()
    return count


def _select(step: dict[str, Any]) -> str:
    table, key = step["table"], step["key"]
    columns = ", ".join(
        f'"{table}"."{name}"' for name in (key, *(each["column"] for each in step["columns"]))
    )
    if step["owner"]:
        join = f'JOIN "{step["owner"]}" o ON o.id = "{table}"."{step["owner_column"]}" '
        return f'SELECT {columns} FROM "{table}" {join} WHERE o.status = \'published\' ORDER BY "{table}"."{key}"'
    only = "WHERE status = 'published'" if step["published"] else ""
    return f'SELECT {columns} FROM "{table}" {only} ORDER BY "{key}"'


def _template(step: dict[str, Any]) -> str:
    fields = ",\n".join(f'   "{name}": %s' for name in step["fields"])
    return f'{{\n  "model": "{step["model"]}",%s\n  "fields": {{\n{fields}\n  }}\n }}'


def _writer(column: dict[str, Any], slugs: dict[str, Any]) -> Callable[[Any], str]:
    if column["kind"] == "reference":
        names = slugs[column["table"]]
        return lambda key: "null" if key is None else f'[\n    "{names[key]}"\n   ]'
    if column["kind"] == "decimal":
        pattern = f'"%.{column["places"]}f"'
        return lambda value: "null" if value is None else pattern % value
    if column["kind"] == "moment":
        return lambda value: "null" if value is None else f'"{value[:10]}T{value[11:19]}Z"'
    if column["kind"] == "yes-no":
        return lambda value: "null" if value is None else "true" if value else "false"
    return _plain


def _plain(value: Any) -> str:
    return "null" if value is None else encode_basestring(value) if isinstance(value, str) else str(value)


def _members(
    reader: sqlite3.Connection, many: dict[str, str], step: dict[str, Any], slugs: dict[str, Any]
) -> Callable[[str], str]:
    pairs = reader.execute(
        f'SELECT o.slug, t.slug FROM "{many["table"]}" m JOIN "{step["table"]}" o ON o.id = m."{many["owner"]}" '
        f'JOIN "{many["target"]}" t ON t.id = m."{many["member"]}" '
        "WHERE o.status = 'published' AND t.status = 'published' ORDER BY o.slug, t.slug"
    )
    groups = (
        (slug, [f'    [\n     "{each[1]}"\n    ]' for each in group]) for slug, group in _by_first(pairs)
    )
    ahead = next(groups, None)

    def members_of(slug: str) -> str:
        nonlocal ahead
        if not ahead or ahead[0] != slug:
            return "[]"
        found = "[\n" + ",\n".join(ahead[1]) + "\n   ]"
        ahead = next(groups, None)
        return found

    return members_of


def _by_first(pairs: Any) -> Iterator[tuple[str, Any]]:
    return groupby(pairs, itemgetter(0))


# Reading files


def load(database: str, folder: str, steps: Plan) -> int:
    """Bring the files of the plan into empty tables; the number of rows. Nothing is checked, and nothing derived."""
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("PRAGMA foreign_keys = OFF")
    writer.execute("PRAGMA ignore_check_constraints = ON")
    writer.execute("BEGIN IMMEDIATE")
    content = {step["table"]: _rows(Path(folder) / step["file"]) for step in steps}
    keys = {
        step["table"]: {row["fields"]["slug"]: place for place, row in enumerate(content[step["table"]], 1)}
        for step in steps
        if step["published"]
    }
    for step in steps:
        _insert(writer, step, content[step["table"]], keys)
    writer.execute("COMMIT")
    writer.close()
    return sum(map(len, content.values()))


def _rows(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_bytes()) if path.exists() else []


def _insert(writer: sqlite3.Connection, step: dict[str, Any], rows: list[Any], keys: dict[str, Any]) -> None:
    if not rows:
        return
    names = [
        *(each["column"] for each in step["columns"]),
        *step["unnamed"],
        "key" if step["owner"] else "id",
    ]
    marks = ", ".join("?" * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    unnamed = tuple(step["unnamed"].values())
    setters = [(each["name"], keys.get(each["table"])) for each in step["columns"]]
    writer.executemany(
        f'INSERT INTO "{step["table"]}" ({quoted}) VALUES ({marks})',
        (
            (
                *(
                    value if known is None or value is None else known[value[0]]
                    for value, known in ((row["fields"][name], known) for name, known in setters)
                ),
                *unnamed,
                row.get("pk", place),
            )
            for place, row in enumerate(rows, 1)
        ),
    )
    for many in step["many"]:
        targets = keys[many["target"]]
        writer.executemany(
            f'INSERT INTO "{many["table"]}" ("{many["owner"]}", "{many["member"]}") VALUES (?, ?)',
            (
                (place, targets[key[0]])
                for place, row in enumerate(rows, 1)
                for key in row["fields"][many["name"]]
            ),
        )
