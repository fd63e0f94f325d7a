"""The list and the page of every record kind."""

from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

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
)
from partnership.models.record import public_rows
from partnership.public import filters
from partnership.public.addresses import list_address
from partnership.public.cut import cut_of_rows
from partnership.public.giving import who_gave
from partnership.public.parties import fund_beneficiaries, public_involvements
from partnership.public.pictures.figures import pictures_of
from partnership.public.questions import former_partners
from partnership.public.succession import (
    operation_succession,
    other_links,
    programme_succession,
    standings_beside,
)
from partnership.public.totals import outstanding_words, shown_totals

from .details import RecordDetailView
from .lists import RecordListView


class EventList(RecordListView):
    """`/events/`"""

    model = Event
    filterset_class = filters.EventFilter
    heading = _("Events")
    counted = ngettext_lazy("%(number)s event", "%(number)s events", "count")
    questions = (
        (_("For the first time"), "ordinal=1"),
        (_("Where sources disagree"), "disputed=1"),
        (_("No date given"), "undated=1"),
    )


class EventDetail(RecordDetailView):
    """`/events/<slug>/`"""

    model = Event

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the steps of other records that were taken at the event."""
        models = (ProgrammeStep, FundStep, StandingStep)
        steps = (public_rows(model.objects.filter(event=self.object), "record", "kind") for model in models)
        return super().get_context_data(**kwargs) | {"steps_here": cut_of_rows(*steps)}


class ProgrammeList(RecordListView):
    """`/programmes/`"""

    model = Programme
    filterset_class = filters.ProgrammeFilter
    heading = _("Programmes")
    counted = ngettext_lazy("%(number)s programme", "%(number)s programmes", "count")
    questions = (
        (_("In force today"), "in_force=1"),
        (_("For the first time"), "ordinal=1"),
        (_("Where sources disagree"), "disputed=1"),
        (_("No date given"), "undated=1"),
    )


class ExerciseList(RecordListView):
    """`/exercises/`"""

    model = Exercise
    filterset_class = filters.ExerciseFilter
    heading = _("Exercises")
    counted = ngettext_lazy("%(number)s exercise", "%(number)s exercises", "count")
    questions = (
        (_("For the first time"), "ordinal=1"),
        (_("Where sources disagree"), "disputed=1"),
        (_("No date given"), "undated=1"),
    )


class ExerciseDetail(RecordDetailView):
    """`/exercises/<slug>/`"""

    model = Exercise


class TargetDetail(RecordDetailView):
    """The page of a record to which contributions go; it shows the newest, the list of contributions all of them."""

    shown = 25

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the public contributions, how many there are, and their amounts."""
        contributions = self.contributions()
        self.shown_contributions = list(contributions[: self.shown])
        selection = {self.model.kind_name(): self.object.slug}
        return super().get_context_data(**kwargs) | {
            "contributions": self.shown_contributions,
            "contribution_count": contributions.count(),
            "contributions_address": list_address(Contribution, selection),
            "totals": shown_totals(contributions, selection),
        }

    def others_shown(self) -> list[Contribution]:
        """The contributions on the page."""
        return self.shown_contributions

    def contributions(self) -> QuerySet[Contribution]:
        """What was given to this record, as far as it is public."""
        return Contribution.objects.published().for_list().filter(**{self.model.kind_name(): self.object})


class ProgrammeDetail(TargetDetail):
    """`/programmes/<slug>/`"""

    model = Programme

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the programmes it stands among: the whole succession, and what else it is linked with."""
        links_to, links_from = other_links(self.object)
        return super().get_context_data(**kwargs) | {
            "succession": programme_succession(self.object),
            "links_to": links_to,
            "links_from": links_from,
        }


class FundList(RecordListView):
    """`/funds/`"""

    model = Fund
    filterset_class = filters.FundFilter
    heading = _("Funds")
    counted = ngettext_lazy("%(number)s fund", "%(number)s funds", "count")
    questions = (
        (_("Led by more than one nation"), "several_leads=1"),
        (_("Where sources disagree"), "disputed=1"),
        (_("No date given"), "undated=1"),
    )


class FundDetail(TargetDetail):
    """`/funds/<slug>/`"""

    model = Fund

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds who gave to it, and pictures of that."""
        context = super().get_context_data(**kwargs)
        pictures = pictures_of(self.contributions(), {"fund": self.object.slug}, context["totals"])
        return context | {"who_gave": who_gave(self.object), "pictures": pictures}


