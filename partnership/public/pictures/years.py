"""The year of a record: the one that its date surely falls within, in the database."""

from django.db.models import Case, CharField, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Substr
from django.db.models.lookups import Exact

from partnership import dates

NO_DATE, NOT_IN_ONE_YEAR = 0, -1  # beside the years


def _year(day: str) -> Substr:
    # Off the text of the day: SQLite has no years, and Django's stand-in is called back for each row.
    return Substr(Cast(day, CharField()), 1, 4)


_ONE_YEAR = dates.q_surely_within(None, None) & Q(Exact(_year("earliest"), _year("latest")))
#: To annotate records with: the list asked for from and to this year, surely, shows them.
IN_YEAR = Case(
    When(_ONE_YEAR, then=Cast(_year("earliest"), IntegerField())),
    When(dates.q_undated(), then=Value(NO_DATE)),
    default=Value(NOT_IN_ONE_YEAR),
    output_field=IntegerField(),
)
