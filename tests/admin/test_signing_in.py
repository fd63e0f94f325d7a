"""Signing in: the password, the second factor, where each leads, and what ends it."""

import json
import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnership import audit
from partnership.admin.signing_in.passkeys import host_of, origin_of
from partnership.sign_in import factors, sessions
from tests.sign_in.accounts import PASSWORD, account, code_of, with_app, wrong_code_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

LOGIN, SECOND, KEEPING = "/admin/login/", "/admin/second-factor/", "/admin/security/"
WANTED = "/admin/partnership/event/?q=madrid"
# Pages on which something of the staff room would show.
INSIDE = [
    "/admin/",
    "/admin/partnership/event/",
    "/admin/password_change/",
    "/admin/autocomplete/",
    "/admin/jsi18n/",
]


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


def give_password(client, name="emiko", password=PASSWORD, wanted=WANTED, **more):
    return client.post(LOGIN, {"username": name, "password": password, "next": wanted}, **more)


def signed_in(person):
    """Somebody who gave password and code."""
    client = Client()
    give_password(client, person.username)
    app = TOTPDevice.objects.filter(user=person).first()
    response = client.post(SECOND, {"code": code_of(app, 1), "next": "/admin/"})
    assert response.status_code == 302
    return client


def is_inside(client):
    return client.get("/admin/").status_code == 200


# The way in


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


# Guessing


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


# The page of what somebody signs in with


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


# The end of a session


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
