"""An uploaded file as rows for the one import: what it may be, how large it may become, and how it is given to the import."""

import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from partnership.documents import moment
from partnership.exchange import tables
from partnership.exchange.load import LoadRefused, Options, Report, load, load_rows
from partnership.exchange.reading import Limits, Problem, Row
from partnership.models import Entry, Status, Upload, entry_model
from partnership.models.fields import whole_second

BUNDLE = "bundle"
BUNDLE_ENDINGS = (".zip", ".json", ".jsonl", ".json.gz", ".jsonl.gz")
TABLE_ENDINGS = (".csv", ".xlsx")
# A bundle split by relation has a folder for each party and a file for each model in it.
MOST_MEMBERS = 5_000
PIECE = 64 * 1024


def unfit(name: str, holds: str, content: bytes) -> str:
    """Why a file cannot be read at all, and what to do; empty if it can be tried."""
    endings = BUNDLE_ENDINGS if holds == BUNDLE else TABLE_ENDINGS
    if ending_of(name, endings) is None:
        message = _("This cannot be read as what you chose: its name has to end in %(endings)s.")
        return message % {"endings": ", ".join(endings)}
    if not content:
        return _("The file is empty: choose it again, after it was saved.")
    if name.lower().endswith((".zip", ".xlsx")):
        return _unfit_archive(content)
    if name.lower().endswith(".gz"):
        return _unfit_gzip(content)
    return ""


def ending_of(name: str, endings: Iterable[str]) -> str | None:
    """The ending of a file’s name among those that are known."""
    return next((each for each in endings if name.lower().endswith(each)), None)


def _unfit_archive(content: bytes) -> str:
    """What the directory of an archive says against unpacking it; an XLSX file is one, too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                message = _("There are %(number)s files in it; at most %(most)s may be: upload it in parts.")
                return message % {"number": len(members), "most": MOST_MEMBERS}
            if sum(member.file_size for member in members) > settings.UPLOAD_UNPACKED_BYTES:
                return _too_large_unpacked()
            if any(member.flag_bits & 1 for member in members):
                return _("It is encrypted: make it again without a password.")
            if any(not _is_inside(member.filename) for member in members):
                return _("A file in it would lie outside of it: make the archive again.")
    except (zipfile.BadZipFile, UnicodeDecodeError, ValueError, NotImplementedError, OSError):
        # Whatever `zipfile` raises of a directory that is damaged, in a coding or of a version that it does not know.
        return _("It is no archive that can be opened, or it is damaged: make it again.")
    return ""


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and "\x00" not in name


def _unfit_gzip(content: bytes) -> str:
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while piece := file.read(PIECE):
                size += len(piece)
                if size > settings.UPLOAD_UNPACKED_BYTES:
                    return _too_large_unpacked()
    except (OSError, EOFError, zlib.error):
        return _("It is no gzip file that can be opened, or it is damaged: make it again.")
    return ""


def _too_large_unpacked() -> str:
    most = settings.UPLOAD_UNPACKED_BYTES // 1024**2
    return _("Unpacked it is larger than %(most)s MB: upload it in parts.") % {"most": most}


# The import


def bring_in(upload: Upload, *, by: User, options: Options) -> Report:
    """Give an uploaded file to the import, within a transaction of the caller's.

    Raises:
        LoadRefused: anything is wrong in the file.
    """
    content = bytes(upload.content)
    if problem := unfit(upload.file_name, upload.holds, content):
        raise LoadRefused([Problem(upload.file_name, 0, "", "", problem, code="file")])
    if upload.holds == BUNDLE:
        return _bring_in_bundle(upload, content, by, options)
    model = entry_model(upload.holds)
    if model is None:
        raise LoadRefused([Problem(upload.file_name, 0, "", "", _("There is no such kind."), code="file")])
    form = (ending_of(upload.file_name, TABLE_ENDINGS) or "").removeprefix(".")
    rows, problems = tables.read_table(model, io.BytesIO(content), form, name=upload.file_name)
    if len(rows) > settings.UPLOAD_ROWS:
        raise LoadRefused([_too_many(upload.file_name)])
    if upload.at_once:
        rows = [_public(row) for row in rows]
    return load_rows(rows, by=by, options=options, problems=problems)


def _bring_in_bundle(upload: Upload, content: bytes, by: User, options: Options) -> Report:
    with tempfile.TemporaryDirectory(prefix="partnership-upload-") as folder:
        path = Path(folder, f"upload{ending_of(upload.file_name, BUNDLE_ENDINGS)}")
        path.write_bytes(content)
        with _problems_without(folder, upload.file_name):
            limits = Limits(size=settings.UPLOAD_UNPACKED_BYTES, members=MOST_MEMBERS)
            report = load([path], by=by, options=options, limits=limits)
    if sum(sum(count.values()) for count in report.counts.values()) > settings.UPLOAD_ROWS:
        raise LoadRefused([_too_many(upload.file_name)])
    return report


@contextmanager
def _problems_without(folder: str, name: str) -> Iterator[None]:
    """Problems name files as whoever uploaded them knows them."""
    try:
        yield
    except LoadRefused as refused:
        told = [replace(each, file=_told_name(each.file, folder, name)) for each in refused.problems]
        raise LoadRefused(told) from None


def _told_name(file: str, folder: str, name: str) -> str:
    inner = file.removeprefix(folder).strip("/")
    return name if not inner or inner.startswith("upload.") else inner


def _public(row: Row) -> Row:
    """A row of a table whose new entries are public at once: a table says nothing of their state."""
    if issubclass(row.model, Entry):
        now = moment(whole_second())
        row.fields = {"status": Status.PUBLISHED.value, "first_published": now, **row.fields}
    return row


def _too_many(name: str) -> Problem:
    message = _("It holds more than %(most)s entries: upload it in parts.")
    most = number_format(settings.UPLOAD_ROWS, force_grouping=True)
    return Problem(name, 0, "", "", message % {"most": most}, code="rows")
