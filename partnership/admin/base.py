"""What every page of the staff room shares: the site, the form of an entry, publishing and withdrawing.

Status is no form field anywhere. A draft may be saved incomplete; publishing and withdrawing go through
`editorial.workflow`, which says what is missing. Saving an entry that is public changes what readers see at once, so
the save as a whole is refused when the rules do not hold.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, cast

from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnership import documents, search
from partnership.documents import Document
from partnership.editorial import workflow
from partnership.editorial.rules import Problem
from partnership.editorial.workflow import Refused
from partnership.models import Entry, Status
from partnership.models.fields import ProseField

from .choosing import NamedEntries, ShortSearch

PUBLISH_BUTTON = "_publish"
PUBLISH_AGAIN_BUTTON = "_publish_again"

under_policy: Any = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)


class RegisterAdminSite(admin.AdminSite):
    """The admin site of the register, under a content security policy of its own."""

    site_header = site_title = settings.SITE_NAME
    index_title = _("The register")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The view for staff only, under the policy of the staff's pages."""
        return under_policy(super().admin_view(view, cacheable))

    @method_decorator(under_policy)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The log-in page, under the same policy."""
        return super().login(request, extra_context)


site = RegisterAdminSite()


class StaffRequest(HttpRequest):
    """A request whose save was refused; its form is shown again with the reasons."""

    refusal: Sequence[SafeString]


class EntryForm(forms.ModelForm):
    """The form of an entry. Whatever guards a save as a whole belongs here."""

    # Set by EntryAdmin: the reasons for which the workflow refused this save when it was first tried.
    refusal: Sequence[SafeString] = ()
    # The document of a public entry from before the save.
    before: Document | None = None

    def clean(self) -> dict[str, Any] | None:
        """Refuse what the workflow refused. Raises ValidationError with the reasons, for the top of the page."""
        cleaned = super().clean()
        if self.refusal:
            heading = gettext(
                "Nothing is saved: the entry is public, and readers would see it with these faults."
            )
            raise ValidationError([heading, *self.refusal])
        return cleaned


class WithdrawForm(forms.Form):
    """Asks why an entry is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text=_(
            "Public: readers of the old address see it. For example: “The source has been retracted.”"
        ),
        error_messages={"required": _("Say why, for readers of the old address.")},
    )


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


