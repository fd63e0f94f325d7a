"""The pages on which an account that has left is switched off, and on which its name is erased."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import erasing, leaving
from partnership.editorial.accounts import may_manage
from partnership.editorial.revising import Refused
from partnership.sign_in import factors, sessions

from .editing import deny_unless, object_or_404


class Leaving(admin.ModelAdmin):
    """How an account leaves: it is switched off for good, and its name can be erased from what it did."""

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and these."""
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/leave/", view(self.leave_view), name="auth_user_leave"),
            path("<path:object_id>/erase-name/", view(self.erase_name_view), name="auth_user_erase_name"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("has left"))
    def leaving(self, account: User) -> SafeString:
        """Where an account is switched off, or where its name is erased once it is."""
        if account.is_active:
            address = reverse("admin:auth_user_leave", args=[account.pk])
            return format_html(
                '<a href="{}">{}</a>', address, gettext("Who had it has left: switch it off for good")
            )
        address = reverse("admin:auth_user_erase_name", args=[account.pk])
        words = gettext("It is switched off.")
        return format_html('{} <a href="{}">{}</a>', words, address, gettext("Erase its name"))

    def leave_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then switches an account off: no password, no second factor, no session, no notices."""
        account = self._asked(request, object_id)

        def act(by: User) -> str:
            leaving.leave(account, by=by)
            factors.reset(account)
            sessions.end_all(account)
            self.log_change(request, account, gettext("Switched off: has left."))
            return gettext("“%(name)s” is switched off. History keeps naming it.") % {"name": account}

        return self._ask(
            request,
            account,
            act,
            title=gettext("Switch off “%(name)s”") % {"name": account},
            sentences=[
                gettext(
                    "It cannot sign in any more: its password, second factors, sessions and notices end now."
                ),
                gettext("What it did stays, under its name. Its roles are kept, in case it comes back."),
            ],
            button=gettext("Switch it off"),
        )

    def erase_name_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then replaces the name of an account that has left in all that it signed."""
        account = self._asked(request, object_id)
        deny_unless(erasing.may_erase(cast(User, request.user)))
        name = account.get_username()

        def act(by: User) -> str:
            number = leaving.erase_name(account, by=by)
            factors.reset(account)
            self.log_change(request, User.objects.get(pk=account.pk), gettext("Name erased."))
            told = ngettext(
                "The name is erased, in %(number)d place.",
                "The name is erased, in %(number)d places.",
                number,
            )
            return told % {"number": number}

        return self._ask(
            request,
            account,
            act,
            title=gettext("Erase the name of “%(name)s”") % {"name": account},
            sentences=[
                gettext(
                    "History says “%(words)s” instead, and the account becomes a nameless one. It cannot be undone."
                )
                % {"words": leaving.FORMER},
                gettext(
                    "Where others wrote the name “%(name)s” into texts, it stays: look for it under “Erase personal data”."
                )
                % {"name": account.get_full_name() or name},
            ],
            button=gettext("Erase the name"),
        )

    def _asked(self, request: HttpRequest, object_id: str) -> User:
        """The account of an address, for who may manage it."""
        account: User = object_or_404(self, request, object_id)
        deny_unless(may_manage(request.user, account))
        return account

    def _ask(
        self, request: HttpRequest, account: User, act: Callable[[User], str], **shown: Any
    ) -> HttpResponse:
        """The page that asks, or what became of the act."""
        form = reverse("admin:auth_user_change", args=[account.pk])
        if request.method == "POST":
            try:
                messages.success(request, act(cast(User, request.user)))
            except Refused as refused:
                messages.error(request, str(refused))
            return HttpResponseRedirect(form)
        context = {**self.admin_site.each_context(request), **shown, "account": account, "change_url": form}
        return TemplateResponse(request, "admin/partnership/leave.html", context)
