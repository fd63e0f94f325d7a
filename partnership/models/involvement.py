"""Involvements: one party taking part in one record in one role."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnership.dates import EDTFField

from .entry import OwnedRow
from .fields import LineField, term
from .term import Vocabulary


class Involvement(OwnedRow):
    """One party taking part in one record in one role; what is said of that taking part is said here."""

    party = models.ForeignKey(
        "partnership.Party", verbose_name=_("party"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    role = term(
        Vocabulary.ROLE,
        verbose_name=_("role"),
        help_text=_(
            "The same party in two roles is two rows. Choose “Subject” for one talked about in its absence."
        ),
    )
    name_stated = LineField(
        _("name as stated"),
        max_length=200,
        blank=True,
        help_text=_("If the source names the party otherwise."),
    )
    level = term(
        Vocabulary.LEVEL,
        verbose_name=_("level"),
        null=True,
        blank=True,
        help_text=_("Of whoever came. Empty: not stated."),
    )
    portfolio = term(
        Vocabulary.PORTFOLIO,
        verbose_name=_("portfolio"),
        null=True,
        blank=True,
        help_text=_("Of whoever came."),
    )
    representative = LineField(
        _("office or person"),
        max_length=200,
        blank=True,
        help_text=_("“Prime Minister”. A name only if the source has it."),
    )
    unit = LineField(_("unit or team"), max_length=200, blank=True)
    ordinal = models.PositiveSmallIntegerField(
        _("number of the time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("1 for “the first time”, 2 for the second. Say in the next box of what it is the first."),
    )
    scope = term(
        Vocabulary.SCOPE,
        verbose_name=_("counted among"),
        null=True,
        blank=True,
        help_text=_("What is counted: NATO summits, operations of this kind …"),
    )
    date = EDTFField(verbose_name=_("from and to"), help_text=_("If it joined or left: 2014/.., 2014/2016."))
    date_stated = LineField(_("date as stated"), max_length=200, blank=True)
    result = LineField(
        _("result"), max_length=300, blank=True, help_text=_("In words: what came of it for this party.")
    )

    public_fields: tuple[str, ...] = (
        "record",
        "party",
        "role",
        "name_stated",
        "level",
        "portfolio",
        "representative",
        "unit",
        "ordinal",
        "scope",
        "date",
        "date_stated",
        "result",
        "position",
    )
    searched_fields = ("name_stated", "representative", "unit", "result")

    class Meta(OwnedRow.Meta):
        abstract = True
        verbose_name = _("party taking part")
        verbose_name_plural = _("parties taking part")
        constraints = [
            *OwnedRow.Meta.constraints,
            models.CheckConstraint(
                name="%(class)s_ordinal_from_one",
                condition=Q(ordinal__isnull=True) | Q(ordinal__gte=1),
                violation_error_message=_("Count from 1, the first time; leave it empty if not stated."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} – {self.role}"

    def key_word(self) -> str:
        return self.party.slug
