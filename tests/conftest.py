"""Fixtures for all tests."""

import gc
import importlib.util
import os
import shutil
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.db import connection
from django.utils import translation

from partnership.models import RECORD_MODELS, Record
from partnership.public import facet_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Examples are not benchmarks: a busy machine must not fail a test.
hypothesis.settings.register_profile("register", deadline=None)
hypothesis.settings.load_profile("register")

data_folders = count(1)

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


def pytest_report_header() -> str:
    """Which database this run is on, as DATABASE_URL says."""
    return f"database: {connection.vendor}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for no database decides nothing in one: it runs once."""
    asks = {"db", "transactional_db", "live_server", "page"}
    for item in items:
        if not item.get_closest_marker("django_db") and asks.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.one_engine)


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays until the end, and ask it seldom: a sixth of the time of the forms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 1000)


def what_browser_tests_miss() -> str:
    """A sentence that names what is not installed, or nothing when browser tests can run."""
    if importlib.util.find_spec("playwright") is None:
        return "The playwright package is not installed: pip install -r .ci/requirements.txt"
    if shutil.which("chromium") is None:
        return "Chromium is not installed: apt-get install chromium"
    return ""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Keep SQLite in a file where browsers are used, as on a real site.

    In memory, all threads of the live server and the test itself would be in one connection at once, and a request that
    a page makes by itself would now and then meet a locked table.
    """
    has_browsers = any(item.get_closest_marker("browser") for item in request.session.items)
    if has_browsers and connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = tmp_path_factory.getbasetemp() / "register.sqlite3"
        # What a test wrote need not outlive a power loss: a twelfth less time.
        connection.settings_dict["OPTIONS"]["init_command"] = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
        )


@pytest.fixture(autouse=True)
def no_index_of_another_test() -> None:
    """What one test kept in memory of its database is nothing to the next."""
    facet_index.forget()


@pytest.fixture(autouse=True)
def no_files_of_another_test(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> None:
    """Nor are the files of the data page that it built: each test has a place for them, made when one is built."""
    settings.DATA_DIR = tmp_path_factory.getbasetemp() / f"data-{next(data_folders)}"


@pytest.fixture(autouse=True)
def no_language_of_another_test(settings: Any) -> None:
    """Nor is the language of the last page that it asked for, which stays active when the request has ended."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(params=RECORD_MODELS, ids=lambda model: model.__name__)
def kind(request: pytest.FixtureRequest) -> type[Record]:
    """Each record kind in turn: behaviour shared by all kinds is tested once, for every kind."""
    return request.param


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for all tests of a worker. Skips by name when it is missing; fails in CI."""
    if missing := what_browser_tests_miss():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, where Django would else refuse to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """An empty page in a browser profile of its own: no cookie of another test."""
    context = browser.new_context()
    yield context.new_page()
    context.close()
