"""Editions and what they hold: opened by every act of publication, filled one entry or a thousand at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import audit, documents, generation, search
from partnership.documents import Document
from partnership.models import Edition, Entry, Nature, Revision, RevisionState
from partnership.models.batches import in_batches
from partnership.models.fields import whole_second

Created = Iterable[Entry] | Mapping[type[Entry], Iterable[int]]
Changed = Iterable[tuple[Entry, Document]] | Mapping[type[Entry], Mapping[int, Document]]


def open_edition(note: str) -> Edition:
    """The next edition, and with it a new generation."""
    generation.move()
    last = Edition.newest_number()
    return Edition.objects.create(number=last + 1, note=note)


# An import


@transaction.atomic
def record_import(
    created: Created, changed: Changed, *, by: User | None = None, note: str = ""
) -> Edition | None:
    """Write the one edition of an import: created entries carry its number, changed ones get a revision as well.

    `created` are entries, or their primary keys by model; `changed` pairs each entry, or each key of a model, with its
    document from before. The time of the last change is the files' own. Rules are the importer's to check. All of them
    are indexed. None if nothing was created or changed.
    """
    new = _keys_by_model(created)
    before = _documents_by_model(changed)
    if not any(new.values()) and not any(before.values()):
        return None
    edition = open_edition(note)
    for model, keys in new.items():
        record_created(model, keys, edition)
    for model, befores in before.items():
        record_changed(model, befores, edition, by=by, reason=note)
    audit.tell(
        "loaded",
        by=by,
        edition=edition.number,
        created=sum(map(len, new.values())),
        changed=sum(map(len, before.values())),
    )
    return edition


def _keys_by_model(created: Created) -> dict[type[Entry], list[int]]:
    found: dict[type[Entry], list[int]] = defaultdict(list)
    if isinstance(created, Mapping):
        found.update((model, list(keys)) for model, keys in created.items())
    else:
        for entry in created:
            found[type(entry)].append(entry.pk)
    return found


def _documents_by_model(changed: Changed) -> Mapping[type[Entry], Mapping[int, Document]]:
    if isinstance(changed, Mapping):
        return changed
    found: dict[type[Entry], dict[int, Document]] = defaultdict(dict)
    for entry, before in changed:
        found[type(entry)][entry.pk] = before
    return found


def record_created(model: type[Entry], keys: Iterable[int], edition: Edition) -> None:
    """Say of entries that an edition brought that they stand since then, and index them."""
    for some in in_batches(keys):
        model.objects.filter(pk__in=some).update(since=edition.number)
        search.touch(model, some)


def record_changed(
    model: type[Entry],
    before: Mapping[int, Document],
    edition: Edition,
    *,
    by: User | None,
    reason: str,
    nature: str = Nature.WORLD,
) -> None:
    """Keep what entries of one model say since an edition, with their documents from before; and index them."""
    for keys in in_batches(before):
        keep_baselines(model, {key: before[key] for key in keys})
        model.objects.filter(pk__in=keys).update(since=edition.number)
        after = documents.dump_many(model, keys)
        Revision.objects.bulk_create(
            Revision(
                entry=_reference(model, document),
                reason=reason,
                nature=nature,
                made_by=by,
                made_by_name=by.get_username() if by else "",
                base_digest=documents.digest(before[key]),
                state=RevisionState.PUBLISHED,
                edition=edition,
                **_as_kept(document),
            )
            for key, document in after.items()
        )
        search.touch(model, keys)


def _as_kept(document: Document) -> dict[str, Any]:
    """The columns of a revision that hold a document."""
    return {
        "document": document,
        "schema": documents.SCHEMA,
        "digest": documents.digest(document),
    }


def _reference(model: type[Entry], document: Document) -> str:
    return f"{model.kind_name()}:{document[0]['fields']['slug']}"


# Baselines


def keep_baseline(entry: Entry, before: Document) -> None:
    """Keep what an entry said before its first change, under the edition since which it stood."""
    keep_baselines(type(entry), {entry.pk: before})


def keep_baselines(model: type[Entry], before: Mapping[int, Document]) -> None:
    """The same for entries of one model, as many as one query may name; the queries do not grow with them."""
    references = {_reference(model, document): key for key, document in before.items()}
    revisions = Revision.objects.filter(entry__in=references).order_by()
    published = revisions.filter(state=RevisionState.PUBLISHED)
    known = set(published.values_list("entry", flat=True).distinct())
    wanted = {name: key for name, key in references.items() if name not in known}
    if not wanted:
        return
    editions = _editions_since(model, wanted.values())
    as_found = _kept_as_found(wanted, {name: documents.digest(before[key]) for name, key in wanted.items()})
    fresh: list[Revision] = []
    found: list[Revision] = []
    for name, key in wanted.items():
        kept = as_found.get(name)
        (found if kept else fresh).append(kept := kept or Revision(entry=name, **_as_kept(before[key])))
        edition = editions[key]
        kept.state, kept.edition, kept.made_at = RevisionState.PUBLISHED, edition, edition.published_at
    Revision.objects.bulk_create(fresh)
    Revision.objects.bulk_update(found, ["state", "edition", "made_at"])


def _editions_since(model: type[Entry], keys: Iterable[int]) -> dict[int, Edition]:
    """The edition since which each entry stands; that of what plain `loaddata` brought is made when first needed."""
    stored = model.objects.filter(pk__in=list(keys)).order_by("pk")
    stands = {key: (since, at) for key, since, at in stored.values_list("pk", "since", "first_published")}
    editions = Edition.objects.in_bulk({since for since, _at in stands.values()})
    for since, at in stands.values():
        if since not in editions:
            editions[since] = Edition.objects.create(
                number=since, note=_("As first loaded"), published_at=at or whole_second()
            )
    return {key: editions[since] for key, (since, _at) in stands.items()}


def _kept_as_found(names: Iterable[str], digests: Mapping[str, str]) -> dict[str, Revision]:
    """By reference, the newest revision in which the document of this digest was kept that came without one."""
    kept = Revision.objects.filter(
        entry__in=list(names), state=RevisionState.SUPERSEDED, made_by_name="", base_digest=""
    )
    return {
        revision.entry: revision
        for revision in kept.defer("document").order_by("pk")
        if revision.digest == digests[revision.entry]
    }
