"""What the admin of every entry shares; the parts of it stand in files of their own, by what staff do.

Status is no form field anywhere. A draft may be saved incomplete; what is public changes only by publication.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partnership.models import Entry
from partnership.models.fields import ProseField

from .bulk import Bulk
from .choosing import NamedEntries, ShortSearch
from .deleting import Deleting
from .duplicating import Duplicating
from .filters import Filtered, OwnChanges
from .lists import Lists
from .past import Past
from .preview import Previewing
from .starting import Starting
from .uniting import Uniting
from .withdrawing import Withdrawing


class EntryChangeList(ChangeList):
    """A changelist that reads what its columns show in a constant number of queries."""

    def apply_select_related(self, qs: QuerySet) -> QuerySet:
        """The rows with what `list_prefetch_related` of their admin class names."""
        return (
            super()
            .apply_select_related(qs)
            .prefetch_related(*cast(EntryAdmin, self.model_admin).list_prefetch_related)
        )

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the rows. Some values of an address, such as the year 99999, are found to be none only here."""
        try:
            super().get_results(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error


class EntryAdmin(
    Starting,
    Uniting,
    Past,
    Withdrawing,
    Previewing,
    Deleting,
    Duplicating,
    Bulk,
    Lists,
    Filtered,
    NamedEntries,
    ShortSearch,
):
    """What the admin of every entry shares. Subclasses write out their columns, filters, fieldsets and inlines."""

    formfield_overrides = {ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}
    list_filter: ClassVar[Any] = ("status",)
    list_prefetch_related: ClassVar[Sequence[str]] = ()
    list_per_page = 50
    named_lists: ClassVar[Sequence[tuple[Any, str]]] = (
        (_("Drafts"), "status__exact=draft"),
        (_("My drafts and changes"), f"{OwnChanges.parameter_name}={OwnChanges.OPEN}"),
        (_("Sent back to me"), f"{OwnChanges.parameter_name}={OwnChanges.RETURNED}"),
    )
    save_on_top = True
    change_fieldset = (
        _("About this change"),
        {"fields": (("change_nature", "publish_at"), "change_reason")},
    )
    state_fieldset = (
        _("State"),
        {"fields": (("status", "first_published", "changed"), ("since", "withdrawn_reason"))},
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EntryChangeList

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields of the kind; what is said of the change, for who may make one; and the state of what is there."""
        fieldsets = [*super().get_fieldsets(request, obj)]
        if obj is None or self.has_change_permission(request, obj):
            fieldsets.append(self.change_fieldset)
        return fieldsets if obj is None else [*fieldsets, self.state_fieldset]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """State always; the address once there is an entry: it never changes."""
        fixed = [*super().get_readonly_fields(request, obj), *Entry.state_fields, "since"]
        return fixed if obj is None else ["slug", *fixed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj is not None else super().get_prepopulated_fields(request, obj)

    def view_on_site(self, obj: Entry) -> str | None:
        """The public page of an entry that has one."""
        return obj.get_absolute_url() if obj.is_public and hasattr(obj, "get_absolute_url") else None

    @admin.display(description=_("status"), ordering="status")
    def status_word(self, entry: Entry) -> SafeString:
        """The status as a word with a mark whose shape differs too."""
        return format_html('<span class="status-{}">{}</span>', entry.status, entry.get_status_display())
