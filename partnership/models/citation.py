"""Citations: the link from an entry to a source."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .entry import OwnedRow
from .fields import LineField, ProseField, one_of


class Stance(models.TextChoices):
    """What a source does to what it is cited for."""

    SUPPORTS = "supports", _("Supports")
    CONTRADICTS = "contradicts", _("Contradicts")
    NO_LONGER = "no-longer-states", _("No longer states")
    UNCONFIRMED = "unconfirmed", _("Does not confirm")


class Citation(OwnedRow):
    """The link from an entry to a source: what it supports and where in the source that stands."""

    source = models.ForeignKey(
        "partnership.Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    supports = models.CharField(
        _("supports"),
        max_length=161,
        blank=True,
        help_text=_("Empty: the whole entry. Else a field, such as date, or the key of a row below."),
    )
    stance = models.CharField(
        _("stance"),
        max_length=17,
        choices=Stance.choices,
        default=Stance.SUPPORTS,
        help_text=_(
            "Contradicts: it says otherwise. No longer states: a later edition left it out without denying it."
        ),
    )
    locator = LineField(
        _("where in it"),
        max_length=200,
        blank=True,
        help_text=_("Section, page or paragraph: “Political dialogue”."),
    )
    value_stated = LineField(
        _("value as stated"),
        max_length=300,
        blank=True,
        help_text=_("What this source gives, if sources differ."),
    )
    note = ProseField(_("note"), blank=True, help_text=_("Public."))

    public_fields = ("record", "source", "supports", "stance", "locator", "value_stated", "note", "position")

    class Meta(OwnedRow.Meta):
        abstract = True
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [*OwnedRow.Meta.constraints, one_of("stance", Stance)]

    def __str__(self) -> str:
        return str(self.source)

    def key_word(self) -> str:
        return f"{self.source.slug}-{self.supports.rpartition('.')[2]}" if self.supports else self.source.slug
