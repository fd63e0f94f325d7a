"""The history of an entry: what each revision changed, any two side by side, any brought back."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext

from partnership import documents
from partnership.documents import Document, DocumentError
from partnership.editorial import revising
from partnership.editorial.revising import Moved, Refused, Said
from partnership.history import Line, differences_in_words
from partnership.models import Entry, Revision

from .addresses import address_of
from .editing import as_it_would_stand, deny_unless

PER_PAGE = 20


@dataclass(frozen=True)
class Version:
    """A revision in the history of its entry, and what it changed in the one before it."""

    revision: Revision
    before: Document
    is_first: bool

    @cached_property
    def lines(self) -> list[Line]:
        """What it changed, in words; nothing for the first, which is all new."""
        return [] if self.is_first else differences_in_words(self.before, self.revision.document)


class Past(admin.ModelAdmin):
    """The pages of an entry's history."""

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and these."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/history/compare/", view(self.compare_view), name=f"{name}_compare"),
            path("<path:object_id>/history/restore/", view(self.restore_view), name=f"{name}_restore"),
            path("<path:object_id>/discard/", view(self.discard_view), name=f"{name}_discard"),
        ]
        return [*own, *super().get_urls()]

    def _seen(self, request: HttpRequest, object_id: str) -> Entry:
        entry = cast("Entry | None", self.get_object(request, unquote(object_id)))
        if entry is None:
            raise Http404
        deny_unless(self.has_view_or_change_permission(request, entry))
        return entry

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every revision, the newest first, with what it changed field by field."""
        entry = self._seen(request, object_id)
        revisions = revising.revisions_of(entry)
        page = Paginator(revisions, PER_PAGE).get_page(request.GET.get("p"))
        older = revisions[page.end_index()] if page.has_next() else None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History of “%(entry)s”") % {"entry": entry},
            "opts": self.opts,
            "entry": entry,
            "versions": _versions(list(page.object_list), older),
            "page_obj": page,
            "change_url": address_of("change", entry),
            "compare_url": address_of("compare", entry),
            "restore_url": address_of("restore", entry),
            "may_restore": self.has_change_permission(request, entry),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/partnership/history.html", context)

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two revisions side by side; without a choice, what is public and what is open."""
        entry = self._seen(request, object_id)
        one = _chosen(entry, request.GET.get("one"))
        other = _chosen(entry, request.GET.get("other"))
        before = one.document if one else documents.dump(entry)
        after = other.document if other else revising.present(entry).document
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Compare “%(entry)s”") % {"entry": entry},
            "opts": self.opts,
            "entry": entry,
            "one": one,
            "other": other,
            "lines": differences_in_words(before, after),
            "change_url": address_of("change", entry),
            "history_url": address_of("history", entry),
            "restore_url": address_of("restore", entry),
            "may_restore": one is not None and self.has_change_permission(request, entry),
        }
        return TemplateResponse(request, "admin/partnership/compare.html", context)

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Makes a new revision of what an old one said."""
        entry = self._seen(request, object_id)
        deny_unless(request.method == "POST" and self.has_change_permission(request, entry))
        old = _chosen(entry, request.POST.get("revision"))
        if old is None:
            raise Http404
        moment = f"{old.made_at:%Y-%m-%d %H:%M}"
        reason = gettext("Brought back what it said on %(moment)s.") % {"moment": moment}
        try:
            document = as_it_would_stand(entry, old.document)
            revision = revising.save(
                entry,
                document,
                by=cast(User, request.user),
                started_from=revising.present(entry).digest,
                said=Said(reason=reason),
            )
        except (DocumentError, Moved) as error:
            message = gettext("It cannot be brought back: %(reason)s")
            self.message_user(request, message % {"reason": error}, messages.ERROR)
            return HttpResponseRedirect(address_of("history", entry))
        told = reason if revision else gettext("It says so already.")
        if revision and revising.is_held_back(entry):
            told = gettext("%(what)s Readers do not see it before it is published.") % {"what": reason}
        self.log_change(request, entry, reason)
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(address_of("change", entry))

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Gives up the change that is not public yet, after asking."""
        entry = self._seen(request, object_id)
        deny_unless(self.has_change_permission(request, entry))
        if request.method == "POST":
            try:
                revising.discard(entry, by=cast(User, request.user))
            except Refused as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                self.log_change(request, entry, gettext("Discarded the change."))
                message = gettext("The change of “%(entry)s” is discarded; it stays in the history.")
                self.message_user(request, message % {"entry": entry}, messages.SUCCESS)
            return HttpResponseRedirect(address_of("change", entry))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Discard the change of “%(entry)s”") % {"entry": entry},
            "opts": self.opts,
            "entry": entry,
            "lines": differences_in_words(documents.dump(entry), revising.present(entry).document),
            "change_url": address_of("change", entry),
        }
        return TemplateResponse(request, "admin/partnership/discard.html", context)


def _versions(revisions: list[Revision], older: Revision | None) -> list[Version]:
    """Revisions, newest first, each with the document of the one that it follows; `older` is that of the last."""
    before: list[Revision | None] = [*revisions[1:], older]
    return [
        Version(revision, earlier.document if earlier else [], earlier is None)
        for revision, earlier in zip(revisions, before, strict=False)
    ]


def _chosen(entry: Entry, key: str | None) -> Revision | None:
    """The revision of an entry that an address names; None for none.

    Raises:
        Http404: there is no such revision of the entry.
    """
    if not key:
        return None
    is_number = key.isascii() and key.isdigit() and len(key) < 19
    found = revising.revisions_of(entry).filter(pk=key).first() if is_number else None
    if found is None:
        raise Http404
    return found
