"""What the answers with files have in common: how they are known to be new, who may read them, how they refuse."""

import zlib
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext

from partnership.exchange.data.snapshot import build_name
from partnership.exchange.export import lines_of

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "fixture.json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "xml": "application/xml",
    "sqlite3": "application/vnd.sqlite3",
    "atom": "application/atom+xml; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
PLAIN = "text/plain; charset=utf-8"


def plain_answer(words: str, status: int) -> HttpResponse:
    """An answer in words, for who reads files and no pages."""
    response = HttpResponse(f"{words}\n", status=status, content_type=PLAIN)
    return open_to_all(response)


def refusal(error: ValidationError) -> HttpResponse:
    """400 with what is wrong with which parameter: never a file that is short or of something else."""
    takes = gettext("The file takes the parameters of the page, but for the number of the page.")
    return plain_answer("\n".join([*lines_of(error), takes]), 400)


def etag_of(generation: int | None, address: str = "") -> str | None:
    """What tells the answers of one state of the register from those of another; none while rows are held back.

    Filters may ask for what is in force today: so the day is part of it. The address is, too: who asks with the tag of
    another file is not told that nothing changed.
    """
    if generation is None:
        return None
    place = f"-{zlib.crc32(address.encode()):08x}" if address else ""
    return f'W/"{build_name(generation)}-{timezone.localdate():%Y%m%d}{place}"'


def not_modified(request: HttpRequest, etag: str | None) -> HttpResponseBase | None:
    """304 if the reader has the file already; None if it must be sent."""
    response = get_conditional_response(request, etag=etag) if etag else None
    return open_to_all(response) if response is not None else None


def open_to_all(response: Any) -> Any:
    """Let other sites read the answer too, and caches keep it as long as they ask whether it is still so."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, no-cache"
    return response
