"""No word that is not public is in anything that a reader can ask for: every address of the site, every file, every export.

Addresses come from the resolver and from the links of the pages themselves. One that neither reaches fails the test by
its name, so that a new output cannot be forgotten.
"""

import gzip
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve
from django.urls.exceptions import Resolver404

from partnership.admin import site
from partnership.exchange.export import export
from partnership.models import ENTRY_MODELS, Edition, Term
from partnership.public.sitemaps import sections
from tests.exchange.planting import PREFIX, Planted, plant, private_tables

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

STAFF = {"preview", "bundle-preview", "bundle-preview-page", "notice-feed", "stop-notices"}
LIMIT = 3  # how many addresses of one pattern with a query are asked for
LINK = re.compile(r'(?:href|src|action)="([^"#]+)')


@pytest.fixture
def planted(db: None) -> Planted:
    return plant()


# What is asked for


def patterns(below: str = "", resolver: Any = None) -> dict[str, str]:
    """Every address of readers by its name, pages in English."""
    found: dict[str, str] = {}
    for each in (resolver or get_resolver()).url_patterns:
        address = f"{below}{each.pattern}"
        if isinstance(each, URLPattern):
            found[str(each.name)] = address
        elif each.app_name != "admin":
            found |= patterns(address, each)
    return {name: address for name, address in found.items() if name not in STAFF}


class Reader:
    """Asks for addresses as a reader without an account does, and follows their links."""

    def __init__(self, planted: Planted) -> None:
        self.client = Client(raise_request_exception=False)
        self.planted = planted
        self.seen: dict[str, int] = {}
        self.leaks: list[str] = []
        self.reached: dict[str, int] = {}

    def crawl(self, starts: list[str]) -> None:
        """Ask for some addresses and whatever they lead to."""
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0)
            if address in self.seen or not self._is_wanted(address):
                continue
            waiting.extend(urljoin(address, unescape(each)) for each in self.ask(address))

    def ask(self, address: str) -> list[str]:
        """Ask for one address; its links."""
        response = self.client.get(address)
        content = b"".join(response) if response.streaming else response.content
        response.close()
        self.seen[address] = response.status_code
        heads = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        for part in (heads.encode(), *contents(content)):
            # What an address itself says may stand on its page of errors.
            found = {each for each in self.planted.found_in(part) if self._word(each) not in address}
            self.leaks += [f"{address}: {place}" for place in sorted(found)]
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return LINK.findall(content.decode()) if is_page else []

    def _word(self, place: str) -> str:
        return next(word for word, each in self.planted.places.items() if each == place)

    def _is_wanted(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.netloc or parts.scheme or parts.path.startswith(("/admin/", "/static/", "/preview/")):
            return False
        try:
            name = str(resolve(parts.path).url_name)
        except Resolver404:
            return True
        if parts.query:
            self.reached[name] = self.reached.get(name, 0) + 1
            return self.reached[name] <= LIMIT
        self.reached.setdefault(name, 0)
        return True


def contents(content: bytes) -> Iterator[bytes]:
    """Bytes as they are, and what is packed in them: archives and spreadsheets, compressed files, databases."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from contents(archive.read(name))
    elif content.startswith(b"\x1f\x8b"):
        yield from contents(gzip.decompress(content))
    elif content.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(content)
            yield "\n".join(database.iterdump()).encode()


# Nothing leaks


def test_no_address_gives_a_reader_a_word_that_is_not_public(planted):
    reader = Reader(planted)
    reader.client.get("/data/")
    call_command("build_data", stdout=io.StringIO())
    fixed = [f"/{address}" for address in patterns().values() if not {*"<^"} & {*address}]
    of_entries = [
        entry.get_absolute_url()
        for model in ENTRY_MODELS
        if hasattr(model, "get_absolute_url")
        for entry in model._base_manager.all()
    ]
    editions = [f"/editions/{number}/" for number in Edition.objects.values_list("pk", flat=True)]
    files = [f"{address.rstrip('/')}.json" for address in of_entries]
    maps = [f"/sitemap-{name}.xml" for name in sections()]
    errors = [
        "/nothing/",
        "/events/?party=nobody",
        "/events/?colour=red",
        f"/events/?q={next(iter(planted.places))}",
    ]
    of_api = [f"/api/v1{address}" for address in of_entries]
    of_api += [f"/api/v1/terms/{slug}/" for slug in Term.objects.values_list("slug", flat=True)]
    reader.crawl([*fixed, *of_entries, *of_api, *files, *editions, *maps, *errors])
    assert reader.leaks == []
    assert {*reader.seen.values()} <= {200, 301, 302, 400, 404, 410}, reader.seen
    assert sum(status == 200 for status in reader.seen.values()) > 80
    never_answered = [
        name
        for name in patterns()
        if not any(status == 200 and _name_of(address) == name for address, status in reader.seen.items())
    ]
    assert set(never_answered) <= {"relation-short", "preview", "api-nowhere"}, (
        "lead the test to these addresses"
    )


def _name_of(address: str) -> str:
    try:
        return str(resolve(urlsplit(address).path).url_name)
    except Resolver404:
        return ""


@pytest.mark.parametrize(
    "options", [{}, {"gz": True}, {"form": "jsonl", "split": True}, {"single": True, "stamp": True}]
)
def test_no_export_of_the_public_face_has_one(planted, tmp_path, options):
    export(tmp_path / "public", **options)
    files = [path for path in (tmp_path / "public").rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        for part in (path.name.encode(), *contents(path.read_bytes())):
            assert planted.found_in(part) == set(), path.name


# Nothing was planted in vain


def test_staff_see_every_word_that_readers_do_not(planted, tmp_path):
    """Else the test above would pass because a word was never there."""
    client = Client(raise_request_exception=False)  # what was planted may be no sense to its page
    client.force_login(get_user_model().objects.create_superuser("chief"))
    said = [client.get("/admin/").content]
    for model in site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}"
        said.append(client.get(f"{base}/?all=").content)
        for row in model._base_manager.all():
            if any(PREFIX in str(value) for value in _values(row)):
                said += [client.get(f"{base}/{row.pk}/{page}/").content for page in ("change", "history")]
    seen = {place for page in said for place in planted.found_in(page)}
    export(tmp_path / "editorial", "editorial")
    in_files = {
        place
        for path in (tmp_path / "editorial").glob("*.json")
        for place in planted.found_in(path.read_bytes())
    }
    # What no page of the desk shows, such as what the admin logs itself: it is at least in its table.
    rows = [row for model in (LogEntry, *private_tables()) for row in model._base_manager.all()]
    in_tables = {place for row in rows for place in planted.found_in(repr(_values(row)).encode())}
    assert set(planted.places.values()) - seen - in_files - in_tables == set()
    assert len(seen) > 100


def _values(row: models.Model) -> list[object]:
    return [field.value_from_object(row) for field in row._meta.concrete_fields]


def test_the_search_for_words_sees_into_what_is_packed(tmp_path: Path):
    word = Planted()
    secret = word.word("a place")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.json.gz", gzip.compress(f"so {secret.upper()} it is".encode()))
    with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as database:
        database.execute("CREATE TABLE t (word TEXT)")
        database.execute("INSERT INTO t VALUES (?)", (secret,))
        database.commit()
    for content in (packed.getvalue(), (tmp_path / "a.sqlite3").read_bytes()):
        assert {place for part in contents(content) for place in word.found_in(part)} == {"a place"}
