"""Who gave to a fund: by year, currency and stage the largest first, every figure with the list that shows its rows.

What counts is decided by `partnership.money`, and a figure is what the list of contributions gives for its donor: a donor
takes in those under it, and a contribution by several donors without a split counts under each. So rows must not be added.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext, ngettext

from partnership import dates, money
from partnership.dates import NO_BOUNDS, Bounds
from partnership.models import ActsAs, Contribution, Fund, Party, Source, Stance
from partnership.models.record import BOUND_FIELDS, public_rows
from partnership.money import Reason, Stage, Summand, Total
from partnership.text import fold

from .addresses import Selection, list_address
from .cut import Cut, cut
from .filters.options import NOT_STATED
from .parties import Ancestry, public_involvements
from .totals import COUNTED, Figure, LeftOut, wholes

SOURCES_SHOWN = 3
MOST_DONORS = 10  # of a year
MOST_TITLES = 10  # where no list shows the contributions

_SUMMAND = ("amount", "amount_upper", "currency", "stage", "per", "qualifier")


@dataclass(frozen=True)
class Given:
    """What one donor gave in one currency at one stage within the time of its group.

    `figure.address` lists the contributions that make it. Where no selection of the list shows exactly these,
    it is "" and `contributions` are the first of them. `sources` are those that are cited most for them.
    """

    donor: Party
    figure: Figure
    contributions: Cut[Contribution]
    sources: Cut[Source]


@dataclass(frozen=True)
class Beside:
    """The contributions of a group that are in no row for one reason; `contributions` as those of `Given`."""

    left_out: LeftOut
    contributions: Cut[Contribution]


@dataclass(frozen=True)
class MoreDonors:
    """How many donors of a group have no row, and the list of the fund's contributions of that year."""

    count: int
    address: str

    @property
    def words(self) -> str:
        """How many they are: “1 more donor”."""
        return ngettext("%(count)d more donor", "%(count)d more donors", self.count) % {"count": self.count}


@dataclass(frozen=True)
class GivenInTime:
    """What was given surely within one year; in the group without a `year`, all else.

    Rows have the donors that come first in a currency at a stage; `more` are the others, None where there are none.
    """

    year: str
    given: list[Given]
    more: MoreDonors | None
    beside: list[Beside]


@dataclass(frozen=True)
class WhoGave:
    """Who gave to a fund, newest year first; false if no donor has a figure. `notes` say why not to add rows."""

    groups: list[GivenInTime]
    notes: list[str]

    def __bool__(self) -> bool:
        return any(group.given for group in self.groups)


def who_gave(fund: Fund) -> WhoGave:
    """Who gave to a fund, of what is public; seven queries at most, however many contributions."""
    gifts = _gifts(fund)
    if not gifts:
        return WhoGave([], [])
    return _Account(fund, gifts).told()


class _Gift(NamedTuple):
    """One contribution as this page reads it; `donors` are those it names, `found_under` also those above them."""

    summand: Summand
    bounds: Bounds
    slug: str
    title: str
    language: str
    donors: frozenset[int]
    found_under: frozenset[int]

    @property
    def key(self) -> int:
        return int(self.summand.key)


class _Time(NamedTuple):
    """A time that the list of contributions can be asked for: a period, no date, or, of neither, any time."""

    first: date | None = None
    last: date | None = None
    undated: bool = False

    def holds(self, bounds: Bounds) -> bool:
        """Whether the list shows a contribution with these bounds."""
        if self.undated:
            return bounds == NO_BOUNDS
        return self == _ANY_TIME or dates.surely_within(bounds, self.first, self.last)

    @property
    def selection(self) -> dict[str, str]:
        """The parameters that ask for it."""
        if self.undated:
            return {"undated": "1"}
        sides = {"from": self.first, "to": self.last}
        return {name: f"{day.year:04}" for name, day in sides.items() if day}


_ANY_TIME = _Time()
_NO_DATE = _Time(undated=True)


def _years(first: int, last: int) -> _Time:
    return _Time(date(first, 1, 1), date(last, 12, 31))


def _year_of(bounds: Bounds) -> int | None:
    """The one year that a date surely falls within."""
    if bounds.earliest is None:
        return None
    year = bounds.earliest.year
    return year if _years(year, year).holds(bounds) else None


def _gifts(fund: Fund) -> list[_Gift]:
    contributions = Contribution.objects.published().filter(fund=fund).order_by()
    rows = public_involvements(Contribution).filter(
        record__in=contributions.values("pk"), role__acts_as=ActsAs.DONOR
    )
    donors: dict[int, set[int]] = defaultdict(set)
    for record, party in rows.order_by().values_list("record", "party"):
        donors[record].add(party)
    ancestry = Ancestry()
    found = []
    for key, slug, title, language, *columns in contributions.values_list(
        "pk", "slug", "title", "language", *_SUMMAND, *BOUND_FIELDS
    ):
        summand = Summand(str(key), *columns[: len(_SUMMAND)])
        bounds = Bounds(*columns[len(_SUMMAND) :])
        named = frozenset(donors[key])
        found.append(_Gift(summand, bounds, slug, title, language, named, frozenset(ancestry.line(named))))
    return found


