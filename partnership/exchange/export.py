"""Fixture export: every document of the register in one face, as files that plain `loaddata` reads too.

One file per model with rows, `NN-<model>.json`, entries before aliases before the rows that entries own. The rows are
those of `documents.dump`, written by a second writer for many entries: a constant number of queries, constant memory
but for one address per entry, and the same bytes whatever the database and the order in which rows were entered.
"""

import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from partnership.documents import EDITORIAL, PUBLIC, fields_of, model_label, plain
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Citation,
    Entry,
    OwnedRow,
    Status,
    owned_models,
    references_of,
)

FIRST_ENTRY, ALIASES, FIRST_OWNED = 10, 30, 40
CHUNK = 2000

OWNED_MODELS = tuple(owned for model in ENTRY_MODELS for owned in owned_models(model))
FILE_NUMBERS: dict[type[models.Model], int] = {
    **{model: FIRST_ENTRY + place for place, model in enumerate(ENTRY_MODELS)},
    Alias: ALIASES,
    **{model: FIRST_OWNED + place for place, model in enumerate(OWNED_MODELS)},
}
"""The models of an export, in the order of its files; the number of a model does not depend on what has rows."""

Row = dict[str, Any]
Addresses = dict[type[models.Model], dict[int, str]]


class ExportRefused(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass
class Exported:
    """What an export wrote: records per file name. And what it withheld from the public face, rows per model name."""

    files: dict[str, int] = field(default_factory=dict)
    withheld: Counter[str] = field(default_factory=Counter)


def export(folder: Path, face: str = PUBLIC) -> Exported:
    """Write one face of the register into `folder`, in place of an earlier export there; other files stay.

    The public face holds published entries only, none that names something which is not in the export, and no private
    field. Nothing is changed in `folder` before all files are complete beside it.

    Raises:
        ExportRefused: `folder` is a file, or the folder it is to stand in does not exist.
    """
    folder = Path(folder).absolute()
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(_("%(path)s is a file: name a folder, for example export/.") % {"path": folder})
    if not folder.parent.is_dir():
        raise ExportRefused(_("There is no folder %(path)s: create it first.") % {"path": folder.parent})
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with consistent_read():
            done = _write_files(beside, face)
        _replace_export(folder, beside, done.files)
    finally:
        shutil.rmtree(beside)
    return done


def file_name(model: type[models.Model]) -> str:
    """The name of a model's file, such as `14-event.json`."""
    return f"{FILE_NUMBERS[model]}-{model._meta.model_name}.json"


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


# What a face holds


def addresses(face: str) -> Addresses:
    """Address by primary key of each entry in a face, per entry model.

    The public face leaves out a published entry whose foreign key names one that is left out, and so on.
    """
    found: Addresses = {
        model: dict(_of_face(model, face).order_by().values_list("pk", "slug")) for model in ENTRY_MODELS
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
    stored = _of_face(model, PUBLIC).order_by().values_list("pk", *columns)
    dropped = [
        key
        for key, *targets in stored.iterator(chunk_size=CHUNK)
        if key in found[model] and not _all_found(references, targets, found)
    ]
    for key in dropped:
        del found[model][key]
    return len(dropped)


def _all_found(references: Iterable[Any], targets: Iterable[int | None], found: Addresses) -> bool:
    return all(
        target is None or target in found[each.related_model]
        for each, target in zip(references, targets, strict=True)
    )


def _of_face(model: type[Entry], face: str) -> models.QuerySet:
    rows = model._base_manager.all()
    return rows if face == EDITORIAL else rows.filter(status=Status.PUBLISHED)


# Rows of a model


def rows_of(model: type[models.Model], face: str, found: Addresses, withheld: Counter[str]) -> Iterator[Row]:
    """The rows of a model's file, by natural key or key in the order of code points; what is left out is counted."""
    if model is Alias:
        return _alias_rows(found, withheld)
    if issubclass(model, OwnedRow):
        return _owned_rows(model, face, found, withheld)
    return _entry_rows(model, face, found, withheld)


def _entry_rows(model: Any, face: str, found: Addresses, withheld: Counter[str]) -> Iterator[Row]:
    names = fields_of(model, face)
    many = [name for name in names if model._meta.get_field(name).many_to_many]
    members = {name: _members(model, name, face, found) for name in many}
    columns = [model._meta.get_field(name) for name in names if name not in many]
    stored = _of_face(model, face).order_by(by_code_point("slug"))
    for key, slug, *values in _values(stored, "pk", "slug", *columns):
        if key not in found[model]:
            withheld[str(model._meta.model_name)] += 1
            continue
        written = _written(columns, values, found) | {name: members[name](slug) for name in many}
        yield {"model": model_label(model), "fields": {name: written[name] for name in names}}


def _owned_rows(model: type[OwnedRow], face: str, found: Addresses, withheld: Counter[str]) -> Iterator[Row]:
    owner = model._meta.get_field(model.owner_field)
    columns = [model._meta.get_field(name) for name in fields_of(model, face)]
    references = references_of(model)
    stored = model._base_manager.order_by(by_code_point("key"))
    hidden: set[str] = set()
    if face == PUBLIC:
        stored = stored.filter(**{f"{owner.name}__status": Status.PUBLISHED})
        hidden = _hidden_beside(model, found) if issubclass(model, Citation) else hidden
    targets_of = [columns.index(each) for each in references]
    supports = next((place for place, each in enumerate(columns) if each.name == "supports"), None)
    for key, *values in _values(stored, "key", *columns):
        names_hidden = supports is not None and values[supports] in hidden
        if names_hidden or not _all_found(references, [values[place] for place in targets_of], found):
            withheld[str(model._meta.model_name)] += 1
            continue
        yield {"model": model_label(model), "pk": key, "fields": _written(columns, values, found)}


def _hidden_beside(citations: type[Citation], found: Addresses) -> set[str]:
    """Keys of the other rows of public entries that are withheld: a citation of one of them is withheld too."""
    owner: Any = citations._meta.get_field(citations.owner_field).related_model
    hidden: set[str] = set()
    for model in owned_models(owner):
        references = references_of(model)
        if model is citations or len(references) == 1:
            continue
        stored = model._base_manager.filter(**{f"{model.owner_field}__status": Status.PUBLISHED}).order_by()
        for key, *targets in _values(stored, "key", *references):
            if not _all_found(references, targets, found):
                hidden.add(key)
    return hidden


def _alias_rows(found: Addresses, withheld: Counter[str]) -> Iterator[Row]:
    known = {f"{model.kind_name()}:{slug}" for model in ENTRY_MODELS for slug in found[model].values()}
    columns = [Alias._meta.get_field(name) for name in Alias.public_fields]
    for values in _values(Alias.objects.order_by(by_code_point("address")), *columns):
        fields = _written(columns, values, found)
        if fields["target"] in known:
            yield {"model": model_label(Alias), "fields": fields}
        else:
            withheld["alias"] += 1


def _values(stored: models.QuerySet, *columns: Any) -> Iterator[tuple]:
    names = [each if isinstance(each, str) else each.attname for each in columns]
    return stored.values_list(*names).iterator(chunk_size=CHUNK)


def _written(columns: Iterable[Any], values: Iterable[Any], found: Addresses) -> Row:
    return {
        each.name: _reference(found[each.related_model], value) if each.is_relation else plain(each, value)
        for each, value in zip(columns, values, strict=True)
    }


def _reference(slugs: dict[int, str], key: int | None) -> list[str] | None:
    return None if key is None else [slugs[key]]


def _members(model: Any, name: str, face: str, found: Addresses) -> Callable[[str], list[list[str]]]:
    """A function that gives the members of an entry, for entries asked for in the order of their addresses.

    One query over the whole table is read along with the entries, so that neither queries nor memory grow with them.
    """
    relation = model._meta.get_field(name)
    owner, target = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    slugs = found[relation.related_model]
    stored = relation.remote_field.through._base_manager.order_by(by_code_point(f"{owner}__slug"))
    if face == PUBLIC:
        stored = stored.filter(**{f"{owner}__status": Status.PUBLISHED})
    pairs = stored.values_list(f"{owner}__slug", f"{target}_id").iterator(chunk_size=CHUNK)
    groups = ((slug, [key for _slug, key in group]) for slug, group in groupby(pairs, itemgetter(0)))
    ahead: tuple[str, list[int]] | None = next(groups, None)

    def members_of(slug: str) -> list[list[str]]:
        nonlocal ahead
        while ahead and ahead[0] < slug:
            ahead = next(groups, None)
        keys = ahead[1] if ahead and ahead[0] == slug else []
        return sorted([slugs[key]] for key in keys if key in slugs)

    return members_of


def by_code_point(name: str) -> Collate:
    """An order by code point, whatever the collation of the database; hyphens and case differ in most of them."""
    return Collate(name, "C" if connection.vendor == "postgresql" else "BINARY")


# Files


def _write_files(folder: Path, face: str) -> Exported:
    done = Exported()
    found = addresses(face)
    for model in FILE_NUMBERS:
        rows = rows_of(model, face, found, done.withheld)
        if count := _write_file(folder / file_name(model), rows):
            done.files[file_name(model)] = count
    return done


def _write_file(path: Path, rows: Iterable[Row]) -> int:
    """Write rows as they come, as `json.dumps` with indent 1 gives the list; the number of them. No row, no file."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(",\n " if count else "[\n ")
            file.write(json.dumps(row, ensure_ascii=False, indent=1).replace("\n", "\n "))
            count += 1
        file.write("\n]\n")
        file.flush()
        os.fsync(file.fileno())
    if not count:
        path.unlink()
    return count


def _replace_export(folder: Path, beside: Path, names: Iterable[str]) -> None:
    """Move the files of a finished export to their place, and take away what an earlier export left there."""
    folder.mkdir(exist_ok=True)
    for name in names:
        os.replace(beside / name, folder / name)
    for path in folder.iterdir():
        if path.name not in names and _is_of_an_export(path.name):
            path.unlink()


def _is_of_an_export(name: str) -> bool:
    return bool(
        re.fullmatch(rf"\d\d-({'|'.join(str(model._meta.model_name) for model in FILE_NUMBERS)})\.json", name)
    )
