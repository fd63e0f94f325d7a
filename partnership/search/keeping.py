"""Keeping the index: the rows of public entries, written when something of theirs was."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from django.db.models import Case, Q, QuerySet, When
from django.utils import translation

from partnership import generation, text
from partnership.models import (
    ENTRY_MODELS,
    Entry,
    IndexEntry,
    IndexParty,
    OwnedRow,
    Party,
    Record,
    Relation,
    Standing,
    Status,
    SteppedRecord,
    named_references,
    owned_models,
    references_of,
)
from partnership.models.batches import in_batches
from partnership.models.record import public_rows

_waiting: ContextVar[dict[type[Entry], dict[int, None]] | None] = ContextVar("waiting", default=None)

INDEXED_MODELS = tuple(model for model in ENTRY_MODELS if hasattr(model, "get_absolute_url"))

DAYS = ("earliest", "latest")
INDEX_COLUMNS = ("title", "text", "names", "words", "changed", *DAYS)
_NOTHING = object()


def keep(entry: Entry) -> None:
    """Bring the index rows of one entry up to date: written if it is public, dropped if not."""
    keep_many(type(entry), [entry.pk])


def keep_many(model: type[Entry], pks: Iterable[int]) -> None:
    """Bring the index rows of many entries of one model up to date; a thousand entries take the queries of one.

    What is in the index as it should be is not written again. An entry that was deleted is nothing here: the receiver
    of its deletion has seen to it.
    """
    if not issubclass(model, INDEXED_MODELS):
        return
    for keys in in_batches(pks):
        entries = {entry.pk: entry for entry in _published(model).filter(pk__in=keys)}
        if len(entries) < len(keys):
            _drop(model, [key for key in keys if key not in entries])
        if entries:
            _write(model, entries)


def _published(model: type[Entry]) -> QuerySet:
    rows = model.objects.published().order_by()
    if model is Relation:
        return rows.select_related("organisation", "party")
    references = [field.name for field in references_of(model)] if model is Standing else []
    days = [name for name in DAYS if hasattr(model, name)]
    return rows.only("slug", "changed", *days, *model.searched_fields, *references)  # the title is among them


def _drop(model: type[Entry], keys: list[int]) -> None:
    slugs = model._base_manager.filter(pk__in=keys).values_list("slug", flat=True)
    IndexEntry.objects.filter(kind=model.kind_name(), slug__in=list(slugs)).delete()


def _write(model: type[Entry], entries: Mapping[int, Entry]) -> None:
    kind = model.kind_name()
    stored = {row.slug: row for row in IndexEntry.objects.filter(kind=kind, slug__in=_slugs_in(entries))}
    told = _told(model, entries)
    with translation.override(
        settings.LANGUAGE_CODE
    ):  # whoever saves, in whichever language: the title of a relation
        rows = {key: _index_row(entry, told[key]) for key, entry in entries.items()}
    stale = [row for row in rows.values() if not _says_the_same(row, stored.get(row.slug))]
    IndexEntry.objects.bulk_create(
        stale, update_conflicts=True, unique_fields=["kind", "slug"], update_fields=INDEX_COLUMNS
    )
    for row in rows.values():
        row.pk = row.pk or stored[row.slug].pk
    _keep_parties(rows, _parties_of(model, entries))


def _slugs_in(entries: Mapping[int, Entry]) -> list[str]:
    return [entry.slug for entry in entries.values()]


def _index_row(entry: Entry, told: "Told") -> IndexEntry:
    return IndexEntry(
        kind=entry.kind_name(),
        slug=entry.slug,
        title=str(entry)[:300],
        text="\n".join(told.lines),
        names=" ".join(text.tokens("\n".join(told.names))),
        words=" ".join(text.tokens("\n".join([*told.lines, *told.unshown]))),
        changed=entry.changed,
        **{name: getattr(entry, name, None) for name in DAYS},
    )


def _says_the_same(row: IndexEntry, stored: IndexEntry | None) -> bool:
    return stored is not None and all(getattr(row, name) == getattr(stored, name) for name in INDEX_COLUMNS)


def _keep_parties(rows: Mapping[int, IndexEntry], parties: Mapping[int, set[int]]) -> None:
    """Replace the rows of parties where they differ."""
    wanted = {
        (row.pk, party): row.earliest for key, row in rows.items() for party in sorted(parties.get(key, ()))
    }
    wrong = []
    stored = IndexParty.objects.filter(entry__in=[row.pk for row in rows.values()])
    for pk, entry, party, earliest in stored.values_list("pk", "entry_id", "party_id", "earliest"):
        if wanted.get((entry, party), _NOTHING) == earliest:
            del wanted[entry, party]
        else:
            wrong.append(pk)
    if wrong:
        IndexParty.objects.filter(pk__in=wrong).delete()
    IndexParty.objects.bulk_create(
        IndexParty(entry_id=entry, party_id=party, earliest=earliest)
        for (entry, party), earliest in wanted.items()
    )


def _parties_of(model: Any, entries: Mapping[int, Any]) -> dict[int, set[int]]:
    """Primary keys of the parties each entry is about: those taking part, those of a standing or relation."""
    found: dict[int, set[int]] = defaultdict(set)
    if issubclass(model, Record):
        involvements = cast(Any, model).involvements.rel.related_model
        rows = public_rows(involvements.objects.order_by().filter(record__in=entries), "party", "role")
        for key, party in rows.values_list("record_id", "party_id"):
            found[key].add(party)
    for key, entry in entries.items():
        if isinstance(entry, Standing):
            found[key].update((entry.party_id, entry.at_id))
        if isinstance(entry, Relation):
            found[key].update((entry.organisation_id, entry.party_id))
    return found


@dataclass
class Told:
    """What an entry and the rows it owns say, a line for each field in reading order.

    `names` are those of the lines that are names of it, `unshown` what is searched and told to nobody.
    """

    lines: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unshown: list[str] = field(default_factory=list)

    def add(self, model: type[Entry] | type[OwnedRow], values: Iterable[str], *, shown: bool = True) -> None:
        """Add the searched fields of the entry, or of a row."""
        for name, value in zip(model.searched_fields, values, strict=True):
            if not value:
                continue
            line = text.plain(value) if name in model.markdown_fields else " ".join(value.split())
            (self.lines if shown else self.unshown).append(line)
            if name in model.naming_fields:
                self.names.append(line)


def _told(model: type[Entry], entries: Mapping[int, Entry]) -> dict[int, Told]:
    """What each entry and the rows it owns say."""
    told = {key: Told() for key in entries}
    for key, entry in entries.items():
        told[key].add(model, [getattr(entry, name) for name in model.searched_fields])
    for owned in owned_models(model):
        if not owned.searched_fields:
            continue
        rows = _rows_naming_public(owned).filter(**{f"{owned.owner_field}__in": entries})
        rows = rows.annotate(is_unshown=Case(When(owned.unshown, then=True), default=False))
        for key, unshown, *values in rows.values_list(
            f"{owned.owner_field}_id", "is_unshown", *owned.searched_fields
        ):
            told[key].add(owned, values, shown=not unshown)
    return told


def _rows_naming_public(owned: type[OwnedRow]) -> QuerySet:
    """The owned rows whose every reference to another entry is empty or public."""
    rows = owned.objects.all()
    for reference in named_references(owned):
        rows = rows.filter(
            Q(**{f"{reference.name}__isnull": True}) | Q(**{f"{reference.name}__status": Status.PUBLISHED})
        )
    return rows


@contextmanager
def batch() -> Iterator[None]:
    """Inside it, entries that receivers and `touch` hear of are noted and indexed once at the end, model by model."""
    if _waiting.get() is not None:
        yield
        return
    waiting: dict[type[Entry], dict[int, None]] = {}
    token = _waiting.set(waiting)
    try:
        yield
        for model, keys in waiting.items():
            keep_many(model, keys)
    finally:
        _waiting.reset(token)


def touch(model: type[Entry], pks: Iterable[int]) -> None:
    """Index entries whose rows were written in bulk, past the receivers: at once, or at the end of a `batch`."""
    pks = list(pks)
    wait_or_keep(model, pks)
    if model is Party:
        for keys in in_batches(pks):
            named = Q(organisation__in=keys) | Q(party__in=keys)
            wait_or_keep(
                Relation, Relation.objects.filter(named, status=Status.PUBLISHED).values_list("pk", flat=True)
            )


def how_many() -> int:
    """How many entries `refresh` will index."""
    return sum(model.objects.published().count() for model in INDEXED_MODELS)


def refresh(progress: Callable[[int], object] | None = None) -> int:
    """Rebuild bounds and the whole index from the rows and move the generation; the number of entries indexed.

    `progress`, if given, is called with the number done so far.
    """
    IndexParty.objects.all().delete()
    IndexEntry.objects.all()._raw_delete(IndexEntry.objects.db)
    count = 0
    for model in INDEXED_MODELS:
        for keys in in_batches(model.objects.published().order_by("pk").values_list("pk", flat=True)):
            _refresh_bounds(model, keys)
            keep_many(model, keys)
            count += len(keys)
            if progress is not None:
                progress(count)
    generation.move()
    return count


def _refresh_bounds(model: type[Entry], keys: list[int]) -> None:
    if not issubclass(model, Record):
        return
    steps = ["steps__kind"] if issubclass(model, SteppedRecord) else []
    for record in model.objects.filter(pk__in=keys).order_by().prefetch_related(*steps):
        record.refresh_bounds()


def wait_or_keep(model: type[Entry], pks: Iterable[int]) -> None:
    """Index entries at once or, inside a `batch`, at its end."""
    waiting = _waiting.get()
    if waiting is None:
        keep_many(model, pks)
    else:
        waiting.setdefault(model, {}).update(dict.fromkeys(pks))
