"""What an account signs in with: set up, named, removed, and taken away by an administrator."""

import time

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnership.sign_in import factors, sessions
from tests.admin.signing_in.steps import KEEPING, give_password, is_inside, signed_in
from tests.sign_in.accounts import PASSWORD, account, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_changing_factors_wants_the_password_of_late(emiko, heard):
    client = Client()
    client.force_login(emiko)
    session = client.session
    session[sessions.SURE_AT] = int(time.time()) - sessions.SURE_FOR - 1
    session.save()
    app = with_app(emiko)
    for address in (KEEPING, f"{KEEPING}factor/app/{app.pk}/"):
        assert client.get(address).url == f"{KEEPING}sure/"
    assert client.post(f"{KEEPING}factor/app/{app.pk}/", {"_remove": "1"}).url == f"{KEEPING}sure/"
    assert client.post(f"{KEEPING}passkey/begin/").status_code == 302
    assert TOTPDevice.objects.exists()
    assert "Nothing was changed yet" in client.get(f"{KEEPING}sure/").content.decode()
    refused = heard(lambda: client.post(f"{KEEPING}sure/", {"password": "wrong"}))
    assert [line["event"] for line in refused] == ["sign-in refused"]
    assert client.get(KEEPING).status_code == 302
    assert client.post(f"{KEEPING}sure/", {"password": PASSWORD}).url == KEEPING
    assert client.get(KEEPING).status_code == 200


def test_apps_are_named_and_removed_but_the_last_one(emiko, asked, heard):
    first, second = with_app(emiko), with_app(emiko, "Tablet")
    client = signed_in(emiko)
    address = f"{KEEPING}factor/app/{first.pk}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"_rename": "1", "name": ""}).status_code == 200
    client.post(address, {"_rename": "1", "name": "Old telephone"})
    assert "Old telephone" in client.get(KEEPING).content.decode()
    told = heard(lambda: client.post(address, {"_remove": "1"}))
    assert [line["event"] for line in told] == ["factor removed"]
    assert is_inside(client), "the session goes on with the one that is left"
    client.post(f"{KEEPING}factor/app/{second.pk}/", {"_remove": "1"})
    assert "is your only one" in client.get(KEEPING).content.decode()
    assert TOTPDevice.objects.get() == second


def test_recovery_codes_are_shown_once_and_those_before_are_void(emiko, heard):
    with_app(emiko)
    client = Client()
    client.force_login(emiko)
    assert client.get(f"{KEEPING}codes/").url == KEEPING
    page = client.post(f"{KEEPING}codes/")
    assert page.content.count(b"<li><code>") + page.content.decode().count("<code>") >= factors.HOW_MANY_CODES
    assert "no-store" in page.headers["Cache-Control"]
    assert "You have 10 left" in client.get(KEEPING).content.decode()


def test_what_belongs_to_another_is_not_there(emiko):
    other = with_app(account("oscar"))
    begun = factors.begin_app(other.user, "Begun")
    client = Client()
    client.force_login(emiko)
    for address in (
        f"factor/app/{other.pk}/",
        f"factor/passkey/{other.pk}/",
        f"factor/code/{other.pk}/",
        f"app/{begun.pk}/",
        f"app/{10**30}/",
        f"factor/app/{10**30}/",
    ):
        assert client.get(KEEPING + address).status_code == 404, address
        assert client.post(KEEPING + address, {"_remove": "1", "code": "1"}).status_code == 404, address
    assert TOTPDevice.objects.count() == 2


def test_other_sessions_end_and_those_of_others_do_not(emiko):
    mine, elsewhere, of_oscar = Client(), Client(), Client()
    for client in (mine, elsewhere):
        client.force_login(emiko)
    of_oscar.force_login(account("oscar"))
    page = mine.post(f"{KEEPING}sessions/", follow=True)
    assert "1 other session has ended" in page.content.decode()
    assert [is_inside(each) for each in (mine, elsewhere, of_oscar)] == [True, False, True]


def test_the_queries_of_the_page_do_not_grow_with_the_factors(emiko, asked, django_assert_max_num_queries):
    for number in range(8):
        with_app(emiko, f"Telephone {number}")
    factors.make_codes(emiko)
    client = signed_in(emiko)
    with django_assert_max_num_queries(10):
        client.get(KEEPING)


def test_names_of_any_sort_are_only_text(emiko):
    client = Client()
    client.force_login(emiko)
    for name in ("", "\x00", "x" * 65):
        assert client.post(f"{KEEPING}app/", {"name": name}).url == KEEPING
    assert not TOTPDevice.objects.exists()
    with_app(emiko, "<script>alert(1)</script>")
    assert b"<script>alert" not in client.get(KEEPING).content


# An administrator helps


def test_an_administrator_takes_lost_factors_away(emiko, asked, heard):
    chief = account("chief")
    chief.groups.add(Group.objects.get(name="Administrator"))
    with_app(chief)
    with_app(emiko)
    factors.make_codes(emiko)
    hers, his = signed_in(emiko), signed_in(chief)
    form = his.get(f"/admin/auth/user/{emiko.pk}/change/").content.decode()
    assert "Recovery codes left: 10" in form
    address = f"{KEEPING}reset/{emiko.pk}/"
    assert address in form
    assert his.get(address).status_code == 200
    assert factors.factors_of(emiko).is_any
    told = heard(lambda: his.post(address))
    assert [(line["event"], line["by"], line["account"]) for line in told] == [
        ("factors reset", "chief", "emiko")
    ]
    assert not is_inside(hers)
    assert give_password(Client()).url == KEEPING
    assert "Second factor taken away" in his.get(f"/admin/auth/user/{emiko.pk}/history/").content.decode()


def test_nobody_else_takes_factors_away(emiko, heard):
    above = account("above", is_superuser=True)
    chief = account("chief")
    chief.groups.add(Group.objects.get(name="Administrator"))
    client = Client()
    for by, of in ((emiko, chief), (emiko, emiko), (chief, chief), (chief, above)):
        client.force_login(by)
        told = heard(lambda of=of: client.post(f"{KEEPING}reset/{of.pk}/"))
        assert [line["event"] for line in told][-1:] == ["access refused"]
        assert client.get(f"{KEEPING}reset/{of.pk}/").status_code == 403
    client.force_login(chief)
    assert client.get(f"{KEEPING}reset/{10**30}/").status_code == 404
