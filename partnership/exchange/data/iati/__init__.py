"""The IATI 2.03 file of activities: a fund is an activity, what was pledged and paid to it are its transactions.

The standard asks for full days, one amount, one donor and one recipient. What the register does not know is not made
up: a fund or contribution that lacks any of it is left out, and stands in the list of what was left out with the reason.
"""

from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

from django.conf import settings

from partnership.models import Contribution, Fund

from ..snapshot import Snapshot
from .elements import activity, funds, reason_against
from .given import Transaction, given_by_fund
from .reasons import WORDS, LeftOut, Reason, count_reasons, left_out_table

VERSION = "2.03"

__all__ = ["WORDS", "LeftOut", "Reason", "Written", "count_reasons", "left_out_table", "write_activities"]


@dataclass
class Written:
    """What the file holds and what was left out of it."""

    activities: int = 0
    transactions: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


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
    contributions = given_by_fund(snapshot)
    written.left_out += [each for each in contributions("") if isinstance(each, LeftOut)]
    for fund in sorted(funds(snapshot), key=lambda fund: fund.slug):
        given = contributions(fund.slug)
        transactions = [each for each in given if isinstance(each, Transaction)]
        written.left_out += [each for each in given if isinstance(each, LeftOut)]
        if reason := reason_against(fund, transactions, snapshot):
            written.left_out.append(LeftOut(Fund.kind_name(), fund.slug, reason))
            written.left_out += [
                LeftOut(Contribution.kind_name(), each.slug, Reason.FUND_LEFT_OUT) for each in transactions
            ]
            continue
        element = activity(fund, transactions, snapshot)
        ElementTree.indent(element, " ")
        file.write(ElementTree.tostring(element, encoding="unicode").encode() + b"\n")
        written.activities += 1
        written.transactions += len(transactions)
    file.write(b"</iati-activities>\n")
    written.left_out.sort(key=lambda each: (each.kind != Fund.kind_name(), each.slug))
    return written
