"""From where a request came, sessions of staff, headers that neither Django nor django-csp sends, the language of the address."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from partnership import audit
from partnership.sign_in import receivers, sessions

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


# What an open page asks for by itself, so that it does not show that anybody is at the keyboard.
ASKED_BY_PAGES = frozenset({"open_form", "close_form"})


class ForwardedAddressMiddleware:
    """Behind a proxy, takes the address of whoever asks from what the proxy says; else the proxy would be everybody.

    The last address of X-Forwarded-For is the one that our own proxy wrote; those before it anybody can make up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        # Where the proxy says nothing that is an address, its own stands.
        with suppress(ValueError):
            request.META["REMOTE_ADDR"] = str(ip_address(last))
        return self.get_response(request)


class StaffSessionMiddleware:
    """Ends sessions of staff that are over, and tells the log who was refused a page of the staff's.

    It looks at addresses of the staff's only: no page for readers, whoever reads it, opens a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with receivers.acting(request):
            response = self.get_response(request)
        if response.status_code == 403 and _is_of_staff(request):
            match = request.resolver_match
            of = match.kwargs.get("object_id") or match.kwargs.get("key") if match else None
            page = match.view_name if match else ""
            audit.tell(
                "access refused", by=request.user, request=request, page=page, of=of, method=request.method
            )
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """End the session if it is over, so that the view meets somebody who is signed out; else note that it is used."""
        if not _is_of_staff(request) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        if not request.user.is_authenticated:
            return
        if sessions.is_over(request.session):
            audit.tell("session over", by=request.user, request=request)
            request.session.flush()
            request.user = AnonymousUser()
        elif request.resolver_match and request.resolver_match.url_name not in ASKED_BY_PAGES:
            sessions.note_use(request.session)


def _is_of_staff(request: HttpRequest) -> bool:
    return request.resolver_match is not None and "admin" in request.resolver_match.app_names


class BrowserLimitsMiddleware:
    """Tells browsers, on every answer, what pages never use and that other sites may not embed them.

    Permissions-Policy switches the named abilities off; Cross-Origin-Resource-Policy keeps other sites from
    embedding a page, an image or a file (the MDN HTTP Observatory counts it). Links and downloads from
    elsewhere still work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses what is whole before it is sent: pages, feeds, answers of the API.

    Files that are sent while they are written stay as they are: packed row by row they would be late and little smaller. Public
    pages hold no secret that the length of a page could give away; to those of staff Django adds bytes by chance.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed if it is whole and the reader's program can read it so."""
        return response if response.streaming else super().process_response(request, response)


class AddressLanguageMiddleware(LocaleMiddleware):
    """Answers in the language of the address and in no other: neither a cookie nor the browser's wish decides.

    One address is one text, so that links, caches and readers who pass them on agree; `Vary: Accept-Language`, which
    Django adds where its own middleware might have asked the browser, would be untrue.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language of the answer."""
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response
