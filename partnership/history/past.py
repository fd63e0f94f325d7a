"""A public entry as the register said it in an edition, made of what is stored: nothing is written, nothing locked.

The entry and its rows are instances that were never saved, with the rows, areas and organisations of that time where a
page looks for those of today. What others say of the entry is left empty. Of the document only the public face of
today is taken, and what it names is called what it was called in that edition.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from partnership import documents, text
from partnership.documents import Document, key_of, model_label
from partnership.models import Entry, Status, entry_model, owned_models

from .faces import Entries, Face, PublicFace, called, entries_of, known_rows, names_of, slugs_in
from .log import public_revisions


class PageFace(PublicFace):
    """The public face with the order of rows, as a page shows it; a field that a document did not know is left out."""

    not_told = Face.not_told

    def told(self, model: Any, fields: dict[str, Any]) -> dict[str, Any]:
        """The public fields of a row, as far as the document has them."""
        return {name: value for name, value in super().told(model, fields).items() if name in fields}


def entry_at(entry: Entry, number: int) -> Any:
    """An entry that is public now as the register said it in an edition; None if it was not public then.

    An entry that was never changed stands as it came. A constant number of queries, one for each model named among them.
    """
    document = _document_at(entry, number)
    if document is None or document[0]["fields"]["status"] != Status.PUBLISHED:
        return None
    wanted = PageFace.referred(document)
    for kind, slug in _links(document):
        if model := entry_model(kind):
            wanted[model].add(slug)
    entries = entries_of(wanted, status=Status.PUBLISHED)
    return _Built(entry, document, _called_then(entries, number)).entry()


def _document_at(entry: Entry, number: int) -> Document | None:
    revisions = public_revisions().filter(entry=entry.reference)
    revision = revisions.filter(edition__lte=number).order_by("-edition_id", "-pk").first()
    if revision:
        return documents.upgraded(revision.document, revision.schema)
    return documents.dump(entry) if entry.since <= number and not revisions.exists() else None


def _links(document: Document) -> Iterable[tuple[str, str]]:
    """The entries that the texts of a document link."""
    for model, row in known_rows(document):
        for name in model.markdown_fields:
            yield from text.links(row["fields"].get(name) or "")


def _called_then(entries: Entries, number: int) -> Entries:
    """The entries under the names that the register called them by in an edition, as far as revisions tell; one query."""
    references = [f"{model.kind_name()}:{slug}" for model, found in entries.items() for slug in found]
    names = names_of(references, edition__lte=number)
    return {
        model: {
            slug: called(each, names.get(f"{model.kind_name()}:{slug}", "")) for slug, each in found.items()
        }
        for model, found in entries.items()
    }


class _Built:
    """An entry that was never saved, built of a document; it bears the primary key of the one that is stored."""

    def __init__(self, present: Entry, document: Document, entries: Entries) -> None:
        self._present, self._entries = present, entries
        self._changed = document[0]["fields"].get("changed")
        self._document = PageFace(entries).cut(document)

    def entry(self) -> Entry:
        """The entry with its rows."""
        head, *rows = self._document
        model: Any = type(self._present)
        entry = model(pk=self._present.pk, slug=self._present.slug, status=Status.PUBLISHED)
        entry.first_published = self._present.first_published
        if self._changed:
            entry.changed = datetime.fromisoformat(self._changed)
        self._fill(entry, head)
        for relation in model._meta.related_objects:
            if name := relation.get_accessor_name():
                _keep(entry, name, relation.related_model, [])
        for accessor, owned in zip(model.owned_rows, owned_models(model), strict=True):
            label = model_label(owned)
            built = [self._row(entry, owned, row) for row in rows if row["model"] == label]
            _keep(entry, accessor, owned, sorted(built, key=lambda row: (row.position, row.key)))
        return entry

    def _row(self, entry: Entry, owned: Any, row: dict[str, Any]) -> Any:
        instance = owned(key=key_of(row), **{owned.owner_field: entry})
        self._fill(instance, row)
        return instance

    def _fill(self, instance: Any, row: dict[str, Any]) -> None:
        for name, value in row["fields"].items():
            field = instance._meta.get_field(name)
            if field.is_relation:
                found = [self._entries[field.related_model][slug] for slug in slugs_in(value)]
                if field.many_to_many:
                    _keep(instance, name, field.related_model, sorted(found, key=str))
                else:
                    setattr(instance, name, next(iter(found), None))
            elif name in instance.markdown_fields:
                setattr(instance, name, self._with_public_links(value))
            else:
                setattr(instance, name, field.to_python(value))

    def _with_public_links(self, value: str) -> str:
        """The text, links to what is not public now turned into their words."""
        for kind, slug in text.links(value):
            model = entry_model(kind)
            if model is None or slug not in self._entries.get(model, {}):
                value = text.without_links(value, kind, slug)
        return value


def _keep(instance: Any, accessor: str, model: type[Model], rows: list[Any]) -> None:
    """Put rows where a page looks for those of an accessor, as if they had been fetched along with the instance."""
    fetched: Any = model._base_manager.all()
    fetched._result_cache = rows
    fetched._prefetch_done = True
    instance.__dict__.setdefault("_prefetched_objects_cache", {})[accessor] = fetched
