"""What went to each fund: contributions that have what the IATI standard asks for, and those that lack something."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from partnership import dates
from partnership.exchange.along import along
from partnership.exchange.export import CHUNK, by_code_point
from partnership.models import ActsAs, Contribution, ContributionInvolvement, Party, PlanState
from partnership.money import Per, Qualifier, Stage

from ..snapshot import Snapshot
from .reasons import LeftOut, Reason

# Codes of the standard: incoming pledge, incoming funds.
TRANSACTION_TYPES = {Stage.PLEDGED: "13", Stage.PAID: "1"}


@dataclass(frozen=True)
class Transaction:
    """A contribution that has what the standard asks for."""

    slug: str
    title: str
    language: str
    stage: str
    amount: Decimal
    currency: str
    day: date
    donor: str


def given_by_fund(snapshot: Snapshot) -> Callable[[str], list[Any]]:
    """A function that gives what went to a fund, for funds asked for in the order of their addresses; first "" for none."""
    return along(_contributions(snapshot))


def _contributions(snapshot: Snapshot) -> Iterator[tuple[str, Any]]:
    """Each contribution of the public face under the address of its fund, as a transaction or as what is left out."""
    found = snapshot.found[Contribution]
    parts = _parts_of_the_same_stage()
    donors = _donors(snapshot)
    stored = (
        Contribution.objects.published()
        .select_related("form")
        .order_by(_fund_order("fund"), by_code_point("slug"))
    )
    names: tuple[str, ...] = (
        "pk",
        "fund__slug",
        "slug",
        "title",
        "language",
        "plan_state",
        "stage",
        "amount",
        "amount_upper",
    )
    names += ("currency", "qualifier", "per", "form__acts_as", "date")
    for row in stored.values(*names).iterator(chunk_size=CHUNK):
        fund = row["fund__slug"] or ""
        given_by = donors(fund, row["slug"])
        if row["pk"] not in found:
            continue
        reason = _reason_against_row(row, given_by, parts)
        if reason:
            yield fund, LeftOut(Contribution.kind_name(), row["slug"], reason)
        else:
            day = full_day(dates.parse(row["date"]).start)
            yield (
                fund,
                Transaction(
                    row["slug"],
                    row["title"],
                    row["language"],
                    row["stage"],
                    row["amount"],
                    row["currency"],
                    day or date.min,
                    given_by[0],
                ),
            )


def _reason_against_row(row: dict[str, Any], donors: list[str], parts: set[int]) -> Reason | None:
    """What the contribution lacks, the first thing; None if it has all."""
    lacking = {
        Reason.NO_FUND: not row["fund__slug"],
        Reason.NOT_HELD: row["plan_state"] != PlanState.HELD,
        Reason.STAGE: row["stage"] not in TRANSACTION_TYPES,
        Reason.IN_KIND: row["form__acts_as"] == ActsAs.IN_KIND,
        Reason.NO_AMOUNT: row["amount"] is None,
        Reason.NOT_EXACT: row["amount_upper"] is not None or row["qualifier"] != Qualifier.EXACT,
        Reason.YEARLY: row["per"] != Per.ONCE,
        Reason.NO_DAY: not _is_full_day(row["date"]),
        Reason.NOT_ONE_DONOR: len(donors) != 1,
        Reason.PART: row["pk"] in parts,
    }
    return next((reason for reason, lacks in lacking.items() if lacks), None)


def _is_full_day(edtf: str) -> bool:
    return bool(edtf) and "/" not in edtf and full_day(dates.parse(edtf).start) is not None


def _parts_of_the_same_stage() -> set[int]:
    """Contributions that are part of a public one of their own stage, which counts them already."""
    public = Contribution.objects.published().order_by()
    above = {
        pk: (whole, stage, stage_of_whole)
        for pk, whole, stage, stage_of_whole in public.filter(part_of__status="published").values_list(
            "pk", "part_of", "stage", "part_of__stage"
        )
    }
    found = set()
    for pk, (_whole, stage, _stage) in above.items():
        seen, place = {pk}, pk
        while place in above and above[place][0] not in seen:
            place, _own, stage_above = above[place]
            seen.add(place)
            if stage_above == stage:
                found.add(pk)
                break
    return found


def _donors(snapshot: Snapshot) -> Callable[[str, str], list[str]]:
    """A function that gives the names of the donors of a contribution, asked for in the order of `_contributions`."""
    names = snapshot.found[Party]
    rows = ContributionInvolvement.objects.filter(
        record__status="published", role__status="published", role__acts_as=ActsAs.DONOR
    ).order_by(_fund_order("record__fund"), by_code_point("record__slug"), "position", by_code_point("key"))
    values = rows.values_list("record__fund__slug", "record__slug", "party", "party__name")
    pairs = (
        ((fund or "", slug), (party, name)) for fund, slug, party, name in values.iterator(chunk_size=CHUNK)
    )
    named = along(pairs)
    return lambda fund, slug: [name for party, name in named((fund, slug)) if party in names]


def _fund_order(path: str) -> Any:
    """Those without a fund first, then by the address of the fund."""
    return by_code_point(f"{path}__slug").asc(nulls_first=True)


def full_day(side: Any) -> date | None:
    """The day that a side of a date names; None for a month, a year, or a day about which its source is unsure."""
    if isinstance(side, dates.Part) and side.precision is dates.Precision.DAY and side.certain:
        return side.first
    return None
