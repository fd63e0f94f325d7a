"""The way in: what follows the password, where each step leads, and what of it is ever logged."""

import json

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnership import audit
from partnership.sign_in import factors
from tests.admin.signing_in.steps import KEEPING, LOGIN, SECOND, WANTED, give_password, is_inside, signed_in
from tests.sign_in.accounts import PASSWORD, account, code_of, with_app, wrong_code_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# Pages on which something of the staff room would show.
INSIDE = [
    "/admin/",
    "/admin/partnership/event/",
    "/admin/password_change/",
    "/admin/autocomplete/",
    "/admin/jsi18n/",
]


def test_where_none_is_asked_for_the_password_opens(client, emiko):
    with_app(emiko)
    assert give_password(client).url == WANTED
    assert is_inside(client)


def test_after_the_password_nothing_opens_before_the_second_factor(client, emiko, asked):
    app = with_app(emiko)
    response = give_password(client)
    assert response.url == f"{SECOND}?next=%2Fadmin%2Fpartnership%2Fevent%2F%3Fq%3Dmadrid"
    for address in [*INSIDE, KEEPING, f"{KEEPING}factor/app/{app.pk}/", f"{KEEPING}reset/{emiko.pk}/"]:
        found = client.get(address, follow=True)
        assert found.request["PATH_INFO"] == SECOND, address
    for address in (f"{KEEPING}codes/", f"{KEEPING}app/", f"{KEEPING}passkey/begin/"):
        assert client.post(address, {"name": "x"}).status_code == 302
    page = client.get(response.url)
    assert b"partnership/event" in page.content  # where it goes on
    assert b'id="nav-sidebar"' not in page.content
    assert b'id="user-tools"' not in page.content
    assert TOTPDevice.objects.count() == 1
    before = client.session.session_key
    assert client.post(SECOND, {"code": code_of(app), "next": WANTED}).url == WANTED
    assert is_inside(client)
    assert client.session.session_key != before, "the session is under a new key"
    assert client.get(LOGIN).url == "/admin/"
    assert client.get(SECOND).url == "/admin/"


@pytest.mark.parametrize("language", ["fr", "ja"])
def test_the_way_in_keeps_its_language(client, emiko, asked, language):
    app = with_app(emiko)
    response = client.post(f"/{language}{LOGIN}", {"username": "emiko", "password": PASSWORD})
    assert response.url.startswith(f"/{language}{SECOND}")
    assert client.get(response.url).headers["Content-Language"] == language
    assert client.post(response.url, {"code": code_of(app)}).url == f"/{language}/admin/"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)", "\x00"]
)
def test_it_goes_on_to_this_site_only(client, emiko, asked, wanted):
    app = with_app(emiko)
    give_password(client, wanted=wanted)
    assert client.post(SECOND, {"code": code_of(app), "next": wanted}).url == "/admin/"


def test_who_has_no_factor_sets_one_up_before_anything_opens(client, emiko, asked, heard):
    assert give_password(client).url == KEEPING
    for address in INSIDE:
        assert client.get(address, follow=True).request["PATH_INFO"] == KEEPING, address
    assert client.post(f"{KEEPING}codes/").url == KEEPING
    page = client.post(f"{KEEPING}app/", {"name": "Telephone"}, follow=True)
    assert b"data:image/svg+xml" in page.content
    assert page.headers["Cache-Control"].count("no-store")
    app = TOTPDevice.objects.get()
    refused = client.post(page.request["PATH_INFO"], {"code": wrong_code_of(app)})
    assert "not the code" in refused.content.decode()
    assert not is_inside(client)
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    told = heard(lambda: client.post(page.request["PATH_INFO"], {"code": code_of(app)}))
    assert [line["event"] for line in told] == ["factor added", "signed in"]
    assert is_inside(client)
    onward = client.get(KEEPING)
    assert 'href="/admin/partnership/event/?q=madrid"' in onward.content.decode()


