"""The rows of a table: values of the columns of each entry, read in chunks, in a constant number of queries a chunk."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse

from partnership.dates import bounds_of
from partnership.exchange.export import consistent_read
from partnership.models import (
    Area,
    Citation,
    Entry,
    Party,
    Record,
    Relation,
    Source,
    Stance,
    Status,
    Term,
    named_references,
    owned_models,
)

from .columns import SEPARATOR, Spec, specs

CHUNK = 1000
MOST_KEPT = 50_000
# Of these there are few: all are read at once. Of records only those that a chunk names.
READ_AT_ONCE = (Term, Area, Source, Party)

Getter = Callable[[list[tuple], "Chunk"], list[Any]]
"""The values of one column, for the rows of a chunk: one call a chunk instead of one a cell."""

_WORDS = {Term: "label", Area: "name", Party: "name"}


@dataclass
class Chunk:
    """What rows beside some entries say of them, by the primary key of the entry."""

    members: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    parties: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    sources: dict[int, list[int]] = field(default_factory=dict)


class Names:
    """Address and words of the public entries that rows name; what is not public has neither."""

    def __init__(self) -> None:
        self._known: dict[Any, dict[int, tuple[str, str]]] = {}
        self.urls: dict[int, str] = {}
        self.meanings: dict[int, str] = {}

    def of(self, model: Any, key: int | None) -> tuple[str, str] | None:
        """The address and the words of an entry; None for none or one that readers may not see."""
        return self._known[model].get(key) if key is not None else None

    def known(self, model: Any) -> Mapping[int | None, tuple[str, str]]:
        """The addresses and words of the entries of a model that are known now, by primary key."""
        return self._known[model]  # type: ignore[return-value]  # asked for None too, which is no key

    def learn(self, model: Any, keys: Collection[int]) -> None:
        """Read the names of entries, if they are not known."""
        columns = ("pk", "slug", _WORDS.get(model, "title"))
        if model not in READ_AT_ONCE:
            rows = model.objects.published().order_by().filter(pk__in=keys) if keys else model.objects.none()
            self._known[model] = {key: (slug, words) for key, slug, words in rows.values_list(*columns)}
        elif model not in self._known:
            rows = model.objects.published().order_by().values_list(*columns)
            self._known[model] = {key: (slug, words) for key, slug, words in rows}
            if model is Source:
                self.urls = dict(Source.objects.published().order_by().values_list("pk", "url"))
            if model is Term:
                self.meanings = dict(Term.objects.published().order_by().values_list("pk", "acts_as"))


def rows_of_table(model: type[Entry], queryset: QuerySet) -> Iterator[list[Any]]:
    """The rows of entries of one kind, in their order: the values of its columns.

    A value is text, a number, a day or moment, a list of texts, or None for what is not stated. All is read in one state of
    the database. The queryset holds public entries only.
    """
    for chunk in columns_of_table(model, queryset):
        yield from map(list, zip(*chunk, strict=True))


def columns_of_table(model: type[Entry], queryset: QuerySet) -> Iterator[list[list[Any]]]:
    """The same, in chunks of some hundreds of entries, column by column: a list of values for each."""
    asked = specs(model)
    with consistent_read():
        names = Names()
        fields = _stored_fields(model)
        getters = _getters(model, asked, fields, names)
        stored: Iterator[tuple] = queryset.values_list("pk", *fields).iterator(chunk_size=CHUNK)
        while rows := list(islice(stored, CHUNK)):
            chunk = _beside(model, rows, fields, names)
            yield [get(rows, chunk) for get in getters]


def _stored_fields(model: type[Entry]) -> list[str]:
    """The columns of the model's own table that a row is made of."""
    fields = [model._meta.get_field(name) for name in model.public_fields]
    names = [each.attname for each in fields if isinstance(each, models.Field) and not each.many_to_many]
    return [*names, "earliest", "latest"] if issubclass(model, Record) else names


# Rows beside


