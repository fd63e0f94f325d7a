"""What happened to entries: revisions, the editions that made them public, and old addresses."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import LineField, ProseField, SecondsField, one_of, whole_second

REFERENCE_PATTERN = r"^[a-z]+:[a-z0-9][a-z0-9-]{0,79}\Z"
REFERENCE_MESSAGE = _("Write kind and address, for example event:nato-madrid-summit-2022.")


class Edition(models.Model):
    """One act of publication: a number, a time, a note, and the revisions it made public.

    Number 0 stands for what plain `loaddata` brought; its row is made when something first needs it.
    """

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    published_at = SecondsField(_("published at"), default=whole_second)
    note = LineField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)


class RevisionState(models.TextChoices):
    """Where a revision stands in review."""

    PENDING = "pending", _("Being edited")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class Nature(models.TextChoices):
    """Why an entry changed: told apart in public."""

    WORLD = "world", _("The world changed")
    CORRECTION = "correction", _("A correction: the register was wrong")
    WORDING = "wording", _("Wording only")


class Revision(models.Model):
    """One document of one entry at one time: who, when, why, and its state in review."""

    entry = models.CharField(_("entry"), max_length=100, help_text=_("kind:slug"))
    document = models.JSONField(_("document"))
    schema = models.PositiveSmallIntegerField(_("schema"))
    digest = models.CharField(_("digest"), max_length=64)
    base_digest = models.CharField(_("digest it started from"), max_length=64, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RevisionState.choices, default=RevisionState.PENDING
    )
    nature = models.CharField(_("nature"), max_length=10, choices=Nature.choices, default=Nature.WORLD)
    reason = ProseField(_("reason"), blank=True)
    made_at = SecondsField(_("made at"), default=whole_second)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    made_by_name = LineField(
        _("name of who made it"), max_length=150, blank=True, help_text=_("Kept when the account leaves.")
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, null=True, related_name="revisions"
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-made_at", "-pk")
        indexes = [models.Index(fields=["entry", "-made_at"], name="revision_of_entry")]
        constraints = [
            one_of("state", RevisionState),
            one_of("nature", Nature),
            models.CheckConstraint(
                name="%(class)s_entry_shape",
                condition=Q(entry__regex=REFERENCE_PATTERN),
                violation_error_message=REFERENCE_MESSAGE,
            ),
            models.CheckConstraint(
                name="%(class)s_published_in_edition",
                condition=~Q(state=RevisionState.PUBLISHED) | Q(edition__isnull=False),
                violation_error_message=_("A published revision belongs to an edition."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.made_at:%Y-%m-%d %H:%M}"


class AliasManager(models.Manager):
    """Finds an alias by its address, for fixtures."""

    def get_by_natural_key(self, address: str) -> Any:
        return self.get(address=address)


class Alias(models.Model):
    """An old address of an entry, which leads to its present one."""

    address = models.CharField(
        _("old address"), max_length=100, unique=True, help_text=_("kind:slug, for example party:swaziland.")
    )
    target = models.CharField(
        _("leads to"),
        max_length=100,
        help_text=_("kind:slug of the entry as it is now, for example party:eswatini."),
    )

    objects = AliasManager()

    public_fields = ("address", "target")
    private_fields: tuple[str, ...] = ()
    derived_fields = ("id",)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ("address",)
        constraints = [
            *(
                models.CheckConstraint(
                    name=f"%(class)s_{field}_shape",
                    condition=Q(**{f"{field}__regex": REFERENCE_PATTERN}),
                    violation_error_message=REFERENCE_MESSAGE,
                )
                for field in ("address", "target")
            ),
            models.CheckConstraint(
                name="%(class)s_leads_elsewhere",
                condition=~Q(address=models.F("target")),
                violation_error_message=_("An alias leads to another address than its own."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} → {self.target}"

    def natural_key(self) -> tuple[str]:
        return (self.address,)
