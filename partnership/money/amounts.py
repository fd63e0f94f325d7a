"""Amounts: how a source states one, and the words it is shown in. Shown as it was stated, never converted."""

from decimal import Decimal

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

from .currencies import CURRENCIES


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
    8: ngettext_lazy("%(number)s hundred million", "%(number)s hundred million", "count"),
    6: ngettext_lazy("%(number)s million", "%(number)s million", "count"),
    4: ngettext_lazy("%(number)s ten thousand", "%(number)s ten thousand", "count"),
}
_LEAST_SCALED = Decimal(10) ** 6
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
    """The power of ten the amount is said in, one of those the language has words for; 0 where it is written out."""
    if amount < _LEAST_SCALED:
        return 0
    # Translators: the powers of ten in which large amounts are said, the largest first, out of 12 9 8 6 4. Japanese, for
    # one, says them in trillions, hundred millions and ten thousands: 12 8 4.
    powers = pgettext("powers of ten that have words", "12 9 6").split()
    scale = next(int(power) for power in powers if amount >= Decimal(10) ** int(power))
    return scale if len(amount.normalize().as_tuple().digits) <= _LONGEST_SCALED else 0


def _scaled(number: str, amount: Decimal, scale: int) -> str:
    return _SCALES[scale] % {"number": number, "count": int(amount.scaleb(-scale))} if scale else number


def _digits(number: Decimal, currency: str, scale: int) -> str:
    """The number grouped for the active language, padded to the minor unit only where it has a fraction."""
    fraction = max(0, -int(number.normalize().as_tuple().exponent))
    if fraction and not scale:
        fraction = max(fraction, CURRENCIES.get(currency, 0))
    return number_format(number, decimal_pos=fraction, use_l10n=True, force_grouping=True)
