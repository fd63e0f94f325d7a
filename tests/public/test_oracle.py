"""Whatever is asked, a list shows what plain Python finds over all rows: rows, count, facets, amounts; and so do its files,
its feed and the API.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import resolve
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from partnership.exchange.export import PUBLIC, addresses
from partnership.models import RECORD_MODELS, Area, Contribution, Event, Fund, Record, Standing
from partnership.public import facet_index
from partnership.public.filters import base

from . import generated
from .oracle import Oracle
from .outputs import rows_of_feed, rows_of_fixture, rows_of_outputs
from .reading import text_of

pytestmark = [pytest.mark.oracle, pytest.mark.django_db, pytest.mark.usefixtures("register")]

KINDS = pytest.mark.parametrize("kind", RECORD_MODELS, ids=lambda model: model.kind_name())
YEARS = ("2009", "2012", "2014", "2015-07", "2016", "2020-01-01")
EVERY = {
    "party": generated.PUBLIC_PARTIES,
    "role": generated.ROLES[:-1],
    "level": generated.LEVELS,
    "portfolio": generated.PORTFOLIOS,
    "scope": generated.SCOPES,
    "together": generated.PUBLIC_PARTIES,
    "area": generated.AREAS[:-1],
    "organisation": generated.ORGANISATIONS,
    "source": generated.SOURCES[:-1],
}
STANDING_THEN = ("member", "acceding", "partner", "observer", "not-known")
GIVING = {
    "donor": generated.PUBLIC_PARTIES,
    "beneficiary": generated.PUBLIC_PARTIES,
    "channel": ("trust-fund", "other", "not-stated"),
    "stage": ("offered", "pledged", "paid", "not-stated"),
    "form": (*generated.FORMS, "not-stated"),
    "currency": ("USD", "EUR"),
    "amount": ("stated", "not-stated"),
    "in_total": ("counted", "no-amount", "range", "rate", "part"),
    "donor_standing": STANDING_THEN,
    "beneficiary_standing": STANDING_THEN,
}
OF_KIND: dict[str, dict[str, tuple[str, ...]]] = {
    "event": {"kind": generated.KINDS["event"]},
    "programme": {"kind": generated.KINDS["programme"]},
    "exercise": {},
    "fund": {"lead": generated.PUBLIC_PARTIES, "beneficiary": generated.PUBLIC_PARTIES},
    "operation": {},
    "contribution": GIVING,
    "standing": {"at": generated.PUBLIC_PARTIES, "word": generated.STANDINGS, "now": STANDING_THEN[:4]},
}
FLAGS = {
    "fund": ("several_leads", "in_force"),
    **dict.fromkeys(("programme", "operation", "standing"), ("in_force",)),
}
STATE_CLASSES = (
    {},
    {"party": ["country-a"]},
    {"from": ["2010"], "to": ["2016"], "when": ["may"]},
    {"from": ["1601"], "to": ["1602"]},
)


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The generated register, written once; what plain Python knows of each kind; and the index of each list.

    On a running site too an index is kept until something changes, but never inside a transaction, as here.
    """
    indexes: dict[type, facet_index.Index] = {}

    def kept(filterset: Any) -> facet_index.Index:
        if type(filterset) not in indexes:
            indexes[type(filterset)] = facet_index.Index(filterset)
        return indexes[type(filterset)]

    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        generated.Generator(seed=7).build()
        ORACLES.update({kind: Oracle(kind) for kind in RECORD_MODELS})
        IN_FIXTURES.update({model: set(found.values()) for model, found in addresses(PUBLIC).items()})
        patch.setattr(base, "index_of", kept)
        yield
        ORACLES.clear()
        IN_FIXTURES.clear()
        transaction.set_rollback(True)


ORACLES: dict[type[Record], Oracle] = {}
# What names a draft is on pages, without the name, and in no fixture.
IN_FIXTURES: dict[type[Any], set[str]] = {}


def choices_of(kind: type[Record]) -> dict[str, tuple[str, ...]]:
    """The filters of several values of a kind, with the values asked for."""
    name = kind.kind_name()
    found = {**EVERY, **OF_KIND[name]}
    if kind not in (Contribution, Standing):
        found["standing"] = STANDING_THEN
    for each in ("series", "part_of"):
        found[each] = tuple(sorted(ORACLES[kind].entries)[:15])
    if kind is Contribution:
        for target in ("fund", "programme"):
            found[target] = tuple(sorted(ORACLES[kind].options(target)))
    return found


