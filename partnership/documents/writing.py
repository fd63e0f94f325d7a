"""Documents written into the rows: over the entry they are of, or as a new one."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction

from partnership import generation
from partnership.models import ENTRY_MODELS, Entry, OwnedRow, owned_models

from .shape import EDITORIAL, Document, DocumentError, field_of, fields_of, is_key, key_of, label, model_label


def check_shape(document: Document, slug: str) -> type[Entry]:
    """The entry model of a document, if it is one of the entry `slug`.

    Raises:
        DocumentError: another slug, a model the entry does not own, or a key or owner that is another entry's.
    """
    by_label = {model_label(model): model for model in ENTRY_MODELS}
    if not document or document[0].get("model") not in by_label:
        raise DocumentError([("document", "model", "the first row must be an entry of the register")])
    head, *rows = document
    model = by_label[head["model"]]
    problems = []
    if head["fields"].get("slug") != slug:
        problems.append(
            (label(head), "slug", f"this is not the document of “{slug}”; an address never changes")
        )
    owned = {model_label(each): each for each in owned_models(model)}
    for row in rows:
        if row["model"] not in owned:
            problems.append(
                (label(row), "model", f"a {model._meta.model_name} does not own rows of this model")
            )
            continue
        if not key_of(row).startswith(f"{slug}."):
            problems.append((label(row), "pk", f"the key of a row of “{slug}” starts with “{slug}.”"))
        if row["fields"].get(owned[row["model"]].owner_field) != [slug]:
            problems.append(
                (label(row), owned[row["model"]].owner_field, f"the row must belong to [“{slug}”]")
            )
    if problems:
        raise DocumentError(problems)
    return model


@transaction.atomic
def apply(document: Document, *, slug: str, with_state: bool = False) -> Entry:
    """Write a document over the entry `slug`, or create it; fields the document does not name keep their value.

    Status, reason for withdrawal, first published and changed belong to the workflow and are taken from the
    document only for an entry that is being created or when `with_state` is set (an import of one's own backup).
    Owned rows that changed are replaced (deleted, then inserted under the same key), so that swaps are safe.

    Raises:
        DocumentError: the document is of another entry, claims another entry's row, or names what does not exist.
    """
    model = check_shape(document, slug)
    head, *rows = document
    entry = model._base_manager.filter(slug=slug).first()
    creating = entry is None
    entry = entry or model()
    skipped = () if creating or with_state else model.state_fields
    references = References(document)
    many = {}
    for name, value in head["fields"].items():
        if name in skipped:
            continue
        field = model._meta.get_field(name)
        if field.many_to_many:
            many[name] = references.many(head, field, value)
        else:
            set_value(entry, field, value, references, head)
    references.raise_problems()
    entry.save()
    for name, members in many.items():
        if creating or {member.pk for member in getattr(entry, name).all()} != {
            member.pk for member in members
        }:
            getattr(entry, name).set(members)
    for owned in owned_models(model):
        _replace_rows(entry, owned, [row for row in rows if row["model"] == model_label(owned)], references)
    if hasattr(entry, "refresh_bounds"):
        entry.refresh_bounds()
    return entry


def _replace_rows(entry: Entry, owned: type[OwnedRow], rows: list[dict], references: "References") -> None:
    stored = {row.pk: row for row in owned._base_manager.filter(**{owned.owner_field: entry}).order_by()}
    wanted = {key_of(row): row for row in rows}
    elsewhere = owned._base_manager.filter(pk__in=wanted.keys() - stored.keys()).values_list("pk", flat=True)
    if taken := sorted(elsewhere):
        raise DocumentError(
            [(f"{owned._meta.model_name}[{key}]", "pk", "the key is another entry's") for key in taken]
        )
    fresh = []
    for key, row in wanted.items():
        before = stored.get(key)
        instance = owned(key=key, **{owned.owner_field: entry})
        if before is not None:
            for name in fields_of(owned, EDITORIAL):
                attname = field_of(owned, name).attname
                setattr(instance, attname, getattr(before, attname))
        for name, value in row["fields"].items():
            if name != owned.owner_field:
                set_value(instance, owned._meta.get_field(name), value, references, row)
        if before is None or not _same_columns(before, instance):
            fresh.append(instance)
    references.raise_problems()
    gone = [key for key in stored if key not in wanted] + [row.pk for row in fresh if row.pk in stored]
    if gone:
        owned._base_manager.filter(pk__in=gone)._raw_delete(owned._base_manager.db)
    owned._base_manager.bulk_create(fresh)
    if (gone or fresh) and generation.concerns_public(entry):
        generation.move()


def _same_columns(one: OwnedRow, other: OwnedRow) -> bool:
    return all(
        field.get_prep_value(getattr(one, field.attname))
        == field.get_prep_value(getattr(other, field.attname))
        for field in one._meta.concrete_fields
    )


def set_value(row: models.Model, field: Any, value: Any, references: "References", source: dict) -> None:
    """Set one field of a row from its JSON value; what cannot be set is kept in `references.problems`."""
    if field.is_relation:
        setattr(row, field.attname, references.one(source, field, value))
        return
    try:
        setattr(row, field.name, field.to_python(value))
    except ValidationError as error:
        references.problems.append((label(source), field.name, " ".join(error.messages)))


class References:
    """Looks up what the natural keys of a document name, one query per model named, and gathers what is missing."""

    def __init__(self, document: Iterable[dict[str, Any]]):
        self.problems: list[tuple[str, str, str]] = []
        self._rows: dict[Any, dict[str, Any]] = {}
        wanted: dict[Any, set[str]] = {}
        for row in document:
            model = _model_of(row)
            for name, value in row["fields"].items():
                field = model._meta.get_field(name)
                if field.is_relation:
                    keys = value if field.many_to_many else [value]
                    wanted.setdefault(field.related_model, set()).update(
                        key[0] for key in keys or [] if is_key(key)
                    )
        for model, slugs in wanted.items():
            self._rows[model] = {row.slug: row for row in model._base_manager.filter(slug__in=slugs)}

    def one(self, row: dict[str, Any], field: Any, value: Any) -> int | None:
        """The primary key of what `value`, a natural key or null, names."""
        if value is None:
            return None
        found = self._find(row, field, value)
        return found.pk if found else None

    def many(self, row: dict[str, Any], field: Any, value: Any) -> list[models.Model]:
        """The rows that a list of natural keys names."""
        return [found for key in value or [] if (found := self._find(row, field, key))]

    def raise_problems(self) -> None:
        """Refuse the document if anything in it could not be set."""
        if self.problems:
            raise DocumentError(self.problems)

    def _find(self, row: dict[str, Any], field: Any, key: Any) -> Any:
        slug = key[0] if is_key(key) else key
        found = self._rows.get(field.related_model, {}).get(slug) if isinstance(slug, str) else None
        if found is None:
            kind = field.related_model._meta.model_name
            self.problems.append((label(row), field.name, f"there is no {kind} “{slug}”; create it first"))
        return found


def _model_of(row: dict[str, Any]) -> type[models.Model]:
    return apps.get_model(row["model"])
