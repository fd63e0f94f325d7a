"""The rows of parties taking part as plain values, for counting what many of them have in common."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from partnership.models import ActsAs, Contribution, Record, Status, Term
from partnership.public.parties import borrowed, public_involvements


class Row(NamedTuple):
    """One public row of a published record: slugs, "" for what is not stated.

    `record` is the record's primary key, `acts_as` the meaning of the role. `standing` is that of the party at
    the date of the record, which the rows themselves do not hold: it is empty here.
    """

    record: int
    party: str
    role: str = ""
    acts_as: str = ""
    level: str = ""
    portfolio: str = ""
    ordinal: int | None = None
    scope: str = ""
    standing: str = ""


class OneRow(NamedTuple):
    """Filters that must hold of one and the same row: for each the column of `Row` that it reads.

    `having` is what the row must be besides, such as a donor.
    """

    columns: Mapping[str, str]
    having: Mapping[str, Collection[str]] = {}


def stated_rows(model: type[Record], hidden: str = "") -> Iterator[Row]:
    """The public rows of the published records of a kind, as they stand; two queries.

    A word that is not public is `hidden`.
    """
    terms = public_terms()

    def word(key: int | None) -> str:
        return "" if key is None else terms.get(key, hidden)

    rows = public_involvements(model).filter(record__status=Status.PUBLISHED).order_by()
    for record, party, role, acts_as, level, portfolio, ordinal, scope in rows.values_list(
        "record_id", "party__slug", "role__slug", "role__acts_as", "level", "portfolio", "ordinal", "scope"
    ):
        yield Row(
            record,
            party,
            role,
            acts_as,
            word(level),
            word(portfolio),
            ordinal,
            word(scope),
        )


def public_terms() -> dict[int | None, str]:
    """The slugs of the published words by primary key."""
    return dict(Term.objects.published().order_by().values_list("pk", "slug"))


def borrowed_rows() -> Iterator[Row]:
    """The beneficiaries that published contributions have from their funds, naming none of their own; two queries."""
    for record, party, role in borrowed(Contribution.objects.published(), "party__slug", "role__slug"):
        yield Row(record, party, role, ActsAs.BENEFICIARY.value)
