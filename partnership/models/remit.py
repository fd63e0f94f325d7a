"""What an account is limited to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Remit(models.Model):
    """The parties and regions whose entries an account may work on; an account without a remit may work on all."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="remit",
    )
    parties = models.ManyToManyField(
        "partnership.Party",
        verbose_name=_("parties and regions"),
        related_name="+",
        help_text=_(
            "The account may change entries about these parties, about those under them and about the members of these "
            "groups and regions; and areas, sources and words, which belong to all."
        ),
    )

    class Meta:
        verbose_name = _("remit")
        verbose_name_plural = _("remits")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.account)
