"""The staff room in another language than English."""

import re

import pytest
from django.test import Client

from tests.factories import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_the_staff_room_speaks_the_language_of_its_address_and_keeps_it(admin_client: Client):
    event = make_event()
    for address in (
        "/fr/admin/",
        "/fr/admin/partnership/event/",
        f"/fr/admin/partnership/event/{event.pk}/change/",
        "/fr/admin/review/",
        "/fr/admin/upload/",
    ):
        response = admin_client.get(address)
        assert response.status_code == 200
        page = response.content.decode()
        assert '<html lang="fr" dir="ltr">' in page
        assert "Déconnexion" in page
        links = [
            link
            for link in re.findall(r'(?:href|action)="(/[^"]*)"', page)
            if not link.startswith("/static/")
        ]
        assert links
        assert [link for link in links if not link.startswith("/fr/")] == [], address


def test_a_visitor_is_asked_to_log_in_in_the_language_of_the_address(client: Client):
    assert client.get("/fr/admin/").headers["Location"] == "/fr/admin/login/?next=/fr/admin/"
