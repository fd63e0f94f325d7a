"""Accounts with factors, and the codes that their apps would show."""

import time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "seven green bicycles sing"


def account(name: str = "emiko", **more: Any) -> User:
    """A member of staff with the password of all of them here."""
    return get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True, **more)


def with_app(person: User, name: str = "Telephone") -> TOTPDevice:
    """An authenticator app that somebody has set up."""
    return TOTPDevice.objects.create(user=person, name=name)


def code_of(app: TOTPDevice, later: int = 0) -> str:
    """The code that an app shows now, or some half minutes later."""
    app.refresh_from_db()
    totp = TOTP(app.bin_key, app.step, app.t0, app.digits, app.drift)
    totp.time = time.time() + later * app.step
    return f"{totp.token():06}"


def wrong_code_of(app: TOTPDevice) -> str:
    """A code that an app does not show, now or soon."""
    right = {code_of(app, later) for later in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in right
    )
