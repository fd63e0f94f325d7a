"""What the rows of files would make of the register: one change per entry, checked as the admin would check it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext as _

from partnership import documents
from partnership.documents import EDITORIAL, PUBLIC, Document, model_label, plain
from partnership.exchange.export import OWNED_MODELS, addresses
from partnership.exchange.reading import MODELS, Problem, Row, hint
from partnership.models import ENTRY_MODELS, Alias, Entry, Relation, entry_model, references_of
from partnership.models.fields import whole_second

OWNER_FIELD: dict[type[models.Model], str] = {owned: owned.owner_field for owned in OWNED_MODELS}
OWNER_OF: dict[type[models.Model], Any] = {
    owned: owned._meta.get_field(owned.owner_field).related_model for owned in OWNED_MODELS
}
KEPT_STATE = ("status", "withdrawn_reason", "first_published")
"""What the workflow alone moves; a file sets it for entries it creates and for no other."""

Fields = dict[str, Any]


class Known:
    """The entries that there are, in the register or in the files; those of the files have numbers below zero."""

    def __init__(self, rows: Iterable[Row]):
        self.numbers: dict[Any, dict[str, int]] = {
            model: {slug: key for key, slug in found.items()} for model, found in addresses(EDITORIAL).items()
        }
        self.public = {model: set(found.values()) for model, found in addresses(PUBLIC).items()}
        self.aliases = dict(Alias.objects.values_list("address", "target"))
        self.numbers[Alias] = dict(Alias.objects.values_list("address", "pk"))
        self._rows = {(row.model, row.key): row for row in rows}
        for place, (model, slug) in enumerate(self._rows):
            if model in self.numbers:
                self.numbers[model].setdefault(slug, -1 - place)

    def number(self, model: Any, slug: str) -> int | None:
        """The primary key of an entry, or what stands for it until it is created. None if there is no such entry."""
        return self.numbers[model].get(slug)

    def value(self, model: Any, slug: str, name: str) -> Any:
        """The value of a column of an entry as the files leave it."""
        row = self._rows.get((model, slug))
        if row is not None and name in row.fields:
            return row.fields[name]
        return self._stored(model, name).get(slug)

    def missing(self, model: Any, slug: str) -> str:
        """The message that there is no such entry."""
        values = {"kind": model._meta.verbose_name, "slug": slug, "hint": self._hint(model, slug)}
        return _("there is no %(kind)s “%(slug)s”%(hint)s") % values

    @cache  # noqa: B019 - lives as long as one load
    def _stored(self, model: Any, name: str) -> dict[str, Any]:
        return dict(model._base_manager.order_by().values_list("slug", name))

    @cache  # noqa: B019 - lives as long as one load
    def _hint(self, model: Any, slug: str) -> str:
        return hint(slug, self.numbers[model])


@dataclass
class Change:
    """What the files make of one entry: its document before (None if it is new) and after."""

    model: type[Entry]
    slug: str
    entry_row: Row | None = None
    rows: list[Row] = field(default_factory=list)
    before: Document | None = None
    after: Document = field(default_factory=list)

    @property
    def place(self) -> Row:
        """The row that stands for the entry in messages."""
        return self.entry_row or self.rows[0]

    @property
    def is_none(self) -> bool:
        """Whether the entry stays as it is."""
        return self.before == self.after

    @property
    def keeps_other_status(self) -> bool:
        """Whether the file names another status than the one that the entry has and keeps."""
        return bool(
            self.before
            and self.entry_row
            and self.entry_row.fields.get("status", "") not in ("", self.before[0]["fields"]["status"])
        )


# From rows to changes


def changes_of(rows: list[Row], known: Known) -> Iterator[Change]:
    """One change per entry that the files name by its row or by rows it owns, in the order of the files."""
    replaced = {row.model for row in rows}
    gathered: dict[tuple[Any, str], Change] = {}
    for row in rows:
        if issubclass(row.model, Entry):
            gathered.setdefault((row.model, row.key), Change(row.model, row.key)).entry_row = row
        elif row.model in OWNER_OF:
            model, slug = OWNER_OF[row.model], row.key.partition(".")[0]
            gathered.setdefault((model, slug), Change(model, slug)).rows.append(row)
    order = {model: place for place, model in enumerate(ENTRY_MODELS)}
    for change in sorted(gathered.values(), key=lambda each: (order[each.model], each.slug)):
        number = known.number(change.model, change.slug)
        if number is not None and number > 0:
            change.before = documents.dump(change.model._base_manager.get(pk=number))
        change.after = _document_after(change, replaced, known)
        yield change


def _document_after(change: Change, replaced: set[type[models.Model]], known: Known) -> Document:
    """The document of an entry as the files leave it, rows in the order of `documents.dump`.

    Fields that a file does not name stay. Where the entry's own row is in the files, they are the whole truth about the
    rows it owns of each model that occurs in them. A row of the public face says nothing of what that face hides.
    """
    before = change.before or [{"model": model_label(change.model), "fields": {"slug": change.slug}}]
    head, *stored = before
    entry_row = change.entry_row
    public = entry_row is not None and not any(
        name in entry_row.fields for name in change.model.private_fields
    )
    kept = {
        documents.label(row): row
        for row in stored
        if entry_row is None or MODELS[row["model"]] not in replaced or (public and _is_hidden(row, known))
    }
    earlier = {documents.label(row): row["fields"] for row in stored}
    for row in change.rows:
        fields = _overlaid(row.model, earlier.get(row.label, {}), row.fields)
        fields[OWNER_FIELD[row.model]] = [change.slug]
        kept[row.label] = {"model": model_label(row.model), "pk": row.key, "fields": fields}
    order = {model_label(owned): place for place, owned in enumerate(OWNED_MODELS)}
    rows = sorted(kept.values(), key=lambda row: (order[row["model"]], row["pk"]))
    fields = _head_after(change, head["fields"], public, known)
    if change.before and fields == head["fields"] and rows == stored:
        return before
    if change.before and (entry_row is None or "changed" not in entry_row.fields):
        fields = {**fields, "changed": f"{whole_second():%Y-%m-%dT%H:%M:%SZ}"}
    return [{"model": head["model"], "fields": fields}, *rows]


def _head_after(change: Change, before: Fields, public: bool, known: Known) -> Fields:
    given = change.entry_row.fields if change.entry_row else {}
    after = _overlaid(change.model, before, given)
    if change.before:
        after |= {name: before[name] for name in KEPT_STATE}
    if public and change.before:
        for each in change.model._meta.many_to_many:
            hidden = [key for key in before[each.name] if key[0] not in known.public[each.related_model]]
            after[each.name] = sorted({tuple(key) for key in [*after[each.name], *hidden]})
            after[each.name] = [list(key) for key in after[each.name]]
    return after


def _overlaid(model: Any, before: Fields, given: Fields) -> Fields:
    return before | {name: _canonical(model._meta.get_field(name), value) for name, value in given.items()}


def _canonical(field: Any, value: Any) -> Any:
    """A value as `documents.dump` would give it back; one that will be refused stays as it is, not rounded or cut."""
    if field.many_to_many:
        return [list(key) for key in sorted({tuple(key) for key in value})]
    if field.is_relation:
        return value
    try:
        stored = field.to_python(value)
        field.run_validators(stored)
        return plain(field, stored)
    except ValidationError:
        return value


def _is_hidden(row: dict[str, Any], known: Known) -> bool:
    """Whether the public face withholds an owned row, because it names something that is not public."""
    model = MODELS[row["model"]]
    named = ((each.related_model, row["fields"][each.name]) for each in references_of(model))
    return any(value is not None and value[0] not in known.public[target] for target, value in named)


# Checks


def problems_of(change: Change, known: Known) -> Iterator[Problem]:
    """Everything that the admin's forms and the constraints of the database would say of the rows that change."""
    if known.number(change.model, change.slug) is None:
        for row in change.rows:
            yield row.problem("pk", known.missing(change.model, change.slug), row.key)
        return
    earlier = {documents.label(row): row["fields"] for row in change.before or []}
    places = {row.label: row for row in [*change.rows, *([change.entry_row] if change.entry_row else [])]}
    for after in change.after:
        name = documents.label(after)
        if name in places and earlier.get(name) != after["fields"]:
            yield from _row_problems(places[name], after["fields"], name in earlier, known)
    yield from _pair_problems(change)


