"""The second factors of an account: authenticator apps, passkeys, and recovery codes for the day when those are lost.

They are the devices of django-otp. Of a recovery code only a keyed digest is kept, in the place of its token: whoever reads the
database can sign in with none.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from secrets import choice

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

# A desk needs a telephone, a computer and a key or two.
MOST = 10
HOW_MANY_CODES = 10
# Without 0, 1, 8 and 9, which are taken for letters, and letters for them. Ten of 32 characters are 50 bits.
CHARACTERS = "abcdefghijklmnopqrstuvwxyz234567"
CODE_LENGTH = 10
# What a token of django-otp holds.
KEPT_LENGTH = 16

APP, PASSKEY = "app", "passkey"
KINDS: dict[str, type[Device]] = {APP: TOTPDevice, PASSKEY: WebAuthnCredential}


class FactorRefused(Exception):
    """What was asked for cannot be done with the factors that an account has."""


class LastFactor(FactorRefused):
    """It is the only factor of an account that needs one."""


class TooMany(FactorRefused):
    """An account has as many factors as it may have."""


class TooSoon(FactorRefused):
    """After wrong codes no code is looked at before a moment."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Factors:
    """What an account can show beside its password."""

    apps: list[TOTPDevice]
    passkeys: list[WebAuthnCredential]
    codes: int

    @property
    def devices(self) -> list[Device]:
        """Apps and passkeys; recovery codes stand in for them and are none themselves."""
        return [*self.apps, *self.passkeys]

    @property
    def is_any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.devices) or self.codes > 0

    @property
    def takes_codes(self) -> bool:
        """Whether there is anything that is typed."""
        return bool(self.apps) or self.codes > 0


def factors_of(account: User) -> Factors:
    """The factors of an account that are ready for use, the oldest first."""
    return Factors(
        apps=list(TOTPDevice.objects.filter(user=account, confirmed=True).order_by("pk")),
        passkeys=list(WebAuthnCredential.objects.filter(user=account, confirmed=True).order_by("pk")),
        codes=StaticToken.objects.filter(device__user=account, device__confirmed=True).count(),
    )


def kind_of(device: Device) -> str:
    """Which sort of factor a device is, in a word for addresses and the log."""
    return next((kind for kind, model in KINDS.items() if isinstance(device, model)), "recovery code")


# Codes


def check_code(account: User, code: str) -> Device | None:
    """The device of an account that takes a code, which it never takes again; nothing where the code is wrong.

    Six digits are a code of an app, anything else is a recovery code. Raises TooSoon after wrong codes. Two who send the same
    code at once wait for each other, so that one of them is refused.
    """
    typed = "".join(code.split()).replace("-", "").lower()
    with transaction.atomic():
        if typed.isascii() and typed.isdecimal():
            return _check_app(account, typed)
        return _check_recovery(account, typed)


def _check_app(account: User, typed: str) -> Device | None:
    apps = list(TOTPDevice.objects.select_for_update().filter(user=account, confirmed=True).order_by("pk"))
    answers = [app.verify_is_allowed() for app in apps]
    ready = [app for app, (is_allowed, _) in zip(apps, answers, strict=True) if is_allowed]
    if apps and not ready:
        raise TooSoon(min(why["locked_until"] for _, why in answers))
    # An app that does not know the code is not to wait because another one does.
    for app in ready:
        if _knows(app, typed) and app.verify_token(typed):
            return app
    for app in ready:
        app.throttle_increment()
    return None


def _knows(app: TOTPDevice, typed: str) -> bool:
    if len(typed) != app.digits:
        return False
    return TOTP(app.bin_key, app.step, app.t0, app.digits, app.drift).verify(
        int(typed), app.tolerance, app.last_t + 1
    )


def _check_recovery(account: User, typed: str) -> Device | None:
    device = StaticDevice.objects.select_for_update().filter(user=account, confirmed=True).first()
    if device is None:
        return None
    _refuse_too_soon(device)
    return device if device.verify_token(_kept(account, typed)) else None


def _refuse_too_soon(device: StaticDevice | TOTPDevice) -> None:
    is_allowed, why = device.verify_is_allowed()
    if not is_allowed:
        raise TooSoon(why["locked_until"])


def make_codes(account: User) -> list[str]:
    """New recovery codes, which are told this once; those before are void. Raises FactorRefused without another factor."""
    with transaction.atomic():
        _lock(account)
        if not factors_of(account).devices:
            raise FactorRefused
        codes = ["".join(choice(CHARACTERS) for _ in range(CODE_LENGTH)) for _ in range(HOW_MANY_CODES)]
        # The device stays: a session that was opened with one of the old codes is not ended by it.
        device, _ = StaticDevice.objects.get_or_create(user=account, defaults={"name": "recovery codes"})
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=_kept(account, code)) for code in codes
        )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _kept(account: User, code: str) -> str:
    digest = salted_hmac("partnership.recovery-code", f"{account.pk}:{code}", algorithm="sha256").digest()
    return b32encode(digest).decode()[:KEPT_LENGTH]


# Apps and passkeys


def begin_app(account: User, name: str) -> TOTPDevice:
    """An authenticator app that counts once it has shown a code. One begun before and left is forgotten. Raises TooMany."""
    with transaction.atomic():
        _lock(account)
        refuse_more(account)
        TOTPDevice.objects.filter(user=account, confirmed=False).delete()
        return TOTPDevice.objects.create(user=account, name=name, confirmed=False)


def confirm_app(app: TOTPDevice, code: str) -> bool:
    """Whether an app that was begun showed the right code; if it did, it counts from now on. Raises TooSoon."""
    with transaction.atomic():
        found = TOTPDevice.objects.select_for_update().filter(pk=app.pk, confirmed=False).first()
        if found is None:
            return False
        _refuse_too_soon(found)
        typed = "".join(code.split())
        if not (typed.isascii() and typed.isdecimal() and found.verify_token(typed)):
            return False
        found.confirmed = True
        found.save(update_fields=["confirmed"])
    return True


def refuse_more(account: User) -> None:
    """Raise TooMany if an account has as many factors as it may have."""
    if len(factors_of(account).devices) >= MOST:
        raise TooMany


def remove(device: Device, *, is_needed: bool) -> None:
    """Remove an app or a passkey, with the last of them the recovery codes. Raises LastFactor if one is needed."""
    with transaction.atomic():
        _lock(device.user)
        others = [each for each in factors_of(device.user).devices if each != device]
        if not others and is_needed:
            raise LastFactor
        device.delete()
        if not others:
            StaticDevice.objects.filter(user=device.user).delete()


def reset(account: User) -> int:
    """Take all factors from an account that lost them. Returns how many there were, recovery codes as one."""
    with transaction.atomic():
        _lock(account)
        found = [
            device
            for model in (*KINDS.values(), StaticDevice)
            for device in model.objects.filter(user=account)
        ]
        for device in found:
            device.delete()
    return len(found)


def _lock(account: User) -> None:
    """Make whoever else changes the factors of this account wait."""
    User.objects.select_for_update().filter(pk=account.pk).first()
