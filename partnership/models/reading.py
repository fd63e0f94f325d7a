"""What the desk makes of a source: its paragraphs, and whether its web address still answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import LineField, ProseField, SecondsField, filled, one_of, whole_second


class Paragraph(models.Model):
    """A numbered part of a source, for staff: what has been turned into records, and what nobody has looked at yet.

    It is no content: its text is another's, and no page, file or feed shows it. A citation is tied to it by its locator
    (see `partnership.editorial.paragraphs`). The source is named by its address, so that bringing back a deleted draft
    brings back its paragraphs.
    """

    source = models.CharField(_("source"), max_length=80, help_text=_("Its address here."))
    label = LineField(
        _("number"),
        max_length=40,
        help_text=_("As the source numbers it: “12”, “3 (b)”. It is what a citation names."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    text = ProseField(_("text"), blank=True, help_text=_("For staff only: nobody else sees it."))
    set_aside = LineField(
        _("set aside because"),
        max_length=200,
        blank=True,
        help_text=_("Why nothing of it is recorded. Empty: it is still to be looked at."),
    )

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ("source", "position", "pk")
        default_permissions = ()
        constraints = [
            filled("label"),
            models.UniqueConstraint(
                name="%(class)s_label_once",
                fields=["source", "label"],
                violation_error_message=_("The source has a paragraph of this number already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class LinkOutcome(models.TextChoices):
    """What became of asking for a web address."""

    ANSWERS = "answers", _("Answers")
    MOVED = "moved", _("Has moved")
    GONE = "gone", _("Is gone")
    FAILS = "fails", _("Does not answer")
    UNASKED = "unasked", _("May not be asked")


class LinkCheck(models.Model):
    """The last time that a web address of a source was asked for, and since when it has failed."""

    url = models.URLField(_("web address"), max_length=500, unique=True)
    checked_at = SecondsField(_("checked at"), default=whole_second)
    outcome = models.CharField(_("outcome"), max_length=10, choices=LinkOutcome.choices)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    told = LineField(
        _("what was told"), max_length=500, blank=True, help_text=_("Where it moved to, or the fault.")
    )
    failing_since = SecondsField(_("failing since"), null=True)

    class Meta:
        verbose_name = _("check of a link")
        verbose_name_plural = _("checks of links")
        ordering = ("url",)
        default_permissions = ("view",)
        constraints = [one_of("outcome", LinkOutcome)]

    def __str__(self) -> str:
        return self.url
