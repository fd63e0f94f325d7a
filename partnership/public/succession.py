"""Succession: what came before a record and what took its place, as far as it is public."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext

from partnership import dates
from partnership.models import (
    ActsAs,
    Operation,
    PlanState,
    Programme,
    ProgrammeLink,
    Record,
    Standing,
    Status,
)
from partnership.models.record import public_rows
from partnership.public.parties import Ancestry

Pair = tuple[int, int]  # the primary keys of a record and of one whose place it took
Met = Collection[int]  # the primary keys of the records of a succession


@dataclass(frozen=True)
class Tie:
    """That one record took the place of another, by primary keys.

    `word` says how; `basis` whether a source says so, empty where the kind does not tell. `key` is the owned row, or
    the field, of the later record that says so.
    """

    later: int
    earlier: int
    word: str
    basis: str
    key: str


@dataclass(frozen=True)
class Stage:
    """One record of a succession, with the ties by which it took the place of others in it."""

    record: Record
    ties: list[tuple[Tie, Record]]
    is_page: bool  # whether the page is about this record


def programme_succession(programme: Programme) -> list[Stage]:
    """The programmes that this one superseded and those that superseded it, earliest first, it among them.

    The whole chain in both directions, over links whose word acts as superseding; empty if there is none.
    """

    def ties_among(met: Met) -> list[Tie]:
        links = _programme_links().filter(record__in=met, programme__in=met)
        return [
            Tie(link.record_id, link.programme_id, str(link.word), link.basis, link.key) for link in links
        ]

    pairs = _programme_links().order_by().values_list("record", "programme")
    return _succession(programme, pairs, ties_among)


def operation_succession(operation: Operation) -> list[Stage]:
    """The operations that this one follows, however far back, and those that followed, earliest first."""

    def ties_among(met: Met) -> list[Tie]:
        follows = gettext("Follows")
        return [
            Tie(later, earlier, follows, "", "follows")
            for later, earlier in pairs
            if later in met and earlier in met
        ]

    following = Operation.objects.published().filter(follows__status=Status.PUBLISHED)
    pairs = list(following.order_by().values_list("pk", "follows"))
    return _succession(operation, pairs, ties_among)


def other_links(programme: Programme) -> tuple[list[ProgrammeLink], list[ProgrammeLink]]:
    """The links that are no succession, each way: those of the programme to others, and those of others to it.

    The linked programmes come with their steps, which date them.
    """
    linked: Any = programme
    own = [row for row in linked.links.all() if not _supersedes(row)]
    others = [row for row in linked.linked_from.all() if not _supersedes(row)]
    programmes = [*(row.programme for row in own), *(row.record for row in others)]
    prefetch_related_objects(programmes, *Programme.list_prefetches())
    return own, others


def _supersedes(link: ProgrammeLink) -> bool:
    return link.word.acts_as == ActsAs.SUPERSEDES


def _programme_links() -> QuerySet:
    links = ProgrammeLink.objects.filter(word__acts_as=ActsAs.SUPERSEDES)
    return public_rows(links, "record", "programme", "word")


def _succession(record: Any, pairs: Iterable[Pair], ties_among: Callable[[Met], list[Tie]]) -> list[Stage]:
    distances = _distances(record.pk, pairs)
    if len(distances) == 1:
        return []
    model = type(record)
    found = model.objects.published().filter(pk__in=distances).prefetch_related(*model.list_prefetches())
    by_pk = {each.pk: each for each in found}
    in_order = sorted(by_pk.values(), key=lambda each: (distances[each.pk], *in_time(each)))
    ties: dict[int, list[tuple[Tie, Record]]] = defaultdict(list)
    for tie in ties_among(by_pk.keys()):
        ties[tie.later].append((tie, by_pk[tie.earlier]))
    return [Stage(each, ties[each.pk], each.pk == record.pk) for each in in_order]


def _distances(start: int, pairs: Iterable[Pair]) -> dict[int, int]:
    """How far each record stands from the first along the pairs (later, earlier), those before it below zero.

    A record that was met is not walked again, so a circle ends.
    """
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for later, earlier in pairs:
        before[later].append(earlier)
        after[earlier].append(later)
    distances = {start: 0}
    for onward, step in ((before, -1), (after, 1)):
        frontier, distance = {start}, 0
        while frontier:
            distance += step
            frontier = {other for each in frontier for other in onward[each]} - distances.keys()
            distances |= dict.fromkeys(frontier, distance)
    return distances


def in_time(record: Record) -> tuple[bool, date, str]:
    """The place of a record in order of time, earliest first; ties by address, what has no first day last."""
    return record.earliest is None, record.earliest or date.min, record.slug


# Standings


@dataclass(frozen=True)
class OtherStanding:
    """A standing of the same party at the same house."""

    record: Standing
    is_page: bool
    in_force: bool


def standings_beside(standing: Standing) -> list[OtherStanding]:
    """What the party is and was at the same place or the organisation it belongs to, in order of time.

    The standing itself is among them; empty if there is no other. In force is one that surely covers today.
    """
    today = timezone.localdate()
    found = (
        Standing.objects.published()
        .filter(party=standing.party, at__in=_house(standing.at_id), at__status=Status.PUBLISHED)
        .filter(word__status=Status.PUBLISHED)
        .for_list()
        .order_by(F("earliest").asc(nulls_last=True), "slug")
    )
    others = [
        OtherStanding(
            each,
            each.pk == standing.pk,
            each.plan_state == PlanState.HELD and dates.surely_covers(each.bounds, today, today),
        )
        for each in found
    ]
    return others if len(others) > 1 else []


def _house(place: int) -> set[int]:
    """The place, and every party under the same topmost one."""
    tops = Ancestry().tops()
    return {place, *(party for party, top in tops.items() if top == tops.get(place))}
