"""The figures that pictures of contributions show: by year, by donor, by donor and fund; nothing of how they are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from partnership import money
from partnership.models import Contribution, Fund
from partnership.money import Qualifier
from partnership.public.addresses import Selection, list_address
from partnership.public.languages import Written, grouped
from partnership.public.totals import COUNTED, Figure, ShownTotals, as_lists
from partnership.text import fold

from .gifts import NOBODY, SEVERAL, Gifts, Given, Group, Key, added
from .years import NO_DATE, NOT_IN_ONE_YEAR

FEWEST = 2  # a picture of one bar shows nothing
MOST_GROUPS = 3  # of currency and stage on one page
MOST_DRAWN = 20_000  # contributions: their donors are counted anew for each reader
MOST_DONORS = 10
MOST_FUNDS = 5
MOST_SERIES = 4
SHADES = 4


@dataclass(frozen=True)
class Line:
    """One line of a picture and of its table: what was given by whom or when.

    `address` lists the contributions that make it and no other, "" where no selection of the list shows exactly these;
    `page` is that of the donor. `parts` are what makes it up, in the order of the picture's series.
    """

    label: str
    given: Given
    currency: str
    address: str = ""
    page: str = ""
    parts: tuple[Given, ...] = ()
    year: int = 0

    @property
    def amount_words(self) -> str:
        """The amount: “USD 5 billion”, “about USD 5 billion”."""
        return amount_words(self.given, self.currency)

    @property
    def count_words(self) -> str:
        """How many contributions make it: “1 contribution”."""
        count = self.given.count
        return ngettext("%(number)s contribution", "%(number)s contributions", count) % {
            "number": grouped(count)
        }

    @property
    def part_words(self) -> list[str]:
        """The amount of each part; "" where nothing was given."""
        return [amount_words(part, self.currency) if part.count else "" for part in self.parts]


@dataclass(frozen=True)
class Picture:
    """One picture of a currency at a stage: lines that have a bar, and those that stand apart, without one.

    Together they come to `total`, which is that of the list. `series` name the parts of each line, () if it has none;
    `note` says how to read what is not there.
    """

    total: Figure
    finding: str
    lines: tuple[Line, ...]
    apart: tuple[Line, ...]
    series: tuple[str, ...] = ()
    note: str = ""

    def __bool__(self) -> bool:
        return len(self.lines) >= FEWEST

    @property
    def csv_address(self) -> str:
        """The file of the contributions that make it."""
        return f"{reverse('contributions-csv')}?{self.total.address.partition('?')[2]}"


@dataclass(frozen=True)
class Cell:
    """What one donor gave to one fund: in words, and how dark it is shaded, 0 to `SHADES`."""

    words: str
    shade: int


@dataclass(frozen=True)
class MatrixRow:
    """A donor, what it gave to each fund, and all it gave."""

    line: Line
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """Who gave to which fund, in one currency at one stage; the rows and the columns come to `total`."""

    total: Figure
    finding: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    sums: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class GroupPictures:
    """The pictures of one currency at one stage; each is false where there is too little to draw."""

    total: Figure
    by_year: Picture
    by_donor: Picture
    matrix: Matrix

    def __bool__(self) -> bool:
        return bool(self.by_year or self.by_donor or self.matrix)


@dataclass(frozen=True)
class Pictures:
    """The pictures of a selection of contributions: of the groups with most of them; `others` are drawn by themselves.

    `too_many` says that there are so many contributions that only a selection of them is drawn.
    """

    groups: tuple[GroupPictures, ...]
    others: tuple[Figure, ...] = ()
    too_many: bool = False

    def __bool__(self) -> bool:
        return bool(self.groups)


NO_PICTURES = Pictures(())


def pictures_of(
    contributions: QuerySet[Contribution],
    selection: Selection | QueryDict,
    totals: ShownTotals,
    most: int = MOST_GROUPS,
) -> Pictures:
    """The pictures of the contributions that `selection` selects, whose totals are known.

    `contributions` are the published rows of the selection, its filter `in_total` not yet applied. A constant number of
    queries, none where nothing is counted.
    """
    if not totals.figures:
        return NO_PICTURES
    if totals.count > MOST_DRAWN:
        return Pictures((), too_many=True)
    told = _Told(Gifts(contributions), selection)
    found = [told.pictures(figure) for figure in sorted(totals.figures, key=lambda each: -each.count)]
    drawn = [each for each in found if each]
    return Pictures(tuple(drawn[:most]), tuple(each.total for each in drawn[most:]))


class _Told:
    """Turns sums into lines with words and addresses."""

    def __init__(self, gifts: Gifts, selection: Selection | QueryDict) -> None:
        self.gifts = gifts
        self.kept = {name: values for name, values in as_lists(selection).items() if name != "in_total"}

    def pictures(self, total: Figure) -> GroupPictures:
        """The pictures of one currency at one stage."""
        return GroupPictures(total, self.by_year(total), self.by_donor(total), self.matrix(total))

    def by_year(self, total: Figure) -> Picture:
        """What was given in each year; what is not surely within one stands apart."""
        group = Group(total.currency, total.stage)
        cells = self.with_public_funds(self.gifts.years[group])
        columns = self.columns(cells, MOST_SERIES)
        columns = columns if len(columns) > 1 else []
        lines = []
        for year in sorted({year for year, _fund in cells}):
            parts = tuple(
                added(cells[year, fund] for fund in column.funds if (year, fund) in cells)
                for column in columns
            )
            given = added(given for (each, _fund), given in cells.items() if each == year)
            address = self.address_of_year(total, year)
            lines.append(Line(_year_words(year), given, total.currency, address, parts=parts, year=year))
        drawn = tuple(line for line in lines if line.year > 0)
        gap = len(drawn) < drawn[-1].year - drawn[0].year + 1 if drawn else False
        return Picture(
            total,
            _finding(
                drawn,
                total,
                gettext("%(total)s, by year"),
                gettext("%(total)s, by year; most in %(most)s: %(amount)s"),
            ),
            drawn,
            tuple(line for line in lines if line.year <= 0),
            tuple(column.label for column in columns),
            gettext(
                "A year without a bar is one of which nothing is recorded, not one in which nothing was given."
            )
            if gap
            else "",
        )

    def by_donor(self, total: Figure) -> Picture:
        """What each donor gave alone, the most first; what several gave together stands apart."""
        donors = self.donors(total, MOST_DONORS)
        drawn = tuple(donor.line for donor in donors if donor.page)
        return Picture(
            total,
            _finding(
                drawn,
                total,
                gettext("%(total)s, by donor"),
                gettext("%(total)s, by donor; most by %(most)s: %(amount)s"),
            ),
            drawn,
            tuple(donor.line for donor in donors if not donor.page),
        )

    def matrix(self, total: Figure) -> Matrix:
        """Who gave to which fund; false of one donor or of one fund."""
        group = Group(total.currency, total.stage)
        cells = self.with_public_funds(self.gifts.donors_of[group])
        columns, donors = self.columns(cells, MOST_FUNDS), self.donors(total, MOST_DONORS)
        if (
            sum(bool(donor.page) for donor in donors) < FEWEST
            or len({fund for _donor, fund in cells if fund}) < FEWEST
        ):
            return Matrix(total, "", (), (), ())
        grid = [
            [
                added(cells[key, fund] for key in donor.keys for fund in column.funds if (key, fund) in cells)
                for column in columns
            ]
            for donor in donors
        ]
        largest = max(given.amount for row in grid for given in row)
        rows = tuple(
            MatrixRow(donor.line, tuple(_cell(given, total.currency, largest) for given in row))
            for donor, row in zip(donors, grid, strict=True)
        )
        sums = tuple(amount_words(added(column), total.currency) for column in zip(*grid, strict=True))
        finding = capfirst(gettext("%(total)s, by donor and fund") % {"total": total.words})
        return Matrix(total, finding, tuple(column.label for column in columns), rows, sums)

    def with_public_funds(self, cells: Mapping[tuple[int, Key], Given]) -> dict[tuple[int, Key], Given]:
        """The cells with a fund that readers may not see taken for none."""
        found: dict[tuple[int, Key], Given] = {}
        for (key, fund), given in cells.items():
            place = key, fund if fund in self.gifts.funds else None
            found[place] = found.get(place, Given()) + given
        return found

    def columns(self, cells: Mapping[tuple[int, Key], Given], most: int) -> list["_Column"]:
        """The funds to which most was given, then all others in one, and at last what went to no fund."""
        sums: dict[Key, Given] = {}
        for (_key, fund), given in cells.items():
            sums[fund] = sums.get(fund, Given()) + given
        named = sorted(
            (fund for fund in sums if fund),
            key=lambda fund: (-sums[fund].amount, self.gifts.funds[fund].slug),
        )
        shown, others = (named, []) if len(named) <= most else (named[: most - 1], named[most - 1 :])
        found = [_Column(_title(self.gifts.funds[fund]), (fund,)) for fund in shown]
        if others:
            words = ngettext("%(number)s other fund", "%(number)s other funds", len(others))
            found.append(_Column(words % {"number": grouped(len(others))}, tuple(others)))
        if None in sums:
            found.append(_Column(gettext("no fund named"), (None,)))
        return found

    def donors(self, total: Figure, most: int) -> list["_Donor"]:
        """The donors that gave most, each alone; then all others in one, those who gave together, and what names none."""
        sums: dict[int, Given] = {}
        for (donor, _fund), given in self.gifts.donors_of[Group(total.currency, total.stage)].items():
            sums[donor] = sums.get(donor, Given()) + given
        parties = self.gifts.donors
        named = sorted(
            (donor for donor in sums if donor in parties),
            key=lambda donor: (-sums[donor].amount, fold(parties[donor].name), parties[donor].slug),
        )
        found = [self.donor(total, donor, sums[donor]) for donor in named[:most]]
        others = named[most:]
        apart = (
            (
                ngettext("%(number)s other donor", "%(number)s other donors", len(others))
                % {"number": grouped(len(others))},
                others,
            ),
            (gettext("several donors together"), [SEVERAL]),
            (gettext("no donor named"), [NOBODY]),
        )
        for label, keys in apart:
            given = added(sums[key] for key in keys if key in sums)
            if given.count:
                found.append(_Donor(Line(label, given, total.currency), tuple(keys)))
        return found

    def donor(self, total: Figure, key: int, given: Given) -> "_Donor":
        """The line of one donor."""
        party, address = self.gifts.donors[key], ""
        if self.gifts.lists_donor(Group(total.currency, total.stage), key):
            address = self.address(total, donor=[party.slug])
        return _Donor(
            Line(Written(party.name), given, total.currency, address, party.get_absolute_url()), (key,)
        )

    def address_of_year(self, total: Figure, year: int) -> str:
        """The list of what was given in a year, or without a date, if it can be asked for among the filters in use."""
        if year == NOT_IN_ONE_YEAR or not self.gifts.lists_year(Group(total.currency, total.stage), year):
            return ""
        if year == NO_DATE:
            return self.address(total, undated=["1"])
        days = [value for name in ("from", "to") for value in self.kept.get(name, ())]
        if any(name in self.kept for name in ("running", "when")) or not all(map(_is_year, days)):
            return ""
        return self.address(total, **{"from": [_year_words(year)], "to": [_year_words(year)]})

    def address(self, total: Figure, **asked: list[str]) -> str:
        """The list of the contributions of a currency at a stage for which this holds, the other filters kept."""
        group = {"currency": [total.currency], "stage": [total.stage], "in_total": [COUNTED]}
        return list_address(Contribution, {**self.kept, **group, **asked})


@dataclass(frozen=True)
class _Column:
    """Funds that stand in one column or series."""

    label: str
    funds: tuple[Key, ...]


@dataclass(frozen=True)
class _Donor:
    """A line of donors with the keys of these."""

    line: Line
    keys: tuple[int, ...]

    @property
    def page(self) -> str:
        """The page of the donor; "" where it is not one."""
        return self.line.page


def amount_words(given: Given, currency: str) -> str:
    """The amount in words: “USD 5 billion”, “about USD 5 billion”."""
    qualifier = Qualifier.ABOUT if given.approximate else Qualifier.EXACT
    return money.words(given.amount, currency=currency, qualifier=qualifier)


def _year_words(year: int) -> str:
    if year == NO_DATE:
        return gettext("no date given")
    return f"{year:04}" if year > 0 else gettext("not surely within one year")


def _title(fund: Fund) -> Written:
    return Written(fund.title, fund.language)


def _is_year(value: str) -> bool:
    return len(value) == 4 and value.isdecimal()


def _finding(lines: Sequence[Line], total: Figure, plain: str, with_most: str) -> str:
    """What there is to see; which line has most is said where only one has."""
    amounts = sorted((line.given.amount for line in lines), reverse=True)
    if len(amounts) < FEWEST or amounts[0] == amounts[1]:
        return capfirst(plain % {"total": total.words})
    most = next(line for line in lines if line.given.amount == amounts[0])
    return capfirst(with_most % {"total": total.words, "most": most.label, "amount": most.amount_words})


def _cell(given: Given, currency: str, largest: Decimal) -> Cell:
    if not given.count:
        return Cell("", 0)
    return Cell(amount_words(given, currency), ceil(SHADES * given.amount / largest) if largest > 0 else 0)
