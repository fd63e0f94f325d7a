"""An administrator takes the factors from somebody who lost them."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnership import audit
from partnership.admin.editing import deny_unless
from partnership.editorial.accounts import may_manage
from partnership.sign_in import factors, sessions

from .leading import page


def may_reset(request: HttpRequest, account: User) -> bool:
    """Whether somebody may take the factors from an account: never from their own, nor from one that may do more than they."""
    by = cast(User, request.user)
    return by != account and may_manage(by, account)


class TellsFactors(admin.ModelAdmin):
    """The form of an account says what it signs in with, and leads to where that is taken from it."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """That of Django, and the second factor."""
        return (*super().get_readonly_fields(request, obj), "second_factor")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those of Django, and below them the second factor of an account that exists."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is None else (*fieldsets, (_("Sign-in"), {"fields": ["second_factor"]}))

    @admin.display(description=_("second factor"))
    def second_factor(self, account: User) -> str:
        """How many factors there are; what they are called is the account's own business."""
        found = factors.factors_of(account)
        words = gettext("Apps: %(apps)s. Passkeys: %(passkeys)s. Recovery codes left: %(codes)s.") % {
            "apps": len(found.apps),
            "passkeys": len(found.passkeys),
            "codes": found.codes,
        }
        if not found.is_any:
            return words
        address = reverse("admin:security_reset", args=[account.pk])
        return format_html(
            '{} <a href="{}">{}</a>', words, address, gettext("Take them away, because they are lost")
        )


def reset_view(request: HttpRequest, admin_site: Any, key: int) -> HttpResponse:
    """Asks, then takes all factors from an account and ends its sessions; it sets up new ones when it signs in next."""
    account = get_object_or_404(User, pk=key)
    deny_unless(may_reset(request, account))
    if request.method == "POST":
        number = factors.reset(account)
        sessions.end_all(account)
        audit.tell(
            "factors reset",
            by=cast(User, request.user),
            request=request,
            account=account.get_username(),
            number=number,
        )
        admin_site.get_model_admin(User).log_change(request, account, gettext("Second factor taken away."))
        told = ngettext(
            "%(number)s factor of %(name)s is taken away, and its sessions have ended.",
            "%(number)s factors of %(name)s are taken away, and its sessions have ended.",
            number,
        )
        messages.success(request, told % {"number": number, "name": account.get_username()})
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[account.pk]))
    context = page(
        request,
        admin_site,
        gettext("Take away the second factor of %(name)s") % {"name": account.get_username()},
        account=account,
        factors=factors.factors_of(account),
        is_asked_for=settings.SECOND_FACTOR,
    )
    return TemplateResponse(request, "admin/partnership/sign_in/reset.html", context)
