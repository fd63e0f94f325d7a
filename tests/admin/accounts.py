"""People of the desk, each at a browser of their own."""

from functools import reduce
from operator import or_

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.test import Client

from partnership.models import Party, Remit
from tests.admin.forms import Editor
from tests.editorial.test_roles import RIGHTS


def account(name: str, role: str = "Editor", parties: tuple[Party, ...] = ()) -> User:
    """Somebody in a role, limited to parties if any are named."""
    person = get_user_model().objects.create_user(name, is_staff=True)
    person.groups.add(role_called(role))
    if parties:
        Remit.objects.create(account=person).parties.set(parties)
    return person


def role_called(name: str) -> Group:
    """A role with its rights; made again where a test that wrote without a transaction left none behind."""
    role, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        rights = [right.split(".") for right in RIGHTS[name]]
        wanted = [Q(content_type__app_label=app, codename=codename) for app, codename in rights]
        role.permissions.set(Permission.objects.filter(reduce(or_, wanted)))
    return role


def at_browser(person: User) -> Editor:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(person)
    return Editor(client)


def desk(name: str, role: str = "Editor", parties: tuple[Party, ...] = ()) -> Editor:
    """Somebody in a role, who is logged in."""
    return at_browser(account(name, role, parties))
