"""`/robots.txt`, `/sitemap.xml` and its sections: what robots may read, and where to begin."""

from collections.abc import Callable

from django.contrib.sitemaps import views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.views.generic import View

from partnership import generation
from partnership.public.files import PLAIN, etag_of, not_modified, open_to_all
from partnership.public.sitemaps import refused_paths, sections


class Robots(View):
    """`/robots.txt`: neither the staff's pages, nor searches, nor what the register said in past editions."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The rules, the same for all robots."""
        refused = [*refused_paths(), "/*?edition=", "/*&edition="]
        lines = [
            "User-agent: *",
            *(f"Disallow: {each}" for each in refused),
            "",
            f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        ]
        return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN)


class SitemapIndex(View):
    """`/sitemap.xml`: the sections, each with its last change."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The index; 304 if the reader has it."""
        return _answer(request, lambda: views.index(request, sections(), sitemap_url_name="sitemap-section"))


class SitemapSection(View):
    """`/sitemap-<section>.xml`: the pages of one section, `p` being the page of the section."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, section: str) -> HttpResponseBase:
        """A page of the section; 304 if the reader has it.

        Raises:
            Http404: there is no such section, or it has no such page.
        """
        return _answer(request, lambda: views.sitemap(request, sections(), section))


def _answer(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    etag = etag_of(generation.current(), request.get_full_path())
    if unchanged := not_modified(request, etag):
        return unchanged
    response = make()
    del response.headers["Last-Modified"]  # what was withdrawn moves the generation and no such moment
    if etag:
        response.headers["ETag"] = etag
    return open_to_all(response)


def robot_addresses() -> list[URLPattern]:
    """The addresses for robots."""
    return [
        path("robots.txt", Robots.as_view(), name="robots"),
        path("sitemap.xml", SitemapIndex.as_view(), name="sitemap"),
        path("sitemap-<slug:section>.xml", SitemapSection.as_view(), name="sitemap-section"),
    ]
