"""Deleting drafts, and the list from which they are brought back whole."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from partnership.editorial import remit, removing
from partnership.editorial.bundled import waiting_bundle_of
from partnership.editorial.revising import Refused
from partnership.models import ENTRY_MODELS, Entry, Revision, Status, entry_model

from . import kinds
from .addresses import address_of
from .bundle_page import told_to_have_left
from .choosing import NO_ROW, is_number_of_row
from .editing import deny_unless

PER_PAGE = 50


class Deleting(admin.ModelAdmin):
    """How a draft is deleted. What it said is kept, and the message offers to undo it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what never was public can be deleted; anything else is withdrawn, so that its address keeps telling."""
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None:
            return True
        never_public = obj.status == Status.DRAFT and obj.first_published is None
        return never_public and remit.covers(cast(User, request.user), obj)

    def get_deleted_objects(self, objs: Sequence[Any] | QuerySet, request: HttpRequest) -> Any:
        """What goes along; what is named in a change that is not public yet is protected, too."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)
        for entry in objs:
            for head in removing.naming_revisions(entry):
                protected.append(gettext("A change of %(entry)s") % {"entry": head.entry})
        return listed, counts, needed, protected

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The page that asks, or the deletion; refused where something came to name the draft meanwhile."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete a draft, keeping what it said."""
        bundle = waiting_bundle_of(cast(Entry, obj).reference)
        request.deleted = removing.delete_draft(  # type: ignore[attr-defined]  # for a later hook of the view
            cast(Entry, obj), by=cast(User, request.user)
        )
        if bundle is not None:
            self.message_user(request, told_to_have_left(cast(Entry, obj), bundle), messages.WARNING)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Tell it, with a button that undoes it."""
        context = {
            "entry": obj_display,
            "address": reverse("admin:bring_back"),
            "revision": request.deleted.pk,  # type: ignore[attr-defined]  # from an earlier hook of the view
            "token": get_token(request),
        }
        told = render_to_string("admin/partnership/_deleted.html", context)
        # Rendered from a template just now: every value in it is escaped.
        self.message_user(request, mark_safe(told), messages.SUCCESS)  # noqa: S308 - escaped, as said above
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))


def deleted_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """The deleted drafts of the kinds that an account may add, the newest first."""
    page = Paginator(deleted_for(cast(User, request.user)), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **admin_site.each_context(request),
        "title": gettext("Recently deleted"),
        "rows": [_row(revision) for revision in page.object_list],
        "page_obj": page,
        "address": reverse("admin:bring_back"),
    }
    return TemplateResponse(request, "admin/partnership/deleted.html", context)


def bring_back_view(request: HttpRequest) -> HttpResponse:
    """Makes a deleted draft again."""
    deny_unless(request.method == "POST")
    key = request.POST.get("revision", "")
    revision = get_object_or_404(Revision, pk=key if is_number_of_row(key) else NO_ROW)
    deny_unless(_may_add(request, revision))
    try:
        entry = removing.bring_back(revision, by=cast(User, request.user))
    except Refused as refused:
        message = gettext("It cannot be brought back: %(reason)s")
        messages.error(request, message % {"reason": refused})
        return HttpResponseRedirect(reverse("admin:deleted"))
    messages.success(request, gettext("“%(entry)s” is back, as a draft.") % {"entry": entry})
    return HttpResponseRedirect(address_of("change", entry))


def deleted_for(account: User) -> list[Revision]:
    """What deleted drafts said that an account may bring back, the newest first."""
    is_covered = remit.covering(account)
    may_add = {
        model.kind_name()
        for model in ENTRY_MODELS
        if account.has_perm(f"partnership.add_{model.kind_name()}")
    }
    return [
        revision
        for revision in removing.deleted()
        if revision.entry.partition(":")[0] in may_add and is_covered(revision.document)
    ]


def _may_add(request: HttpRequest, revision: Revision) -> bool:
    account = cast(User, request.user)
    kind = revision.entry.partition(":")[0]
    return account.has_perm(f"partnership.add_{kind}") and remit.covers_document(account, revision.document)


def _row(revision: Revision) -> dict[str, Any]:
    model = entry_model(revision.entry.partition(":")[0])
    fields = revision.document[0]["fields"]
    title = fields.get("title") or fields.get("name") or fields.get("label") or revision.entry
    kind = kinds.in_words(model) if model else ""
    return {"revision": revision, "title": title, "kind": kind}
