"""Merging two entries of one kind: the other is chosen, both are looked at side by side, and what is to stay is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from partnership.documents import Document
from partnership.editorial import remit
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.editorial.revising import Refused
from partnership.editorial.rules import Problem
from partnership.editorial.union import Union, can_be_swapped, cannot_be_one, objections, union_of
from partnership.editorial.united import GONE, KEPT, Choice
from partnership.editorial.uniting import merge
from partnership.history import Line, differences_in_words
from partnership.models import Entry, Merge, Status

from .addresses import address_of
from .editing import deny_unless, object_or_404
from .joining import CHOICE, choices_of
from .reasons import sentences

SEAL, OTHER = "_seal", "with"
MOST_FOUND = 20
MOST_NAMING = 50


def may_merge(account: User, entry: Entry) -> bool:
    """Whether an account may ask to merge something into an entry; what else is concerned is asked when it does."""
    right = MAY_PUBLISH
    if entry.status == Status.DRAFT:
        right = f"partnership.change_{entry.kind_name()}"
    return account.has_perm(right) and remit.covers(account, entry)


@dataclass(frozen=True)
class Found:
    """An entry that the one at hand may be the same as: where the page of both is, or why there is none.

    `is_swapped`: it is this one that would stay.
    """

    entry: Entry
    address: str
    is_swapped: bool
    reason: str


@dataclass(frozen=True)
class Asked:
    """One place in which both entries say something different: the name of its control, and both values in words."""

    control: str
    lines: list[Line]
    chosen: str

    @property
    def label(self) -> str:
        """What to call the place."""
        return ", ".join(line.label for line in self.lines)

    @property
    def is_several(self) -> bool:
        """Whether it is of several fields, so that each value needs its label."""
        return len(self.lines) > 1


class Page:
    """What is shown of merging two entries."""

    def __init__(self, union: Union, chosen: Mapping[str, str]) -> None:
        self.union, self._chosen = union, chosen
        self._before: Document = union.before[union.kept.reference]

    @cached_property
    def asked(self) -> list[Asked]:
        """What is to be chosen, in the order of the form."""
        return [
            Asked(f"{CHOICE}{each.name}", self._lines_of(each), self._chosen.get(each.name, ""))
            for each in self.union.united.choices
        ]

    def _lines_of(self, choice: Choice) -> list[Line]:
        """How the two differ there: the value of the one that stays before, that of the other after."""
        other = self.union.before[self.union.gone.reference][0]["fields"]
        head = self._before[0]
        values = {name: other[name] for name in choice.fields}
        found = differences_in_words([head], [{**head, "fields": {**head["fields"], **values}}])
        return found or [Line(choice.name, "", "")]

    @cached_property
    def brought(self) -> list[Line]:
        """What the one that stays says afterwards and has not said before, without being asked."""
        after = union_without_choices(self.union)
        return differences_in_words(self._before, after)

    @property
    def doubled(self) -> int:
        """How many rows say the same in both."""
        return len(self.union.united.doubled)

    @property
    def naming(self) -> list[tuple[Entry, str]]:
        """The first of the entries that name the one that goes, each with the address of its form."""
        return [(each, address_of("change", each)) for each in self.union.naming[:MOST_NAMING]]

    @property
    def more_naming(self) -> int:
        """How many more there are."""
        return max(0, len(self.union.naming) - MOST_NAMING)


def union_without_choices(union: Union) -> Document:
    """What the one that stays would say if its own values were right wherever the two differ."""
    after = union.after[union.kept.reference]
    own = union.before[union.kept.reference][0]["fields"]
    asked = {name: own[name] for each in union.united.choices for name in each.fields}
    return [{**after[0], "fields": {**after[0]["fields"], **asked}}, *after[1:]]


class Uniting(admin.ModelAdmin):
    """The pages on which something is merged into an entry, and the merges of an entry in its history."""

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and this one."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<path:object_id>/merge/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form, with the way to a merge for whoever may ask for one."""
        obj = kwargs.get("obj")
        if obj is not None and obj.pk:
            allowed = may_merge(cast(User, request.user), obj)
            context["merge_address"] = address_of("merge", obj) if allowed else ""
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of an entry, with the merges in which it took part."""
        entry = cast("Entry | None", self.get_object(request, unquote(object_id)))
        context: dict[str, Any] = {}
        if entry is not None:
            account = cast(User, request.user)
            context["merges"] = merges_of(entry)
            context["may_undo_drafts"] = account.has_perm(f"partnership.change_{entry.kind_name()}")
            context["may_undo"] = account.has_perm(MAY_PUBLISH)
        return super().history_view(request, object_id, {**context, **(extra_context or {})})

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the other entry, then for what of the two is right; merges them, or says why not."""
        kept: Entry = object_or_404(self, request, object_id)
        deny_unless(may_merge(cast(User, request.user), kept))
        given = request.GET.get(OTHER, "")
        other = cast("Entry | None", self.get_object(request, given)) if given else None
        if other is None:
            return self._choose(request, kept, is_missing=bool(given))
        found = cannot_be_one(kept, other)
        if found:
            return self._choose(request, kept, problems=found, other=other)
        sent = choices_of(request.POST)
        chosen = {name: value for name, value in sent.items() if value in (KEPT, GONE)}
        refused: list[Problem] = []
        if request.method == "POST":
            try:
                return self._merge(request, kept, other, chosen)
            except Refused as error:
                refused = error.problems
        try:
            union = union_of(kept, other, chosen)
        except Refused as error:  # gone between two looks
            return self._choose(request, kept, problems=error.problems, other=other)
        return self._page(request, union, chosen, refused)

    # The other entry

    def _choose(
        self,
        request: HttpRequest,
        kept: Entry,
        *,
        is_missing: bool = False,
        problems: list[Problem] | None = None,
        other: Entry | None = None,
    ) -> HttpResponse:
        words = request.GET.get("q", "").replace("\x00", "").strip()
        found: list[Any] = []
        if words:
            rows = self.get_search_results(request, self.get_queryset(request), words)[0]
            found = list(rows.exclude(pk=kept.pk).distinct()[: MOST_FOUND + 1])
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Merge another entry into “%(entry)s”") % {"entry": kept},
            "opts": self.opts,
            "entry": kept,
            "change_url": address_of("change", kept),
            "words": words,
            "is_searched": bool(words),
            "found": [_found(kept, each) for each in found[:MOST_FOUND]],
            "has_more": len(found) > MOST_FOUND,
            "is_missing": is_missing,
            "problems": problems or [],
            "swap_address": _address(other, kept) if other and can_be_swapped(kept, other) else "",
            "other": other,
        }
        return TemplateResponse(request, "admin/partnership/merge_choose.html", context)

    # Both

    def _page(
        self, request: HttpRequest, union: Union, chosen: Mapping[str, str], refused: list[Problem]
    ) -> HttpResponse:
        kept, gone = union.kept, union.gone
        blocked = objections(union, cast(User, request.user))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Merge “%(gone)s” into “%(kept)s”") % {"gone": gone, "kept": kept},
            "opts": self.opts,
            "entry": kept,
            "gone": gone,
            "gone_url": address_of("change", gone),
            "change_url": address_of("change", kept),
            "page": Page(union, chosen),
            "is_blocked": bool(blocked),
            "problems": sentences(kept, blocked or refused, address_of("change", kept)),
            "concerns_readers": union.concerns_readers,
            "swap_address": _address(gone, kept) if can_be_swapped(kept, gone) else "",
            "reason": request.POST.get("reason", ""),
            "seal_name": SEAL,
            "seal": union.seal,
        }
        return TemplateResponse(request, "admin/partnership/merge.html", context)

    def _merge(
        self, request: HttpRequest, kept: Entry, gone: Entry, chosen: Mapping[str, str]
    ) -> HttpResponse:
        done = merge(
            kept,
            gone,
            chosen,
            by=cast(User, request.user),
            reason=request.POST.get("reason", "").replace("\x00", ""),
            # Without a seal nothing was looked at, and so nothing is merged.
            seal=request.POST.get(SEAL, "") or "-",
        )
        kept.refresh_from_db()
        self.log_change(request, kept, gettext("%(entry)s merged into it.") % {"entry": done.gone})
        self.message_user(request, _told(gone, kept, done), messages.SUCCESS)
        return HttpResponseRedirect(address_of("change", kept))


