"""The staff room: Django's own admin over every entry of the register, with a thin layer of ours.

`site` is what `partnership.urls` mounts; importing this package registers every entry model on it.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group, User

from . import giving, records, reference
from .choosing import ShortSearch
from .guard import Guarded
from .preview import shared_preview
from .site import site


class NewAccountForm(AdminUserCreationForm):
    """The form of a new account; the focus is for Django's own script to set, which does it on every form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.pop("autofocus", None)


@admin.register(User, site=site)
class AccountAdmin(Guarded, ShortSearch, UserAdmin):
    """The accounts of staff, as Django's own admin keeps them; when they came is not for writing."""

    add_form = NewAccountForm
    readonly_fields = ("last_login", "date_joined")


@admin.register(Group, site=site)
class RoleAdmin(Guarded, ShortSearch, GroupAdmin):
    """Groups of accounts, as Django's own admin keeps them."""


__all__ = ["giving", "records", "reference", "shared_preview", "site"]
