"""A register by a seeded generator: about sixty records of each kind with whatever a filter can meet, drafts among it."""

import random
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from partnership import search
from partnership.models import (
    RECORD_MODELS,
    Contribution,
    Event,
    Fund,
    Programme,
    Record,
    Standing,
    Vocabulary,
)
from tests.factories import (
    add_step,
    make_area,
    make_party,
    make_source,
    make_term,
    state,
)

RECORDS = 60

ORGANISATIONS = ("first-org", "second-org")
BODIES = ("first-body", "second-body")
COUNTRIES = tuple(f"country-{letter}" for letter in "abcdef")
OTHERS = ("force-a", "agency-b", "unit-of-force-a")
PUBLIC_PARTIES = (*ORGANISATIONS, *BODIES, *COUNTRIES, *OTHERS)
HIDDEN_PARTIES = ("hidden-land", "hidden-ministry")
ROLES = ("participant", "host", "subject", "lead-nation", "donor", "beneficiary", "hidden-role")
LEVELS = ("heads", "ministers", "officials")
PORTFOLIOS = ("defence", "foreign-affairs")
SCOPES = ("scope-ever", "scope-kind")
AREAS = ("cyber", "relief", "hidden-area")
SOURCES = ("source-old", "source-new", "source-about", "source-undated", "hidden-source")
STANDINGS = ("member", "acceding", "partner", "observer", "mission")
FORMS = ("money", "goods")
METALS = ("copper", "iron", "tin", "zinc")
KINDS = {"event": ("summit", "visit"), "programme": ("plan", "project")}

DATES = (
    *("2008", "2010", "2012-06", "2014-02-03", "2015", "2015-07", "2016-11", "2019", "2021-01"),
    *("2014~", "2012?", "199X", "2010/2013", "2015/..", "2004/..", "2012/", "../2011", "2014-03/2016"),
    *("", "", ""),
)
MEANINGS = {"member": "member", "acceding": "acceding", "partner": "partner", "observer": "observer"}


