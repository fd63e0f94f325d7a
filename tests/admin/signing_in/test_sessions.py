"""How a session of staff ends."""

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client

from partnership.sign_in import sessions
from tests.admin.signing_in.steps import LOGIN, WANTED, give_password, is_inside

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def age(client, **keys):
    session = client.session
    for key, seconds in keys.items():
        session[key] -= seconds
    session.save()


@pytest.mark.parametrize(
    ("key", "seconds"), [(sessions.SEEN_AT, 60 * 60 + 5), (sessions.SIGNED_IN_AT, 12 * 3600 + 5)]
)
def test_a_session_ends_when_idle_and_in_any_case(emiko, heard, key, seconds):
    client = Client()
    client.force_login(emiko)
    age(client, **{key: seconds - 60})
    assert is_inside(client)
    age(client, **{key: seconds})
    told = heard(lambda: client.get(WANTED))
    assert [(line["event"], line["by"]) for line in told] == [("session over", "emiko")]
    assert client.get(WANTED).url == f"{LOGIN}?next=/admin/partnership/event/%3Fq%3Dmadrid"
    assert not Session.objects.exists()


def test_what_a_form_asks_for_by_itself_keeps_no_session_alive(emiko, settings):
    client = Client()
    client.force_login(emiko)
    age(client, **{sessions.SEEN_AT: 3000})
    before = client.session[sessions.SEEN_AT]
    client.post("/admin/partnership/event/1/open/")
    assert client.session[sessions.SEEN_AT] == before
    client.get("/admin/")
    assert client.session[sessions.SEEN_AT] > before


def test_a_session_dies_with_password_account_and_role(emiko):
    ends = {
        "password": lambda: (emiko.set_password("nine purple trains hum"), emiko.save()),
        "account": lambda: type(emiko).objects.filter(pk=emiko.pk).update(is_active=False),
        "staff": lambda: type(emiko).objects.filter(pk=emiko.pk).update(is_active=True, is_staff=False),
    }
    for what, end in ends.items():
        client = Client()
        client.force_login(emiko)
        assert is_inside(client), what
        end()
        assert not is_inside(client), what
        type(emiko).objects.filter(pk=emiko.pk).update(is_active=True, is_staff=True)
        emiko.refresh_from_db()
    left = Client()
    left.force_login(emiko)
    key = left.session.session_key
    left.post("/admin/logout/")
    assert not Session.objects.filter(session_key=key).exists()


def test_pages_for_readers_open_no_session_for_anybody(emiko, client, django_assert_num_queries):
    client.force_login(emiko)
    age(client, **{sessions.SEEN_AT: 100_000})
    for reader in (Client(), client):
        response = reader.get("/about/")
        assert "Cookie" not in response.headers.get("Vary", "")
        assert not response.cookies
    assert Session.objects.exists(), "it ends at a page of the staff's"


def test_an_address_said_by_a_proxy_is_believed_only_behind_one(settings, emiko):
    give_password(Client(), password="wrong", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert AccessAttempt.objects.get().ip_address == "127.0.0.1"
    settings.BEHIND_PROXY = True
    for said, meant in (
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("nonsense", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ):
        AccessAttempt.objects.all().delete()
        give_password(Client(), password="wrong", HTTP_X_FORWARDED_FOR=said)
        assert AccessAttempt.objects.get().ip_address == meant