def test_a_code_opens_once_and_wrong_ones_are_told(client, emiko, asked, heard):
    app = with_app(emiko)
    code = code_of(app)
    give_password(client)
    client.post(SECOND, {"code": code})
    other = Client()
    give_password(other)
    told = heard(lambda: other.post(SECOND, {"code": code}))
    assert [line["event"] for line in told] == ["second factor refused"]
    assert not is_inside(other)
    soon = other.post(SECOND, {"code": code_of(app, 1)})
    assert "Try again in 1 second" in soon.content.decode()


def test_a_recovery_code_opens_once_and_says_when_few_are_left(client, emiko, asked, heard):
    with_app(emiko)
    codes = factors.make_codes(emiko)
    for code in codes[:7]:
        factors.check_code(emiko, code)
    give_password(client)
    told = heard(lambda: client.post(SECOND, {"code": codes[7]}))
    assert [line["event"] for line in told] == ["signed in", "recovery code used"]
    assert "You have 2 recovery codes left" in client.get("/admin/").content.decode()
    other = Client()
    give_password(other)
    other.post(SECOND, {"code": codes[7]})
    assert not is_inside(other)


@pytest.mark.parametrize(
    "fields", [{}, {"code": ""}, {"code": "\x00"}, {"code": "9" * 5000}, {"code": "1", "next": ["a", "b"]}]
)
def test_odd_answers_are_refused(client, emiko, asked, fields):
    with_app(emiko)
    give_password(client)
    assert client.post(SECOND, fields).status_code == 200
    assert not is_inside(client)


def test_who_is_half_in_can_leave_or_be_somebody_else(client, emiko, asked):
    with_app(emiko)
    give_password(client)
    client.post("/admin/logout/")
    assert client.get(SECOND).url.startswith(LOGIN)
    with_app(account("oscar"))
    give_password(client)
    assert give_password(client, "oscar").url.startswith(SECOND)
    assert client.session["_auth_user_id"] != str(emiko.pk)


def test_a_factor_does_not_pass_from_one_account_to_the_next(client, emiko, asked):
    with_app(emiko)
    client = signed_in(emiko)
    with_app(account("oscar"))
    give_password(client, "oscar")
    assert not is_inside(client)


# The log


def test_nothing_secret_is_ever_in_a_log(emiko, asked, caplog, django_capture_on_commit_callbacks):
    typed_into_the_name = "my password in the wrong field"
    new_password = "nine purple trains hum"
    client = Client()
    with caplog.at_level("DEBUG"), django_capture_on_commit_callbacks(execute=True):
        give_password(client, typed_into_the_name, "wrong password of mine")
        give_password(client)
        client.post(f"{KEEPING}app/", {"name": "Telephone"})
        app = TOTPDevice.objects.get()
        wrong, code = wrong_code_of(app), code_of(app)
        client.post(f"{KEEPING}app/{app.pk}/", {"code": wrong})
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        client.post(f"{KEEPING}app/{app.pk}/", {"code": code})
        shown = client.post(f"{KEEPING}codes/").context["codes"]
        client.post(f"{KEEPING}passkey/begin/", "{}", content_type="application/json")
        challenge = client.session["otp_webauthn_register_state"]["challenge"]
        keys = {client.session.session_key}
        client.post(
            "/admin/password_change/",
            {"old_password": PASSWORD, "new_password1": new_password, "new_password2": new_password},
        )
        client.post("/admin/logout/")
        give_password(client, password=new_password)
        client.post(SECOND, {"code": shown[0]})
        keys.add(client.session.session_key)
        client.get("/admin/auth/user/")
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )
    events = {
        json.loads(each.getMessage())["event"] for each in caplog.records if each.name == audit.logger.name
    }
    assert events >= {
        "sign-in refused",
        "password accepted",
        "factor added",
        "signed in",
        "recovery codes made",
        "password changed",
        "signed out",
        "recovery code used",
        "access refused",
    }
    secrets = {
        PASSWORD,
        new_password,
        typed_into_the_name,
        "wrong password of mine",
        wrong,
        code,
        app.key,
        challenge,
        *keys,
    }
    secrets |= {form for each in shown for form in (each, each.replace("-", ""))}
    assert [secret for secret in secrets if secret in logged] == []
