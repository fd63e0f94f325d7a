"""The four roles: what each may do, with every entry model of the registry."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from partnership.editorial.erasing import MAY_ERASE
from partnership.editorial.reviewing import MAY_PUBLISH, MAY_PUBLISH_OWN
from partnership.models import ENTRY_MODELS

pytestmark = pytest.mark.django_db

ROLES = ("Viewer", "Editor", "Publisher", "Administrator")


def rights(role):
    account = get_user_model().objects.create_user(role)
    account.groups.add(Group.objects.get(name=role))
    return account.get_all_permissions()


def on_entries(*actions):
    return {f"partnership.{action}_{model._meta.model_name}" for action in actions for model in ENTRY_MODELS}


def on(actions, *names, app="partnership"):
    return {f"{app}.{action}_{name}" for action in actions for name in names}


ALL = ("view", "add", "change", "delete")
VIEWER = on_entries("view") | on(["view"], "alias", "edition", "revision", "bundle", "merge", "linkcheck")
EDITOR = VIEWER | on_entries(*ALL) | on(ALL, "bundle") | {"partnership.upload_entries"}
PUBLISHER = EDITOR | on(ALL, "alias") | {MAY_PUBLISH}
PEOPLE = on(ALL, "remit") | on(ALL, "user", "group", app="auth") | {MAY_ERASE}
ADMINISTRATOR = PUBLISHER | PEOPLE | {MAY_PUBLISH_OWN}


RIGHTS = {"Viewer": VIEWER, "Editor": EDITOR, "Publisher": PUBLISHER, "Administrator": ADMINISTRATOR}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_exactly_this(role):
    assert rights(role) == RIGHTS[role]


def test_there_are_no_other_roles():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_write_the_history_by_hand(role):
    written = on(("add", "change", "delete"), "revision", "edition", "generation", "indexentry", "indexparty")
    assert not rights(role) & written
