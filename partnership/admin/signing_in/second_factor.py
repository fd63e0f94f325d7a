"""After the password: a code of an app, a passkey, or a recovery code."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice

from partnership import audit
from partnership.sign_in import factors, stages
from partnership.sign_in.factors import TooSoon

from .leading import next_of, page
from .locked import locked_page

# A recovery code is to be made anew before the last is gone.
FEW = 3


class CodeForm(forms.Form):
    """A code, as an app shows it or as it was written down."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


def second_factor_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """The page that asks for whatever the account has, and what becomes of a code."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if stages.is_locked(request):
            return locked_page(request)
        if form.is_valid() and (device := _device_for(request, form)):
            admit(request, device)
            return HttpResponseRedirect(next_of(request))
    context = page(
        request,
        admin_site,
        gettext("Second factor"),
        form=form,
        factors=factors.factors_of(cast(User, request.user)),
        next=next_of(request),
    )
    return TemplateResponse(request, "admin/partnership/sign_in/second_factor.html", context)


def _device_for(request: HttpRequest, form: CodeForm) -> Device | None:
    try:
        device = factors.check_code(cast(User, request.user), form.cleaned_data["code"])
    except TooSoon as soon:
        form.add_error("code", wait_in_words(soon.until))
        return None
    if device is None:
        refuse(request, "code")
        form.add_error("code", gettext("The code is wrong, or it was used already. Take the next one."))
    return device


def wait_in_words(until: datetime) -> str:
    """How long no code is looked at."""
    seconds = max(1, round((until - timezone.now()).total_seconds()))
    return ngettext(
        "After a wrong code no other is looked at for a moment. Try again in %(seconds)s second.",
        "After a wrong code no other is looked at for a moment. Try again in %(seconds)s seconds.",
        seconds,
    ) % {"seconds": seconds}


def refuse(request: HttpRequest, factor: str) -> None:
    """Count and tell a second factor that was not right."""
    audit.tell("second factor refused", by=cast(User, request.user), request=request, factor=factor)
    stages.count_failure(request)


def admit(request: HttpRequest, device: Device) -> None:
    """Let in whoever has shown a second factor, and tell it."""
    account = cast(User, request.user)
    stages.let_in(request, device)
    audit.tell("signed in", by=account, request=request, factor=factors.kind_of(device))
    if isinstance(device, StaticDevice):
        left = device.token_set.count()
        audit.tell("recovery code used", by=account, request=request, left=left)
        if left < FEW:
            told = ngettext(
                "You have %(left)s recovery code left. Make new ones under “Sign-in”.",
                "You have %(left)s recovery codes left. Make new ones under “Sign-in”.",
                left,
            )
            messages.warning(request, told % {"left": left})
