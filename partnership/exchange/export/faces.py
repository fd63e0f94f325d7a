"""What a face of the register holds: the addresses of its entries, read in one state of the database."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.models.functions import Collate

from partnership.documents import EDITORIAL, PUBLIC
from partnership.models import ENTRY_MODELS, Entry, Status, references_of

CHUNK = 2000

Addresses = dict[type[models.Model], dict[int, str]]
"""Address by primary key of each entry that an export holds, per entry model."""


@contextmanager
def consistent_read() -> Iterator[None]:
    """A transaction in which every query sees the same state and no writer has to wait.

    SQLite: a deferred transaction, since the site's usual one takes the write lock. PostgreSQL: repeatable read. Inside
    another transaction nothing is changed about it.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        yield
        return
    if database.vendor == "sqlite":
        with _deferred(database), transaction.atomic():
            yield
        return
    with transaction.atomic():
        with database.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _deferred(database: Any) -> Iterator[None]:
    database.ensure_connection()
    usual_mode, database.transaction_mode = database.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        database.transaction_mode = usual_mode


def addresses(face: str) -> Addresses:
    """Address by primary key of each entry in a face, per entry model.

    The public face leaves out a published entry whose foreign key names one that is left out, and so on.
    """
    found: Addresses = {
        model: dict(of_face(model, face).order_by().values_list("pk", "slug")) for model in ENTRY_MODELS
    }
    if face == PUBLIC:
        while sum(_drop_incomplete(model, found) for model in ENTRY_MODELS):
            pass
    return found


def _drop_incomplete(model: type[Entry], found: Addresses) -> int:
    """Take out of `found` the entries of a model that name what is not in it; the number of them."""
    references = references_of(model)
    if not references:
        return 0
    columns = [each.attname for each in references]
    stored = of_face(model, PUBLIC).order_by().values_list("pk", *columns)
    dropped = [
        key
        for key, *targets in stored.iterator(chunk_size=CHUNK)
        if key in found[model] and not all_found(references, targets, found)
    ]
    for key in dropped:
        del found[model][key]
    return len(dropped)


def all_found(references: Iterable[Any], targets: Iterable[int | None], found: Addresses) -> bool:
    """Whether whatever the foreign keys of a row name is in the export; an empty one names nothing."""
    return all(
        target is None or target in found[each.related_model]
        for each, target in zip(references, targets, strict=True)
    )


def of_face(model: type[Entry], face: str) -> models.QuerySet:
    """The entries of a model that a face may hold."""
    rows = model._base_manager.all()
    return rows if face == EDITORIAL else rows.filter(status=Status.PUBLISHED)


def by_code_point(name: str) -> Collate:
    """An order by code point, whatever the collation of the database; hyphens and case differ in most of them."""
    return Collate(name, "C" if connection.vendor == "postgresql" else "BINARY")
