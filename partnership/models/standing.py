"""Standings: what a party is at an organisation or body, and since when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .citation import Citation
from .fields import LineField, term
from .involvement import Involvement
from .step import Step, SteppedRecord
from .term import Vocabulary


class Standing(SteppedRecord):
    """What a party is at an organisation, body, group or region: partner, member, participant, mission, officer."""

    party = models.ForeignKey(
        "partnership.Party", verbose_name=_("party"), on_delete=models.PROTECT, related_name="standings"
    )
    at = models.ForeignKey(
        "partnership.Party",
        verbose_name=_("at"),
        on_delete=models.PROTECT,
        related_name="standings_at",
        help_text=_("The organisation, body, group or region. Belonging to a group is a standing at it."),
    )
    word = term(Vocabulary.STANDING, verbose_name=_("standing"))
    holder = LineField(
        _("holder"),
        max_length=200,
        blank=True,
        help_text=_("Of a post: the office or person, if the source says so."),
    )

    public_fields = (
        *SteppedRecord.name_fields,
        "party",
        "at",
        "word",
        "holder",
        *SteppedRecord.date_fields,
        *SteppedRecord.relation_fields,
        *SteppedRecord.text_fields,
        *SteppedRecord.state_fields,
    )
    searched_fields = (*SteppedRecord.searched_fields, "holder")
    list_references = ("party", "at", "word")

    class Meta(SteppedRecord.Meta):
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            *SteppedRecord.Meta.constraints,
            models.CheckConstraint(
                name="%(class)s_at_another",
                condition=~Q(party=models.F("at")),
                violation_error_message=_(
                    "A party has its standing at another one: choose the organisation or body."
                ),
            ),
        ]


class StandingInvolvement(Involvement):
    """Another party that has to do with a standing, such as a body that accredits."""

    record = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="involvements")

    class Meta(Involvement.Meta):
        pass


class StandingCitation(Citation):
    """A source of a standing."""

    record = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="citations")

    class Meta(Citation.Meta):
        pass


class StandingStep(Step):
    """A step in a standing: decided, opened, accredited, ended."""

    record = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="steps")

    class Meta(Step.Meta):
        pass
