"""The page of changes: its address alone says what is asked, and its words are a reader's."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership import documents
from partnership.editorial import workflow
from partnership.history import Line
from tests import factories

from .reading import text_of

pytestmark = pytest.mark.django_db

PAGE = "/changes/"


def page(client, **asked):
    response = client.get(PAGE, asked)
    assert response.status_code == 200
    return response


def titles(response):
    """(edition, title) of every change of a page."""
    return [
        (edition.number, each.change.title)
        for edition, changes in response.context["editions"]
        for each in changes
    ]


def words(response):
    return unescape(text_of(response))


def edit(entry, **fields):
    before = documents.dump(entry)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return factories.republish(entry, before=before)


@pytest.fixture
def summit():
    """An event in which Japan takes part, with its change in edition 1; Spain's own change is edition 2."""
    event = factories.make_event("summit", title="Summit", date="2022-06", place="Lisbon")
    edit(event, place="Madrid", date="2022-06-29", summary="They met in *Madrid*.")
    edit(factories.make_party("spain"), note="A country")
    return event


def test_without_a_party_everything_is_told_newest_edition_first(client, summit):
    found = titles(page(client))
    assert found[:2] == [(2, "Spain"), (1, "Summit")]
    assert {"Summit", "Spain", "Japan", "Nato", "A page"} <= {title for number, title in found if number == 0}


def test_what_changed_on_a_partys_page_between_two_editions_stands_at_one_address(client, summit):
    assert titles(page(client, party="japan", after=0, until=1)) == [(1, "Summit")]
    assert titles(page(client, party="spain", after=0)) == [(2, "Spain")]
    response = page(client, party="japan", after=1, until=2)
    assert titles(response) == []
    assert "Nothing changed between these editions" in words(response)


def test_the_page_of_a_party_takes_in_its_relations_standings_and_the_parties_under_it(client):
    factories.make_party("navy", parent=factories.make_party("japan"))
    factories.make_event("visit", title="Visit", parties=(("navy", "participant"),))
    factories.make_event("elsewhere", title="Elsewhere", parties=(("spain", "host"),))
    factories.make_standing("partner", title="Partner")
    relation = factories.make_relation()
    assert {title for _number, title in titles(page(client, party="japan"))} == {
        "Japan",
        "Visit",
        "Partner",
        str(relation),
    }


def test_what_left_the_page_of_a_party_is_told(client):
    event = factories.make_event(
        "visit", title="Visit", parties=(("japan", "participant"), ("spain", "host"))
    )
    workflow.withdraw(factories.make_event("twice", title="Twice"), reason="It was entered twice.")
    before = documents.dump(event)
    event.involvements.get(party__slug="japan").delete()
    factories.republish(event, before=before)
    response = page(client, party="japan", after=0)
    assert titles(response) == [(2, "Visit"), (1, "Twice")]
    said = words(response)
    assert "Removed: party: Japan; role: Participant" in said
    assert "Event. Withdrawn The reason given: It was entered twice." in said


def test_differences_are_said_in_words(client, summit):
    said = words(page(client, after=0, until=1))
    assert "Edition 1, " in said
    assert "Event. Changed: The world changed" in said
    assert "Date Before: June 2022 After: 29 June 2022" in said
    assert "Place Before: Lisbon After: Madrid" in said
    assert "Summary Added: They met in Madrid." in said


def test_old_and_new_are_marked_by_elements_as_well(client, summit):
    html = page(client, after=0, until=1).content.decode()
    assert re.search(r"Before:\s*<del>Lisbon</del>", html)
    assert re.search(r"After:\s*<ins>Madrid</ins>", html)


def test_only_the_words_that_differ_are_marked(client):
    event = factories.make_event("one", summary="They met in Madrid for two days.")
    edit(event, summary="They met in Lisbon for two days.", other_names="Summit\nNATO-Gipfel")
    html = page(client, after=0).content.decode()
    assert "They met in <del>Madrid</del> for two days." in html
    assert "They met in <ins>Lisbon</ins> for two days." in html
    assert "Other names Added: Summit; NATO-Gipfel" in words(page(client, after=0))


@given(*[st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=6)] * 2)
def test_the_parts_of_a_line_are_its_words_and_what_stayed_is_the_same_before_and_after(one, other):
    line = Line("Text", " ".join(one), " ".join(other))
    before, after = line.before_parts, line.after_parts
    assert " ".join(filter(None, before)) == line.before
    assert " ".join(filter(None, after)) == line.after
    assert (before.start, before.end) == (after.start, after.end)
    assert bool(before.differs or after.differs) == (one != other)


def test_choices_amounts_and_rows_are_named_as_pages_name_them(client):
    gift = factories.make_contribution(
        "gift", amount="5000000", currency="USD", stage="pledged", parties=(("japan", "donor"),)
    )
    before = documents.dump(gift)
    gift.stage, gift.amount = "paid", "5000000.50"
    gift.save()
    row = gift.involvements.get()
    row.representative = "Prime Minister"
    row.save()
    factories.add_source(gift, "report", supports=row.key)
    factories.add_source(gift, "report", supports="amount", stance="contradicts")
    factories.republish(gift, before=before)
    said = words(page(client, after=0))
    assert "Stage Before: pledged After: paid" in said
    assert "Amount Before: 5,000,000 After: 5,000,000.50" in said
    assert "Party taking part (Japan, Donor): office or person Added: Prime Minister" in said
    assert "Citation Added: source: Report; supports: Party taking part (Japan, Donor)" in said
    assert "Citation Added: source: Report; supports: amount; stance: Contradicts" in said


