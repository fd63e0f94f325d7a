"""How long a session of staff lasts: it ends after a time without a page, and in any case after a day's work."""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone

# Moments in a session, in seconds since 1970.
SIGNED_IN_AT, SEEN_AT, SURE_AT = "signed_in_at", "seen_at", "sure_at"

# A session is not written anew for each page.
NOTED_EVERY = 60
# Within how many seconds of giving the password somebody may change how they sign in.
SURE_FOR = 15 * 60


def begin(session: SessionBase) -> None:
    """Note that somebody has signed in just now."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = session[SURE_AT] = _now()


def is_over(session: SessionBase) -> bool:
    """Whether a session has been idle for too long or has lasted long enough; so has one that nobody began."""
    now = _now()
    is_idle = now - session.get(SEEN_AT, 0) > settings.SESSION_IDLE_MINUTES * 60
    return is_idle or now - session.get(SIGNED_IN_AT, 0) > settings.SESSION_HOURS * 3600


def note_use(session: SessionBase) -> None:
    """Note that a page was asked for."""
    if _now() - session.get(SEEN_AT, 0) >= NOTED_EVERY:
        session[SEEN_AT] = _now()


def be_sure(session: SessionBase) -> None:
    """Note that whoever is at the keyboard has just shown who they are."""
    session[SURE_AT] = _now()


def is_sure(session: SessionBase) -> bool:
    """Whether whoever is at the keyboard has shown who they are a short time ago."""
    return _now() - session.get(SURE_AT, 0) <= SURE_FOR


def end_all(account: AbstractBaseUser, but: str | None = None) -> int:
    """End the sessions of an account, all or all but the one with a key. Returns how many ended.

    Sessions do not say in the database whose they are, so each that is still good is read: those of a desk, some dozens.
    """
    good = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but)
    own = [each.pk for each in good.iterator() if each.get_decoded().get(SESSION_KEY) == str(account.pk)]
    return Session.objects.filter(pk__in=own).delete()[0]


def _now() -> int:
    return int(time.time())
