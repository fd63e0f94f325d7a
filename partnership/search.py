"""The index of public entries: kept current by receivers, asked by the words filter of every list.

The index holds one row per public entry that has a page, with its own folded text, and one row per party in it.
Names of parties and synonyms of areas are looked up in their own rows, so that a new name never leaves the records
that name the party behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

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
    named_references,
    owned_models,
)
from partnership.models.record import public_rows

_waiting: ContextVar[dict[tuple[type[Entry], int], None] | None] = ContextVar("waiting", default=None)

INDEXED_MODELS = tuple(model for model in ENTRY_MODELS if hasattr(model, "get_absolute_url"))


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
    kind = type(entry).kind_name()
    if not isinstance(entry, INDEXED_MODELS):
        return
    if not type(entry).objects.published().filter(pk=entry.pk).exists():
        IndexEntry.objects.filter(kind=kind, slug=entry.slug).delete()
        return
    bounds = {name: getattr(entry, name, None) for name in ("earliest", "latest")}
    row, _ = IndexEntry.objects.update_or_create(
        kind=kind,
        slug=entry.slug,
        defaults={"title": str(entry)[:300], "text": _own_text(entry), "changed": entry.changed, **bounds},
    )
    _keep_parties(row, parties_in(entry))


def _keep_parties(row: IndexEntry, parties: set[int]) -> None:
    stored = IndexParty.objects.filter(entry=row)
    if dict(stored.values_list("party_id", "earliest")) == dict.fromkeys(parties, row.earliest):
        return
    stored.delete()
    IndexParty.objects.bulk_create(
        IndexParty(entry=row, party_id=party, earliest=row.earliest) for party in parties
    )


def parties_in(entry: Entry) -> set[int]:
    """Primary keys of the parties an entry is about: those taking part, those of a standing or relation."""
    found: set[int] = set()
    if hasattr(entry, "involvements"):
        rows = public_rows(entry.involvements.order_by(), "party", "role")
        found.update(rows.values_list("party_id", flat=True))
    if isinstance(entry, Standing):
        found.update((entry.party_id, entry.at_id))
    if isinstance(entry, Relation):
        found.update((entry.organisation_id, entry.party_id))
    return found


def _own_text(entry: Entry) -> str:
    parts = [_searched_text(entry)]
    for owned in owned_models(type(entry)):
        if owned.searched_fields:
            parts += map(_searched_text, _rows_naming_public(owned).filter(**{owned.owner_field: entry}))
    return text.fold("\n".join(parts))


def _rows_naming_public(owned: type[OwnedRow]) -> QuerySet:
    """The owned rows whose every reference to another entry is empty or public."""
    rows = owned.objects.all()
    for field in named_references(owned):
        rows = rows.filter(
            Q(**{f"{field.name}__isnull": True}) | Q(**{f"{field.name}__status": Status.PUBLISHED})
        )
    return rows


def _searched_text(row: Entry | OwnedRow) -> str:
    return "\n".join(
        text.plain(value) if name in row.markdown_fields else value
        for name in row.searched_fields
        if (value := getattr(row, name))
    )


@contextmanager
def batch() -> Iterator[None]:
    """Inside it, entries that receivers hear of are noted and indexed once each at the end."""
    if _waiting.get() is not None:
        yield
        return
    token = _waiting.set({})
    try:
        yield
        for model, key in _waiting.get() or {}:
            entry = model.objects.filter(pk=key).first()
            if entry is not None:
                keep(entry)
    finally:
        _waiting.reset(token)


def refresh() -> int:
    """Rebuild bounds and the whole index from the rows and move the generation; the number of entries indexed."""
    IndexEntry.objects.all().delete()
    count = 0
    for model in INDEXED_MODELS:
        for entry in model.objects.published().iterator(chunk_size=500):
            if isinstance(entry, Record):
                entry.refresh_bounds()
            keep(entry)
            count += 1
    generation.move()
    return count


# Receivers


def _touch(entry: Entry) -> None:
    waiting = _waiting.get()
    if waiting is None:
        keep(entry)
    else:
        waiting[type(entry), entry.pk] = None


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
    owner = instance.owner  # may be held since before it changed: what is indexed is read afresh
    if fresh := type(owner).objects.filter(pk=owner.pk).first():
        _touch(fresh)


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
