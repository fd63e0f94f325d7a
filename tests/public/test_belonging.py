"""Editions of a series and parts of a whole, seen from either end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.public.belonging import SHOWN, editions_of, neighbours_of, part_count, parts_of
from tests.factories import add_party, make_event, make_exercise

from .reading import text_of

pytestmark = pytest.mark.django_db


def text(client, entry) -> str:
    return text_of(client.get(entry.get_absolute_url()))


@pytest.fixture
def series():
    return make_exercise("drill", title="The drill", parties=(("spain", "participant"),))


# Editions


def test_the_editions_of_a_series_stand_in_order_of_time_with_every_party_by_role(client, series):
    parties = (("italy", "host"), *((f"party-{number}", "participant") for number in range(10)))
    make_exercise("drill-2016", title="Drill 2016", date="2016", series=series, parties=parties)
    make_exercise("drill-2014", title="Drill 2014", date="2014", series=series)
    make_exercise("drill-undated", title="Drill, some year", series=series)
    make_exercise("draft", title="A draft", series=series, status="draft")

    words = text(client, series)

    assert [each.slug for each in editions_of(series).records] == [
        "drill-2014",
        "drill-2016",
        "drill-undated",
    ]
    assert "2014 Drill 2014 Participant: Japan 2016 Drill 2016" in words
    assert "Host: Italy" in words
    assert "Party 9" in words
    assert "A draft" not in words


def test_who_took_part_in_an_unknown_edition_is_told_apart(client, series):
    assert "edition not stated" not in text(client, series)

    make_exercise("drill-2014", title="Drill 2014", date="2014", series=series)

    assert "Parties taking part, edition not stated Participant Spain Editions" in text(client, series)


def test_a_series_leads_to_its_list(client, series):
    make_exercise("drill-2014", series=series)

    assert 'href="/exercises/?series=drill"' in client.get(series.get_absolute_url()).content.decode()


def test_of_many_editions_the_latest_are_shown(client, series):
    for year in range(1990, 1990 + SHOWN + 2):
        make_exercise(date=str(year), series=series)

    editions = editions_of(series)

    assert (len(editions.records), editions.count, editions.has_more) == (SHOWN, SHOWN + 2, True)
    assert editions.records[0].date == "1992"
    assert "The latest editions, in order of time." in text(client, series)


def test_an_edition_leads_to_its_series_and_to_those_before_and_after(client, series):
    first, second, third = (
        make_exercise(f"drill-{year}", title=f"Drill {year}", date=year, series=series)
        for year in ("2014", "2016", "2018")
    )
    make_exercise("draft", date="2017", series=series, status="draft")
    make_exercise("undated", series=series)
    make_exercise("of-no-series", date="2015")

    assert (neighbours_of(first).before, neighbours_of(first).after) == (None, second)
    assert (neighbours_of(second).before, neighbours_of(second).after) == (first, third)
    assert (neighbours_of(third).before, neighbours_of(third).after) == (second, None)
    assert "Edition of The drill Edition before Drill 2014 Edition after Drill 2018" in text(client, second)


def test_editions_of_the_same_day_are_told_in_order_of_address(series):
    a, b, c = (make_exercise(slug, date="2014", series=series) for slug in ("a", "b", "c"))

    assert (neighbours_of(b).before, neighbours_of(b).after) == (a, c)


def test_an_undated_edition_and_one_of_a_series_that_is_not_public_have_no_neighbours(series):
    draft = make_exercise("draft", status="draft")
    undated = make_exercise("undated", series=series)
    make_exercise("other", date="2014", series=draft)

    assert neighbours_of(undated).after is None
    assert neighbours_of(make_exercise("hidden", date="2012", series=draft)).after is None


# Parts


def test_a_part_tells_its_whole_and_how_many_parts_that_has(client):
    whole = make_event("summit", title="The summit")
    part = make_event("session", title="The session", part_of=whole)
    assert "Parts beside it" not in text(client, part)

    make_event("dinner", title="The dinner", part_of=whole)
    make_event("draft", part_of=whole, status="draft")

    assert part_count(part) == 2
    assert "2 parts of the same whole, this one included" in text(client, part)
    assert 'href="/events/?part_of=summit"' in client.get(part.get_absolute_url()).content.decode()


def test_the_parts_of_what_is_not_public_are_not_counted(client):
    whole = make_event("secret-summit", status="draft")
    part = make_event("session", part_of=whole)
    make_event("dinner", part_of=whole)

    assert part_count(part) == 0
    assert "secret" not in client.get(part.get_absolute_url()).content.decode()


def test_a_whole_with_two_parts_or_more_leads_to_their_list(client):
    whole = make_event("summit")
    make_event(part_of=whole)
    make_event(part_of=whole, status="draft")
    assert "?part_of=summit" not in client.get(whole.get_absolute_url()).content.decode()

    make_event(part_of=whole)

    page = client.get(whole.get_absolute_url()).content.decode()
    assert '<a href="/events/?part_of=summit">All 2 events in the list</a>' in page


def test_a_whole_with_many_parts_leads_to_the_list_of_all(client):
    whole = make_event("summit")
    for _number in range(SHOWN + 1):
        make_event(part_of=whole)

    assert parts_of(whole).count == SHOWN + 1
    assert (
        f'<a href="/events/?part_of=summit">All {SHOWN + 1} events in the list</a>'
        in client.get(whole.get_absolute_url()).content.decode()
    )


# Queries


def test_a_page_takes_no_more_queries_for_many_editions_and_parts(client):
    def queries(entry) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(entry.get_absolute_url())
        return len(captured)

    few, many = make_event("few"), make_event("many")
    for whole, number in ((few, 1), (many, 8)):
        for each in range(number):
            add_party(make_event(part_of=whole), f"party-{each}")
            add_party(make_event(series=whole), f"party-{each}")

    assert queries(many) == queries(few)