def _told(gone: Entry, kept: Entry, done: Merge) -> SafeString:
    told = format_html(gettext("“{gone}” is merged into “{kept}”."), gone=gone, kept=kept)
    return format_html('{} <a href="{}">{}</a>', told, undo_address(done), gettext("Undo"))


def undo_address(done: Merge) -> str:
    """The page on which a merge is undone."""
    return reverse("admin:partnership_merge_undo", args=[done.pk])


def merges_of(entry: Entry) -> list[Merge]:
    """The merges in which an entry took part, the newest first; without what undoing them needs."""
    took_part = Q(kept=entry.reference) | Q(gone=entry.reference)
    return list(Merge.objects.filter(took_part).defer("before", "after", "aliases", "desk"))


def _address(kept: Entry, gone: Entry) -> str:
    """The page on which one entry is merged into another."""
    return f"{address_of('merge', kept)}?{OTHER}={gone.pk}"


def _found(kept: Entry, other: Entry) -> Found:
    problems = cannot_be_one(kept, other)
    if not problems:
        return Found(other, _address(kept, other), is_swapped=False, reason="")
    if can_be_swapped(kept, other):
        return Found(other, _address(other, kept), is_swapped=True, reason="")
    return Found(other, "", is_swapped=False, reason=" ".join(map(str, problems)))
