"""What is told of entries that are no longer there because they were merged into others."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from partnership.editorial import workflow
from partnership.editorial.parting import undo
from partnership.editorial.union import union_of
from partnership.editorial.uniting import merge
from partnership.exchange.export import EDITORIAL, export
from partnership.exchange.load import load
from partnership.exchange.verifying import Verdict, verify
from partnership.models import Alias, Event, Merge, Party, Status
from tests import factories
from tests.admin.accounts import account
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def by(db: None) -> Any:
    return account("publisher", "Publisher")


@pytest.fixture
def register(db: None) -> None:
    """A country twice, and an event that names it once under each name, published in an edition."""
    factories.make_party("eswatini", note="A kingdom.")
    factories.make_party("swaziland")
    event = factories.make_event(
        "visit",
        status=Status.DRAFT,
        parties=(("swaziland", "host"), ("eswatini", "participant")),
        summary="In [Swaziland](party:swaziland).",
    )
    factories.make_event("dialogue", parties=(("swaziland", "participant"),))
    workflow.publish(event)


def make_one(by: Any) -> Merge:
    kept, gone = (Party.objects.get(slug=slug) for slug in ("eswatini", "swaziland"))
    choices = {each.name: "kept" for each in union_of(kept, gone, {}).united.choices}
    return merge(kept, gone, choices, by=by, reason="Renamed in 2018.")


def read(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200, address
    return text_of(response)


def test_a_page_of_the_past_names_it_as_it_was_called_and_leads_to_what_it_is_now(register, by):
    make_one(by)
    address = Event.objects.get(slug="visit").get_absolute_url()
    past = read(f"{address}?edition=1")
    assert "Swaziland" in past
    assert "Swaziland" not in re.sub(r"In Swaziland\.|History of this entry.*", "", read(address))
    html = Client().get(f"{address}?edition=1").content.decode()
    assert re.search(r'<a[^>]*href="/parties/eswatini/"[^>]*>Swaziland</a>', html)
    assert Client().get("/parties/swaziland/?edition=0").status_code == 301


def test_its_editions_and_changes_are_told_without_it_and_the_merge_with_its_note(register, by):
    done = make_one(by)
    for address in ("/changes/", "/editions/", "/corrections/", "/editions.xml", "/events/changed.xml"):
        response = Client().get(address)
        assert response.status_code in (200, 404), address
    told = read(f"/editions/{done.edition_id}/")
    assert "“Swaziland” and “Eswatini” were the same, and are one entry now." in told
    assert "3 entries changed" in told
    assert "Before: Swaziland" in told
    assert "After: Eswatini" in told
    assert "Eswatini" in read("/corrections/")
    for address in ("/", "/editions/1/", "/changes/?after=0", "/api/v1/parties/", "/search/?q=swaziland"):
        read(address)


def test_an_entry_that_came_back_is_told_as_before(register, by):
    undo(make_one(by), by=by, reason="They are two.")
    assert Client().get("/parties/swaziland/").status_code == 200
    assert "Edition 3" in read("/parties/swaziland/")
    assert "“Swaziland” and “Eswatini” are two entries again." in read("/editions/3/")
    assert "Swaziland" in read("/changes/?entry=party:swaziland")


def test_a_bundle_of_before_is_an_older_edition_and_one_of_now_the_same(register, by, tmp_path):
    export(tmp_path / "before")
    done = make_one(by)
    export(tmp_path / "merged")
    older = verify(tmp_path / "before")
    assert (older.verdict, older.altered) == (Verdict.OLDER, [])
    assert max(until for _from, until in older.editions) < done.edition_id
    assert verify(tmp_path / "merged").verdict == Verdict.SAME
    undo(done, by=by, reason="They are two.")
    merged = verify(tmp_path / "merged")
    assert merged.verdict == Verdict.OLDER
    assert merged.editions == [(done.edition_id, done.edition_id)]
    assert verify(tmp_path / "before").altered == []


def test_what_is_exported_after_a_merge_loads_without_a_change(register, by, tmp_path: Path):
    make_one(by)
    for face in ("public", EDITORIAL):
        export(tmp_path / face, face=face)
        report = load([tmp_path / face])
        assert report.edition is None
    Alias.objects.all().delete()
    load([tmp_path / "public"])
    assert Alias.objects.get().target == "party:eswatini"
