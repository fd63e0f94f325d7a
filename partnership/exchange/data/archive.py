"""ZIP files that are the same to the byte whenever they are made of the same files, and the digests of files."""

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

PIECE = 1 << 20
# The first moment that a ZIP file can name: no file in it has a time of its own.
NO_TIME = (1980, 1, 1, 0, 0, 0)
# From here on a ZIP file needs the longer headers.
LARGE = 1 << 30


def write_archive(path: Path, files: Iterable[tuple[str, Path]]) -> None:
    """Write `path` with each file under its name, in the order given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in files:
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # as on Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            large = source.stat().st_size >= LARGE
            with source.open("rb") as read, archive.open(entry, "w", force_zip64=large) as written:
                while piece := read.read(PIECE):
                    written.write(piece)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
