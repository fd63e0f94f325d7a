"""A generated register of contributions, as many as are asked for, written in bulk. The same numbers give the same rows.

60 donors by Zipf's law, 40 funds with three beneficiaries each, 14 areas, 5 currencies, dates over 31 years. The index
of words is left empty: no page that is measured searches it.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from partnership.models import (
    Area,
    Contribution,
    ContributionCitation,
    ContributionInvolvement,
    Entry,
    Fund,
    FundCitation,
    FundInvolvement,
    Party,
    Source,
    Term,
)
from tests.factories import make_party, make_term, state

DONORS, BENEFICIARIES, FUNDS, AREAS, SOURCES = 60, 50, 40, 14, 30
CURRENCIES = ("EUR", "USD", "GBP", "NOK", "JPY")
STAGES = ("paid", "pledged", "agreed", "delivered", "not-stated")
STAGE_WEIGHTS = (55, 20, 10, 10, 5)
YEARS = range(1994, 2025)
WORDS = (
    "support",
    "training",
    "equipment",
    "medical",
    "transport",
    "demining",
    "fuel",
    "repair",
    "radio",
    "boats",
)
ROWS_A_WRITE = 1000


@dataclass(frozen=True)
class Ground:
    """What the contributions name."""

    organisation: Party
    donors: Sequence[Party]
    beneficiaries: Sequence[Party]
    funds: Sequence[Fund]
    areas: Sequence[Area]
    sources: Sequence[Source]
    donor: Term
    beneficiary: Term
    forms: Sequence[Term]


def lay_ground() -> Ground:
    """Parties, funds, areas, sources and words, all published."""
    ground = Ground(
        organisation=make_party("nato", kind="organisation"),
        donors=_entries(Party, "donor", DONORS, "name", kind="country"),
        beneficiaries=_entries(Party, "beneficiary", BENEFICIARIES, "name", kind="country"),
        funds=_entries(Fund, "fund", FUNDS, "title"),
        areas=_entries(Area, "area", AREAS, "name"),
        sources=_entries(Source, "source", SOURCES, "title"),
        donor=make_term("role", "donor"),
        beneficiary=make_term("role", "beneficiary"),
        forms=[make_term("form", f"form-{word}") for word in ("money", "goods", "training")],
    )
    told = Fund.organisations.through
    told.objects.bulk_create(told(fund=fund, party=ground.organisation) for fund in ground.funds)
    FundInvolvement.objects.bulk_create(
        FundInvolvement(
            key=f"{fund.slug}.beneficiary-{step}",
            record=fund,
            party=ground.beneficiaries[(number + step) % BENEFICIARIES],
            role=ground.beneficiary,
        )
        for number, fund in enumerate(ground.funds)
        for step in range(3)
    )
    FundCitation.objects.bulk_create(
        FundCitation(key=f"{fund.slug}.source", record=fund, source=ground.sources[number % SOURCES])
        for number, fund in enumerate(ground.funds)
    )
    return ground


def _entries(model: type[Entry], word: str, number: int, name: str, **fields: Any) -> list[Any]:
    """Entries of a model, called “Donor 0”, “Donor 1” …, with addresses to match."""
    return model.objects.bulk_create(
        model(slug=f"{word}-{each}", **{name: f"{word.capitalize()} {each}"}, **state(), **fields)
        for each in range(number)
    )


def grow(ground: Ground, start: int, stop: int) -> None:
    """Write the contributions numbered from `start` up to `stop`; one in twenty is part of another of its write."""
    numbers = iter(range(start, stop))
    while batch := list(itertools.islice(numbers, ROWS_A_WRITE)):
        _write(ground, batch, random.Random(batch[0]))


def _write(ground: Ground, numbers: list[int], chance: random.Random) -> None:
    records = Contribution.objects.bulk_create(
        Contribution(slug=f"contribution-{number}", **state(), **_columns(ground, number, chance))
        for number in numbers
    )
    parts = chance.sample(records, len(records) // 20)
    for part in parts:
        part.part_of = chance.choice([record for record in records if record.pk < part.pk] or [None])
    Contribution.objects.bulk_update(parts, ["part_of"], batch_size=250)

    ContributionInvolvement.objects.bulk_create(_taking_part(ground, records, chance))
    ContributionCitation.objects.bulk_create(
        ContributionCitation(key=f"{record.slug}.source", record=record, source=chance.choice(ground.sources))
        for record in records
    )
    organisations, areas = Contribution.organisations.through, Contribution.areas.through
    organisations.objects.bulk_create(
        organisations(contribution=record, party=ground.organisation) for record in records
    )
    areas.objects.bulk_create(
        areas(contribution=record, area=area)
        for record in records
        for area in chance.sample(ground.areas, chance.randint(1, 2))
    )


def _columns(ground: Ground, number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "title": f"Contribution {number}: {' '.join(chance.choices(WORDS, k=4))}",
        "summary": " ".join(chance.choices(WORDS, k=chance.randint(25, 60))).capitalize() + ".",
        "date": _date(chance),
        "fund": chance.choice(ground.funds) if chance.random() < 0.8 else None,
        "channel": chance.choice(("trust-fund", "other", "not-stated")),
        "form": chance.choice((None, *ground.forms)),
        "stage": chance.choices(STAGES, STAGE_WEIGHTS)[0],
        **_amount(chance),
    }


def _date(chance: random.Random) -> str:
    """A day, a month, a year, two years and all between, or none."""
    year, month, day = chance.choice(YEARS), chance.randint(1, 12), chance.randint(1, 28)
    texts = (f"{year}-{month:02}-{day:02}", f"{year}-{month:02}", f"{year}", f"{year}/{year + 2}", "")
    return chance.choices(texts, (60, 15, 15, 5, 5))[0]


def _amount(chance: random.Random) -> dict[str, Any]:
    """An amount, mostly stated exactly and once; one in ten states none."""
    if chance.random() < 0.1:
        return {}
    amount = Decimal(chance.randint(1, 10**9)).scaleb(-2)
    return {
        "amount": amount,
        "amount_upper": amount * 2 if chance.random() < 0.03 else None,
        "currency": chance.choice(CURRENCIES),
        "qualifier": "about" if chance.random() < 0.2 else "exact",
        "per": "year" if chance.random() < 0.02 else "once",
    }


def _taking_part(
    ground: Ground, records: list[Contribution], chance: random.Random
) -> Iterator[ContributionInvolvement]:
    """A donor for each; half name a beneficiary, the others have those of their fund, if they go to one."""
    by_zipf = [1 / rank for rank in range(1, DONORS + 1)]
    donors = chance.choices(ground.donors, by_zipf, k=len(records))
    for record, party in zip(records, donors, strict=True):
        yield ContributionInvolvement(
            key=f"{record.slug}.donor", record=record, party=party, role=ground.donor
        )
        if chance.random() < 0.5:
            yield ContributionInvolvement(
                key=f"{record.slug}.beneficiary",
                record=record,
                party=chance.choice(ground.beneficiaries),
                role=ground.beneficiary,
                position=1,
            )
