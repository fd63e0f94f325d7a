"""The filters of the lists of records: one class per kind, all of GET parameters."""

from .base import RecordFilter, public_involvements
from .kinds import (
    ContributionFilter,
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
    "public_involvements",
]
