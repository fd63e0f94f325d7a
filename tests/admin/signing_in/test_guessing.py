"""Guessing: at passwords, at codes, and by answers of odd shapes."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from webauthn.helpers import bytes_to_base64url, encode_cbor

from partnership.admin.signing_in.passkeys import host_of, origin_of
from partnership.sign_in import factors
from tests.admin.signing_in.steps import KEEPING, SECOND, give_password, is_inside, signed_in
from tests.sign_in.accounts import PASSWORD, account, code_of, with_app, wrong_code_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.mark.parametrize("name", ["emiko", "nobody-of-this-name"])
def test_who_guesses_is_locked_out_and_learns_nothing(client, emiko, heard, settings, name):
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert give_password(client, name, "wrong").status_code == 200
    told = heard(lambda: give_password(client, name, "wrong"))
    assert [line["event"] for line in told] == ["locked out", "sign-in refused"]
    response = give_password(client, name)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    text = response.content.decode()
    assert "Try again in 15 minutes" in text
    assert name not in text
    assert not is_inside(client)
    # Others, and the same person from elsewhere, are not concerned.
    account("oscar")
    assert give_password(Client(), "oscar").status_code == 302
    assert give_password(Client(), "emiko", REMOTE_ADDR="192.0.2.7").status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert give_password(Client(), "emiko").status_code == 302


def test_a_name_longer_than_any_is_refused_like_one_that_nobody_has(client, emiko):
    told = [
        client.post("/admin/login/", {"username": name, "password": "wrong"})
        .context["form"]
        .non_field_errors()
        for name in ("nobody-of-this-name", "x" * 150, "x" * 151, "x" * 4000)
    ]
    assert told[0]
    assert all(each == told[0] for each in told)
    assert {len(name) for name in AccessAttempt.objects.values_list("username", flat=True)} == {19, 150}


def test_another_browser_is_no_other_guesser(client, emiko, settings):
    answers = [
        give_password(client, password="wrong", HTTP_USER_AGENT=f"browser {number}").status_code
        for number in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert answers == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert give_password(client, HTTP_USER_AGENT="another").status_code == 429


def test_the_lock_does_not_grow_while_somebody_tries_on(client, emiko, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT + 3):
        give_password(client, password="wrong")
    assert AccessAttempt.objects.get().failures_since_start == settings.AXES_FAILURE_LIMIT
    assert PASSWORD not in AccessAttempt.objects.get().post_data


def test_codes_are_guessed_no_oftener_than_passwords(client, emiko, asked, settings):
    app = with_app(emiko)
    give_password(client)
    wrong = wrong_code_of(app)
    for number in range(settings.AXES_FAILURE_LIMIT):
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        give_password(client)  # the right password does not count anew
        assert client.post(SECOND, {"code": wrong}).status_code == (
            429 if number == settings.AXES_FAILURE_LIMIT - 1 else 200
        )
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    assert client.post(SECOND, {"code": code_of(app)}).status_code == 429
    assert client.post(f"{SECOND}passkey/complete/", "{}", content_type="application/json").status_code in (
        403,
        429,
    )
    assert not is_inside(client)


def test_who_came_in_starts_anew(emiko, asked):
    app = with_app(emiko)
    client = Client()
    for _ in range(5):
        give_password(client, password="wrong")
    give_password(client)
    client.post(SECOND, {"code": code_of(app)})
    assert not AccessAttempt.objects.exists()


def test_the_old_password_is_guessed_no_oftener(emiko, settings):
    client = Client()
    client.force_login(emiko)
    fields = {
        "old_password": "wrong",
        "new_password1": "nine purple trains hum",
        "new_password2": "nine purple trains hum",
    }
    found = [
        client.post("/admin/password_change/", fields).status_code
        for _ in range(settings.AXES_FAILURE_LIMIT + 1)
    ]
    assert found == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429, 429]
    emiko.refresh_from_db()
    assert emiko.check_password(PASSWORD)


# Passkeys, as far as no browser is needed


def test_a_passkey_belongs_to_the_host_that_the_browser_knows(rf, settings):
    settings.ALLOWED_HOSTS = ["register.example.org", "internal"]
    own = rf.post(
        "/", headers={"host": "register.example.org", "origin": "https://evil.example.org"}, secure=True
    )
    assert (origin_of(own), host_of(own)) == ("https://register.example.org", "register.example.org")
    settings.CSRF_TRUSTED_ORIGINS = ["https://register.example.org"]
    behind = rf.post("/", headers={"host": "internal", "origin": "https://register.example.org"})
    assert (origin_of(behind), host_of(behind)) == ("https://register.example.org", "register.example.org")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        "null",
        "\ufeff",
        '{"id": 1}',
        '{"id": "x", "rawId": "x", "response": {}, "type": "public-key"}',
        '{"rawId": "\\u0000"}',
        "[" * 5000,
    ],
)
def test_odd_answers_of_a_passkey_are_refused(emiko, asked, body):
    with_app(emiko)
    client = Client()
    give_password(client)
    assert client.post(f"{SECOND}passkey/begin/", "{}", content_type="application/json").status_code == 200
    answer = client.post(f"{SECOND}passkey/complete/", body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    inside = signed_in(emiko)
    for address in ("begin", "complete"):
        if address == "complete":
            inside.post(f"{KEEPING}passkey/begin/", "{}", content_type="application/json")
        answer = inside.post(f"{KEEPING}passkey/{address}/", body, content_type="application/json")
        assert answer.status_code == 200 if (address, body) == ("begin", "") else answer.status_code < 500
    assert not factors.factors_of(emiko).passkeys


@pytest.mark.parametrize(
    "key", [[1], "x", {}, {1: 2}, {1: "a", 3: []}, {1: 2, 3: -7, -1: 1, -2: b"", -3: b""}]
)
def test_a_new_passkey_with_an_odd_key_is_refused(emiko, asked, key):
    with_app(emiko)
    inside = signed_in(emiko)
    begun = inside.post(f"{KEEPING}passkey/begin/", "{}", content_type="application/json").json()
    said = {"type": "webauthn.create", "challenge": begun["challenge"], "origin": "http://testserver"}
    number = b"a new passkey..."
    head = sha256(b"testserver").digest() + b"\x45" + bytes(4 + 16) + len(number).to_bytes(2, "big") + number
    made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": head + encode_cbor(key)})
    answer = {
        "name": "Key",
        "type": "public-key",
        "id": bytes_to_base64url(number),
        "rawId": bytes_to_base64url(number),
        "response": {
            "clientDataJSON": bytes_to_base64url(json.dumps(said).encode()),
            "attestationObject": bytes_to_base64url(made),
        },
    }
    response = inside.post(f"{KEEPING}passkey/complete/", json.dumps(answer), content_type="application/json")
    assert response.status_code == 422
    assert not factors.factors_of(emiko).passkeys
