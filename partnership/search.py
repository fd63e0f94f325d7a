"""The index of public entries: kept current by receivers, asked by the words filter of every list.

The index holds one row per public entry that has a page, with its own folded text, and one row per party in it.
Names of parties and synonyms of areas are looked up in their own rows, so that a new name never leaves the records
that name the party behind.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from django.db.models import Model, Q, QuerySet
from django.db.models.signals import post_delete, post_save

from partnership import generation, text
from partnership.models import (
    ENTRY_MODELS,
    Area,
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
INDEX_COLUMNS = ("title", "text", "changed", *DAYS)
_NOTHING = object()


# Asking


def matching(queryset: QuerySet, words: str) -> QuerySet:
    """The rows of an entry queryset in which every word occurs; case and accents do not matter.

    A word counts where it stands in the entry's own text, in any name of a party in it, or in the name or a synonym of
    one of its areas.
    """
    kind = queryset.model.kind_name()
    wanted = text.words_of(words)
    if words.strip() and not wanted:
        return queryset.none()  # only signs were typed: that is no wish to see everything
    for word in wanted:
        hits = IndexEntry.objects.filter(text__contains=word)
        parties = IndexParty.objects.filter(entry__kind=kind, party__slug__in=_slugs(hits, Party))
        found = Q(slug__in=_slugs(hits, queryset.model)) | Q(slug__in=parties.values("entry__slug"))
        if hasattr(queryset.model, "areas"):
            members = queryset.model.areas.through.objects.filter(area__slug__in=_slugs(hits, Area))
            found |= Q(pk__in=members.values(f"{kind}_id"))
        queryset = queryset.filter(found)
    return queryset


def _slugs(hits: QuerySet, model: type[Entry]) -> QuerySet:
    return hits.filter(kind=model.kind_name()).values("slug")


# Keeping


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
    texts = _own_texts(model, entries)
    rows = {key: _index_row(entry, texts[key]) for key, entry in entries.items()}
    stale = [row for row in rows.values() if not _says_the_same(row, stored.get(row.slug))]
    IndexEntry.objects.bulk_create(
        stale, update_conflicts=True, unique_fields=["kind", "slug"], update_fields=INDEX_COLUMNS
    )
    for row in rows.values():
        row.pk = row.pk or stored[row.slug].pk
    _keep_parties(rows, _parties_of(model, entries))


def _slugs_in(entries: Mapping[int, Entry]) -> list[str]:
    return [entry.slug for entry in entries.values()]


def _index_row(entry: Entry, own_text: str) -> IndexEntry:
    return IndexEntry(
        kind=entry.kind_name(),
        slug=entry.slug,
        title=str(entry)[:300],
        text=own_text,
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


def _own_texts(model: type[Entry], entries: Mapping[int, Entry]) -> dict[int, str]:
    """The folded text of each entry and of the rows it owns, in reading order."""
    parts = {
        key: [_searched_text(model, [getattr(entry, name) for name in model.searched_fields])]
        for key, entry in entries.items()
    }
    for owned in owned_models(model):
        if not owned.searched_fields:
            continue
        rows = _rows_naming_public(owned).filter(**{f"{owned.owner_field}__in": entries})
        for key, *values in rows.values_list(f"{owned.owner_field}_id", *owned.searched_fields):
            parts[key].append(_searched_text(owned, values))
    return {key: text.fold("\n".join(each)) for key, each in parts.items()}


def _searched_text(model: type[Entry] | type[OwnedRow], values: Iterable[str]) -> str:
    return "\n".join(
        text.plain(value) if name in model.markdown_fields else value
        for name, value in zip(model.searched_fields, values, strict=True)
        if value
    )


def _rows_naming_public(owned: type[OwnedRow]) -> QuerySet:
    """The owned rows whose every reference to another entry is empty or public."""
    rows = owned.objects.all()
    for field in named_references(owned):
        rows = rows.filter(
            Q(**{f"{field.name}__isnull": True}) | Q(**{f"{field.name}__status": Status.PUBLISHED})
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
    _wait_or_keep(model, pks)
    if model is Party:
        for keys in in_batches(pks):
            named = Q(organisation__in=keys) | Q(party__in=keys)
            _wait_or_keep(
                Relation, Relation.objects.filter(named, status=Status.PUBLISHED).values_list("pk", flat=True)
            )


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


# Receivers


def _touch(entry: Entry) -> None:
    _wait_or_keep(type(entry), [entry.pk])


def _wait_or_keep(model: type[Entry], pks: Iterable[int]) -> None:
    waiting = _waiting.get()
    if waiting is None:
        keep_many(model, pks)
    else:
        waiting.setdefault(model, {}).update(dict.fromkeys(pks))


def _entry_saved(instance: Entry, **kwargs: Any) -> None:
    _touch(instance)
    if isinstance(instance, Party):
        for relation in _relations_that_follow(instance):
            _touch(relation)


def _relations_that_follow(party: Party) -> QuerySet:
    """The relations of a party that enter the index, or leave it, because the party is now public, or no longer."""
    indexed = Q(slug__in=IndexEntry.objects.filter(kind=Relation.kind_name()).values("slug"))
    relations = Relation.objects.filter(Q(organisation=party) | Q(party=party), status=Status.PUBLISHED)
    return relations.exclude(indexed) if party.is_public else relations.filter(indexed)


def _entry_deleted(instance: Entry, **kwargs: Any) -> None:
    IndexEntry.objects.filter(kind=instance.kind_name(), slug=instance.slug).delete()


def _owned_row_changed(instance: OwnedRow, **kwargs: Any) -> None:
    _touch(instance.owner)  # the owner may be held since before it changed: what is indexed is read afresh


def connect() -> None:
    """Connect the receivers; called once when the app is ready."""
    for model in INDEXED_MODELS:
        post_save.connect(_entry_saved, sender=model, dispatch_uid=f"search.save.{model.__name__}")
        post_delete.connect(_entry_deleted, sender=model, dispatch_uid=f"search.delete.{model.__name__}")
        for owned in owned_models(model):
            if owned.searched_fields:
                _connect_owned(owned)


def _connect_owned(owned: type[Model]) -> None:
    for signal in (post_save, post_delete):
        signal.connect(_owned_row_changed, sender=owned, dispatch_uid=f"search.{owned.__name__}.{id(signal)}")