class EntryAdmin(NamedEntries, ShortSearch):
    """What the admin of every entry shares. Subclasses write out their columns, filters, fieldsets and inlines."""

    form = EntryForm
    formfield_overrides = {ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}
    list_filter: ClassVar[Any] = ("status",)
    list_prefetch_related: ClassVar[Sequence[str]] = ()
    list_per_page = 50
    save_on_top = True
    actions = ("publish_selected",)
    state_fieldset = (
        _("State"),
        {"fields": (("status", "first_published", "changed"), ("since", "withdrawn_reason"))},
    )

    # What is shown

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EntryChangeList

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = [*super().get_fieldsets(request, obj)]
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

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if self.may_publish(request) and not context["is_popup"]:
            if obj and obj.is_public:
                context["withdraw_url"] = self._address("withdraw", obj)
            elif _is_withdrawn(obj):
                context["publish_again"] = PUBLISH_AGAIN_BUTTON
            else:
                context["publish"] = PUBLISH_BUTTON
        return super().render_change_form(request, context, *args, **kwargs)

    # Saving

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", ())
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form of an entry. A save that the workflow refuses is undone and its form shown again as typed."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if PUBLISH_AGAIN_BUTTON in request.POST:
            return self._publish_again(request, object_id or "")
        try:
            with transaction.atomic(), search.batch():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            entry = cast(Entry, self.get_object(request, unquote(object_id or "")))
            cast(StaffRequest, request).refusal = sentences(entry, refused.problems)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store what the form shows and no other column: the state of the entry is the workflow's."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        form.before = documents.dump(obj) if obj.is_public else None
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=columns.intersection(form.cleaned_data))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the owned rows; then a public entry is made public anew, or Refused undoes the save."""
        super().save_related(request, form, formsets, change)
        if form.before is not None:
            workflow.republish(form.instance, before=form.before, by=cast(Any, request.user))

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        if PUBLISH_BUTTON in request.POST:
            return self._publish_saved(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if PUBLISH_BUTTON in request.POST:
            return self._publish_saved(request, obj)
        return super().response_change(request, obj)

    # Publishing and withdrawing

    def may_publish(self, request: HttpRequest) -> bool:
        """Who may change entries of the kind may publish and withdraw them."""
        return self.has_change_permission(request)

    def _publish_saved(self, request: HttpRequest, entry: Entry) -> HttpResponse:
        """Publish what was just saved; when it is refused the draft stays saved and its form says why."""
        if not self.may_publish(request):
            raise PermissionDenied
        if _is_public_now(entry):
            message = gettext("“%(entry)s” was public already; it is changed as you sent it.")
            self.message_user(request, message % {"entry": entry}, messages.SUCCESS)
        else:
            self._publish(request, entry, gettext("“%(entry)s” is saved as it is, but not public:"))
        return HttpResponseRedirect(self._keep_filters(request, self._address("change", entry)))

    def _publish_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Publish a withdrawn entry as it stands: nothing of what was posted is stored."""
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            raise Http404
        if not self.may_publish(request):
            raise PermissionDenied
        self._publish(request, entry, gettext("“%(entry)s” is not published:"))
        return HttpResponseRedirect(self._keep_filters(request, self._address("change", entry)))

    def _publish(self, request: HttpRequest, entry: Entry, refusal: str) -> None:
        """Publish one entry and tell who asked what came of it."""
        try:
            edition = workflow.publish(entry, by=cast(Any, request.user))
        except Refused as refused:
            heading = refusal % {"entry": entry}
            reasons = format_html_join(
                "", "<li>{}</li>", ((each,) for each in sentences(entry, refused.problems))
            )
            self.message_user(request, format_html("{}<ul>{}</ul>", heading, reasons), messages.ERROR)
            return
        self.log_change(
            request, entry, gettext("Published in edition %(number)s.") % {"number": edition.number}
        )
        message = gettext("“%(entry)s” is public, in edition %(number)s.")
        self.message_user(request, message % {"entry": entry, "number": edition.number}, messages.SUCCESS)

    @admin.action(description=_("Publish the selected entries"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Publish each entry for itself: one that is refused does not hold back the others."""
        refusal = gettext("“%(entry)s” is not published:")
        already = 0
        # Read once: a list narrowed by status loses what becomes public.
        for entry in list(queryset):
            # Asked of each in its turn: publishing one publishes the drafts that it names.
            if _is_public_now(entry):
                already += 1
            else:
                self._publish(request, entry, refusal)
        if already:
            message = ngettext(
                "%(count)d entry was public already.", "%(count)d entries were public already.", already
            )
            self.message_user(request, message % {"count": already}, messages.INFO)

    def get_actions(self, request: HttpRequest) -> Any:
        """No bulk delete: only a draft may be deleted, and only by itself."""
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin and the one on which an entry is withdrawn."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_withdraw"
        withdraw = path(
            "<path:object_id>/withdraw/", self.admin_site.admin_view(self.withdraw_view), name=name
        )
        return [withdraw, *super().get_urls()]

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the public reason and withdraws the entry, or says why it cannot be withdrawn."""
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            raise Http404
        if not self.may_publish(request):
            raise PermissionDenied
        form = WithdrawForm(request.POST or None)
        if form.is_valid():
            try:
                workflow.withdraw(entry, reason=form.cleaned_data["reason"], by=cast(Any, request.user))
            except Refused as refused:
                for problem in refused.problems:
                    form.add_error(None, str(problem))
            else:
                self.log_change(request, entry, gettext("Withdrawn."))
                self.message_user(
                    request, gettext("“%(entry)s” is withdrawn.") % {"entry": entry}, messages.SUCCESS
                )
                return HttpResponseRedirect(self._keep_filters(request, self._address("change", entry)))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Withdraw “%(entry)s”") % {"entry": entry},
            "form": form,
            "entry": entry,
            "opts": self.opts,
            "change_url": self._address("change", entry),
        }
        return TemplateResponse(request, "admin/partnership/withdraw.html", context)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not what is withdrawn: readers see its page, and a change there would leave no record."""
        return not _is_withdrawn(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what never was public can be deleted; anything else is withdrawn, so that its address keeps telling."""
        never_public = obj is None or (obj.status == Status.DRAFT and obj.first_published is None)
        return never_public and super().has_delete_permission(request, obj)

    # Addresses

    def _address(self, page: str, entry: Entry) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(entry.pk)], current_app=self.admin_site.name)

    def _keep_filters(self, request: HttpRequest, address: str) -> str:
        kept: dict[str, Any] = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(kept, address)


def _is_withdrawn(entry: Any) -> bool:
    return entry is not None and entry.status == Status.WITHDRAWN


def _is_public_now(entry: Entry) -> bool:
    return type(entry).objects.published().filter(pk=entry.pk).exists()


# Reasons, as sentences that lead to the place to mend


def sentences(entry: Entry, problems: Iterable[Problem]) -> list[SafeString]:
    """Each problem with a link to its field or row in the form of the entry, where the form has it."""
    places = _places(entry)
    return [_sentence(problem, places) for problem in problems]


def _sentence(problem: Problem, places: dict[str, tuple[str, str]]) -> SafeString:
    if not problem.field:
        return format_html("{}", capfirst(problem.message))
    name, _space, column = problem.field.partition(" ")
    if name not in places:
        return format_html("{}: {}", problem.field, problem.message)
    anchor, label = places[name]
    if column:
        anchor, label = f"id_{anchor}-{column}", f"{label}, {column}"
    return format_html('<a href="#{}">{}</a>: {}', anchor, capfirst(label), problem.message)


def _places(entry: Entry) -> dict[str, tuple[str, str]]:
    """Fields, groups of rows and rows of an entry by name or key: the anchor in its form, and what to call it."""
    fields: list[Any] = [*entry._meta.concrete_fields, *entry._meta.many_to_many]
    places = {field.name: (f"id_{field.name}", str(field.verbose_name)) for field in fields}
    for accessor, rows in entry.owned().items():
        group = cast(type[Model], getattr(type(entry), accessor).rel.related_model)
        places[accessor] = (f"{accessor}-group", str(group._meta.verbose_name_plural))
        places.update({row.key: (f"{accessor}-{number}", str(row)) for number, row in enumerate(rows)})
    return places
