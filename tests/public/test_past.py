"""The history on the page of an entry, and the page as the register told the entry in an edition."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents
from partnership.editorial import workflow
from partnership.models import (
    ENTRY_MODELS,
    Edition,
    Fund,
    Nature,
    Party,
    Programme,
    Revision,
    Source,
    Status,
    Term,
    Vocabulary,
)
from tests import factories

from .reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PAGES = [model for model in ENTRY_MODELS if model is not Term]
EVERY_PAGE = pytest.mark.parametrize("model", PAGES, ids=lambda model: model.__name__)
# The field by which a page says most of an entry that is not a record.
TOLD_IN = {"Area": "scope_note", "Source": "publisher", "Party": "note", "Relation": "lede"}


def edit(entry, **fields):
    before = documents.dump(entry)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return factories.republish(entry, before=before)


def said(response):
    return unescape(text_of(response))


def page(client, entry, edition=None):
    address = entry.get_absolute_url() + ("" if edition is None else f"?edition={edition}")
    response = client.get(address)
    assert response.status_code == 200, address
    return response


def entry_that_changed(model):
    """An entry of a kind that said “Madrid” when it was loaded, then “Lisbon” in edition 1, then “Oslo” in edition 2."""
    name = TOLD_IN.get(model.__name__, "place")
    entry = factories.make_entry(model, "one", **{name: "Madrid"})
    if model.__name__ == "Relation":
        factories.add_source(entry)
    for word in ("Lisbon", "Oslo"):
        edit(entry, **{name: word})
    return entry


# The history of an entry


@EVERY_PAGE
def test_the_page_of_an_entry_tells_its_changes_newest_first(client, model):
    entry = entry_that_changed(model)
    text = said(page(client, entry))
    history = text[text.rindex("History of this entry") :]
    assert "First published" in history
    assert re.search(
        "Edition 2.* Before: Lisbon After: Oslo .*Edition 1.* Before: Madrid After: Lisbon .*Edition 0.* New",
        history,
    )


@EVERY_PAGE
def test_an_entry_that_never_changed_says_so_in_one_line(client, model):
    entry = factories.make_entry(model, "one")
    text = said(page(client, entry))
    assert re.search(r"History of this entry First published [^.]*\. As first published in edition 0\.", text)
    assert "Changed" not in text


def test_the_history_says_of_what_nature_a_change_was_and_not_who_made_it_or_why(client, django_user_model):
    event = factories.make_event("one", place="Oslo")
    before = documents.dump(event)
    event.place = "Madrid"
    event.save()
    by = django_user_model.objects.create_user("kenji")
    factories.republish(event, before=before, by=by, reason="By telephone", nature=Nature.CORRECTION)
    text = page(client, event).content.decode()
    assert "Changed: A correction: the register was wrong" in " ".join(text.split())
    assert not re.search("kenji|telephone", text)


def test_a_long_history_is_cut_and_the_rest_is_one_link_away(client):
    event = factories.make_event("one", title="One")
    for number in range(27):
        edit(event, place=f"Place {number}")
    html = page(client, event).content.decode()
    assert html.count("As it stood in edition") == 25
    assert "3 earlier changes" in html
    address = "/changes/?entry=event:one"
    assert f'href="{address}"' in html
    response = client.get(address)
    assert response.context["count"] == 28
    assert {each.change.title for _edition, found in response.context["editions"] for each in found} == {
        "One"
    }


@pytest.mark.parametrize("asked", ["event:draft", "event:never", "nothing", "event:one&party=japan"])
def test_changes_of_what_is_no_public_entry_cannot_be_asked_for(client, asked):
    factories.make_event("one")
    factories.make_event("draft", title="A secret meeting", status="draft")
    response = client.get(f"/changes/?entry={asked}")
    text = said(response)
    assert "There is a problem" in text
    assert "secret meeting" not in text
    assert 'id="filter-entry"' in response.content.decode()


# As it was


@EVERY_PAGE
def test_a_page_tells_what_the_register_said_in_an_edition(client, model):
    entry = entry_that_changed(model)
    for number, word in enumerate(("Madrid", "Lisbon", "Oslo")):
        text = said(page(client, entry, number))
        assert f"As the register said it in edition {number} of" in text
        assert {each for each in ("Madrid", "Lisbon", "Oslo") if each in text} == {word}
        assert "History of this entry" not in text
    assert "As the register said it" not in said(page(client, entry))


@EVERY_PAGE
def test_a_past_page_is_not_indexed_and_leads_to_the_present_one(client, model):
    entry = entry_that_changed(model)
    response = page(client, entry, 1)
    html = response.content.decode()
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in html
    assert f'<link rel="canonical" href="http://testserver{entry.get_absolute_url()}">' in html
    assert f'<a href="{entry.get_absolute_url()}">See it as it is now</a>' in html
    assert ", edition 1 - Partnership</title>" in html
    present = page(client, entry)
    assert "X-Robots-Tag" not in present.headers
    assert "noindex" not in present.content.decode()


@EVERY_PAGE
def test_a_past_page_writes_nothing(client, model):
    entry = entry_that_changed(model)
    before = documents.dump(entry)
    with CaptureQueriesContext(connection) as captured:
        page(client, entry, 1)
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    assert documents.dump(entry) == before


def test_an_edition_in_which_nothing_changed_shows_what_stood(client):
    event = factories.make_event("one", place="Madrid")
    edit(factories.make_party("spain"), note="A country")
    edit(event, place="Lisbon")
    edit(factories.make_party("spain"), note="A state")
    assert "Madrid" in said(page(client, event, 1))
    assert "Lisbon" in said(page(client, event, 3))


def test_an_entry_without_revisions_stands_as_it_came(client):
    event = factories.make_event("one", place="Madrid", areas=("relief",))
    edit(factories.make_party("spain"), note="A country")
    text = said(page(client, event, 1))
    assert all(word in text for word in ("Madrid", "Relief", "Japan", "A page"))


def test_before_it_was_public_there_is_no_page(client):
    edit(factories.make_party("spain"), note="A country")
    event = factories.make_event("one", status="draft")
    workflow.publish(event)
    imported = factories.make_event("two")
    workflow.record_import([imported], [])
    assert client.get("/events/one/?edition=1").status_code == 404
    assert client.get("/events/one/?edition=2").status_code == 200
    assert client.get("/events/two/?edition=2").status_code == 404
    assert client.get("/events/two/?edition=3").status_code == 200


def test_while_it_was_withdrawn_there_is_no_page(client):
    event = factories.make_event("one", place="Madrid")
    workflow.withdraw(event, reason="Doubted")
    workflow.publish(event)
    assert [client.get(f"/events/one/?edition={number}").status_code for number in (0, 1, 2)] == [
        200,
        404,
        200,
    ]


def test_what_is_withdrawn_now_is_shown_at_no_edition(client):
    event = factories.make_event("one", place="Madrid")
    workflow.withdraw(event, reason="It was entered twice.")
    response = client.get("/events/one/?edition=0")
    assert response.status_code == 410
    assert "Madrid" not in said(response)


@pytest.mark.parametrize("edition", ["2", "-1", "soon", "", "1.0", "٣", "9" * 30, "1&edition=0"])
def test_a_number_of_no_edition_is_not_found(client, edition):
    edit(factories.make_event("one"), place="Madrid")
    assert client.get(f"/events/one/?edition={edition}").status_code == 404


def test_an_edition_of_a_draft_is_the_same_as_of_what_never_was(client):
    factories.make_event("draft", status="draft")
    assert client.get("/events/draft/?edition=0").status_code == 404


def test_a_register_that_was_only_loaded_has_its_edition(client):
    event = factories.make_event("one", place="Madrid")
    assert "As the register said it in edition 0." in said(page(client, event, 0))
    assert not Edition.objects.exists()


def test_rows_areas_and_sources_are_those_of_the_edition(client):
    event = factories.make_event(
        "one", parties=(("japan", "participant"), ("spain", "host")), areas=("relief",), sources=("a-page",)
    )
    factories.add_source(event, "report", supports=event.involvements.get(party__slug="spain").key)
    before = documents.dump(event)
    event.involvements.get(party__slug="spain").delete()
    event.citations.exclude(source__slug="a-page").delete()
    factories.add_party(event, "norway", "participant", representative="King")
    event.areas.set([factories.make_area("cyber")])
    factories.republish(event, before=before)
    then, now = said(page(client, event, 0)), said(page(client, event, 1))
    assert all(word in then for word in ("Spain", "Host", "Relief", "Report", "Spain – Host"))
    assert not any(word in then for word in ("Norway", "Cyber"))
    assert all(word in now for word in ("Norway, King", "Cyber"))


def test_what_is_named_is_called_as_it_was_then(client):
    party = factories.make_party("turkiye", name="Turkey")
    source = factories.make_source("report", title="A report")
    event = factories.make_event(
        "one", parties=(("turkiye", "participant"),), sources=("report",), place="Madrid"
    )
    edit(party, name="Türkiye")
    edit(source, title="The report")
    edit(event, place="Lisbon")
    for number, names in enumerate(
        (
            ("Turkey", "A report"),
            ("Türkiye", "A report"),
            ("Türkiye", "The report"),
            ("Türkiye", "The report"),
        )
    ):
        text = said(page(client, event, number))
        assert [name for name in ("Turkey", "Türkiye", "A report", "The report") if name in text] == [*names]


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_is_not_public_now_is_not_named_on_any_past_page(client, status):
    series = factories.make_event("series", title="Secret series")
    event = factories.make_event(
        "one",
        parties=(("japan", "participant"), ("hiddenland", "host")),
        areas=("hidden-area",),
        sources=("a-page", "hidden-source"),
        series=series,
        summary="At [the series](event:series) and [the summit](event:two).",
        staff_note="Ask the embassy",
    )
    factories.make_event("two")
    edit(event, place="Madrid")
    reason = "Twice" if status == "withdrawn" else ""
    for model, slug in ((Party, "hiddenland"), (Source, "hidden-source"), (type(event), "series")):
        model.objects.filter(slug=slug).update(status=status, withdrawn_reason=reason)
    event.areas.get().__class__.objects.update(status=status, withdrawn_reason=reason)
    for number in (0, 1):
        html = page(client, event, number).content.decode().replace("visually-hidden", "")
        assert not re.search("hidden|secret|embassy|events/series", html, re.IGNORECASE)
        assert "At the series and" in said(page(client, event, number))
        assert 'href="/events/two/"' in html


def test_a_revision_that_is_not_published_shows_at_no_edition(client):
    event = factories.make_event("one", place="Madrid")
    edit(event, place="Lisbon")
    document = documents.dump(event)
    document[0]["fields"]["place"] = "A secret place"
    Revision.objects.create(
        entry=event.reference, document=document, schema=1, state="superseded", edition_id=1
    )
    Revision.objects.create(entry=event.reference, document=document, schema=1, state="pending")
    assert "secret" not in said(page(client, event, 1))


def test_what_others_say_of_an_entry_is_left_out(client):
    party = factories.make_party("japan", note="An island country")
    factories.make_event("one", title="A meeting", summary="With [Japan](party:japan).")
    factories.make_party("navy", parent=party)
    factories.make_standing("partner", title="A standing", party=party)
    edit(party, note="A country")
    text = said(page(client, party, 0))
    assert "An island country" in text
    assert not any(word in text for word in ("A meeting", "Navy", "A standing", "Mentioned on", "No record"))


def test_steps_figures_and_links_stand_on_a_past_page(client):
    factories.make_programme("older", title="Older programme")
    programme = factories.make_programme("one")
    factories.add_step(programme, "step-agreed", "2014")
    programme.links.create(
        programme=Programme.objects.get(slug="older"), word=factories.make_term(Vocabulary.LINK, "supersedes")
    )
    fund = factories.make_fund("fund")
    fund.figures.create(
        kind=factories.make_term(Vocabulary.FIGURE, "target"), amount="5000000", currency="USD"
    )
    for each in (programme, fund):
        edit(
            Programme.objects.get(slug="one") if each is programme else Fund.objects.get(slug="fund"),
            place="Oslo",
        )
    then = said(page(client, programme, 0))
    assert "Step agreed" in then
    assert "2014" in then
    assert "Target" in said(page(client, fund, 0))


@EVERY_PAGE
def test_the_number_of_queries_does_not_grow_with_rows_revisions_or_names(client, model):
    def queries(entry, edition):
        with CaptureQueriesContext(connection) as captured:
            page(client, entry, edition)
        return len(captured)

    entry = entry_that_changed(model)
    if hasattr(entry, "involvements") and not entry.involvements.exists():
        factories.add_party(entry, "japan")
    few = queries(entry, None), queries(entry, 2)
    name = TOLD_IN.get(model.__name__, "place")
    for number in range(4):
        edit(entry, **{name: f"Place {number}"})
    if hasattr(entry, "involvements"):
        before = documents.dump(entry)
        for number in range(10):
            factories.add_party(entry, f"party-{number}")
            factories.add_source(entry, f"source-{number}")
        factories.republish(entry, before=before)
    newest = Edition.objects.order_by("-number").first().number
    assert (queries(entry, None), queries(entry, newest)) == few


def test_a_name_for_search_alone_is_not_told_of_the_past(client):
    party = factories.make_party("korea")
    before = documents.dump(party)
    party.names.create(text="South Korea", form="search")
    party.names.create(text="Republic of Korea", form="official")
    factories.republish(party, before=before)
    text = said(page(client, party, 1))
    assert "Republic of Korea" in text
    assert "South Korea" not in text
    assert Party.objects.get(slug="korea").status == Status.PUBLISHED
