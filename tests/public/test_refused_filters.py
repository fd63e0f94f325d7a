"""What filters refuse, and that no value or name of a parameter breaks a list."""

import pytest

from partnership.models import RECORD_MODELS
from partnership.public import filters
from tests.factories import make_entry, make_event, make_exercise

from .filtering import filterset

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("query", "name", "part"),
    [
        ("from=June+2022", "from", "2008-06"),
        ("to=2022-13", "to", "2008"),
        ("from=199X", "from", "2008"),
        ("from=2010&to=2008", "to", "before it begins"),
        ("from=2010&undated=1", "undated", "either"),
        ("running=2010&undated=1", "undated", "either"),
        ("running=199X", "running", "2008"),
        ("source_before=yesterday", "source_before", "2008"),
        ("undated=yes", "undated", "Write 1"),
        ("disputed=no", "disputed", "Write 1"),
        ("standing=friend", "standing", "“friend”"),
        ("together=atlantis", "together", "“atlantis”"),
        ("series=atlantis", "series", "“atlantis”"),
        ("scope=summits", "scope", "“summits”"),
        ("when=perhaps", "when", "“perhaps”"),
        ("sort=random", "sort", "“random”"),
        ("ordinal=first", "ordinal", "whole number"),
        ("ordinal=0", "ordinal", "from 1"),
        ("ordinal=-1", "ordinal", "from 1"),
        ("ordinal=99999999999999999999999", "ordinal", "smaller"),
        ("party=Japan", "party", "“Japan”"),
        ("party=japan&party=atlantis", "party", "“atlantis”"),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "q", "at most 10 words"),
        ("q=%3F%21", "q", "letters or digits"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_a_right_example(client, query, name, part):
    make_event("shown")

    response = client.get(f"/events/?{query}")

    assert [field for field, _message in response.context["errors"]] == [name]
    assert part in str(response.context["errors"][0][1])
    assert list(response.context["records"]) == []


NASTY = {
    "null": "%00",
    "null inside": "ja%00pan",
    "long digits": "9" * 5000,
    "long word": "x" * 5000,
    "quotes": "%27%22%3B--",
    "pattern": "%25_%5C.*(%5B",
    "half an escape": "%e0%a4",
    "not a number": "NaN",
    "infinity": "1e999",
    "lone surrogate": "%ed%a0%80",
    "right to left": "%e2%80%ae",
}


VALUES = pytest.mark.parametrize("value", NASTY.values(), ids=NASTY.keys())


@KINDS
@VALUES
def test_no_value_of_any_filter_breaks_a_query(client, model, value):
    make_entry(model, "shown", areas=("space",))
    names = [*filters_of(model), "unheard-of"]

    for name in names:
        asked = filterset(model, f"{name}={value}")
        if asked.is_valid():
            list(asked.qs)  # the database reads it
        else:
            assert list(asked.form.errors) == [name]
    repeated = "&".join(f"{name}={value}&{name}=&{name}={value}" for name in names)
    for query in (repeated, f"q={value}"):  # of words nearly all can be searched for
        assert client.get(f"/{model.kind_name()}s/?{query}").status_code == 200


@pytest.mark.one_engine
@KINDS
@VALUES
def test_no_value_of_any_sort_of_filter_breaks_a_list(client, model, value):
    make_entry(model, "shown", areas=("space",))

    for name in [*one_filter_of_each_sort(model), "unheard-of"]:
        assert client.get(f"/{model.kind_name()}s/?{name}={value}").status_code == 200, name


def test_no_name_of_a_parameter_breaks_a_list(client):
    for value in NASTY.values():
        assert client.get(f"/events/?{value}=1").status_code == 200


def test_a_filter_reads_at_most_100_values(client):
    make_event()

    response = client.get("/events/?" + "&".join(f"party=party-{number}" for number in range(101)))

    assert [str(message) for _name, message in response.context["errors"]] == [
        "Choose at most 100 options of “Party”."
    ]


def filters_of(model) -> list[str]:
    return list(getattr(filters, f"{model.__name__}Filter").base_filters)


def one_filter_of_each_sort(model) -> list[str]:
    """The first filter of every class: a page shows all of a class alike."""
    found = getattr(filters, f"{model.__name__}Filter").base_filters
    return list({type(each): name for name, each in reversed(found.items())}.values())


@KINDS
def test_every_kind_has_the_filters_it_should(model):
    shared = {
        *("q", "party", "role", "level", "portfolio", "ordinal", "scope", "together", "area", "organisation"),
        *("from", "to", "running", "when", "undated", "series", "part_of"),
        *("source", "source_before", "disputed", "sort"),
    }
    own = {
        "event": {"standing", "kind"},
        "programme": {"standing", "kind", "in_force"},
        "exercise": {"standing"},
        "fund": {"standing", "lead", "several_leads", "beneficiary", "in_force"},
        "contribution": {
            *(
                "donor",
                "donor_standing",
                "beneficiary",
                "beneficiary_standing",
                "fund",
                "operation",
                "programme",
            ),
            *("channel", "stage", "form", "currency", "amount", "in_total"),
        },
        "operation": {"standing", "in_force"},
        "standing": {"at", "word", "now", "in_force"},
    }

    assert set(filters_of(model)) == shared | own[model.kind_name()]


@pytest.mark.parametrize(
    ("query", "name", "label"),
    [
        ("from=2001&from=2010", "from", "From"),
        ("from=abc&from=2024", "from", "From"),
        ("from=2024&from=abc", "from", "From"),
        ("sort=bogus&sort=newest", "sort", "Sort"),
        ("when=may&when=surely&from=2008", "when", "Dates"),
        ("undated=0&undated=1", "undated", "No date given"),
        ("running=2008&running=2009", "running", "Running in"),
        ("source_before=2008&source_before=2009", "source_before", "Every source older than"),
        ("disputed=1&disputed=0", "disputed", "Sources disagree"),
        ("ordinal=1&ordinal=2", "ordinal", "Number of the time"),
        ("q=one&q=two", "q", "Words"),
    ],
)
def test_two_values_of_a_filter_that_reads_one_are_an_error(client, query, name, label):
    make_exercise()

    response = client.get(f"/exercises/?{query}")

    assert response.context["errors"] == [(name, f"“{label}” is given twice: write it once.")]
    assert list(response.context["records"]) == []
