"""The history of an entry: what each revision changed, any two side by side, any brought back."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext

from partnership import documents
from partnership.documents import Document, DocumentError
from partnership.editorial import remit, revising
from partnership.editorial.bundled import waiting_bundle_of
from partnership.editorial.revising import Moved, Refused, Said
from partnership.history import Line, differences_in_words
from partnership.models import Entry, Revision, RevisionState

from . import moments
from .addresses import address_of
from .bundle_page import told_to_have_left
from .choosing import is_number_of_row
from .editing import deny_unless, object_or_404
from .guard import STARTED_FROM

PER_PAGE = 20


@dataclass(frozen=True)
class Version:
    """A revision in the history of its entry, and the document it began with; none for the first, which is all new."""

    revision: Revision
    before: Document | None

    @property
    def is_first(self) -> bool:
        """Whether nothing is known of what the entry said before."""
        return self.before is None

    @cached_property
    def lines(self) -> list[Line]:
        """What it changed, in words."""
        return [] if self.before is None else differences_in_words(self.before, self.revision.document)


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
        entry: Entry = object_or_404(self, request, object_id)
        deny_unless(self.has_view_or_change_permission(request, entry))
        return entry

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every revision, the newest first, with what it changed field by field."""
        entry = self._seen(request, object_id)
        page = Paginator(revising.revisions_of(entry), PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History of “%(entry)s”") % {"entry": entry},
            "opts": self.opts,
            "entry": entry,
            "versions": _versions(entry, list(page.object_list)),
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
        now = revising.present(entry)
        before = one.document if one else documents.dump(entry)
        after = other.document if other else now.document
        context = {
            **self.admin_site.each_context(request),
            **_start(now.digest),
            "title": gettext("Compare “%(entry)s”") % {"entry": entry},
            "opts": self.opts,
            "entry": entry,
            "one": one,
            "other": other,
            "is_held_back": revising.is_held_back(entry),
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
        deny_unless(remit.covers_document(cast(User, request.user), old.document))
        try:
            told = self._bring_back(request, entry, old)
        except Moved:
            message = gettext(
                "Nothing is brought back: somebody saved meanwhile. Look again at what differs."
            )
            self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(f"{address_of('compare', entry)}?one={old.pk}")
        except (DocumentError, Refused) as error:
            message = gettext("It cannot be brought back: %(reason)s")
            self.message_user(request, message % {"reason": error}, messages.ERROR)
            return HttpResponseRedirect(address_of("history", entry))
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(address_of("change", entry))

    @transaction.atomic
    def _bring_back(self, request: HttpRequest, entry: Entry, old: Revision) -> str:
        """Have an entry say what an old revision said; what is told of it. What readers see anyway needs no revision."""
        account = cast(User, request.user)
        entry = revising.locked(entry)
        now = revising.present(entry)
        document = revising.as_it_would_stand(entry, old.document)
        if request.POST.get(STARTED_FROM) != now.digest:
            raise Moved
        if document == now.document:
            return gettext("It says so already.")
        if now.head and revising.is_held_back(entry) and document == documents.dump(entry):
            revising.discard(entry, by=account)
            told = gettext("It says again what is public; the change stays in the history.")
            self.log_change(request, entry, told)
            return told
        moment = moments.in_words(old.made_at)
        reason = gettext("Brought back what it said on %(moment)s.") % {"moment": moment}
        revising.save(entry, document, by=account, started_from=now.digest, said=Said(reason=reason))
        self.log_change(request, entry, reason)
        if revising.is_held_back(entry):
            return gettext("%(what)s Readers do not see it before it is published.") % {"what": reason}
        return reason

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Gives up the change that is not public yet, after asking."""
        entry = self._seen(request, object_id)
        deny_unless(self.has_change_permission(request, entry))
        if request.method == "POST":
            try:
                self._give_up(request, entry)
            except Moved:
                message = gettext("Nothing is discarded: somebody saved meanwhile. Look at the change again.")
                self.message_user(request, message, messages.ERROR)
                return HttpResponseRedirect(address_of("discard", entry))
            except Refused as refused:
                self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(address_of("change", entry))
        now = revising.present(entry)
        if now.head is None or not revising.is_held_back(entry):
            self.message_user(
                request, gettext("There is no change here that could be discarded."), messages.INFO
            )
            return HttpResponseRedirect(address_of("change", entry))
        context = {
            **self.admin_site.each_context(request),
            **_start(now.digest),
            "title": gettext("Discard the change of “%(entry)s”") % {"entry": entry},
            "opts": self.opts,
            "entry": entry,
            "lines": differences_in_words(documents.dump(entry), now.document),
            "change_url": address_of("change", entry),
        }
        return TemplateResponse(request, "admin/partnership/discard.html", context)

    @transaction.atomic
    def _give_up(self, request: HttpRequest, entry: Entry) -> None:
        """Discard the open change if it is still the one that was looked at."""
        entry = revising.locked(entry)
        head = revising.head_of(entry) if revising.is_held_back(entry) else None
        if head and request.POST.get(STARTED_FROM) != head.digest:
            raise Moved
        bundle = waiting_bundle_of(entry.reference)
        revising.discard(entry, by=cast(User, request.user))
        if bundle is not None:
            self.message_user(request, told_to_have_left(entry, bundle), messages.WARNING)
        self.log_change(request, entry, gettext("Discarded the change."))
        message = gettext("The change of “%(entry)s” is discarded; it stays in the history.")
        self.message_user(request, message % {"entry": entry}, messages.SUCCESS)


def _start(digest: str) -> dict[str, str]:
    """The hidden field by which a page says what it showed."""
    return {"started_from_name": STARTED_FROM, "started_from": digest}


def _versions(entry: Entry, revisions: list[Revision]) -> list[Version]:
    """Each revision with the document it began with."""
    of_entry = revising.revisions_of(entry)
    known = list(of_entry.values_list("pk", "digest", "state"))
    starts = {each.pk: _start_of(each, known) for each in revisions}
    found = of_entry.filter(digest__in=set(starts.values())).order_by()
    said = dict(found.values_list("digest", "document"))
    return [Version(each, said.get(starts[each.pk])) for each in revisions]


def _start_of(revision: Revision, known: list[tuple[int, str, str]]) -> str:
    """The digest a revision began with: of what it continues, of what stood then, or of what was public before it.

    `known` are key, digest and state of all revisions of the entry, the newest first.
    """
    for key, digest, _state in known:
        if key == revision.previous_id:
            return digest
    if revision.base_digest not in ("", revision.digest):
        return revision.base_digest
    public = (
        digest for key, digest, state in known if key < revision.pk and state == RevisionState.PUBLISHED
    )
    return next(public, "")


def _chosen(entry: Entry, key: str | None) -> Revision | None:
    """The revision of an entry that an address names; None for none.

    Raises:
        Http404: there is no such revision of the entry.
    """
    if not key:
        return None
    found = revising.revisions_of(entry).filter(pk=key).first() if is_number_of_row(key) else None
    if found is None:
        raise Http404
    return found
