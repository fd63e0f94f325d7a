"""Funds: trust funds and assistance packages to which parties give."""

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from partnership.dates import EDTFField

from .amount import AmountFields
from .citation import Citation
from .entry import OwnedRow
from .fields import LineField, ProseField, term
from .involvement import Involvement
from .record import Record, public_rows
from .step import Step, SteppedRecord
from .term import Vocabulary


class Fund(SteppedRecord):
    """A fund or package into which contributions flow; leads and beneficiaries take part in it."""

    purpose = ProseField(
        _("purpose"), blank=True, help_text=_("Public, Markdown. What it pays for, in own words.")
    )

    public_fields = (
        *Record.name_fields,
        "purpose",
        *Record.date_fields,
        *Record.relation_fields,
        *Record.text_fields,
        *Record.state_fields,
    )
    owned_rows = (*SteppedRecord.owned_rows, "figures")
    searched_fields = (*SteppedRecord.searched_fields, "purpose")
    markdown_fields = (*SteppedRecord.markdown_fields, "purpose")

    class Meta(SteppedRecord.Meta):
        verbose_name = _("fund")
        verbose_name_plural = _("funds")

    @classmethod
    def detail_prefetches(cls) -> tuple[str | Prefetch, ...]:
        return (Prefetch("figures", public_rows(FundFigure.objects.all(), "kind")),)


class FundInvolvement(Involvement):
    """A party taking part in a fund: a lead nation, a beneficiary, an executing agent."""

    record = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="involvements")

    class Meta(Involvement.Meta):
        pass


class FundCitation(Citation):
    """A source of a fund."""

    record = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="citations")

    class Meta(Citation.Meta):
        pass


class FundStep(Step):
    """A step in the life of a fund: launched, extended, ended."""

    record = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="steps")

    class Meta(Step.Meta):
        pass


class FundFigure(AmountFields, OwnedRow):
    """A figure about a fund that is no contribution: a budget, estimate, target, running total or output."""

    record = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="figures")
    kind = term(Vocabulary.FIGURE, verbose_name=_("kind of figure"))
    date = EDTFField(verbose_name=_("as of, or over"), help_text=_("As EDTF: 2014-03 or 2010/2014."))
    date_stated = LineField(_("date as stated"), max_length=200, blank=True)

    public_fields = ("record", "kind", *AmountFields.amount_fields, "date", "date_stated", "position")

    class Meta(OwnedRow.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [*OwnedRow.Meta.constraints, *AmountFields.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount_words or self.quantity}"

    def key_word(self) -> str:
        return self.kind.slug