class _Account:
    """The contributions to one fund, sorted by year and donor and summed."""

    def __init__(self, fund: Fund, gifts: list[_Gift]) -> None:
        self.fund = fund
        self.gifts = gifts
        self.by_key = {gift.key: gift for gift in gifts}
        self.wholes = wholes()
        rows = public_involvements(Contribution).filter(record__fund=fund, role__acts_as=ActsAs.DONOR)
        self.donors = {
            party.pk: party
            for party in Party.objects.published().filter(pk__in=rows.order_by().values("party"))
        }
        self.of_donor = _by_donor(gifts, self.donors)
        self.sources = _sources(fund)
        self.shown: list[tuple[int, Total]] = []

    def told(self) -> WhoGave:
        """The groups, newest first, and the notes on them."""
        by_year: dict[int | None, list[_Gift]] = defaultdict(list)
        for gift in self.gifts:
            by_year[_year_of(gift.bounds)].append(gift)
        years = sorted((year for year in by_year if year is not None), reverse=True)
        groups = [self.group(by_year[year], year) for year in years]
        if None in by_year:
            groups.append(self.group(by_year[None], None))
        return WhoGave([group for group in groups if group.given or group.beside], [*self.notes()])

    def group(self, gifts: list[_Gift], year: int | None) -> GivenInTime:
        """What was given in a year, or at no time that is surely within one."""
        named = {donor for gift in gifts for donor in gift.donors}
        found = [
            (donor, total) for donor, given in _by_donor(gifts, named).items() for total in self.totals(given)
        ]
        found.sort(key=lambda each: _place(each[1], self.donors[each[0]]))
        first = _first_donors(found)
        shown = [(donor, total) for donor, total in found if donor in first]
        self.shown += shown
        return GivenInTime(
            f"{year:04}" if year else "",
            [self.given(donor, total, year) for donor, total in shown],
            self.more(len({donor for donor, _total in found} - first), year),
            [self.beside(left, year) for left in self.left_out(gifts)],
        )

    def more(self, count: int, year: int | None) -> MoreDonors | None:
        """The donors of a group that have no row; those of no year are in the list of all that the fund was given."""
        if not count:
            return None
        return MoreDonors(count, self.address({}, _years(year, year) if year else _ANY_TIME, {}))

    def totals(self, gifts: Collection[_Gift]) -> tuple[Total, ...]:
        """What these contributions come to as a selection of the list, where a part is judged beside its whole."""
        return money.totals(self.summands(gifts)).totals

    def left_out(self, gifts: Collection[_Gift]) -> tuple[money.LeftOut, ...]:
        """What of these contributions is not counted when the list selects them, whoever gave them."""
        return money.totals(self.summands(gifts)).left_out

    def summands(self, gifts: Collection[_Gift]) -> list[Summand]:
        """These contributions as the rule of money reads them, each with its whole among them."""
        keys = {gift.key for gift in gifts}
        return [
            replace(gift.summand, whole=str(whole)) if (whole := self.whole(gift.key, keys)) else gift.summand
            for gift in gifts
        ]

    def whole(self, key: int, among: Collection[int]) -> int | None:
        """The nearest contribution beside which this one is not counted."""
        return next((whole for whole in self.wholes.get(key, ()) if whole in among), None)

    def given(self, donor: int, total: Total, year: int | None) -> Given:
        """The row of a donor in a year, or at no time that is surely within one."""
        address = self.address(
            {"donor": self.donors[donor].slug},
            _years(year, year) if year else self.time_of(donor, total),
            {"currency": total.currency, "stage": total.stage, "in_total": COUNTED},
        )
        figure = Figure(
            total.currency, total.stage, total.amount, len(total.rows), total.approximate, address
        )
        cited = Counter(source for key in total.rows for source in self.sources.get(int(key), ()))
        sources = sorted(cited, key=lambda source: (-cited[source], source.title, source.slug))
        return Given(
            self.donors[donor],
            figure,
            Cut([]) if address else self.contributions(total.rows),
            cut(sources, SOURCES_SHOWN),
        )

    def time_of(self, donor: int, total: Total) -> _Time | None:
        """The time at which the list shows exactly what makes a donor's total, if there is one."""
        alike = [
            gift
            for gift in self.of_donor[donor]
            if (gift.summand.currency, gift.summand.stage) == (total.currency, total.stage)
        ]
        for time in self.times(total.rows):
            if total in self.totals([gift for gift in alike if time.holds(gift.bounds)]):
                return time
        return None

    def beside(self, left: money.LeftOut, year: int | None) -> Beside:
        """The contributions of a group that are left out for a reason, whoever gave them."""
        no_amount = left.reason == Reason.NO_AMOUNT
        address = self.address(
            {},
            _years(year, year) if year else self.time_of_left_out(left),
            {"amount": NOT_STATED} if no_amount else {"in_total": left.reason.value},
        )
        contributions = Cut([]) if address else self.contributions(left.keys)
        return Beside(LeftOut(left.reason, left.count, address), contributions)

    def time_of_left_out(self, left: money.LeftOut) -> _Time | None:
        """The time at which the list shows exactly these for their reason, if there is one."""
        for time in self.times(left.keys):
            if left in self.left_out([gift for gift in self.gifts if time.holds(gift.bounds)]):
                return time
        return None

    def times(self, keys: Iterable[str]) -> list[_Time]:
        """The times at which the list may show these contributions and no other; the last is the years they span."""
        bounds = [self.by_key[int(key)].bounds for key in keys]
        first = [each.earliest for each in bounds if each.earliest]
        last = [each.latest for each in bounds if each.latest]
        span = [_years(min(first).year, max(last).year)] if first and last else []
        return [_ANY_TIME, _NO_DATE, *span]

    def address(self, donor: Selection, time: _Time | None, selection: Selection) -> str:
        """The list of the fund's contributions with these filters in use; "" if no time can be asked for."""
        if time is None:
            return ""
        asked = {"fund": self.fund.slug, **donor, **time.selection, **selection}
        return list_address(Contribution, asked)

    def contributions(self, keys: Iterable[str]) -> Cut[Contribution]:
        """The first of these contributions by title, as far as a link to each needs."""
        gifts = sorted((self.by_key[int(key)] for key in keys), key=lambda gift: (gift.title, gift.slug))
        named = [Contribution(slug=gift.slug, title=gift.title, language=gift.language) for gift in gifts]
        return cut(named, MOST_TITLES)

    def notes(self) -> Iterator[str]:
        """Why a contribution stands in several rows, where one does, and how many stand in none."""
        shown = [(donor, self.by_key[int(key)]) for donor, total in self.shown for key in total.rows]
        keys = {gift.key for _donor, gift in shown}
        if any(len(gift.donors) > 1 for _donor, gift in shown):
            yield gettext(
                "A contribution by several donors without a split counts under each of them: do not add the rows."
            )
        if any(donor not in gift.donors for donor, gift in shown):
            yield gettext("A donor takes in those under it, who have rows of their own: do not add the rows.")
        if any(self.whole(key, keys) for key in keys):
            yield gettext(
                "A part of a contribution counts where the whole is not in the same row: do not add the rows."
            )
        nameless = [gift.summand for gift in self.gifts if not gift.donors]
        count = sum(len(total.rows) for total in money.totals(nameless).totals)
        if count:
            yield ngettext(
                "%(count)d contribution names no donor and is in no row.",
                "%(count)d contributions name no donor and are in no row.",
                count,
            ) % {"count": count}


