"""Coverage: what is recorded of a relation by year and kind, what was looked for, and what nobody looked for."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import Relation
from partnership.public.pictures.coverage import coverage_of
from partnership.public.shelves import KINDS
from tests.factories import make_event, make_fund, make_party, make_programme, make_relation, make_source

from .reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

ADDRESS = "/coverage/nato/japan/"


@pytest.fixture
def relation() -> Relation:
    return make_relation()


def japan(maker, slug: str, date: str, **fields):
    return maker(slug, date=date, parties=(("japan", "participant"),), **fields)


def check(relation: Relation, kind: str, year: int, found: bool = False, source=None):
    return relation.coverage_checks.create(
        key=f"{relation.slug}.{kind}-{year}",
        kind=kind,
        year=year,
        found=found,
        source=source,
        checked_on=date(2026, 3, 1),
    )


def cell(coverage, kind: str, year: int):
    place = [model.kind_name() for model in KINDS].index(kind)
    (line,) = [line for line in coverage.lines if line.first <= year <= line.last]
    return line.cells[place] if line.cells else None


def test_recorded_looked_for_and_not_looked_for_are_told_apart(relation):
    japan(make_event, "visit", "2014-05")
    japan(make_event, "talk", "2014")
    check(relation, "fund", 2014)
    check(relation, "programme", 2013, found=True)

    coverage = coverage_of(relation)

    assert (cell(coverage, "event", 2014).count, cell(coverage, "event", 2014).checked) == (2, "")
    assert (cell(coverage, "fund", 2014).count, cell(coverage, "fund", 2014).checked) == (0, "none")
    assert cell(coverage, "programme", 2013).checked == "found"
    assert not cell(coverage, "exercise", 2014)
    assert coverage.finding == "2 records surely fall within one year each; 1 search found none"


def test_what_falls_within_no_one_year_stands_beside_the_years(relation):
    japan(make_programme, "plan", "2014/2017")
    japan(make_event, "visit", "")
    make_event("of-others", date="2014", parties=(("spain", "participant"),))

    coverage = coverage_of(relation)

    assert coverage.lines == ()
    assert [each.count for each in coverage.elsewhere] == [
        int(model.kind_name() == "programme") for model in KINDS
    ]
    assert [each.count for each in coverage.undated] == [int(model.kind_name() == "event") for model in KINDS]


def test_years_of_which_nothing_is_known_are_one_line(relation):
    japan(make_event, "early", "2001")
    japan(make_event, "late", "2010")

    assert [(line.first, line.last, bool(line.cells)) for line in coverage_of(relation).lines] == [
        (2010, 2010, True),
        (2002, 2009, False),
        (2001, 2001, True),
    ]


def test_each_number_opens_as_many_rows(client, relation):
    for day in ("2014-05", "2014", "2013", ""):
        japan(make_event, f"event-{day}", day)
    japan(make_fund, "a-fund", "2013")
    page = client.get(ADDRESS).content.decode()
    links = re.findall(r'<td[^>]*><a href="([^"]+)">(\d+)</a>', page)

    assert len(links) == 4
    for address, number in links:
        assert client.get(address.replace("&amp;", "&")).context["count"] == int(number)


def test_a_search_is_told_with_its_day_and_source_unless_the_source_is_hidden(client, relation):
    check(relation, "event", 2012, source=make_source("yearbook", title="Yearbook"))
    check(relation, "event", 2011, source=make_source("secret", title="Zerzura", status="draft"))

    page = text_of(client.get(ADDRESS))

    assert "Event, 2012: none found Yearbook" in page
    assert "1 March 2026" in page
    assert "Zerzura" not in page
    assert "2011" not in page
    assert "1 search made, on 1 March 2026" in text_of(client.get("/coverage/"))


def test_the_index_leads_to_every_published_relation_and_the_relation_to_its_coverage(client, relation):
    make_relation(party="spain", status="draft")

    index = client.get("/coverage/").content.decode()

    assert f'href="{ADDRESS}"' in index
    assert "spain" not in index
    assert f'href="{ADDRESS}"' in client.get("/relations/nato/japan/").content.decode()
    assert client.get("/coverage/nato/spain/").status_code == 404
    assert "no search is noted" in text_of(client.get(ADDRESS))


def test_the_pages_run_the_same_queries_for_one_relation_and_record_and_for_many(client, relation):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    japan(make_event, "visit", "2014")
    check(relation, "event", 2001)
    few = [queries(address) for address in ("/coverage/", ADDRESS)]
    for number in range(5):
        make_party(f"party-{number}")
        check(make_relation(party=f"party-{number}"), "event", 2001)
        check(relation, "fund", 1990 + number)
        japan(make_event, f"visit-{number}", f"{2000 + number}")

    assert [queries(address) for address in ("/coverage/", ADDRESS)] == few
