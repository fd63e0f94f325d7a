"""Asked of all kinds at once, the filters that all kinds have give what the seven lists give one by one."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils.http import urlencode
from pytest_django import DjangoDbBlocker

from partnership.models import RECORD_MODELS, Event
from partnership.public import facet_index
from partnership.public.filters import base

from . import generated
from .filtering import across, filterset, found, rows_across

pytestmark = [pytest.mark.oracle, pytest.mark.django_db, pytest.mark.usefixtures("register")]

VALUES = {
    "party": generated.PUBLIC_PARTIES,
    "role": generated.ROLES[:-1],
    "level": generated.LEVELS,
    "together": generated.PUBLIC_PARTIES,
    "area": generated.AREAS[:-1],
    "organisation": generated.ORGANISATIONS,
    "source": generated.SOURCES[:-1],
}
TIMES = (
    {},
    {},
    {"from": ["2012"]},
    {"from": ["2010"], "to": ["2016"], "when": ["may"]},
    {"running": ["2015-07"]},
    {"undated": ["1"]},
)
WORDS = ("", "", "", "copper", "country a", "resilience")


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The generated register, written once, and the index of each kind, as a running site keeps it."""
    indexes: dict[type, facet_index.Index] = {}

    def kept(asked: Any) -> facet_index.Index:
        if type(asked) not in indexes:
            indexes[type(asked)] = facet_index.Index(asked)
        return indexes[type(asked)]

    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(generated, "RECORDS", 15)
        generated.Generator(seed=11).build()
        patch.setattr(base, "index_of", kept)
        yield
        transaction.set_rollback(True)


def a_state(chance: random.Random) -> dict[str, list[str]]:
    """A few filters with a few values, that can be read together."""
    state = {
        name: chance.sample(VALUES[name], chance.choice((1, 1, 2)))
        for name in chance.sample(sorted(VALUES), chance.choice((0, 1, 1, 2)))
    }
    state |= chance.choice(TIMES)
    if words := chance.choice(WORDS):
        state["q"] = [words]
    if chance.random() < 0.2:
        state["disputed"] = ["1"]
    return state


def test_whatever_is_asked_all_kinds_together_give_the_rows_and_counts_of_the_seven_lists():
    chance = random.Random(2026)
    for _number in range(12):
        state = a_state(chance)
        query = urlencode(state, doseq=True)
        lists = {model.kind_name(): found(model, query) for model in RECORD_MODELS}
        asked = across(query)

        assert sorted(rows_across(query)) == sorted((kind, slug) for kind in lists for slug in lists[kind]), (
            query
        )
        assert asked.facets.count == sum(map(len, lists.values())), query
        assert asked.facets.counts("kind") == {kind: len(slugs) for kind, slugs in lists.items()}, query


def test_the_count_beside_an_option_is_the_sum_of_those_of_the_seven_lists():
    query = "party=country-a&from=2010&when=may"
    asked = across(query)
    for name in ("party", "role", "area", "source", "disputed", "undated"):
        kinds: Counter[str] = Counter()
        for model in RECORD_MODELS:
            kinds.update(filterset(model, query).facets.counts(name))
        assert +Counter(asked.facets.counts(name)) == +kinds, name


def test_some_kinds_are_the_rows_of_these_lists_and_their_options_are_counted_among_them():
    asked = across("kind=fund&kind=event&area=cyber")

    assert Counter(row.kind for row in asked.qs) == {
        "event": len(found(Event, "area=cyber")),
        "fund": asked.facets.counts("kind")["fund"],
    }
    assert asked.facets.count == asked.qs.count()
    assert asked.facets.counts("kind") == across("area=cyber").facets.counts("kind")
    assert asked.facets.counts("area")["cyber"] == asked.facets.count


def test_every_option_of_any_kind_is_offered_once_in_the_order_of_its_list():
    asked = across()
    for name in ("party", "role", "area", "organisation", "source"):
        together = {value for model in RECORD_MODELS for value, _label in filterset(model).choices(name)}
        values = [value for value, _label in asked.choices(name)]
        assert len(values) == len(together)
        assert set(values) == together
    labels = [str(label) for _value, label in asked.choices("source")]
    assert labels == sorted(labels, key=str.casefold)
