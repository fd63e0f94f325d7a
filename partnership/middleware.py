"""Headers that neither Django nor django-csp sends."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
