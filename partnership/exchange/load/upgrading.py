"""A bundle of an older schema written anew as one of the present schema, without a register."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from partnership.documents import EDITORIAL, SCHEMA, fields_of, model_label
from partnership.exchange.export.bundle import File, write_manifest
from partnership.exchange.export.forms import JSON, JSONL
from partnership.exchange.export.places import place_of, put_whole
from partnership.exchange.manifest import Manifest, ManifestFile
from partnership.exchange.reading import Problem, Row, Source, opened
from partnership.models import OwnedRow

from .report import LoadRefused


def upgrade_bundle(bundle: Path, target: Path) -> Manifest:
    """Write a bundle into a folder as one of the present schema, file by file in the order of its rows; its new manifest.

    What is right can be told of the shape of rows only: whether they fit together a load tells.

    Raises:
        LoadRefused: the bundle is not sound, or says no schema.
        ExportRefused: there can be no folder of this name.
    """
    source, target = opened([bundle]), place_of(target)
    with put_whole(target) as folder:
        manifest, digests = _written(source, str(bundle), folder)
        write_manifest(folder, manifest, digests)
    return manifest


def _written(source: Source, called: str, folder: Path) -> tuple[Manifest, dict[str, str]]:
    files: dict[str, File] = {}
    for path, rows in groupby(source.rows, lambda row: row.file):
        files[path] = _file(folder, path, rows)
    if source.manifest is None and not source.problems:
        message = _("no manifest says of which schema the files are: only a bundle can be upgraded")
        source.problems.append(Problem(called, 0, "", "", message, code="no-schema"))
    if source.problems or source.manifest is None:
        raise LoadRefused(source.problems)
    listed = []
    for each in source.manifest.files:
        file = files.get(each.path) or _file(folder, each.path, iter(()))
        files[each.path] = file
        listed.append(ManifestFile(each.path, each.model, file.records, file.size, file.content.hexdigest()))
    digests = {path: file.stored.hexdigest() for path, file in files.items()}
    return replace(source.manifest, schema=SCHEMA, files=listed), digests


def _file(folder: Path, path: str, rows: Iterator[Row]) -> File:
    form = JSONL if ".jsonl" in path else JSON
    file = File(folder / path, form, path.endswith(".gz"))
    try:
        for row in rows:
            file.add(form.skeleton(_value(row)))
    except BaseException:
        file.abandon()
        raise
    file.close()
    return file


def _value(row: Row) -> dict[str, Any]:
    """A row as its file has it, the fields in the declared order."""
    key = {"pk": row.key} if issubclass(row.model, OwnedRow) else {}
    names = fields_of(row.model, EDITORIAL)
    fields = {name: row.fields[name] for name in names if name in row.fields}
    return {"model": model_label(row.model), **key, "fields": fields}
