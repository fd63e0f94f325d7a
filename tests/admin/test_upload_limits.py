"""Files that no upload takes: too large, no such file, made to break what reads it. Each is refused in words, nothing changes."""

import gzip
import io
import time
import zipfile
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnership import documents
from partnership.models import Revision, Upload, UploadState
from tests import factories
from tests.admin.accounts import desk
from tests.admin.uploads import rows_of, send, table, zipped
from tests.exchange.conftest import state_of_register

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

MEGABYTE = 1024**2
# Far more than any of them takes, less than a person waits for.
SECONDS = 20


@cache
def bomb(name: str, megabytes: int) -> bytes:
    """An archive with one file that is nothing but zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as file:
        for _number in range(megabytes):
            file.write(bytes(MEGABYTE))
    return packed.getvalue()


def far_cell() -> bytes:
    """A sheet with one cell, at the end of what a sheet can hold."""
    from openpyxl import Workbook

    book, packed = Workbook(), io.BytesIO()
    book.active["XFD1048576"] = "far"
    book.save(packed)
    return packed.getvalue()


def lying_archive() -> bytes:
    """An archive whose directory says of a file that it is small."""
    content = bytearray(zipped({"10-party.json": b"[" + b" " * 100_000 + b"]"}))
    place = content.index(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(content)


# name of the file, what it is said to be, its content, words of the refusal
REFUSED = {
    "no file like that": ("rows.txt", "bundle", lambda: b"text", "its name has to end in"),
    "a table as an export": ("rows.csv", "bundle", lambda: b"slug\n", "its name has to end in"),
    "an export as a table": ("rows.json", "event", lambda: b"[]", "its name has to end in"),
    "empty": ("rows.json", "bundle", lambda: b"", "The file is empty"),
    "empty table": ("rows.csv", "event", lambda: b"", "The file is empty"),
    "archive of 300 MB": ("rows.zip", "bundle", lambda: bomb("10-party.json", 300), "larger than 50 MB"),
    "gzip of 60 MB": (
        "r.json.gz",
        "bundle",
        lambda: gzip.compress(bytes(60 * MEGABYTE), 1),
        "larger than 50 MB",
    ),
    "sheet of 300 MB": ("rows.xlsx", "event", lambda: bomb("10-party.json", 300), "larger than 50 MB"),
    "archive of many": (
        "rows.zip",
        "bundle",
        lambda: zipped({f"{number}.json": b"[]" for number in range(20_000)}),
        "20000 files",
    ),
    "archive that climbs": ("rows.zip", "bundle", lambda: zipped({"../../x.json": b"[]"}), "outside of it"),
    "archive cut short": ("rows.zip", "bundle", lambda: zipped({"a.json": b"[]"})[:-30], "no archive"),
    "no archive": ("rows.zip", "bundle", lambda: b"PK no", "no archive"),
    "no gzip": ("rows.json.gz", "bundle", lambda: b"[]", "no gzip"),
    "gzip cut short": ("r.json.gz", "bundle", lambda: gzip.compress(b"[]" * 99)[:-9], "no gzip"),
    "no workbook": ("rows.xlsx", "event", lambda: zipped({"a.txt": b"text"}), ""),
    "archive that lies": ("rows.zip", "bundle", lying_archive, ""),
    "archive without rows": ("rows.zip", "bundle", lambda: zipped({"notes.txt": b"text"}), ""),
    "nested": ("rows.json", "bundle", lambda: b"[" * 5_000 + b"]" * 5_000, ""),
    "nested in a field": (
        "rows.json",
        "bundle",
        lambda: b'[{"model": "partnership.party", "fields": {"slug": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}]",
        "",
    ),
    "no JSON": ("rows.json", "bundle", lambda: b"{not json", ""),
    "binary": ("rows.json", "bundle", lambda: bytes(range(256)) * 9, ""),
    "binary table": ("rows.csv", "event", lambda: bytes(range(256)) * 9, ""),
    "table with NUL": ("rows.csv", "event", lambda: b"slug,title\nmadrid,a\x00b\n", ""),
    "other encoding": ("rows.csv", "event", lambda: "slug,title\nmadrid,Türkiye\n".encode("cp1254"), ""),
    "UTF-16": ("rows.json", "bundle", lambda: "[]".encode("utf-16"), ""),
    "no such column": ("rows.csv", "event", lambda: b"slug,title,colour\nmadrid,Madrid,red\n", ""),
    "far cell": ("rows.xlsx", "event", far_cell, ""),
    "number too long": (
        "rows.json",
        "bundle",
        lambda: (
            b'[{"model": "partnership.event", "fields": {"slug": "madrid", "ordinal": '
            + b"9" * 6_000
            + b"}}]"
        ),
        "",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(case):
    name, holds, make, words = REFUSED[case]
    ann = desk("ann")
    factories.make_event("madrid")
    before, content = state_of_register(), make()
    start = time.monotonic()
    page = send(ann, content, name, holds)
    assert time.monotonic() - start < SECONDS
    assert page.status_code == 200
    text = page.content.decode()
    if upload := page.context.get("upload"):
        assert upload.state == UploadState.REFUSED
        assert [each["message"] for each in page.context["problems"] if each["message"]]
        assert name in text or ".json" in text
    else:
        assert page.context["form"].errors
    assert words in text.replace("&#x27;", "'")
    assert state_of_register() == before
    assert not Revision.objects.exists()


def test_what_is_like_the_refused_but_right_is_taken():
    ann = desk("ann")
    event = factories.make_event("madrid")
    rows = rows_of(documents.dump(event))
    files = {
        "rows.json": rows,
        "rows.json.gz": gzip.compress(rows),
        "rows.zip": zipped({"my export/20-event.json": rows}),
    }
    for name, content in files.items():
        page = send(ann, content, name)
        assert page.context["upload"].state == UploadState.CHECKED, (name, page.context["problems"])
    page = send(ann, table(type(event), {"slug": "madrid", "title": event.title}), "t.csv", "event")
    assert page.context["is_nothing"]


def test_a_file_larger_than_allowed_is_read_past_and_told_with_the_limit(settings):
    settings.UPLOAD_BYTES = MEGABYTE
    ann = desk("ann")
    page = send(ann, b" " * (3 * MEGABYTE))
    assert "The file is too large. At most 1 MB" in page.content.decode()
    assert not Upload.objects.exists()


def test_more_entries_than_allowed_are_refused(settings):
    settings.UPLOAD_ROWS = 1
    ann = desk("ann")
    events = [factories.make_event(slug) for slug in ("madrid", "vilnius")]
    content = table(type(events[0]), *({"slug": each.slug, "title": each.title} for each in events))
    page = send(ann, content, "events.csv", "event")
    assert [each["code"] for each in page.context["problems"]] == ["rows"]


def test_no_file_at_all_is_asked_for():
    page = desk("ann").client.post(reverse("admin:upload"), {"holds": "bundle"})
    assert "Choose a file." in page.content.decode()


def test_the_name_of_a_file_is_only_ever_text():
    ann = desk("ann")
    name = '<script>alert(1)</script>"\r\n.json'
    file = SimpleUploadedFile("x.json", b"[{}]")
    file._name = name
    page = ann.client.post(reverse("admin:upload"), {"holds": "bundle", "file": file}, follow=True)
    text = page.content.decode()
    assert "<script>alert(1)" not in text
    for address in ("upload_page", "upload_errors"):
        for upload in Upload.objects.all():
            assert ann.client.get(reverse(f"admin:{address}", args=[upload.pk])).status_code == 200
