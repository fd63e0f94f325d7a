"""Names and standing of the time on a page that shows records."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Self

from django.db.models import Prefetch, prefetch_related_objects

from partnership.dates import NO_BOUNDS
from partnership.models import Involvement, Party, Record, Standing, Term

from .names import Names
from .standings import Standings


class Then:
    """What the parties of a page's records were called and what they were when each record's fact took place.

    A standing names two parties itself, whose it is and at which: of these the names are told, too.

    `records` are all those of which the page prints parties, of any kinds, with their involvements and these
    rows' parties fetched; `more` are rows printed with a record that are not its own, such as the beneficiaries
    that a contribution has from its fund. At most three queries and one for each kind; none for no parties.
    """

    def __init__(self, records: Iterable[Record], more: Iterable[Involvement] = ()) -> None:
        shown = list(records)
        parties = {row.party_id for record in shown for row in record.involvements.all()}
        parties |= {row.party_id for row in more}
        standings = [record for record in shown if isinstance(record, Standing)]
        own = {party for record in standings for party in (record.party_id, record.at_id)}
        self._names = Names(parties | own)
        self._standings = Standings(parties)
        self._organisations = _organisations(shown) if self._standings else {}

    @classmethod
    def for_record(cls, record: Record, more: Iterable[Involvement] = ()) -> Self:
        """The names and standings for the page of one record."""
        return cls([record], more)

    def name(self, record: Record, row: Involvement) -> str:
        """What the row's party is called in the record.

        The one name whose sure period covers the record, else the name that the source states, else today's.
        """
        return self._names.then(row.party_id, record.bounds) or row.name_stated or row.party.name

    def name_of(self, record: Record, party: Party) -> str:
        """What a party that the record itself names, such as whose standing it is, was called then; else today's name."""
        return self._names.then(party.pk, record.bounds) or party.name

    def as_stated(self, record: Record, row: Involvement) -> bool:
        """Whether that name is the source's own, of no known time."""
        return bool(row.name_stated) and not self._names.then(row.party_id, record.bounds)

    def today(self, record: Record, row: Involvement) -> str:
        """The party's name today, where it is called otherwise in the record; else empty."""
        return "" if self.name(record, row) == row.party.name else row.party.name

    def standing(self, record: Record, row: Involvement) -> Term | None:
        """The word for what the row's party was then at the record's organisations, or None."""
        return self._standings.then(row.party_id, record.bounds, self._organisations_of(record))

    def standing_unknown(self, record: Record, rows: Iterable[Involvement] | None = None) -> bool:
        """Whether a party has a standing at the record's organisations, but the record has no date to judge by.

        Asked of the given rows, or of all that take part in the record.
        """
        if record.bounds != NO_BOUNDS:
            return False
        organisations = self._organisations_of(record)
        return any(
            self._standings.not_known(row.party_id, NO_BOUNDS, organisations)
            for row in (record.involvements.all() if rows is None else rows)
        )

    def _organisations_of(self, record: Record) -> frozenset[int]:
        return self._organisations.get((record.kind_name(), record.pk), frozenset())


def _organisations(records: list[Record]) -> dict[tuple[str, Any], frozenset[int]]:
    """The public organisations of records, by (kind, primary key). One query for each kind that has not fetched them."""
    by_kind: dict[type[Record], list[Record]] = defaultdict(list)
    for record in records:
        by_kind[type(record)].append(record)
    for alike in by_kind.values():
        prefetch_related_objects(alike, Prefetch("organisations", Party.objects.published()))
    return {
        (record.kind_name(), record.pk): frozenset(party.pk for party in record.organisations.all())
        for record in records
    }
