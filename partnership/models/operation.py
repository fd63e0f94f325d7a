"""Operations and missions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .citation import Citation
from .fields import LineField, not_itself
from .involvement import Involvement
from .record import Record


class Operation(Record):
    """An operation, mission or relief effort that parties support; what they give to it are contributions."""

    theatre = LineField(_("theatre"), max_length=200, blank=True, help_text=_("As stated: “Afghanistan”."))
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text=_("The operation that this one took over from."),
    )

    public_fields = (
        *Record.name_fields,
        "theatre",
        *Record.date_fields,
        *Record.relation_fields,
        "follows",
        *Record.text_fields,
        *Record.state_fields,
    )

    searched_fields = (*Record.searched_fields, "theatre")

    class Meta(Record.Meta):
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        constraints = [*Record.Meta.constraints, not_itself("follows")]


class OperationInvolvement(Involvement):
    """A party taking part in an operation or supporting it."""

    record = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="involvements")

    class Meta(Involvement.Meta):
        pass


class OperationCitation(Citation):
    """A source of an operation."""

    record = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="citations")

    class Meta(Citation.Meta):
        pass
