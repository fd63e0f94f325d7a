"""Areas of cooperation: their index, and one area across parties."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.views.generic import TemplateView

from partnership.models import Area, Party, Record
from partnership.models.record import RecordQuerySet
from partnership.public.account import statements_on
from partnership.public.citing import SourceNumbers
from partnership.public.mentions import mentions
from partnership.public.parties import Ancestry, parties_by_record
from partnership.public.questions import Question
from partnership.public.shelves import KINDS, kind_heading, list_address, shelves
from partnership.public.then import Then
from partnership.public.timeline import latest
from partnership.text import fold

from .asked import Unfiltered
from .base import PublicDetailView


class AreaList(Unfiltered, TemplateView):
    """`/areas/`: every area of cooperation, with its synonyms and the number of records in it."""

    model = Area
    list_name = "areas"
    template_name = "partnership/areas.html"
    file_order = ("name", "slug")

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
        selection = {"area": area.slug}
        records = shelves(records_in(area), selection)
        at_hand = [row.record for each in records for row in each.rows]
        sources = SourceNumbers()
        statements = statements_on(area, sources)
        changed = [statements.changed] if statements.changed else []
        return super().get_context_data(**kwargs) | {
            "shelves": records,
            "parties": parties_active(area),
            "statements": statements.shown,
            "sources": sources,
            "mentions": mentions(area),
            "timeline": latest(records_in(area), selection, known=at_hand),
            "then": Then(at_hand),
            "last_updated": max([area.changed, *(each.changed for each in records), *changed]),
        }


def records_in(area: Area) -> Callable[[type[Record]], RecordQuerySet]:
    """The published records of an area, by kind."""
    return lambda model: model.objects.published().filter(areas=area)


@dataclass(frozen=True)
class ActiveParty:
    """A party with the lists of an area's records in which it or a party under it is, one for each kind."""

    party: Party
    records: list[Question]


def parties_active(area: Area) -> list[ActiveParty]:
    """The public parties in the public records of an area, in alphabetical order."""
    ancestry = Ancestry()
    counts = {}
    for model in KINDS:
        found = parties_by_record(model.objects.published().filter(areas=area))
        counts[model] = Counter(party for parties in found.values() for party in ancestry.line(parties))
    keys = {party for counted in counts.values() for party in counted}
    return [
        ActiveParty(
            party,
            [
                Question(
                    kind_heading(model),
                    list_address(model, {"area": area.slug, "party": party.slug}),
                    counted[party.pk],
                )
                for model, counted in counts.items()
                if counted[party.pk]
            ],
        )
        for party in sorted(Party.objects.published().filter(pk__in=keys), key=lambda each: fold(each.name))
    ]
