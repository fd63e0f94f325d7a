"""Accounts that leave: what they did stays under their name, until the name itself is to be erased."""

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from partnership import audit
from partnership.models import NoticeChoice, OpenForm, Remit, SavedList

from .revising import Refused
from .rules import Problem

# Stands in the history for good, and so in the language of what is stored.
FORMER = "former member of staff"
BY_NAME = "_by_name"


def never_acted(account: User) -> bool:
    """Whether an account never signed in and nothing names it: it can be deleted without a trace missing."""
    return (
        account.last_login is None
        and not LogEntry.objects.filter(user=account).exists()
        and not any(_of(model, names, account).exists() for model, names in _signed())
    )


def leave(account: User, *, by: User) -> None:
    """Switch an account off because who had it has left: history keeps naming it.

    Its password is void, and with it every session; whoever calls this takes its second factors.

    Raises:
        Refused: it is one's own.
    """
    if account.pk == by.pk:
        raise Refused([Problem("", _("You cannot switch off your own account: ask another administrator."))])
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=account.pk)
        account.is_active = False
        account.set_unusable_password()
        account.save()
        _stop_notices(account)
        OpenForm.objects.filter(account=account).delete()
        audit.tell("account has left", by=by, account=account.get_username())


def erase_name(account: User, *, by: User) -> int:
    """Replace the name of an account that has left wherever it signed something; how many rows there were.

    What it did stays together under a name made by chance, which says nothing of a person.

    Raises:
        Refused: it is still in use.
    """
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=account.pk)
        if account.is_active:
            raise Refused([Problem("", _("It is still in use: switch it off first, because it has left."))])
        number = sum(
            _of(model, [name], account).update(**{name: FORMER})
            for model, names in _signed()
            for name in names
        )
        own = ContentType.objects.get_for_model(User)
        told = LogEntry.objects.filter(content_type=own, object_id=str(account.pk))
        number += told.update(object_repr=FORMER, change_message="")
        number += _told_of_remits(account).update(object_repr=FORMER)
        _forget_sign_ins(account.get_username())
        _make_nameless(account)
        audit.tell("name erased", by=by, account=account.get_username(), rows=number)
        return number


def _told_of_remits(account: User) -> Any:
    """What the log tells of the remits that an account has or had: they are called as it is."""
    own = [str(key) for key in Remit.objects.filter(account=account).values_list("pk", flat=True)]
    is_own = Q(object_id__in=own) | Q(object_repr=account.get_username())
    return LogEntry.objects.filter(is_own, content_type=ContentType.objects.get_for_model(Remit))


def _make_nameless(account: User) -> None:
    account.username = f"former-{token_hex(6)}"
    account.first_name = account.last_name = account.email = ""
    account.is_staff = account.is_superuser = False
    account.set_unusable_password()
    account.save()
    account.groups.clear()
    account.user_permissions.clear()
    mine: tuple[Any, ...] = (Remit, NoticeChoice, OpenForm, SavedList)
    for model in mine:
        model.objects.filter(account=account).delete()


def _stop_notices(account: User) -> None:
    NoticeChoice.objects.filter(account=account).update(by_email=False, feed_digest="")


def _forget_sign_ins(name: str) -> None:
    """What guards against guessing keeps the names that were tried."""
    for model in apps.get_app_config("axes").get_models():
        if "username" in {field.name for field in model._meta.concrete_fields}:
            model._base_manager.filter(username=name).delete()


def _signed() -> Iterator[tuple[type[Model], list[str]]]:
    """The tables of the register in which accounts are named, and the columns that do so."""
    for model in apps.get_app_config("partnership").get_models():
        columns = [field.name for field in model._meta.concrete_fields if isinstance(field, models.CharField)]
        if names := [name for name in columns if name.endswith(BY_NAME)]:
            yield model, names


def _of(model: type[Model], names: list[str], account: User) -> Any:
    """The rows that an account signed: by the reference to it, else by the name it has."""
    known = {field.name for field in model._meta.concrete_fields}
    found = Q()
    for name in names:
        by = name.removesuffix("_name")
        found |= Q(**{name: account.get_username()}) & (Q(**{f"{by}__isnull": True}) if by in known else Q())
        if by in known:
            found |= Q(**{by: account})
    return model._base_manager.filter(found)
