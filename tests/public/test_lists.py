"""The list of every kind: what it shows, how it pages and sorts, what it says when it cannot."""

import re

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from partnership.models import RECORD_MODELS, Event
from partnership.public.filters import EventFilter
from partnership.public.filters.plain import NumberFilter
from partnership.public.views import records
from tests.factories import (
    add_party,
    add_step,
    make_contribution,
    make_entry,
    make_event,
    make_party,
    make_programme,
    make_term,
)
from tests.public.reading import SCRIPT

pytestmark = pytest.mark.django_db

LISTS = {
    model: view
    for view in vars(records).values()
    if isinstance(view, type)
    and issubclass(view, records.RecordListView)
    and (model := getattr(view, "model", None))
}
KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())


def address(model) -> str:
    return f"/{model.kind_name()}s/"


def slugs(response) -> list[str]:
    return [record.slug for record in response.context["records"]]


def body(response) -> str:
    return response.content.decode()


def test_every_kind_has_a_list():
    assert set(LISTS) == set(RECORD_MODELS)


@KINDS
def test_a_list_shows_published_records_and_no_other(client, model):
    make_entry(model, "shown", title="Shown in public")
    make_entry(model, "a-draft", title="Not ready yet", status="draft")
    make_entry(model, "gone", title="No longer here", status="withdrawn")

    response = client.get(address(model))

    assert response.status_code == 200
    assert slugs(response) == ["shown"]
    assert response.context["count"] == 1
    assert "Shown in public" in body(response)
    assert "Last updated" in body(response)
    assert "Not ready yet" not in body(response)
    assert "No longer here" not in body(response)


@KINDS
def test_an_empty_register_says_that_nothing_is_recorded_yet(client, model):
    response = client.get(address(model))

    assert "recorded yet" in body(response)
    assert "match" not in body(response).partition("<main")[2]


@KINDS
def test_filters_without_a_match_say_so_and_name_the_filters_in_use(client, model):
    make_entry(model, "shown")

    response = client.get(address(model), {"from": "1601"})

    assert response.status_code == 200
    assert response.context["count"] == 0
    assert f"No {model._meta.verbose_name_plural} match" in body(response)
    assert "From: 1601" in body(response)


@KINDS
def test_a_row_never_names_what_is_not_public(client, model):
    make_party("secret", status="draft", name="Secret party")
    make_entry(model, "shown", parties=(("japan", "participant"), ("secret", "participant")))

    page = body(client.get(address(model)))

    assert "Japan" in page
    assert "Secret party" not in page


@KINDS
def test_lists_set_no_cookie_and_carry_the_policy(client, model):
    make_entry(model, "shown")

    response = client.get(address(model))

    assert not response.cookies
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "style=" not in body(response)
    assert not SCRIPT.search(body(response))


def test_newest_come_first_and_those_without_a_date_last(client):
    for slug, date in (("undated", ""), ("old", "1999"), ("new", "2023-07"), ("middle", "2012")):
        make_event(slug, date=date)

    assert slugs(client.get("/events/")) == ["new", "middle", "old", "undated"]
    assert slugs(client.get("/events/?sort=oldest")) == ["old", "middle", "new", "undated"]


def test_a_list_is_sorted_by_title(client):
    make_event("second", title="B", date="2023")
    make_event("first", title="A", date="2001")

    assert slugs(client.get("/events/?sort=title")) == ["first", "second"]


def test_a_record_without_a_date_says_so_with_the_words_of_its_source(client):
    make_event("vague", date_stated="in recent years")
    make_event("silent")

    page = body(client.get("/events/"))

    assert page.count("no date given") >= 2
    assert "“in recent years”" in page


def test_a_contribution_dated_by_the_period_it_covers_says_that_it_covers_it(client):
    make_contribution("pledge", period="2009/2013")

    assert "covering 2009–2013" in body(client.get("/contributions/"))


def test_a_record_in_force_prints_the_step_that_began_it(client):
    programme = make_programme("running")
    add_step(programme, "step-agreed", "2014")

    assert "since 2014" in body(client.get("/programmes/"))


def test_a_contribution_without_an_amount_says_so(client):
    make_contribution("silent")

    assert "no amount stated" in body(client.get("/contributions/"))


