"""The IATI 2.03 file of activities: a fund is an activity, what was pledged and paid to it are its transactions.

The standard asks for full days, one amount, one donor and one recipient. What the register does not know is not made
up: a fund or contribution that lacks any of it is left out, and stands in the list of what was left out with the reason.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import IO, Any
from xml.etree import ElementTree

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnership import dates, text
from partnership.exchange.export import CHUNK, by_code_point
from partnership.models import (
    ActsAs,
    Contribution,
    ContributionInvolvement,
    Fund,
    Party,
    PartyKind,
    PlanState,
)
from partnership.money import Per, Qualifier, Stage

from .snapshot import Snapshot

VERSION = "2.03"
# Codes of the standard: https://iatistandard.org/en/iati-standard/203/codelists/
STARTED, ENDS_BY_PLAN, ENDED = "2", "3", "4"
STARTS_BY_PLAN = "1"
PIPELINE, RUNNING, CLOSED, CANCELLED = "1", "2", "4", "5"
FUNDS_IT, CARRIES_IT_OUT = "1", "4"
TRANSACTION_TYPES = {Stage.PLEDGED: "13", Stage.PAID: "1"}
DAC, SECTORS_NOT_SPECIFIED = "1", "99810"
OWN_WORDS = "99"


class Reason(StrEnum):
    """Why a fund or a contribution is not in the file."""

    NO_DESCRIPTION = "no-description"
    NO_START = "no-start"
    STATE_UNKNOWN = "state-unknown"
    NO_RECIPIENT = "no-recipient"
    NO_ORGANISATION = "no-organisation"
    NO_FUND = "no-fund"
    FUND_LEFT_OUT = "fund-left-out"
    NOT_HELD = "not-held"
    STAGE = "stage"
    NO_AMOUNT = "no-amount"
    NOT_EXACT = "not-exact"
    YEARLY = "yearly"
    IN_KIND = "in-kind"
    NO_DAY = "no-day"
    NOT_ONE_DONOR = "not-one-donor"
    PART = "part"


WORDS: dict[Reason, Promise] = {
    Reason.NO_DESCRIPTION: _("neither purpose nor summary is given"),
    Reason.NO_START: _("the day on which it began is not stated"),
    Reason.STATE_UNKNOWN: _("whether it still goes on is not stated"),
    Reason.NO_RECIPIENT: _("it has not exactly one beneficiary that is a country or region"),
    Reason.NO_ORGANISATION: _(
        "neither a donor whose contribution is in the file nor an executing agent is known"
    ),
    Reason.NO_FUND: _("it goes to no fund"),
    Reason.FUND_LEFT_OUT: _("the fund that it goes to is left out"),
    Reason.NOT_HELD: _("it is planned, cancelled or unconfirmed"),
    Reason.STAGE: _("it is neither pledged nor paid"),
    Reason.NO_AMOUNT: _("no amount is stated"),
    Reason.NOT_EXACT: _("the amount is not exact"),
    Reason.YEARLY: _("the amount is a yearly rate"),
    Reason.IN_KIND: _("it is given in kind"),
    Reason.NO_DAY: _("its day is not stated"),
    Reason.NOT_ONE_DONOR: _("it has not exactly one donor"),
    Reason.PART: _("it is a part of a contribution of the same stage"),
}


@dataclass(frozen=True)
class LeftOut:
    """A fund or contribution that is not in the file, and why."""

    kind: str
    slug: str
    title: str
    reason: Reason


@dataclass
class Written:
    """What the file holds and what was left out of it."""

    activities: int = 0
    transactions: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


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


@dataclass(frozen=True)
class _Left:
    slug: str
    title: str
    reason: Reason


def write_activities(file: IO[bytes], snapshot: Snapshot) -> Written:
    """Write the file of activities of the public register. Without an activity it is not valid: give it to nobody then.

    Raises:
        ValueError: the settings name no organisation that publishes.
    """
    if not settings.IATI_ORGANISATION or not settings.IATI_ORGANISATION_TYPE:
        raise ValueError("Set IATI_ORGANISATION and IATI_ORGANISATION_TYPE: the standard asks who publishes.")
    written = Written()
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    file.write(f'<iati-activities version="{VERSION}">\n'.encode())
    funds = sorted(_funds(snapshot), key=lambda fund: fund.slug)
    contributions = _by_fund(snapshot)
    written.left_out += [_left_out(Contribution, each) for each in contributions("")]
    for fund in funds:
        given = contributions(fund.slug)
        transactions = [each for each in given if isinstance(each, Transaction)]
        reason = _reason_against(fund, transactions, snapshot)
        written.left_out += [_left_out(Contribution, each) for each in given if isinstance(each, _Left)]
        if reason:
            written.left_out.append(LeftOut(Fund.kind_name(), fund.slug, fund.title, reason))
            written.left_out += [
                LeftOut(Contribution.kind_name(), each.slug, each.title, Reason.FUND_LEFT_OUT)
                for each in transactions
            ]
            continue
        element = _activity(fund, transactions, snapshot)
        ElementTree.indent(element, " ")
        file.write(ElementTree.tostring(element, encoding="unicode").encode() + b"\n")
        written.activities += 1
        written.transactions += len(transactions)
    file.write(b"</iati-activities>\n")
    written.left_out.sort(key=lambda each: (each.kind != Fund.kind_name(), each.slug))
    return written


def left_out_table(left_out: list[LeftOut]) -> bytes:
    """The list of what was left out, as CSV."""
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow(["kind", "slug", "reason", "reason_words"])
    rows.writerows((each.kind, each.slug, each.reason, WORDS[each.reason]) for each in left_out)
    return file.getvalue().encode()


def count_reasons(left_out: list[LeftOut]) -> list[tuple[str, str, int]]:
    """How many of which kind were left out for which reason: kind, reason and number, most first."""
    found = Counter((each.kind, each.reason.value) for each in left_out)
    return [(kind, reason, number) for (kind, reason), number in found.most_common()]


def _left_out(model: type[Fund | Contribution], each: Any) -> LeftOut:
    return LeftOut(model.kind_name(), each.slug, each.title, each.reason)


# Funds


def _funds(snapshot: Snapshot) -> list[Any]:
    """The funds of the public face, with parties, areas and steps, in a constant number of queries."""
    funds = Fund.objects.published().for_list().order_by()
    return [fund for fund in funds if fund.pk in snapshot.found[Fund]]


def _parties(fund: Any, meaning: str, snapshot: Snapshot) -> list[Party]:
    rows = [row for row in fund.involvements.all() if row.role.acts_as == meaning]
    return [row.party for row in rows if row.party_id in snapshot.found[Party]]


def _reason_against(fund: Any, transactions: list[Transaction], snapshot: Snapshot) -> Reason | None:
    """What the fund lacks, the first thing in the order of the standard; None if it has all."""
    start, _end = _sides(fund)
    if not _description(fund):
        return Reason.NO_DESCRIPTION
    if _recipient(fund, snapshot) is None:
        return Reason.NO_RECIPIENT
    if _full_day(start) is None:
        return Reason.NO_START
    if _state(fund, snapshot) is None:
        return Reason.STATE_UNKNOWN
    if not transactions and not _parties(fund, ActsAs.EXECUTES, snapshot):
        return Reason.NO_ORGANISATION
    return None


def _description(fund: Any) -> str:
    return text.plain(fund.purpose or fund.summary)


def _recipient(fund: Any, snapshot: Snapshot) -> Party | None:
    """The one beneficiary; what goes to several without a stated split cannot be said in the standard."""
    parties = _parties(fund, ActsAs.BENEFICIARY, snapshot)
    if len(parties) != 1:
        return None
    is_place = parties[0].country_code or parties[0].kind in (PartyKind.REGION, PartyKind.TERRITORY)
    return parties[0] if is_place else None


def _sides(fund: Any) -> tuple[Any, Any]:
    """Start and end of a fund, by its own date or by its steps."""
    if not fund.date_text:
        return dates.Missing.UNKNOWN, dates.Missing.UNKNOWN
    stated = dates.parse(fund.date_text)
    return stated.start, stated.end


def _full_day(side: Any) -> date | None:
    """The day that a side of a date names; None for a month, a year, or a day about which its source is unsure."""
    if isinstance(side, dates.Part) and side.precision is dates.Precision.DAY and side.certain:
        return side.first
    return None


def _state(fund: Any, snapshot: Snapshot) -> str | None:
    """The state of a fund on the day of the edition; None if the register does not know it."""
    simple = {PlanState.PLANNED: PIPELINE, PlanState.CANCELLED: CANCELLED}
    if fund.plan_state in simple:
        return simple[fund.plan_state]
    if fund.plan_state != PlanState.HELD or snapshot.stamp.day is None:
        return None
    _start, end = _sides(fund)
    if end is dates.Missing.OPEN:
        return RUNNING
    if not isinstance(end, dates.Part) or not end.certain:
        return None
    if end.last < snapshot.stamp.day:
        return CLOSED
    return RUNNING if end.first > snapshot.stamp.day else None


# Contributions


def _by_fund(snapshot: Snapshot) -> Callable[[str], list[Any]]:
    """A function that gives what went to a fund, for funds asked for in the order of their addresses; first "" for none.

    Contributions and their donors are read along with the funds, so that neither queries nor memory grow with them.
    """
    groups = groupby(_contributions(snapshot), itemgetter(0))
    ahead: tuple[str, list[Any]] | None = None

    def take() -> tuple[str, list[Any]] | None:
        found = next(groups, None)
        return None if found is None else (found[0], [each for _slug, each in found[1]])

    ahead = take()

    def given_to(slug: str) -> list[Any]:
        nonlocal ahead
        while ahead and ahead[0] < slug:
            ahead = take()
        return ahead[1] if ahead and ahead[0] == slug else []

    return given_to


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
    names = ("pk", "fund__slug", "slug", "title", "language", "plan_state", "stage", "amount", "amount_upper")
    names += ("currency", "qualifier", "per", "form__acts_as", "date")
    for row in stored.values(*names).iterator(chunk_size=CHUNK):
        fund = row["fund__slug"] or ""
        given_by = donors(fund, row["slug"])
        if row["pk"] not in found:
            continue
        reason = _reason_against_row(row, given_by, parts)
        if reason:
            yield fund, _Left(row["slug"], row["title"], reason)
        else:
            day = _full_day(dates.parse(row["date"]).start)
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
    return bool(edtf) and "/" not in edtf and _full_day(dates.parse(edtf).start) is not None


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
    groups = groupby(values.iterator(chunk_size=CHUNK), key=lambda row: (row[0] or "", row[1]))
    ahead = next(((key, list(group)) for key, group in groups), None)

    def donors_of(fund: str, slug: str) -> list[str]:
        nonlocal ahead
        while ahead and ahead[0] < (fund, slug):
            ahead = next(((key, list(group)) for key, group in groups), None)
        rows = ahead[1] if ahead and ahead[0] == (fund, slug) else []
        return [name for _fund, _slug, party, name in rows if party in names]

    return donors_of


def _fund_order(path: str) -> Any:
    """Those without a fund first, then by the address of the fund."""
    return by_code_point(f"{path}__slug").asc(nulls_first=True)


# Elements


def _activity(fund: Any, transactions: list[Transaction], snapshot: Snapshot) -> ElementTree.Element:
    """The element of a fund, its parts in the order of the schema."""
    organisation = settings.IATI_ORGANISATION
    changed = fund.changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    element = ElementTree.Element(
        "iati-activity", {"xml:lang": fund.language or "en", "last-updated-datetime": changed}
    )
    _add(element, "iati-identifier").text = f"{organisation}-{fund.slug}"
    reporting = {"ref": organisation, "type": settings.IATI_ORGANISATION_TYPE}
    _narrative(_add(element, "reporting-org", reporting), settings.SITE_NAME)
    _narrative(_add(element, "title"), fund.title)
    _narrative(_add(element, "description", {"type": "1"}), _description(fund))
    for donor in sorted({each.donor for each in transactions}):
        _narrative(_add(element, "participating-org", {"role": FUNDS_IT}), donor)
    for party in _parties(fund, ActsAs.EXECUTES, snapshot):
        _narrative(_add(element, "participating-org", {"role": CARRIES_IT_OUT}), party.name)
    state = _state(fund, snapshot) or ""
    _add(element, "activity-status", {"code": state})
    _add_days(element, fund, state)
    _add_recipient(element, _recipient(fund, snapshot))
    # The register has areas of its own and no sectors of the DAC: the standard has a code for that.
    _add(element, "sector", {"vocabulary": DAC, "code": SECTORS_NOT_SPECIFIED, "percentage": "100"})
    for area in fund.areas.all():
        _narrative(_add(element, "tag", {"vocabulary": OWN_WORDS, "code": area.slug}), area.name)
    for each in transactions:
        _add_transaction(element, each)
    return element


def _add_days(element: ElementTree.Element, fund: Any, state: str) -> None:
    start, end = (_full_day(side) for side in _sides(fund))
    assert start is not None  # noqa: S101  # else the fund is left out
    planned = state == PIPELINE
    kind = STARTS_BY_PLAN if planned else STARTED
    _add(element, "activity-date", {"iso-date": start.isoformat(), "type": kind})
    if end is not None:
        kind = ENDED if state == CLOSED else ENDS_BY_PLAN
        _add(element, "activity-date", {"iso-date": end.isoformat(), "type": kind})


def _add_recipient(element: ElementTree.Element, party: Any) -> None:
    if party.country_code:
        _add(element, "recipient-country", {"code": party.country_code, "percentage": "100"})
    else:
        own = {"vocabulary": OWN_WORDS, "code": party.slug, "percentage": "100"}
        _narrative(_add(element, "recipient-region", own), party.name)


def _add_transaction(element: ElementTree.Element, given: Transaction) -> None:
    day = given.day.isoformat()
    found = _add(element, "transaction", {"ref": given.slug})
    _add(found, "transaction-type", {"code": TRANSACTION_TYPES[Stage(given.stage)]})
    _add(found, "transaction-date", {"iso-date": day})
    value = _add(found, "value", {"currency": given.currency, "value-date": day})
    value.text = f"{given.amount:.2f}"
    _narrative(_add(found, "description"), given.title, given.language)
    _narrative(_add(found, "provider-org"), given.donor)


def _add(parent: ElementTree.Element, name: str, values: dict[str, str] | None = None) -> ElementTree.Element:
    return ElementTree.SubElement(parent, name, values or {})


def _narrative(parent: ElementTree.Element, words: str, language: str = "") -> None:
    _add(parent, "narrative", {"xml:lang": language} if language else {}).text = words
