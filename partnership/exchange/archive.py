"""ZIP files that are the same to the byte whenever they are made of the same files."""

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# The first moment that a ZIP file can name: no file in it has a time of its own.
NO_TIME = (1980, 1, 1, 0, 0, 0)
# From here on a ZIP file needs the longer headers.
LARGE = 1 << 30


class Timeless(zipfile.ZipFile):
    """An archive whose files have neither time nor owner, called as the packages that write into one call it."""

    def writestr(self, name: str, data: Any) -> None:  # type: ignore[override]  # nobody says more
        """A file of some text or bytes."""
        super().writestr(_entry(name), data)

    def write(self, filename: str | Path, arcname: str) -> None:  # type: ignore[override]  # nobody says more
        """A file with the content of another."""
        path = Path(filename)
        large = path.stat().st_size >= LARGE
        with path.open("rb") as read, self.open(_entry(arcname), "w", force_zip64=large) as written:
            shutil.copyfileobj(read, written)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # as on Unix, wherever it is made
    entry.external_attr = 0o644 << 16
    return entry


def archive_folder(path: Path, folder: Path) -> None:
    """Write `path` with every file below a folder, under its name there."""
    names = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())
    write_archive(path, [(name, folder / name) for name in names])


def write_archive(path: Path, files: Iterable[tuple[str, Path]]) -> None:
    """Write `path` with each file under its name, in the order given."""
    with Timeless(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in files:
            archive.write(source, name)
