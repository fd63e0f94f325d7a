"""What records refer to: terms, areas, parties, sources; relations; old addresses; and what was published."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, URLField
from django.http import HttpRequest
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
    Party,
    PartyName,
    Relation,
    RelationCitation,
    Remit,
    Revision,
    Source,
    Statement,
    Term,
)

from .addresses import address_of
from .base import EntryAdmin
from .choosing import ShortSearch, ValuesFilter
from .guard import Guarded
from .inlines import CitationRows, OwnedRows
from .site import site
from .work import RelationWork, RevisionWork


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
    list_filter = ("status", "kind")
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
class SourceAdmin(EntryAdmin):
    """The documents that facts come from."""

    list_display = ("title", "status_word", "publisher", "date_words", "read_on", "changed")
    list_filter = ("status", ("publisher", ValuesFilter), ("language", ValuesFilter))
    search_fields = ("title", "publisher", "url", "slug")
    search_help_text = _("Titles, publishers, web addresses and addresses here.")
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
        ("organisation", admin.RelatedOnlyFieldListFilter),
        "reviewed_on",
    )
    search_fields = (
        "slug",
        "party__name",
        "party__names__text",
        "organisation__name",
        "organisation__names__text",
    )
    search_help_text = _("Names of the two parties, former ones too, and addresses.")
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


@admin.register(Remit, site=site)
class RemitAdmin(Guarded, ShortSearch):
    """What accounts are limited to."""

    list_display = ("account", "limited_to")
    search_fields = ("account__username", "parties__name")
    autocomplete_fields = ("account", "parties")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Remits with their accounts and parties."""
        return super().get_queryset(request).select_related("account").prefetch_related("parties")

    @admin.display(description=_("parties and regions"))
    def limited_to(self, remit: Remit) -> str:
        """The parties, by name."""
        return ", ".join(sorted(str(party) for party in remit.parties.all()))


class _WrittenByTheWorkflow(ShortSearch):
    """What publication writes, for reading only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Edition, site=site)
class EditionAdmin(_WrittenByTheWorkflow):
    """Acts of publication."""

    list_display = ("number", "published_at", "note")
    search_fields = ("note",)


@admin.register(Revision, site=site)
class RevisionAdmin(_WrittenByTheWorkflow):
    """What entries said at which time."""

    list_display = ("entry_link", "state", "edition", "made_at", "made_by_name", "reason")
    list_filter = (RevisionWork, "state", "nature")
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

    @admin.display(description=_("entry"), ordering="entry")
    def entry_link(self, revision: Any) -> SafeString | str:
        """The entry, leading to its form; its name alone where it was deleted."""
        entry = revision.of_entry
        if entry is None:
            return revision.entry
        return format_html('<a href="{}">{}</a> ({})', address_of("change", entry), entry, revision.entry)
