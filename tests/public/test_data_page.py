"""`/data/`: the register as files, each as it is described, and nothing in any of them that readers may not see."""

import csv
import fcntl
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents
from partnership.exchange.data import contents, store
from partnership.exchange.data.lists import LISTS, rows_of_list
from partnership.exchange.tables import columns
from partnership.models import Party, Status
from tests.exchange.conftest import write_register
from tests.exchange.gifts import whole_gift
from tests.factories import make_contribution, make_event, make_fund, make_source, republish
from tests.public.reading import text_of
from tests.tools import tool

frictionless = tool("frictionless")
Package, system = frictionless.Package, frictionless.system

PUBLISHER = {"IATI_ORGANISATION": "XM-TEST-1", "IATI_ORGANISATION_TYPE": "40"}


@pytest.fixture
def register(db: None) -> None:
    """The small register with everything in it that files can hold."""
    write_register()


def body(response: Any) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content


def every_file() -> dict[str, bytes]:
    """All files of the present build by name, those in archives as well."""
    kept = store.kept()
    assert kept is not None
    found = {name: kept.path(name).read_bytes() for name in kept.files}
    for name in [name for name in found if name.endswith(".zip")]:
        with zipfile.ZipFile(io.BytesIO(found[name])) as archive:
            found |= {f"{name}/{each}": archive.read(each) for each in archive.namelist()}
    return found


# The page


def test_the_page_gives_rows_and_size_of_each_file_and_they_are_true(register, client):
    page = client.get("/data/")
    told = {each.file.name: each for each in page.context["files"]}
    told_lists = {each.csv.name: each for each in page.context["lists"]}
    assert set(told) >= {contents.FIXTURE, contents.BUNDLE, contents.DATABASE, contents.PACKAGE, store.SUMS}
    assert set(told_lists) == {f"{name}.csv" for name in LISTS}
    for name, address, file in [
        *((name, each.address, each.file) for name, each in told.items()),
        *((name, each.csv_address, each.csv) for name, each in told_lists.items()),
    ]:
        response = client.get(address)
        content = body(response)
        assert response.status_code == 200, name
        assert len(content) == file.bytes == int(response.headers["Content-Length"]), name
        assert hashlib.sha256(content).hexdigest() == file.sha256, name
        assert file.sha256 in page.content.decode()
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            assert len(rows) - 1 == file.rows, name
    with closing(sqlite3.connect(store.kept().path(contents.DATABASE))) as database:
        assert database.execute("SELECT count(*) FROM event").fetchone() == (rows_of_list("events").count(),)
    assert len(json.loads(every_file()[contents.FIXTURE])) == told[contents.FIXTURE].file.rows


@pytest.mark.one_engine
def test_the_page_says_of_which_edition_the_files_are_how_to_cite_and_under_which_licence(register, client):
    assert "edition 0, last changed" in text_of(client.get("/data/"))
    source = make_source("a-page")
    before = documents.dump(source)
    source.title = "Another title"
    source.save()
    edition = republish(source, before=before)
    words = text_of(client.get("/data/"))
    assert f"edition {edition.number} of" in words
    assert "CC BY 4.0" in words
    assert "http://testserver/data/" in words
    assert "sha256sum --check" in words


@pytest.mark.one_engine
def test_an_empty_register_has_a_page_and_files_without_rows(db, client):
    page = client.get("/data/")
    assert page.status_code == 200
    assert {each.rows for each in page.context["lists"]} == {0}
    assert client.get("/data/columns/").status_code == 200
    for name in (contents.FIXTURE, contents.DATABASE, contents.PACKAGE, "events.csv"):
        assert body(client.get(f"/data/{name}")), name
    assert json.loads(every_file()[contents.FIXTURE]) == []


@pytest.mark.one_engine
def test_queries_of_the_page_do_not_grow_with_the_rows(db, client):
    client.get("/data/")  # from here on files stand
    counts = []
    for place in range(2):
        for number in range(3):
            make_event(f"event-{place}-{number}")
            make_contribution(f"gift-{place}-{number}")
        for _building in range(2):
            with CaptureQueriesContext(connection) as asked:
                client.get("/data/")
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert counts[1] <= 3


