"""A list runs the same number of queries for sixty records as for fifteen hundred, and a page for one row as for many.

Counts beside the options, amounts, names and standings of the time are part of every page that is asked for here.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import (
    RECORD_MODELS,
    Contribution,
    Event,
    SteppedRecord,
    Vocabulary,
)
from tests.factories import (
    add_step,
    make_contribution,
    make_entry,
    make_fund,
    make_party,
    make_record,
    make_relation,
    make_standing,
    make_term,
)
from tests.public.copies import copy

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())
PARTIES = (("japan", "participant"), ("spain", "host"), ("ukraine", "beneficiary"))
SELECTIONS = (
    "",
    "party=japan&role=participant&page={last}",
    "q=copy&from=2000&when=may",
    "together=japan&together=spain&area=space&sort=title",
)
PAGES = (
    "/parties/japan/",
    "/parties/nato/",
    "/relations/nato/japan/",
    "/areas/space/",
    "/sources/a-page/",
    "/parties/",
    "/areas/",
    "/sources/",
    "/relations/",
    "/",
)


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def make_original(model, slug: str = "original"):
    """A record that has whatever a row of its list can show; its parties have names and standings of the time."""
    fields = {}
    if model is Contribution:
        fields = {"fund": make_fund("a-fund"), "form": make_term(Vocabulary.FORM, "form-goods")}
        fields |= {"amount": 5, "currency": "USD", "stage": "paid"}
    if model is Event:
        fields = {"level": make_term("level", "ministers"), "portfolio": make_term("portfolio", "defence")}
    record = make_record(model, slug, title="Copy", date="2014", areas=("space",), parties=PARTIES, **fields)
    if issubclass(model, SteppedRecord):
        add_step(record, "step-agreed", "2014")
    return record


def make_past_of_japan() -> None:
    make_standing("japan-partner", date="2000/..", party=make_party("japan"), title="Partner", areas=())
    make_party("japan").names.create(text="Nippon", form="former", valid="1990/2020")


@KINDS
def test_a_list_runs_the_same_queries_for_tens_of_records_and_for_more_than_a_thousand(client, model):
    make_past_of_japan()
    original = make_original(model)
    addresses = [f"/{model.kind_name()}s/?{selection}" for selection in SELECTIONS]
    copy(original, range(1, 60))  # three pages
    few = [queries(client, address.format(last=3)) for address in addresses]
    assert client.get(addresses[2]).context["count"] == 60

    copy(original, range(60, 1_500))

    assert client.get(addresses[2]).context["count"] == 1_500
    assert [queries(client, address.format(last=60)) for address in addresses] == few


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_the_same_queries_for_thirty_records_of_each_kind_and_for_hundreds(client, address):
    make_past_of_japan()
    make_relation()
    originals = [make_original(model, f"original-{model.kind_name()}") for model in RECORD_MODELS]
    for original in originals:
        copy(original, range(1, 30))
    few = queries(client, address)

    for original in originals:
        copy(original, range(30, 300))

    assert queries(client, address) == few


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
        parties=(("japan", "participant"), *((f"party-{number}", "participant") for number in range(12))),
        areas=tuple(f"area-{number}" for number in range(5)),
        sources=tuple(f"source-{number}" for number in range(6)),
    )

    assert queries(client, large.get_absolute_url()) == queries(client, small.get_absolute_url())