def test_a_plan_is_marked_as_one(client):
    make_event("planned", plan_state="planned")
    make_event("held")

    assert body(client.get("/events/")).count('<span class="tag">') == 1


# Pages


@pytest.fixture
def thirty_events():
    for number in range(30):
        make_event(f"event-{number:02}", date=str(1990 + number))


def test_a_page_holds_25_records(client, thirty_events):
    first, second = client.get("/events/"), client.get("/events/?page=2")

    assert (len(slugs(first)), len(slugs(second))) == (25, 5)
    assert first.context["count"] == second.context["count"] == 30
    assert not set(slugs(first)) & set(slugs(second))
    assert "<title>Events, page 2 - " in body(second)
    assert 'aria-current="page"' in body(second)


def test_links_to_pages_keep_the_filters_and_drop_what_is_empty(client, thirty_events):
    page = body(client.get("/events/?party=japan&q=&from=1990&unheard=of"))

    assert 'href="?party=japan&amp;from=1990&amp;page=2"' in page


def test_one_page_has_no_page_links(client):
    make_event("only")

    assert 'class="pagination"' not in body(client.get("/events/"))


@pytest.mark.one_engine
@pytest.mark.parametrize("number", ["3", "0", "-1", "two", "9" * 30, "9" * 5000, "%00", "1e1"])
def test_a_page_that_is_not_there_is_not_found(client, thirty_events, number):
    assert client.get(f"/events/?page={number}").status_code == 404


# What cannot be read


def test_a_bad_value_gives_an_error_in_place_of_rows_and_count(client):
    make_event("shown", title="Shown otherwise")

    response = client.get("/events/", {"from": "June 2022", "party": "atlantis"})
    page = body(response)

    assert response.status_code == 200
    assert response.context["count"] is None
    assert slugs(response) == []
    assert "Shown otherwise" not in page
    assert page.index("There is a problem") < page.index("<h1>")
    assert "<title>Error: Events" in page
    assert 'href="#filter-from"' in page
    assert 'id="filter-from"' in page
    assert "“atlantis” is not one of the options of “Party”" in page
    for _name, message in response.context["errors"]:
        assert page.count(str(message).replace("'", "&#x27;")) == 2  # in the summary and beside its field


def test_an_error_has_no_pages(client):
    assert client.get("/events/?from=never&page=7").status_code == 200


def test_an_unknown_parameter_gives_the_rows_and_a_notice_that_names_it(client):
    make_event("shown")

    response = client.get("/events/?colour=blue")

    assert slugs(response) == ["shown"]
    assert "This list has no filter “colour”" in body(response)
    assert "colour" not in response.context["canonical"]


def test_an_unknown_parameter_is_shown_as_text_and_cut(client):
    response = client.get("/events/", {"<b>" + "x" * 90: "1"})

    assert "&lt;b&gt;" in body(response)
    assert response.context["unknown"] == ["<b>" + "x" * 37]


def test_at_most_a_few_unknown_parameters_are_named(client):
    response = client.get("/events/?" + "&".join(f"unknown{number}=1" for number in range(50)))

    assert len(response.context["unknown"]) == 5


# The selection


def test_equal_selections_have_one_canonical_address(client):
    make_event("one", parties=(("japan", "participant"), ("spain", "host")))

    first = client.get("/events/?party=spain&party=japan&q=&sort=newest&when=surely&page=1")
    second = client.get("/events/?sort=&party=japan&party=spain")

    assert first.context["canonical"] == second.context["canonical"]
    assert first.context["canonical"].endswith("/events/?party=japan&party=spain")


def test_each_chip_removes_its_own_value(client):
    make_event("one", parties=(("japan", "participant"), ("spain", "host")), date="2022")

    response = client.get("/events/?party=japan&party=spain&from=2022&when=may&undated=")
    chips = {chip.label: chip.query for chip in response.context["chips"]}

    assert chips == {
        "Party: Japan": "party=spain&from=2022&when=may",
        "Party: Spain": "party=japan&from=2022&when=may",
        "From: 2022": "party=japan&party=spain",
        "Dates: May fall within the period": "party=japan&party=spain&from=2022",
    }
    assert body(response).count("Remove filter") == 4
    assert "Clear all filters" in body(response)


