"""Files that staff brought in through the admin: what a look at them told, and what became of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import LineField, SecondsField, account, one_of, whole_second
from .revision import Edition


class UploadState(models.TextChoices):
    """How far an upload has come."""

    CHECKED = "checked", _("Checked, not brought in")
    REFUSED = "refused", _("Has errors")
    APPLIED = "applied", _("Brought in")
    UNDONE = "undone", _("Undone")


class Upload(models.Model):
    """One file of a member of staff, from the look at it to its receipt.

    The bytes are kept in the database, where every machine of the site finds them, until the upload is brought in or
    found wrong. `entries` tells what the file does to each entry; `outcome` what undoing did.
    """

    made_at = SecondsField(_("made at"), default=whole_second)
    made_by = account(_("made by"))
    made_by_name = LineField(_("name of who made it"), max_length=150)
    file_name = LineField(_("name of the file"), max_length=200)
    holds = models.CharField(
        _("what it holds"), max_length=20, help_text=_("`bundle`, or the kind whose table it is.")
    )
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    content = models.BinaryField(_("content"), blank=True)
    at_once = models.BooleanField(_("published at once"), default=False)
    note = LineField(_("what it is about"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=UploadState.choices)
    generation = models.PositiveBigIntegerField(_("generation at which it was checked"), default=0)
    totals = models.JSONField(_("how many of each kind"), default=dict, blank=True)
    entries = models.JSONField(_("what it does to each entry"), default=list, blank=True)
    aliases = models.JSONField(_("what it does to old addresses"), default=list, blank=True)
    problems = models.JSONField(_("what is wrong with it"), default=list, blank=True)
    problem_count = models.PositiveIntegerField(_("how much is wrong with it"), default=0)
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    applied_at = SecondsField(_("brought in at"), null=True)
    undone_at = SecondsField(_("undone at"), null=True)
    undone_by_name = LineField(_("name of who undid it"), max_length=150, blank=True)
    outcome = models.JSONField(_("what undoing did"), default=list, blank=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ("-pk",)
        default_permissions = ()
        permissions = [("upload_entries", _("Can upload files of entries"))]
        constraints = [one_of("state", UploadState)]

    def __str__(self) -> str:
        return self.file_name