def _pair_problems(change: Change) -> Iterator[Problem]:
    """A relation that is or was public with other parties than it had: its address is made of the two."""
    if change.model is not Relation or change.before is None:
        return
    before, after = change.before[0]["fields"], change.after[0]["fields"]
    for name in ("organisation", "party"):
        if before["first_published"] and before[name] != after[name]:
            message = _(
                "is part of the relation’s public address and stays “%(slug)s”: for another pair load a new "
                "relation, and withdraw this one if it should not be there"
            )
            yield change.place.problem(name, message % {"slug": before[name][0]}, after[name])


def alias_problems(row: Row, known: Known) -> Iterator[Problem]:
    """What is wrong with a row of an alias, the same two ways."""
    stored = known.aliases.get(row.key)
    fields = {"address": row.key} | ({} if stored is None else {"target": stored}) | row.fields
    yield from _row_problems(row, fields, stored is not None, known)
    message = old_address_problem(row.key, lambda model, slug: known.number(model, slug) is not None)
    if message:
        yield row.problem("address", message, row.key)
    if "target" in fields and (message := _target_problem(fields["target"], known)):
        yield row.problem("target", message, fields["target"])


def old_address_problem(address: str, is_there: Callable[[type[Entry], str], bool]) -> str:
    """Why `kind:slug` can be no old address; empty if it can. `is_there` says whether a kind has an entry of a slug.

    An address without a colon is not told of here: the constraint of the database says how one is written.
    """
    kind, colon, slug = address.partition(":")
    model = entry_model(kind)
    if model is None:
        return _no_kind(kind) if colon else ""
    if is_there(model, slug):
        return _(
            "there is an entry at this address: an alias leads from an address that no entry has any more"
        )
    return ""


