"""The filters of each kind of record but contributions."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnership.models import ActsAs, Event, Vocabulary

from .base import RecordFilter, groups_with
from .options import TermsFilter
from .plain import FlagFilter, in_force, several_leads
from .rows import Row, public_terms, stated_rows
from .standings import NowFilter
from .taking_part import (
    MeetingTermsFilter,
    PartyInRoleFilter,
    StandingPlaceFilter,
    keys_of_parties,
    own_parties,
)

# A word that stands in a row, though not for readers: so the meeting's does not hold of it.
HIDDEN = "-"

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

    groups = groups_with(("kind", _("Kind"), ("kind",)))
    of_meeting = ("level", "portfolio")

    def taking_part(self, asked: dict[str, Any]) -> Q:
        """That one party taking part, or the meeting if nothing else is asked, is all that is asked."""
        if asked.keys() <= set(self.of_meeting):
            return Q(**{f"{name}__slug__in": values for name, values in asked.items()})
        return super().taking_part(asked)

    def row_has(self, name: str, values: list[str]) -> Q:
        """That the row has one of these words, stated or, for level and portfolio, the meeting's."""
        stated = super().row_has(name, values)
        if name not in self.of_meeting:
            return stated
        of_meeting = Q(**{f"{name}__isnull": True, f"record__{name}__slug__in": values})
        return stated | (Q(role__acts_as__in=AT_THE_MEETING) & of_meeting)

    def rows(self) -> Iterator[Row]:
        """The rows with their level and portfolio, stated or the meeting's; one more query."""
        terms = public_terms()
        events = Event.objects.published().order_by().values_list("pk", *self.of_meeting)
        meetings = {key: (terms.get(level, ""), terms.get(portfolio, "")) for key, level, portfolio in events}
        for row in stated_rows(Event, hidden=HIDDEN):
            if row.acts_as in AT_THE_MEETING and row.record in meetings:
                level, portfolio = meetings[row.record]
                row = row._replace(level=row.level or level, portfolio=row.portfolio or portfolio)
            level, portfolio = ("" if word == HIDDEN else word for word in (row.level, row.portfolio))
            yield row._replace(level=level, portfolio=portfolio)


class ProgrammeFilter(RecordFilter):
    """Filters of programmes."""

    kind = TermsFilter("kind", Vocabulary.PROGRAMME_KIND, label=_("Kind"))
    in_force = FlagFilter(in_force, label=_("In force today"))

    groups = groups_with(("kind", _("Kind"), ("kind",)), in_force=True)


class ExerciseFilter(RecordFilter):
    """Filters of exercises."""


class FundFilter(RecordFilter):
    """Filters of funds."""

    lead = PartyInRoleFilter(ActsAs.LEAD, label=_("Lead nation"))
    several_leads = FlagFilter(several_leads, label=_("More than one lead nation"))
    beneficiary = PartyInRoleFilter(ActsAs.BENEFICIARY, label=_("Beneficiary"))
    in_force = FlagFilter(in_force, label=_("In force today"))

    groups = groups_with(
        ("lead", _("Lead nation"), ("lead", "several_leads")),
        ("beneficiary", _("Beneficiary"), ("beneficiary",)),
        in_force=True,
    )


class OperationFilter(RecordFilter):
    """Filters of operations."""

    in_force = FlagFilter(in_force, label=_("In force today"))

    groups = groups_with(in_force=True)


class StandingFilter(RecordFilter):
    """Filters of standings."""

    at = StandingPlaceFilter(label=_("At"))
    word = TermsFilter("word", Vocabulary.STANDING, label=_("Standing"))
    now = NowFilter(label=_("Standing today"))
    standing = None  # it is the record itself
    in_force = FlagFilter(in_force, label=_("In force today"))

    groups = groups_with(
        ("at", _("At"), ("at",)),
        ("word", _("Standing"), ("word",)),
        ("now", _("Standing today"), ("now",)),
        in_force=True,
        without=["standing"],
    )
    of_one_row = tuple(name for name in RecordFilter.of_one_row if name != "standing")

    def standings_of_rows(self) -> dict[tuple[int, str], str]:
        """None: no filter asks for what a party was at the time of a standing."""
        return {}

    def taking_part(self, asked: dict[str, Any]) -> Q:
        """Adds, if a party alone is asked for, those whose standing it is."""
        condition = super().taking_part(asked)
        if asked.keys() == {"party"}:
            condition |= Q(party__in=keys_of_parties(asked["party"]))
        return condition

    def rows(self) -> Iterator[Row]:
        """Adds, as a row that says no more, the party whose standing it is."""
        yield from super().rows()
        yield from (Row(record, party) for record, party in own_parties())
