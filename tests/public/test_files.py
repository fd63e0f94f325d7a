"""Every list in every form: exactly the rows of the page, never a short or a wrong file."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from partnership.exchange.tables import rows
from partnership.models import ENTRY_MODELS, RECORD_MODELS, Alias, Contribution, Event, Relation, Status
from partnership.public.views.files import DETAILS, FORMS, LISTS
from tests.exchange.conftest import write_register
from tests.factories import make_contribution, make_entry, make_event, make_fund, make_party


def body(response: Any) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content


def slugs_in(form: str, content: bytes, model: Any) -> list[str]:
    """The addresses of the rows of a file, in its order."""
    if form == "csv":
        return [row["slug"] for row in csv.DictReader(io.StringIO(content.decode(), newline=""))]
    if form == "json":
        return [row["slug"] for row in json.loads(content)["records"]]
    if form == "xlsx":
        book = load_workbook(io.BytesIO(content), read_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
        return [str(row[0]) for row in rows[1:]]
    rows = [row for row in json.loads(content) if row["model"] == f"partnership.{model._meta.model_name}"]
    return [row["fields"]["slug"] for row in rows]


@pytest.fixture
def register(db: None) -> None:
    """The small register, with a few more contributions to choose among."""
    write_register()
    for number in range(4):
        donor = "japan" if number % 2 else "spain"
        make_contribution(f"more-{number}", date=str(2010 + number), parties=((donor, "donor"),))


def test_every_form_of_every_list_has_the_rows_of_the_page(register, client):
    for name, page in LISTS.items():
        expected = [row.slug for row in page.chosen(QueryDict())]
        assert expected, name
        for form in FORMS:
            found = slugs_in(form, body(client.get(f"/{name}.{form}")), page.model)
            if form == "fixture.json":  # in its own order, with whatever the rows need
                assert set(found) >= set(expected), name
            else:
                assert found == expected, (name, form)


@pytest.mark.one_engine
def test_every_list_links_its_files_with_the_filters_in_use(register, client):
    for name in LISTS:
        page = client.get(f"/{name}/").content.decode()
        for form in FORMS:
            assert f'href="/{name}.{form}"' in page, (name, form)
    page = client.get("/contributions/?donor=japan&page=1&nonsense=1").content.decode()
    assert 'href="/contributions.csv?donor=japan"' in page
    assert "Download 3 contributions as" in " ".join(page.split())
    assert 'href="/contributions/gift.json"' in client.get("/contributions/gift/").content.decode()
    assert 'href="/data/"' in page


QUERIES = (
    "donor=japan",
    "donor=japan&from=2011&sort=oldest",
    "q=gift",
    "stage=pledged&stage=paid",
    "from=2011&to=2012",
)


def test_a_filter_selects_the_same_rows_on_the_page_and_in_each_form(register, client):
    for query in QUERIES:
        expected = [row.slug for row in client.get(f"/contributions/?{query}").context["records"]]
        assert expected, query
        for form in FORMS:
            found = slugs_in(form, body(client.get(f"/contributions.{form}?{query}")), Contribution)
            assert found == (sorted(expected) if form == "fixture.json" else expected), (query, form)


WRONG = ("from=June", "donnor=japan", "page=2", "stage=none", "donor=japan&sort=size")


@pytest.mark.one_engine
def test_a_wrong_parameter_is_refused_by_name_and_gives_no_rows(db, client):
    make_contribution("gift")
    for form in FORMS:
        for query in WRONG:
            response = client.get(f"/contributions.{form}?{query}")
            content = body(response).decode()
            assert response.status_code == 400, (query, form)
            assert response.headers["Content-Type"].startswith("text/plain")
            assert query.rpartition("&")[2].partition("=")[0] in content
            assert "gift" not in content
        assert client.get(f"/areas.{form}?q=x").status_code == 400


def test_a_file_says_what_it_is_and_is_not_sent_again_while_nothing_changed(register, client):
    for form in FORMS:
        address = f"/contributions.{form}?donor=japan"
        response = client.get(address)
        assert response.headers["Content-Disposition"] == f'attachment; filename="contributions.{form}"'
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Link"] == '<http://testserver/contributions/?donor=japan>; rel="canonical"'
        assert "Set-Cookie" not in response.headers
        assert body(response)
        etag = response.headers["ETag"]
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert len(asked) == 1  # the generation alone
        head = client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"] == response.headers["Content-Type"]
        assert client.head(f"/contributions.{form}?donnor=x").status_code == 400
        assert client.post(address).status_code == 405
    make_event("another")
    response = client.get("/contributions.csv?donor=japan", headers={"if-none-match": etag})
    assert response.status_code == 200
    assert body(response)


@pytest.mark.one_engine
def test_what_breaks_on_the_way_breaks_the_file(register, client, monkeypatch):
    def breaks(*args: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(rows, "_parties", breaks)
    response = client.get("/contributions.csv")
    with pytest.raises(ZeroDivisionError):
        b"".join(response.streaming_content)


@pytest.mark.one_engine
def test_no_list_tells_of_what_readers_may_not_see(db, client):
    draft = make_fund("sentinel", status=Status.DRAFT, title="Sentinel")
    for model in ENTRY_MODELS[1:]:
        make_entry(model, f"open-{model.kind_name()}", staff_note="sentinel note")
        make_entry(model, f"sentinel-{model.kind_name()}", status=Status.DRAFT, staff_note="sentinel note")
    make_contribution("open-gift", fund=draft)
    make_party("party-of-sentinel-relation")  # made for the draft, and public
    for name in LISTS:
        for form in FORMS:
            content = body(client.get(f"/{name}.{form}"))
            if form != "xlsx":
                text = (
                    content.decode()
                    .replace("party-of-sentinel-relation", "")
                    .replace("Party Of Sentinel Relation", "")
                )
                assert "entinel" not in text, (name, form)


# One entry


def test_one_record_of_each_kind_is_a_document_with_the_address_of_its_page(register, client):
    for model in RECORD_MODELS:
        entry = model.objects.published().first()
        address = f"{entry.get_absolute_url().rstrip('/')}.json"
        said = json.loads(body(client.get(address)))
        assert said["address"] == f"http://testserver{entry.get_absolute_url()}"
        assert said["document"][0]["fields"]["slug"] == entry.slug
        assert {row["pk"] for row in said["document"][1:]} >= {row.key for row in entry.citations.all()}
        assert "staff_note" not in said["document"][0]["fields"]
        assert client.get(f"{address}?x=1").status_code == 400


@pytest.mark.one_engine
def test_an_entry_that_is_not_there_is_told_as_its_page_tells_it(register, client):
    assert len(DETAILS) == len(LISTS)
    assert (
        json.loads(body(client.get("/relations/nato/japan.json")))["document"][0]["fields"]["slug"]
        == "nato-japan"
    )
    assert (
        client.get("/events/draft-event.json").status_code
        == client.get("/events/none.json").status_code
        == 404
    )
    withdrawn = client.get("/events/withdrawn-event.json")
    assert (withdrawn.status_code, withdrawn.headers["Content-Type"]) == (410, "text/plain; charset=utf-8")
    moved = client.get("/events/the-old-meeting.json")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/events/meeting-2022.json")
    assert Alias.objects.exists()
    assert Relation.objects.exists()


@pytest.mark.one_engine
def test_the_file_of_an_entry_does_not_name_the_draft_that_it_refers_to(db, client):
    draft = make_fund("secret-fund", status=Status.DRAFT)
    make_contribution("gift", fund=draft)
    content = body(client.get("/contributions/gift.json"))
    assert b"secret-fund" not in content
    assert json.loads(content)["document"][0]["fields"]["fund"] is None


@pytest.mark.one_engine
def test_queries_of_a_file_do_not_grow_with_its_rows(db, client):
    counts = []
    for place in range(2):
        for number in range(3):
            make_event(f"event-{place}-{number}")
        with CaptureQueriesContext(connection) as asked:
            body(client.get("/events.csv"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Event.objects.count() == 6
    assert reverse("events-csv") == "/events.csv"
