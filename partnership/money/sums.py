"""Sums of contributions: totals that never mix, and what is outstanding. Computed when shown, never stored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import ngettext_lazy

from .amounts import Per, Qualifier, Stage


@dataclass(frozen=True)
class Summand:
    """One contribution as `totals` reads it. Budgets, estimates and running totals are not contributions.

    `key` names the row, once among the rows. `whole` is the key of the row it is a part of, "" if it is of
    none; where that row is not among the rows, the nearest one above it that is.
    """

    key: str
    amount: Decimal | None
    upper: Decimal | None
    currency: str
    stage: str
    per: str
    qualifier: str
    whole: str = ""


class Reason(StrEnum):
    """Why a contribution is in no total."""

    NO_AMOUNT = "no-amount"
    RANGE = "range"
    RATE = "rate"
    PART = "part"


_REASON_WORDS = {
    Reason.NO_AMOUNT: ngettext_lazy("%(count)d states no amount", "%(count)d state no amount", "count"),
    Reason.RANGE: ngettext_lazy("%(count)d states a range", "%(count)d state a range", "count"),
    Reason.RATE: ngettext_lazy("%(count)d is a yearly rate", "%(count)d are yearly rates", "count"),
    Reason.PART: ngettext_lazy(
        "%(count)d is part of another that is counted",
        "%(count)d are parts of others that are counted",
        "count",
    ),
}


def left_out_words(reason: Reason, count: int) -> str:
    """The reason with how many contributions are left out for it, as a clause: "2 state no amount"."""
    return _REASON_WORDS[reason] % {"count": count}


@dataclass(frozen=True)
class Total:
    """What the contributions of one currency at one stage come to.

    `rows` are the keys of those that make it, sorted; `approximate` says that at least one of them is not
    stated exactly.
    """

    currency: str
    stage: str
    amount: Decimal
    rows: tuple[str, ...]
    approximate: bool


@dataclass(frozen=True)
class LeftOut:
    """The contributions that are in no total for one reason; `keys` are sorted and never empty."""

    reason: Reason
    keys: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.keys)


@dataclass(frozen=True)
class Totals:
    """Every row that was given to `totals`, each in one total or left out for one reason."""

    totals: tuple[Total, ...]
    left_out: tuple[LeftOut, ...]


def totals(rows: Iterable[Summand]) -> Totals:
    """Sum contributions: one total per currency and stage, by currency, then in the order of the stages.

    A part is not counted beside its whole of the same currency and stage, nor a yearly rate, a range (neither
    bound is the amount) or a row that states no amount. The order of the rows does not matter. A key given
    twice raises ValueError: the row would be counted twice.
    """
    by_key: dict[str, Summand] = {}
    for row in rows:
        if row.key in by_key:
            raise ValueError(
                f"Row {row.key!r} was given twice. Give each row once, for example with distinct()."
            )
        by_key[row.key] = row

    counted: dict[tuple[str, str], list[Summand]] = {}
    left: dict[Reason, list[str]] = {}
    for row in sorted(by_key.values(), key=lambda row: row.key):
        reason = _reason_to_leave_out(row, by_key)
        if reason:
            left.setdefault(reason, []).append(row.key)
        else:
            counted.setdefault((row.currency, row.stage), []).append(row)

    return Totals(
        totals=tuple(_total(*group, counted[group]) for group in sorted(counted, key=_place)),
        left_out=tuple(LeftOut(reason, tuple(left[reason])) for reason in Reason if reason in left),
    )


def _place(group: tuple[str, str]) -> tuple[str, int]:
    currency, stage = group
    return currency, Stage.values.index(stage)


def _total(currency: str, stage: str, rows: list[Summand]) -> Total:
    return Total(
        currency=currency,
        stage=stage,
        amount=sum((row.amount for row in rows if row.amount is not None), Decimal(0)),
        rows=tuple(row.key for row in rows),
        approximate=any(row.qualifier != Qualifier.EXACT for row in rows),
    )


def _reason_to_leave_out(row: Summand, by_key: dict[str, Summand]) -> Reason | None:
    reason = _reason_of_its_own(row)
    if reason:
        return reason
    group = (row.currency, row.stage)
    wholes = (whole for whole in _wholes(row, by_key) if (whole.currency, whole.stage) == group)
    return Reason.PART if any(_reason_of_its_own(whole) is None for whole in wholes) else None


def _reason_of_its_own(row: Summand) -> Reason | None:
    if row.amount is None:
        return Reason.NO_AMOUNT
    if row.upper not in (None, row.amount):
        return Reason.RANGE
    return Reason.RATE if row.per == Per.YEAR else None


def _wholes(row: Summand, by_key: dict[str, Summand]) -> Iterator[Summand]:
    """The row it is a part of, the row that one is a part of, and so on."""
    seen = {row.key}
    # A circle is a fault that the rules name; here it only must end.
    while row.whole in by_key and row.whole not in seen:
        row = by_key[row.whole]
        seen.add(row.key)
        yield row


@dataclass(frozen=True)
class Outstanding:
    """What of one pledge is not paid yet: the pledge less the payments that are part of it, all in its currency.

    Below zero, more was paid than pledged. `rows` are the keys of pledge and payments; `approximate` says that at
    least one of them is not stated exactly.
    """

    pledge: str
    currency: str
    amount: Decimal
    rows: tuple[str, ...]
    approximate: bool


def outstanding(rows: Iterable[Summand]) -> tuple[Outstanding, ...]:
    """What is outstanding of each pledge to which payments are linked as its parts, by the pledge's key.

    A pledge without a linked payment has none: that nothing is recorded does not say that nothing was paid.
    Neither has one whose payments are not all single amounts in its currency.
    """
    given = sorted(rows, key=lambda row: row.key)
    payments: dict[str, list[Summand]] = {}
    for row in given:
        if row.whole and row.stage == Stage.PAID:
            payments.setdefault(row.whole, []).append(row)
    found = []
    for pledge in given:
        if pledge.stage != Stage.PLEDGED or pledge.amount is None or _reason_of_its_own(pledge):
            continue
        paid = payments.get(pledge.key, [])
        amounts = [row.amount for row in paid if row.amount is not None and not _reason_of_its_own(row)]
        if not paid or len(amounts) < len(paid) or {row.currency for row in paid} != {pledge.currency}:
            continue
        found.append(
            Outstanding(
                pledge=pledge.key,
                currency=pledge.currency,
                amount=pledge.amount - sum(amounts, Decimal(0)),
                rows=(pledge.key, *(row.key for row in paid)),
                approximate=any(row.qualifier != Qualifier.EXACT for row in (pledge, *paid)),
            )
        )
    return tuple(found)