class Generator:
    """Writes the register; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made: dict[type[Record], list[Any]] = {}
        self.waiting: dict[type[Any], list[Any]] = defaultdict(list)  # rows to write in bulk at the end

    def build(self) -> None:
        """Write all of it, indexed at the end."""
        for kept in (party, term, area_of, source):
            kept.cache_clear()  # they may be of a register that is gone
        with search.batch():
            self._references()
            for kind in (Fund, Programme, *(each for each in RECORD_MODELS if each not in (Fund, Programme))):
                self.made[kind] = []
                for number in range(RECORDS):
                    self.made[kind].append(self._record(kind, number))
            for model, rows in self.waiting.items():
                model.objects.bulk_create(rows)

    def _references(self) -> None:
        for slug in ORGANISATIONS:
            make_party(slug, kind="organisation")
        for slug, above in zip(BODIES, ORGANISATIONS, strict=True):
            make_party(slug, kind="body", parent=make_party(above))
        for slug in COUNTRIES:
            make_party(slug)
        make_party("hidden-land", status="draft")
        hidden = make_party("hidden-ministry", status="draft", parent=make_party("country-b"))
        make_party("agency-b", parent=hidden)  # country-b is above it, but not for readers
        force = make_party("force-a", parent=make_party("country-a"))
        make_party("unit-of-force-a", parent=force)
        make_area("cyber", synonyms="Digital resilience")
        make_area("relief")
        make_area("hidden-area", status="draft")
        make_term(Vocabulary.ROLE, "hidden-role", status="draft", acts_as="takes-part")
        for slug in STANDINGS:
            make_term(Vocabulary.STANDING, slug, acts_as=MEANINGS.get(slug, "none"))
        for slug, date in (("old", "2009-05"), ("new", "2020"), ("about", "2008~"), ("undated", "")):
            make_source(f"source-{slug}", date=date)
        make_source("hidden-source", status="draft", date="2001")

    # Records

    def _record(self, kind: type[Record], number: int) -> Any:
        chance = self.chance
        fields = self._own_fields(kind)
        status = chance.choices(("published", "draft", "withdrawn"), (85, 12, 3))[0]
        record = kind.objects.create(
            slug=f"{kind.kind_name()}-{number}",
            title=f"{chance.choice(METALS).capitalize()} {kind.kind_name()} {number:03}",
            date=chance.choice(DATES),
            plan_state=chance.choices(("held", "planned", "cancelled"), (8, 1, 1))[0],
            **state(status),
            **fields,
        )
        self._add_places(record)
        self._add_rows(record)
        self._add_citations(record)
        if hasattr(record, "steps") and not record.date and chance.random() < 0.6:
            add_step(record, "step-agreed", chance.choice(("2011", "2015-04", "2018~")))
            if chance.random() < 0.4:
                add_step(record, "step-ended", chance.choice(("2019", "")))
        return record

    def _own_fields(self, kind: type[Record]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        earlier = self.made[kind]
        for name in ("series", "part_of"):
            if earlier and self.chance.random() < 0.25:
                fields[name] = self.chance.choice(earlier[:12])
        if kind.kind_name() in KINDS:
            vocabulary = {"event": Vocabulary.EVENT_KIND, "programme": Vocabulary.PROGRAMME_KIND}[
                kind.kind_name()
            ]
            fields["kind"] = term(vocabulary, self.chance.choice(KINDS[kind.kind_name()]))
        if kind is Event:
            fields |= self._words(
                level=(Vocabulary.LEVEL, LEVELS), portfolio=(Vocabulary.PORTFOLIO, PORTFOLIOS)
            )
        if kind is Standing:
            owner, at = self.chance.sample((*PUBLIC_PARTIES, "hidden-land"), 2)
            if self.chance.random() < 0.8:
                owner, at = self.chance.choice(COUNTRIES[:4]), self.chance.choice((*ORGANISATIONS, *BODIES))
            word = term(Vocabulary.STANDING, self.chance.choice(STANDINGS))
            fields |= {"party": party(owner), "at": party(at), "word": word}
        if kind is Contribution:
            fields |= self._giving()
            if (whole := fields.get("part_of")) and self.chance.random() < 0.6:
                fields |= {"amount": 1, "currency": whole.currency or "USD", "stage": whole.stage}
        return fields

    def _giving(self) -> dict[str, Any]:
        chance = self.chance
        fields = self._words(form=(Vocabulary.FORM, FORMS))
        target = chance.choice((Fund, Fund, Programme, None))
        if target:
            fields[target.kind_name()] = chance.choice(self.made[target][:10])
        fields["channel"] = chance.choice(("trust-fund", "other", "not-stated"))
        fields["stage"] = chance.choice(("pledged", "paid", "paid", "not-stated"))
        if chance.random() < 0.75:
            amount = chance.choice((1, 2.5, 1000, 1_000_000.01))
            fields |= {"amount": amount, "currency": chance.choice(("USD", "EUR"))}
            fields["qualifier"] = chance.choice(("exact", "exact", "about"))
            fields["per"] = chance.choices(("once", "year"), (9, 1))[0]
            if chance.random() < 0.15:
                fields["amount_upper"] = amount + chance.choice((0, 5))
        return fields

    def _words(self, **vocabularies: tuple[str, Sequence[str]]) -> dict[str, Any]:
        return {
            name: term(vocabulary, self.chance.choice(slugs))
            for name, (vocabulary, slugs) in vocabularies.items()
            if self.chance.random() < 0.6
        }

    def _some(self, values: Sequence[str], most: int) -> tuple[str, ...]:
        return tuple(self.chance.sample(values, self.chance.randint(0, most)))

    def _add_places(self, record: Record) -> None:
        kind = type(record)
        own = f"{kind.kind_name()}_id"
        for organisation in self.chance.sample(ORGANISATIONS, self.chance.choice((1, 1, 2))):
            through = kind.organisations.through
            self.waiting[through].append(through(**{own: record.pk, "party_id": party(organisation).pk}))
        for area in self._some(AREAS, 2):
            through = kind.areas.through
            self.waiting[through].append(through(**{own: record.pk, "area_id": area_of(area).pk}))

    def _add_rows(self, record: Record) -> None:
        model = record.involvements.model
        for slug in self.chance.sample((*PUBLIC_PARTIES, "hidden-land"), self.chance.choice((0, 1, 2, 3, 4))):
            words = self._words(
                level=(Vocabulary.LEVEL, LEVELS),
                portfolio=(Vocabulary.PORTFOLIO, PORTFOLIOS),
                scope=(Vocabulary.SCOPE, SCOPES),
            )
            row = model(
                key=f"{record.slug}.{slug}",
                record=record,
                party=party(slug),
                role=term(Vocabulary.ROLE, self.chance.choice(self._roles(record))),
                ordinal=self.chance.choice((None, None, 1, 2)),
                **words,
            )
            self.waiting[model].append(row)

    def _roles(self, record: Record) -> Sequence[str]:
        if isinstance(record, Contribution):
            return ("donor", "donor", "beneficiary", "hidden-role")
        if isinstance(record, Fund):
            return ("lead-nation", "lead-nation", "beneficiary", "participant")
        return ROLES

    def _add_citations(self, record: Record) -> None:
        model = record.citations.model
        for slug in self._some(SOURCES, 3):
            stance = self.chance.choices(("supports", "contradicts", "no-longer-states"), (8, 1, 1))[0]
            key = f"{record.slug}.{slug}"
            self.waiting[model].append(model(key=key, record=record, source=source(slug), stance=stance))


# Entries that exist, each read once

party = cache(make_party)
term = cache(make_term)
area_of = cache(make_area)
source = cache(make_source)
