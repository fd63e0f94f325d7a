"""Files as staff upload them, and what the pages then say."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnership import documents
from partnership.exchange.tables import columns
from partnership.models import Entry, Upload
from tests.admin.forms import Editor
from tests.editorial.edits import edited


def rows_of(*found: documents.Document) -> bytes:
    """Documents as a fixture file."""
    return json.dumps([row for document in found for row in document]).encode()


def with_title(entry: Entry, title: str) -> documents.Document:
    """What an entry says, under another title."""
    return edited(documents.dump(entry), title=title)


def new_event(like: Entry, slug: str, **fields: Any) -> documents.Document:
    """An entry that says what another says, under an address of its own."""
    [head, *rows] = documents.dump(like)
    fresh = [{**head, "fields": {**head["fields"], "slug": slug, **fields}}]
    for row in rows:
        owner = next(name for name, value in row["fields"].items() if value == [like.slug])
        key = f"{slug}.{row['pk'].partition('.')[2]}"
        fresh.append({**row, "pk": key, "fields": {**row["fields"], owner: [slug]}})
    return fresh


def table(model: type[Entry], *rows: dict[str, str]) -> bytes:
    """A CSV table with these cells, and the headings that they stand under."""
    names = [each.name for each in columns(model) if any(each.name in row for row in rows)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def zipped_folder(folder: Path) -> bytes:
    """An archive of a folder, under its own name."""
    return zipped({f"{folder.name}/{path.name}": path.read_bytes() for path in folder.iterdir()})


def send(
    person: Editor, content: bytes, name: str = "rows.json", holds: str = "bundle", **fields: str
) -> Any:
    """Upload a file; the page that is shown in the end."""
    data = {"holds": holds, "file": SimpleUploadedFile(name, content), "note": "", **fields}
    return person.client.post(reverse("admin:upload"), data, follow=True)


def upload_on(response: Any) -> Upload:
    """The upload whose page is shown."""
    return response.context["upload"]


def press(person: Editor, response: Any, button: str, **fields: str) -> Any:
    """Press a button of the page of an upload as it was shown; the page that is shown in the end."""
    address = reverse("admin:upload_page", args=[upload_on(response).pk])
    data = {"_seal": response.context["seal"], button: "1", **fields}
    return person.client.post(address, data, follow=True)


def told(response: Any) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """What the page tells of each entry: the word for what happens to it, and what differs."""
    return {
        row["reference"]: (str(row["what"]), [(line.label, line.before, line.after) for line in row["lines"]])
        for row in response.context["rows"]
    }


def mended(response: Any) -> list[tuple[str, int, str, str, str]]:
    """What the page says is to be mended: file, row, entry or row, field and code."""
    return [
        (each["file"], each["line"], each["row"], each["field"], each["code"])
        for each in response.context["problems"]
    ]
