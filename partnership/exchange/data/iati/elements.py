"""Funds as activities of the IATI standard: what a fund lacks of it, and its element if it lacks nothing."""

from typing import Any
from xml.etree import ElementTree

from django.conf import settings

from partnership import dates, text
from partnership.documents import moment
from partnership.models import ActsAs, Fund, Party, PartyKind, PlanState
from partnership.money import Stage

from ..snapshot import Snapshot
from .given import TRANSACTION_TYPES, Transaction, full_day
from .reasons import Reason

# Codes of the standard: https://iatistandard.org/en/iati-standard/203/codelists/
STARTS_BY_PLAN, STARTED, ENDS_BY_PLAN, ENDED = "1", "2", "3", "4"
PIPELINE, RUNNING, CLOSED, CANCELLED = "1", "2", "4", "5"
FUNDS_IT, CARRIES_IT_OUT = "1", "4"
DAC, SECTORS_NOT_SPECIFIED = "1", "99810"
OWN_WORDS = "99"


def funds(snapshot: Snapshot) -> list[Any]:
    """The funds of the public face, with parties, areas and steps, in a constant number of queries."""
    funds = Fund.objects.published().for_list().order_by()
    return [fund for fund in funds if fund.pk in snapshot.found[Fund]]


def _parties(fund: Any, meaning: str, snapshot: Snapshot) -> list[Party]:
    rows = [row for row in fund.involvements.all() if row.role.acts_as == meaning]
    return [row.party for row in rows if row.party_id in snapshot.found[Party]]


def reason_against(fund: Any, transactions: list[Transaction], snapshot: Snapshot) -> Reason | None:
    """What the fund lacks, the first thing in the order of the standard; None if it has all."""
    start, _end = _sides(fund)
    if not _description(fund):
        return Reason.NO_DESCRIPTION
    if _recipient(fund, snapshot) is None:
        return Reason.NO_RECIPIENT
    if full_day(start) is None:
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


def activity(fund: Any, transactions: list[Transaction], snapshot: Snapshot) -> ElementTree.Element:
    """The element of a fund, its parts in the order of the schema."""
    organisation = settings.IATI_ORGANISATION
    element = ElementTree.Element(
        "iati-activity", {"xml:lang": fund.language or "en", "last-updated-datetime": moment(fund.changed)}
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
    start, end = (full_day(side) for side in _sides(fund))
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
