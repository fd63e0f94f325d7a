"""Belonging: the editions of a series and the parts of a whole, seen from either end."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from partnership.models import Record

from .addresses import list_address
from .shelves import all_words
from .succession import in_time

SHOWN = 25


@dataclass(frozen=True)
class Belonging:
    """Public records that belong to another of their kind, how many there are, and the list that holds them all."""

    records: list[Record]
    count: int
    address: str
    all_words: str

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def has_more(self) -> bool:
        """Whether the list holds others than those that are shown."""
        return self.count > len(self.records)


def parts_of(whole: Record) -> Belonging:
    """The newest parts of a whole."""
    return _belonging(whole, "part_of")


def editions_of(series: Record) -> Belonging:
    """The newest editions of a series, in order of time: earliest first, those without a date last."""
    found = _belonging(series, "series")
    found.records.sort(key=in_time)
    return found


def _belonging(record: Any, field: str) -> Belonging:
    records = type(record).objects.published().filter(**{field: record})
    count = records.count()
    return Belonging(
        list(records.for_list()[:SHOWN]),
        count,
        list_address(type(record), {field: record.slug}),
        all_words(type(record), count),
    )


@dataclass(frozen=True)
class Neighbours:
    """The editions of the same series before and after one, in order of time; None where there is none."""

    before: Record | None
    after: Record | None


def neighbours_of(edition: Any) -> Neighbours:
    """The public editions next to one; none if it has no first day or its series is not public."""
    if edition.earliest is None or edition.series is None or not edition.series.is_public:
        return Neighbours(None, None)
    others = type(edition).objects.published().filter(series=edition.series, earliest__isnull=False)
    earlier = Q(earliest__lt=edition.earliest) | Q(earliest=edition.earliest, slug__lt=edition.slug)
    before = others.filter(earlier).order_by(F("earliest").desc(), F("slug").desc()).first()
    after = others.exclude(earlier).exclude(pk=edition.pk).order_by("earliest", "slug").first()
    return Neighbours(before, after)


def part_count(part: Any) -> int:
    """How many public parts the whole of this part has, itself among them; 0 if it is part of nothing public."""
    if part.part_of is None or not part.part_of.is_public:
        return 0
    return type(part).objects.published().filter(part_of=part.part_of).count()
