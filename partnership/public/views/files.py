"""`/contributions.csv` and its like: every list in every form; `/contributions/<slug>.json`: one entry."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.generic import View

from partnership import generation
from partnership.exchange.export import ExportRefused, Scope, stream
from partnership.exchange.tables import csv_lines, json_lines, xlsx_file
from partnership.exchange.tables.documents import entry_file
from partnership.public.files import (
    CONTENT_TYPES,
    etag_of,
    not_modified,
    open_to_all,
    plain_answer,
    refusal,
)

from . import areas, parties, records, relations, sources

FORMS = ("csv", "xlsx", "json", "fixture.json")
LISTS: dict[str, Any] = {
    "relations": relations.RelationList,
    "parties": parties.PartyList,
    "areas": areas.AreaList,
    "sources": sources.SourceList,
    "events": records.EventList,
    "programmes": records.ProgrammeList,
    "exercises": records.ExerciseList,
    "funds": records.FundList,
    "contributions": records.ContributionList,
    "operations": records.OperationList,
    "standings": records.StandingList,
}
DETAILS: dict[str, Any] = {
    "parties/<slug:slug>": parties.PartyDetail,
    "areas/<slug:slug>": areas.AreaDetail,
    "sources/<slug:slug>": sources.SourceDetail,
    "relations/<slug:organisation>/<slug:party>": relations.RelationDetail,
    "events/<slug:slug>": records.EventDetail,
    "programmes/<slug:slug>": records.ProgrammeDetail,
    "exercises/<slug:slug>": records.ExerciseDetail,
    "funds/<slug:slug>": records.FundDetail,
    "contributions/<slug:slug>": records.ContributionDetail,
    "operations/<slug:slug>": records.OperationDetail,
    "standings/<slug:slug>": records.StandingDetail,
}


class ListFile(View):
    """The rows that a list's page selects with the same parameters, all of them, as a file."""

    http_method_names = ["get", "head", "options"]
    list_name = ""
    form = "csv"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The file; 304 if the reader has it; 400 for a parameter that cannot be read or is none of the list."""
        etag = etag_of(generation.current(), request.get_full_path())
        if unchanged := not_modified(request, etag):
            return unchanged
        page = LISTS[self.list_name]
        try:
            rows = page.chosen(request.GET)
            response = self.head_only() if request.method == "HEAD" else self.written(page.model, rows)
        except ValidationError as error:
            return refusal(error)
        except ExportRefused as error:
            return plain_answer(str(error), 400)
        return self.with_headers(response, etag)

    def head_only(self) -> HttpResponse:
        """An answer without a body: none is made to be thrown away."""
        response = HttpResponse(content_type=CONTENT_TYPES[self.form])
        del response.headers["Content-Type"]
        return response

    def written(self, model: Any, rows: Any) -> HttpResponseBase:
        """The file, as its form is written: while it is sent, but for XLSX, which is whole before it is sent."""
        address = self.page_address()
        if self.form == "xlsx":
            return FileResponse(xlsx_file(model, rows))
        pieces: dict[str, Callable[[], Iterable[bytes]]] = {
            "csv": lambda: csv_lines(model, rows),
            "json": lambda: json_lines(model, rows, address=self.request.build_absolute_uri(address)),
            "fixture.json": lambda: stream(Scope(address=address)),
        }
        return StreamingHttpResponse(pieces[self.form]())

    def page_address(self) -> str:
        """The address of the page that shows the same rows."""
        query = self.request.GET.urlencode()
        address = reverse(self.list_name)
        return f"{address}?{query}" if query else address

    def with_headers(self, response: Any, etag: str | None) -> HttpResponseBase:
        """The answer with what it is, what it is called, and which page it is of."""
        response.headers["Content-Type"] = CONTENT_TYPES[self.form]
        response.headers["Content-Disposition"] = f'attachment; filename="{self.list_name}.{self.form}"'
        page = self.request.build_absolute_uri(self.page_address())
        response.headers["Link"] = f'<{page}>; rel="canonical"'
        if etag:
            response.headers["ETag"] = etag
        return open_to_all(response)


class EntryFile(View):
    """The public document of one entry as JSON; what has become of one that is not there, as its page says it."""

    http_method_names = ["get", "head", "options"]
    page_class: Any = None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The file; 410 for a withdrawn entry, a redirect for an old address.

        Raises:
            Http404: nothing public is or was here.
        """
        if request.GET:
            return plain_answer(gettext("The file of one entry takes no parameters."), 400)
        etag = etag_of(generation.current(), request.get_full_path())
        if unchanged := not_modified(request, etag):
            return unchanged
        page = self.page_class()
        page.setup(request, **kwargs)
        entry = page.get_queryset().filter(**page.lookup()).first()
        if entry is None:
            return instead_of_file(page, "json")
        address = request.build_absolute_uri(entry.get_absolute_url())
        response = HttpResponse(entry_file(entry, address), content_type=CONTENT_TYPES["json"])
        response.headers["Content-Disposition"] = f'attachment; filename="{entry.slug}.json"'
        response.headers["Link"] = f'<{address}>; rel="canonical"'
        if etag:
            response.headers["ETag"] = etag
        return open_to_all(response)


def instead_of_file(page: Any, form: str) -> HttpResponseBase:
    """What the page of an entry that is not there answers, for who asked for a file of it.

    Raises:
        Http404: nothing public is or was here.
    """
    answer = page.gone_or_moved(page.request)
    if isinstance(answer, HttpResponsePermanentRedirect):
        return HttpResponsePermanentRedirect(f"{answer.url.rstrip('/')}.{form}")
    return plain_answer(gettext("This entry has been withdrawn; its page says why."), answer.status_code)


def file_addresses() -> list[URLPattern]:
    """The addresses of all files of lists and entries."""
    lists = [
        path(
            f"{name}.{form}",
            ListFile.as_view(list_name=name, form=form),
            name=f"{name}-{form}",
        )
        for name in LISTS
        for form in FORMS
    ]
    entries = [
        path(f"{address}.json", EntryFile.as_view(page_class=page), name=f"{page.model.kind_name()}-json")
        for address, page in DETAILS.items()
    ]
    return lists + entries
