"""What the contributions of a selection come to by year, donor and fund: in the database, however many they are.

Only those are read that the totals of the selection count, and what is summed here adds up to these totals to the cent:
a contribution by several donors is not split, nor one that is not surely within one year. Each of them stands apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round

from partnership.models import ActsAs, Contribution, Fund, Party
from partnership.money import Qualifier, Reason
from partnership.public.parties import Ancestry, in_rows, public_involvements
from partnership.public.totals import COUNTED, in_total_condition, wholes

from .years import IN_YEAR

Key = int | None  # of a fund; None: none is named
# Beside the donors: several gave together, and how much each of them gave is not stated; or no donor is named.
SEVERAL, NOBODY = 0, -1


class Group(NamedTuple):
    """What is never mixed: one currency at one stage."""

    currency: str
    stage: str


@dataclass(frozen=True)
class Given:
    """What some contributions of one group come to; `approximate` says that one of them is not stated exactly."""

    amount: Decimal = Decimal(0)
    count: int = 0
    approximate: bool = False

    def __add__(self, other: "Given") -> "Given":
        return Given(
            self.amount + other.amount, self.count + other.count, self.approximate or other.approximate
        )


def added(given: Iterable[Given]) -> Given:
    """What all of these come to."""
    return sum(given, Given())


Cells = dict[Group, dict[tuple[int, Key], Given]]
"""By group: what was given by (year, fund), or by (donor, fund)."""


class Gifts:
    """The contributions of a selection that its totals count, `in_total` not among its filters; ten queries at most."""

    def __init__(self, contributions: QuerySet[Contribution]) -> None:
        bare = contributions.order_by().select_related(None).prefetch_related(None)
        self._counted = in_total_condition(bare, {COUNTED})
        self._kin = _Kin(bare)
        self.years = self._by_year()
        self._together: dict[Group, set[int]] = defaultdict(set)  # those who gave with others
        self.donors_of = self._by_donor()
        funds = {fund for cells in self.years.values() for _year, fund in cells if fund}
        self.funds = {fund.pk: fund for fund in Fund.objects.published().filter(pk__in=funds)}
        named = {donor for cells in self.donors_of.values() for donor, _fund in cells if donor}
        self.donors = {party.pk: party for party in Party.objects.published().filter(pk__in=named)}
        self._ancestry = Ancestry()

    def _by_year(self) -> Cells:
        found: Cells = defaultdict(dict)
        rows = self._counted.annotate(in_year=IN_YEAR).values("currency", "stage", "in_year", "fund")
        for row in rows.annotate(**_sums("")):
            found[Group(row["currency"], row["stage"])][row["in_year"], row["fund"]] = _given(row)
        return found

    def _by_donor(self) -> Cells:
        found: dict[Group, dict[tuple[int, Key], Given]] = defaultdict(lambda: defaultdict(Given))
        donors = public_involvements(Contribution).filter(role__acts_as=ActsAs.DONOR).order_by()
        donors = donors.filter(record__in=self._counted.values("pk"))
        of_many = donors.values("record").annotate(rows=Count("pk")).filter(rows__gt=1).values("record")
        columns = ("record__currency", "record__stage", "record__fund")
        alone = donors.exclude(record__in=of_many).values("party", *columns).annotate(**_sums("record__"))
        for row in alone:
            group = Group(row["record__currency"], row["record__stage"])
            found[group][row["party"], row["record__fund"]] += _given(row)
        self._add_together(found, donors.filter(record__in=of_many), columns)
        nameless = self._counted.exclude(in_rows(donors)).values("currency", "stage", "fund")
        for row in nameless.annotate(**_sums("")):
            found[Group(row["currency"], row["stage"])][NOBODY, row["fund"]] += _given(row)
        return found

    def _add_together(self, found: Cells, donors: QuerySet, columns: tuple[str, ...]) -> None:
        """Add what has several rows of donors: they may be the same one, named twice."""
        who: dict[int, set[int]] = defaultdict(set)
        what: dict[int, tuple[Group, Key, Given]] = {}
        for record, party, currency, stage, fund, amount, qualifier in donors.values_list(
            "record", "party", *columns, "record__amount", "record__qualifier"
        ):
            who[record].add(party)
            what[record] = Group(currency, stage), fund, Given(amount, 1, qualifier != Qualifier.EXACT)
        for record, (group, fund, given) in what.items():
            parties = who[record]
            if len(parties) > 1:
                self._together[group] |= parties
            found[group][SEVERAL if len(parties) > 1 else min(parties), fund] += given

    def lists_year(self, group: Group, year: int) -> bool:
        """Whether the list asked for this year shows what was given in it and no more: a part may be there without its whole."""
        return year not in self._kin.years_without_whole[group]

    def lists_donor(self, group: Group, donor: int) -> bool:
        """Whether the list asked for this donor shows what it gave alone, and no more: it takes in those under the donor."""
        others = {other for other, _fund in self.donors_of[group] if other > 0} | self._together[group]
        below = any(other != donor and donor in self._ancestry.line([other]) for other in others)
        of_parts = self._kin.donors_without_whole(self._ancestry)[group]
        return not below and donor not in self._together[group] and donor not in of_parts


class _Kin:
    """The parts that are not counted as their whole is: where the list shows a part without its whole, it counts it."""

    def __init__(self, contributions: QuerySet[Contribution]) -> None:
        left_out = in_total_condition(contributions, {Reason.PART})
        parts = {key: Group(*group) for key, *group in left_out.values_list("pk", "currency", "stage")}
        above = wholes() if parts else {}
        self._parts = {key: (group, above.get(key, [])) for key, group in parts.items()}
        keys = {*parts, *(whole for _group, found in self._parts.values() for whole in found)}
        rows = contributions.filter(pk__in=keys).annotate(in_year=IN_YEAR)
        self._years = dict(rows.values_list("pk", "in_year"))  # of those that are in the selection

    @cached_property
    def years_without_whole(self) -> dict[Group, set[int]]:
        """By group the years that have a part and none of its wholes."""
        found: dict[Group, set[int]] = defaultdict(set)
        for part, (group, above) in self._parts.items():
            if self._years[part] not in {self._years.get(whole) for whole in above}:
                found[group].add(self._years[part])
        return found

    def donors_without_whole(self, ancestry: Ancestry) -> dict[Group, set[int]]:
        """By group the donors under whom the list finds a part and none of its wholes."""
        donors = self._donors
        found: dict[Group, set[int]] = defaultdict(set)
        for part, (group, above) in self._parts.items():
            of_wholes = {donor for whole in above for donor in donors.get(whole, ())}
            found[group] |= ancestry.line(donors.get(part, ())) - ancestry.line(of_wholes)
        return found

    @cached_property
    def _donors(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        if self._parts:
            donors = public_involvements(Contribution).filter(
                role__acts_as=ActsAs.DONOR, record__in=self._years.keys()
            )
            for record, party in donors.order_by().values_list("record", "party"):
                found[record].add(party)
        return found


def _sums(prefix: str) -> dict[str, Any]:
    """The aggregates of contributions that are counted, of rows that lead to them by `prefix`."""
    # In hundredths: SQLite adds up fractions as floating point numbers.
    hundredths = Cast(Round(F(f"{prefix}amount") * 100), BigIntegerField())
    inexact = ~Q(**{f"{prefix}qualifier": Qualifier.EXACT})
    return {"hundredths": Sum(hundredths), "count": Count("pk"), "inexact": Count("pk", filter=inexact)}


def _given(row: Mapping[str, Any]) -> Given:
    return Given(Decimal(row["hundredths"]).scaleb(-2), row["count"], bool(row["inexact"]))
