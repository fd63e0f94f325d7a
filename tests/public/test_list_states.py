"""What a list says beside its rows: filters in groups, ways out of no match, what a period leaves open, questions."""

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from partnership.models import RECORD_MODELS, Event
from partnership.public.facets import Facet, Group, Option
from tests.factories import (
    add_source,
    make_contribution,
    make_entry,
    make_event,
    make_fund,
    make_programme,
    make_standing,
)

from .reading import text_of
from .test_lists import LISTS, address, body, slugs

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())


def ways(response, name: str) -> dict[str, str]:
    """The ways on of one sort, as {words: address}."""
    path = response.request["PATH_INFO"]
    return {way.words: f"{path}?{way.query}" for way in response.context[name]}


# Groups of filters, rendered from hand-made facets


class Colours(forms.Form):
    colour = forms.MultipleChoiceField(required=False)
    paint = forms.MultipleChoiceField(required=False)


def rendered(*options: Option, data: str = "", several: bool = False, **group) -> str:
    form = Colours(QueryDict(data))
    form.is_valid()
    facets = (Facet("colour", form["colour"], options),)
    if several:
        facets += (Facet("paint", form["paint"], options),)
    whole = {"open": False, "in_use": 0, **group}
    return render_to_string(
        "records/_group.html", {"group": Group("colour", "Colour", "records/_facet.html", facets, **whole)}
    )


def options(number: int, chosen: int = 0) -> tuple[Option, ...]:
    return tuple(Option(f"c{place}", f"Shade {place}", place, place < chosen) for place in range(number))


def test_a_group_is_named_for_eyes_and_ears_and_closed_unless_it_is_to_be_open():
    closed, opened = rendered(*options(2)), rendered(*options(2), open=True)

    assert '<legend class="visually-hidden">Colour</legend>' in closed
    assert '<details class="group">' in closed
    assert '<details class="group" open>' in opened


def test_a_group_says_how_many_of_its_filters_are_in_use():
    assert "(2 in use)" in rendered(*options(3, chosen=2), in_use=2)
    assert "in use" not in rendered(*options(3))


def test_an_option_has_its_count_beside_it_and_none_while_a_filter_cannot_be_read():
    assert '<span class="count">1</span>' in rendered(*options(2))
    assert 'class="count"' not in rendered(Option("red", "Red", None, False))


def test_up_to_thirty_options_are_checkboxes():
    page = rendered(*options(30, chosen=1))

    assert page.count('type="checkbox"') == 30
    assert page.count(" checked>") == 1
    assert "<select" not in page


def test_beyond_thirty_options_those_in_use_are_checkboxes_and_the_others_one_select():
    page = rendered(*options(31, chosen=2), data="colour=c0&colour=c1")

    assert page.count('type="checkbox"') == page.count(" checked>") == 2
    assert page.count("<option") == 1 + 29
    assert "Shade 30 (30)</option>" in page
    assert "Or also" in page


def test_where_all_that_is_chosen_must_hold_the_select_says_and():
    class Together(forms.Form):
        together = forms.MultipleChoiceField(choices=[("c0", "Shade 0")], required=False)

    form = Together(QueryDict("together=c0"))
    facet = Facet("together", form["together"], options(31, chosen=1))
    page = render_to_string("records/_choices.html", {"facet": facet})

    assert "And also" in page
    assert "Or also" not in page


def test_a_filter_of_a_group_of_several_has_its_own_name():
    assert "choices-name" in rendered(*options(2), several=True)
    assert "choices-name" not in rendered(*options(2))


def test_a_filter_without_an_option_takes_no_room_but_for_its_error():
    assert 'id="filter-colour"' not in rendered()
    assert 'id="filter-colour"' in rendered(data="colour=mauve")
    assert "field-error" in rendered(data="colour=mauve")


# The page


def test_the_rule_of_the_counts_is_said_once(client):
    make_event("one")

    assert text_of(client.get("/events/")).count("The number beside an option") == 1


