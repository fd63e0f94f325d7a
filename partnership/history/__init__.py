"""Reading the past: what editions added, changed or withdrew, and how two documents differ. Nothing is written here.

`log` finds the changes that editions made and `faces` what may be told of them, to readers or to staff; `words` says it.
"""

from .log import ChangeLog
from .told import Altered, Change, Row, What
from .words import Line, Parts, ToldChange, as_lines, differences_in_words, told

__all__ = [
    "Altered",
    "Change",
    "ChangeLog",
    "Line",
    "Parts",
    "Row",
    "ToldChange",
    "What",
    "as_lines",
    "differences_in_words",
    "told",
]
