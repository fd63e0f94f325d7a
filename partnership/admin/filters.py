"""Filters of the lists by one entry, which is chosen by its name: a list of all parties as links would be endless."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.db.models.functions import Substr
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import work
from partnership.models.fields import SLUG_PATTERN

from .choosing import NO_ROW, EntrySelect, is_number_of_row


class ByEntry(admin.RelatedFieldListFilter):
    """What names one entry: the filter offers the same choice by autocomplete as the field in a form.

    Its address is that of Django's own filter; the value may be the address of the entry as well as its number, which is
    what can be typed where scripts do not run.
    """

    template = "admin/partnership/filter_by_entry.html"
    # What the filter is called, where that is not the name of its field.
    heading: ClassVar[Any] = ""

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: Any,
        model_admin: Any,
        field_path: str,
    ) -> None:
        name = parameter_of(field_path)
        if name in params:
            [*_before, value] = [each for each in params[name] if each] or [""]
            params[name] = [_number_of(field.related_model, value)]
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = self.heading or self.title
        self.model_admin = model_admin

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The one entry that is chosen; words where there is none."""
        if not self.lookup_val:
            return []
        [number] = cast(list[str], self.lookup_val)
        found = field.related_model._base_manager.filter(pk=number).first()
        return [(number, str(found) if found else gettext("no such entry"))]

    def has_output(self) -> bool:
        """Always: what may be chosen is not asked before somebody looks for it."""
        return True

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """All, what is chosen, and what names nothing; without counts."""
        chosen, none = self.lookup_kwarg, self.lookup_kwarg_isnull
        offered: list[tuple[Any, dict[str, Any], bool]] = [
            (_("All"), {chosen: None, none: None}, not self.lookup_val and not self.lookup_val_isnull)
        ]
        offered += [(words, {chosen: pk, none: None}, True) for pk, words in self.lookup_choices]
        if self.include_empty_choice:
            offered.append((_("Not stated"), {chosen: None, none: "True"}, bool(self.lookup_val_isnull)))
        for words, parameters, is_selected in offered:
            query = changelist.get_query_string(parameters)
            yield {"display": words, "query_string": query, "selected": is_selected}

    @property
    def form(self) -> forms.Form:
        """The form in which the entry is chosen."""
        form = forms.Form(auto_id="filter-%s")
        form.fields[self.lookup_kwarg] = forms.ModelChoiceField(
            cast(type[Model], self.field.related_model)._base_manager.all(),
            label=capfirst(self.title),
            required=False,
            initial=self.lookup_val[0] if self.lookup_val else None,
            widget=EntrySelect(self.field, self.model_admin.admin_site, attrs={"data-width": "100%"}),
        )
        return form

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The other parameters of the list, which stay as they are."""
        left = {self.lookup_kwarg, self.lookup_kwarg_isnull, PAGE_VAR, ERROR_FLAG}
        lists = self.request.GET.lists()
        return [(name, value) for name, values in lists if name not in left for value in values]


class ByPartyTakingPart(ByEntry):
    """Records in which a party takes part, in whatever role."""

    heading = _("party taking part")


class BySource(ByEntry):
    """What cites a source."""

    heading = _("source cited")


class OwnChanges(admin.SimpleListFilter):
    """Entries of which the account is making something: what it saved last and did not submit, and what came back."""

    title = _("my changes")
    parameter_name = "mine"
    OPEN, RETURNED = "open", "returned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The sorts of changes an account looks for."""
        return [(self.OPEN, _("My drafts and changes")), (self.RETURNED, _("Sent back to me"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The entries of the list with such a change."""
        finders = {self.OPEN: work.being_edited_by, self.RETURNED: work.sent_back_to}
        find = finders.get(self.value() or "")
        if find is None:
            return queryset
        start = f"{queryset.model.kind_name()}:"
        changes = find(cast(User, request.user)).filter(entry__startswith=start).order_by()
        addresses = changes.annotate(address=Substr("entry", len(start) + 1)).values("address")
        return queryset.filter(slug__in=addresses)


class Filtered(admin.ModelAdmin):
    """The filters of a list of entries: that of one's own changes; scripts of those by entry, where there are any."""

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The filters of the kind, and that of one's own changes after the status."""
        first, *others = super().get_list_filter(request)
        return [first, OwnChanges, *others]

    @property
    def media(self) -> Media:
        """The scripts of the list; those of the choice by name, too, where it has such a filter."""
        own = super().media
        return own + AutocompleteSelect(None, self.admin_site).media if _paths(self.list_filter) else own

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list. A filter that was sent empty says nothing: the address goes on without it."""
        names = map(parameter_of, _paths(self.list_filter))
        empty = {name for name in names if name in request.GET and not any(request.GET.getlist(name))}
        if empty and request.method == "GET":
            kept = request.GET.copy()
            for name in empty:
                del kept[name]
            return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}")
        return super().changelist_view(request, extra_context)


def parameter_of(field_path: str) -> str:
    """The parameter of an address by which a list is filtered by an entry."""
    return f"{field_path}__id__exact"


def _paths(list_filter: Any) -> list[str]:
    """The paths to the fields of those filters of a list that are by entry."""
    return [spec[0] for spec in list_filter if isinstance(spec, tuple) and issubclass(spec[1], ByEntry)]


def _number_of(model: Any, value: str) -> str:
    """The number of the row that a value names, by number or by address; else one that no row has."""
    if is_number_of_row(value):
        return value
    found = re.match(SLUG_PATTERN, value) and model._base_manager.filter(slug=value).first()
    return str(found.pk) if found else NO_ROW
