"""Events, programmes, exercises, operations and standings, and what the admin of every kind of record shares.

Funds and contributions are in `giving`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership import dates
from partnership.models import (
    Event,
    EventCitation,
    EventInvolvement,
    Exercise,
    ExerciseCitation,
    ExerciseInvolvement,
    Operation,
    OperationCitation,
    OperationInvolvement,
    Programme,
    ProgrammeCitation,
    ProgrammeInvolvement,
    ProgrammeLink,
    ProgrammeStep,
    Record,
    Standing,
    StandingCitation,
    StandingInvolvement,
    StandingStep,
)

from .base import EntryAdmin
from .filters import ByEntry, ByPartyTakingPart, BySource
from .inlines import CitationRows, InvolvementRows, OwnedRows, StepRows
from .site import site
from .work import UNSOURCED, RecordWork

FieldGroup = tuple[Any, Any]

# Groups of fields that every kind has, in the order in which a paper source is read.
WHEN: FieldGroup = (_("When"), {"fields": (("date", "date_stated"), ("plan_state", "ordinal", "recurrence"))})
WHERE: FieldGroup = (_("Where"), {"fields": ("place",)})
WHOSE: FieldGroup = (
    _("Whose relations, and about what"),
    {
        "fields": ("organisations", "areas"),
        "description": _("Who takes part is entered in rows further down."),
    },
)
TEXT: FieldGroup = (_("Text"), {"fields": ("summary", "language", "wording_note")})
STAFF: FieldGroup = (_("For staff"), {"fields": ("staff_note",)})

# The entries by which every kind can be filtered.
BY_ENTRY = (
    ("involvements__party", ByPartyTakingPart),
    ("organisations", ByEntry),
    ("areas", ByEntry),
    ("citations__source", BySource),
)


class RecordAdmin(EntryAdmin):
    """What the admin of every kind of record shares: columns, search, and the relations every record has."""

    list_prefetch_related: ClassVar[Sequence[str]] = ("involvements__party", "citations")
    search_fields: ClassVar[Any] = (
        "title",
        "other_names",
        "slug",
        "involvements__party__name",
        "involvements__party__names__text",
    )
    search_help_text = _(
        "Titles, other names, addresses, and names of the parties taking part, former ones too."
    )
    prepopulated_fields = {"slug": ("title",)}
    named_lists = (*EntryAdmin.named_lists, (_("Without a source"), f"work={UNSOURCED}"))

    @admin.display(description=_("date"), ordering="earliest")
    def date_words(self, record: Record) -> str:
        """The date as the page prints it."""
        text = record.date_text
        return dates.parse(text).words() if text else gettext("no date given")

    @admin.display(description=_("parties"))
    def parties(self, record: Any) -> str:
        """The first parties taking part, and how many more there are."""
        names = list(dict.fromkeys(str(row.party) for row in record.involvements.all()))
        if len(names) <= 3:
            return ", ".join(names)
        return gettext("%(names)s and %(count)d more") % {
            "names": ", ".join(names[:3]),
            "count": len(names) - 3,
        }

    @admin.display(description=_("sources"))
    def sources(self, record: Any) -> int:
        """How many sources are cited."""
        return len({row.source_id for row in record.citations.all()})


class EventInvolvements(InvolvementRows):
    """Parties taking part in an event."""

    model = EventInvolvement


class EventCitations(CitationRows):
    """Sources of an event."""

    model = EventCitation


@admin.register(Event, site=site)
class EventAdmin(RecordAdmin):
    """Summits, meetings, visits, conferences."""

    list_display = ("title", "status_word", "date_words", "kind", "parties", "sources", "changed")
    list_select_related = ("kind",)
    list_filter = (
        "status",
        RecordWork,
        "kind",
        "level",
        "portfolio",
        "plan_state",
        *BY_ENTRY,
    )
    autocomplete_fields = ("kind", "level", "portfolio", "organisations", "areas", "series", "part_of")
    inlines = (EventInvolvements, EventCitations)
    fieldsets = (
        (_("What"), {"fields": ("title", "slug", "other_names", ("kind", "level", "portfolio"))}),
        WHEN,
        WHERE,
        WHOSE,
        TEXT,
        (_("Relations to other events"), {"fields": (("series", "part_of"),)}),
        STAFF,
    )


class ProgrammeInvolvements(InvolvementRows):
    """Parties taking part in a programme."""

    model = ProgrammeInvolvement


class ProgrammeCitations(CitationRows):
    """Sources of a programme."""

    model = ProgrammeCitation


class ProgrammeSteps(StepRows):
    """Steps in the life of a programme."""

    model = ProgrammeStep


class ProgrammeLinks(OwnedRows):
    """What a programme does to others."""

    model = ProgrammeLink
    fk_name = "record"
    autocomplete_fields = ("word", "programme")
    fields = (("word", "programme", "basis"), ("position", "row_key"))


@admin.register(Programme, site=site)
class ProgrammeAdmin(RecordAdmin):
    """Declarations, frameworks, plans, initiatives, packages, projects, strategy documents."""

    list_display = ("title", "status_word", "date_words", "kind", "parties", "sources", "changed")
    list_select_related = ("kind",)
    list_prefetch_related = (*RecordAdmin.list_prefetch_related, "steps__kind")
    list_filter = (
        "status",
        RecordWork,
        "kind",
        "plan_state",
        *BY_ENTRY,
    )
    autocomplete_fields = ("kind", "organisations", "areas", "series", "part_of")
    inlines = (ProgrammeSteps, ProgrammeInvolvements, ProgrammeCitations, ProgrammeLinks)
    fieldsets = (
        (_("What"), {"fields": ("title", "slug", "other_names", ("kind", "cycle"))}),
        WHEN,
        WHERE,
        WHOSE,
        TEXT,
        (_("Relations to other programmes"), {"fields": (("series", "part_of"),)}),
        STAFF,
    )


class ExerciseInvolvements(InvolvementRows):
    """Parties taking part in an exercise."""

    model = ExerciseInvolvement


class ExerciseCitations(CitationRows):
    """Sources of an exercise."""

    model = ExerciseCitation


@admin.register(Exercise, site=site)
class ExerciseAdmin(RecordAdmin):
    """Exercises and joint training."""

    list_display = ("title", "status_word", "date_words", "series", "parties", "sources", "changed")
    list_select_related = ("series",)
    list_filter = (
        "status",
        RecordWork,
        "plan_state",
        ("series", ByEntry),
        *BY_ENTRY,
    )
    autocomplete_fields = ("organisations", "areas", "series", "part_of")
    inlines = (ExerciseInvolvements, ExerciseCitations)
    fieldsets = (
        (_("What"), {"fields": ("title", "slug", "other_names")}),
        WHEN,
        WHERE,
        WHOSE,
        TEXT,
        (_("Relations to other exercises"), {"fields": (("series", "part_of"),)}),
        STAFF,
    )


class OperationInvolvements(InvolvementRows):
    """Parties taking part in an operation or supporting it."""

    model = OperationInvolvement


class OperationCitations(CitationRows):
    """Sources of an operation."""

    model = OperationCitation


@admin.register(Operation, site=site)
class OperationAdmin(RecordAdmin):
    """Operations, missions and relief efforts."""

    list_display = ("title", "status_word", "date_words", "theatre", "parties", "sources", "changed")
    list_filter = (
        "status",
        RecordWork,
        "plan_state",
        *BY_ENTRY,
    )
    autocomplete_fields = ("organisations", "areas", "series", "part_of", "follows")
    inlines = (OperationInvolvements, OperationCitations)
    fieldsets = (
        (_("What"), {"fields": ("title", "slug", "other_names")}),
        WHEN,
        (_("Where"), {"fields": (("theatre", "place"),)}),
        WHOSE,
        TEXT,
        (_("Relations to other operations"), {"fields": (("series", "part_of", "follows"),)}),
        STAFF,
    )


class StandingInvolvements(InvolvementRows):
    """Other parties that have to do with a standing."""

    model = StandingInvolvement


class StandingCitations(CitationRows):
    """Sources of a standing."""

    model = StandingCitation


class StandingSteps(StepRows):
    """Steps in a standing."""

    model = StandingStep


@admin.register(Standing, site=site)
class StandingAdmin(RecordAdmin):
    """What a party is at an organisation or body, and since when."""

    list_display = ("title", "status_word", "party", "word", "at", "date_words", "sources", "changed")
    list_select_related = ("party", "word", "at")
    list_prefetch_related = (*RecordAdmin.list_prefetch_related, "steps__kind")
    list_filter = (
        "status",
        RecordWork,
        "word",
        ("party", ByEntry),
        ("at", ByEntry),
        "plan_state",
        *BY_ENTRY,
    )
    search_fields = (
        "title",
        "other_names",
        "slug",
        "party__name",
        "party__names__text",
        "at__name",
        "at__names__text",
    )
    search_help_text = _("Titles, other names, addresses, and names of the two parties, former ones too.")
    autocomplete_fields = ("party", "at", "word", "organisations", "areas", "series", "part_of")
    inlines = (StandingSteps, StandingInvolvements, StandingCitations)
    fieldsets = (
        (_("What"), {"fields": ("title", "slug", "other_names", ("party", "word", "at"), "holder")}),
        WHEN,
        WHERE,
        WHOSE,
        TEXT,
        (_("Relations to other standings"), {"fields": (("series", "part_of"),)}),
        STAFF,
    )
