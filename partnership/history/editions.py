"""How much each edition did: so many entries new, changed and withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from partnership.models import ENTRY_MODELS, Status

from .log import had_earlier, is_of, public_revisions, shown, stands_as_it_came


@dataclass
class Counts:
    """To how many entries an edition did what; one that is public again counts as changed."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0

    @property
    def all(self) -> int:
        """How many entries readers hear of."""
        return self.new + self.changed + self.withdrawn


def counts_by_edition(numbers: Collection[int]) -> dict[int, Counts]:
    """What each of these editions did, by its number. Two queries, whatever they did."""
    counts = {number: Counts() for number in numbers}
    told = [shown(model.objects.all()) for model in ENTRY_MODELS]
    withdrawn = Q(document__0__fields__status=Status.WITHDRAWN.value)
    revisions = (
        public_revisions()
        .filter(is_of(told), edition__in=numbers)
        .annotate(withdrawn=_as_column(withdrawn), had_earlier=_as_column(had_earlier()))
        .values_list("edition", "withdrawn", "had_earlier")
        .annotate(number=Count("pk"))
    )
    for edition, gone, earlier, number in revisions:
        kind = "withdrawn" if gone else "changed" if earlier else "new"
        setattr(counts[edition], kind, getattr(counts[edition], kind) + number)
    first, *others = [
        entries.filter(stands_as_it_came(), since__in=numbers)
        .values_list("since", "status")
        .annotate(number=Count("pk"))
        for entries in told
    ]
    for edition, status, number in first.union(*others, all=True):
        kind = "new" if status == Status.PUBLISHED else "withdrawn"
        setattr(counts[edition], kind, getattr(counts[edition], kind) + number)
    return counts


def _as_column(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())
