"""How a page is cited: by title, site, edition, an address that keeps saying the same, and the day of reading."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from partnership.editorial import workflow
from partnership.models import ENTRY_MODELS, Edition, Status
from tests.factories import make_entry, make_event, make_relation
from tests.tools import tool

html = tool("lxml.html")

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def cited(client: Any, address: str) -> str:
    """The words by which a page says it is cited."""
    page = html.fromstring(client.get(address).content.decode())
    (box,) = page.find_class("citation")
    return re.sub(r"\s+", " ", box.find("p").text_content()).strip()


def today() -> str:
    return date_format(timezone.localdate(), "j F Y")


@pytest.fixture
def edition(db: None) -> Edition:
    """The first edition, of 3 June 2024, which published an event."""
    event = make_event("one", title="One", status=Status.DRAFT)
    workflow.publish(event)
    Edition.objects.update(published_at=datetime(2024, 6, 3, tzinfo=UTC))
    return Edition.objects.get()


def test_an_entry_is_cited_with_the_edition_that_its_address_leads_to(edition, client):
    said = cited(client, "/events/one/")
    address = "http://testserver/events/one/?edition=1"
    assert said == f"“One”, Partnership, edition 1 of 3 June 2024, {address}, retrieved {today()}."
    assert "As the register said it in edition 1" in client.get(address).content.decode()


def test_a_list_is_cited_with_its_filters_and_the_edition_of_the_day(edition, client):
    said = cited(client, "/events/?party=japan&nonsense=1")
    address = "http://testserver/events/?party=japan"
    title = "Events, Party: Japan"
    assert said == f"“{title}”, Partnership, edition 1 of 3 June 2024, {address}, retrieved {today()}."


def test_a_page_of_the_past_is_cited_as_what_it_is(edition, client):
    workflow.publish(make_event("two", status=Status.DRAFT))
    assert "edition 2 of" in cited(client, "/events/one/")
    assert "http://testserver/events/one/?edition=1," in cited(client, "/events/one/?edition=1")


def test_what_was_loaded_at_first_is_edition_0_of_no_day(client):
    make_relation("nato-japan")
    address = "http://testserver/fr/relations/nato/japan/?edition=0"
    assert address in cited(client, "/fr/relations/nato/japan/")
    assert client.get(address).status_code == 200


def test_every_entry_and_every_list_is_cited(client):
    make_relation("nato-japan")
    for model in ENTRY_MODELS:
        if hasattr(model, "get_absolute_url") and model.kind_name() != "relation":
            entry = make_entry(model)
            assert f"{entry.get_absolute_url()}?edition=0" in cited(client, entry.get_absolute_url())
            name = "parties" if model.kind_name() == "party" else f"{model.kind_name()}s"
            assert f"http://testserver/{name}/" in cited(client, f"/{name}/")
