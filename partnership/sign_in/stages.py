"""How far somebody has come in signing in, and the step that ends it."""

from enum import Enum, auto
from typing import cast

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest
from django_otp import login as note_device
from django_otp.models import Device

from . import sessions
from .factors import Factors, factors_of


class Stage(Enum):
    """How far somebody has come."""

    OUT = auto()  # not signed in, or no member of staff
    BARE = auto()  # gave the password, and has no second factor yet
    ASKED = auto()  # gave the password, and not yet the second factor
    IN = auto()


def is_in(request: HttpRequest) -> bool:
    """Whether a member of staff has shown all that is asked for. It asks the database for nothing beside the account."""
    account = cast(User, request.user)
    if not (account.is_active and account.is_staff):
        return False
    if not settings.SECOND_FACTOR:
        return True
    # Who gave the password in this very request has not been seen by the middleware of django-otp yet.
    is_verified = getattr(account, "is_verified", None)
    return is_verified is not None and is_verified()


def stage_of(request: HttpRequest) -> Stage:
    """How far whoever makes a request has come."""
    if is_in(request):
        return Stage.IN
    account = cast(User, request.user)
    if not (account.is_active and account.is_staff):
        return Stage.OUT
    return Stage.ASKED if factors_of(account).is_any else Stage.BARE


def let_in(request: HttpRequest, device: Device) -> None:
    """End signing in: the session is under a new key, and failures before are forgotten."""
    request.session.cycle_key()
    note_device(request, device)
    sessions.be_sure(request.session)
    forget_failures(request, cast(User, request.user))


def keep_in(request: HttpRequest, left: Factors) -> None:
    """Go on with a factor that is left, where the one that opened this session was removed by who uses it."""
    if left.devices:
        note_device(request, left.devices[0])


# Guessing: the same counts for the password and for the second factor


def is_locked(request: HttpRequest) -> bool:
    """Whether the account of the request has failed too often from where it comes."""
    return not AxesProxyHandler.is_allowed(request, _named(request))


def count_failure(request: HttpRequest) -> None:
    """Count something wrong that the account of the request has shown; the last one allowed is answered by the locked page."""
    AxesProxyHandler.user_login_failed(count_failure, _named(request), request)


def forget_failures(request: HttpRequest, account: AbstractBaseUser) -> None:
    """Count anew for an account from where the request comes, as who signed in is who they say."""
    AxesProxyHandler.update_request(request)
    AxesProxyHandler.reset_attempts(
        username=account.get_username(),
        ip_address=request.axes_ip_address,  # type: ignore[attr-defined]  # noted by the line before
    )


def _named(request: HttpRequest) -> dict[str, str]:
    return {"username": request.user.get_username()}
