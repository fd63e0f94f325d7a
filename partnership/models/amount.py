"""The columns and constraints of an amount of money, shared by contributions and a fund's figures."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partnership import money

from .fields import LineField, one_of

SMALLEST = Decimal("0.01")


class AmountFields(models.Model):
    """An amount as a source states it: a number or a range in one currency, or no number at all.

    Not stated is stored as null and an empty currency, never as zero.
    """

    amount = models.DecimalField(
        _("amount"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(SMALLEST)],
        help_text=_("The number only: 5000000000. Empty: no amount stated. Never write zero for that."),
    )
    amount_upper = models.DecimalField(
        _("upper amount"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Only for a range, “between 1 and 2 million”: the larger number."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        validators=[money.validate_currency],
        help_text=_("ISO 4217, for example USD; with an amount only."),
    )
    qualifier = models.CharField(
        _("qualifier"),
        max_length=6,
        choices=money.Qualifier.choices,
        default=money.Qualifier.EXACT,
        help_text=_("As the source puts it: “some 2 million” is about, “more than” is over."),
    )
    per = models.CharField(
        _("per"),
        max_length=4,
        choices=money.Per.choices,
        default=money.Per.ONCE,
        help_text=_("A yearly rate is never summed; a sum that is spread over years is given once."),
    )
    amount_stated = LineField(
        _("amount as stated"),
        max_length=200,
        blank=True,
        help_text=_("In the source's words, conversions included."),
    )
    quantity = LineField(
        _("quantity in words"),
        max_length=200,
        blank=True,
        help_text=_("What cannot be summed: “hundreds of tents”."),
    )

    amount_fields = ("amount", "amount_upper", "currency", "qualifier", "per", "amount_stated", "quantity")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_amount_with_currency",
                condition=Q(amount__isnull=True, currency="") | (Q(amount__isnull=False) & ~Q(currency="")),
                violation_error_message=_("Give amount and currency together, or neither if none is stated."),
            ),
            models.CheckConstraint(
                name="%(class)s_amount_above_zero",
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                violation_error_message=_("The amount must be above zero; leave it empty if none is stated."),
            ),
            models.CheckConstraint(
                name="%(class)s_upper_not_below",
                condition=Q(amount_upper__isnull=True)
                | Q(amount__isnull=False, amount_upper__gte=F("amount")),
                violation_error_message=_("The upper amount needs a lower one that is not above it."),
            ),
            models.CheckConstraint(
                name="%(class)s_currency_shape",
                condition=Q(currency="") | Q(currency__regex=r"^[A-Z]{3}\Z"),
                violation_error_message=_("Write the currency as three capital letters, for example USD."),
            ),
            one_of("qualifier", money.Qualifier),
            one_of("per", money.Per),
        ]

    @property
    def amount_words(self) -> str:
        """The amount as the page prints it, empty if none is stated."""
        return money.words(self.amount, self.amount_upper, self.currency, self.qualifier, self.per)
