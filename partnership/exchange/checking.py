"""What the rows of files would make of the register: one change per entry, checked as the admin would check it.

Here stands what can be known of a row by itself and of what it names. What its model's constraints say is asked of the
database, when the row is written (`applying`); what holds across rows, of the rules, when all are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from partnership import documents
from partnership.documents import EDITORIAL, PUBLIC, Document, model_label
from partnership.exchange.cleaning import canonical, cleaners_of
from partnership.exchange.export import OWNED_MODELS, OWNER_OF, addresses
from partnership.exchange.reading import MODELS, Problem, Row, hint
from partnership.exchange.staging import Staged
from partnership.models import ENTRY_MODELS, Alias, Entry, Relation, references_of
from partnership.models.fields import whole_second

OWNED_ORDER = {model_label(owned): place for place, owned in enumerate(OWNED_MODELS)}
KEPT_STATE = ("status", "withdrawn_reason", "first_published")
"""What the workflow alone moves; a file sets it for entries it creates and for no other."""

Fields = dict[str, Any]


class Known:
    """The entries that there are, in the register or in the files; those of the files have numbers below zero."""

    def __init__(self, staged: Staged):
        self.numbers: dict[Any, dict[str, int]] = {
            model: {slug: key for key, slug in found.items()} for model, found in addresses(EDITORIAL).items()
        }
        self.public = {model: set(found.values()) for model, found in addresses(PUBLIC).items()}
        self.aliases = dict(Alias.objects.values_list("address", "target"))
        self.alias_keys = dict(Alias.objects.values_list("address", "pk"))
        self._staged = staged
        place = 0
        for model in ENTRY_MODELS:
            for slug in staged.keys(model):
                place -= 1
                self.numbers[model].setdefault(slug, place)

    def number(self, model: Any, slug: str) -> int | None:
        """The primary key of an entry, or what stands for it until it is created. None if there is no such entry."""
        return self.numbers[model].get(slug)

    @cache  # noqa: B019 - lives as long as one load
    def value(self, model: Any, slug: str, name: str) -> Any:
        """The value of a column of an entry as the files leave it."""
        try:
            return self._staged.value(model, slug, name)
        except KeyError:
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
    key: int | None = None

    @property
    def place(self) -> Row:
        """The row that stands for the entry in messages."""
        return self.entry_row or self.rows[0]

    @property
    def reference(self) -> str:
        """`kind:slug`."""
        return f"{self.model.kind_name()}:{self.slug}"

    @property
    def is_none(self) -> bool:
        """Whether the entry stays as it is."""
        return self.before == self.after

    @property
    def status(self) -> str:
        """The status that the entry has after the load; that of a draft if nothing is said."""
        return self.after[0]["fields"].get("status", "draft")

    @property
    def keeps_other_status(self) -> bool:
        """Whether the file names another status than the one that the entry has and keeps."""
        return bool(
            self.before
            and self.entry_row
            and self.entry_row.fields.get("status", "") not in ("", self.before[0]["fields"]["status"])
        )


# From rows to changes


def changes_of(
    model: type[Entry],
    slugs: list[str],
    staged: Staged,
    known: Known,
    replaced: set[type[models.Model]],
    protected: Iterable[str] = (),
) -> list[Change]:
    """One change per entry of a model, in the order of the addresses given.

    `replaced` are the models of owned rows of which the files are the whole truth, for entries whose own row they hold.
    `protected` are fields that an entry which exists keeps, whatever the files say.
    """
    rows = staged.rows_of(model, slugs)
    keys = {
        slug: number for slug in slugs if (number := known.number(model, slug)) is not None and number > 0
    }
    before = documents.dump_many(model, keys.values())
    found = []
    for slug in slugs:
        change = Change(model, slug, key=keys.get(slug))
        for row in rows[slug]:
            if row.model is model:
                change.entry_row = change.entry_row or row
            else:
                change.rows.append(row)
        if change.key is not None:
            change.before = before[change.key]
            _keep_protected(change, protected)
        change.after = document_after(change, replaced, known)
        found.append(change)
    return found


def _keep_protected(change: Change, protected: Iterable[str]) -> None:
    for row in [*change.rows, *([change.entry_row] if change.entry_row else [])]:
        for name in protected:
            row.fields.pop(name, None)


def document_after(change: Change, replaced: set[type[models.Model]], known: Known) -> Document:
    """The document of an entry as the files leave it, rows in the order of `documents.dump`.

    Fields that a file does not name stay. Where the entry's own row is in the files, they are the whole truth about the
    rows it owns of each model in `replaced`. A row of the public face says nothing of what that face hides.
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
        owned: Any = row.model
        fields[owned.owner_field] = [change.slug]
        kept[row.label] = {"model": model_label(row.model), "pk": row.key, "fields": fields}
    rows = sorted(kept.values(), key=lambda row: (OWNED_ORDER[row["model"]], row["pk"]))
    fields = _head_after(change, head["fields"], public, known)
    if change.before and fields == head["fields"] and rows == stored:
        return before
    if change.before and (entry_row is None or "changed" not in entry_row.fields):
        fields = {**fields, "changed": documents.moment(whole_second())}
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
    differing = {name: value for name, value in given.items() if name not in before or before[name] != value}
    return before | {name: canonical(model, name, value) for name, value in differing.items()}


def _is_hidden(row: dict[str, Any], known: Known) -> bool:
    """Whether the public face withholds an owned row, because it names something that is not public."""
    model = MODELS[row["model"]]
    named = ((each.related_model, row["fields"][each.name]) for each in references_of(model))
    return any(value is not None and value[0] not in known.public[target] for target, value in named)


