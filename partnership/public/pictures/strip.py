"""The strip over a timeline: how many records each year has."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

from partnership.public.languages import grouped

from .scales import round_years, share

FEWEST = 2  # a picture of one bar shows nothing
_HEIGHT = 40  # of the longest bar, in pixels
_ROOM = 5  # at either end for half the word of a year, in hundredths of the width


@dataclass(frozen=True)
class StripYear:
    """A year with its number of records, the address that lists them, and where its bar stands."""

    year: int
    count: int
    address: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Mark:
    """A year written under the strip."""

    year: int
    x: str


@dataclass(frozen=True)
class Strip:
    """The years that have records, in their order; false of fewer than two. A year without one has no bar."""

    years: tuple[StripYear, ...]
    marks: tuple[Mark, ...]

    def __bool__(self) -> bool:
        return len(self.years) >= FEWEST

    @property
    def total(self) -> int:
        """The records of all years."""
        return sum(year.count for year in self.years)

    @property
    def finding(self) -> str:
        """What there is to see: “213 records from 1994 to 2026, most of them in 2014: 21”."""
        most = max(self.years, key=lambda year: year.count)
        if sum(year.count == most.count for year in self.years) > 1:
            message = ngettext(
                "%(number)s record from %(first)s to %(last)s",
                "%(number)s records from %(first)s to %(last)s",
                self.total,
            )
        else:
            message = ngettext(
                "%(number)s record from %(first)s to %(last)s, most in %(year)s: %(most)s",
                "%(number)s records from %(first)s to %(last)s, most in %(year)s: %(most)s",
                self.total,
            )
        return message % {
            "number": grouped(self.total),
            "first": f"{self.years[0].year:04}",
            "last": f"{self.years[-1].year:04}",
            "year": f"{most.year:04}",
            "most": grouped(most.count),
        }


def strip_of(years: Iterable[tuple[int, int, str]]) -> Strip:
    """The strip of (year, number of records, address); years without a record are left out."""
    counted = sorted((year, count, address) for year, count, address in years if count)
    if len(counted) < FEWEST:
        return Strip((), ())
    first, last = counted[0][0], counted[-1][0]
    most = max(count for _year, count, _address in counted)
    across, stretch = last - first + 1, 100 - 2 * _ROOM
    bars = []
    for year, count, address in counted:
        height = max(2.0, _HEIGHT * count / most)
        bars.append(
            StripYear(
                year,
                count,
                address,
                x=share(year - first + 0.1, across, stretch, _ROOM),
                width=share(0.8, across, stretch),
                y=share(_HEIGHT - height, 1, 1),
                height=share(height, 1, 1),
            )
        )
    marks = (
        Mark(year, share(year - first + 0.5, across, stretch, _ROOM)) for year in round_years(first, last)
    )
    return Strip(tuple(bars), tuple(marks))
