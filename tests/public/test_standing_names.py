"""Whose a standing is, under the name of the time, and the plain taking part of a party that was something else then."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import Party, Status, Vocabulary
from tests.factories import (
    make_event,
    make_party,
    make_programme,
    make_relation,
    make_standing,
    make_term,
)
from tests.public.reading import text_of

pytestmark = pytest.mark.django_db


def text(client, address: str) -> str:
    return text_of(client.get(address))


@pytest.fixture
def nihon() -> Party:
    """Japan, which was called Nihon until 2019."""
    japan = make_party("japan")
    japan.names.create(text="Nihon", form="former", valid="../2019")
    return japan


@pytest.fixture
def mission(nihon):
    """A mission of Japan at NATO that surely ended while it was called Nihon."""
    return make_standing("a-mission", date="2008/2012", word=make_term(Vocabulary.STANDING, "mission"))


# Whose a standing is


def test_the_list_of_standings_says_whose_each_is_under_its_name_of_the_time(client, mission):
    make_standing("another", party=make_party("spain"), date="2001/..")

    shown = text(client, "/standings/")

    assert "A mission Nihon (today Japan): Mission at Nato" in shown
    assert "Another Spain: Partner at Nato" in shown


def test_a_title_that_names_the_party_is_not_followed_by_it_again(client, nihon):
    make_standing(title="Japan: partner of NATO", date="2021/..")
    make_standing(title="Japan as a partner", date="2001/2003")

    shown = text(client, "/standings/")

    assert "Japan: partner of NATO Partner at Nato" in shown
    assert "Japan as a partner Nihon (today Japan): Partner at Nato" in shown


def test_a_partys_own_pages_do_not_say_whose_its_standings_are(client, mission):
    make_relation()
    make_standing("later", date="2012/2014")

    for address in ("/parties/japan/", "/relations/nato/japan/", "/standings/a-mission/"):
        shown = text(client, address)
        assert "Mission at Nato" in shown, address
        assert ": Mission at Nato" not in shown, address


def test_the_page_of_a_party_says_whose_standings_are_those_of_a_party_under_it(client, mission):
    make_standing("of-the-navy", party=make_party("navy", parent=make_party("japan")), date="2001/..")

    assert "Of the navy Navy: Partner at Nato" not in text(client, "/parties/japan/")  # the title says so
    make_party("navy").names.create(text="Fleet", form="official", valid="../2030")
    make_standing("fleet-post", title="A post", party=make_party("navy"), date="2001/2002")
    assert "A post Fleet (today Navy): Partner at Nato" in text(client, "/parties/japan/")


def test_the_page_of_an_organisation_says_whose_the_standings_at_it_are(client, mission):
    assert "A mission Nihon (today Japan): Mission at Nato" in text(client, "/parties/nato/")


def test_a_place_is_named_as_it_was_called(client, mission):
    make_party("nato").names.create(text="The old alliance", form="former", valid="../2015")
    make_relation()
    make_standing("later", date="2012/2014")

    for address in ("/standings/", "/parties/japan/", "/relations/nato/japan/", "/standings/later/"):
        assert "Mission at The old alliance (today Nato)" in text(client, address), address


def test_the_page_of_a_standing_names_both_as_they_were_called_with_todays_names_beside(client, mission):
    make_party("nato").names.create(text="The old alliance", form="former", valid="../2015")

    shown = text(client, "/standings/a-mission/")

    assert "Party Nihon (today Japan)" in shown
    assert "At The old alliance (today Nato)" in shown
    assert b'<a href="/parties/japan/">Nihon</a>' in client.get("/standings/a-mission/").content


@pytest.mark.parametrize("date", ["2008/..", "2018/2020", ""])
def test_a_standing_of_which_no_name_is_sure_has_todays(client, nihon, date):
    make_standing("a-post", date=date)

    assert "A post Japan: Partner at Nato" in text(client, "/standings/")


@pytest.mark.parametrize("hidden", ["japan", "nato"])
def test_a_party_that_is_not_public_is_not_named(client, mission, hidden):
    Party.objects.filter(slug=hidden).update(status=Status.DRAFT)
    make_party("nato").names.create(text="The old alliance", form="former", valid="../2015")
    told = {
        "japan": "A mission Mission at The old alliance (today Nato)",
        "nato": "A mission Nihon (today Japan): Mission",
    }

    for address in ("/standings/", "/standings/a-mission/"):
        shown = text(client, address)
        for name in {"japan": ("Japan", "Nihon"), "nato": ("Nato", "The old alliance")}[hidden]:
            assert name not in shown, address
        assert "None" not in shown, address
    assert told[hidden] in text(client, "/standings/")


# Plain taking part


@pytest.mark.parametrize("address", ["/parties/japan/", "/relations/nato/japan/"])
def test_a_plain_participant_is_told_where_it_was_called_otherwise_or_had_a_standing(client, nihon, address):
    make_relation()
    make_event(date="2015")

    assert "Meeting Nihon: Participant (today Japan)" in text(client, address)
    make_event(date="2021")
    assert "Meeting Participant" not in text(client, address)
    make_standing(date="1994/..")
    assert "Meeting Nihon: Participant (today Japan, partner then)" in text(client, address)
    assert "Meeting Participant (partner then)" in text(client, address)


# Programmes


def test_a_row_of_a_programme_says_what_it_supersedes_and_whether_a_source_says_so(client):
    old, older, draft = (make_programme(title=title) for title in ("Plan of 2012", "Plan of 2008", "Secret"))
    type(draft).objects.filter(pk=draft.pk).update(status=Status.DRAFT)
    plan = make_programme("the-plan", date="2020/..")
    supersedes = make_term(Vocabulary.LINK, "supersedes")
    for position, (each, basis) in enumerate(((old, "inferred"), (older, "stated"), (draft, "stated"))):
        plan.links.create(word=supersedes, programme=each, basis=basis, position=position)
    plan.links.create(word=make_term(Vocabulary.LINK, "complements"), programme=make_programme("beside"))

    shown = text(client, "/programmes/")

    assert "Initiative · Supersedes Plan of 2012 (inferred) · Supersedes Plan of 2008" in shown
    assert "Secret" not in shown
    assert "Complements" not in shown
    assert f'href="{old.get_absolute_url()}">Plan of 2012' in client.get("/programmes/").content.decode()
    make_relation()
    assert text(client, "/relations/nato/japan/").count("Supersedes") == 4  # in force, and on the shelf


def test_what_programmes_supersede_is_read_in_one_query(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/programmes/")
        return len(captured)

    def supersede() -> None:
        make_programme().links.create(
            word=make_term(Vocabulary.LINK, "supersedes"), programme=make_programme()
        )

    supersede()
    few = queries()
    for _number in range(5):
        supersede()

    assert queries() == few
