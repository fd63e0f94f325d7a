"""The rule of `standings` for the database: which parties taking part had a standing when the record's fact took place."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from partnership import dates
from partnership.models import ActsAs, Contribution, Record
from partnership.public.parties import Ancestry, fund_beneficiaries, names_beneficiaries

from .standings import NOT_KNOWN, STRENGTH, organisations_told, such_standings


def rows_with_standing(rows: QuerySet, values: Collection[str]) -> QuerySet:
    """Of rows of parties taking part in records of one kind, those whose party was one of the values then.

    A value is a meaning of `STRENGTH`, met by the party whose strongest standing then has it, or `NOT_KNOWN`.
    """
    kind = rows.model._meta.get_field("record").related_model
    return rows.filter(_q_then(kind, values, lambda column: OuterRef(f"record__{column}")))


def q_borrowed_with_standing(values: Collection[str], **conditions: Any) -> Q:
    """That a contribution has a beneficiary of its fund, naming none of its own, that was one of the values then.

    `conditions` are further ones on the row of the fund.

    Judged at the date and the organisations of the contribution, not of its fund.
    """
    beneficiaries = fund_beneficiaries().filter(
        _q_then(Contribution, values, lambda column: OuterRef(OuterRef(column))),
        record=OuterRef("fund"),
        **conditions,
    )
    return ~names_beneficiaries() & Q(Exists(beneficiaries))


def _q_then(kind: type[Record], values: Collection[str], of_record: Callable[[str], Any]) -> Q:
    """That the party of a row was one of the values; `of_record` refers to a column of the record of that kind.

    The reference is made as from within a subquery of the rows.
    """
    places = _places(kind)
    surely = dates.q_surely_covers(of_record("earliest"), of_record("latest"))
    possibly = dates.q_undated() | dates.q_may_overlap(
        _or(of_record("earliest"), date.min), _or(of_record("latest"), date.max)
    )

    def has(*meanings: ActsAs, when: Q) -> Q:
        found = _NEVER
        for organisation, at in places.items():
            told = organisations_told(kind).filter(party=organisation, **{kind.kind_name(): of_record("pk")})
            held = such_standings().filter(
                when, party=OuterRef("party"), at__in=at, word__acts_as__in=meanings
            )
            found |= Q(Exists(told)) & Q(Exists(held.order_by()))
        return found

    wanted = _NEVER
    for number, meaning in enumerate(STRENGTH):
        if meaning in values:
            wanted |= has(meaning, when=surely) & ~has(*STRENGTH[:number], when=surely)
    if NOT_KNOWN in values:
        wanted |= has(*STRENGTH, when=possibly) & ~has(*STRENGTH, when=surely)
    return wanted


_NEVER = Q(pk__in=())


def _or(column: Any, day: date) -> Any:
    """The column, or a day beyond every other where it is open or not known."""
    return Coalesce(column, Value(day), output_field=DateField())


def _places(kind: type[Record]) -> dict[int, set[int]]:
    """By public organisation told of in records of a kind: where a standing counts as one at it. Three queries."""
    ancestry = Ancestry()
    places: dict[int, set[int]] = defaultdict(set)
    for place in such_standings().order_by().values_list("at", flat=True).distinct():
        for organisation in ancestry.line([place]):
            places[organisation].add(place)
    told = organisations_told(kind).filter(party__in=places).order_by().values_list("party", flat=True)
    return {organisation: places[organisation] for organisation in told.distinct()}
