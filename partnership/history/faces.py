"""Documents as they are told: which of their rows and fields a reader or staff may see, references by their titles."""

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from partnership.documents import (
    EDITORIAL,
    PUBLIC,
    Difference,
    Document,
    differences,
    fields_of,
    key_of,
    label,
    model_label,
)
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Entry,
    NameForm,
    PartyName,
    Relation,
    Revision,
    RevisionState,
    Status,
    named_references,
    owned_models,
)

from .told import Altered, Row

Entries = dict[type[Entry], dict[str, Entry]]

# Under which of these an entry has its name.
NAMES = ("title", "name", "label")

MODELS: dict[str, Any] = {
    model_label(model): model for entry in ENTRY_MODELS for model in (entry, *owned_models(entry))
}


def known_rows(document: Document) -> list[tuple[Any, dict[str, Any]]]:
    """The rows of a document with their models, without those whose model is no more."""
    return [(MODELS[row["model"]], row) for row in document if row.get("model") in MODELS]


def entries_of(wanted: Mapping[type[Entry], Collection[str]], **conditions: Any) -> Entries:
    """The entries of these slugs for which the conditions hold, by model and slug; one query for each model.

    Under the slug of an entry that was merged into another stands that one, called what the first was called last.
    """
    found = {model: _stored(model, slugs, conditions) for model, slugs in wanted.items()}
    missing = {
        f"{model.kind_name()}:{slug}": (model, slug)
        for model, slugs in wanted.items()
        for slug in slugs
        if slug not in found[model]
    }
    if missing:
        _add_moved(found, missing, conditions)
    return found


def _stored(model: type[Entry], slugs: Collection[str], conditions: Mapping[str, Any]) -> dict[str, Entry]:
    entries = Relation.objects.for_list() if model is Relation else model._base_manager.all()
    return {each.slug: each for each in entries.filter(slug__in=slugs, **conditions)}


def _add_moved(
    found: Entries, missing: Mapping[str, tuple[type[Entry], str]], conditions: Mapping[str, Any]
) -> None:
    """Add what old addresses among the missing ones lead to: a query for these, and one for each model and for names."""
    leads = dict(Alias.objects.filter(address__in=missing).values_list("address", "target"))
    targets: dict[type[Entry], dict[str, str]] = defaultdict(dict)
    for address, target in leads.items():
        model, slug = missing[address]
        kind, _colon, present = target.partition(":")
        if kind == model.kind_name():
            targets[model][slug] = present
    names = names_of(leads) if targets else {}
    for model, slugs in targets.items():
        stored = _stored(model, {*slugs.values()}, conditions)
        for slug, present in slugs.items():
            if present in stored:
                name = names.get(f"{model.kind_name()}:{slug}", "")
                found[model][slug] = called(stored[present], name)


def names_of(references: Iterable[str], **conditions: Any) -> dict[str, str]:
    """What entries were called last in public, by reference, as far as revisions tell; of editions that fit the conditions."""
    was_public = {"document__0__fields__status": Status.PUBLISHED.value, "state": RevisionState.PUBLISHED}
    stored = Revision.objects.filter(entry__in=list(references), **was_public, **conditions)
    columns = [f"document__0__fields__{name}" for name in NAMES]
    return {
        reference: next(filter(None, given), "")
        for reference, *given in stored.order_by("edition_id", "pk").values_list("entry", *columns)
    }


def called(entry: Entry, name: str) -> Entry:
    """An entry under another name; it is never saved."""
    if not name:
        return entry
    renamed = copy.copy(entry)
    known = {field.name for field in entry._meta.concrete_fields}
    if field := next((each for each in NAMES if each in known), ""):
        setattr(renamed, field, name)
    return renamed


def slugs_in(value: Any) -> list[str]:
    """The slugs in a natural key, a list of them, or nothing."""
    if not value:
        return []
    return [value[0]] if isinstance(value[0], str) else [key[0] for key in value]


