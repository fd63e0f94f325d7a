"""Where rows come from: folders of an export, single files, archives, or standard input."""

import gzip
import hashlib
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from partnership.documents import EDITORIAL, SCHEMA, upgraded_row
from partnership.exchange.manifest import NAME, Manifest, ManifestError, problems_of, read_manifest

from .decoding import Decoder, Text, Unreadable, lines, listed
from .problems import Problem
from .rows import Row, is_row, row_of

PIECE = 64 * 1024
PATTERNS = ("*.json", "*.jsonl", "*.json.gz", "*.jsonl.gz")
STDIN = "-"
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""What `zipfile` raises of an archive that is broken, has a password, or is packed in a way that it does not know."""


@dataclass(frozen=True)
class Limits:
    """How much is read at most: bytes of all files, unpacked; how many times smaller a packed one may be; its files."""

    size: int = 8 * 1024**3
    ratio: int = 200
    members: int = 2000


@dataclass
class Source:
    """Rows as they are read, and what is found to be wrong on the way; of use in full once the rows are used up.

    `complete` is false if a file could not be read to its end. `whole` says that the rows are all that their entries own,
    as a manifest promises. `digest` is the SHA-256 of the manifest, else of the files.
    """

    rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True
    manifest: Manifest | None = None
    digest: str = ""

    @property
    def whole(self) -> bool:
        """Whether the entries in it come with all the rows that they own."""
        return self.manifest is not None


def opened(paths: Sequence[Path], limits: Limits | None = None) -> Source:
    """Fixture files, folders of an export, archives of one, or `-` for standard input, to be read row by row.

    In a folder with a manifest the files are those that it lists, and nothing is read unless they are what it says; else
    they are whatever stands directly in it, in the order of names.
    """
    source = Source()
    source.rows = _Reader(source, limits or Limits()).rows([Path(path) for path in paths])
    return source


class _Reader:
    """Reads the files of a source one after another."""

    def __init__(self, source: Source, limits: Limits):
        self.source, self.limits = source, limits
        self.digest = hashlib.sha256()
        self.size = 0
        self.schema, self.face = SCHEMA, EDITORIAL
        self.promised: dict[str, int] = {}

    def rows(self, paths: list[Path]) -> Iterator[Row]:
        """All rows, in the order of the paths."""
        with ExitStack() as stack:
            for path in paths:
                for file, name in self._files(path, stack, alone=len(paths) == 1):
                    yield from self._rows_of(file, name)
        if not self.source.manifest:
            self.source.digest = self.digest.hexdigest()

    def _stop(self, name: str, message: str, code: str, line: int = 0) -> None:
        self.source.problems.append(Problem(name, line, "", "", message, code=code))
        self.source.complete = False

    # Files

    def _files(self, path: Path, stack: ExitStack, *, alone: bool) -> list[tuple[Path, str]]:
        """The files of a path, each with the name by which messages call it."""
        if str(path) == STDIN:
            return [(self._from_input(stack), "-")]
        try:
            if path.is_file() and path.suffix == ".zip":
                return self._in_folder(self._unpacked(path, stack), "" if alone else f"{path}/", str(path))
            if path.is_file():
                return [(path, path.name if alone else str(path))]
            if path.is_dir():
                return self._in_folder(path, "" if alone else f"{path}/", str(path))
        except OSError as error:
            self._cannot_read(str(path), error)
            return []
        except _TooMuch as error:
            self._stop(str(path), str(error), error.code)
            return []
        except BROKEN_ARCHIVE as error:
            message = _("the archive cannot be unpacked: %(error)s") % {"error": error}
            self._stop(str(path), message, "not-an-archive")
            return []
        self._stop(str(path), _("there is no such file or folder"), "no-file")
        return []

    def _in_folder(self, folder: Path, prefix: str, called: str) -> list[tuple[Path, str]]:
        try:
            manifest = read_manifest(folder)
        except ManifestError as error:
            self._stop(f"{prefix}{NAME}", str(error), "manifest")
            return []
        if manifest is not None:
            return self._listed(folder, manifest, prefix)
        # A link that leads nowhere is kept: to pass over it would hide that a file is missing.
        found = sorted({each for pattern in PATTERNS for each in folder.glob(pattern) if not each.is_dir()})
        if not found:
            message = _("there is no file *.json in this folder: name the folder of an export")
            self._stop(called, message, "no-file")
        return [(each, f"{prefix}{each.name}") for each in found]

    def _listed(self, folder: Path, manifest: Manifest, prefix: str) -> list[tuple[Path, str]]:
        wrong = problems_of(folder, manifest)
        for each in wrong:
            self._stop(f"{prefix}{each.path}", each.message, each.code)
        self.source.manifest, self.source.digest = manifest, manifest.digest
        self.schema, self.face = manifest.schema, manifest.face
        self.promised = {f"{prefix}{each.path}": each.records for each in manifest.files}
        return [] if wrong else [(folder / each.path, f"{prefix}{each.path}") for each in manifest.files]

    def _from_input(self, stack: ExitStack) -> Path:
        """Standard input as a file: one JSON list, or one row a line."""
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="partnership-load-")))
        content = sys.stdin.buffer.read()
        name = "rows.json" if content.lstrip()[:1] in (b"[", b"", b"\xef") else "rows.jsonl"
        (folder / name).write_bytes(content)
        return folder / name

    def _unpacked(self, path: Path, stack: ExitStack) -> Path:
        """A folder with the files of an archive, which may be in a folder of it themselves.

        Raises:
            _TooMuch: it holds more than the limits allow, or files that are none of an export.
        """
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="partnership-load-")))
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if len(members) > self.limits.members:
                raise _TooMuch(_("the archive has too many files"), "too-many-files")
            for each in members:
                self._unpack(archive, each, folder)
        # Whoever packs a folder often packs it with its own name around everything, and a Mac adds a folder of its own.
        inner = [each for each in folder.iterdir() if not each.name.startswith(("__MACOSX", "."))]
        return inner[0] if len(inner) == 1 and inner[0].is_dir() else folder

    def _unpack(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or any(part in ("..", "") or ":" in part for part in name.parts):
            raise _TooMuch(_("the archive names a file outside itself"), "path-outside")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, target.open("wb") as file:
            for piece in self._bounded(packed, member.compress_size):
                file.write(piece)

    # Content

    def _rows_of(self, path: Path, name: str) -> Iterator[Row]:
        decoder, stem, count = Decoder(), name.removesuffix(".gz"), 0
        try:
            with path.open("rb") as file:
                text = Text(self._content(file, path, name))
                for line, value in (lines if stem.endswith(".jsonl") or path.suffix == ".jsonl" else listed)(
                    text, decoder
                ):
                    count += 1
                    if row := self._row(name, line, value, decoder):
                        yield row
                self._check_count(name, count)
        except OSError as error:
            self._cannot_read(name, error)
        except (EOFError, zlib.error) as error:
            self._stop(name, _("the packed file is broken: %(error)s") % {"error": error}, "broken-gz")
        except Unreadable as error:
            self._stop(name, error.message, error.code, error.line)
        except _TooMuch as error:
            self._stop(name, str(error), error.code)

    def _check_count(self, name: str, count: int) -> None:
        if (promised := self.promised.get(name, count)) != count:
            message = _("the manifest promises %(promised)d rows and not %(count)d: export the bundle again")
            self._stop(name, message % {"promised": promised, "count": count}, "wrong-count")

    def _row(self, name: str, line: int, value: Any, decoder: Decoder) -> Row | None:
        if self.schema != SCHEMA and is_row(value):
            value = upgraded_row(value, self.schema)
        return row_of(name, line, value, decoder.twice, self.source.problems, self.face)

    def _content(self, file: IO[bytes], path: Path, name: str) -> Iterator[bytes]:
        if path.suffix != ".gz":
            yield from self._bounded(file, 0)
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield from self._bounded(unpacked, path.stat().st_size)

    def _bounded(self, file: Any, packed: int) -> Iterator[bytes]:
        """The content in pieces, as long as it stays within the limits; `packed` is its size when packed, else 0."""
        unpacked = 0
        while piece := file.read(PIECE):
            unpacked += len(piece)
            self.size += len(piece)
            if packed and unpacked > max(packed * self.limits.ratio, PIECE * 16):
                raise _TooMuch(
                    _("unpacked it is far larger than packed, as no export is"), "packed-too-tightly"
                )
            if self.size > self.limits.size:
                message = _("the files hold more than %(most)d MB")
                raise _TooMuch(message % {"most": self.limits.size // 1024**2}, "too-large")
            self.digest.update(piece)
            yield piece

    def _cannot_read(self, name: str, error: OSError) -> None:
        message = _("the system cannot read it: %(error)s") % {"error": error.strerror or error}
        self._stop(name, message, "unreadable")


class _TooMuch(Exception):
    """A file or archive that holds more than the limits allow, or what no export holds."""

    def __init__(self, message: str, code: str):
        self.code = code
        super().__init__(message)
