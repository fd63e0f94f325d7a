"""Who gave to a fund: every link of the table opens exactly the contributions that make its row."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership import generation
from partnership.models import Contribution, Fund, Status
from partnership.money import Stage
from partnership.public.giving import GivenInTime, WhoGave, who_gave
from tests.factories import add_source, make_contribution, make_fund, make_party, make_source, make_term
from tests.public.copies import copy
from tests.public.filtering import filterset
from tests.public.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund() -> Fund:
    """A fund to which nothing was given yet."""
    return make_fund("a-fund")


def give(fund: Fund, slug: str, amount: str | None = None, *donors: str, **fields: Any) -> Contribution:
    """A contribution to the fund, paid in dollars by Japan in 2022 unless said otherwise."""
    money_of = {"amount": Decimal(amount), "currency": fields.pop("currency", "USD")} if amount else {}
    parties = tuple((donor, "donor") for donor in donors or ("japan",))
    defaults = {"stage": Stage.PAID, "date": "2022", "fund": fund, "parties": parties}
    return make_contribution(slug, **{**defaults, **money_of, **fields})


def rows(told: WhoGave, year: str = "2022") -> list[tuple[str, str, int]]:
    """Donor, words and count of the rows of a year, in their order."""
    (group,) = (group for group in told.groups if group.year == year)
    return [(row.donor.slug, row.figure.words, row.figure.count) for row in group.given]


def opened(address: str) -> set[str]:
    """The contributions that an address of the list shows."""
    path, _, query = address.partition("?")
    assert path == "/contributions/"
    found = filterset(Contribution, query)
    assert found.is_valid(), found.errors
    return {record.slug for record in found.qs}


def behind(row: Any) -> set[str]:
    """The contributions that a row, or what is said beside the rows, leads to."""
    part = getattr(row, "figure", None) or row.left_out
    named = {record.slug for record in row.contributions.first}
    assert bool(named) != bool(part.address), "either a list or names"
    return opened(part.address) if part.address else named


def all_behind(told: WhoGave) -> dict[tuple[str, str, str], set[str]]:
    """By year, donor and words of a row what it leads to."""
    return {
        (group.year, row.donor.slug, row.figure.words): behind(row)
        for group in told.groups
        for row in group.given
    }


def beside(group: GivenInTime) -> dict[str, set[str]]:
    return {each.left_out.sentence: behind(each) for each in group.beside}


# What the rows say


def test_a_year_names_its_donors_by_currency_and_stage_largest_first(fund):
    give(fund, "a", "2", "spain")
    give(fund, "b", "5", "japan", date="2022-03")
    give(fund, "c", "4", "spain", date="2022-01/2022-04")
    give(fund, "d", "90", "ukraine", stage=Stage.PLEDGED)
    give(fund, "e", "7", "ukraine", currency="EUR")
    give(fund, "f", "1", "spain", date="2023")
    told = who_gave(fund)
    assert [group.year for group in told.groups] == ["2023", "2022"]
    assert rows(told) == [
        ("ukraine", "EUR 7 paid", 1),
        ("ukraine", "USD 90 pledged", 1),
        ("spain", "USD 6 paid", 2),
        ("japan", "USD 5 paid", 1),
    ]
    assert told.notes == []


def test_the_address_of_a_row_is_the_selection_of_its_donor_year_currency_and_stage(fund):
    give(fund, "a", "5")
    (group,) = who_gave(fund).groups
    assert group.given[0].figure.address == (
        "/contributions/?donor=japan&fund=a-fund&stage=paid&currency=USD&in_total=counted&from=2022&to=2022"
    )


def test_dates_that_are_not_surely_within_one_year_stand_last_and_open_their_rows(fund):
    give(fund, "year", "1", date="2022")
    give(fund, "about", "2", date="2022~")
    give(fund, "over-years", "4", date="2021/2022")
    give(fund, "none", "8", date="")
    give(fund, "decade", "16", "spain", date="201X")
    give(fund, "spain-year", "16", "spain", date="2013")
    give(fund, "running", "32", "ukraine", date="2014/..")
    give(fund, "undated", "64", "italy", date="")
    give(fund, "italy-year", "64", "italy", date="2013")
    give(fund, "five-years", "128", "norway", date="2009/2013")
    give(fund, "norway-year", "128", "norway", date="2022")
    told = who_gave(fund)
    assert [group.year for group in told.groups] == ["2022", "2013", ""]
    found = {(donor, words): slugs for (year, donor, words), slugs in all_behind(told).items() if not year}
    assert found == {
        ("norway", "USD 128 paid"): {"five-years"},
        ("italy", "USD 64 paid"): {"undated"},
        ("ukraine", "USD 32 paid"): {"running"},
        ("spain", "USD 16 paid"): {"decade"},
        ("japan", "USD 14 paid"): {"about", "over-years", "none"},
    }
    addresses = {row.donor.slug: row.figure.address for row in told.groups[-1].given}
    start, end = "/contributions/?donor=", "&fund=a-fund&stage=paid&currency=USD&in_total=counted"
    assert addresses == {
        "norway": f"{start}norway{end}&from=2009&to=2013",
        "italy": f"{start}italy{end}&undated=1",
        "ukraine": f"{start}ukraine{end}",
        "spain": "",  # no selection of the list has it without the one of 2013
        "japan": "",
    }


def test_a_contribution_by_several_donors_counts_under_each_and_the_page_says_so(fund):
    give(fund, "together", "5", "japan", "spain")
    give(fund, "alone", "1", "spain")
    told = who_gave(fund)
    assert rows(told) == [("spain", "USD 6 paid", 2), ("japan", "USD 5 paid", 1)]
    (note,) = told.notes
    assert note.startswith("A contribution by several donors without a split counts under each of them")


def test_a_donor_takes_in_those_under_it_and_the_page_says_so_where_both_gave(fund):
    make_party("ministry", parent=make_party("japan"))
    give(fund, "of-ministry", "3", "ministry")
    give(fund, "of-ministry-then", "9", "ministry", date="2021")
    told = who_gave(fund)
    assert rows(told) == [("ministry", "USD 3 paid", 1)]
    assert told.notes == []
    give(fund, "of-country", "1", "japan")
    told = who_gave(fund)
    assert rows(told) == [("japan", "USD 4 paid", 2), ("ministry", "USD 3 paid", 1)]
    assert rows(told, "2021") == [("ministry", "USD 9 paid", 1)]
    (note,) = told.notes
    assert note.startswith("A donor takes in those under it")


def test_a_part_counts_only_where_its_whole_is_not_in_the_same_row(fund):
    whole = give(fund, "whole", "10", "japan")
    give(fund, "part", "4", "japan", part_of=whole)
    assert rows(who_gave(fund)) == [("japan", "USD 10 paid", 1)]
    assert who_gave(fund).notes == []
    give(fund, "part-of-spain", "6", "spain", part_of=whole)
    told = who_gave(fund)
    assert rows(told) == [("japan", "USD 10 paid", 1), ("spain", "USD 6 paid", 1)]
    (note,) = told.notes
    assert note.startswith("A part of a contribution counts where the whole is not in the same row")


def test_what_states_no_one_amount_is_told_beside_the_rows_of_its_year_with_a_link(fund):
    give(fund, "a", "5")
    give(fund, "goods")
    give(fund, "people", None, "spain")
    give(fund, "range", "5", amount_upper=Decimal(6))
    give(fund, "rate", "5", per="year")
    give(fund, "goods-of-2021", date="2021")
    give(fund, "goods-of-no-date", date="")
    told = who_gave(fund)
    assert [beside(group) for group in told.groups] == [
        {
            "2 state no amount": {"goods", "people"},
            "1 states a range": {"range"},
            "1 is a yearly rate": {"rate"},
        },
        {"1 states no amount": {"goods-of-2021"}},
        {"1 states no amount": {"goods-of-no-date"}},
    ]
    assert told.groups[0].beside[0].left_out.address == (
        "/contributions/?fund=a-fund&amount=not-stated&from=2022&to=2022"
    )


def test_what_is_not_stated_at_a_vague_date_is_named_where_no_list_shows_it_alone(fund):
    give(fund, "a", "5")
    give(fund, "goods", date="2022")
    give(fund, "goods-about", date="2022~")
    (last,) = (group for group in who_gave(fund).groups if not group.year)
    assert beside(last) == {"1 states no amount": {"goods-about"}}
    assert last.beside[0].left_out.address == ""


def test_drafts_are_never_told(fund):
    give(fund, "public", "1", "spain")
    give(fund, "draft", "2", status=Status.DRAFT)
    make_party("secret", status=Status.DRAFT)
    give(fund, "of-a-draft-donor", "4", "secret")
    make_source("secret-paper", status=Status.DRAFT)
    add_source(Contribution.objects.get(slug="public"), "secret-paper")
    told = who_gave(fund)
    assert rows(told) == [("spain", "USD 1 paid", 1)]
    assert [source.slug for source in told.groups[0].given[0].sources.first] == ["a-page"]
    assert told.notes == ["1 contribution names no donor and is in no row."]


def test_only_donors_have_rows(fund):
    give(fund, "a", "1", parties=(("japan", "donor"), ("ukraine", "beneficiary"), ("spain", "participant")))
    assert rows(who_gave(fund)) == [("japan", "USD 1 paid", 1)]


def test_a_role_that_is_a_draft_makes_no_donor(fund):
    make_term("role", "giver", acts_as="donor", status=Status.DRAFT)
    give(fund, "a", "1", parties=(("spain", "giver"),))
    assert not who_gave(fund)


def test_a_row_names_the_sources_of_its_amounts_the_most_cited_first(fund):
    give(fund, "a", "1", sources=("often", "b-page"))
    one = give(fund, "b", "1", sources=("often",))
    add_source(one, "of-the-amount", supports="amount")
    add_source(one, "of-the-title", supports="title")
    add_source(one, "that-denies", stance="contradicts")
    add_source(one, "another")
    ((row,),) = (group.given for group in who_gave(fund).groups)
    assert [source.slug for source in row.sources.first] == ["often", "another", "b-page"]
    assert row.sources.more == 1


@pytest.mark.parametrize(
    "fields", [{}, {"amount": Decimal(2), "amount_upper": Decimal(3), "currency": "USD"}]
)
def test_a_fund_whose_contributions_state_no_one_amount_shows_nothing(client, fund, fields):
    give(fund, "goods", **fields)
    assert not who_gave(fund)
    assert "Who gave" not in text_of(client.get(fund.get_absolute_url()))


def test_a_fund_without_contributions_shows_nothing(client, fund):
    assert "Who gave" not in text_of(client.get(fund.get_absolute_url()))


# That every link opens its rows


DATES = ("2022", "2022-03", "2022-11/2023-02", "2021/2022", "2022~", "202X", "2021/..", "", "2021")
DONORS = ("japan", "ministry", "office", "spain")


@st.composite
def registers(draw: Callable) -> list[dict[str, Any]]:
    """Up to nine contributions: their columns, the donors, and in `whole` the place of the row each is part of."""
    size = draw(st.integers(1, 9))
    found = []
    for place in range(size):
        amount = draw(st.none() | st.integers(1, 9).map(Decimal))
        found.append(
            {
                "amount": amount,
                "amount_upper": amount and draw(st.sampled_from([None, None, None, amount + 1])),
                "currency": draw(st.sampled_from(["EUR", "USD"])) if amount else "",
                "stage": draw(st.sampled_from(["pledged", "paid"])),
                "per": draw(st.sampled_from(["once", "once", "once", "year"])),
                "qualifier": draw(st.sampled_from(["exact", "exact", "about"])),
                "status": draw(st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT])),
                "date": draw(st.sampled_from(DATES)),
                "donors": draw(st.sets(st.sampled_from(DONORS), max_size=2)),
                "elsewhere": draw(st.sampled_from([False, False, False, True])),
                "whole": draw(
                    st.sampled_from([None, None, *(other for other in range(size) if other != place)])
                ),
            }
        )
    return found


def store(register: list[dict[str, Any]], fund: Fund) -> None:
    """The contributions in the place of those there were, called row-0, row-1 …"""
    Contribution.objects.update(part_of=None)
    Contribution.objects.all().delete()
    own = ("donors", "elsewhere", "whole")
    made = [
        make_contribution(
            f"row-{place}",
            fund=None if row["elsewhere"] else fund,
            parties=tuple((donor, "donor") for donor in sorted(row["donors"])),
            sources=(),
            **{name: value for name, value in row.items() if name not in own},
        )
        for place, row in enumerate(register)
    ]
    for record, row in zip(made, register, strict=True):
        if row["whole"] is not None:
            Contribution.objects.filter(pk=record.pk).update(part_of=made[row["whole"]])
    generation.move()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(registers())
def test_every_row_leads_to_exactly_the_contributions_that_make_it(fund, register):
    japan = make_party("japan")
    make_party("office", parent=make_party("ministry", parent=japan))
    store(register, fund)
    told = who_gave(fund)
    amounts = dict(Contribution.objects.values_list("slug", "amount"))
    for group in told.groups:
        for row in group.given:
            found = behind(row)
            assert len(found) == row.figure.count
            assert sum(amounts[slug] for slug in found) == row.figure.amount
        for each in group.beside:
            assert len(behind(each)) == each.left_out.count
    for slug, row in ((f"row-{place}", row) for place, row in enumerate(register)):
        single = row["amount"] and row["amount_upper"] is None and row["per"] == "once"
        told_of = (
            row["status"] == Status.PUBLISHED and not row["elsewhere"] and single and row["whole"] is None
        )
        if told_of:  # each of its donors has a row with it, in the group of its date
            year = row["date"][:4] if row["date"] in ("2022", "2022-03", "2021") else ""
            with_it = {
                donor
                for (at, donor, _words), found in all_behind(told).items()
                if at == year and slug in found
            }
            assert row["donors"] <= with_it


def test_the_page_of_the_list_says_the_same_amount(client, fund):
    make_party("ministry", parent=make_party("japan"))
    whole = give(fund, "whole", "10", "japan", "spain")
    give(fund, "part", "4", "ministry", part_of=whole, qualifier="about")
    give(fund, "vague", "7", "spain", date="2009/2013")
    give(fund, "euros", "7", "spain", currency="EUR", date="")
    seen = 0
    for group in who_gave(fund).groups:
        for row in group.given:
            response = client.get(row.figure.address)
            assert response.context["unknown"] == []
            (figure,) = response.context["totals"].figures
            assert (figure.words, figure.count) == (row.figure.words, row.figure.count)
            seen += 1
    assert seen == 5


# The page


def test_the_table_stands_in_a_region_with_a_name_that_can_be_reached_with_the_keyboard(client, fund):
    give(fund, "a", "5000000", sources=("the-report",))
    response = client.get(fund.get_absolute_url())
    page = response.content.decode()
    assert 'tabindex="0"\n         role="region"\n         aria-labelledby="who-gave-heading"' in page
    text = text_of(response)
    assert "Who gave Donor Amount and stage Made of Sources 2022 Japan USD 5 million paid" in text
    assert '<a href="/parties/japan/">Japan</a>' in page
    assert '<a href="/sources/the-report/">The report</a>' in page


def test_the_page_takes_the_same_queries_for_few_contributions_and_for_many(client, fund):
    whole = give(fund, "whole", "100", "japan", "spain")
    give(fund, "part", "1", part_of=whole)
    give(fund, "vague", "1", date="2021~")
    original = give(fund, "original", "1", "japan", "spain", "ukraine")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert who_gave(fund)
        return len(captured)

    few = queries()
    copy(original, range(500))
    for number in range(12):
        give(fund, f"more-{number}", "1", f"party-{number}", date=DATES[number % len(DATES)], part_of=whole)
    assert queries() == few == 7


def test_a_part_that_the_list_does_not_count_is_told_beside_the_rows(fund):
    whole = give(fund, "whole", "10", "nato", stage=Stage.PLEDGED)
    give(fund, "part", "4", "japan", stage=Stage.PLEDGED, part_of=whole)
    (group,) = who_gave(fund).groups

    assert beside(group) == {"1 is part of another that is counted": {"part"}}
