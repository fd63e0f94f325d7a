"""Reading the past: what editions added, changed or withdrew, and how two documents differ. Nothing is written here.

`log` finds the changes that editions made and `faces` what may be told of them, to readers or to staff; `words` says it.
`past` builds an entry as it stood in an edition.
"""

from .editions import Counts, counts_by_edition
from .log import ChangeLog
from .past import entry_at
from .told import Altered, Change, Row, What
from .words import Line, Parts, ToldChange, as_lines, differences_in_words, told

__all__ = [
    "Altered",
    "Change",
    "ChangeLog",
    "Counts",
    "Line",
    "Parts",
    "Row",
    "ToldChange",
    "What",
    "as_lines",
    "counts_by_edition",
    "differences_in_words",
    "entry_at",
    "told",
]
