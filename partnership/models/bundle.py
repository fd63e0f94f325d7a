"""Bundles: changes of several entries that become public together, as one edition."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import LineField, ProseField, SecondsField, account, filled, one_of, whole_second
from .revision import REFERENCE_MESSAGE, REFERENCE_PATTERN, Edition


class BundleState(models.TextChoices):
    """How far a bundle has come."""

    OPEN = "open", _("Being put together")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")


class Bundle(models.Model):
    """A set of changes and new entries that is reviewed, previewed, embargoed and published as one.

    What it holds are entries, by reference; of each the open revision is what is meant. `note` becomes the public note of
    the edition. `approved` has the digests of all that becomes public, by entry, as they were looked at.
    """

    title = LineField(_("title"), max_length=120, help_text=_("For staff: “Summit day, Madrid”."))
    note = LineField(
        _("note of the edition"),
        max_length=300,
        blank=True,
        help_text=_("Public, one sentence: what this publication is about."),
    )
    publish_at = SecondsField(
        _("not public before"),
        null=True,
        blank=True,
        help_text=_("The embargo, in UTC. Empty: public as soon as it is approved."),
    )
    state = models.CharField(_("state"), max_length=10, choices=BundleState.choices, default=BundleState.OPEN)
    made_at = SecondsField(_("made at"), default=whole_second)
    made_by = account(_("made by"))
    made_by_name = LineField(_("name of who made it"), max_length=150, blank=True)
    reviewed_at = SecondsField(_("reviewed at"), null=True)
    reviewed_by = account(_("reviewed by"))
    reviewed_by_name = LineField(_("name of who reviewed it"), max_length=150, blank=True)
    review_note = ProseField(_("note of the review"), blank=True)
    approved = models.JSONField(_("what was approved"), default=dict, blank=True)
    edition = models.OneToOneField(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, null=True, related_name="bundle"
    )

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering = ("-pk",)
        constraints = [
            filled("title"),
            one_of("state", BundleState),
            models.CheckConstraint(
                name="%(class)s_published_in_edition",
                condition=~Q(state=BundleState.PUBLISHED) | Q(edition__isnull=False),
                violation_error_message=_("A published bundle belongs to an edition."),
            ),
            models.CheckConstraint(
                name="%(class)s_returned_with_reason",
                condition=~Q(state=BundleState.RETURNED) | ~Q(review_note=""),
                violation_error_message=_("Say why it is sent back."),
            ),
            models.CheckConstraint(
                name="%(class)s_scheduled_for_a_time",
                condition=~Q(state=BundleState.SCHEDULED) | Q(publish_at__isnull=False),
                violation_error_message=_("What is scheduled says for when."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BundleItem(models.Model):
    """One entry of a bundle. While the bundle waits, the entry is in no other; `is_done` once the bundle is public."""

    bundle = models.ForeignKey(
        Bundle, verbose_name=_("bundle"), on_delete=models.CASCADE, related_name="items"
    )
    entry = models.CharField(_("entry"), max_length=100, help_text=_("kind:slug"))
    is_done = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("entry of a bundle")
        verbose_name_plural = _("entries of a bundle")
        ordering = ("pk",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="%(class)s_entry_shape",
                condition=Q(entry__regex=REFERENCE_PATTERN),
                violation_error_message=REFERENCE_MESSAGE,
            ),
            models.UniqueConstraint(
                name="%(class)s_in_one_bundle",
                fields=["entry"],
                condition=Q(is_done=False),
                violation_error_message=_("The entry is in another bundle already."),
            ),
        ]

    def __str__(self) -> str:
        return self.entry
