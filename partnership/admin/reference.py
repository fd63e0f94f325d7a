"""What records refer to: terms, areas, parties, sources; relations; old addresses; and what was published."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, URLField
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partnership import dates
from partnership.editorial import rules
from partnership.editorial.revising import entries_of
from partnership.exchange.aliases import old_address_problem
from partnership.models import (
    Alias,
    Area,
    CoverageCheck,
    Edition,
    LinkCheck,
    Party,
    PartyName,
    Relation,
    RelationCitation,
    Revision,
    RevisionState,
    Source,
    Statement,
    Term,
)

from .addresses import address_of
from .base import EntryAdmin
from .choosing import ShortSearch, ValuesFilter
from .filters import ByEntry, BySource
from .guard import Guarded
from .inlines import CitationRows, OwnedRows
from .links import Linked, why
from .lists import Lists
from .paragraphs import Numbered
from .site import site
from .undoing import edition_told
from .work import DUE, MINE, RETURNED, THIS_WEEK, UNREAD, RelationWork, RevisionWork, SourceWork


@admin.register(Term, site=site)
class TermAdmin(EntryAdmin):
    """The words of the vocabularies."""

    list_display = ("label", "status_word", "vocabulary", "acts_as", "order", "slug")
    list_filter = ("status", "vocabulary", "acts_as")
    search_fields = ("label", "slug")
    prepopulated_fields = {"slug": ("label",)}
    fieldsets = (
        (_("The word"), {"fields": ("vocabulary", "label", "slug", "acts_as", "order", "note")}),
        (_("For staff"), {"fields": ("staff_note",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A word stays in its vocabulary: whatever uses it chose it as a word of that one."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else ["vocabulary", *fixed]


@admin.register(Area, site=site)
class AreaAdmin(EntryAdmin):
    """Areas of cooperation."""

    list_display = ("name", "status_word", "synonyms", "changed")
    search_fields = ("name", "synonyms", "slug")
    search_help_text = _("Names, synonyms and addresses.")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (_("The area"), {"fields": ("name", "slug", "synonyms", "scope_note")}),
        (_("For staff"), {"fields": ("staff_note",)}),
    )


class PartyNames(OwnedRows):
    """Names that the party bears or bore."""

    model = PartyName
    autocomplete_fields = ("source",)
    fields = (("text", "form", "language"), ("valid", "source"), ("position", "row_key"))


@admin.register(Party, site=site)
class PartyAdmin(EntryAdmin):
    """Countries, organisations, bodies, services, groups, regions."""

    list_display = ("name", "status_word", "kind", "country_code", "parent", "other_names", "changed")
    list_filter = ("status", "kind", ("parent", ByEntry))
    list_select_related = ("parent",)
    list_prefetch_related = ("names",)
    search_fields = ("name", "names__text", "slug")
    search_help_text = _("Names of today and of other times, abbreviations and addresses.")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent", "follows")
    inlines = (PartyNames,)
    fieldsets = (
        (_("Who"), {"fields": ("name", "slug", ("kind", "country_code"))}),
        (_("When"), {"fields": ("existed",)}),
        (_("Relations to other parties"), {"fields": (("parent", "follows"),)}),
        (_("Text"), {"fields": ("note",)}),
        (_("For staff"), {"fields": ("staff_note",)}),
    )

    @admin.display(description=_("other names"))
    def other_names(self, party: Any) -> str:
        """All names but today's."""
        return ", ".join(row.text for row in party.names.all() if row.text != party.name)


@admin.register(Source, site=site)
class SourceAdmin(Numbered, Linked, EntryAdmin):
    """The documents that facts come from."""

    list_display = ("title", "status_word", "publisher", "date_words", "read_on", "link_words", "changed")
    list_filter = ("status", SourceWork, ("publisher", ValuesFilter), ("language", ValuesFilter))
    search_fields = ("title", "publisher", "url", "slug")
    search_help_text = _("Titles, publishers, web addresses and addresses here.")
    named_lists = (
        *EntryAdmin.named_lists,
        (_("Paragraphs still to do"), f"{SourceWork.parameter_name}={UNREAD}"),
    )
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("edition_of",)
    formfield_overrides = {**EntryAdmin.formfield_overrides, URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (_("The document"), {"fields": ("title", "slug", "publisher", "language")}),
        (_("When"), {"fields": (("date", "date_stated"), "read_on")}),
        (_("Where"), {"fields": ("url", "archived_url")}),
        (_("Relations to other sources"), {"fields": ("edition_of",)}),
        (_("For staff"), {"fields": ("staff_note",)}),
    )

    @admin.display(description=_("date"), ordering="date")
    def date_words(self, source: Source) -> str:
        """The date as the page prints it, empty if none is given."""
        return dates.parse(source.date).words() if source.date else ""


class RelationStatements(OwnedRows):
    """The statements of a relation."""

    model = Statement
    autocomplete_fields = ("section", "area")
    fields = (("section", "area"), "text", ("date", "date_stated"), ("position", "row_key"))


class RelationCitations(CitationRows):
    """Sources of a relation; that of a statement names the statement's key."""

    model = RelationCitation


