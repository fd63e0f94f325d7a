"""The public page of an entry as it would be: what an open revision says, put in place, rendered, and rolled back.

The page is found by its address, not by import: readers' pages and staff's pages do not know one another.
"""

from contextlib import closing
from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.utils.translation import gettext

from partnership.documents import DocumentError
from partnership.editorial import revising, workflow
from partnership.editorial.revising import Refused
from partnership.models import Entry, Revision

from .addresses import address_of
from .editing import deny_unless

SALT = "partnership.preview"

# Who asks, and the address as servers such as Apache give it beside that of WSGI.
NOT_PASSED_ON = ("HTTP_COOKIE", "SCRIPT_URL", "REDIRECT_URL")


class Previewing(admin.ModelAdmin):
    """The preview of an entry, and the link by which somebody without an account sees it."""

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and these."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/preview/", view(self.preview_view), name=f"{name}_preview"),
            path("<path:object_id>/preview-link/", view(self.link_view), name=f"{name}_preview_link"),
        ]
        return [*own, *super().get_urls()]

    def _open_revision(self, request: HttpRequest, object_id: str) -> tuple[Entry, Revision]:
        entry = cast("Entry | None", self.get_object(request, unquote(object_id)))
        head = revising.head_of(entry) if entry else None
        if entry is None or head is None or not hasattr(entry, "get_absolute_url"):
            raise Http404
        deny_unless(self.has_view_or_change_permission(request, entry))
        return entry, head

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The public page of the entry with its open revision in place."""
        _entry, head = self._open_revision(request, object_id)
        return preview(request, head)

    def link_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Makes a link to the preview for somebody without an account, and says when it ends."""
        entry, head = self._open_revision(request, object_id)
        deny_unless(self.has_change_permission(request, entry))
        if request.method != "POST":
            return HttpResponseRedirect(address_of("change", entry))
        token = signing.dumps(head.pk, salt=SALT, compress=True)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Link to the preview of “%(entry)s”") % {"entry": entry},
            "opts": self.opts,
            "entry": entry,
            "link": request.build_absolute_uri(reverse("preview", args=[token])),
            "days": settings.PREVIEW_DAYS,
            "change_url": address_of("change", entry),
        }
        return TemplateResponse(request, "admin/partnership/preview_link.html", context)


def shared_preview(request: HttpRequest, token: str) -> HttpResponseBase:
    """The preview behind a link, for as long as the link lasts and its revision is open; else a page that says so."""
    try:
        key = signing.loads(token, salt=SALT, max_age=settings.PREVIEW_DAYS * 24 * 60 * 60)
    except signing.BadSignature as error:
        return ended(request, is_unknown=not isinstance(error, signing.SignatureExpired))
    revision = Revision.objects.open().filter(pk=key).first()
    if revision is None:
        return ended(request, is_unknown=False)
    return preview(request, revision)


def preview(request: HttpRequest, revision: Revision) -> HttpResponseBase:
    """The public page with an open revision in place, as a reader would get it: nothing of it is kept anywhere."""
    try:
        with workflow.staged(revision) as stage:
            response = _public_page(request, cast(Any, stage.entry).get_absolute_url())
    except (DocumentError, Refused) as error:
        why = {"reason": str(error)}
        return kept_nowhere(render(request, "admin/partnership/no_preview.html", why, status=409))
    return kept_nowhere(response)


def kept_nowhere(response: HttpResponseBase) -> HttpResponseBase:
    """The answer, for no cache, no search engine and no site that a link on it leads to."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    for header in ("ETag", "Last-Modified", "Access-Control-Allow-Origin"):
        if header in response:
            del response[header]
    return response


def _public_page(request: HttpRequest, address: str) -> HttpResponseBase:
    """What the view of a public address answers to a reader who asks without condition; read to its end."""
    found = resolve(address)
    asked = asked_by_anybody(request, PATH_INFO=address, QUERY_STRING="")
    return in_full(found.func(asked, *found.args, **found.kwargs))


def asked_by_anybody(request: HttpRequest, **environ: str) -> WSGIRequest:
    """A request of a reader without an account, for the whole of what a public address answers; `environ` is as in WSGI."""
    passed_on = {
        name: value
        for name, value in request.META.items()
        if not name.startswith("HTTP_IF_") and name not in NOT_PASSED_ON
    }
    asked = WSGIRequest({**passed_on, "REQUEST_METHOD": "GET", **environ})
    asked.user = AnonymousUser()
    asked.is_preview = True  # type: ignore[attr-defined]  # the page says so at its top
    return asked


def in_full(response: Any) -> HttpResponseBase:
    """An answer read to its end, so that it may leave the rows it was made from."""
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    if isinstance(response, StreamingHttpResponse):
        with closing(response):
            return HttpResponse(
                b"".join(response), status=response.status_code, headers=dict(response.items())
            )
    return cast(HttpResponseBase, response)


def ended(request: HttpRequest, *, is_unknown: bool) -> HttpResponseBase:
    """Says that there is no preview behind a link: not any more, or never."""
    context, status = {"is_unknown": is_unknown}, 404 if is_unknown else 410
    return kept_nowhere(render(request, "admin/partnership/preview_ended.html", context, status=status))