def _beside(model: Any, rows: list[tuple], fields: list[str], names: Names) -> Chunk:
    """What other tables say of a chunk of entries, one query a table."""
    keys = [row[0] for row in rows]
    chunk = Chunk()
    named: dict[Any, set[int]] = defaultdict(set)
    for name in model.public_fields:
        column = model._meta.get_field(name)
        if column.many_to_many:
            named.setdefault(column.related_model, set())
            chunk.members[name] = _members(column, keys)
        elif column.is_relation:
            place = fields.index(column.attname) + 1
            named[column.related_model].update(row[place] for row in rows if row[place])
    for each, wanted in named.items():
        names.learn(each, wanted)
    if issubclass(model, Record):
        names.learn(Party, ())
        names.learn(Term, ())
        chunk.parties = _parties(model, keys)
    if "citations" in model.owned_rows:
        names.learn(Source, ())
        chunk.sources = _sources(model, keys)
    return chunk


def _members(column: Any, keys: list[int]) -> dict[int, list[int]]:
    owner, target = f"{column.m2m_field_name()}_id", f"{column.m2m_reverse_field_name()}_id"
    found: dict[int, list[int]] = defaultdict(list)
    through = column.remote_field.through._base_manager
    for key, member in through.filter(**{f"{owner}__in": keys}).order_by().values_list(owner, target):
        found[key].append(member)
    return found


def _parties(model: Any, keys: list[int]) -> dict[int, list[tuple[int, int]]]:
    rows = model.involvements.rel.related_model.objects.filter(record__in=keys).order_by("position", "key")
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for key, party, role in rows.values_list("record_id", "party_id", "role_id"):
        found[key].append((party, role))
    return found


def _sources(model: Any, keys: list[int]) -> dict[int, list[int]]:
    """The sources that support each entry or a row of it that readers see, each once, in the order of the page."""
    citations = model.citations.rel.related_model
    owner = f"{citations.owner_field}_id"
    rows = list(
        citations.objects.filter(**{f"{owner}__in": keys}, stance=Stance.SUPPORTS)
        .order_by("position", "key")
        .values_list(owner, "source_id", "supports")
    )
    named = {supports for _key, _source, supports in rows if "." in supports}
    seen = _rows_that_readers_see(model, named) if named else set()
    found: dict[int, list[int]] = defaultdict(list)
    for key, source, supports in rows:
        if source not in found[key] and ("." not in supports or supports in seen):
            found[key].append(source)
    return found


def _rows_that_readers_see(model: type[Entry], keys: set[str]) -> set[str]:
    """Of the keys of owned rows those that name nothing but public entries."""
    found: set[str] = set()
    for owned in owned_models(model):
        if not issubclass(owned, Citation):
            public = Q()
            for each in named_references(owned):
                public &= Q(**{f"{each.name}__isnull": True}) | Q(
                    **{f"{each.name}__status": Status.PUBLISHED}
                )
            found.update(owned.objects.filter(public, pk__in=keys).order_by().values_list("pk", flat=True))
    return found


# Values


def _getters(model: Any, asked: Iterable[Spec], fields: list[str], names: Names) -> list[Getter]:
    return [_getter(model, each, fields, names) for each in asked]


def _getter(model: Any, spec: Spec, fields: list[str], names: Names) -> Getter:
    """A function that gives the values of a column from the stored columns of rows and the rows beside them."""
    beside = {
        "parties": lambda: _getter_of_parties(spec, names),
        "meaning": lambda: _getter_of_meaning(spec, names, 0),
        "meaning names": lambda: _getter_of_meaning(spec, names, 1),
        "sources": lambda: _getter_of_sources(spec, names),
        "page": lambda: _getter_of_page(model, fields, names),
    }
    if spec.source in beside:
        return beside[spec.source]()
    column = model._meta.get_field(spec.source)
    which = 1 if spec.part == "words" else 0
    if column.many_to_many:
        return _getter_of_members(column, which, names)
    place = fields.index(column.attname) + 1
    if column.is_relation:
        return _getter_of_reference(column.related_model, place, which, names)
    if column.choices and which:
        words = {str(code): str(label) for code, label in column.flatchoices}
        return lambda rows, _chunk: [words.get(row[place], row[place]) or None for row in rows]
    if spec.part in ("earliest", "latest"):
        if issubclass(model, Record) and spec.source == "date":
            return _getter_of_value(fields.index(spec.part) + 1)
        side = 0 if spec.part == "earliest" else 1
        return lambda rows, _chunk: [_outer_days(row[place])[side] if row[place] else None for row in rows]
    return _getter_of_moment(place) if isinstance(column, models.DateTimeField) else _getter_of_value(place)


