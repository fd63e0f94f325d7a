"""Fixture files as rows that know their place: what can be told of them without asking the database.

Whatever is wrong is gathered with file, line, row and field, and reading goes on after it; only a file that is no JSON
is given up where it breaks.
"""

from .problems import NOTHING, Problem, hint, shown
from .rows import MODELS, Row, shape_problem
from .source import Limits, Source, opened

__all__ = [
    "MODELS",
    "NOTHING",
    "Limits",
    "Problem",
    "Row",
    "Source",
    "hint",
    "opened",
    "shape_problem",
    "shown",
]
