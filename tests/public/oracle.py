"""What a list must show, computed in plain Python from all rows: which records, the count beside every option, the amounts.

Everything is read once, drafts too, by plain queries; from then on nothing of the product's filters is used.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from partnership.models import Area, Contribution, Event, Fund, Party, Record, Standing, Term

from .oracle_values import (
    OF_THE_MEETING,
    Bounds,
    Entry,
    Money,
    Row,
    bounds_of,
    days_of,
    is_public,
    may_overlap,
    money_of,
    source_bounds,
    surely_covers,
    surely_overlaps,
    surely_within,
)

State = Mapping[str, list[str]]

STRONGEST_FIRST = ("member", "acceding", "partner", "observer")
GIVING = ("donor", "donor_standing", "beneficiary", "beneficiary_standing")
ONE_ROW = ("party", "role", "level", "portfolio", "ordinal", "scope", "standing")
ALSO_READ = ("q", "from", "to", "when", "running", "source_before", "sort", "in_total")


class Oracle:
    """The register, read once; answers for one kind of record."""

    def __init__(self, kind: type[Record]) -> None:
        self.kind = kind
        self.parties = {party.pk: party for party in Party.objects.all()}
        self.terms = {term.pk: term for term in Term.objects.all()}
        self.standings = list(Standing.objects.all())
        self.funds = {fund.pk: fund for fund in Fund.objects.all()}
        found = [record for record in kind.objects.all() if is_public(record)]
        self.entries = {record.slug: self._entry(record) for record in found}
        self._known: dict[Any, frozenset[str]] = {}

    # Reading

    def counts_to(self, key: int | None) -> frozenset[str]:
        """A public party and the public ones above it, as far as they are so without a gap."""
        found: list[str] = []
        while key is not None and is_public(self.parties[key]) and self.parties[key].slug not in found:
            found.append(self.parties[key].slug)
            key = self.parties[key].parent_id
        return frozenset(found)

    def _entry(self, record: Any) -> Entry:
        entry = Entry(record.slug, record.title, bounds_of(record))
        organisations = [each for each in record.organisations.all() if is_public(each)]
        areas = [each for each in record.areas.all() if is_public(each)]
        places = [each.slug for each in organisations]
        entry.rows = [*self._rows(record, record, places), *self._borrowed(record, places)]
        entry.values["organisation"] = set(places)
        entry.values["area"] = {each.slug for each in areas}
        self._add_columns(entry, record)
        self._add_citations(entry, record)
        self._add_parties(entry, record)
        self._add_words(entry, record, areas)
        self._add_flags(entry, record)
        return entry

    def _rows(self, holder: Any, record: Any, places: Collection[str]) -> list[Row]:
        """The public rows of `holder`, judged at the date and the organisations of `record`."""
        rows = []
        for row in holder.involvements.all():
            role = self.terms[row.role_id]
            if not (is_public(role) and is_public(self.parties[row.party_id])):
                continue
            meeting = isinstance(record, Event) and role.acts_as in ("takes-part", "host")
            levels = {
                name: getattr(row, f"{name}_id") or (getattr(record, f"{name}_id") if meeting else None)
                for name in OF_THE_MEETING
            }
            rows.append(
                Row(
                    self.counts_to(row.party_id),
                    role.slug,
                    role.acts_as,
                    self._word(levels["level"]),
                    self._word(levels["portfolio"]),
                    str(row.ordinal or ""),
                    self._word(row.scope_id),
                    self.standing_then(row.party_id, bounds_of(record), places),
                )
            )
        return rows

    def _word(self, key: int | None) -> str:
        return self.terms[key].slug if key and is_public(self.terms[key]) else ""

    def _borrowed(self, record: Any, places: Collection[str]) -> list[Row]:
        """The beneficiaries that a contribution has from its fund because it names none of its own."""
        fund = self.funds.get(getattr(record, "fund_id", None))
        if not isinstance(record, Contribution) or not is_public(fund):
            return []
        if any(row.acts_as == "beneficiary" for row in self._rows(record, record, places)):
            return []
        return [
            Row(row.parties, row.role, row.acts_as, standing=row.standing)
            for row in self._rows(fund, record, places)
            if row.acts_as == "beneficiary"
        ]

    def standing_then(self, party: int, bounds: Bounds, places: Collection[str]) -> str:
        """The strongest standing of a party that surely covered a date; not known if one may have; else nothing."""
        held = [
            standing
            for standing in self.standings
            if standing.party_id == party and self._counts(standing)
            if not self.counts_to(standing.at_id).isdisjoint(places)
        ]
        first, last = bounds[:2]
        sure = {self._meaning(each) for each in held if surely_covers(bounds_of(each), first, last)}
        for meaning in STRONGEST_FIRST:
            if meaning in sure:
                return meaning
        undated = (None, None, None, None)
        possible = any(
            bounds_of(each) == undated or may_overlap(bounds_of(each), first, last) for each in held
        )
        return "not-known" if possible else ""

    def _meaning(self, standing: Any) -> str:
        return self.terms[standing.word_id].acts_as

    def _counts(self, standing: Any) -> bool:
        """Whether a standing says what a party is at an organisation, to readers, and is more than a plan."""
        named = (self.parties[standing.party_id], self.parties[standing.at_id], self.terms[standing.word_id])
        return (
            is_public(standing)
            and standing.plan_state == "held"
            and self._meaning(standing) in STRONGEST_FIRST
            and all(map(is_public, named))
        )

    def _add_columns(self, entry: Entry, record: Any) -> None:
        for name in ("kind", "word", "form"):
            entry.values[name] |= {self._word(getattr(record, f"{name}_id", None))} - {""}
        for name in OF_THE_MEETING:
            entry.values[f"meeting {name}"] = {self._word(getattr(record, f"{name}_id", None))} - {""}
        for name in ("series", "part_of", "fund", "operation", "programme"):
            named = getattr(record, name, None)
            entry.values[name] |= {named.slug} if is_public(named) else set()
        if type(record).objects.filter(series=record, status="published").exists():
            entry.values["series"].add(record.slug)  # a record is a series by having a public edition
        if isinstance(record, Contribution):
            entry.values["channel"], entry.values["stage"] = {record.channel}, {record.stage}
            entry.values["currency"] = {record.currency} - {""}
            entry.values["amount"] = {"not-stated" if record.amount is None else "stated"}
            if record.form_id is None:
                entry.values["form"] = {"not-stated"}
            entry.money = money_of(record)

    def _add_citations(self, entry: Entry, record: Any) -> None:
        citations = [each for each in record.citations.select_related("source") if is_public(each.source)]
        entry.values["source"] = {each.source.slug for each in citations}
        entry.values["disputed"] = {"1" for each in citations if each.stance == "contradicts"}
        entry.sources = [source_bounds(each.source) for each in citations]

    def _add_parties(self, entry: Entry, record: Any) -> None:
        by_meaning = {"lead": "lead", "donor": "donor", "beneficiary": "beneficiary"}
        for row in entry.rows:
            if row.acts_as != "subject":
                entry.values["together"] |= row.parties
            for name, meaning in by_meaning.items():
                if row.acts_as == meaning:
                    entry.values[name] |= row.parties
            if row.acts_as in ("donor", "beneficiary") and row.standing:
                entry.values[f"{row.acts_as}_standing"].add(row.standing)
        leads = {row.party_id for row in record.involvements.all() if self._leads(row)}
        entry.values["several_leads"] = {"1"} if len(leads) > 1 else set()
        if isinstance(record, Standing):
            entry.owner = self.counts_to(record.party_id)
            entry.values["together"] |= entry.owner
            entry.values["at"] = set(self.counts_to(record.at_id))
            entry.values["now"] = self._now(record)

    def _leads(self, row: Any) -> bool:
        role = self.terms[row.role_id]
        return role.acts_as == "lead" and is_public(role) and is_public(self.parties[row.party_id])

    def _now(self, record: Standing) -> set[str]:
        """What the party is today at the same organisation, by a standing other than this one."""
        today, top = timezone.localdate(), self._top(record.at_id)
        held = [
            each
            for each in self.standings
            if each.party_id == record.party_id and self._counts(each) and self._top(each.at_id) == top
            if surely_covers(bounds_of(each), today, today)
        ]
        strongest = min((STRONGEST_FIRST.index(self._meaning(each)) for each in held), default=None)
        if strongest is None:
            return set()
        meaning = STRONGEST_FIRST[strongest]
        return (
            {meaning}
            if any(self._meaning(each) == meaning and each.pk != record.pk for each in held)
            else set()
        )

    def _top(self, key: int) -> int:
        seen = {key}
        while (above := self.parties[key].parent_id) and is_public(self.parties[above]) and above not in seen:
            seen.add(above)
            key = above
        return key

    def _add_words(self, entry: Entry, record: Any, areas: Iterable[Area]) -> None:
        own = [record.title, record.summary, record.place, record.date_stated, record.other_names]
        own += [getattr(record, name, "") for name in ("quantity", "amount_stated", "earmark", "purpose")]
        shown = [row for row in record.involvements.all() if is_public(self.parties[row.party_id])]
        shown = [row for row in shown if is_public(self.terms[row.role_id])]
        keys = {row.party_id for row in shown} | {
            getattr(record, "party_id", None),
            getattr(record, "at_id", None),
        }
        entry.texts = ["\n".join([*own, *(row.name_stated for row in shown)])]
        entry.texts += [self.parties[key].name for key in keys - {None} if is_public(self.parties[key])]
        entry.texts += [f"{area.name}\n{area.synonyms}" for area in areas]
        entry.texts = [text.casefold() for text in entry.texts]

    def _add_flags(self, entry: Entry, record: Any) -> None:
        today = timezone.localdate()
        entry.values["undated"] = {"1"} if entry.bounds == (None, None, None, None) else set()
        running = record.plan_state == "held" and surely_covers(entry.bounds, today, today)
        entry.values["in_force"] = {"1"} if running else set()

    # Answering

    def select(self, state: State) -> set[str]:
        """The slugs of the published records that a state of the filters selects."""
        found = set(self.entries)
        for condition in self._conditions(state):
            found &= self._holding(condition)
        return self._in_total(found, state["in_total"]) if state.get("in_total") else found

    def in_order(self, state: State) -> list[str]:
        """The same in the order of the list."""
        found = sorted(self.select(state))
        sort = state.get("sort", ["newest"])[0]
        if sort == "title":
            return sorted(found, key=lambda slug: self.entries[slug].title)
        first = {slug: self.entries[slug].bounds[0] for slug in found}
        dated = sorted((slug for slug in found if first[slug]), key=lambda slug: first[slug] or date.min)
        if sort == "newest":  # newest first, but by slug where the day is the same
            dated = sorted(found, key=lambda slug: -(first[slug] or date.min).toordinal())
            dated = [slug for slug in dated if first[slug]]
        return dated + [slug for slug in found if not first[slug]]

    def counts(self, state: State, name: str, options: Iterable[str]) -> dict[str, int]:
        """Beside each option of a filter: how many records there would be with it, its own others lifted."""
        kept = {each: values for each, values in state.items() if each != name}
        if name == "together":  # all of them must hold, so an option is added to those chosen
            kept["together"] = state.get("together", [])
        return {
            option: len(self.select({**kept, name: sorted({*kept.get(name, ()), option})}))
            for option in options
        }

    def options(self, name: str) -> set[str]:
        """Every value that a filter of several values can find anything by."""
        found: set[str] = set()
        if name == "in_total":
            return {"counted", "no-amount", "range", "rate", "part"}
        for entry in self.entries.values():
            if name in ONE_ROW:
                for row in entry.rows:
                    found |= row.parties if name == "party" else {getattr(row, name)}
                found |= entry.values[f"meeting {name}"] | (entry.owner if name == "party" else frozenset())
            else:
                found |= entry.values[name]
        return found - {""}

    def _conditions(self, state: State) -> list[Any]:
        """What must hold, each as a key: a filter alone, or those that must be read together."""
        row = tuple(sorted((name, tuple(state[name])) for name in ONE_ROW if state.get(name)))
        period = tuple(state.get(name, [""])[0] for name in ("from", "to", "when", "running"))
        alone = [
            (name, tuple(values))
            for name, values in sorted(state.items())
            if values and name not in (*ONE_ROW, *ALSO_READ, *GIVING)
        ]
        for meaning in ("donor", "beneficiary"):
            asked = tuple(tuple(state.get(name, ())) for name in (meaning, f"{meaning}_standing"))
            alone += [(f"{meaning} row", asked)] if any(asked) else []
        alone += [(name, tuple(state[name])) for name in ("q", "source_before") if state.get(name)]
        return [*([("row", row)] if row else []), ("period", period), *alone]

    def _holding(self, condition: Any) -> frozenset[str]:
        if condition not in self._known:
            name, asked = condition
            test = {
                "row": self._has_row,
                "donor row": lambda entry, asked: self._gives(entry, "donor", *asked),
                "beneficiary row": lambda entry, asked: self._gives(entry, "beneficiary", *asked),
                "period": self._in_period,
                "q": self._has_words,
                "source_before": self._is_old,
                "together": lambda entry, values: set(values) <= entry.values["together"],
            }.get(name, lambda entry, values: not entry.values[name].isdisjoint(values))
            self._known[condition] = frozenset(
                slug for slug, entry in self.entries.items() if test(entry, asked)
            )
        return self._known[condition]

    def _has_row(self, entry: Entry, asked: Any) -> bool:
        return entry.has_row(dict(asked), self.kind)

    @staticmethod
    def _gives(entry: Entry, meaning: str, parties: Collection[str], standings: Collection[str]) -> bool:
        """Whether one row with the role is of one of the parties, which had one of the standings."""
        return any(
            row.acts_as == meaning
            and (not parties or not row.parties.isdisjoint(parties))
            and (not standings or row.standing in standings)
            for row in entry.rows
        )

    def _in_period(self, entry: Entry, asked: tuple[str, ...]) -> bool:
        start, end, when, running = asked
        first, last = (start and days_of(start)[0]) or None, (end and days_of(end)[1]) or None
        may = when == "may"
        if (start or end) and not (may_overlap if may else surely_within)(entry.bounds, first, last):
            return False
        return not running or (may_overlap if may else surely_overlaps)(entry.bounds, *days_of(running))

    def _has_words(self, entry: Entry, asked: tuple[str, ...]) -> bool:
        beginnings = [rf"\b{re.escape(word)}" for word in asked[0].casefold().split()]
        return all(any(re.search(each, text) for text in entry.texts) for each in beginnings)

    def _is_old(self, entry: Entry, asked: tuple[str, ...]) -> bool:
        limit = date.fromordinal(days_of(asked[0])[0].toordinal() - 1)
        return bool(entry.sources) and all(surely_within(each, None, limit) for each in entry.sources)

    # Amounts

    def reasons(self, selected: Collection[str]) -> dict[str, str]:
        """For each selected contribution: counted, or why it is left out."""
        return {slug: self._reason(slug, selected) for slug in selected}

    def _reason(self, slug: str, selected: Collection[str]) -> str:
        own: Money = self.entries[slug].money
        if fault := own.fault():
            return fault
        whole, seen = own.whole, {slug}
        while whole in self.entries and whole not in seen:  # what is hidden says nothing of what is above it
            seen.add(whole)
            other = self.entries[whole].money
            alike = (other.currency, other.stage) == (own.currency, own.stage)
            if whole in selected and alike and not other.fault():
                return "part"
            whole = other.whole
        return "counted"

    def _in_total(self, selected: set[str], wanted: Collection[str]) -> set[str]:
        return {slug for slug, reason in self.reasons(selected).items() if reason in wanted}

    def amounts(self, state: State) -> tuple[dict[tuple[str, str], tuple[Decimal, int]], dict[str, int]]:
        """(currency, stage) -> amount and rows, and how many are left out for each reason, of a selection."""
        selected = self.select({name: values for name, values in state.items() if name != "in_total"})
        wanted = state.get("in_total") or ("counted", "no-amount", "range", "rate", "part")
        figures: dict[tuple[str, str], tuple[Decimal, int]] = {}
        left: dict[str, int] = defaultdict(int)
        for slug, reason in self.reasons(selected).items():
            own: Money = self.entries[slug].money
            if reason not in wanted:
                continue
            if reason != "counted":
                left[reason] += 1
                continue
            amount, count = figures.get((own.currency, own.stage), (Decimal(0), 0))
            figures[own.currency, own.stage] = amount + (own.amount or Decimal(0)), count + 1
        return figures, dict(left)
