"""What several public pages ask about parties."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnership.models import (
    RECORD_MODELS,
    ActsAs,
    Contribution,
    Fund,
    IndexParty,
    Party,
    PartyKind,
    Record,
    Standing,
    Status,
)
from partnership.models.record import RecordQuerySet, public_rows
from partnership.text import fold

# Two columns each: SQLite gives at most 2,000 columns.
FAMILIES_A_QUERY = 300

# The headings of the index, in its order.
KIND_HEADINGS = {
    PartyKind.COUNTRY: _("Countries"),
    PartyKind.TERRITORY: _("Territories"),
    PartyKind.ORGANISATION: _("Organisations"),
    PartyKind.BODY: _("Bodies and agencies"),
    PartyKind.SERVICE: _("Armed services"),
    PartyKind.GROUP: _("Groups"),
    PartyKind.REGION: _("Regions"),
    PartyKind.BUDGET: _("Budgets"),
    PartyKind.OTHER: _("Others"),
}


def family(parties: Iterable[Party]) -> set[int]:
    """The primary keys of the parties and of all their published children, at any depth.

    What an armed service or a command does, its country or organisation does too; a group is no parent of
    its members. One query, however deep.
    """
    return _with_descendants([party.pk for party in parties], _children_by_parent())


def _with_descendants(parties: list[int], children: dict[int, list[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(parties)
    while waiting:
        party = waiting.pop()
        if party not in found:
            found.add(party)
            waiting.extend(children.get(party, ()))
    return found


def _children_by_parent() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in Party.objects.published().exclude(parent=None).values_list("pk", "parent_id"):
        children[parent].append(child)
    return children


def public_involvements(model: type[Record]) -> QuerySet:
    """The rows of parties taking part in records of a kind, as far as a reader may see them."""
    return public_rows(model.involvements.rel.related_model.objects.all(), "party", "role")


def borrowed_beneficiaries(**conditions: Any) -> Q:
    """That a contribution has a beneficiary of its fund for which the conditions hold, naming none of its own.

    A contribution to a fund has the fund's beneficiaries unless it names its own.
    """
    own = public_involvements(Contribution).filter(record=OuterRef("pk"), role__acts_as=ActsAs.BENEFICIARY)
    of_fund = public_involvements(Fund).filter(
        record=OuterRef("fund"),
        record__status=Status.PUBLISHED,
        role__acts_as=ActsAs.BENEFICIARY,
        **conditions,
    )
    return ~Q(Exists(own)) & Q(Exists(of_fund))


def records_of(model: type[Record], parties: Collection[int]) -> RecordQuerySet:
    """The published records of one kind in which one of the parties takes part or whose standing it is."""
    rows = public_involvements(model).filter(party__in=parties)
    condition = Q(pk__in=rows.order_by().values("record"))
    if model is Standing:
        condition |= Q(party__in=parties)
    if model is Contribution:
        condition |= borrowed_beneficiaries(party__in=parties)
    return model.objects.published().filter(condition)


@dataclass(frozen=True)
class CountedParty:
    """A party with the number of records it or a party under it is in, and the last change of any of them."""

    party: Party
    records: int
    changed: datetime


def parties_by_kind() -> list[tuple[Promise, list[CountedParty]]]:
    """The published parties under their kinds, alphabetically; kinds without one are left out."""
    parties = sorted(Party.objects.published(), key=lambda party: fold(party.name))
    counted = _counted(parties)
    return [
        (heading, group)
        for kind, heading in KIND_HEADINGS.items()
        if (group := [each for each in counted if each.party.kind == kind])
    ]


def _counted(parties: list[Party]) -> list[CountedParty]:
    """Counts each record of a family once, though two of the family may be in it."""
    children = _children_by_parent()
    rows = IndexParty.objects.filter(entry__kind__in=[model.kind_name() for model in RECORD_MODELS])
    alone = {
        row["party"]: (row["records"], row["last"])
        for row in rows.order_by().values("party").annotate(records=Count("pk"), last=Max("entry__changed"))
    }
    families = {
        party.pk: _with_descendants([party.pk], children) for party in parties if party.pk in children
    }
    together = _aggregate(rows, families) if families else {}
    found = []
    for party in parties:
        records, last = together.get(party.pk) or alone.get(party.pk) or (0, None)
        found.append(CountedParty(party, records, max(filter(None, (party.changed, last)))))
    return found


def _aggregate(rows: QuerySet, families: dict[int, set[int]]) -> dict[int, tuple[int, datetime | None]]:
    """For each family the records it is in and their last change, in one query for every few hundred families."""
    totals: dict[str, Any] = {}
    waiting = list(families.items())
    while waiting:
        batch, waiting = waiting[:FAMILIES_A_QUERY], waiting[FAMILIES_A_QUERY:]
        columns: dict[str, Aggregate] = {}
        for party, members in batch:
            inside = Q(party__in=members)
            columns[f"records_{party}"] = Count("entry", distinct=True, filter=inside)
            columns[f"last_{party}"] = Max("entry__changed", filter=inside)
        totals |= rows.aggregate(**columns)
    return {party: (totals[f"records_{party}"], totals[f"last_{party}"]) for party in families}