@pytest.mark.one_engine
def test_columns_are_explained_with_the_words_of_their_codes(db, client):
    page = client.get("/data/columns/")
    words = text_of(page)
    for name, model in LISTS.items():
        assert f'id="{name}"' in page.content.decode()
        for each in columns(model):
            assert each.name in words
            assert each.help or each.label, each.name
    assert "pledged" in words


@pytest.mark.one_engine
def test_while_files_are_made_the_page_says_so_and_names_the_edition_of_those_that_stand(register, client):
    client.get("/data/")
    make_event("new-event")
    with (store.data_folder() / store.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "The register has changed since" in text_of(client.get("/data/"))
        response = client.get("/data/events.csv")
        assert response.status_code == 200
        assert b"new-event" not in body(response)
    assert "The register has changed since" not in text_of(client.get("/data/"))
    assert b"new-event" in body(client.get("/data/events.csv"))


@pytest.mark.one_engine
def test_before_the_first_files_stand_the_page_says_so_and_files_are_to_be_asked_for_again(register, client):
    store.data_folder().mkdir(parents=True)
    with (store.data_folder() / store.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "are being made" in text_of(client.get("/data/"))
        response = client.get("/data/register.sqlite3")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.one_engine
def test_a_site_that_cannot_keep_files_says_so_and_sends_what_it_can(register, client, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file" / "data"
    page = client.get("/data/")
    assert "cannot keep files" in text_of(page)
    assert str(tmp_path) not in page.content.decode()
    response = client.get("/data/register.fixture.json")
    assert "Content-Length" not in response.headers
    rows = json.loads(body(response))
    assert {"partnership.event", "partnership.contribution"} <= {row["model"] for row in rows}
    assert client.get("/data/events.csv").headers["Location"] == "/events.csv"
    assert client.get("/data/register.sqlite3").status_code == 503


# Files


def test_a_file_says_what_it_is_and_is_sent_only_to_who_has_it_not(register, client):
    response = client.get("/data/register.sqlite3")
    assert response.headers["Content-Type"] == "application/vnd.sqlite3"
    assert response.headers["Content-Disposition"] == 'attachment; filename="register.sqlite3"'
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert body(response).startswith(b"SQLite format 3")
    assert "Set-Cookie" not in response.headers
    etag = response.headers["ETag"]
    again = client.get("/data/register.sqlite3", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head("/data/register.sqlite3")
    assert head.headers["Content-Length"] == response.headers["Content-Length"]
    assert body(head) == b""
    make_event("another")
    changed = client.get("/data/register.sqlite3", headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert body(changed)


@pytest.mark.one_engine
def test_a_parameter_is_refused_with_the_way_to_a_part_and_other_names_are_unknown(register, client):
    refused = client.get("/data/contributions.csv?donor=japan")
    assert refused.status_code == 400
    assert b"/contributions.csv?donor=japan" in refused.content
    for name in ("index.json", ".lock", "none.csv", "terms.csv", "..%2Fsettings.py", "iati.xml"):
        assert client.get(f"/data/{name}").status_code == 404, name
    assert client.post("/data/events.csv").status_code == 405


def test_files_built_twice_of_the_same_register_are_the_same_to_the_byte(register, settings):
    store.build(contents.write_files)
    first = every_file()
    store.build(contents.write_files, anew=True)
    assert every_file() == first


def test_no_file_tells_of_what_readers_may_not_see(register, settings, client):
    for name, value in PUBLISHER.items():
        setattr(settings, name, value)
    hidden = make_fund(
        "sentinel-fund", status=Status.DRAFT, title="Sentinel fund", staff_note="Sentinel note"
    )
    make_contribution("open-gift", fund=hidden)  # published, yet it names a draft
    make_event(
        "open-event", staff_note="Sentinel of staff", parties=(("japan", "host"), ("sentinel-party", "donor"))
    )
    whole_gift("whole-gift")
    Party.objects.filter(slug="sentinel-party").update(status=Status.DRAFT)
    client.get("/data/")
    found = every_file()
    assert {contents.ACTIVITIES, contents.LEFT_OUT} <= set(found)
    assert any(b"open-event" in content for content in found.values())
    for name, content in found.items():
        for word in (b"sentinel", b"Sentinel", b"draft-event", b"Ask the archive", b"Check the code"):
            assert word not in content, (name, word)
    assert b"entinel" not in client.get("/data/").content


# The data package


@pytest.fixture
def package(register: None, tmp_path: Path) -> Iterator[Path]:
    """The unpacked data package of the small register."""
    store.build(contents.write_files)
    with zipfile.ZipFile(store.kept().path(contents.PACKAGE)) as archive:  # type: ignore[union-attr]
        archive.extractall(tmp_path / "package")
    with system.use_context(trusted=True):
        yield tmp_path / "package"


def problems_of(package: Path) -> list[str]:
    report = Package(str(package / contents.DESCRIPTION)).validate()
    return [row[-1] for row in report.flatten(["type"])]


@pytest.mark.one_engine
def test_the_data_package_is_valid_and_describes_every_column(package):
    assert problems_of(package) == []
    described = json.loads((package / contents.DESCRIPTION).read_text())
    assert {each["name"] for each in described["resources"]} == set(LISTS)
    for each in described["resources"]:
        with (package / each["path"]).open(encoding="utf-8-sig", newline="") as file:
            heading = next(csv.reader(file))
        assert heading == [field["name"] for field in each["schema"]["fields"]]
    assert {"README.txt", "CITATION"} <= {path.name for path in package.iterdir()}


CORRUPTIONS = (
    (b"pledged", b"pleated", "constraint-error"),
    (b"gift", b"A gift!", "constraint-error"),
    (b"5000000000.00", b"five billion", "type-error"),
    (b"gift,", b",", "primary-key"),
)


@pytest.mark.one_engine
def test_a_corrupted_package_is_not_valid_and_neither_is_one_with_a_mended_checksum(package):
    path, description = package / "contributions.csv", package / contents.DESCRIPTION
    content, described = path.read_bytes(), json.loads(description.read_text())
    for old, new, problem in CORRUPTIONS:
        assert old in content, old
        path.write_bytes(content.replace(old, new, 1))
        description.write_text(json.dumps(described))
        assert "hash-count" in problems_of(package), problem
        mended = json.loads(json.dumps(described))
        for each in mended["resources"]:
            if each["path"] == path.name:
                each["bytes"] = path.stat().st_size
                each["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        description.write_text(json.dumps(mended))
        assert problem in problems_of(package), problem


# IATI on the page


@pytest.mark.one_engine
def test_without_a_publisher_the_page_says_what_the_iati_file_needs(register, client):
    words = text_of(client.get("/data/"))
    assert "IATI_ORGANISATION" in words
    assert client.get("/data/iati.xml").status_code == 404


@pytest.mark.one_engine
def test_the_page_counts_what_is_in_the_iati_file_and_what_is_left_out_with_the_reason(db, client, settings):
    for name, value in PUBLISHER.items():
        setattr(settings, name, value)
    fund = whole_gift("whole").fund
    whole_gift("vague", fund, date="2011-02")
    words = text_of(client.get("/data/"))
    assert "1 fund has what the standard asks for" in words
    assert "1 contribution: its day is not stated" in words
    assert b"vague" not in body(client.get("/data/iati.xml"))
    assert b"contribution,vague,no-day" in body(client.get("/data/iati-left-out.csv"))


@pytest.mark.one_engine
def test_without_an_activity_there_is_no_iati_file_but_the_list_of_what_is_left_out(
    register, client, settings
):
    for name, value in PUBLISHER.items():
        setattr(settings, name, value)
    assert "the standard allows no empty one" in text_of(client.get("/data/"))
    assert client.get("/data/iati.xml").status_code == 404
    assert b"contribution,gift" in body(client.get("/data/iati-left-out.csv"))
