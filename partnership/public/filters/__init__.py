"""The filters of the lists of records: one class per kind, all of GET parameters."""

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
    "ContributionFilter",
    "EventFilter",
    "ExerciseFilter",
    "FundFilter",
    "OperationFilter",
    "ProgrammeFilter",
    "RecordFilter",
    "StandingFilter",
]
