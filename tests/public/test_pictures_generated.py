"""Pictures of a register with whatever contributions there can be: all that they say is what the list and its file say."""

import csv
import io
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from partnership import search
from tests.factories import make_contribution, make_fund, make_party

from .reading import text_of
from .test_pictures_of_contributions import listed, pictures, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

CONTRIBUTIONS = 120
PARTIES = ("country-a", "country-b", "country-c", "force-of-a", "unit-of-a", "agency-of-b")
DATES = (
    "2012",
    "2012-06",
    "2013",
    "2014-02-03",
    "2014",
    "2015-07",
    "2016",
    "2014~",
    "2012/2015",
    "199X",
    "2010/..",
    "",
    "",
)
AMOUNTS = ("0.01", "2.50", "1000", "1000000.01", "5000000")

SELECTIONS = (
    "",
    "donor=country-a",
    "donor=country-b&donor=force-of-a",
    "fund=fund-1&fund=fund-2&fund=fund-3",
    "beneficiary=country-c&in_total=counted",
    "from=2010&to=2016",
    "from=2014-02&to=2016",
    "from=2010&to=2016&when=may",
    "running=2014",
    "undated=1",
    "donor_standing=partner",
)


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Contributions by nobody, one or several donors, under one another, with parts, drafts and what is never counted."""
    with django_db_blocker.unblock(), transaction.atomic():
        with search.batch():
            generate(random.Random(7))
        yield
        transaction.set_rollback(True)


def generate(chance: random.Random) -> None:
    for slug, above in zip(PARTIES, ("", "", "", "country-a", "force-of-a", "country-b"), strict=True):
        make_party(slug, parent=make_party(above) if above else None)
    funds = [None, *(make_fund(f"fund-{number}") for number in range(6))]
    made: list[Any] = []
    for _number in range(CONTRIBUTIONS):
        whole = chance.choice(made) if made and chance.random() < 0.2 else None
        group = {"currency": chance.choice(("USD", "EUR")), "stage": chance.choice(("pledged", "paid"))}
        if whole is not None and chance.random() < 0.8:
            group = {"currency": whole.currency, "stage": whole.stage}
        amount = Decimal(chance.choice(AMOUNTS))
        donors = chance.sample(PARTIES, chance.choices((0, 1, 2, 3), (1, 6, 1, 1))[0])
        contribution = make_contribution(
            date=chance.choice(DATES),
            parties=[*((donor, "donor") for donor in donors), (chance.choice(PARTIES), "beneficiary")],
            status=chance.choices(("published", "draft"), (9, 1))[0],
            fund=chance.choice(funds),
            part_of=whole,
            amount=amount,
            amount_upper=amount + 1 if chance.random() < 0.1 else None,
            per=chance.choices(("once", "year"), (9, 1))[0],
            qualifier=chance.choice(("exact", "exact", "about")),
            **group,
        )
        made.append(contribution)


@pytest.mark.parametrize("query", SELECTIONS)
def test_every_picture_comes_to_the_total_of_the_list_and_each_line_to_that_of_its_own_list(query):
    found = pictures(query, most=100)
    for group in found.groups:
        for picture in (group.by_year, group.by_donor):
            lines = (*picture.lines, *picture.apart)
            assert sum(line.given.amount for line in lines) == group.total.amount
            assert sum(line.given.count for line in lines) == group.total.count
            assert listed(picture.total.address) == (group.total.amount, group.total.count)
            for line in lines:
                assert not line.parts or sum(part.amount for part in line.parts) == line.given.amount
                assert not line.address or listed(line.address) == told(line), line
        rows = [row.line.given.amount for row in group.matrix.rows]
        assert not rows or sum(rows) == group.total.amount
    assert found.groups or query == "donor_standing=partner"


def test_lines_of_every_sort_lead_to_a_list():
    groups = pictures(most=100).groups
    for lines in (
        [line for group in groups for line in getattr(group, name).lines] for name in ("by_year", "by_donor")
    ):
        assert any(line.address for line in lines)
        assert not all(line.address for line in lines), "a case of which no list shows the same is among them"


def test_the_file_of_a_picture_holds_what_makes_it(client):
    group = pictures().groups[0]
    for picture in (group.by_year, group.by_donor):
        text = b"".join(client.get(picture.csv_address)).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == group.total.count
        assert sum(Decimal(row["amount"]) for row in rows) == group.total.amount


def test_the_page_prints_each_amount_of_a_table(client):
    page = text_of(client.get("/contributions/?fund=fund-1&fund=fund-2&fund=fund-3&fund=fund-4"))
    for group in pictures("fund=fund-1&fund=fund-2&fund=fund-3&fund=fund-4").groups:
        for picture in filter(None, (group.by_year, group.by_donor)):
            assert picture.finding in page
            assert all(line.amount_words in page for line in (*picture.lines, *picture.apart))
