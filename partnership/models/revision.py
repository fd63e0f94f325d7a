"""What happened to entries: revisions, the editions that made them public, and old addresses."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import LineField, ProseField, SecondsField, account, one_of, whole_second

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

    @classmethod
    def newest_number(cls) -> int:
        """The number of the newest edition; 0 before there is one."""
        return cls.objects.order_by("-number").values_list("number", flat=True).first() or 0


class RevisionState(models.TextChoices):
    """Where a revision stands in review."""

    PENDING = "pending", _("Being edited")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Saved over")
    DISCARDED = "discarded", _("Discarded")
    DELETED = "deleted", _("Deleted draft")
    MERGED = "merged", _("Merged into another")


# What an entry is being made to say; there is at most one such revision of an entry.
OPEN_STATES = (
    RevisionState.PENDING,
    RevisionState.SUBMITTED,
    RevisionState.RETURNED,
    RevisionState.SCHEDULED,
)
# Handed to a second person: looked at, or approved for its hour.
IN_REVIEW = (RevisionState.SUBMITTED, RevisionState.SCHEDULED)


class Nature(models.TextChoices):
    """Why an entry changed: told apart in public."""

    WORLD = "world", _("The world changed")
    CORRECTION = "correction", _("A correction: the register was wrong")
    WORDING = "wording", _("Wording only")


class RevisionQuerySet(models.QuerySet):
    """Revisions, newest first."""

    def open(self) -> "RevisionQuerySet":
        """Those that are being worked on, reviewed or wait for their hour."""
        return self.filter(state__in=OPEN_STATES)


class Revision(models.Model):
    """One document of one entry at one time: who, when, why, and its state in review.

    Every save makes one, which continues its `previous`. Of an entry at most one is open; the others tell its history.
    """

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
    made_by = account(_("made by"))
    made_by_name = LineField(
        _("name of who made it"), max_length=150, blank=True, help_text=_("Kept when the account leaves.")
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    previous = models.ForeignKey(
        "self",
        verbose_name=_("continues"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("The revision that was open when this one was saved."),
    )
    publish_at = SecondsField(
        _("publish at"), null=True, blank=True, help_text=_("Not before this moment. Empty: on approval.")
    )
    reviewed_at = SecondsField(_("reviewed at"), null=True)
    reviewed_by = account(_("reviewed by"))
    reviewed_by_name = LineField(_("name of who reviewed it"), max_length=150, blank=True)
    review_note = ProseField(
        _("note of the review"),
        blank=True,
        help_text=_("Why it was sent back, or why it was published without a second person."),
    )
    approved = models.JSONField(
        _("what was approved"),
        default=dict,
        blank=True,
        help_text=_("The digests of all that becomes public with it, by entry."),
    )
    overridden = models.BooleanField(_("published without a second person"), default=False)
    sources_confirmed = models.BooleanField(_("sources confirmed"), default=False)

    objects = RevisionQuerySet.as_manager()

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
            models.UniqueConstraint(
                name="%(class)s_one_open",
                fields=["entry"],
                condition=Q(state__in=OPEN_STATES),
                violation_error_message=_("Another revision of the entry is open."),
            ),
            models.CheckConstraint(
                name="%(class)s_returned_with_reason",
                condition=~Q(state=RevisionState.RETURNED) | ~Q(review_note=""),
                violation_error_message=_("Say why it is sent back."),
            ),
            models.CheckConstraint(
                name="%(class)s_overridden_with_reason",
                condition=Q(overridden=False) | ~Q(review_note=""),
                violation_error_message=_("Say why it is published without a second person."),
            ),
            models.CheckConstraint(
                name="%(class)s_scheduled_for_a_time",
                condition=~Q(state=RevisionState.SCHEDULED) | Q(publish_at__isnull=False),
                violation_error_message=_("What is scheduled says for when."),
            ),
        ]
        permissions = [
            ("publish_entries", _("Can review, publish and withdraw entries")),
            ("publish_own", _("Can publish own work, with a reason")),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether it is what its entry is being made to say."""
        return self.state in OPEN_STATES

    @property
    def is_in_review(self) -> bool:
        """Whether a second person has it, or has approved it for its hour."""
        return self.state in IN_REVIEW


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
