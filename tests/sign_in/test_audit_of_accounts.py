"""What the security log hears of accounts by itself."""

import json

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from partnership import audit
from partnership.models import Remit
from tests.sign_in.accounts import PASSWORD, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(caplog, django_capture_on_commit_callbacks):
    """Calls a function and gives the lines of the log that it made, without what is the same in all."""

    def of(act):
        caplog.clear()
        with caplog.at_level("INFO", audit.logger.name), django_capture_on_commit_callbacks(execute=True):
            act()
        found = [json.loads(each.getMessage()) for each in caplog.records if each.name == audit.logger.name]
        return [{name: value for name, value in line.items() if name != "by"} for line in found]

    return of


def test_what_becomes_of_an_account_is_told_and_no_value_of_it(heard):
    made = heard(lambda: account("emiko"))
    assert made == [{"event": "account made", "account": "emiko", "staff": True, "superuser": False}]
    person = account("oscar")

    def change():
        person.set_password("nine purple trains hum")
        person.is_active = False
        person.email = "secret@example.org"
        person.is_superuser = True
        person.save()

    told = heard(change)
    assert told == [
        {"event": "password changed", "account": "oscar"},
        {"event": "account disabled", "account": "oscar"},
        {"event": "account changed", "account": "oscar", "fields": ["email", "is_superuser"]},
    ]
    assert heard(person.delete) == [{"event": "account deleted", "account": "oscar"}]


def test_roles_and_remits_are_told_from_either_end(heard):
    person, editors = account("emiko"), Group.objects.get(name="Editor")
    given = {"event": "rights given", "account": "emiko", "groups": ["Editor"]}
    assert heard(lambda: person.groups.add(editors)) == [given]
    assert heard(lambda: person.groups.remove(editors)) == [{**given, "event": "rights taken"}]
    assert heard(lambda: editors.user_set.add(person)) == [
        {"event": "rights given", "group": "Editor", "users": ["emiko"]}
    ]
    assert heard(lambda: person.groups.clear()) == [
        {"event": "rights taken", "account": "emiko", "all": "groups"}
    ]
    assert heard(lambda: Remit.objects.create(account=person)) == [
        {"event": "remit made", "account": "emiko"}
    ]
    assert heard(person.delete) == [
        {"event": "remit deleted", "remit": "emiko"},
        {"event": "account deleted", "account": "emiko"},
    ]


def test_a_sign_in_asks_nothing_of_the_account_that_only_it_would_need(heard, django_assert_num_queries):
    person = account("emiko")
    with django_assert_num_queries(1):
        person.save(update_fields=["last_login"])
    assert heard(lambda: person.save(update_fields=["last_login"])) == []


def test_a_digest_made_stronger_at_sign_in_is_no_new_password(heard, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    person = account("emiko")
    type(person).objects.filter(pk=person.pk).update(password=make_password(PASSWORD, hasher="md5"))
    person.refresh_from_db()
    assert heard(lambda: person.check_password(PASSWORD)) == []
    assert person.password.startswith("pbkdf2")