def test_filters_in_use_stand_in_the_title(client):
    make_event("one")

    assert "<title>Events, Party: Japan - " in body(client.get("/events/?party=japan"))


def test_a_short_set_of_options_is_checkboxes_and_a_long_one_a_select(client):
    make_event("one")
    assert '<select id="id_party"' not in body(client.get("/events/"))

    for number in range(31):
        make_event(parties=((f"party-{number}", "participant"),))
    page = body(client.get("/events/?party=japan"))

    select = re.search(r'<select id="id_party".*?</select>', page, re.DOTALL)
    assert page.count('name="party"') == 2  # the box of the one in use, and the select
    assert '"party-30"' in select[0]
    assert '"japan"' not in select[0]


def test_the_organisation_is_asked_for_where_several_tell_records_or_one_is_chosen(client):
    make_event("one")
    assert 'id="filter-organisation"' not in body(client.get("/events/"))
    assert 'id="filter-organisation"' in body(client.get("/events/?organisation=nato"))
    assert 'id="filter-organisation"' in body(client.get("/events/?organisation=unknown"))

    make_event("two", organisations=("other-organisation",))
    assert 'id="filter-organisation"' in body(client.get("/events/"))


@KINDS
def test_every_filter_of_a_kind_has_its_place_and_says_there_what_it_could_not_read(client, model):
    make_entry(model, "one")
    names = LISTS[model].filterset_class.base_filters

    response = client.get(address(model), dict.fromkeys(names, "!"))
    page = body(response).partition("<main")[2]  # the band has a box for words of its own

    assert {name for name, _message in response.context["errors"]} == set(names)
    for name in names:
        assert page.count(f'id="filter-{name}"') == 1, name
        assert page.count(f'href="#filter-{name}"') == 1, name
    assert page.count('class="field-error"') == len(names)
    for name in names:
        assert page.count(f'id="id_{name}-error"') == 1, name
        for control in re.findall(rf'<(?:input|select)[^>]*\sname="{name}"[^>]*>', page):
            assert 'aria-invalid="true"' in control
            assert re.search(rf'aria-describedby="id_{name}-error[ "]', control), control


def test_a_filter_alone_in_its_group_is_named_by_the_group_and_others_by_themselves(client):
    make_event("one", areas=("space",), parties=())
    add_party(make_event("two"), "japan", scope=make_term("scope", "summits"), ordinal=1)

    page = body(client.get("/events/"))

    assert re.search(r'<div id="filter-area"\s+class="choices">', page)
    assert re.search(
        r'<div id="filter-scope"\s+class="choices" role="group" aria-label="Counted among">', page
    )


def test_every_id_that_describes_a_filter_stands_on_the_page_once(client):
    make_event("one")

    for query in ("", "?ordinal=x&from=x&source_before=x&when=x&sort=x&party=x"):
        page = body(client.get(f"/events/{query}"))
        for ids in re.findall(r'aria-describedby="([^"]*)"', page):
            assert [page.count(f'id="{each}"') for each in ids.split(" ")] == [1] * len(ids.split(" ")), ids


class FilterWithALuckyNumber(EventFilter):
    """The filters of events and one that no template has heard of."""

    lucky = NumberFilter(label="Lucky number", help_text="Any but 13.", method="with_others")
    plain = NumberFilter(label="Plain number", method="with_others")
    groups = (("luck", "Luck", ("lucky", "plain")), *EventFilter.groups)


def test_a_new_filter_whose_value_is_typed_has_an_input_and_its_hint():
    make_event("one")
    asked = FilterWithALuckyNumber(QueryDict("lucky=7"), queryset=Event.objects.published())

    page = render_to_string("records/_group.html", {"group": asked.facet_groups()[0]})

    lucky, plain = re.findall(r"<input[^>]*>", page)
    for part in ('name="lucky"', 'value="7"', 'inputmode="numeric"', 'aria-describedby="id_lucky-hint"'):
        assert part in lucky
    assert '<p class="muted" id="id_lucky-hint">Any but 13.</p>' in page
    assert 'name="plain"' in plain
    assert "aria-describedby" not in plain
