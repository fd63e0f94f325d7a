"""A list runs the same number of queries for ten records as for a thousand, and a page for one row as for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import RECORD_MODELS, Contribution, Event, IndexEntry, SteppedRecord
from tests.factories import add_step, make_contribution, make_entry, make_fund, make_record, make_term

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())
PARTIES = (("japan", "participant"), ("spain", "host"), ("ukraine", "beneficiary"))
SELECTIONS = ("", "party=japan&role=participant", "q=copy&from=2000&when=may", "sort=title&area=space")


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def make_original(model):
    """A record that has whatever a row of its list can show."""
    fields = {}
    if model is Contribution:
        fields = {"fund": make_fund("a-fund"), "form": make_term("form", "form-goods")}
    if model is Event:
        fields = {"level": make_term("level", "ministers"), "portfolio": make_term("portfolio", "defence")}
    record = make_record(
        model, "original", title="Copy", date="2014", areas=("space", "cyber"), parties=PARTIES, **fields
    )
    if issubclass(model, SteppedRecord):
        add_step(record, "step-agreed", "2014")
    return record


def copy(original, numbers: range) -> None:
    """Copies of a record with its parties, areas and steps, by bulk writes; the words of the copies are indexed."""
    model = type(original)
    records = [model(**{**columns(original), "id": None, "slug": f"copy-{number}"}) for number in numbers]
    model.objects.bulk_create(records)
    through, areas = model.areas.through, list(original.areas.all())
    through.objects.bulk_create(
        through(**{f"{model.kind_name()}_id": record.pk, "area_id": area.pk})
        for record in records
        for area in areas
    )
    IndexEntry.objects.bulk_create(
        IndexEntry(
            kind=model.kind_name(), slug=record.slug, title=record.title, changed=record.changed, text="copy"
        )
        for record in records
    )
    for accessor in ("involvements", "steps"):
        rows = list(getattr(original, accessor).all()) if hasattr(original, accessor) else []
        for row in rows:
            word = row.key.partition(".")[2]
            type(row).objects.bulk_create(
                type(row)(**{**columns(row), "key": f"{record.slug}.{word}", "record_id": record.pk})
                for record in records
            )


def columns(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@KINDS
def test_a_list_runs_the_same_queries_for_ten_records_and_for_a_thousand(client, model):
    original = make_original(model)
    addresses = [f"/{model.kind_name()}s/?{selection}" for selection in SELECTIONS]
    copy(original, range(1, 10))
    few = [queries(client, address) for address in addresses]
    assert client.get(addresses[2]).context["count"] == 10

    copy(original, range(10, 1000))

    assert client.get(addresses[2]).context["count"] == 1000
    assert [queries(client, address) for address in addresses] == few


@pytest.mark.parametrize("kind", ["fund", "operation", "programme"])
def test_a_page_runs_the_same_queries_for_one_contribution_and_for_many(client, kind):
    model = next(model for model in RECORD_MODELS if model.kind_name() == kind)
    target = make_entry(model, "the-target")
    make_contribution(parties=PARTIES, **{kind: target})
    few = queries(client, target.get_absolute_url())

    for _number in range(12):
        make_contribution(parties=PARTIES, **{kind: target})

    assert queries(client, target.get_absolute_url()) == few


@KINDS
def test_a_page_runs_the_same_queries_for_one_party_and_source_and_for_many(client, model):
    small = make_record(model, "small")
    large = make_record(
        model,
        "large",
        parties=tuple((f"party-{number}", "participant") for number in range(12)),
        areas=tuple(f"area-{number}" for number in range(5)),
        sources=tuple(f"source-{number}" for number in range(6)),
    )

    assert queries(client, large.get_absolute_url()) == queries(client, small.get_absolute_url())
