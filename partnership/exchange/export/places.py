"""Where an export stands: written beside its place, and put there whole."""

import ctypes
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext as _

from partnership.exchange.manifest import NAME, SUMS, ManifestError, read_manifest

from .names import FILE_NUMBERS, SINGLE
from .scope import ExportRefused

AT_FDCWD, EXCHANGE = -100, 2


def place_of(folder: Path) -> Path:
    """The folder itself, links followed.

    Raises:
        ExportRefused: it is a file, or the folder it is to stand in does not exist.
    """
    folder = Path(folder).resolve()
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(_("%(path)s is a file: name a folder, for example export/.") % {"path": folder})
    if not folder.parent.is_dir():
        raise ExportRefused(_("There is no folder %(path)s: create it first.") % {"path": folder.parent})
    return folder


@contextmanager
def put_whole(folder: Path) -> Iterator[Path]:
    """A folder to write in, which takes the place of `folder` in one step at the end; whatever fails leaves that as it was.

    Files of `folder` that no export wrote stand in the new one too. Whoever is stopped in between leaves the old folder
    and, beside it, a hidden one that may be deleted.
    """
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield beside
        _keep_other_files(folder, beside)
        os.chmod(beside, folder.stat().st_mode if folder.exists() else 0o777 & ~_umask())
        _sync(beside)
        _exchange(beside, folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _keep_other_files(folder: Path, beside: Path) -> None:
    if not folder.is_dir():
        return
    written = _written_by_export(folder)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        target = beside / name
        if path.is_dir() and not path.is_symlink():
            if not any(each.is_relative_to(name) for each in written):
                target.mkdir(exist_ok=True, parents=True)
        elif name not in written and not target.exists():
            target.parent.mkdir(exist_ok=True, parents=True)
            _link_or_copy(path, target)


def _written_by_export(folder: Path) -> set[Path]:
    """The files of an earlier export, by its manifest or, without one, by their names."""
    found = {Path(NAME), Path(SUMS)}
    with suppress(ManifestError):
        manifest = read_manifest(folder)
        found |= {Path(each.path) for each in manifest.files} if manifest else set()
    return found | {Path(path.name) for path in folder.iterdir() if _is_of_an_export(path.name)}


def _is_of_an_export(name: str) -> bool:
    models = "|".join(str(model._meta.model_name) for model in FILE_NUMBERS)
    return bool(re.fullmatch(rf"(\d\d-({models})|{SINGLE})\.jsonl?(\.gz)?", name))


def _link_or_copy(path: Path, target: Path) -> None:
    try:
        os.link(path, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, target, follow_symlinks=False)


def _exchange(beside: Path, folder: Path) -> None:
    """Let two folders change places, or the first take a place where none is.

    Linux does it in one step. Elsewhere it takes two, and whoever is stopped between them finds the old folder beside.
    """
    if not folder.exists():
        os.rename(beside, folder)
        beside.mkdir()
        return
    library = ctypes.CDLL(None, use_errno=True)
    if hasattr(library, "renameat2"):
        names = os.fsencode(beside), os.fsencode(folder)
        if library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE) == 0:
            return
    before = folder.with_name(f".{folder.name}-before")
    shutil.rmtree(before, ignore_errors=True)
    os.rename(folder, before)
    os.rename(beside, folder)
    os.rename(before, beside)


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
