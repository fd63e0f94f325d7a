"""What rests on a source: the records and relations that cite it, for what, and where it contradicts them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from partnership.models import (
    Citation,
    Entry,
    NameForm,
    Party,
    PartyName,
    Record,
    Relation,
    Source,
    Stance,
)
from partnership.models.record import RecordQuerySet

from .addresses import list_address
from .citing import Use, stance_words, supported_words, told_citations
from .cut import MOST, Cut, cut_of_rows
from .filters.sources import disputed
from .parties import in_rows
from .questions import Question
from .shelves import KINDS, all_words, kind_heading


@dataclass(frozen=True)
class CitingEntry:
    """An entry that cites the source, and for what."""

    entry: Entry
    uses: list[Use]


@dataclass(frozen=True)
class CitingGroup:
    """Entries of one kind that cite a source, newest first: the first ones, and the list of all; relations have none."""

    heading: str
    anchor: str
    entries: list[CitingEntry]
    count: int
    more: int
    address: str = ""
    all_words: str = ""
    dated: bool = False


@dataclass(frozen=True)
class Objection:
    """A place of an entry that a source contradicts, and what the source gives in its stead, as far as it is stated."""

    entry: Entry
    about: str  # empty: the entry as a whole
    citation: Citation


@dataclass(frozen=True)
class Objections:
    """The first places where a source contradicts public entries, and how many more there are.

    Where there are more, `lists` lead to the records that cite the source and of which sources disagree, by kind.
    """

    shown: Cut[Objection]
    lists: list[Question]

    def __bool__(self) -> bool:
        return bool(self.shown)


def citing_groups(source: Source) -> list[CitingGroup]:
    """The public relations and records that cite a source, and the parties whose names it gives; none without one."""
    groups = [_relations(source), *(_records(model, source) for model in KINDS)]
    return [group for group in (*groups, _parties(source)) if group is not None]


def _relations(source: Source) -> CitingGroup | None:
    cited = told_citations(Relation).filter(source=source).order_by()
    relations = Relation.objects.published().for_list().filter(pk__in=cited.values("relation"))
    shown = cut_of_rows(relations.order_by("organisation__name", "party__name", "slug"))
    if not shown:
        return None
    entries = _with_uses(Relation, shown.first, source)
    anchor = f"{Relation.kind_name()}-records"
    return CitingGroup(kind_heading(Relation), anchor, entries, len(shown.first) + shown.more, shown.more)


def _parties(source: Source) -> CitingGroup | None:
    """The public parties of which the source gives a name that readers see."""
    names = PartyName.objects.filter(source=source).exclude(form=NameForm.SEARCH)
    shown = cut_of_rows(Party.objects.published().filter(pk__in=names.order_by().values("party")))
    if not shown:
        return None
    given: dict[int, list[Use]] = defaultdict(list)
    for name in names.filter(party__in=shown.first):
        given[name.party_id].append(Use(gettext("the name “%(name)s”") % {"name": name.text}, "", ""))
    entries = [CitingEntry(party, given[party.pk]) for party in shown.first]
    heading, count = kind_heading(Party), len(entries) + shown.more
    return CitingGroup(heading, f"{Party.kind_name()}-names", entries, count, shown.more)


def _records(model: type[Record], source: Source) -> CitingGroup | None:
    citing = records_citing(model, source)
    shown = cut_of_rows(citing.prefetch_related(*model.list_prefetches()))
    if not shown:
        return None
    count = len(shown.first) + shown.more
    return CitingGroup(
        heading=kind_heading(model),
        anchor=f"{model.kind_name()}-records",
        entries=_with_uses(model, shown.first, source),
        count=count,
        more=shown.more,
        address=list_address(model, {"source": source.slug}),
        all_words=all_words(model, count),
        dated=True,
    )


def records_citing(model: type[Record], source: Source) -> RecordQuerySet:
    """The published records of a kind that cite a source, whatever it does to them, so that readers may see it."""
    return model.objects.published().filter(in_rows(told_citations(model).filter(source=source)))


def _with_uses(model: Any, entries: list[Any], source: Source) -> list[CitingEntry]:
    """The entries with what the source is cited for; one that lost its citation meanwhile is left out."""
    told = told_citations(model)
    owner = told.model.owner_field
    citations = list(
        told.filter(**{"source": source, f"{owner}__in": [entry.pk for entry in entries]}).order_by(
            "position", "key"
        )
    )
    words = supported_words(model, citations)
    uses: dict[int, dict[Use, None]] = {}
    for citation in citations:
        use = Use(words[citation.supports], citation.locator, stance_words(citation))
        uses.setdefault(getattr(citation, f"{owner}_id"), {})[use] = None
    return [CitingEntry(entry, list(uses[entry.pk])) for entry in entries if uses.get(entry.pk)]


def objections(source: Source) -> Objections:
    """Where the source contradicts public entries, by kind and title."""
    found: list[Objection] = []
    counts = {}
    models: tuple[Any, ...] = (Relation, *KINDS)
    for model in models:
        against = _against(model, source)
        counts[model] = against.count()
        rows = list(against[: MOST - len(found)])
        words = supported_words(model, rows)
        found += [Objection(row.owner, words[row.supports], row) for row in rows]
    shown = Cut(found, sum(counts.values()) - len(found))
    disputed_of = [model for model in KINDS if shown.more and counts[model]]
    return Objections(shown, [_list_of_disputed(model, source) for model in disputed_of])


def _against(model: Any, source: Source) -> QuerySet:
    """The citations by which the source contradicts public entries of a kind, in the order of their titles."""
    told = told_citations(model)
    owner = told.model.owner_field
    names = ("organisation__name", "party__name") if model is Relation else ("title",)
    joined = ("organisation", "party") if model is Relation else ()
    return (
        told.filter(source=source, stance=Stance.CONTRADICTS)
        .filter(**{f"{owner}__in": model.objects.published().order_by().values("pk")})
        .select_related(owner, *(f"{owner}__{name}" for name in joined))
        .order_by(*(f"{owner}__{name}" for name in (*names, "slug")), "position", "key")
    )


def _list_of_disputed(model: type[Record], source: Source) -> Question:
    records = records_citing(model, source).filter(disputed(model))
    address = list_address(model, {"disputed": "1", "source": source.slug})
    return Question(kind_heading(model), address, records.count())
