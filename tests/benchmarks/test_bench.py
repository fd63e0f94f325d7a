"""The benchmark still makes what it says, and still measures two pages of the same rows."""

from collections import Counter

import pytest
from django.test import Client

from partnership.models import Contribution
from tests.benchmarks import bench, generate

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.benchmarks.naive"), pytest.mark.one_engine]

ROWS = 60


@pytest.fixture
def register() -> None:
    generate.grow(generate.lay_ground(), 0, ROWS)


def test_no_row_is_made_in_vain(register):
    rows = list(Contribution.objects.published().for_detail())
    assert len(rows) == ROWS
    donors = Counter(
        row.party.slug for each in rows for row in each.involvements.all() if row.role.acts_as == "donor"
    )
    assert donors.total() == ROWS
    assert donors.most_common(1)[0][0] == "donor-0"
    assert {each.currency for each in rows} == {"", *generate.CURRENCIES}
    assert {each.stage for each in rows} == {*generate.STAGES}
    assert all(each.areas.all() and each.organisations.all() and each.citations.all() for each in rows)
    assert sum(each.part_of_id is not None for each in rows) in range(1, ROWS // 10)
    assert {each.fund for each in rows} > {None}
    for each in rows[:20]:
        each.full_clean()


def test_rows_are_added_to_those_that_are_there():
    ground = generate.lay_ground()
    generate.grow(ground, 0, 30)
    generate.grow(ground, 30, 50)
    assert Contribution.objects.count() == 50


@pytest.mark.usefixtures("register")
def test_both_pages_answer_and_count_the_same_rows():
    measured = list(bench.measure(Client(), rounds=1))
    assert len(measured) == 5
    for page, ours, naive in measured:
        assert ours.queries > 0, page.name
        assert naive.queries > 0, page.name
        assert bench.line(ROWS, page, ours, naive).startswith(f"{ROWS:>7}  {page.name}")


@pytest.mark.usefixtures("register")
def test_the_naive_page_shows_rows_and_facets(client):
    page = client.get("/naive/?stage=paid&donor=donor-0")
    expected = Contribution.objects.filter(stage="paid", involvements__party__slug="donor-0")
    assert {each.slug for each in page.context["object_list"]} <= {each.slug for each in expected}
    assert page.context["paginator"].count == expected.count() > 0
    facets = {name: dict(values) for name, values in page.context["facets"]}
    assert facets["Donor"] == {"Donor 0": expected.count()}
    assert facets["Stage"] == {"paid": expected.count()}
