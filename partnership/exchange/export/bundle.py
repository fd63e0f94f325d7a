"""The files of an export in a folder, with a manifest of what they are."""

import gzip
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from partnership.documents import PUBLIC, model_label, moment
from partnership.exchange.manifest import NAME, SUMS, Manifest, ManifestFile, sums
from partnership.exchange.selection import canonical
from partnership.models import Edition, Entry

from .faces import consistent_read
from .forms import FORMS, Form
from .names import FILE_NUMBERS, SINGLE, file_name
from .places import place_of, put_whole
from .rows import Holding, count_of
from .scope import Scope
from .splitting import folders_of
from .streaming import PIECE, texts_of

Progress = Callable[[int, int], object]
"""Is told of (rows written, rows there are, about) now and then."""

TOLD_EVERY = 500


@dataclass
class Exported:
    """What an export wrote: records per file name. And what it withheld from the public face, rows per model name."""

    files: dict[str, int] = field(default_factory=dict)
    withheld: Counter[str] = field(default_factory=Counter)
    manifest: Manifest = field(default_factory=Manifest)


def export(
    folder: Path,
    face: str = PUBLIC,
    *,
    address: str = "",
    keys: Mapping[type[Entry], Collection[int]] | None = None,
    form: str = "json",
    gz: bool = False,
    split: bool = False,
    single: bool = False,
    stamp: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write one face of the register, or some of its entries, into `folder` in place of an earlier export there.

    Some are the rows of a public list, by its address, or those of the primary `keys` by model, with whatever they need.

    The public face holds published entries only, none that names something which is not in the export, and no private
    field. Other files of the folder stay. Until everything is written the folder is as it was, and then it is the new one.
    `split` puts what is of one relation alone into a folder of its own; `single` writes one file; `stamp` notes the
    edition and the time, which else are in no file, so that the same content is the same bytes.

    Raises:
        ExportRefused: `folder` is a file, the folder it is to stand in does not exist, or the face has no lists.
        ValidationError: the address is that of no list, or its query is wrong.
    """
    scope = Scope(face, address, keys)
    scope.check()
    folder = place_of(folder)
    with put_whole(folder) as beside:
        with consistent_read():
            holding = scope.holding()
            written = _Files(beside, FORMS[form], gz, holding, progress)
            if single:
                written.write_single()
            elif split:
                written.write_split()
            else:
                written.write_each()
            manifest = _manifest(scope, written.listed, stamp)
        write_manifest(beside, manifest, written.digests)
    files = {each.path: each.records for each in manifest.files}
    return Exported(files, holding.withheld, manifest)


def _manifest(scope: Scope, files: list[ManifestFile], stamp: bool) -> Manifest:
    manifest = Manifest(
        face=scope.face,
        filter=canonical(scope.address),
        licence=settings.CONTENT_LICENCE,
        files=sorted(files, key=lambda each: each.path),
    )
    if stamp:
        manifest.edition = Edition.newest_number()
        manifest.made = moment(_now())
    return manifest


def _now() -> Any:
    """The present, or the moment that SOURCE_DATE_EPOCH names, as reproducible builds do."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else timezone.now()


def write_manifest(folder: Path, manifest: Manifest, digests: dict[str, str]) -> None:
    """MANIFEST and SHA256SUMS of a bundle; `digests` are those of its files as they lie there, by path."""
    text = manifest.text()
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")
    every = {**digests, NAME: hashlib.sha256(text.encode()).hexdigest()}
    (folder / SUMS).write_text(sums(sorted(every.items())), encoding="utf-8", newline="\n")


class File:
    """One file being written: rows come as text; its size and checksum are those of the text, before compression."""

    def __init__(self, path: Path, form: Form, gz: bool):
        self.form, self.records, self.size = form, 0, 0
        self.content, self.stored = hashlib.sha256(), hashlib.sha256()
        self._waiting: list[str] = []
        self._waiting_size = 0
        path.parent.mkdir(exist_ok=True)
        self._file = path.open("wb")
        self._out: Any = gzip.GzipFile("", "wb", 6, self, mtime=0) if gz else self

    def write(self, piece: bytes) -> int:
        """Bytes as they are to lie there."""
        self.stored.update(piece)
        return self._file.write(piece)

    def flush(self) -> None:
        """What a compressor asks of a file at its end; nothing waits here."""

    def add(self, text: str) -> None:
        """One row."""
        self._put(self.form.between if self.records else self.form.start)
        self._put(text)
        self.records += 1

    def close(self) -> None:
        """Finish the file, on the disk."""
        self._put(self.form.end if self.records else self.form.empty)
        self._pass_on()
        if self._out is not self:
            self._out.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.close()

    def _put(self, text: str) -> None:
        self._waiting.append(text)
        self._waiting_size += len(text)
        if self._waiting_size >= PIECE:
            self._pass_on()

    def _pass_on(self) -> None:
        piece = "".join(self._waiting).encode()
        self._waiting, self._waiting_size = [], 0
        self.content.update(piece)
        self.size += len(piece)
        self._out.write(piece)


class _Files:
    """The files of an export as they are written; a model without rows has none."""

    def __init__(self, folder: Path, form: Form, gz: bool, holding: Holding, progress: Progress | None):
        self.folder, self.form, self.gz, self.holding, self.progress = folder, form, gz, holding, progress
        self.listed: list[ManifestFile] = []
        self.digests: dict[str, str] = {}
        self._done, self._total = (
            0,
            sum(count_of(model, holding) for model in FILE_NUMBERS) if progress else 0,
        )

    def write_each(self) -> None:
        """One file a model."""
        for model in FILE_NUMBERS:
            self._write(model, lambda _key: "")

    def write_single(self) -> None:
        """One file of all models, in the same order."""
        file = File(self.folder / self._name(SINGLE), self.form, self.gz)
        try:
            for model in FILE_NUMBERS:
                for _key, text in self._rows(model):
                    file.add(text)
        except BaseException:
            file.abandon()
            raise
        self._finish(file, self._name(SINGLE), "")

    def write_split(self) -> None:
        """One file a model and relation, in a folder of the relation; what is of several stands in that of the shared."""
        folders = folders_of(self.holding)
        for model in FILE_NUMBERS:
            self._write(model, partial(folders, model))

    def _write(self, model: type[models.Model], folder_of: Callable[[int | None], str]) -> None:
        files: dict[str, File] = {}
        try:
            for key, text in self._rows(model):
                folder = folder_of(key)
                if folder not in files:
                    name = self._path(folder, model)
                    files[folder] = File(self.folder / name, self.form, self.gz)
                files[folder].add(text)
        except BaseException:
            for file in files.values():
                file.abandon()
            raise
        for folder, file in files.items():
            self._finish(file, self._path(folder, model), model_label(model))

    def _rows(self, model: type[models.Model]) -> Iterator[tuple[int | None, str]]:
        for each in texts_of(model, self.holding, self.form):
            yield each
            self._done += 1
            if self.progress and self._done % TOLD_EVERY == 0:
                self.progress(self._done, max(self._done, self._total))

    def _path(self, folder: str, model: type[models.Model]) -> str:
        name = file_name(model, self.form.name) + (".gz" if self.gz else "")
        return f"{folder}/{name}" if folder else name

    def _name(self, stem: str) -> str:
        return f"{stem}.{self.form.name}" + (".gz" if self.gz else "")

    def _finish(self, file: File, path: str, model: str) -> None:
        file.close()
        self.listed.append(ManifestFile(path, model, file.records, file.size, file.content.hexdigest()))
        self.digests[path] = file.stored.hexdigest()
