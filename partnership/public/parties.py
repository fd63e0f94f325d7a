"""What several public pages ask about parties."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from partnership.models import (
    ActsAs,
    Contribution,
    Fund,
    Party,
    PartyKind,
    PlanState,
    Record,
    Standing,
    Status,
)
from partnership.models.record import RecordQuerySet, public_rows
from partnership.text import fold

Key = TypeVar("Key", int, str)


def family(parties: Iterable[Party]) -> set[int]:
    """The primary keys of the parties and of all their published children, at any depth.

    What an armed service or a command does, its country or organisation does too; a group is no parent of
    its members. One query, however deep.
    """
    return with_descendants([party.pk for party in parties], children_by_parent())


def families(parties: Iterable[Party]) -> list[set[int]]:
    """The `family` of each party, in one query for all."""
    children = children_by_parent()
    return [with_descendants([party.pk], children) for party in parties]


def with_descendants(parties: list[int], children: dict[int, list[int]]) -> set[int]:
    """The parties and all under them, by what `children_by_parent` gives."""
    found: set[int] = set()
    waiting = list(parties)
    while waiting:
        party = waiting.pop()
        if party not in found:
            found.add(party)
            waiting.extend(children.get(party, ()))
    return found


def children_by_parent() -> dict[int, list[int]]:
    """The published parties by the party right above them; one query."""
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


# A contribution to a fund has the fund's beneficiaries unless it names its own.


def fund_beneficiaries() -> QuerySet:
    """The public rows of the beneficiaries of published funds."""
    return public_involvements(Fund).filter(record__status=Status.PUBLISHED, role__acts_as=ActsAs.BENEFICIARY)


def names_beneficiaries() -> Q:
    """That a contribution names beneficiaries of its own."""
    return in_rows(public_involvements(Contribution).filter(role__acts_as=ActsAs.BENEFICIARY))


def borrowed_beneficiaries(**conditions: Any) -> Q:
    """That a contribution has a beneficiary of its fund for which the conditions hold, naming none of its own."""
    return ~names_beneficiaries() & in_rows(fund_beneficiaries().filter(**conditions), "fund")


def borrowed(contributions: RecordQuerySet, *columns: str) -> Iterator[tuple]:
    """Each contribution that names no beneficiaries with each of its fund's: its key, then columns of that row."""
    of_fund: dict[int, list[list]] = defaultdict(list)
    for fund, *values in fund_beneficiaries().order_by().values_list("record", *columns):
        of_fund[fund].append(values)
    found = contributions.exclude(names_beneficiaries()).filter(fund__in=of_fund).order_by()
    for key, fund in found.values_list("pk", "fund"):
        for values in of_fund[fund]:
            yield key, *values


# Taking part


def records_of(model: type[Record], parties: Collection[int]) -> RecordQuerySet:
    """The published records of one kind in which one of the parties takes part or whose standing it is."""
    return model.objects.published().filter(_names(model, public_involvements(model), parties))


def takes_part(model: type[Record], parties: Collection[int]) -> Q:
    """That one of the parties takes part in a record in any role but that of one who is only talked about."""
    return _names(model, public_involvements(model).exclude(role__acts_as=ActsAs.SUBJECT), parties)


def _names(model: type[Record], rows: QuerySet, parties: Collection[int]) -> Q:
    """That a record names one of the parties in these rows, as the one whose standing it is, or through its fund."""
    condition = in_rows(rows.filter(party__in=parties))
    if model is Standing:
        condition |= Q(party__in=parties)
    if model is Contribution:
        condition |= borrowed_beneficiaries(party__in=parties)
    return condition


def with_role(model: type[Record], acts_as: str, parties: Collection[int]) -> Q:
    """That one of the parties has a role of this meaning in a record; a contribution's fund may name its beneficiaries."""
    condition = in_rows(public_involvements(model).filter(role__acts_as=acts_as, party__in=parties))
    if model is Contribution and acts_as == ActsAs.BENEFICIARY:
        condition |= borrowed_beneficiaries(party__in=parties)
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


def line_above(party: Key, parents: Mapping[Key, Key | None]) -> list[Key]:
    """The party and those above it, nearest first, as far as `parents` knows them: the other way of `family`."""
    found: dict[Key, None] = {}
    above: Key | None = party
    while above is not None and above in parents and above not in found:
        found[above] = None
        above = parents[above]
    return list(found)


class Ancestry:
    """Which published parties stand above a party, as far as they do so without a gap; one query."""

    def __init__(self) -> None:
        self._parents = dict(Party.objects.published().order_by().values_list("pk", "parent_id"))

    def line(self, parties: Iterable[int]) -> set[int]:
        """The parties and all that stand above any of them."""
        return {above for party in parties for above in line_above(party, self._parents)}

    def tops(self) -> dict[int, int]:
        """For each published party the topmost one above it, itself if there is none."""
        return {party: line_above(party, self._parents)[-1] for party in self._parents}


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
        for record, beneficiary in borrowed(records, "party"):
            found[record].add(beneficiary)
    return found
