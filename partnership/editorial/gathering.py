"""What the rules look at of many entries of one model, gathered in the queries of one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, cast

from partnership import text
from partnership.models import ENTRY_MODELS, Entry, OwnedRow, Status, Term, named_references, owned_models


@dataclass(frozen=True)
class Naming:
    """A foreign key by which a row names an entry; `vocabulary` is set if it takes only words of one."""

    name: str
    attname: str
    target: type[Entry]
    vocabulary: str
    verbose_name: Any = field(compare=False)


@cache
def namings_of(model: type[Entry] | type[OwnedRow]) -> tuple[Naming, ...]:
    """The foreign keys of a model to what its rows name."""
    return tuple(
        Naming(
            field.name,
            field.attname,
            field.related_model,
            (field.get_limit_choices_to() or {}).get("vocabulary", ""),
            field.verbose_name,
        )
        for field in named_references(model)
    )


class Gathered:
    """Entries of one model with the rows they own and all that these name, as the database has them now.

    The entries are taken as they were handed over, their own columns may be unsaved; everything else is read here.
    `names_a_draft` says whether anything that they name is not public, `names_a_stray_word` whether a word is used that
    is not of the vocabulary asked for: mostly not, and then the rules need not look at each.
    """

    names_a_draft: bool
    names_a_stray_word: bool

    def __init__(self, model: type[Entry], entries: Sequence[Entry]):
        self.model = model
        self.entries = entries
        self._above: dict[str, dict[int, int | None]] = {}
        self._misplaced: dict[int, list[tuple[Any, Naming]]] | None = None
        self._links: dict[str, list[tuple[str, str]]] = {}
        self._keys = [entry.pk for entry in entries]
        self._rows: dict[int, list[OwnedRow]] = defaultdict(list)
        self._of_model: dict[type[OwnedRow], list[OwnedRow]] = {}
        self._members: dict[str, dict[int, list[int]]] = {}
        self._targets: dict[type[Entry], dict[int, Entry]] = {}
        self._read_rows()
        self._read_members()
        self._read_targets()
        self._public_pages = self._read_public_pages()

    def rows(self, entry: Entry) -> list[OwnedRow]:
        """All rows that an entry owns, model by model in reading order, each with what it names."""
        return self._rows[entry.pk]

    def members(self, entry: Entry, field: str) -> list[Entry]:
        """What an entry names in a many-to-many field, in the order of its model."""
        keys = self._members[field].get(entry.pk, ())
        if len(keys) < 2:
            return [self._targets[self._related(field)][key] for key in keys]
        wanted = set(keys)
        return [target for key, target in self._targets[self._related(field)].items() if key in wanted]

    def target(self, row: Entry | OwnedRow, naming: Naming) -> Entry | None:
        """What a row names in a foreign key."""
        key = getattr(row, naming.attname)
        return None if key is None else self._targets[naming.target].get(key)

    def links(self, value: str) -> list[tuple[str, str]]:
        """The links to entries in a text, parsed once."""
        if value not in self._links:
            self._links[value] = text.links(value)
        return self._links[value]

    def is_public_page(self, kind: str, slug: str) -> bool:
        """Whether a link in a text of these entries leads to what a reader may see."""
        return (kind, slug) in self._public_pages

    def all_rows(self) -> Iterator[Entry | OwnedRow]:
        """The entries and all rows that they own."""
        return chain(self.entries, *self._of_model.values())

    def above(self, naming: Naming) -> dict[int, int | None]:
        """What each entry names that is named, directly or through others, by these entries in a key to their own model."""
        if naming.name in self._above:
            return self._above[naming.name]
        found: dict[int, int | None] = {}
        waiting = {getattr(entry, naming.attname) for entry in self.entries} - {None}
        while waiting:
            stored = self.model.objects.filter(pk__in=waiting).order_by()
            step = dict(stored.values_list("pk", naming.attname))
            found |= step
            waiting = set(step.values()) - found.keys() - {None}
        self._above[naming.name] = found
        return found

    def misplaced(self) -> dict[int, list[tuple[Any, Naming]]]:
        """By the key of each word among these entries: the models whose public rows use it as one of another vocabulary."""
        if self._misplaced is None:
            self._misplaced = defaultdict(list)
            for row_model, status in _models_and_their_status():
                for naming in namings_of(row_model):
                    if naming.vocabulary:
                        for key in self._words_used(row_model, naming, status):
                            self._misplaced[key].append((row_model, naming))
        return self._misplaced

    def _words_used(self, row_model: Any, naming: Naming, status: str) -> set[int]:
        others = [entry.pk for entry in self.entries if getattr(entry, "vocabulary", "") != naming.vocabulary]
        if not others:
            return set()
        used = row_model.objects.filter(**{f"{naming.name}__in": others, status: Status.PUBLISHED})
        return set(used.order_by().values_list(naming.attname, flat=True).distinct())

    # Reading

    def _related(self, field: str) -> type[Entry]:
        return self.model._meta.get_field(field).related_model  # type: ignore[return-value]  # of entries

    def _read_rows(self) -> None:
        entries = {entry.pk: entry for entry in self.entries}
        for owned in owned_models(self.model):
            owner = f"{owned.owner_field}_id"
            self._of_model[owned] = list(owned.objects.filter(**{f"{owned.owner_field}__in": self._keys}))
            for row in self._of_model[owned]:
                row._state.fields_cache[owned.owner_field] = entries[getattr(row, owner)]
                self._rows[getattr(row, owner)].append(row)

    def _read_members(self) -> None:
        for each in self.model._meta.many_to_many:
            owner, target = f"{each.m2m_field_name()}_id", f"{each.m2m_reverse_field_name()}_id"
            through: Any = each.remote_field.through
            stored = through._base_manager.filter(**{f"{owner}__in": self._keys})
            found: dict[int, list[int]] = defaultdict(list)
            for key, member in stored.order_by().values_list(owner, target):
                found[key].append(member)
            self._members[each.name] = found

    def _read_targets(self) -> None:
        """Read what is named once, and hang it on the rows so that their words cost no query."""
        named = {
            (model, naming): set(map(attrgetter(naming.attname), rows)) - {None}
            for model, rows in [(self.model, self.entries), *self._of_model.items()]
            for naming in namings_of(model)
        }
        wanted: dict[type[Entry], set[int]] = defaultdict(set)
        for (_model, naming), keys in named.items():
            wanted[naming.target] |= keys
        for name, members in self._members.items():
            wanted[self._related(name)].update(chain.from_iterable(members.values()))
        for target, keys in wanted.items():
            stored = target._default_manager.filter(pk__in=keys) if keys else ()
            self._targets[target] = {each.pk: each for each in stored}
        for model, rows in self._of_model.items():
            for naming in namings_of(model):
                if named[model, naming]:
                    self._hang(naming, rows)
        self.names_a_draft = not all(
            each.is_public for found in self._targets.values() for each in found.values()
        )
        self.names_a_stray_word = any(
            naming.vocabulary and self._vocabularies(keys) - {naming.vocabulary}
            for (_model, naming), keys in named.items()
        )

    def _vocabularies(self, words: set[int]) -> set[str]:
        return {cast(Term, self._targets[Term][key]).vocabulary for key in words}

    def _hang(self, naming: Naming, rows: list[OwnedRow]) -> None:
        name, attname, targets = naming.name, naming.attname, self._targets[naming.target]
        for row in rows:
            if (key := getattr(row, attname)) is not None:
                row._state.fields_cache[name] = targets.get(key)

    def _read_public_pages(self) -> set[tuple[str, str]]:
        slugs: dict[str, set[str]] = defaultdict(set)
        for row in self.all_rows():
            for name in row.markdown_fields:
                for kind, slug in self.links(getattr(row, name)):
                    slugs[kind].add(slug)
        if not slugs:
            return set()
        return {
            (model.kind_name(), slug)
            for model in ENTRY_MODELS
            if model.kind_name() in slugs and hasattr(model, "get_absolute_url")
            for slug in model.objects.published()
            .filter(slug__in=slugs[model.kind_name()])
            .values_list("slug", flat=True)
        }


def _models_and_their_status() -> Iterator[tuple[Any, str]]:
    """Every model of entries and of the rows they own, with the look-up of the status of its entry."""
    for model in ENTRY_MODELS:
        yield model, "status"
        for owned in owned_models(model):
            yield owned, f"{owned.owner_field}__status"
