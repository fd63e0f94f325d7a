"""Relations: their index, the account of one, and those of one party side by side."""

from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.generic import TemplateView, View

from partnership.models import Party, Relation
from partnership.public.account import Account, OwnAccount
from partnership.public.mentions import mentions
from partnership.public.side_by_side import SideBySide
from partnership.public.then import Then
from partnership.text import fold

from .asked import Unfiltered
from .base import (
    PublicDetailView,
    present_address,
    present_reference,
    public_or_withdrawn,
    served_organisations,
)


class RelationList(Unfiltered, TemplateView):
    """`/relations/`: every relation, alphabetically under its organisation."""

    model = Relation
    list_name = "relations"
    template_name = "partnership/relations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        return super().get_context_data(**kwargs) | {"organisations": grouped_relations()}


class RelationShort(View):
    """`/relations/<party>/`: the relations of a party side by side or, where it has one, the way to that."""

    def get(self, request: HttpRequest, party: str) -> HttpResponse:
        """The page of several relations, or the way to the only one.

        Raises:
            Http404: there is no relation with such a party.
        """
        relations = relations_of(party)
        if len(relations) > 1:
            return render(request, "partnership/side_by_side.html", self.get_context_data(relations))
        address = only_address(relations, party)
        if address is None:
            raise Http404
        return redirect(address)

    def get_context_data(self, relations: list[Relation]) -> dict[str, Any]:
        """The context, described at the head of the template."""
        side_by_side = SideBySide(relations)
        return {
            "side_by_side": side_by_side,
            "canonical": self.request.build_absolute_uri(self.request.path),
            "page_title": str(relations[0].party),
            "last_updated": side_by_side.changed,
        }


def relations_of(party: str) -> list[Relation]:
    """The published relations with a party, in the alphabetical order of their organisations."""
    relations = Relation.objects.published().for_detail().filter(party__slug=party)
    return sorted(relations, key=lambda each: fold(each.organisation.name))


def only_address(relations: list[Relation], party: str) -> str | None:
    """Where the only relation with a party is told, was told before it was withdrawn, or is told since it moved."""
    known = relations or list(public_or_withdrawn(Relation).filter(party__slug=party)[:2])
    if known:
        return known[0].get_absolute_url() if len(known) == 1 else None
    if (present := present_party(party)) != party:
        moved = relations_of(present)
        return reverse("relation-short", args=[present]) if len(moved) > 1 else only_address(moved, present)
    served = served_organisations()[:2]
    return moved_relation(served[0].slug, party) if len(served) == 1 else None


class RelationDetail(PublicDetailView):
    """`/relations/<organisation>/<party>/`: the account of one relation."""

    model = Relation
    template_name = "partnership/relation.html"
    context_object_name = "relation"
    account: OwnAccount | None = None

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

    def own_context(self) -> dict[str, Any]:
        """What the relation itself says."""
        return {
            "account": self.account or OwnAccount(self.object),
            "several_organisations": len(served_organisations()[:2]) > 1,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        relation = self.object
        self.account = account = Account(relation)
        return super().get_context_data(**kwargs) | {
            "has_others": Relation.objects.published()
            .filter(party=relation.party)
            .exclude(pk=relation.pk)
            .exists(),
            "mentions": mentions(relation),
            "then": Then([*account.records, *account.standing_records]),
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
