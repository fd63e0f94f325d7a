"""What every answer tells the browser, and that a browser heeds it. The addresses are this file's own."""

import gzip
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from partnership import urls as site

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

PAGE_WITH_INLINE_CODE = """<!doctype html><html lang="en"><title>as written</title>
<p style="color: rgb(255, 0, 0)">text</p><script>document.title = "changed by inline code"</script>
<img src="https://elsewhere.example.org/pixel.png" alt=""></html>"""


def fine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE_WITH_INLINE_CODE)


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [
    path("fine/", fine),
    path("forbidden/", forbidden),
    path("suspicious/", suspicious),
    path("broken/", broken),
    *site.urlpatterns,  # error pages lead back to the site
]
handler400, handler403, handler404, handler500 = (
    site.handler400,
    site.handler403,
    site.handler404,
    site.handler500,
)

pytestmark = pytest.mark.urls(__name__)

POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.parametrize(
    ("address", "status"),
    [("/fine/", 200), ("/suspicious/", 400), ("/forbidden/", 403), ("/nowhere/", 404), ("/broken/", 500)],
)
@pytest.mark.django_db
def test_every_answer_carries_the_headers_errors_too(address: str, status: int) -> None:
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == status
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies


@override_settings(SECURE_SSL_REDIRECT=True)
@pytest.mark.parametrize(("host", "status"), [("testserver", 301), ("evil.example.org", 400)])
def test_a_redirect_to_https_and_a_refused_host_carry_the_policy(host: str, status: int) -> None:
    response = Client(raise_request_exception=False).get("/fine/", headers={"host": host})
    assert response.status_code == status
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.browser
def test_a_browser_runs_no_inline_code_and_asks_no_other_host(
    page: "Page", live_server: "LiveServer"
) -> None:
    reached: list[str] = []
    page.on("response", lambda response: reached.append(response.url))
    page.goto(f"{live_server.url}/fine/")
    assert page.title() == "as written"
    assert page.locator("p").evaluate("element => getComputedStyle(element).color") == "rgb(0, 0, 0)"
    assert [address for address in reached if not address.startswith(live_server.url)] == []
    assert page.context.cookies() == []


@pytest.mark.django_db
def test_a_page_is_compressed_and_a_file_that_is_sent_while_it_is_written_is_not(client):
    page = client.get("/events/", headers={"accept-encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"<!DOCTYPE html>" in gzip.decompress(page.content)
    assert "Accept-Encoding" in page.headers["Vary"]
    file = client.get("/events.csv", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in file.headers
    assert "Content-Encoding" not in client.get("/events/").headers
