"""The rows that an entry owns, as inlines of its form."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.models import Entry, OwnedRow
from partnership.models.fields import ProseField

from .choosing import NamedEntries
from .starting import started_from


class OwnedRows(NamedEntries, admin.StackedInline):
    """Rows that go with their entry: whoever may write the entry may write them.

    They are stacked, not tabular: each control has its label and help text, and nothing runs off a narrow screen. The
    key is shown because a citation names it in `supports`.
    """

    extra = 0
    formfield_overrides = {ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    readonly_fields: ClassVar[Any] = ("row_key",)

    @admin.display(description=_("key"))
    def row_key(self, row: OwnedRow) -> str:
        """The key by which a citation names the row; the name `key` itself is that of the hidden field that sends it."""
        return row.key or gettext("given when the row is saved")

    def _may_write(self, request: HttpRequest, obj: Entry | None) -> bool:
        entry = self.parent_model._meta
        acts = ("change",) if obj is not None else ("add", "change")
        return any(request.user.has_perm(f"{entry.app_label}.{act}_{entry.model_name}") for act in acts)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_write(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        entry = self.parent_model._meta
        may_see = request.user.has_perm(f"{entry.app_label}.view_{entry.model_name}")
        return may_see or self._may_write(request, obj)


class InvolvementRows(OwnedRows):
    """Parties taking part; what the source rarely says is folded away."""

    autocomplete_fields = ("party", "role", "level", "portfolio", "scope")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("party", "role"),
                    ("level", "portfolio", "representative"),
                    ("position", "row_key"),
                )
            },
        ),
        (
            _("Name as stated, unit, first time, dates, result"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("name_stated", "unit"),
                    ("ordinal", "scope"),
                    ("date", "date_stated"),
                    "result",
                ),
            },
        ),
    )


class CitationRows(OwnedRows):
    """Sources; a record needs one before it can be public."""

    autocomplete_fields = ("source",)
    fields = (("source", "locator"), ("supports", "stance", "value_stated"), "note", ("position", "row_key"))

    class Media:
        js = ("partnership/locators.js",)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A row for the paragraph from which a new entry is started."""
        return 1 if obj is None and started_from(request) else super().get_extra(request, obj, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The field of a form; that of the locator knows where the paragraphs of a source are to be had."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "locator":
            offered = reverse("admin:partnership_source_paragraphs_offered", args=[0])
            field.widget.attrs["data-paragraphs"] = offered
        return field


class StepRows(OwnedRows):
    """Steps in the life of a record."""

    autocomplete_fields = ("kind", "event")
    fields = (("kind", "date", "date_stated"), ("place", "event"), ("position", "row_key"))
