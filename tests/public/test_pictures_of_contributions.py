"""Pictures of contributions: what is drawn, what stands apart, and in which words."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from partnership.models import Contribution, Fund
from partnership.public.filters import ContributionFilter
from partnership.public.pictures import figures
from partnership.public.pictures.figures import MOST_DONORS, Pictures, pictures_of
from partnership.public.totals import shown_totals
from tests.factories import make_contribution, make_fund, make_party

from .reading import text_of

pytestmark = pytest.mark.django_db


def selected(query: str):
    """The contributions of a selection without its filter of the amounts, and the selection."""
    filters = ContributionFilter(QueryDict(query), queryset=Contribution.objects.published())
    return filters.without(["in_total"]).qs, filters.selection()


def pictures(query: str = "", **kwargs: Any) -> Pictures:
    contributions, selection = selected(query)
    return pictures_of(contributions, selection, shown_totals(contributions, selection), **kwargs)


def listed(address: str) -> tuple[Decimal, int]:
    """What the list at an address comes to: amount and number of rows."""
    contributions, selection = selected(address.partition("?")[2])
    totals = shown_totals(contributions, selection)
    (figure,) = totals.figures
    return figure.amount, figure.count


def told(line: Any) -> tuple[Decimal, int]:
    return line.given.amount, line.given.count


def give(donors: tuple[str, ...], date: str, amount: str, to: str = "", **fields: Any) -> Contribution:
    """A published contribution in US dollars, paid unless said otherwise."""
    return make_contribution(
        parties=tuple((donor, "donor") for donor in donors),
        date=date,
        **{
            "amount": Decimal(amount),
            "currency": "USD",
            "stage": "paid",
            "fund": fund(to) if to else None,
            **fields,
        },
    )


def fund(slug: str) -> Fund:
    """The published fund, made when it is first asked for."""
    return Fund.objects.filter(slug=slug).first() or make_fund(slug, title=slug)


class TestByYear:
    def test_what_is_not_surely_within_one_year_stands_apart_and_is_not_split(self):
        for date, amount in (
            ("2014", "1"),
            ("2016-03", "2.50"),
            ("2009/2013", "4"),
            ("2015~", "8"),
            ("", "16"),
        ):
            give(("japan",), date, amount)
        picture = pictures().groups[0].by_year
        assert [(line.label, line.given.amount) for line in picture.lines] == [
            ("2014", 1),
            ("2016", Decimal("2.50")),
        ]
        assert [(line.label, line.given.amount) for line in picture.apart] == [
            ("not surely within one year", 12),
            ("no date given", 16),
        ]
        assert picture.finding == "USD 31.50 paid, by year; most in 2016: USD 2.50"
        assert "nothing is recorded" in picture.note

    def test_currencies_and_stages_have_pictures_of_their_own(self):
        for stage, currency in (("paid", "USD"), ("pledged", "USD"), ("paid", "EUR")):
            for year in ("2014", "2015"):
                give(("japan",), year, "5", stage=stage, currency=currency)
        found = pictures(most=2)
        assert [group.total.words for group in found.groups] == ["EUR 10 paid", "USD 10 pledged"]
        assert [figure.words for figure in found.others] == ["USD 10 paid"]

    def test_parts_are_those_of_the_largest_funds_and_the_rest_in_one(self):
        for number in range(6):
            give(("japan",), "2014", str(number + 1), f"fund-{number}")
        give(("japan",), "2015", "50")
        picture = pictures().groups[0].by_year
        assert list(picture.series) == ["fund-5", "fund-4", "fund-3", "3 other funds", "no fund named"]
        assert [part.amount for part in picture.lines[0].parts] == [6, 5, 4, 6, 0]
        assert picture.lines[1].part_words == ["", "", "", "", "USD 50"]

    def test_one_year_is_no_picture(self, client):
        give(("japan",), "2014", "5")
        give(("japan",), "2014-05", "5")
        assert not pictures()
        assert "<figure" not in client.get("/contributions/").content.decode()

    def test_a_part_dated_apart_from_its_whole_is_not_listed_as_what_its_year_came_to(self):
        whole = give(("japan",), "2014", "5")
        give(("japan",), "2015", "2", part_of=whole)
        give(("japan",), "2015", "3")
        lines = pictures().groups[0].by_year.lines
        assert [(line.label, line.given.amount, bool(line.address)) for line in lines] == [
            ("2014", 5, True),
            ("2015", 3, False),
        ]


class TestByDonor:
    def test_the_most_comes_first_and_what_several_gave_is_split_among_nobody(self):
        give(("japan",), "2014", "1")
        give(("spain",), "2014", "2", qualifier="about")
        give(("japan", "spain"), "2014", "4")
        give((), "2014", "8")
        picture = pictures().groups[0].by_donor
        assert [(line.label, line.amount_words) for line in picture.lines] == [
            ("Spain", "about USD 2"),
            ("Japan", "USD 1"),
        ]
        assert [(line.label, line.given.amount) for line in picture.apart] == [
            ("several donors together", 4),
            ("no donor named", 8),
        ]
        assert not any(line.address for line in picture.lines), (
            "the list of a donor holds what it gave with others"
        )

    def test_a_donor_named_twice_gave_once(self):
        contribution = give(("japan",), "2014", "5")
        row = contribution.involvements.get()
        contribution.involvements.create(key=f"{row.key}-2", party=row.party, role=row.role)
        give(("spain",), "2014", "3")
        lines = pictures().groups[0].by_donor.lines
        assert [(line.label, told(line)) for line in lines] == [("Japan", (5, 1)), ("Spain", (3, 1))]
        assert [listed(line.address) for line in lines] == [(5, 1), (3, 1)]

    def test_a_donor_with_another_under_it_has_no_list_of_its_own(self):
        make_party("agency", parent=make_party("japan"))
        give(("agency",), "2014", "1")
        give(("japan",), "2014", "2")
        lines = pictures().groups[0].by_donor.lines
        assert [(line.label, bool(line.address)) for line in lines] == [("Japan", False), ("Agency", True)]

    def test_beyond_the_first_donors_the_others_are_one_line(self):
        for number in range(MOST_DONORS + 3):
            give((f"donor-{number:02}",), "2014", str(100 - number))
        picture = pictures().groups[0].by_donor
        assert len(picture.lines) == MOST_DONORS
        assert [(line.label, line.given.count) for line in picture.apart] == [("3 other donors", 3)]


class TestMatrix:
    def test_donors_stand_beside_funds_and_nobody_beside_a_beneficiary(self):
        give(("japan",), "2014", "1", "a-fund")
        give(("spain",), "2014", "4", "b-fund")
        give(("spain",), "2014", "2")
        matrix = pictures().groups[0].matrix
        assert matrix.columns == ("b-fund", "a-fund", "no fund named")
        assert [(row.line.label, [cell.words for cell in row.cells]) for row in matrix.rows] == [
            ("Spain", ["USD 4", "", "USD 2"]),
            ("Japan", ["", "USD 1", ""]),
        ]
        assert [[cell.shade for cell in row.cells] for row in matrix.rows] == [[4, 0, 2], [0, 1, 0]]
        assert matrix.sums == ("USD 4", "USD 1", "USD 2")

    def test_one_fund_is_no_matrix(self):
        give(("japan",), "2014", "1", "a-fund")
        give(("spain",), "2014", "4", "a-fund")
        assert not pictures().groups[0].matrix


def test_of_too_many_contributions_the_list_says_so_instead_of_a_picture(client, monkeypatch):
    monkeypatch.setattr(figures, "MOST_DRAWN", 2)
    for year in ("2014", "2015", "2016"):
        give(("japan",), year, "5")

    assert "too many contributions to draw" in text_of(client.get("/contributions/"))
    assert "USD 10 paid, by year" in text_of(client.get("/contributions/?from=2014&to=2015"))
