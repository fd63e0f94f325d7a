"""The index of parties: who they are by kind, and how many records each is in."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnership.models import RECORD_MODELS, Contribution, IndexParty, Party, PartyKind
from partnership.text import fold

from .parties import (
    Ancestry,
    children_by_parent,
    fund_beneficiaries,
    memberships,
    names_beneficiaries,
    public_involvements,
    with_descendants,
)

# Two columns each: SQLite gives at most 2,000 columns.
FAMILIES_A_QUERY = 300

# Who has relations: the parties that the home page names.
NAMED_FIRST = (PartyKind.COUNTRY, PartyKind.TERRITORY, PartyKind.ORGANISATION)

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


@dataclass(frozen=True)
class CountedParty:
    """A party with the number of records it or a party under it is in, the last change of any of them, and its members."""

    party: Party
    records: int
    changed: datetime
    members: list[Party]


def named_first() -> tuple[list[Party], list[Party]]:
    """In alphabetical order the countries, territories and organisations; and the groups and regions of parties."""
    gathering = (PartyKind.GROUP, PartyKind.REGION)
    found = Party.objects.published().filter(kind__in=(*NAMED_FIRST, *gathering))
    parties = sorted(found, key=lambda party: fold(party.name))
    alone = [party for party in parties if party.kind in NAMED_FIRST]
    return alone, [party for party in parties if party.kind in gathering]


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
    children = children_by_parent()
    rows = IndexParty.objects.filter(entry__kind__in=[model.kind_name() for model in RECORD_MODELS])
    alone = {
        row["party"]: (row["records"], row["last"])
        for row in rows.order_by().values("party").annotate(records=Count("pk"), last=Max("entry__changed"))
    }
    families = {party.pk: with_descendants([party.pk], children) for party in parties if party.pk in children}
    together = _aggregate(rows, families) if families else {}
    through_funds = _through_funds()
    members = _members_by_group({party.pk: party for party in parties})
    found = []
    for party in parties:
        records, last = together.get(party.pk) or alone.get(party.pk) or (0, None)
        more, changed = through_funds.get(party.pk, (0, None))
        latest = max(filter(None, (party.changed, last, changed)))
        found.append(CountedParty(party, records + more, latest, members.get(party.pk, [])))
    return found


def _members_by_group(parties: dict[int, Party]) -> dict[int, list[Party]]:
    """By group: the parties that belong to it, in the order of `parties`; one query."""
    rows = set(memberships().order_by().values_list("at", "party"))
    members: dict[int, set[int]] = defaultdict(set)
    for group, party in rows:
        members[group].add(party)
    return {group: [parties[pk] for pk in parties if pk in found] for group, found in members.items()}


def _through_funds() -> dict[int, tuple[int, datetime]]:
    """By party: the contributions it is in as a beneficiary of their fund alone, and their last change.

    The index does not hold these. Contributions of one fund with the same parties are counted together.
    """
    of_fund: dict[int, set[int]] = defaultdict(set)
    for fund, party in fund_beneficiaries().order_by().values_list("record", "party"):
        of_fund[fund].add(party)
    borrowing = Contribution.objects.published().exclude(names_beneficiaries()).filter(fund__in=of_fund)
    borrowing = borrowing.order_by()
    own: dict[int, set[int]] = defaultdict(set)
    rows = public_involvements(Contribution).filter(record__in=borrowing.values("pk"))
    for record, party in rows.order_by().values_list("record", "party"):
        own[record].add(party)
    alike: dict[tuple[int, frozenset[int]], list[datetime]] = defaultdict(list)
    for record, fund, changed in borrowing.values_list("pk", "fund", "changed"):
        alike[fund, frozenset(own[record])].append(changed)
    ancestry = Ancestry()
    counts: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for (fund, parties), changes in alike.items():
        for party in ancestry.line(of_fund[fund]) - ancestry.line(parties):
            counts[party] += len(changes)
            last[party] = max(*changes, last.get(party, changes[0]))
    return {party: (count, last[party]) for party, count in counts.items()}


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
