"""What the security log hears of accounts by itself: who signs in and out, and what becomes of accounts, roles and remits.

A receiver knows what was done and not by whom; that is whoever makes the request that is being answered, if one is.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest

from partnership import audit
from partnership.models import Remit

from . import sessions, stages

_request: ContextVar[HttpRequest | None] = ContextVar("request of staff", default=None)

# What of an account decides who may come in and what they may do. The log tells which of it changed; the values are theirs.
WATCHED = ("username", "email", "password", "is_active", "is_staff", "is_superuser")
GIVEN_OR_TAKEN = {"post_add": "given", "post_remove": "taken"}


@contextmanager
def acting(request: HttpRequest) -> Iterator[None]:
    """While this request is answered, whatever happens to accounts is done by whoever makes it."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def connect() -> None:
    """Connect the receivers, once all models are loaded."""
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_refused)
    user_locked_out.connect(_locked_out)
    pre_save.connect(_before_account, sender=User)
    post_save.connect(_after_account, sender=User)
    post_save.connect(_after_role, sender=Group)
    post_save.connect(_after_remit, sender=Remit)
    for model in (User, Group, Remit):
        post_delete.connect(_deleted, sender=model)
    links = (User.groups, User.user_permissions, Group.permissions, Remit.parties)
    for link in links:
        m2m_changed.connect(_links_changed, sender=link.through)


def _tell(event: str, **what: Any) -> None:
    request = _request.get()
    user = getattr(request, "user", None)
    audit.tell(event, by=user if user and user.is_authenticated else None, request=request, **what)


# Coming and going


def _signed_in(request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    sessions.begin(request.session)
    if settings.SECOND_FACTOR:
        audit.tell("password accepted", by=user, request=request)
    else:
        audit.tell("signed in", by=user, request=request)
        stages.forget_failures(request, user)


def _signed_out(request: HttpRequest, user: AbstractBaseUser | None, **_: Any) -> None:
    if user is not None:
        audit.tell("signed out", by=user, request=request)


def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    audit.tell("sign-in refused", by=None, request=request, account=_known(credentials.get("username")))


def _locked_out(request: HttpRequest, username: str, **_: Any) -> None:
    audit.tell("locked out", by=None, request=request, account=_known(username))


def _known(name: str | None) -> str:
    """The name if there is such an account: what else was typed into its field may be a password."""
    return name if name and User.objects.filter(username=name).exists() else ""


# Accounts, roles, remits


def _before_account(instance: User, raw: bool, update_fields: Iterable[str] | None, **_: Any) -> None:
    instance._changed = []  # type: ignore[attr-defined]  # for the receiver after
    looked_at = [name for name in WATCHED if update_fields is None or name in update_fields]
    if raw or instance._state.adding or not looked_at:
        return
    was = User.objects.filter(pk=instance.pk).values(*looked_at).first() or {}
    changed = [name for name, value in was.items() if value != getattr(instance, name)]
    # Whoever signs in has the digest of the password made anew when Django makes it stronger; the password is the same.
    # Only one that was set just now is still at hand.
    if looked_at == ["password"] and getattr(instance, "_password", None) is None:
        changed = []
    instance._changed = changed  # type: ignore[attr-defined]  # for the next signal


def _after_account(instance: User, created: bool, raw: bool, **_: Any) -> None:
    name = instance.get_username()
    if raw:
        return
    if created:
        _tell("account made", account=name, staff=instance.is_staff, superuser=instance.is_superuser)
        return
    changed = list(instance._changed)  # type: ignore[attr-defined]  # from the signal before
    if "password" in changed:
        changed.remove("password")
        _tell("password changed", account=name)
    if "is_active" in changed:
        changed.remove("is_active")
        _tell("account enabled" if instance.is_active else "account disabled", account=name)
    if changed:
        _tell("account changed", account=name, fields=changed)


def _after_role(instance: Group, created: bool, raw: bool, **_: Any) -> None:
    if not raw:
        _tell("role made" if created else "role changed", role=instance.name)


def _after_remit(instance: Remit, created: bool, raw: bool, **_: Any) -> None:
    if not raw:
        _tell("remit made" if created else "remit changed", account=instance.account.get_username())


def _deleted(instance: Model, **_: Any) -> None:
    kind = {User: "account", Group: "role", Remit: "remit"}[type(instance)]
    _tell(f"{kind} deleted", **_name(instance))


def _links_changed(
    instance: Model, action: str, model: type[Model], pk_set: set[Any] | None, **_: Any
) -> None:
    """Roles and rights of accounts, rights of roles, places of remits: from whichever end they were changed."""
    if action == "pre_clear":
        _tell("rights taken", **_name(instance), all=str(model._meta.verbose_name_plural))
    elif action in GIVEN_OR_TAKEN and pk_set:
        names = sorted(str(each) for each in model._default_manager.filter(pk__in=pk_set))
        of = model._meta.model_name or ""
        _tell(f"rights {GIVEN_OR_TAKEN[action]}", **_name(instance), **{f"{of}s": names})


def _name(instance: Model) -> dict[str, str]:
    if isinstance(instance, Remit):
        return {"remit": instance.account.get_username()}
    if isinstance(instance, User):
        return {"account": instance.get_username()}
    return {str(instance._meta.model_name): str(instance)}