class RelationCoverageChecks(OwnedRows):
    """What was looked for, where, and whether it was found."""

    model = CoverageCheck
    autocomplete_fields = ("source",)
    fields = (("kind", "year", "found"), ("source", "checked_on"), ("position", "row_key"))


@admin.register(Relation, site=site)
class RelationAdmin(EntryAdmin):
    """The accounts of an organisation's relations with a party."""

    list_display = ("__str__", "status_word", "organisation", "party", "as_of", "reviewed_on", "changed")
    list_select_related = ("organisation", "party")
    list_filter = (
        "status",
        RelationWork,
        ("organisation", ByEntry),
        ("party", ByEntry),
        "reviewed_on",
        ("citations__source", BySource),
    )
    search_fields = (
        "slug",
        "party__name",
        "party__names__text",
        "organisation__name",
        "organisation__names__text",
    )
    search_help_text = _("Names of the two parties, former ones too, and addresses.")
    named_lists = (
        *EntryAdmin.named_lists,
        (_("Not reviewed for long"), f"{RelationWork.parameter_name}={DUE}"),
    )
    autocomplete_fields = ("organisation", "party")
    inlines = (RelationStatements, RelationCitations, RelationCoverageChecks)
    fieldsets = (
        (_("Who"), {"fields": (("organisation", "party"), "slug")}),
        (_("Text"), {"fields": ("lede", "language")}),
        (_("When"), {"fields": (("as_of", "reviewed_on"), "archived_reason")}),
        (_("For staff"), {"fields": ("staff_note",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The two parties stay: the address of the relation's page is made of them."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else ["organisation", "party", *fixed]


class AliasForm(forms.ModelForm):
    """The form of an alias: from an address where no entry is to an entry that readers can see."""

    def clean_address(self) -> str:
        """The old address. Raises ValidationError if an entry has it, or if there is no such kind of entry."""
        address: str = self.cleaned_data["address"]
        if message := old_address_problem(
            address, lambda model, slug: model.objects.filter(slug=slug).exists()
        ):
            raise ValidationError(message)
        return address

    def clean_target(self) -> str:
        """Where it leads. Raises ValidationError if that is nothing public."""
        target: str = self.cleaned_data["target"]
        if problems := rules.alias_problems(Alias(target=target)):
            raise ValidationError([capfirst(problem.message) for problem in problems])
        return target


@admin.register(Alias, site=site)
class AliasAdmin(Guarded, ShortSearch):
    """Old addresses and where they lead."""

    form = AliasForm
    list_display = ("address", "target")
    search_fields = ("address", "target")


class WrittenByTheWorkflow(ShortSearch):
    """What publication writes, for reading only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Edition, site=site)
class EditionAdmin(WrittenByTheWorkflow):
    """Acts of publication."""

    list_display = ("number", "published_at", "note")
    search_fields = ("note",)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The edition, with the way to undo it while that can be."""
        if (edition := kwargs.get("obj")) is not None:
            context |= edition_told(edition, cast(User, request.user))
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(LinkCheck, site=site)
class LinkCheckAdmin(WrittenByTheWorkflow):
    """When the web addresses of sources were asked for, and what became of it."""

    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    list_display = ("url", "outcome", "why", "failing_since", "checked_at")
    list_filter = ("outcome",)
    search_fields = ("url",)

    @admin.display(description=_("what was told"))
    def why(self, check: LinkCheck) -> str:
        """Status, and where it moved or what went wrong."""
        return why(check)


@admin.register(Revision, site=site)
class RevisionAdmin(Lists, WrittenByTheWorkflow):
    """What entries said at which time."""

    list_display = ("entry_link", "state", "edition_link", "made_at", "made_by_name", "reason")
    list_filter = (RevisionWork, "state", "nature")
    named_lists = (
        (_("Submitted"), f"state__exact={RevisionState.SUBMITTED}"),
        (_("My drafts and changes"), f"{RevisionWork.parameter_name}={MINE}"),
        (_("Sent back to me"), f"{RevisionWork.parameter_name}={RETURNED}"),
        (_("Public this week"), f"{RevisionWork.parameter_name}={THIS_WEEK}"),
    )
    list_display_links = None
    list_select_related = ("edition",)
    search_fields = ("entry", "reason", "made_by_name")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list, its entries read in one query a kind."""
        shown = super().get_changelist_instance(request)
        entries = entries_of(shown.result_list)
        for revision in shown.result_list:
            revision.of_entry = entries.get(revision.entry)
        return shown

    @admin.display(description=_("edition"), ordering="edition", empty_value="-")
    def edition_link(self, revision: Revision) -> SafeString | None:
        """The edition that made it public, leading to its page."""
        if revision.edition is None:
            return None
        return format_html('<a href="{}">{}</a>', address_of("change", revision.edition), revision.edition)

    @admin.display(description=_("entry"), ordering="entry")
    def entry_link(self, revision: Any) -> SafeString | str:
        """The entry, leading to its form; its name alone where it was deleted."""
        entry = revision.of_entry
        if entry is None:
            return revision.entry
        return format_html('<a href="{}">{}</a> ({})', address_of("change", entry), entry, revision.entry)
