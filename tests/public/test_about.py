"""The pages about the site: what the settings say, nothing else that could be invented, and a way there from every page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_event
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

NAMES = ("about", "accessibility", "licence", "privacy", "report")


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_page_with_one_heading_no_cookie_and_a_link_from_every_foot(client: Client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    assert not response.cookies
    assert f'href="{reverse(name)}"' in client.get("/").content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_each_is_in_the_language_of_its_address(client: Client, name):
    page = client.get(f"/fr/{name}/").content.decode()
    assert '<html lang="fr"' in page
    assert f'href="/fr/{name}/"' in page


@pytest.mark.parametrize("name", ["about", "accessibility", "report"])
def test_an_address_to_write_to_stands_there_if_the_settings_have_one(client: Client, settings, name):
    settings.CONTACT_EMAIL = ""
    page = client.get(reverse(name))
    assert b"mailto:" not in page.content
    assert "has not set an address" in text_of(page) or "No address to write to" in text_of(page)
    settings.CONTACT_EMAIL = "desk@register.example.org"
    assert b"mailto:desk@register.example.org" in client.get(reverse(name)).content


def test_the_name_of_the_site_is_that_of_the_settings(client: Client, settings):
    settings.SITE_NAME = "Of Partners"
    assert "published as Of Partners." in text_of(client.get(reverse("about")))


def test_the_licence_is_that_of_the_settings_on_its_page_and_in_every_foot(client: Client, settings):
    settings.CONTENT_LICENCE, settings.CONTENT_LICENCE_URL = "ODbL 1.0", "https://odbl.example.org/"
    for address in (reverse("licence"), "/"):
        assert (
            b'<a rel="license" href="https://odbl.example.org/">ODbL 1.0</a>' in client.get(address).content
        )
    assert "Source: Partnership, edition 0, http://testserver/, ODbL 1.0." in text_of(client.get("/licence/"))
    settings.CONTENT_LICENCE_URL = ""
    assert "may be used again under ODbL 1.0." in text_of(client.get("/licence/"))


def test_what_is_claimed_of_policy_and_cookies_holds_for_the_page_of_a_record(client: Client):
    response = client.get(make_event().get_absolute_url())
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not response.cookies
