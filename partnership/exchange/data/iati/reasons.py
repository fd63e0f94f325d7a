"""Why a fund or a contribution is not in the IATI file, and the list of those that are not."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
    reason: Reason


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
