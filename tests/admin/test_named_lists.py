"""Lists under names, what narrows a list, and its filters by entry."""

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership.admin import lists, site
from partnership.admin.filters import ByEntry, parameter_of
from partnership.admin.lists import in_normal_form
from partnership.models import ENTRY_MODELS, Event, Relation, Revision, SavedList, Source, Standing, Status
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import messages_in
from tests.editorial.edits import save, submit
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PARTY = parameter_of("involvements__party")
ORGANISATIONS = parameter_of("organisations")


def open_list(person, model=Event, query="", **parameters):
    return person.client.get(person.url(model, "changelist") + query, parameters or None)


def rows(person, model=Event, **parameters):
    return list(open_list(person, model, **parameters).context["cl"].result_list)


def chips(page):
    return [(chip.words, chip.address) for chip in page.context["chips"]]


def keep(person, name, query, model=Event):
    address = person.url(model, "keep_list")
    return person.client.post(address, {"name": name, "query": query}, follow=True)


def delete(person, number, query="", model=Event):
    address = person.url(model, "delete_list")
    return person.client.post(address, {"list": number, "query": query}, follow=True)


def names(page):
    return [each.name for each in page.context["lists"]]


# Lists under names


def test_everybodys_lists_stand_above_the_entries_and_are_of_what_they_say(editor, client):
    person = account("ann")
    mine = factories.make_event("mine", status=Status.DRAFT)
    save(mine, person)
    back = factories.make_event("back")
    revision = submit(back, person)
    revision.state, revision.review_note = "returned", "Which source says so?"
    revision.save()
    factories.make_event("other", status=Status.DRAFT, sources=())
    # A draft of another kind at the same address.
    factories.make_operation("other")
    ann = at_browser(person)
    shown = {each.name: each.address for each in open_list(ann).context["lists"]}
    found = {
        name: {row.slug for row in open_list(ann, query=address).context["cl"].result_list}
        for name, address in shown.items()
    }
    assert found == {
        "All": {"mine", "back", "other"},
        "Drafts": {"mine", "other"},
        "My drafts and changes": {"mine"},
        "Sent back to me": {"back"},
        "Without a source": {"other"},
    }


@pytest.mark.parametrize("model", [*ENTRY_MODELS, Revision])
def test_everybodys_lists_open_in_every_list(editor, model):
    page = open_list(editor, model)
    assert len(names(page)) > 3
    for each in page.context["lists"]:
        opened = open_list(editor, model, query=each.address)
        assert opened.status_code == 200, each
        assert [other.name for other in opened.context["lists"] if other.is_open] == [each.name]


def test_an_account_keeps_a_list_opens_it_and_deletes_it():
    ann, ben = desk("ann"), desk("ben", "Viewer")
    query = "?o=-1&p=2&e=1&_facets=True&status__exact=draft&q=madrid&all="
    page = open_list(ann, query=query)
    assert page.context["may_keep"]
    told = keep(ann, " Madrid\x07 drafts ", page.context["query"])
    assert messages_in(told) == ["The list is kept under its name."]
    [kept] = SavedList.objects.all()
    assert (kept.model, kept.name) == ("partnership.event", "Madrid drafts")
    assert kept.query == "o=-1&q=madrid&status__exact=draft"
    assert told.redirect_chain[-1][0].endswith(f"/event/?{kept.query}")
    assert [each.name for each in told.context["lists"] if each.is_open] == ["Madrid drafts"]
    assert not told.context["may_keep"], "it is kept already"
    assert "Madrid drafts" not in names(open_list(ben)) + names(open_list(ann, Standing))
    assert delete(ben, kept.pk).status_code == 404
    told = delete(ann, kept.pk, "status__exact=draft")
    assert not SavedList.objects.exists()
    assert told.redirect_chain[-1][0].endswith("/event/?status__exact=draft")


def test_an_open_list_that_nothing_narrows_is_not_offered_to_be_kept(editor):
    for query in ("", "?o=1", "?q=", "?p=0"):
        assert not open_list(editor, query=query).context["may_keep"]


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "q=a", "blank"),
        ("\x00\x01", "q=a", "blank"),
        ("x" * 81, "q=a", "at most 80"),
        ("Taken", "q=a", "list of this name already"),
        ("Name", "", "too much in this list, or nothing"),
        ("Name", "p=3", "too much in this list, or nothing"),
        ("Name", "q=" + "é" * 500, "too much in this list, or nothing"),
        ("Name", "q=" + "a" * 3000, "too much in this list, or nothing"),
    ],
)
def test_what_cannot_be_kept_is_told(editor, name, query, said):
    keep(editor, "Taken", "status__exact=draft")
    told = keep(editor, name, query)
    assert said in " ".join(messages_in(told))
    assert SavedList.objects.count() == 1


def test_so_many_lists_may_be_kept_and_no_more(editor, monkeypatch):
    monkeypatch.setattr(lists, "MOST", 2)
    for number in range(3):
        told = keep(editor, f"List {number}", f"q={number}")
    assert messages_in(told) == ["You keep 2 lists here already: delete one of them first."]
    assert SavedList.objects.count() == 2
    assert not told.context["may_keep"]


def test_a_kept_list_that_makes_no_sense_any_more_is_opened_as_django_opens_any(editor):
    """Somebody may have kept an address by hand, or a field may have gone."""
    told = keep(editor, "Old", "no_such_field=1")
    assert told.redirect_chain[-1][0].endswith("?e=1")
    assert told.status_code == 200


