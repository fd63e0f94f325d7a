"""Somebody of the desk who signs in, and what the security log hears of it."""

import json

import pytest
from django.contrib.auth.models import Group

from partnership import audit
from tests.sign_in.accounts import account


@pytest.fixture(autouse=True)
def quick_digests(settings):
    """Passwords are digested quickly, as what is looked at here is not how."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def emiko(db):
    person = account("emiko")
    person.groups.add(Group.objects.get(name="Editor"))
    return person


@pytest.fixture
def asked(settings):
    """A second factor is asked for, as in production."""
    settings.SECOND_FACTOR = True


@pytest.fixture
def heard(caplog, django_capture_on_commit_callbacks):
    """Calls a function and gives the lines of the security log that it made."""

    def of(act):
        caplog.clear()
        with caplog.at_level("INFO", audit.logger.name), django_capture_on_commit_callbacks(execute=True):
            act()
        return [json.loads(each.getMessage()) for each in caplog.records if each.name == audit.logger.name]

    return of
