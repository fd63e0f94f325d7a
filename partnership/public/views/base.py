"""What the public views share: one page per entry, and one list per record kind."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.generic import DetailView, ListView

from partnership import text
from partnership.models import Alias, Citation, Entry, Party, Record, Relation, Source, Status, entry_model
from partnership.public.citing import supported_words
from partnership.public.filters import RecordFilter

SHOWN_UNKNOWN = 5
SHOWN_NAME = 40


def served_organisations() -> QuerySet[Party]:
    """The organisations whose relations the site tells: those with a published relation."""
    return Party.objects.published().filter(pk__in=Relation.objects.published().values("organisation"))


def public_or_withdrawn(model: type[Entry]) -> QuerySet:
    """The entries whose address says something to readers: published ones, and those that were withdrawn."""
    return model.objects.filter(
        Q(status=Status.WITHDRAWN) | Q(pk__in=model.objects.published().order_by().values("pk"))
    )


def present_reference(reference: str) -> str:
    """Where `kind:slug` leads through aliases, however many; itself if it is no old address or leads in a circle."""
    seen = [reference]
    while target := Alias.objects.filter(address=seen[-1]).values_list("target", flat=True).first():
        if target in seen:
            return reference
        seen.append(target)
    return seen[-1]


def present_address(reference: str) -> str | None:
    """Where an old address `kind:slug` leads today, or None; a draft is never given away."""
    present = present_reference(reference)
    if present == reference:
        return None
    kind, _, slug = present.partition(":")
    model = entry_model(kind)
    entry = model and public_or_withdrawn(model).filter(slug=slug).first()
    return entry.get_absolute_url() if entry and hasattr(entry, "get_absolute_url") else None


class PublicDetailView(DetailView):
    """The page of one published entry.

    A withdrawn entry answers 410 with its public reason, an old address redirects to the present one, and a
    draft is the same 404 as an entry that never was.
    """

    model: type[Entry]

    def get_queryset(self) -> QuerySet:
        """The published entries with what the page shows."""
        return self.model.objects.published()

    def lookup(self) -> dict[str, str]:
        """The conditions that the address sets."""
        return {"slug": self.kwargs["slug"]}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; else what became of the entry."""
        self.object = self.get_queryset().filter(**self.lookup()).first()
        if self.object is None:
            return self.gone_or_moved(request)
        return self.render_to_response(self.get_context_data(object=self.object))

    def public_name(self, withdrawn: Any) -> str:
        """What the page of a withdrawn entry calls it."""
        return str(withdrawn)

    def gone_or_moved(self, request: HttpRequest) -> HttpResponse:
        """The answer for an address without a published entry.

        Raises:
            Http404: nothing public is or was here.
        """
        withdrawn = self.model.objects.filter(status=Status.WITHDRAWN, **self.lookup()).first()
        if withdrawn is not None:
            context = {"entry": withdrawn, "name": self.public_name(withdrawn)}
            return render(request, "410.html", context, status=410)
        slug = self.lookup().get("slug")
        if slug and (address := present_address(f"{self.model.kind_name()}:{slug}")):
            return HttpResponsePermanentRedirect(address)
        raise Http404


@dataclass(frozen=True)
class Chip:
    """One filter value in use: what it says, and the query string of the list without it."""

    label: str
    query: str


class RecordListView(ListView):
    """The list of one record kind: filtered, sorted and paged by GET parameters alone."""

    model: type[Record]
    filterset_class: type[RecordFilter]
    heading: Any = ""  # the name of the list, in the plural
    paginate_by = 25
    context_object_name = "records"

    def get_queryset(self) -> QuerySet:
        """The published records that the filters let through; none while a filter cannot be read."""
        self.filterset = self.filterset_class(
            self.request.GET, queryset=self.model.objects.published().for_list(), request=self.request
        )
        return self.filterset.qs if self.filterset.is_valid() else self.filterset.queryset.none()

    def get_paginate_by(self, queryset: QuerySet) -> int | None:
        """25 a page; an error has no pages, whichever was asked for."""
        return self.paginate_by if self.filterset.is_valid() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list's context, described at the head of templates/records/list.html."""
        context = super().get_context_data(**kwargs)
        errors = self.filterset.error_list()
        chips = self.chips()
        page = context["page_obj"]
        return context | {
            "heading": self.heading,
            "page_title": self.page_title(chips, page.number if page else 1, bool(errors)),
            "form": self.filterset.form,
            "errors": errors,
            "chips": chips,
            "unknown": self.unknown_parameters(),
            "count": None if errors else page.paginator.count,
            "selection": self.filterset.selection(),
            "pages": page.paginator.get_elided_page_range(page.number) if page else (),
            "last_updated": self.model.objects.published().aggregate(last=Max("changed"))["last"],
            "offers_organisations": self.offers_organisations(),
            "canonical": self.canonical_address(page.number if page else 1),
        }

    def offers_organisations(self) -> bool:
        """Whether the page shows the filter by organisation: it is in use, or there is a choice."""
        field: Any = self.filterset.form.fields["organisation"]
        return len(field.choices) > 1 or bool(self.filterset.values("organisation"))

    def chips(self) -> list[Chip]:
        """One chip per filter value in use, in the order of the form."""
        return [
            Chip(label, self.filterset.selection(without=(name, value)).urlencode())
            for name, value, label in self.filterset.in_use()
        ]

    def canonical_address(self, number: int) -> str:
        """The one address of this selection and page."""
        query = self.filterset.selection()
        if number > 1:
            query["page"] = str(number)
        return self.request.build_absolute_uri(self.request.path + (f"?{query.urlencode()}" if query else ""))

    def unknown_parameters(self) -> list[str]:
        """The parameters of the address that are no filter of this list: the first few, shortened."""
        names = [name for name in self.request.GET if name not in {*self.filterset.filters, "page"}]
        return [name[:SHOWN_NAME] for name in names[:SHOWN_UNKNOWN]]

    def page_title(self, chips: list[Chip], number: int, has_errors: bool) -> str:
        """The page, its filters and its number, for `<title>`."""
        parts = [str(self.heading), *(chip.label for chip in chips)]
        if number > 1:
            parts.append(gettext("page %(number)d") % {"number": number})
        title = ", ".join(parts)
        return gettext("Error: %(title)s") % {"title": title} if has_errors else title


class RecordDetailView(PublicDetailView):
    """The page of one record: its facts, who took part, what it belongs to, and its sources."""

    model: type[Record]
    context_object_name = "record"

    def get_queryset(self) -> QuerySet:
        """Published records with everything they own."""
        return self.model.objects.published().for_detail().select_related("series", "part_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record, where it stands, and the public records of its kind that belong to it."""
        listed = self.model.objects.published().for_list()
        return super().get_context_data(**kwargs) | {
            "list_name": capfirst(self.model._meta.verbose_name_plural),
            "list_address": reverse(f"{self.model.kind_name()}s"),
            "canonical": self.request.build_absolute_uri(self.object.get_absolute_url()),
            "description": text.plain(self.object.summary) or self.object.title,
            "last_updated": self.object.changed,
            "sources": self.sources(),
            "parts": listed.filter(part_of=self.object),
            "editions": listed.filter(series=self.object),
        }

    def sources(self) -> list[tuple[Source, list[tuple[Citation, str]]]]:
        """The record's public sources, each once with its citations and what they support, in words."""
        citations = list(self.object.citations.all())
        words = supported_words(self.model, citations)
        cited: dict[Source, list[tuple[Citation, str]]] = {}
        for citation in citations:
            cited.setdefault(citation.source, []).append((citation, words[citation.supports]))
        return list(cited.items())
