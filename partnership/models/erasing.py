"""Erasures: that words were taken out of the register for good, when, by whom and why; never which."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import LineField, SecondsField, account, filled, whole_second
from .revision import Edition


class Erasure(models.Model):
    """One act of erasing personal data from entries and all that is kept of them.

    `generation` is the number of the register's state since which the words are gone: whatever was made of an earlier
    state, such as the files of the data page, is given out no more.
    """

    made_at = SecondsField(_("made at"), default=whole_second)
    made_by = account(_("made by"))
    made_by_name = LineField(_("name of who made it"), max_length=150, blank=True)
    note = LineField(_("public note"), max_length=300)
    generation = models.PositiveBigIntegerField(_("generation since which the words are gone"), default=0)
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("None if no reader ever saw the words."),
    )

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ("-pk",)
        default_permissions = ()
        permissions = [("erase_personal_data", _("Can erase personal data from entries and their history"))]
        constraints = [filled("note")]

    def __str__(self) -> str:
        return self.note
