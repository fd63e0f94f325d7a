"""Signing in, in a browser with an authenticator of its own: passkeys, codes, and every page on the way."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from partnership.models import Event
from partnership.sign_in import factors
from tests import factories
from tests.admin.conftest import NOT_LOOKED_AT
from tests.browsing import follow, look_over
from tests.sign_in.accounts import PASSWORD, account, code_of, with_app, wrong_code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOGIN, SECOND, KEEPING = "/admin/login/", "/admin/second-factor/", "/admin/security/"


@pytest.fixture(autouse=True)
def asked(settings):
    """A second factor is asked for, as in production."""
    settings.SECOND_FACTOR = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def outside(page):
    """A browser of somebody who is not signed in; what its console says is in `said`."""
    page.context.add_init_script(NOT_LOOKED_AT)
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page


@pytest.fixture
def authenticator(outside):
    """A device that makes passkeys and answers with them, as if its owner agreed each time."""
    devtools = outside.context.new_cdp_session(outside)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def agree(willing):
        devtools.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": made["authenticatorId"], "isUserVerified": willing},
        )

    return agree


def give_password(page, site, name="emiko"):
    page.goto(f"{site.url}/admin/partnership/event/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    follow(page.get_by_role("button", name="Log in"))


def look_at(page, where):
    """Nothing is wrong with the page in any look, and its console is silent; a 429 the browser notes itself."""
    look_over(page, where, [text for text in page.said if "429" not in text])
    page.said.clear()


def leave(page):
    follow(page.get_by_role("button", name="Log out"))


def test_from_the_first_sign_in_to_a_passkey_that_opens(outside, authenticator, live_server):
    page = outside
    account("emiko", is_superuser=True)
    give_password(page, live_server)
    assert page.url.endswith(KEEPING)
    look_at(page, "first sign-in")
    page.fill("#id_passkey_name", "Laptop")
    with page.expect_navigation(url=f"**{KEEPING}"):
        page.get_by_role("button", name="Add a passkey").click()
    assert WebAuthnCredential.objects.get().name == "Laptop"
    look_at(page, "after the first factor")
    # The same device is not set up twice.
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("set up already").wait_for()
    look_at(page, "a passkey that is known")
    follow(page.get_by_role("button", name="Make new recovery codes"))
    code = page.locator(".secret-codes code").first.text_content()
    look_at(page, "recovery codes")
    follow(page.get_by_role("link", name="I have kept them"))
    assert page.url.endswith("/admin/partnership/event/")
    leave(page)

    give_password(page, live_server)
    assert SECOND in page.url
    look_at(page, "second factor")
    with page.expect_navigation(url="**/admin/partnership/event/"):
        page.get_by_role("button", name="Use a passkey").click()
    leave(page)

    give_password(page, live_server)
    page.fill("[name=code]", code)
    follow(page.get_by_role("button", name="Go on"))
    assert page.url.endswith("/admin/partnership/event/")
    leave(page)

    give_password(page, live_server)
    page.fill("[name=code]", code)
    follow(page.get_by_role("button", name="Go on"))
    assert "was used already" in page.locator(".errorlist").text_content()
    look_at(page, "a code that was used")
    assert page.said == []


def test_an_app_is_set_up_by_its_code_and_kept_or_removed(outside, live_server, settings):
    page = outside
    emiko = account("emiko", is_superuser=True)
    give_password(page, live_server)
    follow(page.get_by_role("button", name="Add an authenticator app"))
    assert page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 0")
    look_at(page, "the secret of an app")
    app = TOTPDevice.objects.get()
    page.fill("[name=code]", wrong_code_of(app))
    follow(page.get_by_role("button", name="Set up"))
    look_at(page, "a code that is wrong")
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    page.fill("[name=code]", code_of(app))
    follow(page.get_by_role("button", name="Set up"))
    follow(page.get_by_role("link", name="Telephone"))
    look_at(page, "one app")
    follow(page.get_by_role("button", name="Remove it"))
    assert "is your only one" in page.locator(".messagelist").text_content()
    leave(page)

    give_password(page, live_server)
    page.fill("[name=code]", code_of(app, 1))
    follow(page.get_by_role("button", name="Go on"))
    assert page.url.endswith("/admin/partnership/event/")
    oscar = account("oscar")
    with_app(oscar)
    page.goto(f"{live_server.url}{KEEPING}reset/{oscar.pk}/")
    look_at(page, "factors taken away")
    settings.SECOND_FACTOR = False
    page.goto(f"{live_server.url}/admin/auth/user/{oscar.pk}/change/")
    look_at(page, "the form of an account")
    leave(page)
    assert factors.factors_of(emiko).devices == [app]
    assert page.said == []


def test_who_gave_the_password_long_ago_gives_it_again_and_who_guesses_waits(
    outside, live_server, settings, monkeypatch
):
    page = outside
    emiko = account("emiko", is_superuser=True)
    app = with_app(emiko)
    give_password(page, live_server)
    page.fill("[name=code]", code_of(app))
    follow(page.get_by_role("button", name="Go on"))
    monkeypatch.setattr("partnership.sign_in.sessions.SURE_FOR", -1)
    page.goto(f"{live_server.url}{KEEPING}")
    look_at(page, "the password again")
    page.fill("[name=password]", "wrong")
    follow(page.get_by_role("button", name="Go on"))
    look_at(page, "a wrong password again")
    settings.AXES_FAILURE_LIMIT = 2
    page.fill("[name=password]", "wrong")
    follow(page.get_by_role("button", name="Go on"))
    assert page.get_by_role("heading", name="Too many attempts").is_visible()
    look_at(page, "locked")


def test_text_that_was_typed_survives_the_way_out_and_in_again(outside, live_server):
    page = outside
    emiko = account("emiko", is_superuser=True)
    app = with_app(emiko)
    event = factories.make_event("madrid", status="draft")
    give_password(page, live_server)
    page.fill("[name=code]", code_of(app))
    follow(page.get_by_role("button", name="Go on"))
    address = f"{live_server.url}/admin/partnership/event/{event.pk}/change/"
    page.goto(address)
    page.fill("#id_title", "Typed before the session ended")
    page.context.clear_cookies(name="sessionid")
    follow(page.locator("[name=_save]").last)
    assert LOGIN in page.url
    page.fill("[name=username]", "emiko")
    page.fill("[name=password]", PASSWORD)
    follow(page.get_by_role("button", name="Log in"))
    assert SECOND in page.url
    page.fill("[name=code]", code_of(app, 1))
    follow(page.get_by_role("button", name="Go on"))
    assert page.url == address
    page.get_by_role("button", name="Put it back").click()
    assert page.input_value("#id_title") == "Typed before the session ended"
    assert Event.objects.get().title != "Typed before the session ended"
