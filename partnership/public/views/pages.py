"""Home, the relations, and the pages of parties, areas and sources; what the site says when there is no page."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.generic import ListView, TemplateView, View

from partnership.models import (
    Area,
    Entry,
    IndexEntry,
    NameForm,
    Party,
    PartyName,
    Relation,
    Source,
    Standing,
    Statement,
    Status,
)
from partnership.public.account import Account
from partnership.public.citing import citing_records
from partnership.public.parties import family, parties_by_kind, records_of
from partnership.public.shelves import KINDS, kind_heading, shelf, shelves
from partnership.text import fold

from .base import (
    PublicDetailView,
    present_address,
    present_reference,
    public_or_withdrawn,
    served_organisations,
)

LATEST_CHANGES = 5
# What came in with one edition changed at one moment: then the newest event of it is the most telling.
NEWEST_CHANGE_FIRST = ("-changed", F("earliest").desc(nulls_last=True), "kind", "slug")


# Home and relations


class Home(TemplateView):
    """`/`: what the site is, the relations, how many records of each kind there are, and what changed last."""

    template_name = "partnership/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        changes = latest_changes()
        return super().get_context_data(**kwargs) | {
            "organisations": grouped_relations(),
            "counts": [
                (reverse(f"{model.kind_name()}s"), kind_heading(model), model.objects.published().count())
                for model in KINDS
            ],
            "changes": changes,
            "last_updated": changes[0]["changed"] if changes else None,
        }


class RelationList(TemplateView):
    """`/relations/`: every relation, alphabetically under its organisation."""

    template_name = "partnership/relations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        return super().get_context_data(**kwargs) | {"organisations": grouped_relations()}


class RelationShort(View):
    """`/relations/<party>/`: leads to the relation while the site serves one organisation."""

    def get(self, request: HttpRequest, party: str) -> HttpResponse:
        """The way to the relation.

        Raises:
            Http404: there is no such relation, or it is not said with which organisation.
        """
        served = served_organisations()[:2]
        if len(served) != 1:
            raise Http404
        pair = {"organisation__slug": served[0].slug, "party__slug": party}
        relation = public_or_withdrawn(Relation).filter(**pair).first()
        address = relation.get_absolute_url() if relation else moved_relation(served[0].slug, party)
        if address is None:
            raise Http404
        return redirect(address)


class RelationDetail(PublicDetailView):
    """`/relations/<organisation>/<party>/`: the account of one relation."""

    model = Relation
    template_name = "partnership/relation.html"
    context_object_name = "relation"

    def get_queryset(self) -> QuerySet[Relation]:
        """Published relations with their statements and sources."""
        return Relation.objects.published().for_detail()

    def lookup(self) -> dict[str, str]:
        """A relation is found by its two parties, not by its slug."""
        return {"organisation__slug": self.kwargs["organisation"], "party__slug": self.kwargs["party"]}

    def gone_or_moved(self, request: HttpRequest) -> HttpResponse:
        """Also follows the old address of the relation or of either party."""
        try:
            return super().gone_or_moved(request)
        except Http404:
            if address := moved_relation(self.kwargs["organisation"], self.kwargs["party"]):
                return HttpResponsePermanentRedirect(address)
            raise

    def public_name(self, withdrawn: Relation) -> str:
        """Its title, unless that would name a party that is not public."""
        if withdrawn.organisation.is_public and withdrawn.party.is_public:
            return str(withdrawn)
        return gettext("an account of relations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        several = len(served_organisations()[:2]) > 1
        account = Account(self.object)
        return super().get_context_data(**kwargs) | {
            "account": account,
            "several_organisations": several,
            "last_updated": account.changed,
        }


def moved_relation(organisation: str, party: str) -> str | None:
    """Where the relation of two slugs is told today, if it or a party had another address before; else None."""
    if address := present_address(f"relation:{organisation}-{party}"):
        return address
    pair = {"organisation__slug": present_party(organisation), "party__slug": present_party(party)}
    if [*pair.values()] == [organisation, party]:
        return None
    relation = public_or_withdrawn(Relation).filter(**pair).first()
    return relation and relation.get_absolute_url()


def present_party(slug: str) -> str:
    """The slug under which a party stands today."""
    kind, _, present = present_reference(f"party:{slug}").partition(":")
    return present if kind == Party.kind_name() else slug


def grouped_relations() -> list[tuple[Party, list[Relation]]]:
    """The published relations under their organisations, both in alphabetical order."""
    relations = Relation.objects.published().for_list()
    ordered = sorted(relations, key=lambda each: (fold(each.organisation.name), fold(each.party.name)))
    return [
        (organisation, list(group))
        for organisation, group in groupby(ordered, lambda each: each.organisation)
    ]


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


# Parties


class PartyList(TemplateView):
    """`/parties/`: every party by kind, with the number of records it is in."""

    template_name = "partnership/parties.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        return super().get_context_data(**kwargs) | {"kinds": parties_by_kind()}


class PartyDetail(PublicDetailView):
    """`/parties/<slug>/`: who a party is, its standings and relations, and the records it is in."""

    model = Party
    template_name = "partnership/party.html"
    context_object_name = "party"

    def get_queryset(self) -> QuerySet[Party]:
        """Published parties with their names and those they belong to."""
        public_sources = Source.objects.published()
        return (
            Party.objects.published()
            .select_related("parent", "follows")
            .prefetch_related(
                Prefetch("names", PartyName.objects.filter(Q(source=None) | Q(source__in=public_sources))),
                Prefetch("children", Party.objects.published()),
                Prefetch("followed_by", Party.objects.published()),
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        party = self.object
        parties = family([party])
        records = shelves(
            lambda model: records_of(model, parties),
            {"party": party.slug},
            parties=parties,
            without=[Standing],
        )
        standings = shelf(records_of(Standing, parties), {"party": party.slug})
        standings_at = shelf(Standing.objects.published().filter(at__in=parties), {"at": party.slug})
        shown = [each for each in (standings, standings_at, *records) if each]
        return super().get_context_data(**kwargs) | {
            "names": [name for name in party.names.all() if name.form != NameForm.SEARCH],
            "relations": Relation.objects.published()
            .for_list()
            .filter(Q(party=party) | Q(organisation=party)),
            "standings": standings,
            "standings_at": standings_at,
            "shelves": records,
            "last_updated": max([party.changed, *(each.changed for each in shown)]),
        }


# Areas


class AreaList(TemplateView):
    """`/areas/`: every area of cooperation, with its synonyms and the number of records in it."""

    template_name = "partnership/areas.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        counts = records_by_area()
        areas = sorted(Area.objects.published(), key=lambda area: fold(area.name))
        return super().get_context_data(**kwargs) | {
            "areas": [(area, counts.get(area.pk, 0)) for area in areas]
        }


def records_by_area() -> dict[int, int]:
    """How many public records each area has, by the area's primary key."""
    totals: dict[int, int] = {}
    for model in KINDS:
        rows = model.objects.published().exclude(areas=None).order_by().values_list("areas")
        for area, count in rows.annotate(count=Count("pk")):
            totals[area] = totals.get(area, 0) + count
    return totals


