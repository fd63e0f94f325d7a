"""The SQLite file of the public register: whole, joined, labelled, and nothing in it that readers may not see."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents
from partnership.exchange.data.database import metadata, table_name, write_database
from partnership.exchange.data.snapshot import take_snapshot
from partnership.exchange.export import FILE_NUMBERS
from partnership.models import ENTRY_MODELS, Citation, Contribution, Event, Party, Status, owned_models
from tests.factories import make_contribution, make_event, make_fund

Rows = list[tuple[Any, ...]]


@pytest.fixture
def stored(register: None, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite file of the small register, opened."""
    write_database(tmp_path / "register.sqlite3", take_snapshot())
    with closing(sqlite3.connect(tmp_path / "register.sqlite3")) as file:
        yield file


def rows(file: sqlite3.Connection, query: str) -> Rows:
    return file.execute(query).fetchall()


def test_the_tables_hold_what_the_public_lists_hold_and_refer_to_nothing_that_is_missing(stored):
    assert rows(stored, "PRAGMA foreign_key_check") == []
    assert rows(stored, "PRAGMA integrity_check") == [("ok",)]
    for model in ENTRY_MODELS:
        found = {slug for (slug,) in rows(stored, f'SELECT slug FROM "{table_name(model)}"')}
        assert found == set(model.objects.published().values_list("slug", flat=True)), model
        for owned in owned_models(model):
            owner = {f"{owned.owner_field}__status": Status.PUBLISHED}
            found = {key for (key,) in rows(stored, f'SELECT key FROM "{table_name(owned)}"')}
            assert found == set(owned.objects.filter(**owner).values_list("key", flat=True)), owned


def test_no_column_is_private_and_no_draft_or_withdrawn_entry_is_named(stored):
    for model in FILE_NUMBERS:
        columns = {name for _place, name, *_rest in rows(stored, f'PRAGMA table_info("{table_name(model)}")')}
        assert not columns & {"id", *model.private_fields}, model
    dump = "\n".join(stored.iterdump())
    for hidden in ("draft-event", "withdrawn-event", "Ask the archive", "Second reading done"):
        assert hidden not in dump


def test_values_stand_as_their_sources_give_them_and_what_is_not_stated_is_null(stored):
    amount = "SELECT amount, currency, amount_stated, fund, period, period_earliest, period_latest FROM contribution"
    assert rows(stored, amount) == [
        (5000000000, "USD", None, "clearance-fund", "2009/2013", "2009-01-01", "2013-12-31")
    ]
    # A fund without a date of its own is dated by its steps, as on its page.
    assert rows(stored, "SELECT date, earliest, latest FROM fund") == [(None, "2010-01-01", None)]
    assert rows(stored, "SELECT title FROM relation") == [("NATO – 日本 Japan",)]
    members = "SELECT area FROM event_areas WHERE event = 'meetings' ORDER BY area"
    assert rows(stored, members) == [("cyber-defence",), ("space",)]


def test_views_tell_over_all_kinds_who_took_part_and_what_rests_on_a_source(stored):
    donors = "SELECT kind, record, party_name FROM taking_part WHERE role = 'Donor'"
    assert rows(stored, donors) == [("contribution", "gift", "日本 Japan")]
    citations = [
        owned for model in ENTRY_MODELS for owned in owned_models(model) if issubclass(owned, Citation)
    ]
    public = [each.objects.filter(**{f"{each.owner_field}__status": Status.PUBLISHED}) for each in citations]
    count = "SELECT count(*) FROM cited WHERE source = 'a-page' AND url = 'https://example.org/a-page'"
    assert rows(stored, count) == [(sum(each.count() for each in public),)]


def test_codes_and_columns_are_explained_in_the_file_itself(stored):
    words = "SELECT words FROM code WHERE \"table\" = 'contribution' AND \"column\" = 'stage' AND code = 'pledged'"
    assert rows(stored, words) == [("pledged",)]
    explained = set(rows(stored, 'SELECT "table", "column" FROM column_meaning'))
    for model in FILE_NUMBERS:
        for _place, name, *_rest in rows(stored, f'PRAGMA table_info("{table_name(model)}")'):
            assert name in ("key", "title") or (table_name(model), name) in explained


def test_the_same_content_gives_the_same_bytes_whatever_the_order_of_entry(register, tmp_path):
    write_database(tmp_path / "one.sqlite3", take_snapshot())
    gift = Contribution.objects.get(slug="gift")
    document = documents.dump(gift)
    gift.delete()
    make_contribution("a-later-one")
    documents.apply(document, slug="gift")
    Contribution.objects.get(slug="a-later-one").delete()
    assert Contribution.objects.get(slug="gift").pk != gift.pk
    write_database(tmp_path / "two.sqlite3", take_snapshot())
    assert (tmp_path / "one.sqlite3").read_bytes() == (tmp_path / "two.sqlite3").read_bytes()


def test_what_the_public_face_withholds_is_not_in_the_file(db, tmp_path):
    draft = make_fund("secret-fund", status=Status.DRAFT)
    make_contribution("withheld-gift", fund=draft)
    make_event("open-event", parties=(("japan", "host"), ("secret-party", "participant")))
    Party.objects.filter(slug="secret-party").update(status=Status.DRAFT)
    write_database(tmp_path / "register.sqlite3", take_snapshot())
    content = (tmp_path / "register.sqlite3").read_bytes()
    assert b"open-event" in content
    for hidden in (b"secret-fund", b"withheld-gift", b"secret-party"):
        assert hidden not in content


@pytest.mark.one_engine
def test_an_empty_register_gives_a_file_with_empty_tables(db, tmp_path):
    assert write_database(tmp_path / "register.sqlite3", take_snapshot()) == 0
    with closing(sqlite3.connect(tmp_path / "register.sqlite3")) as file:
        assert rows(file, "SELECT count(*) FROM event") == [(0,)]
        assert rows(file, "SELECT count(*) FROM taking_part") == [(0,)]


@pytest.mark.one_engine
def test_queries_do_not_grow_with_the_rows(db, tmp_path):
    counts = []
    for place in range(2):
        for number in range(5):
            make_event(f"event-{place}-{number}")
        with CaptureQueriesContext(connection) as asked:
            write_database(tmp_path / f"{place}.sqlite3", take_snapshot())
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Event.objects.count() == 10


# Datasette


@pytest.mark.one_engine
def test_datasette_opens_the_file_with_labels_for_what_rows_refer_to(register, tmp_path):
    from datasette.app import Datasette

    path = tmp_path / "register.sqlite3"
    snapshot = take_snapshot()
    write_database(path, snapshot)

    async def look(told: dict[str, Any]) -> tuple[Any, str]:
        datasette = Datasette(files=[], immutables=[str(path)], metadata=told)
        try:
            tables = (await datasette.client.get("/register.json")).json()
            page = (await datasette.client.get("/register/contributioninvolvement")).text
            return tables, page
        finally:
            for database in datasette.databases.values():
                database.close()

    for told in ({}, metadata(snapshot)):
        found, page = asyncio.run(look(told))
        assert "contribution" in {each["name"] for each in found["tables"]}
        # The reference to the party is a link with the name of the party, that to the role one with its words.
        assert '<a href="/register/party/japan">日本 Japan</a>' in page
        assert '<a href="/register/term/donor">Donor</a>' in page
