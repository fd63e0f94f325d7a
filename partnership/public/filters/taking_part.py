"""Filters over the parties that take part in a record."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from partnership.models import ActsAs, Contribution, Party, Record, Standing, Status
from partnership.public.parties import families, family, public_involvements, takes_part, with_role

from .fields import TogetherField
from .options import EntriesFilter, Pair, TermsFilter
from .rows import borrowed_rows


def keys_of_parties(slugs: Iterable[str]) -> set[int]:
    """Primary keys of the published parties with these slugs and of their children at any depth."""
    return family(Party.objects.published().filter(slug__in=slugs))


class InvolvementTermsFilter(TermsFilter):
    """Words of one vocabulary that stand in the row of a party taking part, by slug."""

    def pairs(self) -> Iterator[Pair]:
        """None: a word holds of a row, see `RecordFilter.rows`."""
        return iter(())

    def in_use(self) -> QuerySet:
        """All: which of them rows have is for the rows to say."""
        return self.entries


class MeetingTermsFilter(InvolvementTermsFilter):
    """Words that stand in the row of a party taking part or, for all parties, in the event itself."""

    def pairs(self) -> Iterator[Pair]:
        """The published events with the word of the meeting itself."""
        return TermsFilter.pairs(self)


class PartyFilter(EntriesFilter):
    """Parties, by slug; those under them are taken in."""

    takes_children_in = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("party", Party.objects.published(), "name", **kwargs)

    def pairs(self) -> Iterator[Pair]:
        """None: that a party takes part holds of a row, see `RecordFilter.rows`."""
        return iter(())

    def in_use(self) -> QuerySet:
        """All: which of them take part is for the rows to say."""
        return self.entries


def own_parties() -> QuerySet:
    """The published standings with the slug of the published party whose standing it is."""
    standings = Standing.objects.published().filter(party__status=Status.PUBLISHED).order_by()
    return standings.values_list("pk", "party__slug")


class TogetherFilter(PartyFilter):
    """Parties that all take part in a record, whatever their roles; who is only talked about does not.

    A party takes part by one under it; in a standing also takes part whose it is, and in a contribution the
    beneficiaries of its fund unless it names its own.
    """

    field_class = TogetherField

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The records in which every one of the parties takes part."""
        if value:
            for members in families(Party.objects.published().filter(slug__in=value)):
                queryset = queryset.filter(takes_part(self.model, members))
        return queryset

    def pairs(self) -> Iterator[Pair]:
        """The published records with the parties that take part in them."""
        rows = public_involvements(self.model).exclude(role__acts_as=ActsAs.SUBJECT)
        rows = rows.filter(record__status=Status.PUBLISHED).order_by()
        yield from rows.values_list("record_id", "party__slug")
        if issubclass(self.model, Contribution):
            yield from ((row.record, row.party) for row in borrowed_rows())
        if issubclass(self.model, Standing):
            yield from own_parties()


class PartyInRoleFilter(PartyFilter):
    """Parties that take part with one meaning of a role, such as donors, by slug."""

    def __init__(self, acts_as: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.acts_as = acts_as

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The records in which one of the parties has the role."""
        return (
            queryset.filter(with_role(self.model, self.acts_as, keys_of_parties(value)))
            if value
            else queryset
        )

    def pairs(self) -> Iterator[Pair]:
        """The published records with the parties that have the role in them."""
        rows = rows_in_role(self.model, self.acts_as).filter(record__status=Status.PUBLISHED)
        yield from rows.order_by().values_list("record_id", "party__slug")


def rows_in_role(model: type[Record], acts_as: str) -> QuerySet:
    """The public rows of parties taking part in records of a kind with one meaning of a role."""
    return public_involvements(model).filter(role__acts_as=acts_as)


class StandingPlaceFilter(PartyFilter):
    """Organisations and bodies at which parties have a standing; a body counts to its organisation."""

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        """The standings at one of the parties or at a body under it."""
        return queryset.filter(at__in=keys_of_parties(value)) if value else queryset

    def pairs(self) -> Iterator[Pair]:
        """The published standings with the published party at which they are."""
        standings = Standing.objects.published().filter(at__status=Status.PUBLISHED).order_by()
        yield from standings.values_list("pk", "at__slug")
