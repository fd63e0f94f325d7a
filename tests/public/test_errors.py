"""What the site says when there is no page. No database here: these pages must work without one."""

import re

from django.http import HttpResponse
from django.test import RequestFactory

from partnership.public.views import pages


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
