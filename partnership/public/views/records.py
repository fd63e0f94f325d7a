"""The list and the page of every record kind."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partnership.models import (
    ActsAs,
    Contribution,
    Event,
    Exercise,
    Fund,
    FundStep,
    Involvement,
    Operation,
    Programme,
    ProgrammeStep,
    Standing,
    StandingStep,
    Status,
)
from partnership.public import filters

from .details import RecordDetailView
from .lists import RecordListView


class EventList(RecordListView):
    """`/events/`"""

    model = Event
    filterset_class = filters.EventFilter
    heading = _("Events")


class EventDetail(RecordDetailView):
    """`/events/<slug>/`"""

    model = Event

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the steps of other records that were taken at the event."""
        return super().get_context_data(**kwargs) | {
            "steps_here": [
                step
                for model in (ProgrammeStep, FundStep, StandingStep)
                for step in model.objects.filter(
                    event=self.object, record__status=Status.PUBLISHED, kind__status=Status.PUBLISHED
                ).select_related("record", "kind")
            ]
        }


class ProgrammeList(RecordListView):
    """`/programmes/`"""

    model = Programme
    filterset_class = filters.ProgrammeFilter
    heading = _("Programmes")


class ExerciseList(RecordListView):
    """`/exercises/`"""

    model = Exercise
    filterset_class = filters.ExerciseFilter
    heading = _("Exercises")


class ExerciseDetail(RecordDetailView):
    """`/exercises/<slug>/`"""

    model = Exercise


class TargetDetail(RecordDetailView):
    """The page of a record to which contributions go; it shows the newest `shown` of them, or all."""

    shown: int | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the public contributions and how many there are."""
        contributions = self.contributions()
        return super().get_context_data(**kwargs) | {
            "contributions": contributions[: self.shown],
            "contribution_count": contributions.count(),
        }

    def contributions(self) -> QuerySet[Contribution]:
        """What was given to this record, as far as it is public."""
        return Contribution.objects.published().for_list().filter(**{self.model.kind_name(): self.object})


class ProgrammeDetail(TargetDetail):
    """`/programmes/<slug>/`"""

    model = Programme


class FundList(RecordListView):
    """`/funds/`"""

    model = Fund
    filterset_class = filters.FundFilter
    heading = _("Funds")


class FundDetail(TargetDetail):
    """`/funds/<slug>/`; the list of contributions, filtered by the fund, holds the others."""

    model = Fund
    shown = 25


class ContributionList(RecordListView):
    """`/contributions/`"""

    model = Contribution
    filterset_class = filters.ContributionFilter
    heading = _("Contributions")


class ContributionDetail(RecordDetailView):
    """`/contributions/<slug>/`"""

    model = Contribution

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the beneficiaries it has from its fund, where it names none of its own."""
        return super().get_context_data(**kwargs) | {"fund_beneficiaries": self.fund_beneficiaries()}

    def fund_beneficiaries(self) -> list[Involvement]:
        """The involvements of the fund's beneficiaries; none if the contribution names its own."""
        fund = self.object.fund
        own = [row for row in self.object.involvements.all() if row.role.acts_as == ActsAs.BENEFICIARY]
        if own or fund is None or not fund.is_public:
            return []
        rows = filters.public_involvements(Fund)
        return list(rows.filter(record=fund, role__acts_as=ActsAs.BENEFICIARY))


class OperationList(RecordListView):
    """`/operations/`"""

    model = Operation
    filterset_class = filters.OperationFilter
    heading = _("Operations")


class OperationDetail(TargetDetail):
    """`/operations/<slug>/`"""

    model = Operation

    def get_queryset(self) -> QuerySet[Operation]:
        """Operations with the one they follow."""
        return super().get_queryset().select_related("follows")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the public operations that followed."""
        return super().get_context_data(**kwargs) | {
            "followed_by": Operation.objects.published().filter(follows=self.object)
        }


class StandingList(RecordListView):
    """`/standings/`"""

    model = Standing
    filterset_class = filters.StandingFilter
    heading = _("Standings")


class StandingDetail(RecordDetailView):
    """`/standings/<slug>/`"""

    model = Standing
