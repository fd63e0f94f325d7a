"""Funds and contributions: the kinds of record that tell of giving."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.models import (
    Contribution,
    ContributionCitation,
    ContributionInvolvement,
    Fund,
    FundCitation,
    FundFigure,
    FundInvolvement,
    FundStep,
)

from .filters import ByEntry
from .inlines import CitationRows, InvolvementRows, OwnedRows, StepRows
from .records import BY_ENTRY, STAFF, TEXT, WHEN, WHERE, WHOSE, RecordAdmin
from .site import site
from .work import RecordWork


class FundInvolvements(InvolvementRows):
    """Lead nations, beneficiaries and executing agents of a fund."""

    model = FundInvolvement


class FundCitations(CitationRows):
    """Sources of a fund."""

    model = FundCitation


class FundSteps(StepRows):
    """Steps in the life of a fund."""

    model = FundStep


class FundFigures(OwnedRows):
    """Budgets, estimates, targets, running totals and outputs: figures that are no contributions."""

    model = FundFigure
    autocomplete_fields = ("kind",)
    fields = (
        ("kind", "date", "date_stated"),
        ("amount", "amount_upper", "currency"),
        ("qualifier", "per"),
        ("amount_stated", "quantity"),
        ("position", "row_key"),
    )


@admin.register(Fund, site=site)
class FundAdmin(RecordAdmin):
    """Trust funds and assistance packages."""

    list_display = ("title", "status_word", "date_words", "parties", "sources", "changed")
    list_prefetch_related = (*RecordAdmin.list_prefetch_related, "steps__kind")
    list_filter = (
        "status",
        RecordWork,
        "plan_state",
        *BY_ENTRY,
    )
    autocomplete_fields = ("organisations", "areas", "series", "part_of")
    inlines = (FundSteps, FundInvolvements, FundFigures, FundCitations)
    fieldsets = (
        (_("What"), {"fields": ("title", "slug", "other_names", "purpose")}),
        WHEN,
        WHERE,
        WHOSE,
        TEXT,
        (_("Relations to other funds"), {"fields": (("series", "part_of"),)}),
        STAFF,
    )


class ContributionInvolvements(InvolvementRows):
    """Donors and beneficiaries of a contribution."""

    model = ContributionInvolvement


class ContributionCitations(CitationRows):
    """Sources of a contribution."""

    model = ContributionCitation


@admin.register(Contribution, site=site)
class ContributionAdmin(RecordAdmin):
    """What parties offered, pledged, paid or delivered."""

    list_display = (
        "title",
        "status_word",
        "date_words",
        "form",
        "stage",
        "amount_in_words",
        "parties",
        "sources",
        "changed",
    )
    list_select_related = ("form",)
    list_filter = (
        "status",
        RecordWork,
        "form",
        "stage",
        "channel",
        ("fund", ByEntry),
        ("operation", ByEntry),
        ("programme", ByEntry),
        *BY_ENTRY,
    )
    autocomplete_fields = (
        "fund",
        "operation",
        "programme",
        "form",
        "organisations",
        "areas",
        "series",
        "part_of",
    )
    inlines = (ContributionInvolvements, ContributionCitations)
    fieldsets = (
        (_("What"), {"fields": ("title", "slug", "other_names", ("form", "stage", "channel"))}),
        (
            _("How much"),
            {
                "fields": (
                    ("amount", "amount_upper", "currency"),
                    ("qualifier", "per", "amount_stated"),
                    ("quantity", "earmark"),
                )
            },
        ),
        (_("To what"), {"fields": (("fund", "operation", "programme"),)}),
        (
            _("When"),
            {
                "fields": (
                    ("date", "date_stated"),
                    ("period", "period_stated"),
                    ("plan_state", "ordinal", "recurrence"),
                )
            },
        ),
        WHERE,
        WHOSE,
        TEXT,
        (_("Relations to other contributions"), {"fields": (("series", "part_of"),)}),
        STAFF,
    )

    @admin.display(description=_("amount"), ordering="amount")
    def amount_in_words(self, contribution: Contribution) -> str:
        """The amount as the page prints it, else the quantity in words."""
        return contribution.amount_words or contribution.quantity or gettext("no amount stated")
