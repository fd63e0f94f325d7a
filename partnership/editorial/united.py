"""The documents of two entries that are the same thing made one, field by field and row by row.

Where only one says something, that is taken; where both say something different, somebody chooses. What holds several
values holds those of both, and so do the rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from partnership.documents import EDITORIAL, MODELS, Document, fields_of, key_of, model_label
from partnership.models import (
    Entry,
    NameForm,
    Party,
    PartyName,
    Relation,
    Term,
    free_key,
)
from partnership.models.amount import AmountFields
from partnership.models.entry import LAST_PLACE, LONGEST_WORD

from .renaming import is_citation, said_by, supporting

KEPT, GONE = "kept", "gone"

Row = dict[str, Any]

# By these an entry is found; they stay those of the entry that stays.
IDENTITY: dict[type[Entry], tuple[str, ...]] = {Relation: ("organisation", "party"), Term: ("vocabulary",)}
# Chosen as one: each alone would say something else beside the other entry's.
TOGETHER = (
    ("date", "date_stated"),
    ("period", "period_stated"),
    tuple(name for name in AmountFields.amount_fields if name != "quantity"),
)
# One value a line: those of both are kept.
LINES = ("other_names", "synonyms")
# What a column with choices says where nothing is known.
NOTHING = (None, "", "not-stated")


@dataclass(frozen=True)
class Choice:
    """Fields in which both entries say something, and not the same; `name` is that of the first."""

    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """The place as one word, for the name of a control."""
        return self.fields[0]


@dataclass
class United:
    """A document that says what two entries said, and what had to be chosen for it.

    `doubled` are the rows of the entry that goes that say what another row says.
    """

    document: Document
    choices: list[Choice]
    doubled: list[Row] = field(default_factory=list)

    def unsettled(self, choices: Mapping[str, str]) -> list[Choice]:
        """What is still to be chosen."""
        return [each for each in self.choices if choices.get(each.name) not in (KEPT, GONE)]


def unite(kept: Document, gone: Document, choices: Mapping[str, str]) -> United:
    """One document of two; where both say something different it says what `choices` says, else what `kept` does.

    Neither may name the other any more.
    """
    united = United([], [])
    united.document = [_head(kept[0], gone[0], choices, united), *kept[1:]]
    _add_rows(gone, united)
    _keep_names(united.document, kept[0], gone[0])
    return united


# The entry itself


def _head(kept: Row, gone: Row, choices: Mapping[str, str], united: United) -> Row:
    model: Any = MODELS[kept["model"]]
    mine, theirs = kept["fields"], gone["fields"]
    fields = dict(mine)
    for names in _places(model, mine):
        if model._meta.get_field(names[0]).many_to_many:
            fields[names[0]] = sorted({*map(tuple, mine[names[0]]), *map(tuple, theirs[names[0]])})
            fields[names[0]] = [list(key) for key in fields[names[0]]]
        elif names[0] in LINES:
            fields[names[0]] = _lines(mine[names[0]], theirs[names[0]])
        elif names[0] == "staff_note":
            notes = dict.fromkeys(filter(None, (mine["staff_note"], theirs["staff_note"])))
            fields["staff_note"] = "\n\n".join(notes)
        elif _differ(model, names, mine, theirs):
            united.choices.append(Choice(names))
            if choices.get(names[0]) == GONE:
                fields |= {name: theirs[name] for name in names}
        else:
            fields |= _filled(model, names, mine, theirs)
    return {**kept, "fields": fields}


def _places(model: type[Entry], fields: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The fields of which something is to be decided, those together that are decided together."""
    fixed = {"slug", *Entry.state_fields, *IDENTITY.get(model, ())}
    for name in fields:
        group = next((each for each in TOGETHER if name in each), (name,))
        group = tuple(each for each in group if each in fields)
        if name not in fixed and name == group[0]:
            yield group