def test_the_first_two_groups_the_date_and_the_one_in_use_are_open(client):
    make_event("one", areas=("space",))

    opened = [group.name for group in client.get("/events/").context["groups"] if group.open]
    assert opened == ["kind", "party", "date"]

    groups = {group.name: group for group in client.get("/events/?area=space").context["groups"]}
    assert groups["area"].open
    assert groups["area"].in_use == 1


def test_a_setting_that_is_the_usual_one_is_not_in_use(client):
    make_event("one")

    groups = client.get("/events/?q=&from=&to=&when=surely&undated=&sort=newest").context["groups"]

    assert [group.name for group in groups if group.in_use] == []
    assert len([group for group in groups if group.open]) == 3


def test_an_error_takes_the_focus_and_its_group_is_open(client):
    response = client.get("/events/?to=soon")
    groups = {group.name: group for group in response.context["groups"]}

    assert "autofocus" in body(response)
    assert groups["date"].open
    assert 'href="#filter-to"' in body(response)
    assert 'aria-invalid="true"' in body(response)


# No match


def test_a_list_without_a_match_says_what_it_would_hold_without_each_filter(client):
    make_event("one", parties=(("japan", "host"),), date="2014")
    make_event("two", parties=(("spain", "host"),), date="2001")

    response = client.get("/events/?party=japan&to=2001&sort=title")

    assert ways(response, "ways_out") == {
        "Without “Party: Japan”: 1 event": "/events/?to=2001&sort=title",
        "Without “To: 2001”: 1 event": "/events/?party=japan&sort=title",
    }
    assert 'href="/events/?to=2001&amp;sort=title"' in body(response)
    assert "Show the whole list" in body(response)


@KINDS
def test_each_way_out_leads_to_as_many_records_as_it_says(client, model):
    for number in range(3):
        make_entry(model, f"shown-{number}", areas=("space",), date="2014")
    make_entry(model, "apart", areas=("cyber",), date="2001")

    response = client.get(address(model) + "?area=space&from=2000&to=2002")

    found = ways(response, "ways_out")
    assert len(found) == 3
    for words, way in found.items():
        assert words.endswith(f": {client.get(way).context['count_words']}")


def test_at_most_ten_ways_out_are_counted(client):
    make_event("one")
    for number in range(12):
        make_event(areas=(f"area-{number}",))
    areas = "&".join(f"area=area-{number}" for number in range(12))

    assert len(client.get(f"/events/?{areas}&from=1601&to=1602").context["ways_out"]) == 10


def test_a_list_with_a_match_offers_no_way_out_and_one_without_records_neither(client):
    assert client.get("/events/").context["ways_out"] == []
    make_event("one", date="2014")
    assert client.get("/events/?from=2014").context["ways_out"] == []


# Counted apart


@pytest.fixture
def about_2015():
    for slug, date in (
        ("within", "2015-03"),
        ("the-year", "2015"),
        ("through", "2010/2020"),
        ("perhaps", "2015-06~"),
        ("decade", "201X"),
        ("before", "2014"),
        ("undated", ""),
    ):
        make_event(slug, date=date)


def test_beside_a_year_stand_those_that_may_fall_within_run_beyond_or_have_no_date(client, about_2015):
    response = client.get("/events/?from=2015&to=2015")

    assert set(slugs(response)) == {"within", "the-year"}
    assert list(ways(response, "apart")) == [
        "3 more may fall within the period: see all 5",
        "1 of them surely runs in the period and beyond it: see all 3 that run in it",
        "1 has no date",
    ]
    assert "Counted apart" in body(response)


def test_each_number_counted_apart_opens_its_records(client, about_2015):
    may, running, undated = ways(client.get("/events/?from=2015&to=2015"), "apart").values()

    assert set(slugs(client.get(may))) == {"within", "the-year", "through", "perhaps", "decade"}
    assert set(slugs(client.get(running))) == {"within", "the-year", "through"}
    assert slugs(client.get(undated)) == ["undated"]


def test_ways_on_are_canonical_and_keep_the_other_filters(client, about_2015):
    response = client.get("/events/?sort=title&to=2015&from=2015&party=japan")

    for way in ways(response, "apart").values():
        assert client.get(way).context["canonical"].endswith(way)
        assert "party=japan" in way


