"""Staff who use the admin, and words and parties that most forms need."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from partnership.models import Entry, Vocabulary
from tests import factories
from tests.admin.forms import Editor


@pytest.fixture
def editor(db, client: Client) -> Editor:
    """Someone who may do everything, at a browser."""
    client.force_login(get_user_model().objects.create_superuser("editor"))
    return Editor(client)


# To a page that nobody looks at, forms have no reason to ask by themselves who else has them open: a request that comes
# when a test is over would meet a database that is being emptied.
NOT_LOOKED_AT = "Object.defineProperty(Document.prototype, 'visibilityState', { value: 'hidden' })"


@pytest.fixture
def staff_page(page_looked_at: Any) -> Any:
    """A browser's page of someone who may do everything; what its console says is in `said`."""
    page_looked_at.context.add_init_script(NOT_LOOKED_AT)
    return page_looked_at


@pytest.fixture
def page_looked_at(page: Any, live_server: Any, client: Client) -> Any:
    """The same, for a test in which forms ask who else has them open."""
    client.force_login(get_user_model().objects.create_superuser("editor"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page


@pytest.fixture
def japan(db) -> Entry:
    return factories.make_party("japan")


@pytest.fixture
def nato(db) -> Entry:
    return factories.make_party("nato", kind="organisation", name="NATO")


@pytest.fixture
def source(db) -> Entry:
    return factories.make_source("a-page")


@pytest.fixture
def meeting(db) -> Entry:
    return factories.make_term(Vocabulary.EVENT_KIND, "meeting")


@pytest.fixture
def participant(db) -> Entry:
    return factories.make_term(Vocabulary.ROLE, "participant")
