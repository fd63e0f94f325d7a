"""The filters of contributions."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partnership.models import ActsAs, Contribution, Fund, Operation, Programme
from partnership.money import Channel, Reason, Stage
from partnership.public import then, totals
from partnership.public.facet_index import Index, as_bits, places_of
from partnership.public.parties import borrowed_beneficiaries, in_rows

from .base import RecordFilter, groups_with
from .options import (
    AmountFilter,
    ChoicesFilter,
    CodesFilter,
    EntriesFilter,
    FormFilter,
    choices_of,
    currencies,
)
from .rows import OneRow, Row, borrowed_rows
from .standings import StandingThenFilter
from .taking_part import PartyFilter, keys_of_parties, rows_in_role

IN_TOTAL = (
    (totals.COUNTED, _("Counted")),
    (Reason.NO_AMOUNT.value, _("Left out: no amount stated")),
    (Reason.RANGE.value, _("Left out: a range")),
    (Reason.RATE.value, _("Left out: a yearly rate")),
    (Reason.PART.value, _("Left out: part of another that is counted")),
)


# What is asked of a donor holds of one donor, and what is asked of a beneficiary of one beneficiary.
GIVING = {
    acts_as: OneRow({name: "party", f"{name}_standing": "standing"}, {"acts_as": [acts_as.value]})
    for name, acts_as in (("donor", ActsAs.DONOR), ("beneficiary", ActsAs.BENEFICIARY))
}


class Judged(NamedTuple):
    """What decides whether a contribution is counted: what it is by itself, and the wholes beside which it is not."""

    alone: dict[str, int]
    parts: int  # the records that are part of others of their currency and stage which can be counted
    wholes: dict[int, list[int]]  # by the place of each of them: the places of these others


class InTotalFilter(ChoicesFilter):
    """Whether a contribution is counted in the amounts of the list, or why not; it depends on the other filters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(IN_TOTAL, **kwargs)

    def pairs(self) -> Iterator[Any]:
        """None: it holds of a selection, not of a record."""
        return iter(())


class ContributionFilter(RecordFilter):
    """Filters of contributions."""

    donor = PartyFilter(label=_("Donor"), method="with_others")
    donor_standing = StandingThenFilter(label=_("Standing of the donor then"), method="with_others")
    beneficiary = PartyFilter(label=_("Beneficiary"), method="with_others")
    beneficiary_standing = StandingThenFilter(
        label=_("Standing of the beneficiary then"), method="with_others"
    )
    standing = None  # said of donors and beneficiaries apart
    fund = EntriesFilter("fund", Fund.objects.published(), "title", label=_("Fund"))
    operation = EntriesFilter("operation", Operation.objects.published(), "title", label=_("Operation"))
    programme = EntriesFilter("programme", Programme.objects.published(), "title", label=_("Programme"))
    channel = CodesFilter("channel", choices_of(Channel), label=_("Channel"))
    stage = CodesFilter("stage", choices_of(Stage), label=_("Stage"))
    form_ = FormFilter(label=_("Form"))
    currency = CodesFilter("currency", currencies(), label=_("Currency"))
    amount = AmountFilter(label=_("Amount"))
    in_total = InTotalFilter(label=_("In the amounts shown"), method="with_others")

    groups = groups_with(
        ("donor", _("Donor"), ("donor",)),
        ("beneficiary", _("Beneficiary"), ("beneficiary",)),
        ("fund", _("Fund"), ("fund",)),
        ("operation", _("Operation"), ("operation",)),
        ("programme", _("Programme"), ("programme",)),
        ("channel", _("Channel"), ("channel",)),
        ("stage", _("Stage"), ("stage",)),
        ("form", _("Form"), ("form",)),
        ("amount", _("Amount"), ("amount", "currency", "in_total")),
        ("standing", _("Standing then"), ("donor_standing", "beneficiary_standing")),
        without=["standing"],
    )
    of_the_result = ("in_total",)
    of_one_row = tuple(name for name in RecordFilter.of_one_row if name != "standing")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """The contributions for which every filter holds; what the amounts count is judged among the others."""
        queryset = super().filter_queryset(queryset)
        for acts_as, one in GIVING.items():
            if any(self.form.cleaned_data[name] for name in one.columns):
                queryset = queryset.filter(self.giving(acts_as, one))
        return totals.in_total_condition(queryset, self.form.cleaned_data["in_total"])

    def giving(self, acts_as: ActsAs, one: OneRow) -> Q:
        """That one donor or one beneficiary, be it the fund's, is all that is asked of it."""
        asked = {column: self.form.cleaned_data[name] for name, column in one.columns.items()}
        rows, conditions = rows_in_role(Contribution, acts_as), {}
        if asked["party"]:
            conditions["party__in"] = keys_of_parties(asked["party"])
            rows = rows.filter(**conditions)
        if asked["standing"]:
            rows = then.rows_with_standing(rows, asked["standing"])
        condition = in_rows(rows)
        if acts_as == ActsAs.BENEFICIARY and asked["standing"]:
            condition |= then.q_borrowed_with_standing(asked["standing"], **conditions)
        elif acts_as == ActsAs.BENEFICIARY:
            condition |= borrowed_beneficiaries(**conditions)
        return condition

    def one_row(self, name: str) -> OneRow | None:
        """Also those that ask of a donor, and those that ask of a beneficiary."""
        return next((one for one in GIVING.values() if name in one.columns), super().one_row(name))

    def result(self, index: Index) -> Judged:
        """What each published contribution is by itself, and beside which others it would be a part."""
        alone = dict(index.by_value(totals.alone()).items())
        wholes = {
            index.places[part]: [index.places[whole] for whole in above if whole in index.places]
            for part, above in totals.wholes().items()
            if part in index.places
        }
        return Judged(alone, as_bits(wholes, len(index.places)), wholes)

    def by_result(self, known: Judged, records: int) -> dict[str, int]:
        """The records by whether they are counted, or why not, among themselves."""
        marks = records.to_bytes(records.bit_length() // 8 + 1, "little")

        def among_them(place: int) -> bool:
            return place >> 3 < len(marks) and bool(marks[place >> 3] >> (place & 7) & 1)

        beside = [
            place for place in places_of(records & known.parts) if any(map(among_them, known.wholes[place]))
        ]
        part_of_another = as_bits(beside, records.bit_length())
        found = {value: records & bits for value, bits in known.alone.items()}
        found[totals.COUNTED] = found.get(totals.COUNTED, 0) & ~part_of_another
        return {**found, Reason.PART.value: part_of_another}

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

    def rows(self) -> Iterator[Row]:
        """Adds the beneficiaries of the fund, for a contribution that names none of its own."""
        yield from super().rows()
        yield from borrowed_rows()
