"""The page on which a new draft is made out of what another entry says."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext

from partnership.editorial import copying, remit, revising
from partnership.editorial.revising import Refused
from partnership.models import Entry
from partnership.text import normalise

from .addresses import address_of
from .editing import deny_unless, object_or_404


class CopyForm(forms.Form):
    """Asks what the copy is called and at which address it stands: an address never changes, so it is chosen here."""

    def __init__(self, entry: Entry, naming_field: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.naming_field = entry, naming_field
        called = revising.present(entry).document[0]["fields"][naming_field]
        for name, value in ((naming_field, called), ("slug", copying.free_address(entry))):
            field: Any = type(entry)._meta.get_field(name)
            self.fields[name] = field.formfield(initial=value, widget=AdminTextInputWidget)
        self.fields[naming_field].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any] | None:
        """Bring the name into normal form. Raises ValidationError if nothing is left of it."""
        cleaned = super().clean() or {}
        if called := cleaned.get(self.naming_field):
            cleaned[self.naming_field] = normalise(called)
            if not cleaned[self.naming_field]:
                self.add_error(self.naming_field, self.fields[self.naming_field].error_messages["required"])
        return cleaned

    def clean_slug(self) -> str:
        """The address. Raises ValidationError if another entry has it."""
        slug: str = self.cleaned_data["slug"]
        if type(self.entry)._base_manager.filter(slug=slug).exists():
            raise ValidationError(gettext("Another entry has this address: choose another one."))
        return slug

    def said(self) -> dict[str, str]:
        """What the copy is called, by the name of the field."""
        return {self.naming_field: self.cleaned_data[self.naming_field]}


class Duplicating(admin.ModelAdmin):
    """How an entry is duplicated: a page asks for name and address, and opens the form of the new draft."""

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and this one."""
        if not copying.can_be_copied(self.model):
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}_duplicate"
        view = self.admin_site.admin_view(self.duplicate_view)
        return [path("<path:object_id>/duplicate/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form, with the way to a copy for whoever may make one."""
        obj = kwargs.get("obj")
        if obj is not None and obj.pk and copying.can_be_copied(self.model):
            may_add = self.has_add_permission(request)
            context["duplicate_address"] = address_of("duplicate", obj) if may_add else ""
        return super().render_change_form(request, context, *args, **kwargs)

    def duplicate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for name and address of the copy; makes it, or says why not."""
        entry: Entry = object_or_404(self, request, object_id)
        deny_unless(self.has_add_permission(request) and self.has_view_permission(request, entry))
        [naming_field] = self.get_prepopulated_fields(request)["slug"]
        form = CopyForm(entry, naming_field, request.POST or None)
        if form.is_valid() and (copy := self._made(request, entry, form)):
            return HttpResponseRedirect(address_of("change", copy))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Duplicate “%(entry)s”") % {"entry": entry},
            "form": form,
            "entry": entry,
            "has_country_code": bool(getattr(entry, "country_code", "")),
            "opts": self.opts,
            "change_url": address_of("change", entry),
        }
        return TemplateResponse(request, "admin/partnership/duplicate.html", context)

    def _made(self, request: HttpRequest, entry: Entry, form: CopyForm) -> Entry | None:
        """The copy; None, with the reasons in the form, if it is refused."""
        account, slug = cast(User, request.user), form.cleaned_data["slug"]
        if not remit.covers_document(account, copying.copy_of(entry, slug, form.said())):
            form.add_error(
                None,
                gettext("Your account is limited to certain parties, and none of them is in this entry."),
            )
            return None
        try:
            copy = copying.duplicate(entry, slug, form.said(), by=account)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.field or None, problem.message)
            return None
        self.log_addition(request, copy, gettext("Copied from %(entry)s") % {"entry": entry.reference})
        told = gettext("“{entry}” is a draft of its own, copied from {source}.")
        source = format_html('<a href="{}">{}</a>', address_of("change", entry), entry.reference)
        self.message_user(request, format_html(told, entry=copy, source=source), messages.SUCCESS)
        return copy
