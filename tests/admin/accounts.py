"""People of the desk, each at a browser of their own."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.test import Client

from partnership.models import Party, Remit
from tests.admin.forms import Editor


def account(name: str, role: str = "Editor", parties: tuple[Party, ...] = ()) -> User:
    """Somebody in a role, limited to parties if any are named."""
    person = get_user_model().objects.create_user(name, is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    if parties:
        Remit.objects.create(account=person).parties.set(parties)
    return person


def at_browser(person: User) -> Editor:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(person)
    return Editor(client)


def desk(name: str, role: str = "Editor", parties: tuple[Party, ...] = ()) -> Editor:
    """Somebody in a role, who is logged in."""
    return at_browser(account(name, role, parties))
