"""Amounts of money: currency codes, the words an amount is shown in, and totals.

An amount is shown as it was stated and never converted; a total is computed when shown and never stored.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, ngettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

# ISO 4217 List One (current) by number of minor unit digits. XTS (tests) and XXX (no currency) are left
# out: no amount can be stated in them.
_CURRENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XUA""",  # last: metals and units of account, without one
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
# ISO 4217 List Three (withdrawn). It gives no minor unit: those that had none in use are listed, the rest
# are written with two digits.
_WITHDRAWN = {
    0: "ADP BEC BEF BEL BYB BYR ESA ESB ESP GRD ITL LUC LUF LUL MGF PTE TPE TRL",
    2: """AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BGJ BGK BGL BGN BOP BRB BRC BRE BRN BRR BUK CHC
    CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK FIM FRF GEK GHC GHP GNE GNS GQE GWE GWP HRD HRK IEP ILP ILR
    ISJ LAJ LSM LTL LTT LVL LVR MLF MRO MTL MTP MVQ MXP MZE MZM NIC NLG PEH PEI PES PLZ RHD ROK ROL RUR
    SDD SDP SIT SKK SLL SRG STD SUR TJR TMM UAK UGS UGW USS UYN UYP VEB VEF VNC XEU XFO XFU XRE YDD YUD
    YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR""",
}

#: ISO 4217 alphabetic code, current or withdrawn -> the number of digits its minor unit is written with.
CURRENCIES: dict[str, int] = {
    code: digits
    for table in (_CURRENT, _WITHDRAWN)
    for digits, codes in table.items()
    for code in codes.split()
}


def validate_currency(code: str) -> None:
    """Raise ValidationError unless `code` is an ISO 4217 alphabetic code, current or withdrawn."""
    if code not in CURRENCIES:
        raise ValidationError(
            _("“%(value)s” is not an ISO 4217 currency code. Write three capital letters, for example EUR."),
            code="currency",
            params={"value": code},
        )


class Qualifier(models.TextChoices):
    """How exactly the source states an amount."""

    EXACT = "exact", _("exact")
    ABOUT = "about", _("about")
    NEARLY = "nearly", _("nearly")
    OVER = "over", _("over")
    UP_TO = "up-to", _("up to")


class Per(models.TextChoices):
    """Whether an amount is given once or is a yearly rate."""

    ONCE = "once", _("once")
    YEAR = "year", _("a year")


class Stage(models.TextChoices):
    """How far a contribution had come, in the order a contribution runs through them."""

    OFFERED = "offered", _("offered")
    PLEDGED = "pledged", _("pledged")
    AGREED = "agreed", _("agreed")
    PAID = "paid", _("paid")
    DELIVERED = "delivered", _("delivered")
    NOT_STATED = "not-stated", _("not stated")


class Channel(models.TextChoices):
    """The way a contribution goes."""

    TRUST_FUND = "trust-fund", _("trust fund")
    OTHER = "other", _("other")
    NOT_STATED = "not-stated", _("not stated")


# Power of ten -> words. Singular and plural are one word in English but not in every language.
_SCALES = {
    12: ngettext_lazy("%(number)s trillion", "%(number)s trillion", "count"),
    9: ngettext_lazy("%(number)s billion", "%(number)s billion", "count"),
    6: ngettext_lazy("%(number)s million", "%(number)s million", "count"),
}
_LONGEST_SCALED = 3  # significant digits

_QUALIFIED = {
    Qualifier.EXACT: "%(amount)s",
    Qualifier.ABOUT: _("about %(amount)s"),
    Qualifier.NEARLY: _("nearly %(amount)s"),
    Qualifier.OVER: _("over %(amount)s"),
    Qualifier.UP_TO: _("up to %(amount)s"),
}


def words(
    amount: Decimal | None,
    upper: Decimal | None = None,
    currency: str = "",
    qualifier: str = Qualifier.EXACT,
    per: str = Per.ONCE,
) -> str:
    """The amount, or the range from `amount` to `upper`, in the active language; "" without an amount.

    From a million on, an amount that needs no more than three significant digits reads "USD 5 billion"; any
    other is written out, "EUR 12,345.67". Nothing is ever rounded: the words say exactly what is stored.
    """
    if amount is None:
        return ""
    text = _single(amount, currency) if upper in (None, amount) else _range(amount, upper, currency)
    if currency:
        text = gettext("%(currency)s %(figure)s") % {"currency": currency, "figure": text}
    text = str(_QUALIFIED[Qualifier(qualifier)]) % {"amount": text}
    return gettext("%(amount)s a year") % {"amount": text} if per == Per.YEAR else text


