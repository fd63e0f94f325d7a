"""What rests on a source: the records and relations that cite it, for what, and where it contradicts them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from partnership.models import Citation, Entry, Record, Relation, Source, Stance
from partnership.models.record import RecordQuerySet

from .citing import Use, stance_words, supported_words
from .shelves import KINDS, kind_heading, list_address

SHOWN = 25


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
    address: str = ""
    all_words: str = ""
    dated: bool = False


@dataclass(frozen=True)
class Objection:
    """A place of an entry that a source contradicts, and what the source gives in its stead, as far as it is stated."""

    entry: Entry
    about: str  # empty: the entry as a whole
    citation: Citation


def citing_groups(source: Source) -> list[CitingGroup]:
    """The public relations and records that cite a source, by kind; kinds without one are left out."""
    groups = [_relations(source), *(_records(model, source) for model in KINDS)]
    return [group for group in groups if group is not None]


def _relations(source: Source) -> CitingGroup | None:
    relations = Relation.objects.published().for_list().filter(citations__source=source).distinct()
    entries = _with_uses(Relation, sorted(relations, key=str), source)
    if not entries:
        return None
    return CitingGroup(kind_heading(Relation), f"{Relation.kind_name()}-records", entries, len(entries))


def _records(model: type[Record], source: Source) -> CitingGroup | None:
    citing = records_citing(model, source)
    count = citing.count()
    if not count:
        return None
    return CitingGroup(
        heading=kind_heading(model),
        anchor=f"{model.kind_name()}-records",
        entries=_with_uses(model, citing.prefetch_related(*model.list_prefetches())[:SHOWN], source),
        count=count,
        address=list_address(model, {"source": source.slug}),
        all_words=KINDS[model] % {"count": count},
        dated=True,
    )


def records_citing(model: type[Record], source: Source) -> RecordQuerySet:
    """The published records of a kind that cite a source, whatever it does to them."""
    citations: Any = model.citations.rel.related_model.objects
    return model.objects.published().filter(
        pk__in=citations.filter(source=source).order_by().values("record")
    )


def _with_uses(model: Any, entries: Iterable[Entry], source: Source) -> list[CitingEntry]:
    shown = list(entries)
    owner = model.citations.rel.related_model.owner_field
    citations = list(
        model.citations.rel.related_model.objects.filter(
            **{"source": source, f"{owner}__in": [entry.pk for entry in shown]}
        ).order_by("position", "key")
    )
    words = supported_words(model, citations)
    uses: dict[int, dict[Use, None]] = {}
    for citation in citations:
        use = Use(words[citation.supports], citation.locator, stance_words(citation))
        uses.setdefault(getattr(citation, f"{owner}_id"), {})[use] = None
    return [CitingEntry(entry, list(uses[entry.pk])) for entry in shown]


def objections(source: Source) -> list[Objection]:
    """Every place of a public entry that the source contradicts, by kind and title."""
    found = []
    models: tuple[Any, ...] = (Relation, *KINDS)
    for model in models:
        citations = model.citations.rel.related_model
        owner = citations.owner_field
        against = citations.objects.filter(
            **{"source": source, "stance": Stance.CONTRADICTS, f"{owner}__in": _published_keys(model)}
        ).select_related(owner, *((f"{owner}__organisation", f"{owner}__party") if model is Relation else ()))
        rows = list(against)
        words = supported_words(model, rows)
        objecting = [
            Objection(row.owner, words[row.supports], row) for row in rows if _may_be_told(row, words)
        ]
        found += sorted(
            objecting, key=lambda each: (str(each.entry), each.citation.position, each.citation.key)
        )
    return found


def _published_keys(model: Any) -> Any:
    return model.objects.published().order_by().values("pk")


def _may_be_told(citation: Citation, words: dict[str, str]) -> bool:
    """Whether the citation is of the whole entry, or of a place that names only what is public."""
    return not citation.supports or bool(words[citation.supports])
