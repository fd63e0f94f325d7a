"""Filters over the parties that take part in a record."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from partnership import text
from partnership.models import Party, Record, Status, Term
from partnership.public.parties import family, public_involvements

from .options import EntriesFilter, Option


def in_use(model: type[Record], column: str) -> QuerySet:
    """What a column of the parties taking part holds in published records, each once."""
    rows = public_involvements(model).filter(record__status=Status.PUBLISHED)
    return rows.order_by().values_list(column, flat=True).distinct()


def keys_of_parties(slugs: Iterable[str]) -> set[int]:
    """Primary keys of the published parties with these slugs and of their children at any depth."""
    return family(Party.objects.published().filter(slug__in=slugs))


class InvolvementTermsFilter(EntriesFilter):
    """Words of one vocabulary that stand in the row of a party taking part, by slug."""

    def __init__(self, field_name: str, vocabulary: str, **kwargs: Any) -> None:
        super().__init__(
            field_name, Term.objects.published().filter(vocabulary=vocabulary), "label", **kwargs
        )

    def ids_in_use(self) -> QuerySet:
        """The words that rows of published records hold."""
        return in_use(self.model, self.field_name)


class MeetingTermsFilter(InvolvementTermsFilter):
    """Words that stand in the row of a party taking part or, for all parties, in the event itself."""

    def occurring(self) -> list[Option]:
        """The words of published events and of their rows."""
        own = super(InvolvementTermsFilter, self).ids_in_use()
        return self._options(self.entries.filter(Q(pk__in=self.ids_in_use()) | Q(pk__in=own)))


class PartyFilter(EntriesFilter):
    """Parties, by slug. Whoever is above a party that occurs is offered too, since the filter takes children in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("party", Party.objects.published(), "name", **kwargs)

    def occurring(self) -> list[Option]:
        """The parties in published records and those above them, in alphabetical order."""
        parties = {party.pk: party for party in self.entries.only("slug", "name", "parent_id")}
        shown: set[int] = set()
        for key in self.ids_in_use():
            while key in parties and key not in shown:
                shown.add(key)
                key = parties[key].parent_id
        return sorted(
            ((parties[key].slug, parties[key].name) for key in shown), key=lambda option: text.fold(option[1])
        )

    def ids_in_use(self) -> QuerySet:
        """The parties taking part in published records."""
        return in_use(self.model, "party_id")


class PartyInRoleFilter(PartyFilter):
    """Parties that take part with one meaning of a role, such as donors, by slug."""

    def __init__(self, acts_as: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.acts_as = acts_as

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The records in which one of the parties has the role."""
        return queryset.filter(self.condition(keys_of_parties(value))) if value else queryset

    def condition(self, parties: set[int]) -> Q:
        """That one of the parties has the role in the record."""
        return Q(Exists(self.rows(self.model).filter(record=OuterRef("pk"), party__in=parties)))

    def rows(self, model: type[Record]) -> QuerySet:
        """The public rows with this role, of any record of a kind."""
        return public_involvements(model).filter(role__acts_as=self.acts_as)

    def ids_in_use(self) -> QuerySet:
        """The parties that have the role in published records."""
        return super().ids_in_use().filter(role__acts_as=self.acts_as)