def _by_donor(gifts: Iterable[_Gift], donors: Collection[int]) -> dict[int, list[_Gift]]:
    """By donor the contributions that the list finds under it."""
    found: dict[int, list[_Gift]] = defaultdict(list)
    for gift in gifts:
        for donor in gift.found_under:
            if donor in donors:
                found[donor].append(gift)
    return found


def _sources(fund: Fund) -> dict[int, set[Source]]:
    """By contribution to the fund the public sources that support the whole of it or its amount."""
    of_amount = Q(supports="") | Q(supports__in=Contribution.amount_fields)
    model: Any = Contribution.citations.rel.related_model
    citations = public_rows(model.objects.filter(of_amount, stance=Stance.SUPPORTS), "source")
    rows = citations.filter(record__fund=fund).order_by()
    sources: dict[int, Source] = {}
    found: dict[int, set[Source]] = defaultdict(set)
    for record, key, slug, title, language in rows.values_list(
        "record", "source", "source__slug", "source__title", "source__language"
    ):
        if key not in sources:
            sources[key] = Source(pk=key, slug=slug, title=title, language=language)
        found[record].add(sources[key])
    return found


def _place(total: Total, donor: Party) -> tuple:
    stage = Stage.values.index(total.stage)
    return total.currency, stage, -total.amount, fold(donor.name), donor.slug


def _first_donors(in_order: Iterable[tuple[int, Total]]) -> set[int]:
    """The donors that have rows: those that come first in a currency at a stage, so that no currency hides another."""
    met: Counter[tuple[str, str]] = Counter()
    best: dict[int, int] = {}
    for donor, total in in_order:
        place = met[total.currency, total.stage]
        met[total.currency, total.stage] += 1
        best[donor] = min(place, best.get(donor, place))
    return set(sorted(best, key=lambda donor: best[donor])[:MOST_DONORS])
