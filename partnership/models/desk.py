"""What the desk keeps for each account: saved lists, open forms, and how it wants to be told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import LineField, SecondsField, filled, whole_second


def _account() -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+"
    )


class SavedList(models.Model):
    """A list of the admin as somebody narrowed it, kept under a name."""

    account = _account()
    model = models.CharField(_("list of"), max_length=100, help_text=_("partnership.event"))
    name = LineField(_("name"), max_length=80)
    query = models.CharField(
        _("query"), max_length=2000, help_text=_("The parameters of the list, in order.")
    )

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        ordering = ("name", "pk")
        default_permissions = ()
        constraints = [
            filled("name"),
            models.UniqueConstraint(
                name="%(class)s_name_once",
                fields=["account", "model", "name"],
                violation_error_message=_("You have a list of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpenForm(models.Model):
    """That somebody has the form of an entry open, and when it was last seen open. It locks nothing.

    The entry is named by its number: whoever notes that a form is still open need not look it up.
    """

    account = _account()
    kind = models.CharField(_("kind"), max_length=15, help_text=_("As in `event:slug`."))
    number = models.PositiveBigIntegerField(_("number of the entry"))
    seen_at = SecondsField(_("last seen"), default=whole_second)

    class Meta:
        verbose_name = _("open form")
        verbose_name_plural = _("open forms")
        ordering = ("kind", "number", "pk")
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="%(class)s_once", fields=["kind", "number", "account"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class NoticeChoice(models.Model):
    """How an account wants to be told of what waits for it.

    The token of its feed is kept as a digest only: it is shown once, when it is made.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+"
    )
    by_email = models.BooleanField(_("by e-mail, once a day"), default=True)
    feed_digest = models.CharField(_("digest of the token of its feed"), max_length=64, blank=True)
    sent_at = SecondsField(_("last sent at"), null=True)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.account)