def _differ(model: Any, names: tuple[str, ...], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    if _says_nothing(model, names, mine) or _says_nothing(model, names, theirs):
        return False
    return any(
        mine[name] != theirs[name] and mine[name] not in NOTHING and theirs[name] not in NOTHING
        for name in names
    )


def _filled(
    model: Any, names: tuple[str, ...], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """Fields that do not contradict each other: what one leaves empty, the other fills."""
    if _says_nothing(model, names, mine) and not _says_nothing(model, names, theirs):
        return {name: theirs[name] for name in names}
    return {name: theirs[name] if mine[name] in NOTHING else mine[name] for name in names}


def _says_nothing(model: Any, names: tuple[str, ...], fields: Mapping[str, Any]) -> bool:
    """Whether fields are empty; a usual choice beside empty ones, as “once” beside no amount, says nothing either."""
    free = [name for name in names if not model._meta.get_field(name).choices] or names
    return all(fields[name] in NOTHING for name in free)


def _lines(one: str, other: str) -> str:
    """The lines of both, each once."""
    lines = [line.strip() for line in f"{one}\n{other}".split("\n")]
    return "\n".join(dict.fromkeys(filter(None, lines))) if other.strip() else one


# Its rows


def _add_rows(gone: Document, united: United) -> None:
    """The rows of the entry that goes, under keys of the one that stays; rows that both have once."""
    slug, document = united.document[0]["fields"]["slug"], united.document
    had = {said_by(row): key_of(row) for row in document}
    taken = {key_of(row) for row in document}
    offsets = _offsets(document)
    supported: dict[str, str] = {}
    for row in sorted(gone[1:], key=is_citation):
        row = supporting(_owned_by(slug, row), supported)
        key = had.get(said_by(row))
        if key is None:
            key = _key_in(slug, key_of(row), taken)
            taken.add(key)
            place = row["fields"]["position"] + offsets.get(row["model"], 0)
            had[said_by(row)] = key
            document.append(
                {**row, "pk": key, "fields": {**row["fields"], "position": min(place, LAST_PLACE)}}
            )
        else:
            united.doubled.append(row)
        if not is_citation(row):
            supported[key_of(row)] = key


def _owned_by(slug: str, row: Row) -> Row:
    model: Any = MODELS[row["model"]]
    return {**row, "fields": {**row["fields"], model.owner_field: [slug]}}


def _offsets(document: Document) -> dict[str, int]:
    """Where the rows of the other entry begin, model by model: behind those that are in an order of their own."""
    found: dict[str, int] = {}
    for row in document[1:]:
        place = row["fields"]["position"]
        found[row["model"]] = max(found.get(row["model"], 0), place + 1 if place else 0)
    return found


def _key_in(slug: str, key: str, taken: set[str]) -> str:
    """The key of a row as one of another entry."""
    word = key.partition(".")[2]
    plain = f"{slug}.{word}"
    return free_key(f"{slug}.{word[:LONGEST_WORD].rstrip('-')}", taken) if plain in taken else plain


# Its names


def _keep_names(document: Document, kept: Row, gone: Row) -> None:
    """Have the entry found by the name of either, where its model has a place for more than one."""
    model: Any = MODELS[kept["model"]]
    place = next((name for name in ("name", "title") if name in kept["fields"]), "")
    if not place:
        return
    fields = document[0]["fields"]
    former = {each["fields"][place] for each in (kept, gone)} - {fields[place]}
    if model is Party:
        document.extend(_party_names(document, sorted(former)))
    for name in LINES:
        if name in fields:
            fields[name] = _lines(fields[name], "\n".join(sorted(former)))


def _party_names(document: Document, texts: list[str]) -> Iterator[Row]:
    """Rows for names of a party that it has no row for: found, and shown nowhere, since no source gives them."""
    slug = document[0]["fields"]["slug"]
    known = {row["fields"]["text"] for row in document[1:]}
    taken = {key_of(row) for row in document}
    for text in texts:
        if text in known:
            continue
        row = PartyName(party=Party(slug=slug), text=text, form=NameForm.SEARCH)
        usual = {each.name: each.get_default() for each in PartyName._meta.concrete_fields}
        fields = {name: usual[name] for name in fields_of(PartyName, EDITORIAL)}
        key = free_key(row.key_stem(), taken)
        taken.add(key)
        yield {
            "model": model_label(PartyName),
            "pk": key,
            "fields": {**fields, "party": [slug], "text": text, "form": str(row.form)},
        }
