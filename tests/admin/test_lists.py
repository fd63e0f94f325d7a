"""Changelists, their search, and the search of autocompletes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import (
    ENTRY_MODELS,
    RECORD_MODELS,
    Contribution,
    Event,
    Party,
    Programme,
    Status,
    Vocabulary,
)
from tests import factories

pytestmark = pytest.mark.one_engine


def rows(editor, model, **query):
    """The entries a changelist shows."""
    return list(editor.client.get(editor.url(model, "changelist"), query).context["cl"].result_list)


def cells(editor, model, column):
    """The texts of one column of a changelist, from top to bottom."""
    page = editor.client.get(editor.url(model, "changelist")).content.decode()
    return [
        text for name, text in re.findall(r'<td class="field-(\w+)[^"]*">(.*?)</td>', page) if name == column
    ]


def offered(editor, model, field, term=""):
    """What the autocomplete of a field offers."""
    query = {
        "app_label": "partnership",
        "model_name": model._meta.model_name,
        "field_name": field,
        "term": term,
    }
    return [found["text"] for found in editor.client.get("/admin/autocomplete/", query).json()["results"]]


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_every_changelist_shows_its_entries(editor, model):
    entry = factories.make_entry(model, status=Status.DRAFT)
    page = editor.client.get(editor.url(model, "changelist"), {"q": entry.slug})
    assert page.status_code == 200
    assert list(page.context["cl"].result_list) == [entry]
    assert '<span class="status-draft">Draft</span>' in page.content.decode()


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_a_changelist_runs_the_same_queries_for_one_row_and_for_many(editor, model):
    factories.make_entry(model)
    rows(editor, model)
    with CaptureQueriesContext(connection) as few:
        rows(editor, model)
    for _number in range(9):
        factories.make_entry(model)
    with CaptureQueriesContext(connection) as many:
        assert len(rows(editor, model)) >= 10
    assert len(many) == len(few)


def test_a_changelist_tells_date_parties_and_sources_in_words(editor):
    factories.make_event(
        "a", date="199X", parties=tuple((name, "host") for name in ("a", "b", "c", "d", "e"))
    )
    factories.make_event("b")
    assert cells(editor, Event, "date_words") == ["1990s", "no date given"]
    assert cells(editor, Event, "parties") == ["A, B, C and 2 more", "Japan"]
    assert cells(editor, Event, "sources") == ["1", "1"]


def test_a_programme_is_dated_by_its_steps_in_the_list(editor):
    factories.add_step(factories.make_programme(), "step-agreed", "2014-05")
    assert cells(editor, Programme, "date_words") == ["since May 2014"]


def test_a_contribution_without_an_amount_says_so_in_the_list(editor):
    factories.make_contribution("a")
    factories.make_contribution("b", amount="5", currency="USD")
    factories.make_contribution("c", quantity="hundreds of tents")
    assert cells(editor, Contribution, "amount_in_words") == [
        "no amount stated",
        "USD 5",
        "hundreds of tents",
    ]


@pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.__name__)
def test_records_are_found_by_a_former_name_of_a_party(editor, model):
    eswatini = factories.make_party("eswatini")
    eswatini.names.create(text="Kingdom of Swaziland", form="former", valid="1968/2018-04")
    fields = (
        {"party": eswatini} if model.__name__ == "Standing" else {"parties": (("eswatini", "participant"),)}
    )
    record = factories.make_record(model, "with-eswatini", **fields)
    factories.make_record(model, "other", organisations=("un",))
    assert rows(editor, model, q="swaziland") == [record]


def test_records_are_found_by_title_other_name_and_address(editor):
    event = factories.make_event(
        "madrid-2022", title="Summit of Madrid", other_names="Heads’ meeting\nThe big one"
    )
    factories.make_event("other")
    for words in ("summit", "big one", "madrid-2022"):
        assert rows(editor, Event, q=words) == [event]


def test_parties_are_found_by_any_name(editor):
    party = factories.make_party("turkiye", name="Türkiye")
    party.names.create(text="Turkey", form="former")
    party.names.create(text="TUR", form="abbreviation")
    factories.make_party("japan")
    for words in ("Turkey", "TUR", "turkiye"):
        assert rows(editor, Party, q=words) == [party]


def test_a_changelist_is_narrowed_by_status_and_kind(editor):
    factories.make_event("a")
    draft = factories.make_event("b", status=Status.DRAFT)
    visit = factories.make_event("c", kind=factories.make_term(Vocabulary.EVENT_KIND, "visit"))
    assert rows(editor, Event, status__exact="draft") == [draft]
    assert rows(editor, Event, kind__id__exact=visit.kind_id) == [visit]


def test_an_autocomplete_of_terms_offers_the_words_of_its_vocabulary_only(editor):
    factories.make_term(Vocabulary.EVENT_KIND, "meeting")
    factories.make_term(Vocabulary.PROGRAMME_KIND, "meeting-programme")
    factories.make_term(Vocabulary.ROLE, "host")
    assert offered(editor, Event, "kind") == ["Meeting"]
    assert offered(editor, Programme, "kind", "meeting") == ["Meeting programme"]
    assert offered(editor, Event.involvements.rel.related_model, "role") == ["Host"]


def test_a_word_of_another_vocabulary_is_refused(editor, meeting):
    event = factories.make_event("a", status=Status.DRAFT)
    form = editor.reopen(event).fill(kind=factories.make_term(Vocabulary.ROLE, "host"))
    response = editor.press("_save", form, event)
    assert "kind" in response.context["adminform"].form.errors


def test_an_autocomplete_finds_a_party_by_a_former_name_and_offers_drafts(editor):
    party = factories.make_party("eswatini", status=Status.DRAFT)
    party.names.create(text="Swaziland", form="former")
    assert offered(editor, Event.involvements.rel.related_model, "party", "swazi") == ["Eswatini"]


def test_view_on_site_is_offered_for_what_is_public_only(editor):
    for status, shown in ((Status.PUBLISHED, True), (Status.DRAFT, False)):
        event = factories.make_event(status=status)
        page = editor.client.get(editor.url(Event, "change", event.pk)).content.decode()
        assert (f'href="/events/{event.slug}/"' in page) is shown


def test_the_staff_pages_have_a_policy_without_exceptions(client, editor):
    for page in (client.get("/admin/"), type(client)().get("/admin/login/")):
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_log_in_page_has_a_heading(client, db):
    assert client.get("/admin/login/").content.decode().count("<h1>") == 1
