"""Filters by what a party was at an organisation at the date of a record, and by what it is there today."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnership import dates
from partnership.models import ActsAs, Standing
from partnership.public import then
from partnership.public.parties import Ancestry
from partnership.public.then.standings import such_standings

from .options import ChoicesFilter, Option, Pair

WORDS = {
    ActsAs.MEMBER: _("Member"),
    ActsAs.ACCEDING: _("Acceding"),
    ActsAs.PARTNER: _("Partner"),
    ActsAs.OBSERVER: _("Observer"),
}
NOT_KNOWN: Option = (then.NOT_KNOWN, _("Not known"))


def meanings() -> list[Option]:
    """The meanings of a standing, strongest first."""
    return [(meaning.value, WORDS[meaning]) for meaning in then.STRENGTH]


class StandingThenFilter(ChoicesFilter):
    """What a party taking part was at the record's organisation at the record's date."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([*meanings(), NOT_KNOWN], **kwargs)

    def pairs(self) -> Iterator[Pair]:
        """None: a standing then holds of a row, see `RecordFilter.rows`."""
        return iter(())


class NowFilter(ChoicesFilter):
    """What the party of a standing surely is today, by another standing, at the same place or its organisation."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(meanings(), **kwargs)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The standings whose party is one of these today."""
        if not value:
            return queryset
        tops = Ancestry().tops()
        condition, alone = Q(pk__in=()), set()
        parties: dict[int, set[int]] = defaultdict(set)
        for (party, top), (meaning, standings) in standings_today(tops).items():
            if meaning in value:
                parties[top].add(party)
                alone |= standings if len(standings) == 1 else set()
        for top, those in parties.items():
            places = [place for place, above in tops.items() if above == top]
            condition |= Q(at__in=places, party__in=those)
        return queryset.filter(condition).exclude(pk__in=alone)

    def pairs(self) -> Iterator[Pair]:
        """The published standings with what their party is today."""
        tops = Ancestry().tops()
        today = standings_today(tops)
        for key, party, at in Standing.objects.published().order_by().values_list("pk", "party", "at"):
            meaning, standings = today.get((party, tops.get(at, 0)), ("", set()))
            if standings - {key}:
                yield key, meaning


def standings_today(tops: dict[int, int]) -> dict[tuple[int, int], tuple[str, set[int]]]:
    """By party and topmost organisation: the strongest that the party surely is there today, and by which standings.

    `tops` is as `Ancestry.tops` gives it. The standings that count are those that count at the date of a record.
    """
    today = timezone.localdate()
    strength = [meaning.value for meaning in then.STRENGTH]
    rows = such_standings().filter(dates.q_surely_covers(today, today)).order_by()
    found: dict[tuple[int, int], tuple[str, set[int]]] = {}
    for key, party, at, meaning in rows.values_list("pk", "party", "at", "word__acts_as"):
        if at not in tops:  # it became public meanwhile
            continue
        known, standings = found.setdefault((party, tops[at]), (meaning, set()))
        if meaning == known:
            standings.add(key)
        elif strength.index(meaning) < strength.index(known):
            found[party, tops[at]] = (meaning, {key})
    return found
