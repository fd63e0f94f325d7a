"""Where things stand along a picture: rounded marks of an axis, and places as shares of a width."""

from decimal import Decimal

#: What an axis is counted in: these times a power of ten.
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
YEARS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
MOST_MARKS = 5
MOST_YEARS = 4  # words of so many years fit a phone, beside an axis of long words too


def round_marks(largest: Decimal, most: int = MOST_MARKS) -> list[Decimal]:
    """The marks of an axis from nought to at least `largest`: at most so many above nought, evenly apart, round numbers."""
    if largest <= 0:
        return [Decimal(0)]
    least = largest / most
    power = Decimal(10) ** least.adjusted()
    step = next(each * power for each in STEPS if each * power >= least)
    marks = [Decimal(0)]
    while marks[-1] < largest:
        marks.append(marks[-1] + step)
    return marks


def round_years(first: int, last: int, most: int = MOST_YEARS) -> list[int]:
    """Round years between two years, at most so many; the first of all if there is no round one."""
    for step in YEARS:
        start = -(-first // step) * step
        found = list(range(start, last + 1, step))
        if len(found) <= most:
            return found or [first]
    return [first]


def share(part: Decimal | float, whole: Decimal | float, of: float = 100, after: float = 0) -> str:
    """Where `part` of a `whole` ends on a stretch of `of` that begins at `after`: a number as SVG reads it."""
    place = after + (float(part) / float(whole) * of if whole else 0)
    return f"{place:.2f}".rstrip("0").rstrip(".")