def _single(amount: Decimal, currency: str) -> str:
    scale = _scale(amount)
    return _scaled(_digits(amount.scaleb(-scale), currency, scale), amount, scale)


def _range(lower: Decimal, upper: Decimal, currency: str) -> str:
    """Both bounds in one scale where they share it, so that the scale is said once."""
    low, high = _scale(lower), _scale(upper)
    if low and high and low != high:
        return gettext("%(lower)s to %(upper)s") % {
            "lower": _single(lower, currency),
            "upper": _single(upper, currency),
        }
    scale = low if low == high else 0
    number = gettext("%(lower)s–%(upper)s") % {
        "lower": _digits(lower.scaleb(-scale), currency, scale),
        "upper": _digits(upper.scaleb(-scale), currency, scale),
    }
    return _scaled(number, upper, scale)


def _scale(amount: Decimal) -> int:
    """The power of ten the amount is said in: 12, 9 or 6, or 0 where it is written out."""
    scale = next((power for power in _SCALES if amount >= Decimal(10) ** power), 0)
    return scale if len(amount.normalize().as_tuple().digits) <= _LONGEST_SCALED else 0


def _scaled(number: str, amount: Decimal, scale: int) -> str:
    return _SCALES[scale] % {"number": number, "count": int(amount.scaleb(-scale))} if scale else number


def _digits(number: Decimal, currency: str, scale: int) -> str:
    """The number grouped for the active language, padded to the minor unit only where it has a fraction."""
    fraction = max(0, -int(number.normalize().as_tuple().exponent))
    if fraction and not scale:
        fraction = max(fraction, CURRENCIES.get(currency, 0))
    return number_format(number, decimal_pos=fraction, use_l10n=True, force_grouping=True)


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

    def words(self) -> str:
        """The total in the active language: "USD 5 billion", "about USD 5 billion" if it is approximate."""
        qualifier = Qualifier.ABOUT if self.approximate else Qualifier.EXACT
        return words(self.amount, currency=self.currency, qualifier=qualifier)

    def sentence(self) -> str:
        """What the total is made of, for the line under it."""
        message = (
            ngettext(
                "Made of %(count)d contribution, not stated exactly.",
                "Made of %(count)d contributions, not all stated exactly.",
                len(self.rows),
            )
            if self.approximate
            else ngettext(
                "Made of %(count)d contribution.", "Made of %(count)d contributions.", len(self.rows)
            )
        )
        return message % {"count": len(self.rows)}


@dataclass(frozen=True)
class LeftOut:
    """The contributions that are in no total for one reason; `keys` are sorted and never empty."""

    reason: Reason
    keys: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.keys)

    def sentence(self) -> str:
        """The reason with its count, as a clause: "2 state no amount"."""
        return _REASON_WORDS[self.reason] % {"count": self.count}


@dataclass(frozen=True)
class Totals:
    """Every row that was given to `totals`, each in one total or left out for one reason."""

    totals: tuple[Total, ...]
    left_out: tuple[LeftOut, ...]

    def sentence(self) -> str:
        """How many contributions are left out of the totals and why; "" when none is."""
        left = sum(group.count for group in self.left_out)
        if not left:
            return ""
        everything = left + sum(len(total.rows) for total in self.totals)
        if left == everything:
            message = ngettext(
                "The one contribution is left out: %(reasons)s.",
                "All %(all)d contributions are left out: %(reasons)s.",
                everything,
            )
        else:
            message = ngettext(
                "%(left)d of %(all)d contributions is left out: %(reasons)s.",
                "%(left)d of %(all)d contributions are left out: %(reasons)s.",
                left,
            )
        reasons = pgettext("between the reasons of a list", ", ").join(
            group.sentence() for group in self.left_out
        )
        return message % {"left": left, "all": everything, "reasons": reasons}


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
    by_key = {row.key: row for row in rows}
    found = []
    for key, pledge in sorted(by_key.items()):
        if pledge.stage != Stage.PLEDGED or pledge.amount is None or _reason_of_its_own(pledge):
            continue
        paid = sorted(
            (row for row in by_key.values() if row.whole == key and row.stage == Stage.PAID),
            key=lambda row: row.key,
        )
        amounts = [row.amount for row in paid if row.amount is not None and not _reason_of_its_own(row)]
        if not paid or len(amounts) < len(paid) or {row.currency for row in paid} != {pledge.currency}:
            continue
        found.append(
            Outstanding(
                pledge=key,
                currency=pledge.currency,
                amount=pledge.amount - sum(amounts, Decimal(0)),
                rows=(key, *(row.key for row in paid)),
                approximate=any(row.qualifier != Qualifier.EXACT for row in (pledge, *paid)),
            )
        )
    return tuple(found)
