"""Bundles in the admin: changes of several entries that are reviewed, previewed and published as one."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Count, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.documents import DocumentError
from partnership.editorial import bundle_review as reviewing_bundles
from partnership.editorial import bundling
from partnership.editorial.revising import Refused
from partnership.models import Bundle, BundleState, Entry

from . import bundle_preview, bundle_review
from .addresses import address_of, list_of
from .bundle_page import entry_called, may_put_in, page_of
from .choosing import ShortSearch, is_number_of_row
from .editing import deny_unless
from .guard import Guarded
from .reasons import as_message
from .site import site


class BundleForm(forms.ModelForm):
    """What is said of a bundle as a whole."""

    class Meta:
        model = Bundle
        fields = ("title", "note", "publish_at")
        widgets = {
            "publish_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        }
        field_classes = {"publish_at": forms.DateTimeField}


@admin.register(Bundle, site=site)
class BundleAdmin(Guarded, ShortSearch):
    """The list of bundles, the page of each, and the acts on it."""

    form = BundleForm
    change_form_template = "admin/partnership/bundle/page.html"
    fieldsets = ((_("About the bundle"), {"fields": ("title", "note", "publish_at")}),)
    list_display = ("title", "state", "publish_at", "how_many", "made_by_name")
    list_filter = ("state",)
    search_fields = ("title", "note")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Bundles with the number of their entries."""
        return super().get_queryset(request).annotate(item_count=Count("items"))

    @admin.display(description=_("entries"), ordering="item_count")
    def how_many(self, bundle: Any) -> int:
        """How many entries are in it."""
        return bundle.item_count

    def get_actions(self, request: HttpRequest) -> Any:
        """No bulk delete: what is in a bundle is freed bundle by bundle."""
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }

    # Permissions: what is looked at as a whole stays as it is until it is taken back; what is public for good.

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state in bundling.OPEN)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_public = obj is not None and obj.state == BundleState.PUBLISHED
        return super().has_delete_permission(request, obj) and not is_public

    # The form

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and these."""

        def of(address: str, view: Callable[..., Any], name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=f"partnership_bundle_{name}")

        own = [
            of("put/", self.put_view, "put"),
            of("<int:key>/act/", self.act_view, "act"),
            of("<int:key>/review/", self.review_view, "review"),
            of("<int:key>/preview/", self.preview_view, "preview"),
            of("<int:key>/preview/<path:address>", self.preview_view, "preview_page"),
            of("<int:key>/preview-link/", self.link_view, "preview_link"),
            of("<int:key>/export.zip", self.export_view, "export"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The page of a bundle: its entries, what may be done, and the form of what is said of it."""
        bundle = self.get_object(request, object_id)
        if bundle is not None and self.has_view_or_change_permission(request, bundle):
            page = page_of(cast(Bundle, bundle), cast(User, request.user), request.GET.get("q", ""))
            extra_context = {**(extra_context or {}), "page": page}
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            account = cast(User, request.user)
            obj.made_by, obj.made_by_name = account, account.get_username()
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect:
        """On to the page of the bundle, where entries are put in."""
        return HttpResponseRedirect(address_of("change", obj))

    def response_post_save_change(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect:
        """Back to the page of the bundle."""
        return HttpResponseRedirect(address_of("change", obj))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """The page that asks, or the deletion; refused where it is none of the account's."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(list_of(Bundle))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete a bundle that waits; its members are edited by themselves again."""
        bundling.delete(cast(Bundle, obj), by=cast(User, request.user))

    # Acts

    def _bundle(self, request: HttpRequest, key: int) -> Bundle:
        bundle = Bundle.objects.filter(pk=key).first() if key < 2**63 else None
        if bundle is None:
            raise Http404
        deny_unless(self.has_view_permission(request, bundle))
        return bundle

    def act_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Does what a button of the page of a bundle says: put in, take out, submit, take back."""
        bundle = self._bundle(request, key)
        account = cast(User, request.user)
        deny_unless(request.method == "POST" and account.has_perm("partnership.change_bundle"))
        try:
            if "_put_in" in request.POST:
                self._put_in(request, bundle, request.POST["_put_in"])
            elif "_take_out" in request.POST:
                bundling.take_out(bundle, request.POST["_take_out"], by=account)
                told = gettext("It is taken out of the bundle “%(bundle)s”.")
                self._tell(request, bundle, told % {"bundle": bundle})
            elif "_submit" in request.POST:
                bundle = bundling.submit(bundle, by=account)
                told = gettext("The bundle “%(bundle)s” is submitted for review.")
                self._tell(request, bundle, told % {"bundle": bundle})
                self._warn(request, bundle)
            elif "_take_back" in request.POST:
                bundling.take_back(bundle, by=account)
                told = gettext("The bundle “%(bundle)s” is put together anew: submit it again.")
                self._tell(request, bundle, told % {"bundle": bundle})
        except Refused as refused:
            self._refuse(request, refused)
        return HttpResponseRedirect(address_of("change", bundle))

    def put_view(self, request: HttpRequest) -> HttpResponse:
        """Puts an entry into a bundle from the entry's own form."""
        deny_unless(request.method == "POST")
        entry, key = entry_called(request.POST.get("entry", "")), request.POST.get("bundle", "")
        if entry is None or not is_number_of_row(key):
            raise Http404
        bundle = self._bundle(request, int(key))
        try:
            self._put_in(request, bundle, entry.reference)
        except Refused as refused:
            self._refuse(request, refused)
        return HttpResponseRedirect(address_of("change", entry))

    def _put_in(self, request: HttpRequest, bundle: Bundle, reference: str) -> None:
        entry: Entry | None = entry_called(reference)
        if entry is None:
            raise Http404
        account = cast(User, request.user)
        deny_unless(may_put_in(account, entry))
        bundling.put_in(bundle, entry, by=account)
        told = gettext("“%(entry)s” is put into the bundle “%(bundle)s”.")
        self._tell(request, bundle, told % {"entry": entry, "bundle": bundle})

    def _tell(self, request: HttpRequest, bundle: Bundle, told: str) -> None:
        self.message_user(request, told, messages.SUCCESS)
        self.log_change(request, bundle, told)

    def _refuse(self, request: HttpRequest, refused: Refused) -> None:
        reasons = as_message(gettext("Nothing is done:"), map(str, refused.problems))
        self.message_user(request, reasons, messages.ERROR)

    def _warn(self, request: HttpRequest, bundle: Bundle) -> None:
        """Tell what still keeps a bundle from being public."""
        try:
            with reviewing_bundles.looked_at(bundle) as looked:
                reasons = [str(each) for each in looked.faults()]
        except (DocumentError, Refused) as error:
            reasons = [str(error)]
        if reasons:
            heading = gettext("Before it can be published:")
            self.message_user(request, as_message(heading, reasons), messages.WARNING)

    # Looking

    def review_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """The review of a bundle."""
        return bundle_review.review_view(request, self.admin_site, self._bundle(request, key))

    def preview_view(self, request: HttpRequest, key: int, address: str = "") -> HttpResponseBase:
        """The public site with the bundle in place; what is published stands on the site itself."""
        bundle = self._bundle(request, key)
        back = address_of("change", bundle)
        if bundle.state == BundleState.PUBLISHED:
            return HttpResponseRedirect(back)
        return bundle_preview.preview(request, bundle, address_of("preview", bundle), address, back)

    def link_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Makes a link to the preview for somebody without an account, and says when it ends."""
        bundle = self._bundle(request, key)
        deny_unless(cast(User, request.user).has_perm("partnership.change_bundle"))
        if request.method != "POST" or bundle.state == BundleState.PUBLISHED:
            return HttpResponseRedirect(address_of("change", bundle))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Link to the preview of “%(entry)s”") % {"entry": bundle},
            "opts": self.opts,
            "entry": bundle,
            "link": request.build_absolute_uri(bundle_preview.link_to(bundle)),
            "days": settings.PREVIEW_DAYS,
            "change_url": address_of("change", bundle),
        }
        return TemplateResponse(request, "admin/partnership/preview_link.html", context)

    def export_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """The register as the bundle would make it, before it does."""
        bundle = self._bundle(request, key)
        if bundle.state == BundleState.PUBLISHED:
            return HttpResponseRedirect(address_of("change", bundle))
        return bundle_preview.export_of(request, bundle)
