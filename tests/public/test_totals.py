"""Amounts by currency and stage: the rule in SQL is that of `money`, and every figure opens exactly its rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership import money
from partnership.models import Contribution, Status
from partnership.money import Reason, Stage, Summand
from partnership.public.totals import alone, in_total_condition, outstanding_words, shown_totals, wholes
from tests.factories import make_contribution, make_fund, make_operation, make_programme
from tests.public.reading import text_of

pytestmark = pytest.mark.django_db


def give(slug: str, amount: str | None = None, currency: str = "EUR", **fields: Any) -> Contribution:
    """A published contribution, paid once unless said otherwise."""
    money_of = {"amount": Decimal(amount), "currency": currency} if amount else {}
    return make_contribution(slug, **{"stage": Stage.PAID, **money_of, **fields})


def published():
    return Contribution.objects.published().for_list()


def slugs(rows) -> set[str]:
    return {row.slug for row in rows}


# The rule in SQL and the rule of money


@st.composite
def registers(draw: Callable) -> list[dict[str, Any]]:
    """The columns of up to ten contributions; `whole` is the place of the row each is part of, or none.

    Those given through a trust fund are the selection, if they are public.
    """
    size = draw(st.integers(0, 10))
    rows = []
    for place in range(size):
        amount = draw(st.none() | st.decimals(min_value="0.01", max_value="99999999999", places=2))
        stated = amount is not None
        rows.append(
            {
                "amount": amount,
                "amount_upper": draw(st.sampled_from([None, None, amount, amount + 1])) if stated else None,
                "currency": draw(st.sampled_from(["EUR", "USD"])) if stated else "",
                "stage": draw(st.sampled_from(["pledged", "paid", "not-stated"])),
                "per": draw(st.sampled_from(["once", "once", "once", "year"])),
                "qualifier": draw(st.sampled_from(["exact", "exact", "about", "up-to"])),
                "status": draw(st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT])),
                "channel": draw(st.sampled_from(["trust-fund", "trust-fund", "other"])),
                # A circle is a fault of the content; the page must come to an end all the same.
                "whole": draw(st.sampled_from([None, *(other for other in range(size) if other != place)])),
            }
        )
    return rows


@contextmanager
def stored(register: list[dict[str, Any]]) -> Iterator[None]:
    """The contributions in the database, called row-0, row-1 …, until the block ends."""
    with transaction.atomic():
        made = Contribution.objects.bulk_create(
            Contribution(
                slug=f"row-{place}",
                title="A row",
                first_published="2024-01-01T00:00:00Z",
                **{name: value for name, value in row.items() if name != "whole"},
            )
            for place, row in enumerate(register)
        )
        for record, row in zip(made, register, strict=True):
            if row["whole"] is not None:
                Contribution.objects.filter(pk=record.pk).update(part_of=made[row["whole"]])
        yield
        transaction.set_rollback(True)


def told(register: list[dict[str, Any]]) -> money.Totals:
    """What the rule of money says of the selection, each row with the nearest whole above it that is in it."""
    inside = {
        place
        for place, row in enumerate(register)
        if row["status"] == Status.PUBLISHED and row["channel"] == "trust-fund"
    }

    def whole_of(place: int) -> str:
        seen = {place}
        above = register[place]["whole"]
        while above is not None and above not in seen:
            if above in inside:
                return f"row-{above}"
            if register[above]["status"] != Status.PUBLISHED:
                return ""  # what is hidden says nothing of what is above it
            seen.add(above)
            above = register[above]["whole"]
        return ""

    columns = ("amount", "amount_upper", "currency", "stage", "per", "qualifier")
    return money.totals(
        Summand(f"row-{place}", *(register[place][name] for name in columns), whole=whole_of(place))
        for place in inside
    )


def selected():
    return published().filter(channel="trust-fund")


thorough = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestTheRuleOfMoney:
    @thorough
    @given(registers())
    def test_figures_and_reasons_are_those_that_money_tells(self, register):
        expected = told(register)
        with stored(register):
            found = shown_totals(selected(), {})
        assert [
            (each.currency, each.stage, each.amount, each.count, each.approximate) for each in found.figures
        ] == [
            (each.currency, each.stage, each.amount, len(each.rows), each.approximate)
            for each in expected.totals
        ]
        assert [(each.reason, each.count) for each in found.left_out] == [
            (each.reason, each.count) for each in expected.left_out
        ]

    @thorough
    @given(registers(), st.sets(st.sampled_from(["counted", *Reason])))
    def test_the_filter_lets_through_the_rows_of_its_values_and_no_other(self, register, values):
        expected = told(register)
        rows = {key for group in expected.left_out if group.reason in values for key in group.keys}
        if "counted" in values:
            rows |= {key for total in expected.totals for key in total.rows}
        with stored(register):
            found = slugs(in_total_condition(selected(), values))
            everything = slugs(selected())
        assert found == (rows if values else everything)

    @thorough
    @given(registers())
    def test_the_rows_of_a_figure_are_counted_in_the_narrower_selection_too(self, register):
        expected = told(register)
        with stored(register):
            for total in expected.totals:
                narrower = selected().filter(currency=total.currency, stage=total.stage)
                assert slugs(in_total_condition(narrower, ["counted"])) == set(total.rows)

    @thorough
    @given(registers())
    def test_what_rows_are_alone_and_above_each_other_tells_the_same(self, register):
        expected = told(register)
        with stored(register):
            slug_of = dict(Contribution.objects.values_list("pk", "slug"))
            state_of = {slug_of[key]: state for key, state in alone()}
            above = {slug_of[key]: {slug_of[each] for each in found} for key, found in wholes().items()}
            inside = slugs(selected())
        for slug in inside:
            if state_of[slug] == "counted" and above.get(slug, set()) & inside:
                state_of[slug] = "part"
        reason_of = {key: group.reason for group in expected.left_out for key in group.keys}
        assert {slug: state_of[slug] for slug in inside} == {
            slug: reason_of.get(slug, "counted") for slug in inside
        }


def test_hundredths_add_up_exactly():
    for number in range(30):
        give(f"tenth-{number}", "0.10")
    give("large", "123456789012.07")
    (figure,) = shown_totals(published(), {}).figures
    assert figure.amount == Decimal("123456789015.07")


def test_a_draft_between_a_part_and_a_whole_decides_no_figure():
    whole = give("whole", "100")
    between = give("between", "60", part_of=whole, status=Status.DRAFT)
    give("part", "40", part_of=between)
    assert shown_totals(published(), {}).left_out == ()
    assert slugs(in_total_condition(published(), ["part"])) == set()
    assert wholes() == {}


# Words


@pytest.mark.parametrize(
    ("stage", "qualifier", "words"),
    [
        ("pledged", "exact", "USD 5 billion pledged"),
        ("pledged", "over", "about USD 5 billion pledged"),
        ("not-stated", "exact", "USD 5 billion, stage not stated"),
    ],
)
def test_a_figure_says_amount_and_stage(stage, qualifier, words):
    give("a", "5000000000", "USD", stage=stage, qualifier=qualifier)
    (figure,) = shown_totals(published(), {}).figures
    assert (figure.words, figure.count_words) == (words, "1 contribution")


def test_what_is_left_out_is_said_with_a_link_for_each_reason():
    give("counted", "100")
    give("none")
    give("another-none")
    give("rate", "5", per="year")
    found = shown_totals(published(), {"donor": "japan"})
    assert found.sentence == (
        '3 of 4 contributions are left out: <a href="/contributions/?donor=japan&amp;in_total=no-amount">'
        '2 state no amount</a>, <a href="/contributions/?donor=japan&amp;in_total=rate">1 is a yearly rate</a>.'
    )


@pytest.mark.parametrize(
    ("counted", "left_out", "beginning"),
    [
        (1, 1, "1 of 2 contributions is left out: "),
        (1, 2, "2 of 3 contributions are left out: "),
        (0, 1, "The one contribution is left out: "),
        (0, 2, "All 2 contributions are left out: "),
    ],
)
def test_how_many_are_left_out_reads_in_singular_and_plural(counted, left_out, beginning):
    for number in range(counted):
        give(f"counted-{number}", "100")
    for number in range(left_out):
        give(f"none-{number}")
    assert shown_totals(published(), {}).sentence.startswith(f"{beginning}<a ")


def test_no_contribution_has_no_figures_and_no_sentence():
    found = shown_totals(published(), {})
    assert not found
    assert (found.figures, found.left_out, found.sentence) == ((), (), "")


# The addresses


def test_a_figures_address_is_the_selection_narrowed_to_its_rows():
    give("a", "1")
    selection = QueryDict("donor=japan&currency=EUR&currency=USD&in_total=counted&in_total=part")
    (figure,) = shown_totals(published(), selection).figures
    assert figure.address == "/contributions/?donor=japan&stage=paid&currency=EUR&in_total=counted"


def test_the_filter_by_what_is_counted_chooses_among_figures_and_reasons():
    give("counted", "100")
    give("none")
    give("rate", "5", per="year")
    only_reason = shown_totals(published(), {"in_total": "rate"})
    assert only_reason.figures == ()
    assert [each.reason for each in only_reason.left_out] == [Reason.RATE]
    only_counted = shown_totals(published(), {"in_total": "counted"})
    assert [each.count for each in only_counted.figures] == [1]
    assert only_counted.sentence == ""


@pytest.fixture
def fund():
    """A fund whose contributions are of every sort, and one that goes elsewhere."""
    fund = make_fund("a-fund")
    pledge = give("pledge", "100", stage=Stage.PLEDGED, fund=fund)
    first = give("first", "30.10", fund=fund, part_of=pledge)
    give("instalment", "10", fund=fund, part_of=first)
    give("second", "20.25", fund=fund, part_of=pledge, qualifier="about")
    give("in-dollars", "7", "USD", fund=fund)
    give("a-range", "7", "USD", fund=fund, amount_upper=Decimal(9))
    give("a-rate", "7", "USD", fund=fund, per="year")
    give("goods", fund=fund)
    give("unknown-stage", "3000000", "USD", fund=fund, stage=Stage.NOT_STATED)
    give("draft", "500", fund=fund, status=Status.DRAFT)
    give("elsewhere", "999")
    return fund


def query_of(address: str) -> dict[str, list[str]]:
    return dict(QueryDict(address.partition("?")[2]).lists())


SELECTIONS = [
    "",
    "fund=a-fund",
    "fund=a-fund&stage=paid",
    "stage=paid&currency=EUR",
    "fund=a-fund&in_total=part",
    "fund=a-fund&in_total=counted&in_total=rate",
]


@pytest.mark.one_engine
@pytest.mark.usefixtures("fund")
@pytest.mark.parametrize("selection", SELECTIONS)
def test_every_address_opens_exactly_its_rows_and_says_the_same_amount(client, selection):
    totals = client.get(f"/contributions/?{selection}").context["totals"]
    assert totals
    for figure in totals.figures:
        opened = client.get(figure.address)
        rows = list(opened.context["records"])
        assert opened.context["unknown"] == []
        assert {(row.currency, row.stage) for row in rows} == {(figure.currency, figure.stage)}
        assert (len(rows), sum(row.amount for row in rows)) == (figure.count, figure.amount)
        (again,) = opened.context["totals"].figures
        assert (again.words, again.count) == (figure.words, figure.count)
        assert query_of(again.address) == query_of(figure.address)
    for left_out in totals.left_out:
        opened = client.get(left_out.address)
        assert opened.context["count"] == left_out.count
        assert [(each.reason, each.count) for each in opened.context["totals"].left_out] == [
            (left_out.reason, left_out.count)
        ]
        assert opened.context["totals"].figures == ()


def test_the_rows_behind_the_figures_of_a_fund(client, fund):
    totals = client.get(fund.get_absolute_url()).context["totals"]
    opened = {each.words: slugs(client.get(each.address).context["records"]) for each in totals.figures}
    assert opened == {
        "EUR 100 pledged": {"pledge"},
        "about EUR 50.35 paid": {"first", "second"},
        "USD 7 paid": {"in-dollars"},
        "USD 3 million, stage not stated": {"unknown-stage"},
    }
    left = {each.sentence: slugs(client.get(each.address).context["records"]) for each in totals.left_out}
    assert left == {
        "1 states no amount": {"goods"},
        "1 states a range": {"a-range"},
        "1 is a yearly rate": {"a-rate"},
        "1 is part of another that is counted": {"instalment"},
    }


# The pages


@pytest.mark.parametrize(
    ("kind", "make"), [("fund", make_fund), ("operation", make_operation), ("programme", make_programme)]
)
def test_the_page_of_what_was_given_to_shows_its_amounts_with_links(client, kind, make):
    target = make("the-target")
    give("one", "2500000", **{kind: target})
    give("goods", **{kind: target})
    response = client.get(target.get_absolute_url())
    text = text_of(response)
    assert "Amounts by currency and stage" in text
    assert "EUR 2.5 million paid 1 contribution" in text
    assert "1 of 2 contributions is left out: 1 states no amount." in text
    address = f"/contributions/?{kind}=the-target&amp;stage=paid&amp;currency=EUR&amp;in_total=counted"
    assert f'<a href="{address}">' in response.content.decode()


def test_a_page_without_contributions_shows_no_amounts(client):
    assert "Amounts by currency" not in text_of(client.get(make_fund("a-fund").get_absolute_url()))


def test_the_list_has_amounts_unless_a_filter_cannot_be_read(client):
    give("one", "5")
    assert client.get("/contributions/").context["totals"].figures[0].words == "EUR 5 paid"
    assert client.get("/contributions/?stage=unheard-of").context["totals"] is None


def test_amounts_take_the_same_queries_for_few_rows_and_for_many():
    whole = give("whole", "100")
    give("part", "1", part_of=whole)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert shown_totals(published(), {})
        return len(captured)

    few = queries()
    for number in range(20):
        give(f"part-{number}", "1", part_of=whole)
        give(f"own-{number}", "1", ("EUR", "USD")[number % 2])
    assert queries() == few == 3


# Outstanding


def test_what_is_outstanding_of_a_pledge_stands_on_its_page(client):
    pledge = give("pledge", "5000000", "USD", stage=Stage.PLEDGED)
    give("first", "2000000", "USD", part_of=pledge)
    give("second", "1000000", "USD", part_of=pledge)
    give("unpublished", "1000000", "USD", part_of=pledge, status=Status.DRAFT)
    text = text_of(client.get(pledge.get_absolute_url()))
    assert "Outstanding USD 2 million: the pledge less 2 payments recorded as its parts" in text


@pytest.mark.parametrize(
    ("paid", "words"),
    [
        ("4", "EUR 1: the pledge less 1 payment recorded as its part"),
        ("5", "nothing: the pledge is met by 1 payment recorded as its part"),
        ("7", "nothing: 1 payment recorded as its part is EUR 2 more than the pledge"),
    ],
)
def test_the_words_tell_what_is_outstanding_met_or_exceeded(paid, words):
    pledge = give("pledge", "5", stage=Stage.PLEDGED)
    give("payment", paid, part_of=pledge)
    assert outstanding_words(pledge) == words


def test_nothing_is_said_to_be_outstanding_without_a_linked_payment(client):
    pledge = give("pledge", "5", stage=Stage.PLEDGED)
    give("payment", "5")
    assert outstanding_words(pledge) == ""
    assert "Outstanding" not in text_of(client.get(pledge.get_absolute_url()))
