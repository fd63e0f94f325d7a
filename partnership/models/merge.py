"""Merges: two entries that turned out to be the same, made one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import LineField, ProseField, SecondsField, account, whole_second
from .revision import Edition


class Merge(models.Model):
    """One act of making two entries one, with what undoing it needs.

    `before` has the documents of all entries that it changed, by reference, that of the entry that went among them; `after`
    the digests of what they said then, so that it is known whether anybody changed them since. `aliases` has the old
    addresses that it led elsewhere: address, former target or empty, new target. `desk` has the rows of staff's own that
    followed (see `partnership.editorial.following`).
    """

    kept = models.CharField(_("entry that stays"), max_length=100, help_text=_("kind:slug"))
    gone = models.CharField(_("entry that went into it"), max_length=100, help_text=_("kind:slug"))
    before = models.JSONField(_("what the entries said before"))
    after = models.JSONField(_("digests of what they said after"))
    aliases = models.JSONField(_("what it did to old addresses"), default=list, blank=True)
    desk = models.JSONField(_("what followed at the desk"), default=dict, blank=True)
    reason = ProseField(_("reason"), blank=True)
    made_at = SecondsField(_("made at"), default=whole_second)
    made_by = account(_("made by"))
    made_by_name = LineField(_("name of who made it"), max_length=150, blank=True)
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("None if both were drafts."),
    )
    undone_at = SecondsField(_("undone at"), null=True)
    undone_by_name = LineField(_("name of who undid it"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ("-pk",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"
