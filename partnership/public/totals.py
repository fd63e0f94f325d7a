"""Amounts of contributions by currency and stage, each opening the rows that make it; and what is outstanding.

What counts is decided by `partnership.money`. Here the same is said once in SQL for rows that are part of nothing,
so that a long list costs one query; the rows that are parts go to `money.totals`, as do their wholes.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from partnership import money
from partnership.models import Contribution
from partnership.money import Per, Qualifier, Reason, Stage, Summand

from .addresses import Selection, list_address
from .languages import grouped

#: The value of the filter `in_total` for rows that are counted; its other values are those of `money.Reason`.
COUNTED = "counted"


_ONE_AMOUNT = Q(amount__isnull=False) & (Q(amount_upper__isnull=True) | Q(amount_upper=F("amount")))
#: That a row can be counted by itself: `money.totals` of it alone counts it.
COUNTABLE = _ONE_AMOUNT & ~Q(per=Per.YEAR)
#: Why a row can not, each condition without the others: what `money.totals` says of it alone.
NOT_COUNTABLE = {
    Reason.NO_AMOUNT: Q(amount__isnull=True),
    Reason.RANGE: Q(amount__isnull=False, amount_upper__isnull=False) & ~Q(amount_upper=F("amount")),
    Reason.RATE: _ONE_AMOUNT & Q(per=Per.YEAR),
}
# SQLite adds up fractions as floating point numbers, hundredths as whole numbers: only these stay true to the cent.
_HUNDREDTHS = Cast(Round(F("amount") * 100), BigIntegerField())
_SUMMAND = ("pk", "amount", "amount_upper", "currency", "stage", "per", "qualifier")


@dataclass(frozen=True)
class Figure:
    """What the contributions of one currency at one stage come to; `address` lists the `count` that make it.

    `approximate` says that at least one of them is not stated exactly.
    """

    currency: str
    stage: str
    amount: Decimal
    count: int
    approximate: bool
    address: str

    @property
    def amount_words(self) -> str:
        """The amount: “USD 5 billion”, “about USD 5 billion”."""
        return _amount_words(self.amount, self.currency, self.approximate)

    @property
    def stage_words(self) -> str:
        """The stage: “pledged”, “stage not stated”."""
        return gettext("stage not stated") if self.stage == Stage.NOT_STATED else str(Stage(self.stage).label)

    @property
    def words(self) -> str:
        """Amount and stage: “USD 5 billion pledged”, “USD 3 million, stage not stated”."""
        parts = {"amount": self.amount_words, "stage": self.stage_words}
        if self.stage == Stage.NOT_STATED:
            return gettext("%(amount)s, %(stage)s") % parts
        return gettext("%(amount)s %(stage)s") % parts

    @property
    def count_words(self) -> str:
        """How many contributions make it: “1 contribution”."""
        return ngettext("%(number)s contribution", "%(number)s contributions", self.count) % {
            "number": grouped(self.count)
        }


@dataclass(frozen=True)
class LeftOut:
    """The contributions that are in no figure for one reason; `address` lists the `count` of them."""

    reason: Reason
    count: int
    address: str

    @property
    def sentence(self) -> str:
        """The reason with its count, as a clause: “14 state no amount”."""
        return money.left_out_words(self.reason, self.count)


@dataclass(frozen=True)
class ShownTotals:
    """The figures of a selection of contributions, and what is in none of them; false of no contribution."""

    figures: tuple[Figure, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def count(self) -> int:
        """How many contributions there are, counted or left out."""
        return sum(figure.count for figure in self.figures) + sum(each.count for each in self.left_out)

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def sentence(self) -> SafeString | str:
        """How many contributions are left out and why, each reason a link to its rows; "" where none is."""
        left = sum(each.count for each in self.left_out)
        if not left:
            return ""
        if left == self.count:
            message = ngettext(
                "The one contribution is left out: %(reasons)s.",
                "All %(all)d contributions are left out: %(reasons)s.",
                left,
            )
        else:
            message = ngettext(
                "%(left)d of %(all)d contributions is left out: %(reasons)s.",
                "%(left)d of %(all)d contributions are left out: %(reasons)s.",
                left,
            )
        reasons = format_html_join(
            pgettext("between the reasons of a list", ", "),
            '<a href="{}">{}</a>',
            ((each.address, each.sentence) for each in self.left_out),
        )
        before, after = (message % {"left": left, "all": self.count, "reasons": "\0"}).split("\0")
        return format_html("{}{}{}", before, reasons, after)


def shown_totals(contributions: QuerySet[Contribution], selection: Selection | QueryDict) -> ShownTotals:
    """The figures of the contributions that `selection` selects in the list of contributions.

    `contributions` are the published rows of the selection, its filter `in_total` not yet applied: that filter
    says which of the figures and reasons are shown. Three queries at most, however many rows. An amount past ten
    quadrillion in hundredths for nine rows of one currency and stage is more than SQLite can add up.
    """
    tally = _tally(_bare(contributions))
    kept = as_lists(selection)
    asked = set(kept.pop("in_total", ()))
    figures = [
        Figure(
            currency,
            stage,
            tally.amounts[currency, stage],
            count,
            bool(tally.inexact[currency, stage]),
            list_address(
                Contribution, {**kept, "currency": [currency], "stage": [stage], "in_total": [COUNTED]}
            ),
        )
        for (currency, stage), count in tally.counts.items()
        if count and (not asked or COUNTED in asked)
    ]
    figures.sort(key=lambda figure: (figure.currency, Stage.values.index(figure.stage)))
    left_out = [
        LeftOut(reason, tally.left[reason], list_address(Contribution, {**kept, "in_total": [reason.value]}))
        for reason in Reason
        if tally.left[reason] and (not asked or reason in asked)
    ]
    return ShownTotals(tuple(figures), tuple(left_out))


def in_total_condition(queryset: QuerySet[Contribution], values: Collection[str]) -> QuerySet[Contribution]:
    """The rows of a selection that are counted, or left out for a reason: any of `values`; all rows without one.

    A part is judged beside the other rows of the queryset, so this filter must be applied after all others.
    """
    if not values:
        return queryset
    condition = Q()
    for reason in NOT_COUNTABLE:
        if reason in values:
            condition |= NOT_COUNTABLE[reason]
    if {COUNTED, Reason.PART} <= {*values}:
        condition |= COUNTABLE
    elif COUNTED in values:
        condition |= COUNTABLE & ~Q(pk__in=_parts(_bare(queryset)).left_out)
    elif Reason.PART in values:
        condition |= Q(pk__in=_parts(_bare(queryset)).left_out)
    return queryset.filter(condition)


def alone() -> Iterator[tuple[int, str]]:
    """Each published contribution with what `in_total` says of it by itself; a query for each value."""
    published = Contribution.objects.published().order_by()
    judged: list[tuple[str, Q]] = [(COUNTED, COUNTABLE), *NOT_COUNTABLE.items()]
    for value, condition in judged:
        for key in published.filter(condition).values_list("pk", flat=True):
            yield key, str(value)


def wholes() -> dict[int, list[int]]:
    """For each published contribution that could be counted, the published ones above it beside which it is not.

    As `money.totals` has it, those of the same currency and stage that could be counted themselves.
    """
    whole_of = _whole_of()
    rows = Contribution.objects.published().filter(COUNTABLE, _in_a_chain()).order_by()
    groups = {key: (currency, stage) for key, currency, stage in rows.values_list("pk", "currency", "stage")}
    found = {}
    for key in groups.keys() & whole_of.keys():
        above = [whole for whole in _above(key, whole_of) if groups.get(whole) == groups[key]]
        if above:
            found[key] = above
    return found


def _whole_of() -> dict[int, int]:
    """By the key of each part, the row it is a part of. Of published rows alone: what is hidden decides no figure."""
    links = Contribution.objects.published().order_by().values_list("pk", "part_of")
    return {part: whole for part, whole in links.filter(part_of__isnull=False) if whole}


def _in_a_chain() -> Q:
    """That a contribution is part of another, or another is part of it."""
    parts = Contribution.objects.published().filter(part_of__isnull=False).order_by()
    return Q(part_of__isnull=False) | Q(pk__in=parts.values("part_of"))


def _above(key: int, whole_of: Mapping[int, int]) -> Iterator[int]:
    """The row that `key` is a part of, the row that one is a part of, and so on."""
    seen = {key}
    while (whole := whole_of.get(key)) is not None and whole not in seen:
        yield whole
        seen.add(whole)
        key = whole


def outstanding_words(pledge: Contribution) -> str:
    """What of a pledge is outstanding after its public payments, in words; "" where they do not tell."""
    if pledge.stage != Stage.PLEDGED:
        return ""
    payments = Contribution.objects.published().filter(part_of=pledge, stage=Stage.PAID)
    rows = [_summand(pledge), *(_summand(payment, str(pledge.pk)) for payment in payments)]
    (found,) = money.outstanding(rows) or (None,)
    if found is None:
        return ""
    paid = len(found.rows) - 1  # the pledge itself is one of them
    if found.amount > 0:
        message = ngettext(
            "%(amount)s: the pledge less %(count)d payment recorded as its part",
            "%(amount)s: the pledge less %(count)d payments recorded as its parts",
            paid,
        )
    elif found.amount == 0:
        message = ngettext(
            "nothing: the pledge is met by %(count)d payment recorded as its part",
            "nothing: the pledge is met by %(count)d payments recorded as its parts",
            paid,
        )
    else:
        message = ngettext(
            "nothing: %(count)d payment recorded as its part is %(amount)s more than the pledge",
            "nothing: %(count)d payments recorded as its parts are %(amount)s more than the pledge",
            paid,
        )
    amount = _amount_words(abs(found.amount), found.currency, found.approximate)
    return message % {"amount": amount, "count": paid}


def _amount_words(amount: Decimal, currency: str, approximate: bool) -> str:
    qualifier = Qualifier.ABOUT if approximate else Qualifier.EXACT
    return money.words(amount, currency=currency, qualifier=qualifier)


def as_lists(selection: Selection | QueryDict) -> dict[str, list[str]]:
    """The filters in use: parameter -> values."""
    if isinstance(selection, QueryDict):
        return dict(selection.lists())
    return {name: [value] if isinstance(value, str) else [*value] for name, value in selection.items()}


class _Tally:
    """Amounts and counts by (currency, stage), and how many rows are left out for each reason."""

    def __init__(self) -> None:
        self.amounts: dict[tuple[str, str], Decimal] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        self.inexact: Counter[tuple[str, str]] = Counter()
        self.left: Counter[Reason] = Counter()

    def add(self, group: tuple[str, str], amount: Decimal, count: int, inexact: int) -> None:
        """Count rows of one currency and stage that come to `amount`."""
        self.amounts[group] = self.amounts.get(group, Decimal(0)) + amount
        self.counts[group] += count
        self.inexact[group] += inexact


def _bare(contributions: QuerySet[Contribution]) -> QuerySet[Contribution]:
    """The same rows without order and without what a page shows beside them."""
    return contributions.order_by().select_related(None).prefetch_related(None)


def _tally(contributions: QuerySet[Contribution]) -> _Tally:
    tally = _Tally()
    by_itself = COUNTABLE & Q(part_of__isnull=True)
    groups = contributions.values("currency", "stage")
    found: Any = groups.annotate(
        hundredths=Sum(_HUNDREDTHS, filter=by_itself),
        counted=Count("pk", filter=by_itself),
        inexact=Count("pk", filter=by_itself & ~Q(qualifier=Qualifier.EXACT)),
        **{reason.name: Count("pk", filter=condition) for reason, condition in NOT_COUNTABLE.items()},
    )
    for row in found:
        amount = Decimal(row["hundredths"] or 0).scaleb(-2)
        tally.add((row["currency"], row["stage"]), amount, row["counted"], row["inexact"])
        for reason in NOT_COUNTABLE:
            tally.left[reason] += row[reason.name]
    parts = _parts(contributions)
    for part in parts.counted:
        inexact = int(part.qualifier != Qualifier.EXACT)
        tally.add((part.currency, part.stage), part.amount or Decimal(0), 1, inexact)
    tally.left[Reason.PART] = len(parts.left_out)
    return tally


@dataclass(frozen=True)
class _Parts:
    """The rows of a selection that are part of another and could be counted: those that are, and the others' keys."""

    counted: list[Summand]
    left_out: set[int]


