"""The search page: what is found, in which order and groups, and what is said where nothing is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership.models import Event, Party
from tests import factories

pytestmark = [pytest.mark.django_db]


def page(client, query="", status=200):
    response = client.get(f"{reverse('search')}?{query}")
    assert response.status_code == status
    return response


def titles(response):
    return re.findall(r'<h3 class="row-title"><a href="[^"]*"[^>]*>(.*?)</a>', response.text, re.DOTALL)


def test_before_anything_is_asked_the_page_says_what_can_be_found(client):
    response = page(client)
    assert "What can be found" in response.text
    assert response.context["count"] is None


def test_the_best_of_each_kind_is_shown_under_the_kind_with_a_way_to_all(client):
    factories.make_relation()
    for number in range(7):
        factories.make_event(f"visit-{number}", title=f"Visit to Japan {number}")
    response = page(client, "q=japan")
    groups = response.context["by_kind"]
    assert [(group.kind, group.count, len(group.results)) for group, _query in groups][:1] == [
        ("party", 1, 1)
    ]
    events = next((group, query) for group, query in groups if group.kind == "event")
    assert (events[0].count, len(events[0].results), events[0].more) == (7, 5, 2)
    all_of_them = page(client, events[1])
    assert len(all_of_them.context["results"]) == 7
    assert response.context["count"] == sum(group.count for group, _query in groups)


def test_the_words_are_marked_and_nothing_typed_is_html(client):
    factories.make_event("one", title="A summit <b>here</b>", summary="On **cyber** defence & more.")
    response = page(client, "q=summit+cyber")
    assert "A <mark>summit</mark> &lt;b&gt;here&lt;/b&gt;" in response.text
    assert "On <mark>cyber</mark> defence &amp; more." in response.text
    assert "<script>" not in page(client, "q=%3Cscript%3Ealert(1)%3C/script%3E").text


def test_what_is_found_through_a_party_or_an_area_says_so(client):
    factories.make_event("one", title="A visit", areas=("cyber-defence",))
    Party.objects.get(slug="japan").names.create(text="日本", language="ja", form="short")
    result = next(
        each
        for group, _query in page(client, "q=日本").context["by_kind"]
        for each in group.results
        if each.entry == Event.objects.get()
    )
    assert result.through == ["Japan"]
    area = Event.objects.get().areas.get()
    found = page(client, f"q={area.name}&kind=event").context["results"]
    assert found[0].through == [area.name]


def test_where_nothing_is_found_each_word_and_other_spellings_lead_on(client):
    factories.make_party("afghanistan", name="Afghanistan")
    factories.make_event("one", title="Summit", parties=())
    response = page(client, "q=afganistan+summit")
    assert response.context["count"] == 0
    assert [(hint.words, hint.count) for hint in response.context["alone"]] == [
        ("afganistan", 0),
        ("summit", 1),
    ]
    assert response.context["spellings"] == []  # no entry holds both
    assert [hint.words for hint in page(client, "q=afganistan").context["spellings"]] == ["afghanistan"]
    assert "Nothing found" in response.text


def test_a_kind_that_is_none_and_words_without_letters_are_said_in_words(client):
    for query in ("q=japan&kind=term", "q=!!!", "q=a+b+c+d+e+f+g+h+i+j+k", "q=a&q=b"):
        response = page(client, query)
        assert "There is a problem" in response.text
        assert response.context["count"] is None
    assert "does not know “colour”" in page(client, "q=japan&colour=red").text


def test_a_page_of_one_kind_past_the_end_is_not_found(client):
    factories.make_event("one", title="Summit")
    page(client, "q=summit&kind=event&page=2", status=404)


def test_drafts_leave_no_trace_in_counts_suggestions_or_results(client):
    factories.make_event("shown", title="Quiet summit")
    before = page(client, "q=quiet").content, page(client, "q=sekret").content
    factories.make_event("hidden", title="Quiet secret summit", status="draft")
    factories.make_party("secret", name="Secret", status="draft")
    assert (page(client, "q=quiet").content, page(client, "q=sekret").content) == before


def test_search_engines_pass_the_page_by(client):
    assert page(client, "q=japan").headers["X-Robots-Tag"] == "noindex"


def test_too_many_results_come_newest_first_and_the_page_says_so(client, monkeypatch):
    monkeypatch.setattr("partnership.search.asking.MOST_RANKED", 1)
    factories.make_event("old", title="Summit", date="2001", parties=())
    factories.make_event("new", title="Summit", date="2022", parties=())
    response = page(client, "q=summit&kind=event")
    assert [each.entry.slug for each in response.context["results"]] == ["new", "old"]
    assert "the newest come first" in response.text
    assert [
        each.entry.slug
        for group, _query in page(client, "q=summit").context["by_kind"]
        for each in group.results
    ] == [
        "new",
        "old",
    ]


@pytest.mark.parametrize("query", ["q=summit", "q=summit&kind=event", "q=nothing+summit"])
def test_the_page_takes_as_many_queries_for_thirty_events_as_for_three(client, query):
    counts = []
    for number in (3, 30):
        for each in range(number):
            if not Event.objects.filter(slug=f"summit-{each}").exists():
                factories.make_event(f"summit-{each}", title="Summit", areas=("cyber-defence",))
        with CaptureQueriesContext(connection) as captured:
            page(client, query)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_filters_narrow_the_search_to_records_and_keep_the_words(client):
    factories.make_event("one", title="Summit", date="2022", parties=(("japan", "participant"),))
    factories.make_event("two", title="Summit", date="2010", parties=(("france", "participant"),))
    factories.make_area("summit", name="Summit")
    assert page(client, "q=summit").context["count"] == 3
    response = page(client, "q=summit&party=japan&from=2020")
    assert [each.entry.slug for group, _query in response.context["by_kind"] for each in group.results] == [
        "one"
    ]
    assert [chip.query for chip in response.context["chips"]] == [
        "q=summit&from=2020",
        "q=summit&party=japan",
    ]
    party = next(group for group in response.context["filter_groups"] if group.name == "party")
    assert {option.value: option.count for option in party.facets[0].options} == {"japan": 1}
    assert "/timeline/?party=japan" in page(client, "party=japan").text
    assert "There is a problem" in page(client, "q=summit&from=June").text
