"""The merges that were made, and the page on which one is undone."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial.parting import may_undo, obstacles, undo
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.editorial.revising import Refused, entries_called
from partnership.editorial.rules import Problem
from partnership.models import Merge

from .addresses import address_of, list_of
from .editing import deny_unless, object_or_404
from .reference import WrittenByTheWorkflow
from .site import site
from .uniting import MOST_NAMING, undo_address


@admin.register(Merge, site=site)
class MergeAdmin(WrittenByTheWorkflow):
    """Which entry went into which, when, why and by whom."""

    list_display = ("made_at", "gone", "kept", "reason", "made_by_name", "edition", "undone")
    list_display_links = ("made_at",)
    list_select_related = ("edition",)
    search_fields = ("kept", "gone", "reason", "made_by_name")
    search_help_text = _("Kind and address, reasons and names.")
    fields = (
        ("gone", "kept"),
        "reason",
        ("made_at", "made_by_name"),
        "edition",
        "undone",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The merges, without the documents that undoing them needs; with what the account may undo."""
        account = cast(User, request.user)
        found = super().get_queryset(request).defer("before", "after", "aliases", "desk")
        return found.annotate(
            may_undo=Value(account.has_perm(MAY_PUBLISH)),
            may_undo_drafts=Value(account.has_perm("partnership.change_event")),
        )

    @admin.display(description=_("undone"))
    def undone(self, merge: Any) -> SafeString | str:
        """When and by whom it was undone, or where it can be."""
        if merge.undone_at is not None:
            told = gettext("%(moment)s, by %(name)s")
            moment = merge.undone_at.strftime("%Y-%m-%d %H:%M")
            return told % {"moment": moment, "name": merge.undone_by_name}
        if not (merge.may_undo or (merge.may_undo_drafts and merge.edition_id is None)):
            return ""
        label = gettext("Undo the merge of %(gone)s into %(kept)s")
        names = {"gone": merge.gone, "kept": merge.kept}
        return format_html(
            '<a href="{}" aria-label="{}">{}</a>', undo_address(merge), label % names, gettext("Undo …")
        )

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and this one."""
        view = self.admin_site.admin_view(self.undo_view)
        return [
            path("<path:object_id>/undo/", view, name="partnership_merge_undo"),
            *super().get_urls(),
        ]

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks why a merge is undone, and tells what comes back; undoes it, or says why not."""
        merge: Merge = object_or_404(self, request, object_id)
        account = cast(User, request.user)
        deny_unless(may_undo(merge, account))
        reason = request.POST.get("reason", "").replace("\x00", "")
        refused: list[Problem] = []
        if request.method == "POST":
            try:
                undo(merge, by=account, reason=reason)
            except Refused as error:
                refused = error.problems
            else:
                return self._answer(request, merge)
        blocked = obstacles(merge, account)
        entries = [*entries_called(merge.after).values()]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Undo the merge of %(gone)s into %(kept)s")
            % {"gone": merge.gone, "kept": merge.kept},
            "opts": self.opts,
            "merge": merge,
            "is_blocked": bool(blocked),
            "problems": blocked or refused,
            "reason": reason,
            "entries": [(each, address_of("change", each)) for each in entries[:MOST_NAMING]],
            "more": max(0, len(entries) - MOST_NAMING),
            "list_url": list_of(Merge),
        }
        return TemplateResponse(request, "admin/partnership/merge_undo.html", context)

    def _answer(self, request: HttpRequest, merge: Merge) -> HttpResponse:
        entries = entries_called([merge.gone, merge.kept])
        gone = entries[merge.gone]
        self.log_change(request, merge, gettext("Undone."))
        told = gettext("“%(gone)s” and “%(kept)s” are two entries again.")
        self.message_user(request, told % {"gone": gone, "kept": entries[merge.kept]}, messages.SUCCESS)
        return HttpResponseRedirect(address_of("change", gone))
