"""What the site says when there is no page. No database here: these pages must work without one."""

import re
import sqlite3
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from partnership import urls as site
from partnership.public.views import pages
from tests.browsing import assert_accessible
from tests.factories import make_event
from tests.public.reading import text_of

raised: list[Exception] = []


def failing(request: HttpRequest) -> HttpResponse:
    """A page that fails as the test says."""
    raise raised[-1]


urlpatterns = [path("failing/", failing), path("fr/failing/", failing), *site.urlpatterns]
handler500 = site.handler500


def check(response: HttpResponse, status: int, words: str) -> None:
    """The page has its status, its words and a way home."""
    page = response.content.decode()
    assert response.status_code == status
    assert re.search(rf"<h1>{words}</h1>", page)
    assert 'class="button" href="/"' in page


def test_a_broken_server_answers_without_database_and_request_data(rf: RequestFactory):
    check(pages.server_error(rf.get("/")), 500, "Something went wrong here")


def test_a_bad_request_answers_even_when_its_host_is_refused(rf: RequestFactory):
    check(
        pages.bad_request(rf.get("/", headers={"host": "evil.example"})), 400, "The request could not be read"
    )


def test_a_refused_page_answers_in_plain_words(rf: RequestFactory):
    check(pages.forbidden(rf.get("/")), 403, "This page is not open to you")


def test_a_missing_page_answers_even_when_its_host_is_refused(rf: RequestFactory):
    check(
        pages.not_found(rf.get("/nowhere/", headers={"host": "evil.example"})), 404, "There is no such page"
    )


def test_a_page_past_the_end_names_the_first_one(rf: RequestFactory):
    request = rf.get("/nowhere/", {"page": "9"})
    assert pages.first_page_address(request) == ""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/events/nato-madrid-summit-2022/", "nato madrid summit 2022"),
        ("/fr/parties/côte_d'ivoire", "côte d'ivoire"),
        ("/events/a-summit.json", "a summit"),
        ("/", ""),
    ],
)
def test_a_missing_page_offers_to_search_for_the_words_of_its_address(rf: RequestFactory, path, words):
    assert pages.words_of_address(path) == words
    page = pages.not_found(rf.get(path)).content.decode()
    assert re.search(r'<form class="search" role="search" method="get" action="/search/"', page)


def test_words_of_an_address_are_no_markup(rf: RequestFactory):
    page = pages.not_found(rf.get("/%22%3E%3Cscript%3E/")).content.decode()
    assert "<script" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


# The database is what failed


def sqlite_error(name: str) -> OperationalError:
    """An error as Django passes it on from SQLite."""
    error, cause = OperationalError(name), sqlite3.OperationalError(name)
    cause.sqlite_errorname = name
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("connection refused"), 503),
        (InterfaceError("connection already closed"), 503),
        (sqlite_error("SQLITE_BUSY"), 503),
        (sqlite_error("SQLITE_CANTOPEN"), 503),
        (sqlite_error("SQLITE_ERROR"), 500),
        (DatabaseError("malformed"), 500),
        (RuntimeError("on purpose"), 500),
    ],
)
@pytest.mark.urls(__name__)
def test_what_time_may_mend_is_503_and_a_fault_of_the_program_is_500(error, status):
    # No database is open to this test: the pages are made without one.
    raised.append(error)
    response = Client(raise_request_exception=False).get("/failing/")
    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("60" if status == 503 else None)
    assert 'class="button" href="/"' in response.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("error", [OperationalError("connection refused"), RuntimeError("on purpose")])
def test_a_failure_is_told_in_the_language_of_the_address(error):
    raised.append(error)
    client = Client(raise_request_exception=False)
    for address, language in (("/fr/failing/", "fr"), ("/failing/", "en")):
        response = client.get(address)
        assert f'<html lang="{language}"' in response.content.decode()
        assert response.headers["Content-Language"] == language


def test_a_bad_request_is_told_in_the_language_of_its_address_whatever_was_asked_before(rf: RequestFactory):
    with translation.override("fr"):
        assert '<html lang="en"' in pages.bad_request(rf.get("/events/")).content.decode()
    assert '<html lang="fr"' in pages.bad_request(rf.get("/fr/events/")).content.decode()


@pytest.mark.django_db
def test_a_page_of_the_site_whose_database_refuses_every_query_is_503():
    def refuse(*args: object) -> None:
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(refuse):
        for address in ("/", "/events/", "/fr/search/?q=talks", "/report/?about=event:talks"):
            response = Client(raise_request_exception=False).get(address)
            assert response.status_code == 503, address
            assert response.content.decode().count("<h1") == 1


@pytest.mark.django_db
def test_a_table_that_is_missing_is_a_fault_of_the_program():
    with connection.cursor() as cursor, pytest.raises(DatabaseError) as found:
        cursor.execute("SELECT * FROM no_such_table")
    assert not pages.is_out_of_reach(found.value)


# What was withdrawn; what was not accepted


@pytest.mark.django_db
def test_a_page_that_is_gone_says_why_and_where_to_look(client: Client):
    response = client.get(make_event("talks", status="withdrawn").get_absolute_url())
    assert response.status_code == 410
    assert "It was entered twice." in text_of(response)
    assert b'<form class="search" role="search" method="get" action="/search/"' in response.content


@pytest.mark.django_db
def test_a_form_whose_origin_is_unsure_is_refused_in_the_frame_of_the_site():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    check(response, 403, "The form was not accepted")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_pages_of_errors_keep_the_rules_of_accessibility(browser: Any, live_server: Any, scheme, width):
    make_event("talks", status="withdrawn")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for address, status in (("/nowhere/", 404), ("/events/talks/", 410), ("/events/?page=9", 404)):
        assert page.goto(f"{live_server.url}{address}").status == status
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, address
        assert_accessible(page, address)
    context.close()
