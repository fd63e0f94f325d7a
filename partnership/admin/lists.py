"""Lists under names: those that everybody needs, those that an account keeps, and what narrows the list that is open."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR, SEARCH_VAR, ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext

from partnership.models import SavedList

from .addresses import list_of
from .choosing import NO_ROW, is_number_of_row
from .editing import deny_unless

# How many lists an account may keep of one model.
MOST = 50
# How a list is shown at the moment, not what it is of.
PASSING = {ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, IS_POPUP_VAR, PAGE_VAR, TO_FIELD_VAR}


@dataclass(frozen=True)
class NamedList:
    """A list under a name; `key` is the number under which an account keeps it, none for those that everybody has."""

    name: str
    address: str
    is_open: bool
    key: int | None = None


@dataclass(frozen=True)
class Chip:
    """Something that narrows the list that is open, and the address of the list without it."""

    words: str
    address: str


class Lists(admin.ModelAdmin):
    """A changelist with lists under names above it, and what narrows it as chips that can be taken off."""

    change_list_template = "admin/partnership/change_list.html"
    # Lists that everybody has: a name, and the parameters of the list.
    named_lists: ClassVar[Sequence[tuple[Any, str]]] = ()

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and the two acts on lists."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("lists/keep/", view(self.keep_list_view), name=f"{name}_keep_list"),
            path("lists/delete/", view(self.delete_list_view), name=f"{name}_delete_list"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with what stands above it."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            context.update(self._above(request, context["cl"]))
        return response

    def _above(self, request: HttpRequest, shown: ChangeList) -> dict[str, Any]:
        chips = chips_of(shown)
        above: dict[str, Any] = {"chips": chips, "without_chips": without_chips(shown)}
        if shown.is_popup:
            return above
        query = in_normal_form(request.GET)
        own = [
            NamedList(each.name, f"?{each.query}", each.query == query, each.pk)
            for each in self._kept(request)
        ]
        everybodys = [
            NamedList(str(name), f"?{parameters}", in_normal_form(QueryDict(parameters)) == query)
            for name, parameters in self.named_lists
        ]
        everything = NamedList(gettext("All"), "?", not query)
        is_new = bool(chips) and not any(each.is_open for each in own)
        return {
            **above,
            "lists": [everything, *everybodys, *own],
            "own_lists": own,
            "query": query,
            "may_keep": is_new and len(own) < MOST,
        }

    def _kept(self, request: HttpRequest) -> QuerySet[SavedList]:
        return SavedList.objects.filter(account=cast(User, request.user), model=self.opts.label_lower)

    def keep_list_view(self, request: HttpRequest) -> HttpResponse:
        """Keeps a list under a name for the account, or says why not; and shows the list again."""
        self._deny_unless_shown(request)
        sent = request.POST.get("query", "")
        longest = SavedList._meta.get_field("query").max_length or 0
        query = in_normal_form(QueryDict(sent)) if len(sent) <= longest else ""
        if not query or len(query) > longest:
            self.message_user(
                request, gettext("There is too much in this list, or nothing, to keep it."), messages.ERROR
            )
            return HttpResponseRedirect(list_of(self.model))
        fresh = SavedList(
            account=cast(User, request.user),
            model=self.opts.label_lower,
            name=request.POST.get("name", "").strip(),
            query=query,
        )
        problem = _store(fresh, beside=self._kept(request))
        told = problem or gettext("The list is kept under its name.")
        self.message_user(request, told, messages.ERROR if problem else messages.SUCCESS)
        return HttpResponseRedirect(list_of(self.model, query))

    def delete_list_view(self, request: HttpRequest) -> HttpResponse:
        """Deletes a list that the account keeps, and shows again the list that was open."""
        self._deny_unless_shown(request)
        number = request.POST.get("list", "")
        kept = get_object_or_404(self._kept(request), pk=number if is_number_of_row(number) else NO_ROW)
        kept.delete()
        self.message_user(request, gettext("The list is no longer kept."), messages.SUCCESS)
        longest = SavedList._meta.get_field("query").max_length or 0
        query = in_normal_form(QueryDict(request.POST.get("query", "")[:longest]))
        return HttpResponseRedirect(list_of(self.model, query))

    def _deny_unless_shown(self, request: HttpRequest) -> None:
        deny_unless(request.method == "POST" and self.has_view_permission(request))


def _store(fresh: SavedList, beside: QuerySet[SavedList]) -> str:
    """Store a list beside those that its account keeps; what speaks against it, in words, if anything does."""
    if beside.count() >= MOST:
        return gettext("You keep %(number)s lists here already: delete one of them first.") % {"number": MOST}
    try:
        fresh.full_clean()
        with transaction.atomic():
            fresh.save()
    except ValidationError as error:
        reasons = " ".join(error.messages)
        return gettext("The list is not kept. Its name: %(reasons)s") % {"reasons": reasons}
    except IntegrityError:  # sent twice at a time
        return gettext("You have a list of this name already.")
    return ""


def in_normal_form(parameters: QueryDict) -> str:
    """The parameters of a list as they are kept: what it is of and how it is ordered, not which page of it is open."""
    said = [
        (name, value)
        for name, values in sorted(parameters.lists())
        for value in values
        if name not in PASSING and not (name == SEARCH_VAR and not value)
    ]
    return urlencode(said)


def chips_of(shown: ChangeList) -> list[Chip]:
    """What narrows a list: the words that are looked for, each filter in use, and whatever else its address says."""
    chips = []
    if shown.query:
        words = gettext("Search: %(words)s") % {"words": shown.query}
        chips.append(Chip(words, shown.get_query_string({SEARCH_VAR: None})))
    # Counts are asked of the database once, for the filters themselves.
    uncounted = copy(shown)
    uncounted.add_facets = False
    said = dict(shown.get_filters_params())
    for spec in shown.filter_specs:
        names = [name for name in spec.expected_parameters() if name is not None and name in said]
        if names:
            values = [value for name in names for value in said.pop(name)]
            _all, *choices = spec.choices(uncounted)
            chosen = [str(choice["display"]) for choice in choices if choice["selected"]]
            chips.append(_chip(shown, capfirst(str(spec.title)), chosen or values, names))
    chips += [_chip(shown, name, values, [name]) for name, values in said.items()]
    return chips


def _chip(shown: ChangeList, title: str, values: list[str], names: list[str]) -> Chip:
    return Chip(f"{title}: {', '.join(values)}", shown.get_query_string(dict.fromkeys(names)))


def without_chips(shown: ChangeList) -> str:
    """The address of a list with nothing that narrows it, in the same order."""
    return shown.get_query_string(dict.fromkeys([SEARCH_VAR, *shown.get_filters_params()]))
