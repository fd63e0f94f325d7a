"""Names and standing of the time: what a party was called, and what it was, when a record's fact took place.

Nothing of it is stored. `Then` answers for the records of a page, the rest for filters and counts.
"""

from .conditions import q_borrowed_with_standing, rows_with_standing
from .page import Then
from .standings import NOT_KNOWN, STRENGTH, Standings, standings_of_rows

__all__ = [
    "NOT_KNOWN",
    "STRENGTH",
    "Standings",
    "Then",
    "q_borrowed_with_standing",
    "rows_with_standing",
    "standings_of_rows",
]
