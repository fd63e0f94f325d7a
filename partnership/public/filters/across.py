"""The filters that every kind of record has, asked of all kinds at once.

What a filter means is said by the kinds alone: each is asked through its own class, and what they find is put together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partnership.models import IndexEntry, Record
from partnership.public.facet_index import Index
from partnership.public.facets import Facets
from partnership.public.shelves import KINDS, kind_heading

from .base import RecordFilter, groups_with
from .contributions import ContributionFilter
from .kinds import (
    EventFilter,
    ExerciseFilter,
    FundFilter,
    OperationFilter,
    ProgrammeFilter,
    StandingFilter,
)
from .options import ChoicesFilter, EntriesFilter

FILTERS: dict[str, type[RecordFilter]] = {
    "event": EventFilter,
    "programme": ProgrammeFilter,
    "fund": FundFilter,
    "contribution": ContributionFilter,
    "standing": StandingFilter,
    "exercise": ExerciseFilter,
    "operation": OperationFilter,
}
MODELS = {model.kind_name(): model for model in KINDS}

# By the earliest possible day. What has none comes last: first what has an end, then what has no date at all.
_END = Case(When(earliest__isnull=True, then=F("latest"))).desc(nulls_last=True)
ORDERINGS: dict[str, tuple] = {
    "newest": (F("earliest").desc(nulls_last=True), _END, "kind", "slug"),
    "oldest": (F("earliest").asc(nulls_last=True), _END, "kind", "slug"),
    "title": ("title", "kind", "slug"),
}


def index_rows(selected: Mapping[str, QuerySet | None]) -> QuerySet[IndexEntry]:
    """The rows of the index of what is selected, by kind: some records of the kind or, with None, all of them."""
    condition = Q(pk__in=())
    for kind, records in selected.items():
        of_kind = Q(kind=kind)
        if records is not None:
            of_kind &= Q(slug__in=records.order_by().values("slug"))
        condition |= of_kind
    rows = IndexEntry.objects.filter(condition).defer("text", "names", "words")
    return rows.order_by(*ORDERINGS["newest"])


def records_of_rows(rows: Iterable[IndexEntry], known: Iterable[Record] = ()) -> list[Any]:
    """The published records of some rows of the index, in their order, as lists print them.

    `known` are records that are at hand already. A constant number of queries for each kind among the others.
    """
    wanted = [(row.kind, row.slug) for row in rows]
    found = {(record.kind_name(), record.slug): record for record in known}
    missing: dict[str, list[str]] = defaultdict(list)
    for kind, slug in wanted:
        if (kind, slug) not in found:
            missing[kind].append(slug)
    for kind, slugs in missing.items():
        records = MODELS[kind].objects.published().for_list().filter(slug__in=slugs)
        found |= {(kind, record.slug): record for record in records}
    return [found[key] for key in wanted if key in found]


class KindFilter(ChoicesFilter):
    """The kinds of records, by name, in the order in which pages show them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([], **kwargs)

    def labels(self) -> dict[str, Any]:
        """The names of the kinds in the plural, in the language of the page."""
        return {model.kind_name(): kind_heading(model) for model in KINDS}


class AcrossIndex:
    """What the indexes of all kinds hold together, in the shape in which forms and facets ask the index of one."""

    def __init__(self, of_kinds: Mapping[str, Index]) -> None:
        self.of_kinds = of_kinds
        indexes = tuple(of_kinds.values())
        self.labels = labels_of_all(indexes) | {"kind": KindFilter().labels()}
        self.changed = max((index.changed for index in indexes if index.changed), default=None)

    def options(self, name: str) -> list[tuple[str, Any]]:
        """The options of a filter that occur in any kind: value and what the reader sees, in the order of the page."""
        if name == "kind":
            return [(kind, label) for kind, label in self.labels[name].items() if self.of_kinds[kind].places]
        held = [index.held.get(name, ()) for index in self.of_kinds.values()]
        return [
            (value, label)
            for value, label in self.labels[name].items()
            if any(value in each for each in held)
        ]


@lru_cache(maxsize=1)  # as long as nothing public changes, every reader asks the same indexes
def labels_of_all(indexes: tuple[Index, ...]) -> dict[str, dict[str, Any]]:
    """By filter that all kinds share: what the reader sees for every value, in the order of the page."""
    found: dict[str, dict[str, Any]] = {}
    for name, each in AcrossFilter.base_filters.items():
        if not all(name in index.labels for index in indexes):
            continue
        together = {value: label for index in indexes for value, label in index.labels[name].items()}
        found[name] = dict(each.in_order(together.items())) if isinstance(each, EntriesFilter) else together
    return found


