"""The manifest of a bundle: what its files are, what they hold, and by which checksums they are known.

It has no suffix, so that `loaddata folder/*.json` passes over it, and no clock unless it is asked for one: the same content
is the same bytes.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from partnership.documents import EDITORIAL, PUBLIC, SCHEMA

FORMAT = "partnership-fixture/1"
NAME, SUMS = "MANIFEST", "SHA256SUMS"


class ManifestError(Exception):
    """A manifest that cannot be read; the text says why."""


@dataclass(frozen=True)
class ManifestFile:
    """One file of a bundle: `bytes` and `sha256` are of its text before compression; no `model` if it holds several."""

    path: str
    model: str
    records: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class FileProblem:
    """What is wrong with one file of a bundle, in words, with a code."""

    path: str
    message: str
    code: str


@dataclass
class Manifest:
    """What a bundle holds: its face, the address whose rows it holds (empty: all), and its files.

    `closure` tells that what the rows need is in it as well. `edition` and `made` are there only if asked for.
    """

    face: str = PUBLIC
    filter: str = ""
    closure: bool = True
    licence: str = ""
    files: list[ManifestFile] = field(default_factory=list)
    schema: int = SCHEMA
    edition: int | None = None
    made: str = ""

    def text(self) -> str:
        """Its one form, as it stands in the bundle."""
        values: dict[str, Any] = {
            "format": FORMAT,
            "schema": self.schema,
            "face": self.face,
            "filter": self.filter,
            "closure": self.closure,
            "licence": self.licence,
        }
        if self.edition is not None:
            values |= {"edition": self.edition, "made": self.made}
        values["files"] = [asdict(each) for each in self.files]
        return json.dumps(values, ensure_ascii=False, indent=1) + "\n"

    @property
    def digest(self) -> str:
        """The SHA-256 by which a load names the bundle."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def parse(text: str) -> Manifest:
    """A manifest from its text.

    Raises:
        ManifestError: it is none, or of a format or schema that is not known here.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError(_("the manifest is not JSON: export the bundle again")) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ManifestError(_("the manifest is not of the format “%(format)s”") % {"format": FORMAT})
    schema = values.get("schema")
    if type(schema) is not int or not 1 <= schema <= SCHEMA:
        message = _("its schema is %(schema)s; this site knows those up to %(known)s: update the site first")
        raise ManifestError(message % {"schema": schema, "known": SCHEMA})
    try:
        files = [ManifestFile(**each) for each in values["files"]]
    except (KeyError, TypeError) as error:
        raise ManifestError(_("the manifest does not list its files: export the bundle again")) from error
    manifest = Manifest(files=files, schema=schema)
    for name in ("face", "filter", "closure", "licence", "edition", "made"):
        if name in values:
            setattr(manifest, name, values[name])
    _refuse_wrong_values(manifest)
    return manifest


def _refuse_wrong_values(manifest: Manifest) -> None:
    texts = [manifest.filter, manifest.licence, manifest.made]
    texts += [text for each in manifest.files for text in (each.path, each.model, each.sha256)]
    numbers = [number for each in manifest.files for number in (each.records, each.bytes)]
    sound = (
        manifest.face in (PUBLIC, EDITORIAL)
        and isinstance(manifest.closure, bool)
        and all(isinstance(text, str) and _is_whole(text) for text in texts)
        and all(type(number) is int and number >= 0 for number in numbers)
        and (manifest.edition is None or type(manifest.edition) is int)
        and all(_is_inside(each.path) for each in manifest.files)
    )
    if not sound:
        raise ManifestError(_("the manifest has a value of a wrong kind: export the bundle again"))


def _is_whole(text: str) -> bool:
    """Whether a text has no half characters, which JSON can write and nothing else can."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_inside(path: str) -> bool:
    """Whether a path leads to a file of the bundle and nowhere else."""
    parts = path.split("/")
    return bool(path) and all(part and not part.startswith(".") and "\\" not in part for part in parts)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a bundle; None if the folder has none.

    Raises:
        ManifestError: it cannot be read.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(_("the manifest cannot be read: %(error)s") % {"error": error}) from error


def sums(digests: Iterable[tuple[str, str]]) -> str:
    """The text of SHA256SUMS, as `sha256sum -c` reads it, from (path, digest of the file as it lies there)."""
    return "".join(f"{digest}  {path}\n" for path, digest in digests)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as it lies there."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_of(path: Path) -> Iterator[bytes]:
    """The content of a file of a bundle before compression, in pieces."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        while piece := file.read(1 << 16):
            yield piece


def problems_of(folder: Path, manifest: Manifest) -> list[FileProblem]:
    """How the files of a folder differ from what its manifest says of them."""
    found = []
    listed = {each.path for each in manifest.files}
    for each in manifest.files:
        path = folder / each.path
        if not path.is_file():
            found.append(
                FileProblem(each.path, _("is in the manifest and not in the folder"), "file-missing")
            )
            continue
        found += _content_problems(path, each)
    for path in sorted(folder.rglob("*.json*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in listed:
            message = _("is in the folder and not in the manifest: take it out, or export again")
            found.append(FileProblem(name, message, "file-extra"))
    return found


def _content_problems(path: Path, listed: ManifestFile) -> Iterator[FileProblem]:
    digest, size = hashlib.sha256(), 0
    try:
        for piece in content_of(path):
            digest.update(piece)
            size += len(piece)
            if size > listed.bytes:
                break
    except (OSError, EOFError, zlib.error) as error:
        yield FileProblem(listed.path, _("cannot be read: %(error)s") % {"error": error}, "file-unreadable")
        return
    if size != listed.bytes or digest.hexdigest() != listed.sha256:
        message = _("is not what the manifest says: it was changed after the export")
        yield FileProblem(listed.path, message, "file-altered")