@lru_cache(maxsize=4096)
def _outer_days(text: str) -> tuple[Any, Any]:
    bounds = bounds_of(text)
    return bounds.earliest, bounds.latest


def _getter_of_value(place: int) -> Getter:
    return lambda rows, _chunk: [None if (value := row[place]) == "" else value for row in rows]


def _getter_of_moment(place: int) -> Getter:
    return lambda rows, _chunk: [value.astimezone(UTC) if (value := row[place]) else None for row in rows]


def _getter_of_reference(model: Any, place: int, which: int, names: Names) -> Getter:
    def get(rows: list[tuple], _chunk: Chunk) -> list[Any]:
        known = names.known(model)
        return [found[which] if (found := known.get(row[place])) else None for row in rows]

    return get


def _remembered(of: Callable[[tuple], list[str]]) -> Callable[[Sequence], list[str]]:
    """The texts for some keys, made once: the same parties, areas and sources stand in many rows."""
    kept: dict[tuple, list[str]] = {}

    def texts(keys: Sequence) -> list[str]:
        name = tuple(keys)
        found = kept.get(name)
        if found is None:
            found = of(name)
            if len(kept) < MOST_KEPT:
                kept[name] = found
        return found

    return texts


def _getter_of_members(column: Any, which: int, names: Names) -> Getter:
    model, name = column.related_model, column.name

    def of(keys: tuple) -> list[str]:
        found = filter(None, (names.of(model, key) for key in keys))
        return [each[which] for each in sorted(found, key=itemgetter(0))]

    texts = _remembered(of) if model in READ_AT_ONCE else of

    def get(rows: list[tuple], chunk: Chunk) -> list[Any]:
        members = chunk.members[name]
        return [texts(tuple(members.get(row[0], ()))) for row in rows]

    return get


def _getter_of_parties(spec: Spec, names: Names) -> Getter:
    shape = "{1} ({3})" if spec.part == "words" else "{0}:{2}"

    def of(keys: tuple) -> list[str]:
        pairs = ((names.of(Party, one), names.of(Term, two)) for one, two in keys)
        return [shape.format(*party, *role) for party, role in pairs if party and role]

    return _getter_beside("parties", of)


def _getter_of_meaning(spec: Spec, names: Names, which: int) -> Getter:
    def of(keys: tuple) -> list[str]:
        found = (names.of(Party, party) for party, role in keys if names.meanings.get(role) == spec.part)
        return [each[which] for each in found if each]

    return _getter_beside("parties", of)


def _getter_of_sources(spec: Spec, names: Names) -> Getter:
    which = {"value": 0, "words": 1}.get(spec.part)

    def of(keys: tuple) -> list[str]:
        shown = [key for key in keys if names.of(Source, key)]
        if which is None:
            return [names.urls.get(key, "").replace(SEPARATOR, "%3B") for key in shown]
        return [found[which] for key in shown if (found := names.of(Source, key))]

    return _getter_beside("sources", of)


def _getter_beside(name: str, of: Callable[[tuple], list[str]]) -> Getter:
    """The texts of a column that is made of the rows beside an entry."""
    texts = _remembered(of)

    def get(rows: list[tuple], chunk: Chunk) -> list[Any]:
        beside: dict[int, Any] = getattr(chunk, name)
        return [texts(beside.get(row[0], ())) for row in rows]

    return get


def _getter_of_page(model: Any, fields: list[str], names: Names) -> Getter:
    if model is Relation:
        organisation, party = (fields.index(f"{name}_id") + 1 for name in ("organisation", "party"))

        def page(row: tuple) -> str | None:
            pair = names.of(Party, row[organisation]), names.of(Party, row[party])
            return reverse("relation", args=[each[0] for each in pair if each]) if all(pair) else None

        return lambda rows, _chunk: [page(row) for row in rows]
    place = fields.index("slug") + 1
    before, after = reverse(model.kind_name(), args=["_"]).split("_")
    return lambda rows, _chunk: [f"{before}{row[place]}{after}" for row in rows]