def _parts(contributions: QuerySet[Contribution]) -> _Parts:
    whole_of = _whole_of()
    if not whole_of:
        return _Parts([], set())
    kin = contributions.filter(COUNTABLE, _in_a_chain())
    found: dict[int, Any] = {key: columns for key, *columns in kin.values_list(*_SUMMAND)}
    summands = [
        Summand(
            str(key),
            amount,
            upper,
            currency,
            stage,
            per,
            qualifier,
            str(_nearest_whole(key, whole_of, found) or ""),
        )
        for key, (amount, upper, currency, stage, per, qualifier) in found.items()
    ]
    left_out = {int(key) for group in money.totals(summands).left_out for key in group.keys}
    parts = (row for row in summands if int(row.key) in whole_of)
    return _Parts([row for row in parts if int(row.key) not in left_out], left_out)


def _nearest_whole(key: int, whole_of: Mapping[int, int], among: Collection[int]) -> int | None:
    """The nearest row above `key` that is `among` the rows."""
    return next((whole for whole in _above(key, whole_of) if whole in among), None)


def _summand(row: Contribution, whole: str = "") -> Summand:
    columns = (row.amount, row.amount_upper, row.currency, row.stage, row.per, row.qualifier)
    return Summand(str(row.pk), *columns, whole=whole)
