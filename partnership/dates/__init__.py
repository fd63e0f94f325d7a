"""Stated dates: dates as a source gives them, no more precise than it gives them.

The notation is a subset of EDTF levels 0 and 1 (ISO 8601-2): a day `2014-03-12`, a month `2014-03`, a year
`2014`, a decade `199X`, each with at most one of `~` (about), `?` (uncertain) and `%` (both) behind it; and
periods of two of these, `2009/2013`, with `..` for an open side and nothing for a side that is not known.
Beyond level 1 a decade may be a side of a period (`199X/..`). Everything else is refused with a message that
shows a right example.
"""

from .bounds import (
    NO_BOUNDS,
    Bounds,
    may_overlap,
    q_may_overlap,
    q_surely_covers,
    q_surely_overlaps,
    q_surely_within,
    q_undated,
    span,
    surely_covers,
    surely_overlaps,
    surely_within,
)
from .fields import EDTFField, EDTFFormField
from .parsing import bounds_of, parse, period
from .stated import Missing, Part, Precision, StatedDate

__all__ = [
    "NO_BOUNDS",
    "Bounds",
    "EDTFField",
    "EDTFFormField",
    "Missing",
    "Part",
    "Precision",
    "StatedDate",
    "bounds_of",
    "may_overlap",
    "parse",
    "period",
    "q_may_overlap",
    "q_surely_covers",
    "q_surely_overlaps",
    "q_surely_within",
    "q_undated",
    "span",
    "surely_covers",
    "surely_overlaps",
    "surely_within",
]
