"""Where the bars and words of a picture of contributions stand. Across, places are shares of the width; down, pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import east_asian_width

from partnership import money

from .figures import Line, Picture
from .scales import MOST_MARKS, round_marks, round_years, share

HEIGHT = 180  # of the longest column
LEAST = 1.5  # what is there must be seen
ROOM = 14  # above the highest mark, for its words
ROW = 46  # of a bar with the words above it
BAR = 14
PHONE = 288  # what a phone of 320 pixels leaves for a picture
GAP = 6  # between the end of a bar and its amount
LONGEST_NAME = 296


@dataclass(frozen=True)
class Block:
    """A piece of a column: the part of its year that belongs to one series, counted from 0."""

    series: int
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Mark:
    """A word on an axis."""

    words: str
    at: str


@dataclass(frozen=True)
class Columns:
    """A column for each year, its parts upon one another, over the years and beside the amounts of the axis."""

    blocks: tuple[Block, ...]
    years: tuple[Mark, ...]
    amounts: tuple[Mark, ...]
    axis_width: int
    words_of_years: int = HEIGHT + ROOM + 16
    height: int = HEIGHT + ROOM + 22


@dataclass(frozen=True)
class Bar:
    """A bar with its name above, which is its label as far as there is room, and its amount at its end."""

    label: str
    name: str
    amount: str
    name_y: int
    y: int
    amount_y: int
    width: str


@dataclass(frozen=True)
class Bars:
    """A bar for each line, one under another."""

    bars: tuple[Bar, ...]
    height: int
    thickness: int = BAR
    gap: int = GAP


def columns_of(picture: Picture) -> Columns:
    """The columns of a picture by year; a year that is not told has its place and no column."""
    first, last = picture.lines[0].year, picture.lines[-1].year
    marks = round_marks(max(line.given.amount for line in picture.lines), MOST_MARKS)
    top, across = marks[-1], last - first + 1
    blocks = []
    for line in picture.lines:
        x = share(line.year - first + 0.1, across)
        below = 0.0
        for series, amount in _amounts(line):
            height = float(amount / top) * HEIGHT if top else 0
            height = max(height, 0 if below else LEAST)
            y = HEIGHT + ROOM - below - height
            blocks.append(Block(series, x, _number(y), share(0.8, across), _number(height)))
            below += height
    amounts = tuple(
        Mark(
            money.words(mark, currency=picture.total.currency),
            _number(HEIGHT + ROOM - (float(mark / top) * HEIGHT if top else 0)),
        )
        for mark in marks
    )
    years = tuple(Mark(f"{year:04}", share(year - first + 0.5, across)) for year in round_years(first, last))
    return Columns(tuple(blocks), years, amounts, max(width_of(mark.words) for mark in amounts) + GAP)


def bars_of(picture: Picture) -> Bars:
    """The bars of a picture by donor. They leave room for the longest amount at the end of the longest bar."""
    most = max(line.given.amount for line in picture.lines)
    words = max(width_of(line.amount_words) for line in picture.lines)
    stretch = min(70, max(20, 100 - (words + 2 * GAP) * 100 / PHONE))
    bars = tuple(
        Bar(
            line.label,
            shortened(line.label),
            line.amount_words,
            name_y=place * ROW + 14,
            y=place * ROW + 20,
            amount_y=place * ROW + 32,
            width=share(line.given.amount, most, stretch),
        )
        for place, line in enumerate(picture.lines)
    )
    return Bars(bars, len(bars) * ROW)


def width_of(words: str) -> int:
    """About how many pixels wide some words are in a picture."""
    return sum(13 if east_asian_width(each) in "WF" else 8 for each in words)


def shortened(words: str, longest: int = LONGEST_NAME) -> str:
    """The words as far as a phone has room for them in one line; the table has all of them."""
    if width_of(words) <= longest:
        return words
    kept = words
    while width_of(kept) > longest - 13:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _amounts(line: Line) -> Iterator[tuple[int, Decimal]]:
    """The parts of a line by the number of their series; without parts, the line itself."""
    if not line.parts:
        yield 0, line.given.amount
    for series, part in enumerate(line.parts):
        if part.count:
            yield series, part.amount


def _number(value: float) -> str:
    return share(value, 1, 1)
