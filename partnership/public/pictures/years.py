"""The year of a record: the one that its date surely falls within, in the database."""

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import ExtractYear

from partnership import dates

NO_DATE, NOT_IN_ONE_YEAR = 0, -1  # beside the years

_ONE_YEAR = dates.q_surely_within(None, None) & Q(
    earliest__isnull=False, latest__isnull=False, earliest__year=ExtractYear("latest")
)
#: To annotate records with: the list asked for from and to this year, surely, shows them.
IN_YEAR = Case(
    When(_ONE_YEAR, then=ExtractYear("earliest")),
    When(dates.q_undated(), then=Value(NO_DATE)),
    default=Value(NOT_IN_ONE_YEAR),
    output_field=IntegerField(),
)
