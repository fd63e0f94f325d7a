from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pycountry
import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from partnership.money import (
    CURRENCIES,
    LeftOut,
    Qualifier,
    Reason,
    Stage,
    Summand,
    Totals,
    left_out_words,
    outstanding,
    totals,
    validate_currency,
    words,
)

CURRENT_CODES = {currency.alpha_3 for currency in pycountry.currencies}
NO_CURRENCY = {"XTS", "XXX"}


def row(key: str, amount: str | None = "100", **fields: str | Decimal) -> Summand:
    """A contribution of 100 euros, paid, unless told otherwise."""
    plain = Summand(
        key=key,
        amount=None if amount is None else Decimal(amount),
        upper=None,
        currency="EUR",
        stage="paid",
        per="once",
        qualifier="exact",
    )
    return replace(plain, **fields)


def left_out(result: Totals) -> dict[str, tuple[str, ...]]:
    return {group.reason: group.keys for group in result.left_out}


class TestCurrencies:
    def test_every_current_code_is_known_except_those_for_tests_and_for_no_currency(self):
        assert CURRENT_CODES - set(CURRENCIES) == NO_CURRENCY

    def test_withdrawn_codes_of_old_pledges_are_known(self):
        withdrawn = set(CURRENCIES) - CURRENT_CODES
        assert withdrawn >= {
            "DEM",
            "FRF",
            "EEK",
            "ITL",
            "NLG",
            "GRD",
            "LTL",
            "LVL",
            "HRK",
            "BGN",
            "SKK",
            "TRL",
        }

    def test_every_code_is_three_capital_letters(self):
        assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES)

    @pytest.mark.parametrize(
        ("code", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("DEM", 2), ("ITL", 0)]
    )
    def test_the_minor_unit_has_its_digits(self, code, digits):
        assert CURRENCIES[code] == digits

    @pytest.mark.parametrize("code", ["EUR", "DEM"])
    def test_a_current_or_withdrawn_code_is_accepted(self, code):
        validate_currency(code)

    @pytest.mark.parametrize("code", ["eur", "EURO", "€", "ABC", "XXX", "", " EUR"])
    def test_any_other_code_is_refused_with_a_right_example(self, code):
        with pytest.raises(ValidationError) as refused:
            validate_currency(code)
        assert refused.value.messages == [
            f"“{code}” is not an ISO 4217 currency code. Write three capital letters, for example EUR."
        ]


class TestWords:
    @pytest.mark.parametrize(
        ("amount", "currency", "expected"),
        [
            ("5000000000", "USD", "USD 5 billion"),
            ("5000000000.00", "USD", "USD 5 billion"),
            ("1500000", "EUR", "EUR 1.5 million"),
            ("1250000", "EUR", "EUR 1.25 million"),
            ("1000000", "EUR", "EUR 1 million"),
            ("999000000", "EUR", "EUR 999 million"),
            ("2000000000000", "ITL", "ITL 2 trillion"),
            ("999999", "EUR", "EUR 999,999"),
            ("1234000", "EUR", "EUR 1,234,000"),
            ("1000000.50", "EUR", "EUR 1,000,000.50"),
            ("12345.67", "EUR", "EUR 12,345.67"),
            ("12345.6", "EUR", "EUR 12,345.60"),
            ("250000", "EUR", "EUR 250,000"),
            ("250000.00", "EUR", "EUR 250,000"),
            ("0.05", "EUR", "EUR 0.05"),
            ("250000.00", "JPY", "JPY 250,000"),
            ("1.5", "KWD", "KWD 1.500"),
            ("12345", "", "12,345"),
        ],
    )
    def test_an_amount_reads_in_full_or_in_millions(self, amount, currency, expected):
        assert words(Decimal(amount), currency=currency) == expected

    def test_a_stored_fraction_is_shown_even_where_the_currency_has_none(self):
        assert words(Decimal("100.50"), currency="JPY") == "JPY 100.5"

    @pytest.mark.parametrize(
        ("lower", "upper", "expected"),
        [
            ("1000000", "2000000", "EUR 1–2 million"),
            ("1500000", "2000000", "EUR 1.5–2 million"),
            ("250000", "300000", "EUR 250,000–300,000"),
            ("500000", "1000000", "EUR 500,000–1,000,000"),
            ("1000000", "1234567", "EUR 1,000,000–1,234,567"),
            ("1234567", "2000000", "EUR 1,234,567–2,000,000"),
            ("500000000", "1000000000", "EUR 500 million to 1 billion"),
        ],
    )
    def test_a_range_says_a_shared_scale_once(self, lower, upper, expected):
        assert words(Decimal(lower), Decimal(upper), "EUR") == expected

    def test_a_range_from_an_amount_to_itself_is_that_amount(self):
        assert words(Decimal("100"), Decimal("100.00"), "EUR") == "EUR 100"
        assert totals([row("a", upper=Decimal(100))]).totals[0].amount == Decimal(100)

    @pytest.mark.parametrize(
        ("qualifier", "expected"),
        [
            ("exact", "EUR 1.5 million"),
            ("about", "about EUR 1.5 million"),
            ("nearly", "nearly EUR 1.5 million"),
            ("over", "over EUR 1.5 million"),
            ("up-to", "up to EUR 1.5 million"),
        ],
    )
    def test_the_qualifier_stands_before_the_amount(self, qualifier, expected):
        assert words(Decimal("1500000"), None, "EUR", qualifier) == expected

    def test_a_yearly_rate_says_so(self):
        assert words(Decimal("1000000"), None, "EUR", "about", "year") == "about EUR 1 million a year"

    def test_no_amount_has_no_words(self):
        assert words(None, currency="EUR", qualifier="about", per="year") == ""

    @pytest.mark.parametrize(
        ("language", "expected"),
        [("de", "EUR 1.234.567,50"), ("fr", "1\u202f234\u202f567,50\xa0EUR"), ("ja", "1,234,567.50 EUR")],
    )
    def test_digits_follow_the_active_language(self, language, expected):
        with override(language):
            assert words(Decimal("1234567.5"), currency="EUR") == expected

    def test_a_scaled_number_follows_the_active_language(self):
        with override("de"):
            assert "1,5" in words(Decimal("1500000"), currency="EUR")

    @given(st.decimals(min_value="0.01", max_value="999999999999999", places=2))
    def test_the_words_say_exactly_what_is_stored(self, amount):
        assert _read_back(words(amount, currency="EUR")) == amount


