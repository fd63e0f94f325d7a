"""Taking entries off the pages, and bringing them back."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import mentions, remit, revising, workflow
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.editorial.revising import Refused
from partnership.editorial.rules import Problem
from partnership.editorial.workflow import CUT, WITHDRAW
from partnership.models import Entry, Status

from .addresses import address_of, with_filters
from .editing import deny_unless, object_or_404
from .reasons import as_message, sentences
from .undoing import with_undo

LEAVE = ""


class PublicReason(forms.Form):
    """Asks why something leaves the pages."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text=_(
            "Public: readers of the old address see it. For example: “The source has been retracted.”"
        ),
        error_messages={"required": _("Say why, for readers of the old address.")},
    )


class WithdrawForm(PublicReason):
    """Asks why an entry is withdrawn, and what becomes of each public entry that names it."""

    def __init__(self, users: list[Entry], account: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.users = users
        for user in users:
            is_covered = remit.covers(account, user)
            self.fields[f"fate:{user.reference}"] = forms.ChoiceField(
                label=f"{user} ({user.reference})",
                choices=[
                    (LEAVE, gettext("Not decided")),
                    (CUT, gettext("Take the mention out of it")),
                    (WITHDRAW, gettext("Withdraw it as well, for the same reason")),
                ],
                required=False,
                disabled=not is_covered,
                help_text=""
                if is_covered
                else gettext("Your account may not change it: ask somebody who may."),
            )

    def clean(self) -> dict[str, Any] | None:
        """Ask again for what is not decided."""
        cleaned = super().clean() or {}
        for user in self.users:
            name = f"fate:{user.reference}"
            if cleaned.get(name) == LEAVE:
                self.add_error(name, gettext("Say what becomes of it."))
        return cleaned

    def fates(self) -> dict[str, str]:
        """What was decided, by the reference of each entry."""
        return {user.reference: self.cleaned_data[f"fate:{user.reference}"] for user in self.users}

    def user_fields(self) -> list[Any]:
        """The fields that ask what becomes of the others."""
        return [self[f"fate:{user.reference}"] for user in self.users]


class Withdrawing(admin.ModelAdmin):
    """The pages on which an entry is withdrawn and published again as it stands."""

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and these."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/withdraw/", view(self.withdraw_view), name=f"{name}_withdraw"),
            path(
                "<path:object_id>/publish-again/",
                view(self.publish_again_view),
                name=f"{name}_publish_again",
            ),
        ]
        return [*own, *super().get_urls()]

    def _asked(self, request: HttpRequest, object_id: str) -> Entry:
        """The entry of an address, for who may publish it."""
        entry: Entry = object_or_404(self, request, object_id)
        account = cast(User, request.user)
        deny_unless(account.has_perm(MAY_PUBLISH) and remit.covers(account, entry))
        return entry

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the public reason and what becomes of what names the entry; withdraws it, or says why not."""
        entry = self._asked(request, object_id)
        form = WithdrawForm(mentions.public_users(entry), cast(User, request.user), request.POST or None)
        if form.is_valid():
            try:
                edition = workflow.withdraw(
                    entry,
                    reason=form.cleaned_data["reason"],
                    by=cast(User, request.user),
                    fates=form.fates(),
                )
            except Refused as refused:
                for problem in refused.problems:
                    form.add_error(None, str(problem))
            else:
                self.log_change(request, entry, gettext("Withdrawn."))
                told = gettext("“%(entry)s” is withdrawn.") % {"entry": entry}
                account = cast(User, request.user)
                self.message_user(request, with_undo(told, edition, account), messages.SUCCESS)
                return HttpResponseRedirect(with_filters(self, request, address_of("change", entry)))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Withdraw “%(entry)s”") % {"entry": entry},
            "form": form,
            "entry": entry,
            "opts": self.opts,
            "change_url": address_of("change", entry),
        }
        return TemplateResponse(request, "admin/partnership/withdraw.html", context)

    def publish_again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Publishes a withdrawn entry as it stands: nothing of it was changed, so nobody has to review it."""
        entry = self._asked(request, object_id)
        deny_unless(request.method == "POST")
        try:
            workflow.refuse_if(_not_as_it_stands(entry))
            edition = workflow.publish(entry, by=cast(User, request.user))
        except Refused as refused:
            heading = gettext("“%(entry)s” is not published:") % {"entry": entry}
            reasons = sentences(entry, refused.problems)
            self.message_user(request, as_message(heading, reasons), messages.ERROR)
        else:
            self.log_change(
                request, entry, gettext("Published in edition %(number)s.") % {"number": edition.number}
            )
            message = gettext("“%(entry)s” is public, in edition %(number)s.")
            self.message_user(request, message % {"entry": entry, "number": edition.number}, messages.SUCCESS)
        return HttpResponseRedirect(with_filters(self, request, address_of("change", entry)))


def _not_as_it_stands(entry: Entry) -> list[Problem]:
    """What speaks against publishing an entry without a second person."""
    if entry.status == Status.DRAFT:
        return [Problem("", gettext("It never was public: submit it for review."))]
    if revising.head_of(entry):
        message = gettext(
            "It has a change that is not public yet: submit that for review, or discard it first."
        )
        return [Problem("", message)]
    return []
