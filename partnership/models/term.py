"""Terms: the words of the register's vocabularies, kept as rows so that staff can add one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .entry import Entry
from .fields import LineField, ProseField, filled, one_of


class Vocabulary(models.TextChoices):
    """The lists of words that editors keep; the stored value is also the name in fixtures."""

    EVENT_KIND = "event-kind", _("Kind of event")
    PROGRAMME_KIND = "programme-kind", _("Kind of programme")
    ROLE = "role", _("Role in which a party takes part")
    STEP = "step", _("Kind of step")
    STANDING = "standing", _("Standing of a party")
    LEVEL = "level", _("Level")
    PORTFOLIO = "portfolio", _("Portfolio")
    FORM = "form", _("Form of a contribution")
    FIGURE = "figure", _("Kind of figure")
    SECTION = "section", _("Section of a relation")
    SCOPE = "scope", _("Scope of a first")
    LINK = "link", _("Link between programmes")


class ActsAs(models.TextChoices):
    """The meanings that code relies on, whatever the word is called."""

    NONE = "none", _("No special meaning")
    BEGINS = "begins", _("Step: begins")
    ENDS = "ends", _("Step: ends")
    MEMBER = "member", _("Standing: member")
    PARTNER = "partner", _("Standing: partner")
    ACCEDING = "acceding", _("Standing: acceding")
    OBSERVER = "observer", _("Standing: observer")
    HOST = "host", _("Role: host or organiser")
    TAKES_PART = "takes-part", _("Role: takes part")
    SUBJECT = "subject", _("Role: subject, without taking part")
    LEAD = "lead", _("Role: lead")
    BENEFICIARY = "beneficiary", _("Role: beneficiary")
    DONOR = "donor", _("Role: donor")
    EXECUTES = "executes", _("Role: executing agent")
    SUPERSEDES = "supersedes", _("Link: supersedes")
    IN_KIND = "in-kind", _("Form: in kind")


# Which meanings a vocabulary may use; every vocabulary may also use NONE.
MEANINGS = {
    Vocabulary.STEP: (ActsAs.BEGINS, ActsAs.ENDS),
    Vocabulary.STANDING: (ActsAs.MEMBER, ActsAs.PARTNER, ActsAs.ACCEDING, ActsAs.OBSERVER),
    Vocabulary.ROLE: (
        ActsAs.HOST,
        ActsAs.TAKES_PART,
        ActsAs.SUBJECT,
        ActsAs.LEAD,
        ActsAs.BENEFICIARY,
        ActsAs.DONOR,
        ActsAs.EXECUTES,
    ),
    Vocabulary.LINK: (ActsAs.SUPERSEDES,),
    Vocabulary.FORM: (ActsAs.IN_KIND,),
}


def _meaning_fits_vocabulary() -> Q:
    condition = Q(acts_as=ActsAs.NONE)
    for vocabulary, meanings in MEANINGS.items():
        condition |= Q(vocabulary=vocabulary, acts_as__in=[meaning.value for meaning in meanings])
    return condition


class Term(Entry):
    """A word of one vocabulary, such as the role “host” or the level “Ministers”."""

    vocabulary = models.CharField(
        _("vocabulary"),
        max_length=20,
        choices=Vocabulary.choices,
        help_text=_("The list to which the word belongs. It stays there: enter a new word for another list."),
    )
    label = LineField(_("label"), max_length=120, help_text=_("As readers see it, in the singular."))
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Order among the words of its vocabulary.")
    )
    acts_as = models.CharField(
        _("acts as"),
        max_length=12,
        choices=ActsAs.choices,
        default=ActsAs.NONE,
        help_text=_(
            "What the site does with the word. A step that begins and one that ends give a programme its "
            "dates; a role that takes part counts as attendance. If in doubt: no special meaning."
        ),
    )
    note = ProseField(_("note"), blank=True, help_text=_("What the word means here, for readers."))

    public_fields = ("slug", "vocabulary", "label", "order", "acts_as", "note", *Entry.state_fields)

    class Meta(Entry.Meta):
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ("vocabulary", "order", "label")
        constraints = [
            *Entry.Meta.constraints,
            filled("label"),
            one_of("vocabulary", Vocabulary),
            one_of("acts_as", ActsAs),
            models.CheckConstraint(
                name="%(class)s_acts_as_fits",
                condition=_meaning_fits_vocabulary(),
                violation_error_message=_(
                    "This meaning belongs to another vocabulary: choose one that starts with this "
                    "vocabulary's name, or “No special meaning”."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label
