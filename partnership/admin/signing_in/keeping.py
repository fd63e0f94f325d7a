"""The page “Sign-in” of an account: its authenticator apps, passkeys and recovery codes, and its other sessions."""

from base64 import b32encode
from typing import Any, cast

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnership import audit
from partnership.sign_in import factors, sessions, stages
from partnership.sign_in.factors import FactorRefused, LastFactor, TooMany, TooSoon

from .leading import GOING_TO, page
from .second_factor import CodeForm, admit, wait_in_words

PAGES = "admin/partnership/sign_in"


class NameForm(forms.Form):
    """What an app or a passkey is called, so that its owner knows it again."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        widget=AdminTextInputWidget,
        help_text=_("By which you know it again, for example “Telephone”."),
    )


class PasswordForm(forms.Form):
    """The password of whoever is signed in."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


def keeping_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """What the account signs in with, and what can be done with it."""
    is_in = stages.is_in(request)
    context = page(
        request,
        admin_site,
        gettext("Sign-in") if is_in else gettext("Set up a second factor"),
        factors=factors.factors_of(_account(request)),
        app_form=NameForm(auto_id="id_app_%s", initial={"name": gettext("Telephone")}),
        passkey_form=NameForm(auto_id="id_passkey_%s", initial={"name": gettext("Passkey")}),
        is_asked_for=settings.SECOND_FACTOR,
        is_in=is_in,
        going_to=request.session.get(GOING_TO, ""),
    )
    return TemplateResponse(request, f"{PAGES}/keeping.html", context)


def sure_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """Asks for the password again, before anything is changed that decides who may come in."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = _account(request)
        password = form.cleaned_data["password"]
        if authenticate(request, username=account.get_username(), password=password) == account:
            sessions.be_sure(request.session)
            audit.tell("password given again", by=account, request=request)
            return HttpResponseRedirect(reverse("admin:security"))
        form.add_error("password", gettext("This is not your password."))
    context = page(request, admin_site, gettext("Your password, please"), form=form)
    return TemplateResponse(request, f"{PAGES}/sure.html", context)


# Authenticator apps


def begin_app_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """Begins an app, and leads to the page that shows its secret."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:security"))
    form = NameForm(request.POST)
    if not form.is_valid():
        return _back(request, gettext("Give the app a name of at most 64 characters."))
    try:
        app = factors.begin_app(_account(request), form.cleaned_data["name"])
    except TooMany:
        return _back(request, too_many_in_words())
    return HttpResponseRedirect(reverse("admin:security_app", args=[app.pk]))


def app_view(request: HttpRequest, admin_site: Any, key: int) -> HttpResponse:
    """The secret of an app that was begun, as a picture and as text, until the app has shown the right code."""
    app = get_object_or_404(TOTPDevice, pk=key, user=_account(request), confirmed=False)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_right(app, form):
        added(request, app)
        return HttpResponseRedirect(reverse("admin:security"))
    secret = b32encode(app.bin_key).decode()
    context = page(
        request,
        admin_site,
        gettext("Set up the app “%(name)s”") % {"name": app.name},
        form=form,
        picture=segno.make(app.config_url, micro=False).svg_data_uri(scale=5, dark="#000", light="#fff"),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )
    return TemplateResponse(request, f"{PAGES}/app.html", context)


def _is_right(app: TOTPDevice, form: CodeForm) -> bool:
    try:
        if factors.confirm_app(app, form.cleaned_data["code"]):
            return True
    except TooSoon as soon:
        form.add_error("code", wait_in_words(soon.until))
        return False
    form.add_error(
        "code",
        gettext(
            "This is not the code that the app shows now. If it never is, look at the clock of the device."
        ),
    )
    return False


def too_many_in_words() -> str:
    """Why no factor can be added."""
    return gettext("You have %(number)s apps and passkeys, as many as may be. Remove one first.") % {
        "number": factors.MOST
    }


def added(request: HttpRequest, device: Device) -> None:
    """Tell of a new factor; the first one of an account that needs one lets it in."""
    audit.tell("factor added", by=_account(request), request=request, factor=factors.kind_of(device))
    messages.success(request, gettext("“%(name)s” is set up.") % {"name": device.name})
    if not stages.is_in(request):
        admit(request, device)


# One app or passkey


def factor_view(request: HttpRequest, admin_site: Any, kind: str, key: int) -> HttpResponse:
    """Gives an app or a passkey another name, or removes it."""
    if kind not in factors.KINDS:
        raise Http404
    device = get_object_or_404(factors.KINDS[kind], pk=key, user=_account(request), confirmed=True)
    form = NameForm(request.POST if "_rename" in request.POST else None, initial={"name": device.name})
    if request.method == "POST" and "_remove" in request.POST:
        return _removed(request, device, kind)
    if form.is_bound and form.is_valid():
        device.name = form.cleaned_data["name"]
        device.save(update_fields=["name"])
        return _back(
            request, gettext("It is called “%(name)s” now.") % {"name": device.name}, level=messages.SUCCESS
        )
    title = gettext("App “%(name)s”") if kind == factors.APP else gettext("Passkey “%(name)s”")
    context = page(request, admin_site, title % {"name": device.name}, form=form, device=device)
    return TemplateResponse(request, f"{PAGES}/factor.html", context)


def _removed(request: HttpRequest, device: Device, kind: str) -> HttpResponse:
    account = _account(request)
    was_used = device == getattr(request.user, "otp_device", None)
    try:
        factors.remove(device, is_needed=settings.SECOND_FACTOR)
    except LastFactor:
        return _back(
            request, gettext("“%(name)s” is your only one. Add another first.") % {"name": device.name}
        )
    if was_used:
        stages.keep_in(request, factors.factors_of(account))
    audit.tell("factor removed", by=account, request=request, factor=kind)
    return _back(request, gettext("“%(name)s” is removed.") % {"name": device.name}, level=messages.SUCCESS)


# Recovery codes and sessions


def codes_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """Makes new recovery codes and shows them this once."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:security"))
    try:
        codes = factors.make_codes(_account(request))
    except FactorRefused:
        return _back(request, gettext("Set up an app or a passkey first: recovery codes stand in for them."))
    audit.tell("recovery codes made", by=_account(request), request=request, number=len(codes))
    context = page(
        request,
        admin_site,
        gettext("Recovery codes"),
        codes=codes,
        going_to=request.session.pop(GOING_TO, "") or reverse("admin:security"),
    )
    return TemplateResponse(request, f"{PAGES}/codes.html", context)


def sessions_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """Ends the sessions of the account at other browsers."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:security"))
    ended = sessions.end_all(_account(request), but=request.session.session_key)
    audit.tell("sessions ended", by=_account(request), request=request, number=ended)
    told = ngettext("%(number)s other session has ended.", "%(number)s other sessions have ended.", ended)
    return _back(request, told % {"number": ended}, level=messages.SUCCESS)


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)


def _back(request: HttpRequest, told: str, *, level: int = messages.ERROR) -> HttpResponse:
    messages.add_message(request, level, told)
    return HttpResponseRedirect(reverse("admin:security"))
