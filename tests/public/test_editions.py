"""`/editions/`, `/editions/<n>/`, `/corrections/` and the feed: what each act of publication did, in words."""

import re
from datetime import datetime
from html import unescape
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents
from partnership.editorial import workflow
from partnership.models import Edition, Nature, Party, Revision, Status
from tests import factories

from .reading import text_of

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def edit(entry, **fields):
    before = documents.dump(entry)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return factories.republish(entry, before=before)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response


def words(response):
    return unescape(text_of(response))


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)


def groups(response):
    """The changes told and named under each relation: (relation, titles told, titles named)."""
    return [
        (
            str(group.relation or ""),
            [each.change.title for each in group.told],
            [change.title for change in group.told_elsewhere],
        )
        for group in response.context["groups"]
    ]


# The list of editions


def test_editions_stand_newest_first_with_how_much_each_did(client):
    event = factories.make_event("one")
    edit(event, place="Madrid")
    workflow.withdraw(event, reason="Twice")
    response = page(client, "/editions/")
    assert [(each.edition.number, each.words) for each in response.context["editions"]] == [
        (2, "1 entry withdrawn"),
        (1, "1 entry changed"),
        (0, "6 new entries"),
    ]
    assert re.search(
        r"3 editions .*Edition 2 1 entry withdrawn .*Edition 1 1 entry changed ", words(response)
    )


def test_what_was_loaded_is_an_edition_without_a_day_until_something_of_it_changes(client):
    factories.make_event("one")
    response = page(client, "/editions/")
    assert [each.edition.number for each in response.context["editions"]] == [0]
    assert not Edition.objects.exists()
    assert "Edition 0: what was loaded at first" in words(page(client, "/editions/0/"))


def test_a_register_without_content_says_so(client):
    assert "Nothing has been published yet" in words(page(client, "/editions/"))
    assert client.get("/editions/0/").status_code == 404


def test_editions_are_paged(client):
    event = factories.make_event("one")
    for number in range(26):
        edit(event, place=f"Place {number}")
    assert [each.edition.number for each in page(client, "/editions/").context["editions"]] == list(
        range(26, 1, -1)
    )
    assert [each.edition.number for each in page(client, "/editions/?page=2").context["editions"]] == [1, 0]
    assert client.get("/editions/?page=3").status_code == 404


def test_the_note_of_an_edition_that_did_nothing_public_is_not_told(client):
    workflow.record_import(
        [factories.make_event("one", status="draft", sources=())], [], note="Secret summit"
    )
    for address in ("/editions/", "/editions/1/"):
        said = words(page(client, address))
        assert "Nothing that readers see" in said
        assert "Secret summit" not in said


# One edition


def test_an_edition_tells_what_changed_under_each_relation_it_is_about(client):
    factories.make_relation()
    factories.make_relation(party="spain")
    both = factories.make_event(
        "both", title="Both", parties=(("japan", "participant"), ("spain", "host")), place="Lisbon"
    )
    navy = factories.make_party("navy", parent=factories.make_party("spain"))
    one = factories.make_event("one", title="One", parties=(("navy", "host"),))
    standing = factories.make_standing("partner", title="Partner", party=factories.make_party("japan"))
    before = [(each, documents.dump(each)) for each in (both, one, standing, navy)]
    for each, _document in before:
        each.staff_note = "Seen"
        each.save()
    both.place = "Madrid"
    both.save()
    workflow.record_import([], before)
    response = page(client, "/editions/1/")
    assert groups(response) == [
        ("Nato – relations with Japan", ["Both", "Partner"], []),
        ("Nato – relations with Spain", ["One"], ["Both"]),
        ("", ["Navy"], []),
    ]
    said = words(response)
    assert said.count("Place Before: Lisbon After: Madrid") == 1
    assert "The world changed" in said
    assert "Told above: Both" in said
    assert "Source: A page" in said
    assert "Seen" not in said


def test_what_is_withdrawn_now_stands_under_no_relation(client):
    factories.make_relation()
    workflow.withdraw(factories.make_event("one", title="One"), reason="It was entered twice.")
    response = page(client, "/editions/1/")
    assert groups(response) == [("", ["One"], [])]
    assert "The reason given: It was entered twice." in words(response)


@pytest.mark.parametrize("number", ["2", "99999999999999999999"])
def test_an_edition_that_has_not_been_is_not_found(client, number):
    edit(factories.make_event("one"), place="Madrid")
    assert client.get(f"/editions/{number}/").status_code == 404
    assert client.get("/editions/1/").status_code == 200


def test_a_large_edition_is_paged(client):
    for number in range(30):
        factories.make_event(f"event-{number:02}", title=f"Event {number:02}")
    told = [
        title
        for number in (1, 2)
        for _relation, titles, _named in groups(page(client, f"/editions/0/?page={number}"))
        for title in titles
    ]
    assert len(told) == len(set(told)) == 35  # with what they name
    assert client.get("/editions/0/?page=3").status_code == 404