class AreaDetail(PublicDetailView):
    """`/areas/<slug>/`: one area across parties: who is active in it, what relations say of it, its records."""

    model = Area
    template_name = "partnership/area.html"
    context_object_name = "area"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        area = self.object
        records = shelves(lambda model: model.objects.published().filter(areas=area), {"area": area.slug})
        statements = Statement.objects.filter(area=area, relation__status=Status.PUBLISHED)
        return super().get_context_data(**kwargs) | {
            "shelves": records,
            "parties": sorted(parties_in_area(area), key=lambda party: fold(party.name)),
            "relations": Relation.objects.published().for_list().filter(pk__in=statements.values("relation")),
            "last_updated": max([area.changed, *(each.changed for each in records)]),
        }


def parties_in_area(area: Area) -> Iterable[Party]:
    """The public parties in the public records of an area."""
    active = Q()
    for model in KINDS:
        records = model.objects.published().filter(areas=area).order_by()
        involvements = model.involvements.rel.related_model.objects.filter(record__in=records.values("pk"))
        active |= Q(pk__in=involvements.order_by().values("party"))
        if model is Standing:
            active |= Q(pk__in=records.values("party"))
    return Party.objects.published().filter(active)


# Sources


class SourceList(ListView):
    """`/sources/`: every document that is cited, by publisher and title."""

    template_name = "partnership/sources.html"
    context_object_name = "sources"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Source]:
        """The published sources."""
        return Source.objects.published().order_by("publisher", "title", "slug")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        return context | {
            "pages": page.paginator.get_elided_page_range(page.number),
            "selection": QueryDict(),
        }


class SourceDetail(PublicDetailView):
    """`/sources/<slug>/`: what a document is, where to read it, and which records and relations cite it."""

    model = Source
    template_name = "partnership/source.html"
    context_object_name = "source"

    def get_queryset(self) -> QuerySet[Source]:
        """Published sources with the document they are an edition of."""
        return Source.objects.published().select_related("edition_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        return super().get_context_data(**kwargs) | {
            "citing": citing_records(self.object),
            "editions": Source.objects.published().filter(edition_of=self.object),
            "last_updated": self.object.changed,
        }


# What the site says when there is no page


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400. Rendered without the request: its host or its parameters may be what is wrong with it."""
    return HttpResponse(render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for a draft and for what never was; past the last page of a list, with a way to the first."""
    return render(request, "404.html", {"first_page": first_page_address(request)}, status=404)


def first_page_address(request: HttpRequest) -> str:
    """The address of the list without its page number; empty if the request was not for a page of a list."""
    match = request.resolver_match
    if match is None or match.kwargs or "page" not in request.GET:
        return ""
    selection = request.GET.copy()
    del selection["page"]
    return f"{request.path}?{selection.urlencode()}" if selection else request.path


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Rendered without request and database: either may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)