@pytest.mark.parametrize("act", ["keep_list", "delete_list"])
def test_acts_on_lists_are_posted_by_who_may_see_the_list(act):
    person = desk("ann")
    assert person.client.get(person.url(Event, act)).status_code == 403
    person.client.logout()
    assert person.client.post(person.url(Event, act)).status_code == 302
    outsider = account("guest")
    outsider.groups.clear()
    assert at_browser(outsider).client.post(person.url(Event, act)).status_code == 403


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "\x00"])
def test_a_list_that_is_not_there_cannot_be_deleted(editor, number):
    assert delete(editor, number).status_code == 404


def test_one_form_of_the_parameters_is_kept():
    assert in_normal_form(QueryDict("b=2&a=1&b=1&p=7&q=&e=1")) == "a=1&b=2&b=1"
    assert in_normal_form(QueryDict("q=a+b%26c&o=2.-1")) == "o=2.-1&q=a+b%26c"


# What narrows a list


def test_each_filter_in_use_is_a_chip_that_can_be_taken_off(editor):
    japan = factories.make_party("japan")
    factories.make_event("madrid", status=Status.DRAFT, parties=(("japan", "host"),))
    query = {"status__exact": "draft", "q": "madrid", PARTY: japan.pk, "o": "1"}
    page = open_list(editor, **query)
    shown = dict(chips(page))
    assert list(shown) == ["Search: madrid", "Status: Draft", "Party taking part: Japan"]
    without = QueryDict(shown["Status: Draft"][1:])
    assert without.dict() == {"q": "madrid", PARTY: str(japan.pk), "o": "1"}
    assert page.context["without_chips"] == "?o=1"
    for address in (*shown.values(), page.context["without_chips"]):
        assert open_list(editor, query=address).status_code == 200
    assert chips(open_list(editor, query="?o=1")) == []


def test_what_no_filter_stands_for_is_a_chip_too(editor):
    assert [words for words, _address in chips(open_list(editor, place="Madrid", status__exact="x"))] == [
        "Status: x",
        "place: Madrid",
    ]


def test_counts_are_asked_for_once(editor):
    """The chips read the filters without their counts."""
    factories.make_event("a", status=Status.DRAFT)
    open_list(editor)
    with CaptureQueriesContext(connection) as whole:
        open_list(editor, _facets="True")
    with CaptureQueriesContext(connection) as narrowed:
        page = open_list(editor, _facets="True", status__exact="draft")
    assert "Draft (1)" in text_of(page)
    assert "Status: Draft" in dict(chips(page))
    assert len(narrowed) == len(whole)


# Filters by entry


def test_records_are_filtered_by_who_takes_part_and_by_the_source_they_cite(editor):
    factories.make_event("a", parties=(("japan", "host"), ("japan", "participant")), sources=("a-page",))
    factories.make_event("b", parties=(("norway", "host"),), sources=("a-report",))
    japan = factories.make_party("japan")
    assert [row.slug for row in rows(editor, **{PARTY: japan.pk})] == ["a"]
    report = Source.objects.get(slug="a-report")
    assert [row.slug for row in rows(editor, **{parameter_of("citations__source"): report.pk})] == ["b"]


def test_an_entry_may_be_named_by_its_address(editor):
    """Where scripts do not run, there is a text box."""
    factories.make_event("a", organisations=("nato",))
    factories.make_event("b", organisations=("un",))
    page = open_list(editor, query=f"?{ORGANISATIONS}=&{ORGANISATIONS}=un")
    assert [row.slug for row in page.context["cl"].result_list] == ["b"]
    assert "Organisations: Un" in dict(chips(page))
    assert re.search(rf'<noscript>.*name="{ORGANISATIONS}"', page.content.decode(), re.DOTALL)


@pytest.mark.parametrize("value", ["0", "987654", "9" * 30, "no-such", "²", "<b>", "%00", "1,2", " "])
def test_what_names_no_entry_finds_nothing_and_is_said(editor, value):
    factories.make_event("a")
    for name in (PARTY, ORGANISATIONS):
        page = open_list(editor, query=f"?{name}={value}")
        assert page.status_code == 200
        assert list(page.context["cl"].result_list) == []
        assert "no such entry" in text_of(page)


def test_an_empty_filter_goes_from_the_address(editor):
    answer = open_list(editor, query=f"?{ORGANISATIONS}=&o=1&status__exact=draft")
    assert answer.status_code == 302
    assert answer.url.endswith("/event/?o=1&status__exact=draft")


def test_what_names_nothing_is_offered_where_that_can_be(editor):
    factories.make_event("a", areas=("space",))
    factories.make_event("b", areas=())
    page = open_list(editor, areas__isnull="True")
    assert [row.slug for row in page.context["cl"].result_list] == ["b"]
    assert "Areas: Not stated" in dict(chips(page))


@pytest.mark.parametrize("model", ENTRY_MODELS)
def test_filters_by_entry_take_no_query_until_one_is_chosen_then_a_few(editor, model):
    """What a list of links would read, all parties, is never read."""
    filters = [spec for spec in site.get_model_admin(model).list_filter if isinstance(spec, tuple)]
    for number in range(3):
        factories.make_party(f"party-{number}")
    factories.make_entry(model)
    open_list(editor, model)
    with CaptureQueriesContext(connection) as before:
        page = open_list(editor, model)
    assert (
        "Party 1" not in page.content.decode().partition("changelist-filter")[2] or model.__name__ == "Party"
    )
    for path, kind in filters:
        if issubclass(kind, ByEntry):
            with CaptureQueriesContext(connection) as chosen:
                open_list(editor, model, **{parameter_of(path): "1"})
            assert len(chosen) <= len(before) + 4


def test_the_choice_asks_the_autocomplete_of_the_field_in_the_form(editor):
    page = open_list(editor, Relation).content.decode()
    assert 'data-field-name="organisation"' in page
    assert 'data-model-name="relation"' in page
    assert reverse("admin:autocomplete") in page
    assert "autocomplete.js" in page