def test_what_only_staff_see_is_not_told(client):
    event = factories.make_event("one")
    edit(event, staff_note="Ask the embassy")
    response = page(client, after=0)
    assert "Nothing that readers see is different." in words(response)
    assert "The world changed" not in words(response)
    assert "embassy" not in response.content.decode()


def test_who_changed_it_and_the_reason_for_staff_are_not_told(client, django_user_model):
    event = factories.make_event("one")
    before = documents.dump(event)
    event.place = "Madrid"
    event.save()
    factories.republish(
        event, before=before, by=django_user_model.objects.create_user("kenji"), reason="Told by telephone"
    )
    html = page(client).content.decode()
    assert "kenji" not in html
    assert "telephone" not in html


def test_text_of_entries_is_escaped(client):
    edit(factories.make_event("one"), place="<script>alert(1)</script>", summary="<b>bold</b>")
    html = page(client, after=0).content.decode()
    assert "<script>alert" not in html
    assert "<b>bold" not in html


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"after": "soon"}, "Write the number of an edition, for example 3."),
        ({"until": "-1"}, "Write the number of an edition from 0, for example 3."),
        ({"until": "9" * 30}, "Write a smaller number of an edition, for example 3."),
        ({"after": "3", "until": "2"}, "Write the lower number in “After edition”."),
        ({"party": "atlantis"}, "“atlantis” is not a choice here. Choose from the list."),
        ({"after": ["1", "2"]}, "“After edition” is given twice: write it once."),
        ({"after": "soon", "page": "7"}, "Write the number of an edition, for example 3."),
    ],
)
def test_a_value_that_cannot_be_read_is_explained_and_nothing_is_shown(client, summit, asked, message):
    response = page(client, **asked)
    said = words(response)
    assert "There is a problem" in said
    assert message in said
    assert "No result can be shown" in said
    assert titles(response) == []
    assert response.context["page_title"].startswith("Error: ")


def test_an_error_is_read_out_first_and_leads_to_its_field_which_names_it(client, summit):
    html = page(client, after="soon", party="atlantis").content.decode()
    summary = re.search(r'<div class="error-summary"[^>]*>', html)[0]
    for part in ('tabindex="-1"', "autofocus", 'role="group"', 'aria-labelledby="problem"'):
        assert part in summary
    assert '<h2 id="problem">' in html
    assert described(html, "input", "after") == ["id_after-error", "editions-hint"]
    assert described(html, "select", "party") == ["id_party-error"]
    assert described(html, "input", "until") == ["editions-hint"]


def described(html: str, element: str, name: str) -> list[str]:
    """The ids of what describes the field of a name, each of which must stand on the page once."""
    (control,) = re.findall(rf'<{element}[^>]*\sname="{name}"[^>]*>', html)
    ids = re.search(r'aria-describedby="([^"]*)"', control)[1].split(" ")
    assert all(html.count(f'id="{each}"') == 1 for each in ids)
    assert ('aria-invalid="true"' in control) == (f"id_{name}-error" in ids)
    return ids


def test_a_draft_party_is_the_same_as_one_that_never_was(client):
    factories.make_party("secretland", status="draft")
    assert "is not a choice here" in words(page(client, party="secretland"))
    assert "Secretland" not in words(page(client))


def test_an_unknown_parameter_is_named_and_not_used(client, summit):
    response = page(client, since=1)
    assert "This list has no filter “since”: it was not used." in words(response)
    assert titles(response) == titles(page(client))


def test_blank_parameters_ask_for_nothing(client, summit):
    response = page(client, party="", after="", until=" ")
    assert titles(response) == titles(page(client))
    assert response.context["canonical"] == "http://testserver/changes/"


def test_what_is_asked_stands_above_the_changes_and_can_be_taken_away(client, summit):
    chips = page(client, party="japan", after=0, until=1).context["chips"]
    assert {chip.label: chip.query for chip in chips} == {
        "On the page of: Japan": "after=0&until=1",
        "After edition: 0": "party=japan&until=1",
        "Up to edition: 1": "party=japan&after=0",
    }


def test_pages_hold_twenty_five_changes_and_keep_what_is_asked(client):
    for number in range(27):
        factories.make_event(f"event-{number:02}")
    response = page(client, party="japan")
    assert len(titles(response)) == 25
    assert "?party=japan&amp;page=2" in response.content.decode()
    assert len(titles(page(client, party="japan", page=2))) == 3  # with Japan itself
    assert client.get(PAGE, {"party": "japan", "page": 3}).status_code == 404


def test_a_register_without_content_says_so(client):
    assert "Nothing has been published yet" in words(page(client))
