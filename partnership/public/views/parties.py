"""Parties: their index, and everything about one of them."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.views.generic import TemplateView

from partnership.models import (
    ActsAs,
    Contribution,
    NameForm,
    Party,
    PartyKind,
    PartyName,
    Relation,
    Source,
    Standing,
)
from partnership.public.mentions import mentions
from partnership.public.parties import (
    family,
    groups_of,
    members_of,
    records_of,
    with_role,
)
from partnership.public.party_index import parties_by_kind
from partnership.public.pictures.figures import pictures_of
from partnership.public.questions import party_topics
from partnership.public.shelves import shelf, shelves
from partnership.public.then import Then
from partnership.public.timeline import latest
from partnership.public.totals import shown_totals

from .asked import Unfiltered
from .base import PublicDetailView

PICTURED = 2  # currencies and stages, each way


class PartyList(Unfiltered, TemplateView):
    """`/parties/`: every party by kind, with the number of records it is in."""

    model = Party
    list_name = "parties"
    template_name = "partnership/parties.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        return super().get_context_data(**kwargs) | {"kinds": parties_by_kind()}


class PartyDetail(PublicDetailView):
    """`/parties/<slug>/`: who a party is, its standings and relations, the records it is in, and what to ask of them."""

    model = Party
    list_name = "parties"
    template_name = "partnership/party.html"
    context_object_name = "party"

    def get_queryset(self) -> QuerySet[Party]:
        """Published parties with their names and those they belong to."""
        public_sources = Source.objects.published()
        names = PartyName.objects.filter(Q(source=None) | Q(source__in=public_sources)).select_related(
            "source"
        )
        return (
            Party.objects.published()
            .select_related("parent", "follows")
            .prefetch_related(
                Prefetch("names", names),
                Prefetch("children", Party.objects.published()),
                Prefetch("followed_by", Party.objects.published()),
            )
        )

    def own_context(self) -> dict[str, Any]:
        """The names of the party that are no help for search alone."""
        return {"names": [name for name in self.object.names.all() if name.form != NameForm.SEARCH]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        party = self.object
        parties = family([party])
        relations = list(
            Relation.objects.published().for_list().filter(Q(party=party) | Q(organisation=party))
        )
        records = shelves(
            lambda model: records_of(model, parties),
            {"party": party.slug},
            parties=parties,
            without=[Standing],
        )
        standings = shelf(records_of(Standing, parties), {"party": party.slug})
        standings_at = shelf(Standing.objects.published().filter(at__in=parties), {"at": party.slug})
        shown = [each for each in (standings, standings_at, *records) if each]
        at_hand = [row.record for each in shown for row in each.rows]
        given = Contribution.objects.published().filter(with_role(Contribution, ActsAs.DONOR, parties))
        received = Contribution.objects.published().filter(
            with_role(Contribution, ActsAs.BENEFICIARY, parties)
        )
        totals_given = shown_totals(given, {"donor": party.slug})
        totals_received = shown_totals(received, {"beneficiary": party.slug})
        return super().get_context_data(**kwargs) | {
            "groups": groups_of(party),
            "members": members_of(party) if party.kind == PartyKind.GROUP else [],
            "relations": relations,
            "topics": party_topics(party, relations),
            "standings": standings,
            "standings_at": standings_at,
            "shelves": records,
            "given": totals_given,
            "received": totals_received,
            "given_pictures": pictures_of(given, {"donor": party.slug}, totals_given, PICTURED),
            "received_pictures": pictures_of(
                received, {"beneficiary": party.slug}, totals_received, PICTURED
            ),
            "mentions": mentions(party),
            "timeline": latest(
                lambda model: records_of(model, parties), {"party": party.slug}, known=at_hand
            ),
            "then": Then(at_hand),
            "last_updated": max([party.changed, *(each.changed for each in shown)]),
        }