class Face:
    """The editorial face: every field but the workflow's own, and every row.

    `entries` are what the documents refer to; what is not among them stands by its slug.
    """

    fields = EDITORIAL
    # The workflow's own; and an address never changes.
    not_told: frozenset[str] = frozenset({"slug", *Entry.state_fields})

    def __init__(self, entries: Entries) -> None:
        self.entries = entries

    def cut(self, document: Document) -> Document:
        """The document without what is not told."""
        return [{**row, "fields": self.told(model, row["fields"])} for model, row in known_rows(document)]

    def told(self, model: Any, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a row that are told."""
        values = {name: fields[name] for name in self.names(model) if name in fields}
        # `label` and `key_of` read the key of an entry from its slug, which is the same in both documents.
        return {"slug": fields["slug"], **values} if issubclass(model, Entry) else values

    @classmethod
    def names(cls, model: Any) -> tuple[str, ...]:
        """The fields of a model that say something of their own: not whose row it is."""
        owner = None if issubclass(model, Entry) else model.owner_field
        return tuple(
            name for name in fields_of(model, cls.fields) if name not in cls.not_told and name != owner
        )

    @classmethod
    def references(cls, model: Any) -> list[Any]:
        """The told fields that refer to other entries: foreign keys and many-to-many fields."""
        return [each for name in cls.names(model) if (each := model._meta.get_field(name)).is_relation]

    @classmethod
    def referred(cls, *documents: Document) -> dict[type[Entry], set[str]]:
        """The slugs of what the told fields of documents refer to, by model."""
        wanted: dict[type[Entry], set[str]] = defaultdict(set)
        for document in documents:
            for model, row in known_rows(document):
                for each in cls.references(model):
                    wanted[each.related_model].update(slugs_in(row["fields"].get(each.name)))
        return wanted

    def altered(self, old: Document, new: Document) -> list[Altered]:
        """What differs between two documents that were cut down to this face."""
        rows = {label(row): row for row in (*old, *new)}
        found = []
        for each in differences(old, new):
            row = self.row(rows[each.row])
            if each.field:
                if self._is_same(row.model, each):
                    continue
                values = (self._named(row.model, each.field, value) for value in (each.before, each.after))
                found.append(Altered(row, each.field, *values))
            else:
                gone = each.after is None
                found.append(Altered(row, "", row.fields if gone else None, None if gone else row.fields))
        return found

    def row(self, row: dict[str, Any]) -> Row:
        """A row of a document with the titles of what it refers to."""
        model = MODELS[row["model"]]
        fields = {name: self._named(model, name, value) for name, value in row["fields"].items()}
        return Row(model, label(row), fields)

    def _is_same(self, model: Any, each: Difference) -> bool:
        """Whether another name of the same entry is all that differs, and both are called the same."""
        column = model._meta.get_field(each.field)
        if not column.is_relation:
            return False
        found = self.entries.get(column.related_model, {})
        before, after = (
            {getattr(found.get(slug), "slug", slug) for slug in slugs_in(value)}
            for value in (each.before, each.after)
        )
        named = (self._named(model, each.field, value) for value in (each.before, each.after))
        return before == after and len({*map(str, named)}) == 1

    def _named(self, model: Any, name: str, value: Any) -> Any:
        """A value of a document with the titles of what it refers to, those of several in order."""
        column = model._meta.get_field(name)
        if not column.is_relation:
            return value
        found = self.entries.get(column.related_model, {})
        titles = [str(found.get(slug, slug)) for slug in slugs_in(value)]
        return sorted(titles, key=str.casefold) if column.many_to_many else next(iter(titles), None)


class PublicFace(Face):
    """The public face as it is today: allow-listed fields, no row or value that names what is not public now."""

    fields = PUBLIC
    # Where a row stands on its page is no statement.
    not_told = frozenset({*Face.not_told, "position"})

    def cut(self, document: Document) -> Document:
        """The document as readers may see it today, without the citations of rows that are left out."""
        told = [row for row in document if row.get("model") in MODELS and self._is_told(row)]
        hidden = {key_of(row) for row in document} - {key_of(row) for row in told}
        return [row for row in super().cut(told) if row["fields"].get("supports") not in hidden]

    def told(self, model: Any, fields: dict[str, Any]) -> dict[str, Any]:
        """The public fields of a row; what they refer to is left out of them unless it is public."""
        references = {each.name: each for each in self.references(model)}
        shown = dict(fields)
        for name in self.names(model):
            value = fields.get(name)
            if name in references:
                public = [slug for slug in slugs_in(value) if self._is_public(references[name], slug)]
                many = references[name].many_to_many
                value = [[slug] for slug in public] if many else (public[:1] or None)
            shown[name] = value
        return super().told(model, shown)

    def _is_told(self, row: dict[str, Any]) -> bool:
        """Whether readers may see a row: it names nothing that is not public, and is no name for search alone."""
        model, fields = MODELS[row["model"]], row["fields"]
        if issubclass(model, Entry):
            return True
        if model is PartyName and fields.get("form") == NameForm.SEARCH:
            return False
        return all(
            self._is_public(each, slug)
            for each in named_references(model)
            for slug in slugs_in(fields.get(each.name))
        )

    def _is_public(self, reference: Any, slug: str) -> bool:
        entry = self.entries.get(reference.related_model, {}).get(slug)
        return entry is not None and entry.is_public