def _target_problem(target: str, known: Known) -> str:
    kind, _colon, slug = target.partition(":")
    model = entry_model(kind)
    if model is None:
        return _no_kind(kind)
    return known.missing(model, slug) if known.number(model, slug) is None else ""


def _no_kind(kind: str) -> str:
    return _("there is no kind “%(kind)s”") % {"kind": kind}


def _row_problems(place: Row, fields: Fields, exists: bool, known: Known) -> Iterator[Problem]:
    """The problems of one row with the values it would have."""
    found = (
        []
        if exists
        else [(name, _("is missing; a new row needs it")) for name in _missing(place.model, fields)]
    )
    found += _reference_problems(place.model, fields, known)
    instance = _instance(place, fields, known)
    instance._state.adding = not exists
    refused = {name for name, _message in found}
    relations = {each.name for each in references_of(place.model)}
    derived = {each.name for each in instance._meta.fields} - {
        *documents.fields_of(place.model, EDITORIAL),
        "key",
    }
    found += _said_by(lambda: instance.clean_fields(exclude=refused | relations | derived))
    refused |= {name for name, _message in found}
    found += _said_by(lambda: instance.validate_constraints(exclude=refused))
    for name, message in found:
        value = {"value": fields[name]} if name in fields else {}
        yield place.problem(name, message, **value)


def _missing(model: Any, fields: Fields) -> list[str]:
    """The required fields that a new row lacks."""
    return [
        each.name
        for each in model._meta.concrete_fields
        if each.name in documents.fields_of(model, EDITORIAL)
        and each.name not in fields
        and not (each.blank or each.null or each.has_default())
    ]


def _reference_problems(model: Any, fields: Fields, known: Known) -> list[tuple[str, str]]:
    found = []
    for name, value in fields.items():
        each = model._meta.get_field(name)
        if each.is_relation and value is not None:
            for slug in [key[0] for key in value] if each.many_to_many else value:
                if message := _reference_problem(each, slug, known):
                    found.append((name, message))
    return found


def _reference_problem(each: Any, slug: str, known: Known) -> str:
    target = each.related_model
    if known.number(target, slug) is None:
        return known.missing(target, slug)
    for name, wanted in (each.get_limit_choices_to() or {}).items():
        if (actual := known.value(target, slug, name)) != wanted:
            values = {"slug": slug, "name": name, "actual": actual, "wanted": wanted}
            return _("“%(slug)s” has the %(name)s “%(actual)s”; choose one with “%(wanted)s”") % values
    return ""


def _instance(place: Row, fields: Fields, known: Known) -> Any:
    """An unsaved instance with the values of a row, so that it can be asked what is wrong with it."""
    owner = OWNER_OF.get(place.model)
    instance = place.model(pk=place.key if owner else known.number(place.model, place.key))
    for name, value in fields.items():
        each: Any = place.model._meta.get_field(name)
        if each.many_to_many:
            continue
        if each.is_relation:
            value = None if value is None else known.number(each.related_model, value[0])
        setattr(instance, each.attname, value)
    return instance


def _said_by(check: Callable[[], None]) -> list[tuple[str, str]]:
    """What a check of an instance refuses, as (field, message); the field of a whole row is empty."""
    try:
        check()
    except ValidationError as error:
        return [
            ("" if name == NON_FIELD_ERRORS else name, message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return []


def pairs_twice(changes: Iterable[Change]) -> Iterator[Problem]:
    """Changed entries of the files that share values which only one entry may have; the database cannot see them yet."""
    seen: dict[tuple, Row] = {}
    for change in changes:
        for constraint in change.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and not change.is_none:
                fields = change.after[0]["fields"]
                values = tuple(str(fields.get(name)) for name in constraint.fields)
                first = seen.setdefault((constraint.name, *values), change.place)
                if first is not change.place:
                    message = f"{constraint.violation_error_message} ({first.file}:{first.line})"
                    yield change.place.problem("", message)
