"""Many records at once: copies of one, written by the database itself, for what must hold however many there are."""

from typing import Any

from django.db import connection

from partnership import generation
from partnership.models import IndexEntry, IndexParty


def copy(original: Any, numbers: range) -> None:
    """Copies of a record with all its rows, in the index too, written by the database itself: ten thousand are many."""
    model, kind = type(original), original.kind_name()
    copies = f"{kind}-copy-"
    insert(model, {"slug": f"'{copies}' || n"}, f"slug = '{original.slug}'", numbers)
    table = model._meta.db_table
    record = f"(SELECT id FROM {table} WHERE slug = '{copies}' || n)"
    for accessor in model.owned_rows:
        row = getattr(original, accessor).model
        key = f"'{copies}' || n || substr(key, {len(original.slug) + 1})"
        insert(row, {"key": key, "record_id": record}, f"record_id = {original.pk}", numbers)
    for through in (model.areas.through, model.organisations.through):
        insert(through, {f"{kind}_id": record}, f"{kind}_id = {original.pk}", numbers)
    of_original = f"kind = '{kind}' AND slug = '{original.slug}'"
    insert(
        IndexEntry,
        {"slug": f"'{copies}' || n", "text": "'copy'", "names": "'copy'", "words": "'copy'"},
        of_original,
        numbers,
    )
    entries = IndexEntry._meta.db_table
    entry = f"(SELECT id FROM {entries} WHERE kind = '{kind}' AND slug = '{copies}' || n)"
    own = f"entry_id = (SELECT id FROM {entries} WHERE {of_original})"
    insert(IndexParty, {"entry_id": entry}, own, numbers)
    generation.move()


def insert(model: Any, changed: dict[str, str], where: str, numbers: range) -> None:
    """Copy the rows of a table for which a condition holds, once for each number `n`, some columns changed."""
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    names = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    columns = ", ".join(map(quoted, names))
    values = ", ".join(changed.get(name, quoted(name)) for name in names)
    more = f"SELECT n + 1 FROM numbers WHERE n < {numbers.stop - 1}"
    series = f"WITH RECURSIVE numbers(n) AS (SELECT {numbers.start} UNION ALL {more})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{series} INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, numbers WHERE {where}"
        )
