"""The answers of the API: the lists, single entries, where everything is, and the description for programs."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, reverse
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partnership import generation
from partnership.exchange.export import consistent_read
from partnership.models import Edition
from partnership.public.files import etag_of, not_modified, open_to_all
from partnership.public.views.asked import refuse_wrong_parameters

from .asking import asked_of, only
from .items import entry_serializer, list_serializer
from .keyset import cursor_after, rows_after, steps_of
from .kinds import KINDS
from .parameters import Parameter, parameters_of
from .problems import problem
from .reading import with_all_that_is_told
from .schema import ApiSchema, document


@dataclass(frozen=True)
class Operation:
    """What the OpenAPI document says of a view: its name, what it answers and what it may be asked."""

    name: str
    tag: str
    summary: str
    description: str
    answer: type[serializers.BaseSerializer]
    parameters: tuple[Parameter, ...] = ()
    may_be_gone: bool = False


class AlwaysJson(BaseContentNegotiation):
    """JSON, whatever the client would like best: there is nothing else to choose."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """None: nothing is sent here."""
        return None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        """The first and only one."""
        return renderers[0], renderers[0].media_type


class Answer(APIView):
    """What all answers have in common: read only, open to every site, and not sent again while nothing changed."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = AlwaysJson
    schema = ApiSchema()

    @property
    def operation(self) -> Operation | None:
        """What the OpenAPI document says of it; None if it does not stand there."""
        return None

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The answer, or 304 if the reader has it."""
        etag = etag_of(generation.current(), request.get_full_path())
        if unchanged := not_modified(request._request, etag):
            return unchanged
        response = self.answer(request, **kwargs)
        if etag and response.status_code == 200:
            response.headers["ETag"] = etag
        return response

    def answer(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The answer to a reader who does not have it.

        Raises:
            ValidationError: by parameter, what cannot be read.
            Http404: nothing public is or was here.
        """
        raise NotImplementedError(f"{type(self).__name__} must say what it answers.")

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What a browser asks before it reads for another site."""
        response = Response(status=204)
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Whatever is answered may be read by every site, and so may its tag."""
        response = open_to_all(super().finalize_response(request, response, *args, **kwargs))
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        return response


# Lists


class EntryList(Answer):
    """`/api/v1/events/`: the entries that the list's page selects with the same parameters, page by page."""

    kind: Any = None

    @property
    def operation(self) -> Operation:
        """The list of its kind with its filters."""
        model = self.kind.model
        return Operation(
            f"list_{self.kind.name}",
            self.kind.name,
            f"List {model._meta.verbose_name_plural}",
            "Page by page: follow `next` until it is null. The filters are those of the list's page on the site.",
            list_serializer(model),
            tuple(parameters_of(self.kind)),
        )

    def answer(self, request: Request, **kwargs: Any) -> Response:
        """A page of the list."""
        asked = asked_of(self.kind, request.GET)
        with consistent_read():
            rows = rows_after(asked.rows, asked.cursor) if asked.cursor else asked.rows
            found = list(with_all_that_is_told(rows)[: asked.size + 1])
            page = {
                "address": self.page_address(request),
                "edition": Edition.newest_number(),
                "licence": settings.CONTENT_LICENCE,
                "count": asked.rows.count(),
                "next": None,
                "results": found[: asked.size],
            }
        if len(found) > asked.size:
            page["next"] = self.address_after(
                request, cursor_after(found[asked.size - 1], steps_of(asked.rows))
            )
        return Response(list_serializer(self.kind.model)(page, context={"request": request}).data)

    def page_address(self, request: Request) -> str | None:
        """The page of the site with the same selection; None where no page lists the kind."""
        if not hasattr(self.kind.model, "get_absolute_url"):
            return None
        query = only(request.GET, self.kind.filters).urlencode()
        address = reverse(self.kind.name)
        return request.build_absolute_uri(f"{address}?{query}" if query else address)

    def address_after(self, request: Request, cursor: str) -> str:
        """The address of the page that begins at a cursor."""
        query = request.GET.copy()
        query["cursor"] = cursor
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


# Single entries


class EntryDetail(Answer):
    """`/api/v1/events/<slug>/`: one entry; what has become of one that is not there, as its page says it."""

    kind: Any = None

    @property
    def operation(self) -> Operation:
        """One entry of its kind."""
        model = self.kind.model
        name, words = model.kind_name(), model._meta.verbose_name
        return Operation(
            f"get_{name}",
            self.kind.name,
            f"Get one {words}",
            "With all rows that belong to it. An old address redirects; a withdrawn entry says why it is gone.",
            entry_serializer(model),
            may_be_gone=True,
        )

    def answer(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The entry; 410 with the public reason for a withdrawn one, a redirect for an old address."""
        refuse_wrong_parameters(request.GET, ())
        page = self.kind.detail_page()
        page.setup(request._request, **kwargs)
        with consistent_read():
            entry = with_all_that_is_told(self.kind.model.objects.published()).filter(**page.lookup()).first()
        if entry is None:
            return self.gone_or_moved(page)
        return Response(entry_serializer(self.kind.model)(entry, context={"request": request}).data)

    def gone_or_moved(self, page: Any) -> HttpResponseBase:
        """What became of an entry that is not there.

        Raises:
            Http404: nothing public is or was here.
        """
        withdrawn = page.withdrawn()
        if withdrawn is not None:
            return problem(410, f"This entry has been withdrawn. {withdrawn.withdrawn_reason}")
        moved = page.gone_or_moved(page.request)
        return HttpResponsePermanentRedirect(
            reverse("api-root") + moved.url.removeprefix(get_script_prefix())
        )


# Where everything is


class RootSerializer(serializers.Serializer):
    """Where everything is."""

    documentation = serializers.URLField(help_text="For people.")
    openapi = serializers.URLField(help_text="For programs: the OpenAPI 3.1 document.")
    edition = serializers.IntegerField(help_text="The newest edition of the register.")
    licence = serializers.CharField(help_text="Under which the content may be used again.")
    lists = serializers.DictField(child=serializers.URLField(), help_text="The list of each kind of entry.")


class Root(Answer):
    """`/api/v1/`: where everything is."""

    @property
    def operation(self) -> Operation:
        """The way to all others."""
        return Operation(
            "start", "start", "Where everything is", "The addresses of all lists.", RootSerializer
        )

    def answer(self, request: Request, **kwargs: Any) -> Response:
        """The addresses of the lists and of what explains them."""
        refuse_wrong_parameters(request.GET, ())
        whole = request.build_absolute_uri
        return Response(
            {
                "documentation": whole(reverse("api")),
                "openapi": whole(reverse("api-document")),
                "edition": Edition.newest_number(),
                "licence": settings.CONTENT_LICENCE,
                "lists": {kind.name: whole(reverse(f"api-{kind.name}")) for kind in KINDS},
            }
        )


class Document(Answer):
    """`/api/v1/openapi.json`: the API, described for programs."""

    def answer(self, request: Request, **kwargs: Any) -> Response:
        """The OpenAPI document; it changes with the site and not with what the register holds."""
        refuse_wrong_parameters(request.GET, ())
        return Response(document())


class Nowhere(Answer):
    """Any other address below the API: a program is told in its own terms that nothing is there."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Nothing.

        Raises:
            Http404: always.
        """
        raise Http404