@st.composite
def states(draw: Any, kind: type[Record]) -> dict[str, list[str]]:
    """What a reader may ask of a list: a few filters, each with a few values, that can be read together."""
    choices = choices_of(kind)
    names = draw(st.lists(st.sampled_from(sorted(choices)), max_size=3, unique=True))
    state = {
        name: draw(st.lists(st.sampled_from(choices[name]), min_size=1, max_size=3, unique=True))
        for name in names
    }
    if draw(st.integers(0, 3)) == 0:
        state["ordinal"] = [draw(st.sampled_from("12"))]
    for flag in ("disputed", *FLAGS.get(kind.kind_name(), ())):
        if draw(st.integers(0, 7)) == 0:
            state[flag] = ["1"]
    state |= draw(_times())
    if draw(st.integers(0, 3)) == 0:
        state["q"] = [
            draw(st.sampled_from((*generated.METALS, "country a", "resilience", "iron 01", "second")))
        ]
    if draw(st.integers(0, 5)) == 0:
        state["source_before"] = [draw(st.sampled_from(("2009-05-01", "2009-06", "2010", "2021")))]
    if draw(st.booleans()):
        state["sort"] = [draw(st.sampled_from(("oldest", "title")))]
    return state


@st.composite
def _times(draw: Any) -> dict[str, list[str]]:
    asked = draw(st.sampled_from(("", "", "from", "to", "both", "running", "undated")))
    first, last = sorted(draw(st.tuples(st.sampled_from(YEARS), st.sampled_from(YEARS))))
    found = {
        "from": {"from": [first]},
        "to": {"to": [last]},
        "both": {"from": [first], "to": [last]},
        "running": {"running": [first]},
        "undated": {"undated": ["1"]},
    }.get(asked, {})
    if found.keys() & {"from", "to", "running"} and draw(st.booleans()):
        found["when"] = ["may"]
    return found


def page_of(kind: type[Record], state: dict[str, list[str]]) -> dict[str, Any]:
    """The context of a list, by its own view: all of the page but its HTML."""
    path = f"/{kind.kind_name()}s/"
    request = RequestFactory().get(f"{path}?{urlencode(state, doseq=True)}")
    response = resolve(path).func(request)
    assert response.status_code == 200
    assert not response.context_data["errors"], response.context_data["errors"]
    assert not response.context_data["unknown"]
    return response.context_data


def slugs_of_all_pages(context: dict[str, Any]) -> list[str]:
    paginator = context["paginator"]
    return [record.slug for number in paginator.page_range for record in paginator.page(number).object_list]


