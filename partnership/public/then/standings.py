"""What a party was at an organisation when a record's fact took place.

The rule. A standing counts if it and whatever it names are published, it is held or in force, its word has one of
the meanings of `STRENGTH`, and it is at one of the record's public organisations or at a body under it. The
party's standing then is the strongest that surely covers every day from the record's earliest to its latest; an
open side of a record is covered only by a standing that is open there too.

It is not known where some such standing may hold then, while none surely covers: it may share a day with the
record, or one of the two has no date. A party without any such standing had none.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet

from partnership.dates import NO_BOUNDS, Bounds, may_overlap, surely_covers
from partnership.models import ActsAs, Party, PlanState, Record, Standing, Status, Term
from partnership.models.record import BOUND_FIELDS, RecordQuerySet
from partnership.public.parties import Ancestry, parties_by_record

STRENGTH = (ActsAs.MEMBER, ActsAs.ACCEDING, ActsAs.PARTNER, ActsAs.OBSERVER)
"""The meanings of a standing, the strongest first."""

NOT_KNOWN = "not-known"
"""Stands beside the meanings where a party may have had a standing, and no source says so of the very time."""


def such_standings() -> RecordQuerySet:
    """The standings that count: published, held or in force, with a meaning, and of public parties and words."""
    return Standing.objects.published().filter(
        plan_state=PlanState.HELD,
        party__status=Status.PUBLISHED,
        at__status=Status.PUBLISHED,
        word__status=Status.PUBLISHED,
        word__acts_as__in=STRENGTH,
    )


def surely_held(standing: Bounds, record: Bounds) -> bool:
    """Whether a standing surely holds on every day of a record."""
    return surely_covers(standing, record.earliest or date.min, record.latest or date.max)


def may_be_held(standing: Bounds, record: Bounds) -> bool:
    """Whether a standing may hold on some day of a record: nothing is known against it."""
    return standing == NO_BOUNDS or may_overlap(standing, record.earliest, record.latest)


class Standings:
    """The standings that count, of some parties or of all, to be asked for what a party was.

    Two queries, one if there are none.
    """

    def __init__(self, parties: Collection[int] | None = None) -> None:
        found = such_standings() if parties is None else such_standings().filter(party__in=parties)
        self._of: dict[int, list[Standing]] = defaultdict(list)
        for standing in (
            found.order_by("slug").select_related("word").only("party", "at", *BOUND_FIELDS, "word")
        ):
            self._of[standing.party_id].append(standing)
        self._above: dict[int, set[int]] = {}
        if self._of:
            ancestry = Ancestry()
            places = {standing.at_id for standings in self._of.values() for standing in standings}
            self._above = {place: ancestry.line([place]) for place in places}

    def __bool__(self) -> bool:
        return bool(self._of)

    def then(self, party: int, when: Bounds, organisations: Collection[int]) -> Term | None:
        """The word for the strongest standing of a party, surely held then at one of the organisations, or None."""
        held = [
            standing.word
            for standing in self._there(party, organisations)
            if surely_held(standing.bounds, when)
        ]
        return min(held, key=_strongest_first, default=None)

    def not_known(self, party: int, when: Bounds, organisations: Collection[int]) -> bool:
        """Whether a party may have had a standing then at one of the organisations, and none surely."""
        there = [standing.bounds for standing in self._there(party, organisations)]
        return any(may_be_held(bounds, when) for bounds in there) and not any(
            surely_held(bounds, when) for bounds in there
        )

    def _there(self, party: int, organisations: Collection[int]) -> list[Standing]:
        return [
            standing
            for standing in self._of.get(party, ())
            if not self._above[standing.at_id].isdisjoint(organisations)
        ]


def _strongest_first(word: Term) -> tuple[int, int, str]:
    return STRENGTH.index(ActsAs(word.acts_as)), word.order, word.slug


def standings_of_rows(model: type[Record]) -> dict[tuple[int, int], str]:
    """By (record, party) primary keys: what the party was then, a meaning or `NOT_KNOWN`; without those of none.

    For every party under which a published record of the kind is found: those taking part in it, and the
    beneficiaries that a contribution has from its fund. A constant number of queries.
    """
    standings = Standings()
    if not standings:
        return {}
    organisations: dict[int, set[int]] = defaultdict(set)
    for record, organisation in organisations_told(model).values_list(f"{model.kind_name()}_id", "party_id"):
        organisations[record].add(organisation)
    records = model.objects.published()
    parties = parties_by_record(records)
    found: dict[tuple[int, int], str] = {}
    for record, *bounds in records.order_by().values_list("pk", *BOUND_FIELDS):
        when, places = Bounds(*bounds), organisations.get(record, set())
        for party in parties.get(record, ()):
            if word := standings.then(party, when, places):
                found[record, party] = word.acts_as
            elif standings.not_known(party, when, places):
                found[record, party] = NOT_KNOWN
    return found


def organisations_told(model: type[Record]) -> QuerySet:
    """The pairs of a record of a kind and a public organisation whose relations it tells."""
    pairs: Any = model.organisations.through
    return pairs.objects.filter(party__in=Party.objects.published())