def test_a_period_of_more_than_one_date_counts_no_running(client, about_2015):
    response = client.get("/events/?from=2014&to=2015")

    assert [words.partition(":")[0] for words in ways(response, "apart")] == [
        "3 more may fall within the period",
        "1 has no date",
    ]


def test_where_all_that_may_fall_within_are_shown_only_those_without_a_date_are_counted_apart(
    client, about_2015
):
    assert list(ways(client.get("/events/?from=2015&when=may"), "apart")) == ["1 has no date"]


def test_nothing_is_counted_apart_where_there_is_nothing_or_no_period(client, about_2015):
    assert client.get("/events/").context["apart"] == []
    assert client.get("/events/?running=2015").context["apart"] == []
    assert client.get("/events/?from=June").context["apart"] == []
    Event.objects.exclude(slug="within").delete()
    response = client.get("/events/?from=2015")
    assert response.context["apart"] == []
    assert "Counted apart" not in body(response)


def test_an_empty_period_still_says_what_it_leaves_open(client, about_2015):
    response = client.get("/events/?from=2011&to=2011")

    assert response.context["count"] == 0
    assert len(ways(response, "apart")) == 3


def test_while_a_standing_of_the_time_is_asked_for_those_without_a_date_are_counted_apart(client):
    make_standing(date="1994/..")
    make_event("met", date="2014")
    make_event("some-time")
    make_event("elsewhere", parties=(("spain", "host"),))
    apart = "have no date: what their parties were then is not known"

    assert ways(client.get("/events/?standing=partner"), "apart") == {f"2 {apart}": "/events/?undated=1"}
    narrower = client.get("/events/?standing=partner&party=japan&from=2014&to=2015&running=2014&when=may")
    assert slugs(narrower) == ["met"]
    assert ways(narrower, "apart") == {
        "1 has no date: what its parties were then is not known": "/events/?party=japan&undated=1"
    }
    assert slugs(client.get("/events/?party=japan&undated=1")) == ["some-time"]


@pytest.mark.parametrize(
    "query", ["standing=not-known", "standing=not-known&standing=partner", "party=japan", "standing=unheard"]
)
def test_without_a_standing_or_with_those_not_known_no_others_are_counted_apart(client, query):
    make_standing(date="1994/..")
    make_event(date="2014")
    make_event()

    assert client.get(f"/events/?{query}").context["apart"] == []


# Questions


@KINDS
def test_every_question_of_a_kind_is_read_by_its_filters_in_its_one_address(model):
    view = LISTS[model]()
    view.setup(RequestFactory().get(address(model)))

    assert view.questions
    for _words, query in view.questions:
        filterset = view.filterset_class(QueryDict(query), queryset=model.objects.published())
        assert filterset.is_valid(), query
        assert filterset.selection().urlencode() == query


def test_a_question_is_offered_where_it_finds_something_and_no_filter_is_in_use(client):
    event = make_event("one", date="2014")
    assert client.get("/events/").context["questions"] == []

    add_source(event, "another-page", stance="contradicts")
    found = ways(client.get("/events/"), "questions")

    assert found == {"Where sources disagree": "/events/?disputed=1"}
    assert slugs(client.get("/events/?disputed=1")) == ["one"]
    assert client.get("/events/?from=2014").context["questions"] == []


@pytest.mark.parametrize(
    ("make", "fields", "query"),
    [
        (make_contribution, {}, "amount=not-stated"),
        (make_programme, {"date": "2014/.."}, "in_force=1"),
        (
            make_fund,
            {"parties": (("japan", "lead-nation"), ("spain", "lead-nation"))},
            "several_leads=1",
        ),
    ],
)
def test_a_question_of_a_kind_leads_to_its_answer(client, make, fields, query):
    record = make("the-answer", **fields)
    path = address(type(record))

    assert f"{path}?{query}" in ways(client.get(path), "questions").values()
    assert slugs(client.get(f"{path}?{query}")) == ["the-answer"]