def test_nothing_for_staff_alone_is_told(client, django_user_model):
    event = factories.make_event("one", staff_note="Ask the embassy")
    before = documents.dump(event)
    event.place = "Madrid"
    event.save()
    factories.republish(
        event, before=before, by=django_user_model.objects.create_user("kenji"), reason="By telephone"
    )
    for address in ("/editions/", "/editions/1/", "/editions/feed.atom", "/corrections/"):
        text = page(client, address).content.decode()
        assert not re.search("embassy|kenji|telephone", text), address


# Corrections


def test_corrections_are_listed_newest_first_and_nothing_else_is(client):
    event = factories.make_event("one", title="One", place="Oslo")
    edit(event, place="Madrid")
    edit(event, place="Lisbon")
    edit(event, place="Rome")
    Revision.objects.filter(edition__in=(1, 3)).update(nature=Nature.CORRECTION)
    response = page(client, "/corrections/")
    assert [edition.number for edition, _changes in response.context["editions"]] == [3, 1]
    said = words(response)
    assert "2 corrections" in said
    assert "A correction: the register was wrong" in said
    assert "Before: Lisbon After: Rome" in said
    assert "Before: Madrid" not in said


def test_without_corrections_the_list_says_so(client):
    edit(factories.make_event("one"), place="Madrid")
    assert "Nothing that was published has been corrected so far." in words(page(client, "/corrections/"))


# The feed


def feed(client):
    response = page(client, "/editions/feed.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def test_the_feed_has_an_entry_for_each_edition_with_its_changes_in_words(client):
    event = factories.make_event("one", title="One <b>", place="Oslo")
    edit(event, place="Madrid")
    workflow.withdraw(factories.make_event("two", title="Two"), reason="Twice")
    entries = feed(client).findall(f"{ATOM}entry")
    assert [each.find(f"{ATOM}id").text for each in entries] == [
        f"http://testserver/editions/{number}/" for number in (2, 1, 0)
    ]
    assert [each.find(f"{ATOM}title").text for each in entries[:2]] == ["Edition 2", "Edition 1"]
    published = Edition.objects.get(number=1).published_at
    assert datetime.fromisoformat(entries[1].find(f"{ATOM}updated").text) == published
    summary = entries[1].find(f"{ATOM}summary").text
    assert "<del>Oslo</del>" in summary
    assert "One &lt;b&gt;" in summary
    assert "The reason given: Twice" in entries[0].find(f"{ATOM}summary").text


def test_the_feed_names_only_what_is_public(client):
    factories.make_event("draft", title="A secret meeting", status="draft")
    workflow.record_import([factories.make_event("two", status="draft")], [], note="Secret")
    edit(factories.make_event("one", parties=(("japan", "host"), ("hidden", "host"))), place="Madrid")
    Party.objects.filter(slug="hidden").update(status=Status.DRAFT)
    text = page(client, "/editions/feed.atom").content.decode()
    assert not re.search("secret|hidden", text, re.IGNORECASE)


def test_of_a_large_edition_the_feed_tells_the_first_and_how_many_more_there_are(client):
    edit(factories.make_event("one"), place="Madrid")
    for number in range(120):
        factories.make_source(f"source-{number}")
    loaded = feed(client).findall(f"{ATOM}entry")[1].find(f"{ATOM}summary").text
    told = loaded.count("<li>")
    assert told == 99
    assert f"and {126 - told} more" in " ".join(loaded.split())


@pytest.mark.parametrize("address", ["/editions/", "/changes/"])
def test_pages_name_the_feed(client, address):
    html = page(client, address).content.decode()
    assert re.search(r'<link rel="alternate" type="application/atom\+xml" href="/editions/feed.atom"', html)


# All of them


@pytest.mark.parametrize(
    "address", ["/editions/", "/editions/0/", "/editions/1/", "/editions/feed.atom", "/corrections/"]
)
def test_the_number_of_queries_does_not_grow(client, address):
    factories.make_relation()

    def change(numbers):
        events = [
            factories.make_event(f"event-{number}", parties=(("japan", "host"), ("spain", "host")))
            for number in numbers
        ]
        before = [(each, documents.dump(each)) for each in events]
        for each in events:
            each.place = "Madrid"
            each.save()
        workflow.record_import([], before)
        edit(events[0], place="Lisbon")
        Revision.objects.filter(entry__in=[each.reference for each in events]).update(
            nature=Nature.CORRECTION
        )

    change(range(2))
    few = queries(client, address)
    change(range(2, 15))
    Revision.objects.filter(edition=3).update(edition=1)  # many in one edition
    assert queries(client, address) == few


def test_every_page_leads_to_changes_editions_and_corrections(client):
    html = page(client, "/").content.decode()
    foot = html[html.index("<footer") :]
    assert all(f'href="{address}"' in foot for address in ("/changes/", "/editions/", "/corrections/"))