def _read_back(text: str) -> Decimal:
    _currency, number, *scale = text.split()
    powers = {"million": 6, "billion": 9, "trillion": 12}
    return Decimal(number.replace(",", "")).scaleb(powers[scale[0]] if scale else 0)


class TestTotals:
    def test_there_is_one_total_for_each_currency_and_stage(self):
        result = totals(
            [
                row("a", "1.10"),
                row("b", "2.20"),
                row("c", "5", stage="pledged"),
                row("d", "7", currency="USD"),
                row("e", "9", currency="DEM", stage="not-stated"),
            ]
        )
        assert [(total.currency, total.stage, total.amount, total.rows) for total in result.totals] == [
            ("DEM", "not-stated", Decimal(9), ("e",)),
            ("EUR", "pledged", Decimal(5), ("c",)),
            ("EUR", "paid", Decimal("3.30"), ("a", "b")),
            ("USD", "paid", Decimal(7), ("d",)),
        ]
        assert result.left_out == ()

    def test_a_part_is_not_counted_beside_its_whole(self):
        result = totals([row("whole", "100"), row("part", "40", whole="whole")])
        assert [total.amount for total in result.totals] == [Decimal(100)]
        assert left_out(result) == {"part": ("part",)}

    def test_a_part_of_a_part_is_not_counted_beside_the_whole(self):
        result = totals([row("a"), row("b", whole="a"), row("c", whole="b")])
        assert [total.rows for total in result.totals] == [("a",)]
        assert left_out(result) == {"part": ("b", "c")}

    def test_a_part_is_not_counted_beside_the_whole_of_its_own_stage_above_another_stage(self):
        result = totals([row("a"), row("b", whole="a", stage="agreed"), row("c", whole="b")])
        assert left_out(result) == {"part": ("c",)}

    @pytest.mark.parametrize("other", [{"stage": "pledged"}, {"currency": "USD"}])
    def test_a_part_of_another_stage_or_currency_is_counted_in_its_own_total(self, other):
        result = totals([row("whole", **other), row("part", whole="whole")])
        assert sorted(total.rows for total in result.totals) == [("part",), ("whole",)]

    @pytest.mark.parametrize(
        "whole", [row("whole", None), row("whole", per="year"), row("whole", upper=Decimal(200))]
    )
    def test_a_part_is_counted_where_its_whole_is_not(self, whole):
        result = totals([whole, row("part", whole="whole")])
        assert [total.rows for total in result.totals] == [("part",)]

    def test_a_part_whose_whole_is_not_among_the_rows_is_counted(self):
        assert totals([row("part", whole="elsewhere")]).totals[0].rows == ("part",)

    def test_rows_that_are_parts_of_each_other_are_not_parts_of_themselves(self):
        result = totals([row("a", whole="b"), row("b", whole="a", stage="pledged")])
        assert [total.rows for total in result.totals] == [("b",), ("a",)]

    @pytest.mark.parametrize(
        ("summand", "reason"),
        [
            (row("a", None), Reason.NO_AMOUNT),
            (row("a", per="year"), Reason.RATE),
            (row("a", upper=Decimal(200)), Reason.RANGE),
        ],
    )
    def test_what_is_not_one_amount_is_left_out_with_its_reason(self, summand, reason):
        assert totals([summand]) == Totals(totals=(), left_out=(LeftOut(reason, ("a",)),))

    @pytest.mark.parametrize("qualifier", ["about", "nearly", "over", "up-to"])
    def test_an_inexact_amount_is_counted_and_makes_the_total_approximate(self, qualifier):
        (total,) = totals([row("a"), row("b", qualifier=qualifier)]).totals
        assert (total.amount, total.approximate) == (Decimal(200), True)

    def test_a_total_of_exact_amounts_is_not_approximate(self):
        assert not totals([row("a")]).totals[0].approximate

    def test_a_row_given_twice_is_refused_by_name(self):
        with pytest.raises(ValueError, match="'a' was given twice"):
            totals([row("a"), row("a")])

    def test_no_rows_give_no_totals(self):
        assert totals([]) == Totals((), ())


