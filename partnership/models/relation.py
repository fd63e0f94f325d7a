"""Relations: the page that tells the relations of one organisation with one party."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.dates import EDTFField

from .citation import Citation
from .entry import Entry, EntryQuerySet, OwnedRow, Status
from .fields import LineField, ProseField, filled, language_shape, one_of, term
from .record import public_rows
from .term import Vocabulary


class RelationQuerySet(EntryQuerySet):
    """Relations with what their page needs."""

    def published(self):
        """Adds that both parties are public too: the address and the title of a relation name them."""
        return (
            super().published().filter(organisation__status=Status.PUBLISHED, party__status=Status.PUBLISHED)
        )

    def for_list(self):
        """Rows of the index of relations."""
        return self.select_related("organisation", "party")

    def for_detail(self):
        """One relation with its statements and their citations."""
        return self.for_list().prefetch_related(
            Prefetch(
                "statements",
                public_rows(Statement.objects.all(), "section").select_related("section", "area"),
            ),
            Prefetch("citations", public_rows(RelationCitation.objects.all(), "source")),
        )


class Relation(Entry):
    """The account of one organisation's relations with one party, made of sourced statements; one per pair."""

    organisation = models.ForeignKey(
        "partnership.Party",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="relations_kept",
    )
    party = models.ForeignKey(
        "partnership.Party", verbose_name=_("party"), on_delete=models.PROTECT, related_name="relations"
    )
    lede = ProseField(
        _("lede"),
        blank=True,
        help_text=_("One or two sentences that say what the relation is. Markdown, own words."),
    )
    language = models.CharField(_("language"), max_length=35, default="en")
    as_of = models.DateField(
        _("as of"),
        null=True,
        blank=True,
        help_text=_("The day for which the account holds: that of its main source."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    archived_reason = LineField(
        _("archived because"),
        max_length=300,
        blank=True,
        help_text=_("If the account is kept but no longer maintained."),
    )

    objects: ClassVar[Any] = RelationQuerySet.as_manager()

    public_fields = (
        "slug",
        "organisation",
        "party",
        "as_of",
        "reviewed_on",
        "archived_reason",
        "language",
        "lede",
        *Entry.state_fields,
    )
    owned_rows = ("statements", "citations", "coverage_checks")
    searched_fields = ("lede",)
    markdown_fields = ("lede",)

    class Meta(Entry.Meta):
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ("slug",)
        constraints = [
            *Entry.Meta.constraints,
            language_shape(),
            models.UniqueConstraint(
                name="%(class)s_one_a_pair",
                fields=["organisation", "party"],
                violation_error_message=_(
                    "There is already a relation of this organisation with this party: edit that."
                ),
            ),
            models.CheckConstraint(
                name="%(class)s_two_parties",
                condition=~Q(organisation=F("party")),
                violation_error_message=_("A relation is with another party: choose two different ones."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(organisation)s – relations with %(party)s") % {
            "organisation": self.organisation,
            "party": self.party,
        }

    def get_absolute_url(self) -> str:
        return reverse("relation", args=[self.organisation.slug, self.party.slug])


class Statement(OwnedRow):
    """One statement of a relation: a sentence or two under a section, with its own citations."""

    relation = models.ForeignKey(Relation, on_delete=models.CASCADE, related_name="statements")
    section = term(Vocabulary.SECTION, verbose_name=_("section"))
    area = models.ForeignKey(
        "partnership.Area",
        verbose_name=_("area"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
    )
    text = ProseField(
        _("text"),
        help_text=_(
            "Own words, Markdown; link the records it rests on: [the summit](event:nato-madrid-summit-2022)."
        ),
    )
    date = EDTFField(verbose_name=_("date"), help_text=_("If the statement itself is dated."))
    date_stated = LineField(_("date as stated"), max_length=200, blank=True)

    owner_field = "relation"
    public_fields = ("relation", "section", "area", "text", "date", "date_stated", "position")
    searched_fields = ("text",)
    markdown_fields = ("text",)

    class Meta(OwnedRow.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [*OwnedRow.Meta.constraints, filled("text")]

    def __str__(self) -> str:
        return self.text[:80]

    def key_word(self) -> str:
        return f"{self.section.slug}-{self.area.slug}" if self.area else self.section.slug


class RelationCitation(Citation):
    """A source of a relation; that of a statement names the statement's key in `supports`."""

    relation = models.ForeignKey(Relation, on_delete=models.CASCADE, related_name="citations")

    owner_field = "relation"
    public_fields = ("relation", *Citation.public_fields[1:])

    class Meta(Citation.Meta):
        pass


class CoverageKind(models.TextChoices):
    """The kinds of record that can be searched for; a test keeps them equal to RECORD_MODELS."""

    EVENT = "event", _("Event")
    PROGRAMME = "programme", _("Programme")
    EXERCISE = "exercise", _("Exercise")
    FUND = "fund", _("Fund")
    OPERATION = "operation", _("Operation")
    CONTRIBUTION = "contribution", _("Contribution")
    STANDING = "standing", _("Standing")


class CoverageCheck(OwnedRow):
    """A search that was made: for which kind and year, in which source, and whether anything was found."""

    relation = models.ForeignKey(Relation, on_delete=models.CASCADE, related_name="coverage_checks")
    kind = models.CharField(
        _("kind of record"), max_length=12, choices=CoverageKind.choices, help_text=_("What was looked for.")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.ForeignKey(
        "partnership.Source",
        verbose_name=_("source searched"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coverage_checks",
    )
    checked_on = models.DateField(_("checked on"))
    found = models.BooleanField(_("found something"), default=False)

    owner_field = "relation"
    public_fields = ("relation", "kind", "year", "source", "checked_on", "found", "position")

    class Meta(OwnedRow.Meta):
        verbose_name = _("coverage check")
        verbose_name_plural = _("coverage checks")
        constraints = [
            *OwnedRow.Meta.constraints,
            one_of("kind", CoverageKind),
            models.CheckConstraint(
                name="%(class)s_year_plausible",
                condition=Q(year__gte=1, year__lte=9999),
                violation_error_message=_("Write the year with four digits, for example 2024."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"

    def key_word(self) -> str:
        return f"{self.kind}-{self.year}"
