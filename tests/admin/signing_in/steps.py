"""The steps of signing in, as a browser takes them."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.sign_in.accounts import PASSWORD, code_of

LOGIN, SECOND, KEEPING = "/admin/login/", "/admin/second-factor/", "/admin/security/"
WANTED = "/admin/partnership/event/?q=madrid"


def give_password(
    client: Client, name: str = "emiko", password: str = PASSWORD, wanted: str = WANTED, **more: Any
) -> HttpResponse:
    """What the log-in page answers to a password."""
    return client.post(LOGIN, {"username": name, "password": password, "next": wanted}, **more)


def signed_in(person: User) -> Client:
    """The browser of somebody who gave password and code."""
    client = Client()
    give_password(client, person.username)
    app = TOTPDevice.objects.filter(user=person).first()
    response = client.post(SECOND, {"code": code_of(app, 1), "next": "/admin/"})
    assert response.status_code == 302
    return client


def is_inside(client: Client) -> bool:
    """Whether the front page of the desk opens."""
    return client.get("/admin/").status_code == 200
