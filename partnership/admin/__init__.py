"""The staff room: Django's own admin over every entry of the register, with a thin layer of ours.

`site` is what `partnership.urls` mounts; importing this package registers every entry model on it.
"""

from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from . import giving, records, reference
from .base import site

site.register(User, UserAdmin)
site.register(Group, GroupAdmin)

__all__ = ["giving", "records", "reference", "site"]
