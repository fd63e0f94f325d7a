"""Headers that neither Django nor django-csp sends, and the language of the address."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


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
