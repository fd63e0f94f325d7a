"""What is compared or verified: a bundle of files, or the register in one face and within one filter."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from partnership.documents import EDITORIAL, PUBLIC, key_of
from partnership.exchange.export import ExportRefused, Scope, rows_in_order, words_of
from partnership.exchange.manifest import NAME as MANIFEST
from partnership.exchange.manifest import Manifest, ManifestError, read_manifest
from partnership.exchange.reading import Problem, Row, opened
from partnership.models import Entry

REGISTER = "register"

Piece = tuple[type[models.Model], str, dict[str, Any]]


class SideRefused(Exception):
    """A side cannot be compared; `problems` say where and why, if it is for what is in its files."""

    def __init__(self, message: str, problems: list[Problem] | None = None) -> None:
        self.problems = problems or []
        super().__init__(message)


@dataclass(frozen=True)
class Side:
    """Rows of one face as (model, key, fields), within the filter `address` if that is not empty."""

    name: str
    face: str
    address: str
    rows: Callable[[], Iterator[Piece]]


def register_side(face: str = PUBLIC, address: str = "") -> Side:
    """The register as it is now; its rows are read in one consistent read."""
    return Side(REGISTER, face, address, lambda: _of_register(Scope(face, address)))


def _of_register(scope: Scope) -> Iterator[Piece]:
    return ((model, key_of(row), row["fields"]) for model, row in rows_in_order(scope))


def bundle_side(path: Path) -> Side:
    """A folder, a file or an archive of an export.

    A folder is read as it lies there, whatever its manifest says of its files: that is for `verify` to tell. What is wrong
    further on is told when the rows are read.

    Raises:
        SideRefused: it cannot be read, or what is in it is no row of a register; so does reading its rows.
    """
    try:
        manifest = read_manifest(path)
    except ManifestError as error:
        raise SideRefused(str(error), [Problem(str(path / MANIFEST), 0, "", "", str(error))]) from error
    source = opened(_files(path, manifest))
    with closing(
        cast("Generator[Row, None, None]", source.rows)
    ) as rows:  # what an archive was unpacked to goes with it
        first = next(rows, None)
    _refuse_if(source.problems, path)
    manifest = manifest or source.manifest
    private = set(first.model.private_fields) if first and issubclass(first.model, Entry) else set()
    found = EDITORIAL if first and private & first.fields.keys() else PUBLIC
    face, address = (manifest.face, manifest.filter) if manifest else (found, "")
    return Side(str(path), face, address, lambda: _of_bundle(path, manifest))


def _files(path: Path, manifest: Manifest | None) -> list[Path]:
    """The files of a folder one by one where it has a manifest: the folder as such is not read if one of them is altered."""
    if manifest is None or not path.is_dir():
        return [path]
    return sorted(each for each in path.rglob("*.json*") if each.is_file())


def _of_bundle(path: Path, manifest: Manifest | None) -> Iterator[Piece]:
    source = opened(_files(path, manifest))
    for row in source.rows:
        yield row.model, row.key, row.fields
    _refuse_if(source.problems, path)


def _refuse_if(problems: list[Problem], path: Path) -> None:
    if problems:
        raise SideRefused(_("%(path)s cannot be read whole.") % {"path": path}, problems)


def sides_of(old: str, new: str) -> tuple[Side, Side]:
    """Two sides by what a command line calls them: paths, or `register` for one of them.

    Raises:
        SideRefused: both are the register, they hold different faces or filters, or one cannot be read.
    """
    if old == new == REGISTER:
        raise SideRefused(_("Name a bundle on one side: the register is the same as itself."))
    one, other = (None if name == REGISTER else bundle_side(Path(name)) for name in (old, new))
    known = one or other
    if known is None:
        raise SideRefused(_("Name a bundle on one side."))
    try:
        Scope(known.face, known.address).check()
    except (ExportRefused, ValidationError) as error:
        said = words_of(error) if isinstance(error, ValidationError) else str(error)
        raise SideRefused(
            _("The filter of %(name)s: %(problem)s") % {"name": known.name, "problem": said}
        ) from error
    sides = one or register_side(known.face, known.address), other or register_side(known.face, known.address)
    for what, (was, becomes) in {
        _("face"): (sides[0].face, sides[1].face),
        _("filter"): (sides[0].address, sides[1].address),
    }.items():
        if was != becomes:
            message = _(
                "The two sides have not the same %(what)s: %(old)s has “%(was)s”, %(new)s has “%(becomes)s”. "
                "Export both with the same one."
            )
            names = {"what": what, "old": sides[0].name, "new": sides[1].name, "was": was, "becomes": becomes}
            raise SideRefused(message % names)
    return sides
