"""Passkeys: what django-otp-webauthn does, in the ways of this site.

Its script is not used: that writes into the console of whoever changes their mind, and speaks another language than the page.
"""

from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django_otp_webauthn import exceptions, views
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from django_otp_webauthn.utils import rewrite_exceptions

from partnership.sign_in import factors, stages

from .keeping import NameForm, added
from .leading import next_of
from .second_factor import admit, refuse

# What code that reads a browser's answer raises where the answer has another shape than it should.
MISSHAPEN = (ValueError, LookupError, TypeError, AttributeError)


def origin_of(request: HttpRequest) -> str:
    """The origin under which the browser knows the site: the one it names, if that is ours, else that of the address.

    Behind a proxy that changes the host, ours is whatever CSRF_TRUSTED_ORIGINS names.
    """
    own = f"{request.scheme}://{request.get_host()}"
    named = request.headers.get("Origin", "")
    return named if named in {own, *settings.CSRF_TRUSTED_ORIGINS} else own


def host_of(request: HttpRequest) -> str:
    """The host to which passkeys belong (the “relying party” of WebAuthn)."""
    return urlsplit(origin_of(request)).hostname or ""


class Ceremony(WebAuthnHelper):
    """Making and checking passkeys, under the origin of the request; an answer of any shape is refused at worst."""

    def get_allowed_origins(self) -> list[str]:
        """The one origin from which an answer may come."""
        return [origin_of(self.request)]

    def register_complete(self, user: Any, state: dict, data: dict) -> Any:
        """The new passkey. Raises UnprocessableEntity where the answer cannot be read or the passkey is known already."""
        try:
            with transaction.atomic():
                return super().register_complete(user, state, data)
        except (*MISSHAPEN, IntegrityError) as error:
            raise exceptions.UnprocessableEntity from error

    def create_credential(self, user: Any, response: Any, parsed_credential: Any, original_data: dict) -> Any:
        """The passkey under the name that was given to it."""
        device = super().create_credential(user, response, parsed_credential, original_data)
        digest = WebAuthnCredential.get_credential_id_sha256(device.credential_id)
        if WebAuthnCredential.objects.filter(credential_id_sha256=digest).exists():
            raise exceptions.UnprocessableEntity
        device.name = original_data["name"]
        return device

    def authenticate_complete(self, user: Any, state: dict, data: dict) -> Any:
        """The passkey that answered. Raises UnprocessableEntity where the answer cannot be read."""
        try:
            return super().authenticate_complete(user, state, data)
        except MISSHAPEN as error:
            raise exceptions.UnprocessableEntity from error


class OfThisSite:
    """Answers what cannot be read with 400, instead of failing over it."""

    def _parse_request_data(self, request: HttpRequest) -> Any:
        try:
            data = super()._parse_request_data(request)  # type: ignore[misc]  # of the view beside it
        except (ValueError, RecursionError) as error:
            raise exceptions.MalformedRequest from error
        if not isinstance(data, dict):
            raise exceptions.MalformedRequest
        return data


class BeginUse(OfThisSite, views.BeginCredentialAuthenticationView):
    """What the browser is asked, so that a passkey of the account answers."""


class CompleteUse(OfThisSite, views.CompleteCredentialAuthenticationView):
    """The answer of a passkey; a right one lets its owner in."""

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Refuse whoever failed too often before the answer is looked at."""
        super().initial(request, *args, **kwargs)
        if stages.is_locked(request):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # then the middleware answers
            raise exceptions.CredentialDisabled

    def complete_auth(self, device: WebAuthnCredential) -> Any:
        """Let the owner in."""
        admit(self.request, device)
        return self.request.user

    def get_success_url(self) -> str:
        """Where the owner wanted to go."""
        return next_of(self.request)

    def handle_exception(self, exc: Exception) -> JsonResponse:
        """Say that it was refused; a wrong answer counts, an unreadable one or one to no question does not."""
        is_wrong = isinstance(exc, exceptions.OTPWebAuthnApiError) and not isinstance(
            exc, (exceptions.MalformedRequest, exceptions.InvalidState)
        )
        if is_wrong and not getattr(self.request, "axes_locked_out", False):
            refuse(self.request, factors.PASSKEY)
        return super().handle_exception(exc)


class Adding(OfThisSite):
    """That somebody may add a passkey is decided before: by the stage and by having given the password of late."""

    def user_is_mfa_enrolled(self, user: User) -> bool:
        """Whether a factor has to be shown first; where none is asked for, nobody has shown one."""
        return settings.SECOND_FACTOR and factors.factors_of(user).is_any


class BeginAdding(Adding, views.BeginCredentialRegistrationView):
    """What the browser is asked, so that it makes a passkey."""


class CompleteAdding(Adding, views.CompleteCredentialRegistrationView):
    """The new passkey, kept under a name."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        """Keep it, and say where the page goes next."""
        state = self.get_state()
        name = NameForm({"name": self.request.data.get("name")})
        if not name.is_valid():
            raise exceptions.UnprocessableEntity
        account = cast(User, self.request.user)
        try:
            factors.refuse_more(account)
        except factors.TooMany as error:
            raise exceptions.UnprocessableEntity from error
        data = {**self.request.data, "name": name.cleaned_data["name"]}
        with rewrite_exceptions():
            device = self.get_helper().register_complete(user=account, state=state, data=data)
        added(self.request, device)
        return JsonResponse({"redirect_url": reverse("admin:security")})
