"""The filters of each kind of record."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partnership.models import ActsAs, Contribution, Fund, Standing, Status, Vocabulary
from partnership.money import Channel, Stage
from partnership.public.parties import borrowed_beneficiaries, public_involvements

from .base import FlagFilter, RecordFilter
from .options import CodesFilter, CurrencyFilter, EntriesFilter, TermsFilter
from .taking_part import MeetingTermsFilter, PartyFilter, PartyInRoleFilter, keys_of_parties

# Who came to a meeting came at its level; who was only talked about did not.
AT_THE_MEETING = (ActsAs.TAKES_PART, ActsAs.HOST)


class EventFilter(RecordFilter):
    """Filters of events. A row that states no level or portfolio has that of the meeting, if the party came.

    Asked for alone, level and portfolio are those of the meeting itself.
    """

    kind = TermsFilter("kind", Vocabulary.EVENT_KIND, label=_("Kind"))
    level = MeetingTermsFilter("level", Vocabulary.LEVEL, label=_("Level"), method="with_others")
    portfolio = MeetingTermsFilter(
        "portfolio", Vocabulary.PORTFOLIO, label=_("Portfolio"), method="with_others"
    )

    of_one_row = (*RecordFilter.of_one_row, "level", "portfolio")
    of_meeting = ("level", "portfolio")

    def taking_part(self, asked: dict[str, Any]) -> Q:
        """That one party taking part, or the meeting if nothing else is asked, is all that is asked."""
        if asked.keys() <= set(self.of_meeting):
            return Q(**{f"{name}__slug__in": values for name, values in asked.items()})
        return super().taking_part(asked)

    def rows_taking_part(self, asked: dict[str, Any]) -> QuerySet:
        """The rows with their level and portfolio, stated or the meeting's."""
        rows = super().rows_taking_part(asked)
        for name in self.of_meeting:
            if values := asked.get(name):
                of_meeting = {f"{name}__isnull": True, f"record__{name}__slug__in": values}
                came = Q(role__acts_as__in=AT_THE_MEETING)
                rows = rows.filter(Q(**{f"{name}__slug__in": values}) | (came & Q(**of_meeting)))
        return rows


class ProgrammeFilter(RecordFilter):
    """Filters of programmes."""

    kind = TermsFilter("kind", Vocabulary.PROGRAMME_KIND, label=_("Kind"))


class ExerciseFilter(RecordFilter):
    """Filters of exercises."""


class FundFilter(RecordFilter):
    """Filters of funds."""

    lead = PartyInRoleFilter(ActsAs.LEAD, label=_("Lead nation"))
    beneficiary = PartyInRoleFilter(ActsAs.BENEFICIARY, label=_("Beneficiary"))


class OperationFilter(RecordFilter):
    """Filters of operations."""


def fund_beneficiaries() -> QuerySet:
    """The primary keys of the beneficiaries of the published funds to which published contributions go."""
    funds = Contribution.objects.published().order_by().values("fund")
    rows = public_involvements(Fund).filter(record__status=Status.PUBLISHED, record__in=funds)
    return rows.filter(role__acts_as=ActsAs.BENEFICIARY).order_by().values_list("party_id", flat=True)


class ContributionPartyFilter(PartyFilter):
    """Parties of a contribution: those that take part in it, and the beneficiaries of its fund."""

    def ids_in_use(self) -> QuerySet:
        """The parties of published contributions and the beneficiaries of their funds."""
        return super().ids_in_use().union(fund_beneficiaries())


class ContributionBeneficiaryFilter(PartyInRoleFilter):
    """Beneficiaries of a contribution: its own or, if it names none, those of its fund."""

    def condition(self, parties: set[int]) -> Q:
        """That one of the parties is a beneficiary of the contribution or of its fund."""
        return super().condition(parties) | borrowed_beneficiaries(party__in=parties)

    def ids_in_use(self) -> QuerySet:
        """The beneficiaries of published contributions and of the published funds they go to."""
        return super().ids_in_use().union(fund_beneficiaries())


class ContributionFilter(RecordFilter):
    """Filters of contributions."""

    party = ContributionPartyFilter(label=_("Party"), method="with_others")
    donor = PartyInRoleFilter(ActsAs.DONOR, label=_("Donor"))
    beneficiary = ContributionBeneficiaryFilter(ActsAs.BENEFICIARY, label=_("Beneficiary"))
    fund = EntriesFilter("fund", Fund.objects.published(), "title", label=_("Fund"))
    channel = CodesFilter("channel", Channel, label=_("Channel"))
    stage = CodesFilter("stage", Stage, label=_("Stage"))
    form_ = TermsFilter("form", Vocabulary.FORM, label=_("Form"))
    currency = CurrencyFilter("currency", label=_("Currency"))
    no_amount = FlagFilter(label=_("No amount stated"), method="without_amount")

    def taking_part(self, asked: dict[str, Any]) -> Q:
        """Adds the beneficiaries of the fund, for a contribution that names none of its own."""
        condition = super().taking_part(asked)
        if asked.keys() <= {"party", "role"}:
            borrowed = {}
            if parties := asked.get("party"):
                borrowed["party__in"] = keys_of_parties(parties)
            if roles := asked.get("role"):
                borrowed["role__slug__in"] = roles
            condition |= borrowed_beneficiaries(**borrowed)
        return condition

    def without_amount(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """The contributions whose sources state no amount."""
        return queryset.filter(amount__isnull=True) if value else queryset


class StandingPartyFilter(PartyFilter):
    """Parties of a standing: whose it is, and others that have to do with it."""

    def ids_in_use(self) -> QuerySet:
        """The parties of published standings."""
        return (
            super()
            .ids_in_use()
            .union(Standing.objects.published().order_by().values_list("party_id", flat=True))
        )


class StandingPlaceFilter(PartyFilter):
    """Organisations and bodies at which parties have a standing; a body counts to its organisation."""

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The standings at one of the parties or at a body under it."""
        return queryset.filter(at__in=keys_of_parties(value)) if value else queryset

    def ids_in_use(self) -> QuerySet:
        """Where published standings are."""
        return Standing.objects.published().order_by().values_list("at_id", flat=True).distinct()


class StandingFilter(RecordFilter):
    """Filters of standings."""

    party = StandingPartyFilter(label=_("Party"), method="with_others")
    at = StandingPlaceFilter(label=_("At"))
    word = TermsFilter("word", Vocabulary.STANDING, label=_("Standing"))

    def taking_part(self, asked: dict[str, Any]) -> Q:
        """Adds, if a party alone is asked for, those whose standing it is."""
        condition = super().taking_part(asked)
        if asked.keys() == {"party"}:
            condition |= Q(party__in=keys_of_parties(asked["party"]))
        return condition