# Checks of one row


@dataclass
class Checked:
    """A row that was checked: what is wrong with it, and an unsaved instance of it, with which constraints are asked.

    `later` are the foreign keys to entries of the files that are not created yet, as (column, model, address).
    """

    place: Row
    instance: Any
    is_new: bool
    members: dict[str, list[str]] = field(default_factory=dict)
    later: list[tuple[str, Any, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


def checked_rows(change: Change, known: Known, problems: list[Problem]) -> list[Checked]:
    """The rows of an entry that are new or change, each checked by itself; what is wrong goes into `problems`."""
    if known.number(change.model, change.slug) is None:
        message = known.missing(change.model, change.slug)
        problems += [row.problem("pk", message, row.key, code="ref-missing") for row in change.rows]
        return []
    earlier = {documents.label(row): row["fields"] for row in change.before or []}
    places = {row.label: row for row in [*change.rows, *([change.entry_row] if change.entry_row else [])]}
    found = []
    for after in change.after:
        name = documents.label(after)
        fields = after["fields"]
        if earlier.get(name) != fields:
            place = places.get(name) or change.place
            found.append(
                _checked(change, place, MODELS[after["model"]], after, name in earlier, known, problems)
            )
    problems += _pair_problems(change)
    return found


def _checked(
    change: Change,
    place: Row,
    model: Any,
    row: dict[str, Any],
    exists: bool,
    known: Known,
    problems: list[Problem],
) -> Checked:
    fields = row["fields"]
    is_owned = model in OWNER_OF
    key = {"key": row["pk"]} if is_owned else {"pk": change.key}
    columns, found = columns_of(model, fields, known)
    missing = [] if exists else _missing(model, fields)
    checked = Checked(place, None, not exists, later=columns.later, members=columns.members)
    found = [(name, _("is missing; a new row needs it"), "required") for name in missing] + found
    checked.refused = {name for name, _message, _code in found}
    checked.instance = model(**key, **columns.values)
    checked.instance._state.adding = not exists
    for name, message, code in found:
        value = {"value": fields[name]} if name in fields else {}
        problems.append(place.problem(name, message, code=code, **value))
    return checked


@dataclass
class _Columns:
    values: Fields = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    later: list[tuple[str, Any, str]] = field(default_factory=list)


@cache
def _plan(model: Any) -> dict[str, tuple[str, Any, Any]]:
    """By the name of each field that files hold: (column, cleaner, model that it refers to)."""
    cleaners = cleaners_of(model)
    found = {}
    for name in documents.fields_of(model, EDITORIAL):
        each: Any = model._meta.get_field(name)
        found[name] = (getattr(each, "attname", name), cleaners.get(name), each if each.is_relation else None)
    return found


def columns_of(model: Any, fields: Fields, known: Known) -> tuple[_Columns, list[tuple[str, str, str]]]:
    """The columns of a row, and what is wrong with its values as (field, message, code)."""
    columns = _Columns()
    found: list[tuple[str, str, str]] = []
    plan = _plan(model)
    for name, value in fields.items():
        column, cleaner, reference = plan[name]
        if reference is None:
            try:
                columns.values[column] = cleaner.clean(value)[0]
            except ValidationError as error:
                found += [
                    (name, " ".join(each.messages), each.code or "invalid") for each in error.error_list
                ]
        elif reference.many_to_many:
            columns.members[name] = [key[0] for key in value]
            found += _reference_problems(name, reference, columns.members[name], known)
        elif value is not None:
            if problems := _reference_problems(name, reference, value, known):
                found += problems
                continue
            number = known.number(reference.related_model, value[0]) or 0
            columns.values[column] = number if number > 0 else None
            if number < 0:
                columns.later.append((column, reference.related_model, value[0]))
    return columns, found


def _missing(model: Any, fields: Fields) -> list[str]:
    """The required fields that a new row lacks."""
    return [name for name in _required(model) if name not in fields]


@cache
def _required(model: Any) -> tuple[str, ...]:
    names = documents.fields_of(model, EDITORIAL)
    return tuple(
        each.name
        for each in model._meta.concrete_fields
        if each.name in names and not (each.blank or each.null or each.has_default())
    )


def _reference_problems(
    name: str, reference: Any, slugs: Iterable[str], known: Known
) -> list[tuple[str, str, str]]:
    found = []
    target = reference.related_model
    for slug in slugs:
        if known.number(target, slug) is None:
            found.append((name, known.missing(target, slug), "ref-missing"))
        elif message := _wrong_choice(reference, target, slug, known):
            found.append((name, message, "ref-kind"))
    return found


def _wrong_choice(reference: Any, target: Any, slug: str, known: Known) -> str:
    for name, wanted in (reference.get_limit_choices_to() or {}).items():
        if (actual := known.value(target, slug, name)) != wanted:
            values = {"slug": slug, "name": name, "actual": actual, "wanted": wanted}
            return _("“%(slug)s” has the %(name)s “%(actual)s”; choose one with “%(wanted)s”") % values
    return ""


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
            yield change.place.problem(
                name, message % {"slug": before[name][0]}, after[name], "address-fixed"
            )


def constraint_problems(checked: Checked) -> Iterator[Problem]:
    """What the constraints of the database say of a row; they are asked one by one, so only where one refused."""
    try:
        checked.instance.validate_constraints(exclude=checked.refused)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                yield checked.place.problem(
                    "" if name == NON_FIELD_ERRORS else name, message, code="constraint"
                )