class AcrossFilter(RecordFilter):
    """A selection among the records of all kinds, by the filters that all kinds have and by their kind.

    It is asked as the filter of one kind is: `form`, `is_valid`, `selection`, `in_use`, `facets`, `facet_groups`. Its
    `qs` are rows of the index, newest first or as `sort` says, to be counted and paged in the database; what a page of
    them shows is given by `records_of_rows`. `facets.count` is their number, `facets.counts("kind")` the number of each
    kind, whichever kinds are chosen. `of_kinds` are the filters of the kinds, each asked the same.

    Filters that only some kinds have, or that name records of one's own kind, are not among its own.
    """

    kind = KindFilter(label=_("Kind"))
    standing = None  # contributions and standings have none
    series = None
    part_of = None

    groups = groups_with(("kind", _("Kind"), ("kind",)), without=["standing", "series", "part_of"])
    of_one_row = tuple(name for name in RecordFilter.of_one_row if name != "standing")
    offered_in_use = ()
    of_the_kinds = ("kind", "sort")  # not asked of a kind

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", index_rows(dict.fromkeys(FILTERS)))
        super().__init__(data, **kwargs)

    @cached_property
    def of_kinds(self) -> dict[str, RecordFilter]:
        """The filter of every kind, asked what is asked here."""
        asked = QueryDict(mutable=True)
        for name in self.filters:
            if name not in self.of_the_kinds and self.values(name):
                asked.setlist(name, self.values(name))
        return {kind: self._of_kind(kind, asked) for kind in FILTERS}

    def _of_kind(self, kind: str, asked: QueryDict) -> RecordFilter:
        filterset = FILTERS[kind](asked, queryset=MODELS[kind].objects.published(), request=self.request)
        if "index" in self.__dict__:
            filterset.index = self.index.of_kinds[kind]
        return filterset

    @cached_property
    def chosen_kinds(self) -> list[str]:
        """The kinds asked for; all if none is."""
        return [kind for kind in FILTERS if kind in self.values("kind")] or list(FILTERS)

    @cached_property
    def index(self) -> AcrossIndex:  # type: ignore[override]  # it answers what is asked of it
        """What the published records of all kinds hold of every option."""
        return AcrossIndex({kind: each.index for kind, each in self.of_kinds.items()})

    @cached_property
    def facets(self) -> "AcrossFacets":
        """How many records there would be with each option; only of filters that can all be read."""
        self.is_valid()
        return AcrossFacets(self)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """The rows of the records that the filters of their kinds let through, in the order asked for."""
        asked = any(each.data for each in self.of_kinds.values())
        selected = {kind: self.of_kinds[kind].qs if asked else None for kind in self.chosen_kinds}
        return index_rows(selected).order_by(*ORDERINGS[self.form.cleaned_data["sort"]])

    def count_those(self, conditions: Mapping[str, Q]) -> dict[str, int]:
        """How many records of the chosen kinds each condition holds of; one query a kind."""
        total: Counter[str] = Counter(dict.fromkeys(conditions, 0))
        for kind in self.chosen_kinds:
            total.update(self.of_kinds[kind].count_those(conditions))
        return dict(total)


class AcrossFacets(Facets):
    """The facets of a selection among all kinds: the sums of what the kinds count."""

    def __init__(self, filterset: AcrossFilter) -> None:
        super().__init__(filterset)
        self._of_kinds = {kind: each.facets for kind, each in filterset.of_kinds.items()}
        self._chosen = [self._of_kinds[kind] for kind in filterset.chosen_kinds]

    @property
    def count(self) -> int:
        """How many records of the chosen kinds the selection has."""
        return sum(facets.count for facets in self._chosen)

    def counts(self, name: str) -> dict[str, int]:
        """By option of a filter: how many records of the chosen kinds there would be with it; by kind, of all."""
        if name == "kind":
            return {kind: facets.count for kind, facets in self._of_kinds.items()}
        total: Counter[str] = Counter()
        for facets in self._chosen:
            total.update(facets.counts(name))
        return dict(total)