def facets_of(context: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Filter -> option -> (count, whether chosen), as the page shows them."""
    return {
        facet.name: {option.value: (option.count, option.chosen) for option in facet.options}
        for group in context["groups"]
        for facet in group.facets
        if facet.options
    }


@KINDS
def test_a_hundred_states_of_the_filters_show_what_plain_python_finds(kind: type[Record]):
    oracle = ORACLES[kind]

    # The states are the same on both engines; the hundred are asked where every machine can.
    @settings(max_examples=100 if connection.vendor == "sqlite" else 10)
    @given(states(kind))
    def check(state: dict[str, list[str]]) -> None:
        context = page_of(kind, state)
        expected = oracle.in_order(state)
        assert slugs_of_all_pages(context) == expected
        assert context["count"] == len(expected)
        check_facets(oracle, state, facets_of(context))
        if kind is Contribution:
            check_amounts(oracle, state, context["totals"])
        check_outputs(kind, urlencode(state, doseq=True), expected)

    check()


def check_outputs(kind: type[Record], query: str, expected: list[str]) -> None:
    """That files, feed and API give the rows of the page; a fixture holds whatever else its rows need."""
    for output, slugs in rows_of_outputs(kind, query).items():
        assert slugs == expected, output
    assert sorted(rows_of_feed(kind, query)) == sorted(expected)
    assert rows_of_fixture(kind, query) >= IN_FIXTURES[kind] & set(expected)


def check_facets(oracle: Oracle, state: dict[str, list[str]], shown: dict[str, dict[str, Any]]) -> None:
    names = {*choices_of(oracle.kind), "disputed", *FLAGS.get(oracle.kind.kind_name(), ())}
    for name in sorted(names):
        chosen = set(state.get(name, ()))
        counted = oracle.counts(state, name, oracle.options(name) | chosen)
        expected = {option: count for option, count in counted.items() if count or option in chosen}
        if name == "part_of":  # its options are too many to list: readers come with one
            expected = {option: expected[option] for option in chosen}
        found = {option: count for option, (count, _chosen) in shown.get(name, {}).items()}
        if name == "organisation" and name not in shown:
            assert len(expected) < 2  # of one organisation there is no choice
            assert not chosen
            continue
        if name in FLAGS_AND_DISPUTED and not found:
            assert not any(expected.values()), name
            continue
        assert found == expected, name
        assert {option for option, (_count, ticked) in shown.get(name, {}).items() if ticked} == chosen, name


FLAGS_AND_DISPUTED = {"disputed", "several_leads", "in_force"}


def check_amounts(oracle: Oracle, state: dict[str, list[str]], totals: Any) -> None:
    figures, left = oracle.amounts(state)
    shown = totals.figures if totals else ()
    assert {(each.currency, each.stage): (each.amount, each.count) for each in shown} == figures
    assert {str(each.reason): each.count for each in (totals.left_out if totals else ())} == left


@KINDS
def test_the_figures_of_a_facet_and_the_rows_are_printed(client: Client, kind: type[Record]):
    for state in STATE_CLASSES:
        response = client.get(f"/{kind.kind_name()}s/", state)
        expected = ORACLES[kind].in_order(state)
        html = response.content.decode()
        linked = re.findall(rf'href="/{kind.kind_name()}s/([a-z0-9-]+)/"', html)
        assert list(dict.fromkeys(slug for slug in linked if slug in expected)) == expected[:25]
        if expected:
            assert re.search(rf"\b{len(expected)} {kind.kind_name()}s?\b", text_of(response))
            check_printed_areas(ORACLES[kind], state, html)


def check_printed_areas(oracle: Oracle, state: dict[str, list[str]], html: str) -> None:
    """That each area with a record stands in the filter with its number beside it, and no other does."""
    names = dict(Area.objects.values_list("slug", "name"))
    counts = oracle.counts(state, "area", oracle.options("area"))
    expected = {names[slug]: str(count) for slug, count in counts.items() if count}
    assert expected
    facet = html.partition('id="filter-area"')[2].partition("</fieldset>")[0]
    assert dict(re.findall(r'<span>(.*?)</span>\s*<span class="count">(\d+)</span>', facet)) == expected


def test_every_figure_opens_exactly_its_rows():
    oracle = ORACLES[Contribution]
    for state in ({}, {"donor": ["country-a"]}, {"from": ["2010"], "when": ["may"]}):
        totals = page_of(Contribution, state)["totals"]
        assert totals.figures
        for each in (*totals.figures, *totals.left_out):
            rows = slugs_of_all_pages(page_of(Contribution, _state_of(each.address)))
            assert len(rows) == each.count
            assert set(rows) <= oracle.select(state)
        for figure in totals.figures:
            rows = slugs_of_all_pages(page_of(Contribution, _state_of(figure.address)))
            assert sum((oracle.entries[slug].money.amount for slug in rows), Decimal(0)) == figure.amount


def _state_of(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_the_register_holds_what_the_filters_can_meet():
    """The states would prove little if most of them selected nothing."""
    contributions = ORACLES[Contribution]
    reasons = contributions.reasons(contributions.select({}))
    assert set(reasons.values()) == {"counted", "no-amount", "range", "rate", "part"}
    assert contributions.options("beneficiary_standing") >= {"member", "partner", "not-known"}
    assert ORACLES[Standing].options("now") >= {"member", "partner"}
    assert ORACLES[Fund].select({"several_leads": ["1"]})
    assert ORACLES[Event].select({"level": ["heads"]}) != ORACLES[Event].select(
        {"level": ["heads"], "role": ["host"]}
    )
    for kind, oracle in ORACLES.items():
        assert 40 <= len(oracle.entries) < generated.RECORDS <= kind.objects.count()
