"""How a form of an entry is shown and taken.

The form of an entry with a change that is not public yet shows that change: its document is applied, the form rendered,
and all of it rolled back. A save works the same way: what the form makes of what its editor saw is read as a document and
rolled back, and the document is kept as a revision. Only the rows of drafts follow at once.
"""

from itertools import chain
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext

from partnership import documents, generation, search
from partnership.documents import Document, DocumentError
from partnership.editorial import merging, remit, revising, workflow
from partnership.editorial.bundled import waiting_bundle_of
from partnership.editorial.revising import Moved, Present, Refused, Said
from partnership.editorial.rules import Problem
from partnership.models import Entry, Revision

from .addresses import address_of, list_of, with_filters
from .forms import EntryForm
from .guard import STARTED_FROM, Guarded
from .joining import SEEN, Sides, choices_of, joining_page
from .presence import Attended
from .reasons import as_message, sentences
from .state import state_of
from .telling_apart import MayBeThere, TellingApart, is_asked_about

SUBMIT_BUTTON = "_submit"


class Editing(TellingApart, Attended):
    """The form of an entry, and what becomes of what it sends."""

    form = EntryForm

    # Showing

    def state_of(self, obj: Model) -> str:
        """The digest of what the editors of an entry see, but for its state: no form changes that."""
        return _digest(revising.present(cast(Entry, obj)).document)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", ())
        head = revising.head_of(obj) if obj is not None and obj.pk else None
        form.said = Said(head.reason, head.nature, head.publish_at) if head else Said()
        return form

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        may_write = self.has_add_permission(request) if obj is None else True
        if may_write and self.has_change_permission(request, obj) and not context["is_popup"]:
            context["submit"] = SUBMIT_BUTTON
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form of an entry as its editors see it, or what becomes of it when it is sent."""
        entry = cast("Entry | None", self.get_object(request, unquote(object_id)) if object_id else None)
        if entry is None:
            return self._add(request, object_id, form_url, extra_context)
        extra_context = {**(extra_context or {}), "state": state_of(entry, cast(User, request.user))}
        if request.method == "POST" and self.has_change_permission(request, entry):
            return self._change(request, entry, form_url, extra_context)
        return self._form(request, entry, revising.present(entry).document, form_url, extra_context)

    def _form(
        self,
        request: HttpRequest,
        entry: Entry,
        document: Document,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        """Django's view of the form with a document in the place of the rows; it is rendered before they come back."""
        if document == documents.dump(entry) and request.method != "POST":
            return self._django_view(request, entry, form_url, extra_context)
        try:
            with generation.held_back():
                documents.apply(document, slug=entry.slug)
                return _rendered(self._django_view(request, entry, form_url, extra_context))
        except DocumentError as error:
            self.message_user(request, _names_what_is_gone(error), messages.ERROR)
            return HttpResponseRedirect(address_of("history", entry))

    def _django_view(
        self, request: HttpRequest, entry: Entry, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        return super(Guarded, self).changeform_view(request, str(entry.pk), form_url, extra_context)

    # Taking the form of a new entry

    def _add(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        view = super(Guarded, self).changeform_view
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)
        if taken := self.take_instead(request):
            return taken
        try:
            with transaction.atomic(), search.batch():
                return view(request, object_id, form_url, extra_context)
        except Refused as refused:
            self._refuse(request, [str(problem) for problem in refused.problems])
        except MayBeThere as found:
            self._refuse(request, [self.tell_apart(request, found.likenesses)])
        return view(request, object_id, form_url, extra_context)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Keep what a new entry says as its first revision, and tell what was done."""
        document = documents.dump(obj)
        if not remit.covers_document(cast(User, request.user), document):
            raise Refused([_outside_remit()])
        self.ask_first(request, document)
        form = request.saved_form  # type: ignore[attr-defined]  # from an earlier hook of the view
        revising.save(obj, document, by=cast(User, request.user), said=form.said_now())
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._answer(request, obj, gettext("“{entry}” is saved as a draft."))

    # Taking the form of an entry that is there

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        request.saved_form = form  # type: ignore[attr-defined]  # for a later hook of the view

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Nothing to show yet: what the form made is read as a document and rolled back."""
        return HttpResponse()

    def _change(self, request: HttpRequest, entry: Entry, form_url: str, extra_context: Any) -> HttpResponse:
        seen = _seen(entry, request.POST.get(STARTED_FROM, ""))
        if seen is None:
            reason = gettext("The form is too old to be saved: open it again and enter your change anew.")
            self._refuse(request, [reason])
            return self._form(request, entry, revising.present(entry).document, form_url, extra_context)
        try:
            mine = self._made_of(request, entry, seen, form_url, extra_context)
            if isinstance(mine, HttpResponse):
                return mine
            if remit.covers_document(cast(User, request.user), mine):
                if is_asked_about(entry):
                    self.ask_first(request, mine, seen)
                return self._keep(request, entry, seen, mine)
        except DocumentError as error:
            self._refuse(request, [_names_what_is_gone(error)])
            return self._form(request, entry, documents.dump(entry), form_url, extra_context)
        except Refused as refused:  # deleted between the look and the save
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(list_of(entry))
        except MayBeThere as found:
            self._refuse(request, [self.tell_apart(request, found.likenesses)])
            return self._form(request, entry, seen, form_url, extra_context)
        self._refuse(request, [str(_outside_remit())])
        return self._form(request, entry, seen, form_url, extra_context)

    def _made_of(
        self, request: HttpRequest, entry: Entry, seen: Document, form_url: str, extra_context: Any
    ) -> Document | HttpResponse:
        """What a form makes of the document its editor saw; or the form again, where something is wrong with it."""
        with generation.held_back():
            if seen != documents.dump(entry):
                documents.apply(seen, slug=entry.slug)
            response = self._django_view(request, entry, form_url, extra_context)
            return documents.dump(entry) if hasattr(request, "saved_form") else _rendered(response)

    def _keep(self, request: HttpRequest, entry: Entry, seen: Document, mine: Document) -> HttpResponse:
        """Keep a document as a revision; where somebody saved meanwhile, first join the two."""
        now = revising.present(entry)
        if now.digest == documents.digest(seen):
            return self._store(request, entry, mine, now)
        choices = choices_of(request.POST)
        joined = merging.join(seen, mine, now.document, choices)
        if request.POST.get(SEEN) == now.digest and joined.is_settled(choices):
            return self._store(request, entry, joined.document, now)
        return joining_page(
            request, self, entry, Sides(seen, mine, now.document, now.head), joined, now.digest
        )

    def _store(self, request: HttpRequest, entry: Entry, document: Document, now: Present) -> HttpResponse:
        form = request.saved_form  # type: ignore[attr-defined]  # from an earlier hook of the view
        try:
            revision = revising.save(
                entry,
                document,
                by=cast(User, request.user),
                started_from=now.digest,
                said=form.said_now(),
            )
        except Moved:  # between the look and the save
            return self._keep(request, entry, now.document, document)
        entry.refresh_from_db()
        if revision is not None:
            self.log_change(request, entry, gettext("Saved."))
        if IS_POPUP_VAR in request.POST:
            # The small window tells the form that opened it the title that readers see.
            return super().response_change(request, entry)
        return self._answer(request, entry, self._told(entry, now, revision))

    def _told(self, entry: Entry, now: Present, revision: Revision | None) -> str:
        """What a save did, with the entry as `{entry}`."""
        if revision is None:
            return gettext("Nothing was changed in “{entry}”.")
        told = gettext("The draft “{entry}” is saved.")
        if revising.is_held_back(entry):
            told = gettext("Your change of “{entry}” is saved. Readers do not see it before it is published.")
        if now.head and now.head.is_in_review:
            again = gettext("%(told)s It was in review: submit it again.")
            if waiting_bundle_of(entry.reference):
                again = gettext("%(told)s It was in review with its bundle: submit that again.")
            told = again % {"told": told}
        return told

    # Joining a change with what became public meanwhile

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and that on which two changes are joined."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_join"
        join = path("<path:object_id>/join/", self.admin_site.admin_view(self.join_view), name=name)
        return [join, *super().get_urls()]

    def join_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Joins the open change of an entry with what became public since the change began."""
        entry = cast("Entry | None", self.get_object(request, unquote(object_id)))
        head = revising.head_of(entry) if entry and revising.is_held_back(entry) else None
        if entry is None or head is None:
            raise Http404
        deny_unless(self.has_change_permission(request, entry))
        public = documents.dump(entry)
        onto = documents.digest(public)
        began = revising.document_called(entry, head.base_digest) or public
        choices, seen = choices_of(request.POST), f"{head.digest} {onto}"
        joined = merging.join(began, head.document, public, choices)
        if request.POST.get(SEEN) != seen or not joined.is_settled(choices):
            sides = Sides(began, head.document, public, head, theirs_is_public=True)
            return joining_page(request, self, entry, sides, joined, seen)
        try:
            revising.rebase(
                entry,
                joined.document,
                by=cast(User, request.user),
                said=Said(head.reason, head.nature, head.publish_at),
                started_from=head.digest,
                onto=onto,
            )
        except (DocumentError, Moved, Refused) as error:
            message = gettext("The two cannot be joined: %(reason)s")
            self.message_user(request, message % {"reason": error}, messages.ERROR)
            return HttpResponseRedirect(address_of("history", entry))
        self.log_change(request, entry, gettext("Joined with what is public."))
        message = gettext("The change of “%(entry)s” now starts from what is public.")
        self.message_user(request, message % {"entry": entry}, messages.SUCCESS)
        return HttpResponseRedirect(address_of("change", entry))

    # Answering

    def _answer(self, request: HttpRequest, entry: Entry, told: str) -> HttpResponse:
        """Tell what was done, submit if that was asked for, and go where the button leads."""
        form_address = with_filters(self, request, address_of("change", entry))
        if SUBMIT_BUTTON in request.POST:
            self.submit(request, entry)
            return HttpResponseRedirect(form_address)
        link = format_html('<a href="{}">{}</a>', form_address, entry)
        self.message_user(request, format_html(told, entry=link), messages.SUCCESS)
        if "_continue" in request.POST:
            return HttpResponseRedirect(form_address)
        if "_addanother" in request.POST:
            return HttpResponseRedirect(with_filters(self, request, f"{list_of(entry)}add/"))
        return HttpResponseRedirect(with_filters(self, request, list_of(entry)))

    def submit(self, request: HttpRequest, entry: Entry) -> None:
        """Ask for the review of an entry, and tell what still keeps it from being public."""
        try:
            revision = revising.submit(entry, by=cast(User, request.user))
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return
        self.log_change(request, entry, gettext("Submitted for review."))
        self.message_user(
            request, gettext("“%(entry)s” is submitted for review.") % {"entry": entry}, messages.SUCCESS
        )
        with workflow.staged(revision) as stage:
            reasons = sentences(stage.entry, workflow.staged_problems(stage))
        if reasons:
            heading = gettext("Before it can be published:")
            self.message_user(request, as_message(heading, reasons), messages.WARNING)

    def _refuse(self, request: HttpRequest, reasons: list[str]) -> None:
        """Have the form shown again as typed, with the reasons at its top."""
        request.refusal = reasons  # type: ignore[attr-defined]  # for a later hook of the view
        if hasattr(request, "saved_form"):
            del request.saved_form

    # Permissions

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who has the right, for what is within the remit of the account."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or obj.pk is None or remit.covers(cast(User, request.user), obj)


def _digest(document: Document) -> str:
    head, *rows = document
    fields = {name: value for name, value in head["fields"].items() if name not in Entry.state_fields}
    return documents.digest([{**head, "fields": fields}, *rows])


def _seen(entry: Entry, digest: str) -> Document | None:
    """What a form started from: what the entry's editors see now, what its rows say, or what any revision of it said."""
    stored = (revision.document for revision in revising.revisions_of(entry).iterator())
    known = chain([revising.present(entry).document, documents.dump(entry)], stored)
    return next((document for document in known if _digest(document) == digest), None)


def object_or_404(admin: ModelAdmin, request: HttpRequest, object_id: str) -> Any:
    """The row of a model that the address of one of its pages names. Raises Http404 if there is none."""
    found = admin.get_object(request, unquote(object_id))
    if found is None:
        raise Http404
    return found


def deny_unless(allowed: bool) -> None:
    """Raise PermissionDenied unless an act is allowed."""
    if not allowed:
        raise PermissionDenied


def _outside_remit() -> Problem:
    return Problem(
        "", gettext("Your account is limited to certain parties, and none of them is in this entry: add one.")
    )


def _names_what_is_gone(error: DocumentError) -> str:
    return gettext("The change cannot be shown, something that it names is gone: %(what)s") % {"what": error}


def _rendered(response: HttpResponse) -> HttpResponse:
    """A response as text already, so that it may leave the rows it was made from."""
    return response.render() if isinstance(response, TemplateResponse) else response