class ContributionList(RecordListView):
    """`/contributions/`"""

    model = Contribution
    filterset_class = filters.ContributionFilter
    heading = _("Contributions")
    counted = ngettext_lazy("%(number)s contribution", "%(number)s contributions", "count")
    questions = (
        (_("State no amount"), "amount=not-stated"),
        (
            _("By partners for partners, by their standing then"),
            "donor_standing=partner&beneficiary_standing=partner",
        ),
        (_("The donor’s standing then not known"), "donor_standing=not-known"),
        (_("Where sources disagree"), "disputed=1"),
        (_("No date given"), "undated=1"),
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the amounts of the selection and pictures of them; none while a filter cannot be read."""
        return super().get_context_data(**kwargs) | self.amounts()

    def amounts(self) -> dict[str, Any]:
        """The amounts of the selection, each row judged beside the rows that the other filters select, and pictures."""
        if not self.filterset.is_valid():
            return {"totals": None, "pictures": None}
        rows, selection = self.filterset.without(["in_total"]).qs, self.filterset.selection()
        totals = shown_totals(rows, selection)
        return {"totals": totals, "pictures": pictures_of(rows, selection, totals)}


class ContributionDetail(RecordDetailView):
    """`/contributions/<slug>/`"""

    model = Contribution

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the beneficiaries it has from its fund, where it names none of its own, and what is outstanding."""
        return super().get_context_data(**kwargs) | {
            "fund_beneficiaries": self.fund_beneficiaries,
            "outstanding": outstanding_words(self.object),
        }

    def more_rows(self) -> list[Involvement]:
        """Those of the fund, whose parties the page prints too."""
        return self.fund_beneficiaries

    @cached_property
    def fund_beneficiaries(self) -> list[Involvement]:
        """The involvements of the fund's beneficiaries; none if the contribution names its own."""
        fund = self.object.fund
        own = [row for row in self.object.involvements.all() if row.role.acts_as == ActsAs.BENEFICIARY]
        if own or fund is None or not fund.is_public:
            return []
        return list(fund_beneficiaries().filter(record=fund))


class OperationList(RecordListView):
    """`/operations/`"""

    model = Operation
    filterset_class = filters.OperationFilter
    heading = _("Operations")
    counted = ngettext_lazy("%(number)s operation", "%(number)s operations", "count")
    questions = (
        (_("In force today"), "in_force=1"),
        (_("Where sources disagree"), "disputed=1"),
        (_("No date given"), "undated=1"),
    )


class OperationDetail(TargetDetail):
    """`/operations/<slug>/`"""

    model = Operation

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the public operations before and after it."""
        return super().get_context_data(**kwargs) | {"succession": operation_succession(self.object)}


class StandingList(RecordListView):
    """`/standings/`"""

    model = Standing
    filterset_class = filters.StandingFilter
    heading = _("Standings")
    counted = ngettext_lazy("%(number)s standing", "%(number)s standings", "count")
    questions = (
        (_("In force today"), "in_force=1"),
        (_("Of parties that are members now"), "now=member"),
        (_("Where sources disagree"), "disputed=1"),
        (_("No date given"), "undated=1"),
    )

    def often_asked(self) -> tuple[tuple[str | Promise, str], ...]:
        """Adds the former partners, by the words for what a partner is."""
        return (*self.questions, *former_partners())


class StandingDetail(RecordDetailView):
    """`/standings/<slug>/`"""

    model = Standing

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds what the party is and was at the same place or organisation."""
        self.beside = standings_beside(self.object)
        return super().get_context_data(**kwargs) | {"standings": self.beside}

    def others_shown(self) -> list[Standing]:
        """The other standings of the party, whose places were called something, too."""
        others = [each.record for each in self.beside if not each.is_page]
        prefetch_related_objects(others, Prefetch("involvements", public_involvements(Standing)))
        return others
