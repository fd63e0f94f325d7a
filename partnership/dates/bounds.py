"""Bounds: what a stated date says of single days, and the rules that compare it with a period."""

from datetime import date
from typing import NamedTuple

from django.db.models import Q


class Bounds(NamedTuple):
    """The four days that a stated date fixes.

    `earliest` and `latest` are its outermost days; None is open or not known. The inner two say what surely
    holds: the date runs at least from `surely_from` to `surely_to`, and None beside a day is open. Both None:
    nothing is sure. Inner bounds may be the wrong way round: `2022-06` is surely in that June (2022-06-30 to
    2022-06-01) but on no one day.
    """

    earliest: date | None
    latest: date | None
    surely_from: date | None
    surely_to: date | None

    @property
    def certain(self) -> bool:
        """Whether anything is sure: the date is given, without a qualifier or a decade."""
        return self.surely_from is not None or self.surely_to is not None


NO_BOUNDS = Bounds(None, None, None, None)
"""The bounds of a date that is not given."""


def surely_within(bounds: Bounds, first: date | None, last: date | None) -> bool:
    """Whether the date surely falls within the days `first` to `last`; None sets no limit on its side."""
    return (
        bounds.certain
        and (first is None or (bounds.earliest is not None and bounds.earliest >= first))
        and (last is None or (bounds.latest is not None and bounds.latest <= last))
    )


def may_overlap(bounds: Bounds, first: date | None, last: date | None) -> bool:
    """Whether the date is given and may share a day with `first` to `last`; None sets no limit there."""
    return (
        bounds != NO_BOUNDS
        and (last is None or bounds.earliest is None or bounds.earliest <= last)
        and (first is None or bounds.latest is None or bounds.latest >= first)
    )


def surely_overlaps(bounds: Bounds, first: date, last: date) -> bool:
    """Whether the date surely shares a day with `first` to `last`: begins by the last day and ends no sooner than the first."""
    return (
        bounds.certain
        and (bounds.surely_from is None or bounds.surely_from <= last)
        and (bounds.surely_to is None or bounds.surely_to >= first)
    )


def surely_covers(bounds: Bounds, first: date, last: date) -> bool:
    """Whether the date surely runs on every day from `first` to `last`."""
    return (
        bounds.certain
        and (bounds.surely_from is None or bounds.surely_from <= first)
        and (bounds.surely_to is None or bounds.surely_to >= last)
    )


# The same rules for the database, over columns named as the bounds are; a test compares each pair.


def q_undated() -> Q:
    """Rows without a date: bounds equal to `NO_BOUNDS`."""
    return Q(earliest__isnull=True, latest__isnull=True, surely_from__isnull=True, surely_to__isnull=True)


def q_surely_within(first: date | None, last: date | None) -> Q:
    """Rows for which `surely_within` holds."""
    within = _q_certain()
    if first is not None:
        within &= Q(earliest__gte=first)
    if last is not None:
        within &= Q(latest__lte=last)
    return within


def q_may_overlap(first: date | None, last: date | None) -> Q:
    """Rows for which `may_overlap` holds."""
    overlap = ~q_undated()
    if last is not None:
        overlap &= Q(earliest__isnull=True) | Q(earliest__lte=last)
    if first is not None:
        overlap &= Q(latest__isnull=True) | Q(latest__gte=first)
    return overlap


def q_surely_overlaps(first: date, last: date) -> Q:
    """Rows for which `surely_overlaps` holds."""
    begun = Q(surely_from__isnull=True) | Q(surely_from__lte=last)
    still = Q(surely_to__isnull=True) | Q(surely_to__gte=first)
    return _q_certain() & begun & still


def q_surely_covers(first: date, last: date) -> Q:
    """Rows for which `surely_covers` holds."""
    begun = Q(surely_from__isnull=True) | Q(surely_from__lte=first)
    still = Q(surely_to__isnull=True) | Q(surely_to__gte=last)
    return _q_certain() & begun & still


def _q_certain() -> Q:
    return Q(surely_from__isnull=False) | Q(surely_to__isnull=False)


def span(first: Bounds, last: Bounds | None) -> Bounds:
    """Bounds of what runs from the moment `first` to the moment `last`, or still runs if `last` is None.

    The span from "2014" to "2016" has the bounds of "2014/2016"; from "2014" to None those of "2014/..".
    An end on an unknown day is `NO_BOUNDS`, not None. Where either moment is not certain nothing is sure.
    """
    latest, surely_to, ended_surely = (
        (None, None, True) if last is None else (last.latest, last.surely_to, last.certain)
    )
    if first.certain and ended_surely:
        return Bounds(first.earliest, latest, first.surely_from, surely_to)
    return Bounds(first.earliest, latest, None, None)
