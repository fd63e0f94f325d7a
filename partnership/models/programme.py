"""Programmes: declarations, frameworks, plans, initiatives, packages, projects, strategy documents, schemes."""

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from .citation import Citation
from .entry import OwnedRow
from .fields import LineField, one_of, term
from .involvement import Involvement
from .record import Record, public_rows
from .step import Step, SteppedRecord
from .term import ActsAs, Vocabulary


class Programme(SteppedRecord):
    """A framework in which parties work together: a declaration, programme, initiative, package or project."""

    kind = term(Vocabulary.PROGRAMME_KIND, verbose_name=_("kind"))
    cycle = LineField(
        _("cycle"),
        max_length=120,
        blank=True,
        help_text=_("If it runs in cycles, as stated: “2023–2026”, “biennial”."),
    )

    public_fields = (
        *Record.name_fields,
        "kind",
        "cycle",
        *Record.date_fields,
        *Record.relation_fields,
        *Record.text_fields,
        *Record.state_fields,
    )
    owned_rows = (*SteppedRecord.owned_rows, "links")
    list_references = ("kind",)

    class Meta(SteppedRecord.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    # Of a row of a list: the public links by which it takes the place of others.
    superseding: list["ProgrammeLink"]

    @classmethod
    def list_prefetches(cls) -> tuple[str | Prefetch, ...]:
        superseding = ProgrammeLink.objects.filter(word__acts_as=ActsAs.SUPERSEDES)
        return (
            *super().list_prefetches(),
            Prefetch("links", public_rows(superseding, "programme", "word"), to_attr="superseding"),
        )

    @classmethod
    def detail_prefetches(cls) -> tuple[str | Prefetch, ...]:
        return (
            Prefetch("links", public_rows(ProgrammeLink.objects.all(), "programme", "word")),
            Prefetch("linked_from", public_rows(ProgrammeLink.objects.all(), "record", "word")),
        )


class ProgrammeInvolvement(Involvement):
    """A party taking part in a programme."""

    record = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="involvements")

    class Meta(Involvement.Meta):
        pass


class ProgrammeCitation(Citation):
    """A source of a programme."""

    record = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="citations")

    class Meta(Citation.Meta):
        pass


class ProgrammeStep(Step):
    """A step in the life of a programme: agreed, signed, in force, ended."""

    record = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="steps")

    class Meta(Step.Meta):
        pass


class LinkBasis(models.TextChoices):
    """Whether a source says so or the desk concluded it."""

    STATED = "stated", _("Stated by the source")
    INFERRED = "inferred", _("Inferred")


class ProgrammeLink(OwnedRow):
    """What a programme does to another one: supersedes, renews, complements, amends, builds on it."""

    record = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="links")
    word = term(Vocabulary.LINK, verbose_name=_("what it does"))
    programme = models.ForeignKey(
        Programme, verbose_name=_("to the programme"), on_delete=models.PROTECT, related_name="linked_from"
    )
    basis = models.CharField(
        _("basis"),
        max_length=8,
        choices=LinkBasis.choices,
        default=LinkBasis.STATED,
        help_text=_(
            "Stated only if a source says so in words; what follows from dates or names is inferred."
        ),
    )

    public_fields = ("record", "word", "programme", "basis", "position")

    class Meta(OwnedRow.Meta):
        verbose_name = _("link to a programme")
        verbose_name_plural = _("links to programmes")
        constraints = [
            *OwnedRow.Meta.constraints,
            one_of("basis", LinkBasis),
            models.CheckConstraint(
                name="%(class)s_not_to_itself",
                condition=~Q(programme=models.F("record")),
                violation_error_message=_(
                    "A programme cannot be linked to itself: choose another programme."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.programme}"

    def key_word(self) -> str:
        return self.programme.slug
