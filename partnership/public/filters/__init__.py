"""The filters of the lists of records: one class per kind, all of GET parameters."""

from .across import AcrossFilter, index_rows, records_of_rows
from .base import RecordFilter
from .contributions import ContributionFilter
from .kinds import (
    EventFilter,
    ExerciseFilter,
    FundFilter,
    OperationFilter,
    ProgrammeFilter,
    StandingFilter,
)

__all__ = [
    "AcrossFilter",
    "ContributionFilter",
    "EventFilter",
    "ExerciseFilter",
    "FundFilter",
    "OperationFilter",
    "ProgrammeFilter",
    "RecordFilter",
    "StandingFilter",
    "index_rows",
    "records_of_rows",
]
