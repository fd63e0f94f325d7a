"""Contributions: what parties offered, pledged, paid or delivered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnership import money
from partnership.dates import EDTFField

from .amount import AmountFields
from .citation import Citation
from .fields import LineField, one_of, term
from .involvement import Involvement
from .record import Record
from .term import Vocabulary

TARGETS = ("fund", "operation", "programme")


def _at_most_one_target() -> Q:
    """At most one of the three targets is set."""
    condition = Q()
    for index, first in enumerate(TARGETS):
        for second in TARGETS[index + 1 :]:
            condition &= Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__isnull": True})
    return condition


class Contribution(AmountFields, Record):
    """Something given: money, goods, transport, people, training. Donors and beneficiaries take part in it.

    Several donors without a split are one contribution; a list of donors without amounts is one each.
    """

    fund = models.ForeignKey(
        "partnership.Fund",
        verbose_name=_("to the fund"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
    )
    operation = models.ForeignKey(
        "partnership.Operation",
        verbose_name=_("to the operation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
    )
    programme = models.ForeignKey(
        "partnership.Programme",
        verbose_name=_("to the programme"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
    )
    channel = models.CharField(
        _("channel"),
        max_length=10,
        choices=money.Channel.choices,
        default=money.Channel.NOT_STATED,
        help_text=_("Trust fund only if the source calls it one; bilateral and other ways are “other”."),
    )
    form = term(
        Vocabulary.FORM,
        verbose_name=_("form"),
        null=True,
        blank=True,
        help_text=_(
            "Money, goods, transport … Empty: not stated; “contributed” alone says nothing of the form."
        ),
    )
    stage = models.CharField(
        _("stage"),
        max_length=10,
        choices=money.Stage.choices,
        default=money.Stage.NOT_STATED,
        help_text=_(
            "How far it got by this source. A later stage is a contribution of its own, part of the earlier."
        ),
    )
    period = EDTFField(
        verbose_name=_("period covered"),
        help_text=_("If it is given over a time: 2009/2013. Not the day of the pledge."),
    )
    period_stated = LineField(_("period as stated"), max_length=200, blank=True)
    earmark = LineField(
        _("earmark"), max_length=200, blank=True, help_text=_("What it may be spent on, as stated.")
    )

    public_fields = (
        *Record.name_fields,
        *TARGETS,
        "channel",
        "form",
        "stage",
        *AmountFields.amount_fields,
        "earmark",
        *Record.date_fields,
        "period",
        "period_stated",
        *Record.relation_fields,
        *Record.text_fields,
        *Record.state_fields,
    )
    searched_fields = (*Record.searched_fields, "amount_stated", "quantity", "earmark")
    list_references = ("form", *TARGETS)

    class Meta(Record.Meta):
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            *Record.Meta.constraints,
            *AmountFields.Meta.constraints,
            one_of("channel", money.Channel),
            one_of("stage", money.Stage),
            models.CheckConstraint(
                name="%(class)s_one_target",
                condition=_at_most_one_target(),
                violation_error_message=_("Choose a fund, an operation or a programme, not two of them."),
            ),
        ]

    @property
    def target(self):
        """The fund, operation or programme it goes to, or None."""
        return self.fund or self.operation or self.programme


class ContributionInvolvement(Involvement):
    """A donor or a beneficiary of a contribution."""

    record = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="involvements")

    class Meta(Involvement.Meta):
        pass


class ContributionCitation(Citation):
    """A source of a contribution."""

    record = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="citations")

    class Meta(Citation.Meta):
        pass
