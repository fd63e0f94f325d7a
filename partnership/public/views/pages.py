"""The home page, and what the site says when there is no page."""

import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.generic import TemplateView

from partnership.models import Area, Entry, IndexEntry, Party, Relation, Source
from partnership.public.other_forms import Form
from partnership.public.party_index import named_first
from partnership.public.questions import home_questions
from partnership.public.shelves import KINDS, kind_heading

from .relations import grouped_relations

LATEST_CHANGES = 5
RETRY_AFTER = 60  # seconds, when the database cannot be reached
MOST_WORDS = 200  # characters, as many as the search takes
# What came in with one edition changed at one moment: then the newest event of it is the most telling.
NEWEST_CHANGE_FIRST = ("-changed", F("earliest").desc(nulls_last=True), "kind", "slug")


class Home(TemplateView):
    """`/`: what the site is, the relations and parties, what it answers, how many records there are, and what changed last."""

    template_name = "partnership/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        changes = latest_changes()
        parties, groups = named_first()
        return super().get_context_data(**kwargs) | {
            "organisations": grouped_relations(),
            "parties": parties,
            "groups": groups,
            "counts": [
                (reverse(f"{model.kind_name()}s"), kind_heading(model), model.objects.published().count())
                for model in KINDS
            ],
            "questions": home_questions(),
            "changes": changes,
            "canonical": self.request.build_absolute_uri(self.request.path),
            "page_title": settings.SITE_NAME,
            "other_forms": [Form(gettext("Follow (Atom)"), reverse("feed"), "application/atom+xml")],
            "last_updated": changes[0]["changed"] if changes else None,
        }


def latest_changes() -> list[dict[str, Any]]:
    """What changed last, newest first: title, kind in words, address and moment."""
    models: tuple[type[Entry], ...] = (*KINDS, Relation, Party, Area, Source)
    kinds = {model.kind_name(): model for model in models}
    told = Relation.objects.published()
    hidden = Q(kind=Relation.kind_name()) & ~Q(slug__in=told.values("slug"))
    found = IndexEntry.objects.filter(kind__in=kinds).exclude(hidden)
    rows = list(found.order_by(*NEWEST_CHANGE_FIRST)[:LATEST_CHANGES])
    asked = [row.slug for row in rows if row.kind == Relation.kind_name()]
    relations = {each.reference: each for each in told.for_list().filter(slug__in=asked)}
    changes = []
    for row in rows:
        relation = relations.get(str(row))  # its address and title are made of its parties
        changes.append(
            {
                "title": str(relation or row.title),
                "kind": kinds[row.kind]._meta.verbose_name,
                "address": relation.get_absolute_url() if relation else reverse(row.kind, args=[row.slug]),
                "changed": row.changed,
            }
        )
    return changes


# What the site says when there is no page


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400. Rendered without the request: its host or its parameters may be what is wrong with it."""
    return _without_request(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for a draft and for what never was; past the last page of a list, with a way to the first."""
    context = {"first_page": first_page_address(request), "words": {"value": words_of_address(request.path)}}
    return render(request, "404.html", context, status=404)


def first_page_address(request: HttpRequest) -> str:
    """The address of the list without its page number; empty if the request was not for a page of a list."""
    match = request.resolver_match
    if match is None or match.kwargs or "page" not in request.GET:
        return ""
    selection = request.GET.copy()
    del selection["page"]
    return f"{request.path}?{selection.urlencode()}" if selection else request.path


def words_of_address(path: str) -> str:
    """The words to look for instead of an address: `/events/a-summit/` was about “a summit”."""
    last = path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return " ".join(last.replace("-", " ").replace("_", " ").split())[:MOST_WORDS]


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is what failed. Rendered without request and database: either may be what broke."""
    if not is_out_of_reach(sys.exception()):
        return _without_request(request, "500.html", 500)
    response = _without_request(request, "503.html", 503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def is_out_of_reach(error: BaseException | None) -> bool:
    """Whether an error means that the database is away, busy or shutting down, so that later the same may succeed.

    SQLite calls a wrong statement an operational error too, a missing table for example; PostgreSQL calls that a
    programming error, and a fault of the program it is.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR"


def _without_request(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page made without the request, in the language of its address: the middleware that sets it may not have run."""
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(language):
        return HttpResponse(render_to_string(template), status=status, headers={"Content-Language": language})
