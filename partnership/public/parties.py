"""What several public pages ask about parties."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, Max, Q, QuerySet
from django.utils import timezone
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
    PlanState,
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


def families(parties: Iterable[Party]) -> list[set[int]]:
    """The `family` of each party, in one query for all."""
    children = _children_by_parent()
    return [_with_descendants([party.pk], children) for party in parties]


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


def in_rows(rows: QuerySet, field: str = "pk") -> Q:
    """That a record, or what a field of it names, is the record of one of the rows.

    Not by a correlated subquery: where many rows name the same party, SQLite reads all of them for each record.
    """
    return Q(**{f"{field}__in": rows.order_by().values("record")})


def borrowed_beneficiaries(**conditions: Any) -> Q:
    """That a contribution has a beneficiary of its fund for which the conditions hold, naming none of its own.

    A contribution to a fund has the fund's beneficiaries unless it names its own.
    """
    own = public_involvements(Contribution).filter(role__acts_as=ActsAs.BENEFICIARY)
    of_fund = public_involvements(Fund).filter(
        record__status=Status.PUBLISHED, role__acts_as=ActsAs.BENEFICIARY, **conditions
    )
    return ~in_rows(own) & in_rows(of_fund, "fund")


def records_of(model: type[Record], parties: Collection[int]) -> RecordQuerySet:
    """The published records of one kind in which one of the parties takes part or whose standing it is."""
    rows = public_involvements(model).filter(party__in=parties)
    condition = in_rows(rows)
    if model is Standing:
        condition |= Q(party__in=parties)
    if model is Contribution:
        condition |= borrowed_beneficiaries(party__in=parties)
    return model.objects.published().filter(condition)


def with_role(model: type[Record], acts_as: str, parties: Collection[int]) -> Q:
    """That one of the parties has a role of this meaning in a record; a contribution's fund may name its beneficiaries."""
    condition = in_rows(public_involvements(model).filter(role__acts_as=acts_as, party__in=parties))
    if model is Contribution and acts_as == ActsAs.BENEFICIARY:
        condition |= borrowed_beneficiaries(party__in=parties)
    return condition


def takes_part(model: type[Record], parties: Collection[int]) -> Q:
    """That one of the parties takes part in a record in any role but that of one who is only talked about.

    In a standing also whose it is takes part, and in a contribution the beneficiaries of its fund unless it names its own.
    """
    rows = public_involvements(model).exclude(role__acts_as=ActsAs.SUBJECT)
    condition = in_rows(rows.filter(party__in=parties))
    if model is Contribution:
        condition |= borrowed_beneficiaries(party__in=parties)
    if model is Standing:
        condition |= Q(party__in=parties)
    return condition


# Groups


def memberships() -> RecordQuerySet:
    """The published standings by which a party belongs to a group, as far as none has surely ended.

    Belonging is a standing at the group under a word without a meaning of its own, or that of a member.
    """
    ended = Q(latest__lt=timezone.localdate())
    return (
        Standing.objects.published()
        .filter(
            at__kind=PartyKind.GROUP,
            at__status=Status.PUBLISHED,
            party__status=Status.PUBLISHED,
            word__status=Status.PUBLISHED,
            word__acts_as__in=(ActsAs.NONE, ActsAs.MEMBER),
            plan_state=PlanState.HELD,
        )
        .exclude(ended)
    )


def members_of(group: Party) -> list[Party]:
    """The parties that belong to a group, in alphabetical order."""
    parties = Party.objects.published().filter(
        pk__in=memberships().filter(at=group).order_by().values("party")
    )
    return sorted(parties, key=lambda party: fold(party.name))


def groups_of(party: Party) -> list[Party]:
    """The groups that a party belongs to, in alphabetical order."""
    groups = Party.objects.published().filter(
        pk__in=memberships().filter(party=party).order_by().values("at")
    )
    return sorted(groups, key=lambda group: fold(group.name))


# Counts


class Ancestry:
    """Which published parties stand above a party, as far as they do so without a gap: `family` the other way."""

    def __init__(self) -> None:
        self._parents = dict(Party.objects.published().order_by().values_list("pk", "parent_id"))

    def line(self, parties: Iterable[int]) -> set[int]:
        """The parties and all that stand above any of them."""
        found: set[int] = set()
        for party in parties:
            above: int | None = party
            while above is not None and above in self._parents and above not in found:
                found.add(above)
                above = self._parents[above]
        return found


def parties_by_record(records: RecordQuerySet) -> dict[int, set[int]]:
    """By published record of one kind: the parties that the kind's list finds it under, without those above them.

    They take part in it, it is their standing, or they are the beneficiaries of its fund.
    """
    model = records.model
    keys = records.order_by().values("pk")
    found: dict[int, set[int]] = defaultdict(set)
    rows = public_involvements(model).filter(record__in=keys).order_by()
    pairs: list[tuple[int, int]] = [*rows.values_list("record", "party")]
    if model is Standing:
        public = records.filter(party__status=Status.PUBLISHED)
        pairs += public.order_by().values_list("pk", "party")
    for record, party in pairs:
        found[record].add(party)
    if model is Contribution:
        for record, beneficiaries in _borrowed(records):
            found[record] |= beneficiaries
    return found


def _borrowed(contributions: RecordQuerySet) -> Iterable[tuple[int, set[int]]]:
    """The contributions that have the beneficiaries of their fund, each with those."""
    of_fund = _beneficiaries_by_fund()
    borrowing = _borrowing(contributions).filter(fund__in=of_fund).values_list("pk", "fund")
    return ((record, of_fund[fund]) for record, fund in borrowing)


def _beneficiaries_by_fund() -> dict[int, set[int]]:
    rows = public_involvements(Fund).filter(record__status=Status.PUBLISHED, role__acts_as=ActsAs.BENEFICIARY)
    found: dict[int, set[int]] = defaultdict(set)
    for fund, party in rows.order_by().values_list("record", "party"):
        found[fund].add(party)
    return found


def _borrowing(contributions: RecordQuerySet) -> RecordQuerySet:
    own = public_involvements(Contribution).filter(role__acts_as=ActsAs.BENEFICIARY)
    return contributions.exclude(in_rows(own)).order_by()


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
    through_funds = _through_funds()
    found = []
    for party in parties:
        records, last = together.get(party.pk) or alone.get(party.pk) or (0, None)
        more, changed = through_funds.get(party.pk, (0, None))
        latest = max(filter(None, (party.changed, last, changed)))
        found.append(CountedParty(party, records + more, latest))
    return found


def _through_funds() -> dict[int, tuple[int, datetime]]:
    """By party: the contributions it is in as a beneficiary of their fund alone, and their last change.

    The index does not hold these. Contributions of one fund with the same parties are counted together.
    """
    of_fund = _beneficiaries_by_fund()
    borrowing = _borrowing(Contribution.objects.published()).filter(fund__in=of_fund)
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
