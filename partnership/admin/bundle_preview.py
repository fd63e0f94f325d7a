"""The whole public site as a bundle would make it: any page, list, file or feed, with every link leading on inside.

The site is mounted at the address of the preview for as long as it answers, so that it gives its addresses inside it. What
was put in place is rolled back before the answer leaves, and kept nowhere.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import get_resolver, get_script_prefix, resolve, reverse, set_script_prefix
from django.utils import translation
from django.utils.translation import gettext

from partnership import audit, documents
from partnership.documents import PUBLIC, DocumentError
from partnership.editorial import bundle_review, bundling
from partnership.editorial.revising import Refused
from partnership.exchange.archive import archive_folder
from partnership.exchange.export import export
from partnership.models import Bundle, BundleState

from .addresses import address_of
from .preview import asked_by_anybody, ended, in_full, kept_nowhere
from .reasons import as_message

SALT = "partnership.preview.bundle"
# Addresses of the site that are no part of it for readers.
NOT_PUBLIC = ("admin", "preview", "bundle-preview", "bundle-preview-page")


def preview(request: HttpRequest, bundle: Bundle, at: str, path: str, back: str = "") -> HttpResponseBase:
    """What the public address `/<path>` answers with a bundle in place; `at` is the address of the preview itself.

    `back` is where a page of the preview leads out of it.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        with bundle_review.released(bundle) as found, _mounted(at, f"/{path}"):
            response = _answer(request, f"/{path}", back, is_faulty=bool(found))
    except (DocumentError, Refused) as error:
        why = {"reason": str(error)}
        return kept_nowhere(render(request, "admin/partnership/no_preview.html", why, status=409))
    return kept_nowhere(response)


@contextmanager
def _mounted(at: str, address: str) -> Iterator[None]:
    """The site as if it stood at another address, in the language of one of its own addresses."""
    before = get_script_prefix()
    language = translation.get_language_from_path(address) or settings.LANGUAGE_CODE
    set_script_prefix(at)
    try:
        with translation.override(language):
            yield
    finally:
        set_script_prefix(before)


def _answer(request: HttpRequest, address: str, back: str, *, is_faulty: bool) -> HttpResponseBase:
    """What a reader is answered where the site is mounted, errors included."""
    asked = asked_by_anybody(
        request, SCRIPT_NAME=get_script_prefix().rstrip("/"), PATH_INFO=address.encode().decode("latin-1")
    )
    asked.way_back, asked.is_faulty = back, is_faulty  # type: ignore[attr-defined]  # the page says so at its top
    try:
        found = asked.resolver_match = resolve(address)
        if found.view_name.partition(":")[0] in NOT_PUBLIC:
            raise Http404
        response = in_full(found.func(asked, *found.args, **found.kwargs))
    except Http404 as error:
        response = _error(asked, 404, error)
    except (BadRequest, SuspiciousOperation) as error:
        response = _error(asked, 400, error)
    response.headers.setdefault("Content-Language", translation.get_language() or "")
    return response


def _error(asked: HttpRequest, status: int, error: Exception) -> HttpResponseBase:
    view: Any = get_resolver().resolve_error_handler(status)
    return in_full(view(asked, exception=error))


# A link for somebody without an account


def link_to(bundle: Bundle) -> str:
    """The address of the preview for whoever has it, until anything of the bundle is saved anew or it is public."""
    return reverse("bundle-preview", args=[signing.dumps([bundle.pk, _seen(bundle)], salt=SALT)])


def shared_bundle_preview(request: HttpRequest, token: str, path: str = "") -> HttpResponseBase:
    """The preview behind a link, for as long as the link lasts and the bundle is as it was; else a page that says so."""
    try:
        key, seen = signing.loads(token, salt=SALT, max_age=settings.PREVIEW_DAYS * 24 * 60 * 60)
    except signing.BadSignature as error:
        return ended(request, is_unknown=not isinstance(error, signing.SignatureExpired))
    bundle = Bundle.objects.exclude(state=BundleState.PUBLISHED).filter(pk=key).first()
    if bundle is None or seen != _seen(bundle):
        return ended(request, is_unknown=False)
    return preview(request, bundle, reverse("bundle-preview", args=[token]), path)


def _seen(bundle: Bundle) -> str:
    """Stands for what a bundle holds now."""
    revisions = bundle_review.open_revisions(bundling.members_of(bundle))
    return documents.digest([{each.entry: each.pk for each in revisions}])[:16]


# Export before release


def export_of(request: HttpRequest, bundle: Bundle) -> HttpResponse:
    """The public register as the publication of a bundle would make it, as a fixture bundle in an archive."""
    with tempfile.TemporaryDirectory() as folder:
        written, archive = Path(folder) / "register", Path(folder) / "register.zip"
        try:
            with bundle_review.released(bundle) as found:
                if not found:
                    export(written, PUBLIC)
        except DocumentError as error:
            return _not_exported(request, bundle, [str(error)])
        except Refused as refused:
            return _not_exported(request, bundle, map(str, refused.problems))
        if found:
            return _not_exported(request, bundle, map(str, found))
        archive_folder(archive, written)
        response = HttpResponse(archive.read_bytes(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="bundle-{bundle.pk}.zip"'
    audit.tell("bundle exported", by=request.user, request=request, bundle=bundle.pk)
    kept_nowhere(response)
    return response


def _not_exported(request: HttpRequest, bundle: Bundle, reasons: Iterator[str] | list[str]) -> HttpResponse:
    heading = gettext("The bundle “%(bundle)s” cannot be exported:") % {"bundle": bundle}
    messages.error(request, as_message(heading, reasons))
    return HttpResponseRedirect(address_of("change", bundle))