@pytest.mark.parametrize(
    ("reason", "one", "several"),
    [
        (Reason.NO_AMOUNT, "1 states no amount", "2 state no amount"),
        (Reason.RANGE, "1 states a range", "2 state a range"),
        (Reason.RATE, "1 is a yearly rate", "2 are yearly rates"),
        (
            Reason.PART,
            "1 is part of another that is counted",
            "2 are parts of others that are counted",
        ),
    ],
)
def test_a_reason_is_said_with_how_many_are_left_out_for_it(reason, one, several):
    assert [left_out_words(reason, count) for count in (1, 2)] == [one, several]


amounts = st.none() | st.decimals(min_value="0.01", max_value="1000000000000", places=2)


@st.composite
def summands(draw: Callable) -> list[Summand]:
    """Up to twelve rows, each perhaps part of one before it."""
    rows: list[Summand] = []
    for place in range(draw(st.integers(0, 12))):
        amount = draw(amounts)
        rows.append(
            Summand(
                key=f"row-{place}",
                amount=amount,
                upper=draw(st.sampled_from([None, None, amount, amount and amount + 1])),
                currency=draw(st.sampled_from(["EUR", "USD"])),
                stage=draw(st.sampled_from([Stage.PLEDGED.value, Stage.PAID.value])),
                per=draw(st.sampled_from(["once", "once", "year"])),
                qualifier=draw(st.sampled_from(["exact", "about"])),
                whole=draw(st.sampled_from(["", "elsewhere", *(earlier.key for earlier in rows)])),
            )
        )
    return rows


class TestTotalsOfAnyRows:
    @given(summands())
    def test_every_row_is_in_exactly_one_total_or_left_out_for_one_reason(self, rows):
        result = totals(rows)
        places = [key for total in result.totals for key in total.rows]
        places += [key for group in result.left_out for key in group.keys]
        assert sorted(places) == sorted(row.key for row in rows)

    @given(summands())
    def test_a_total_is_the_sum_of_its_rows_which_share_its_currency_and_stage(self, rows):
        by_key = {row.key: row for row in rows}
        for total in totals(rows).totals:
            members = [by_key[key] for key in total.rows]
            assert total.amount == sum(member.amount for member in members)
            assert {(member.currency, member.stage) for member in members} == {(total.currency, total.stage)}
            assert {member.per for member in members} == {"once"}

    @given(summands())
    def test_a_part_is_left_out_if_and_only_if_a_whole_of_it_is_counted_in_the_same_total(self, rows):
        result = totals(rows)
        by_key = {row.key: row for row in rows}
        parts = set(left_out(result).get("part", ()))
        for total in result.totals:
            for key in total.rows:
                assert not set(_wholes(key, by_key)) & set(total.rows)
        for key in parts:
            mine = (by_key[key].currency, by_key[key].stage)
            counted = next(total.rows for total in result.totals if (total.currency, total.stage) == mine)
            assert set(_wholes(key, by_key)) & set(counted)

    @given(summands().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
    def test_the_order_of_the_rows_does_not_matter(self, both):
        rows, shuffled = both
        assert totals(rows) == totals(shuffled)


def _wholes(key: str, by_key: dict[str, Summand]) -> list[str]:
    whole = by_key[key].whole
    return [whole, *_wholes(whole, by_key)] if whole in by_key else []


# Outstanding


def test_what_is_outstanding_is_the_pledge_less_the_payments_that_are_part_of_it():
    pledge = row("pledge", "100", stage=Stage.PLEDGED)
    first = row("first", "30", stage=Stage.PAID, whole="pledge")
    second = row("second", "20", stage=Stage.PAID, whole="pledge", qualifier=Qualifier.ABOUT)
    alone = row("alone", "40", stage=Stage.PAID)
    (found,) = outstanding([second, alone, pledge, first])
    assert (found.pledge, found.currency, found.amount) == ("pledge", pledge.currency, Decimal(50))
    assert found.rows == ("pledge", "first", "second")
    assert found.approximate


@pytest.mark.parametrize(
    "payments",
    [
        [],
        [row("other-currency", "5", stage=Stage.PAID, whole="pledge", currency="JPY")],
        [row("no-amount", None, stage=Stage.PAID, whole="pledge", currency="")],
        [row("a-range", "5", upper=Decimal(6), stage=Stage.PAID, whole="pledge")],
        [row("agreed", "5", stage=Stage.AGREED, whole="pledge")],
    ],
    ids=lambda payments: payments[0].key if payments else "none linked",
)
def test_nothing_is_said_of_what_is_outstanding_where_the_payments_do_not_tell(payments):
    assert outstanding([row("pledge", "100", stage=Stage.PLEDGED), *payments]) == ()
