"""What must hold before an entry may be public, in words for staff.

Rules of a single row are database constraints; those here look across rows. They are checked at publishing, at import
and by `manage.py check_register`, always through `problems`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from partnership import text
from partnership.models import (
    Alias,
    Citation,
    Entry,
    Involvement,
    OwnedRow,
    Record,
    Relation,
    Stance,
    Standing,
    Statement,
    Step,
    SteppedRecord,
    Term,
    entry_model,
    named_references,
)
from partnership.models.batches import by_model, in_batches
from partnership.models.step import first_and_last, runs_backwards

from .gathering import Gathered, namings_of
from .mentions import public_users_of


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where (a field, a row's key, or empty for the whole entry) and what to do."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message

    def named(self, reference: str) -> "Problem":
        """The same, said with the name of its entry where there are several."""
        return Problem("", f"{reference} {self}")


def problems(entry: Entry) -> list[Problem]:
    """Everything that keeps an entry from being public; empty if it may be."""
    return problems_of([entry])[entry.pk]


def problems_of(entries: Sequence[Entry]) -> dict[int, list[Problem]]:
    """The same for many entries of one model, by primary key; a thousand of them take the queries of one."""
    found: dict[int, list[Problem]] = {}
    for some in in_batches(entries):
        found |= problems_among(Gathered(type(some[0]), some))
    return found


def problems_of_each(entries: Iterable[Entry]) -> dict[str, list[Problem]]:
    """The same for entries of several models, by reference."""
    found = {}
    for some in by_model(entries).values():
        problems = problems_of(some)
        found.update({each.reference: problems[each.pk] for each in some})
    return found


def problems_among(known: Gathered) -> dict[int, list[Problem]]:
    """The same for entries that were gathered already."""
    return {
        entry.pk: [problem for rule in RULES for problem in rule(entry, known.rows(entry), known)]
        for entry in known.entries
    }


def withdrawal_problems(entry: Entry, spared: Collection[str] = ()) -> list[Problem]:
    """What public entries, but for those of the `spared` references, still need this one."""
    return withdrawal_problems_of([entry], spared)


def withdrawal_problems_of(entries: Sequence[Entry], spared: Collection[str] = ()) -> list[Problem]:
    """The same for several entries that go together, each need once."""
    users = [user for found in public_users_of(entries).values() for user in found]
    return [named_by_problem(each) for each in dict.fromkeys(users) if each.reference not in spared]


def named_by_problem(other: Entry) -> Problem:
    """That a public entry names what is to be withdrawn."""
    message = _("“%(title)s” (%(reference)s) names it: change or withdraw that first.")
    return Problem("", message % _naming(other))


def cycle_problems(entry: Entry) -> list[Problem]:
    """Where an entry, of whatever status, is part of itself by a way round."""
    known = Gathered(type(entry), [entry])
    return list(_no_cycle(entry, known.rows(entry), known))


def alias_problems(alias: Alias) -> list[Problem]:
    """Why an old address leads nowhere."""
    if _is_public(alias.target):
        return []
    message = _("it leads to “%(target)s”, which is not public: correct the target or delete the alias.")
    return [Problem("target", message % {"target": alias.target})]


# Rules, one each


def _references_are_public(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    for place, target in _named_by(entry, rows, known) if known.names_a_draft else ():
        if not target.is_public:
            values = {"title": target, "reference": target.reference}
            yield Problem(
                place,
                _("names “%(title)s” (%(reference)s), which is not public: publish it or choose another.")
                % values,
            )


def _words_are_of_their_vocabulary(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    for row in _all(entry, rows) if known.names_a_stray_word else ():
        for naming in namings_of(type(row)):
            target = known.target(row, naming) if naming.vocabulary else None
            if isinstance(target, Term) and target.vocabulary != naming.vocabulary:
                yield Problem(
                    _place(row, naming.name),
                    _("“%(word)s” is not a word of the vocabulary “%(vocabulary)s”: choose one that is.")
                    % {"word": target, "vocabulary": naming.vocabulary},
                )


def _links_resolve(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    for row in _all(entry, rows):
        for name in row.markdown_fields:
            value = getattr(row, name)
            for address in text.bad_links(value):
                yield Problem(
                    _place(row, name),
                    _(
                        "the link “%(address)s” is neither a web address nor kind:slug, for example event:madrid-2022."
                    )
                    % {"address": address},
                )
            for kind, slug in known.links(value):
                if (
                    f"{kind}:{slug}" not in value
                ):  # what still links an entry is looked up in the text as it stands
                    yield Problem(
                        _place(row, name),
                        _("write the link “%(address)s” plainly, without signs of escape.")
                        % {"address": f"{kind}:{slug}"},
                    )
                elif not known.is_public_page(kind, slug):
                    yield Problem(
                        _place(row, name),
                        _("the link “%(address)s” leads to nothing public: correct or remove it.")
                        % {"address": f"{kind}:{slug}"},
                    )


def _no_cycle(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    for naming in namings_of(type(entry)):
        key = getattr(entry, naming.attname) if naming.target is type(entry) else None
        if key is None:
            continue
        above = known.above(naming)
        seen = {entry.pk}
        while key is not None and key not in seen:
            seen.add(key)
            key = above.get(key)
        if key is not None:
            yield Problem(
                naming.name, _("goes round in a circle back to an entry already named: break the circle.")
            )


def _steps_run_forwards(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    if isinstance(entry, SteppedRecord):
        first, last = first_and_last(row for row in rows if isinstance(row, Step))
        if first and last and runs_backwards(first, last):
            yield Problem(
                f"{last.key} date",
                _(
                    "this step ends the record before “%(step)s” (%(key)s) begins it: correct one of the dates."
                )
                % {"step": first, "key": first.key},
            )


def _no_duplicate_rows(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    seen: dict[tuple, OwnedRow] = {}
    for row in rows:
        first = seen.setdefault((type(row), _said_by(type(row))(row)), row)
        if first is not row:
            yield Problem(
                row.key, _("says the same as the row %(key)s: delete one of the two.") % {"key": first.key}
            )


@cache
def _said_by(model: type[OwnedRow]) -> Callable[[OwnedRow], Any]:
    """What gives all that a row says: its columns but for its key and place."""
    columns = [field.attname for field in model._meta.concrete_fields]
    return attrgetter(*(name for name in columns if name not in ("key", "position")))


def _keys_are_of_the_entry(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    for row in rows:
        if not row.key.startswith(f"{entry.slug}."):
            yield Problem(
                row.key, _("the key of a row starts with the address of its entry: enter the row anew.")
            )


def _citations_support_something(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    particular = [row for row in rows if isinstance(row, Citation) and row.supports]
    if not particular:
        return
    supported = {*type(entry).public_fields, *(row.key for row in rows if not isinstance(row, Citation))}
    for row in particular:
        if row.supports not in supported:
            yield Problem(
                row.key,
                _(
                    "supports “%(what)s”, which is neither a field nor a row of this entry: correct or empty it."
                )
                % {"what": row.supports},
            )


def _firsts_say_of_what(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    for row in rows:
        if isinstance(row, Involvement) and row.ordinal and row.scope_id is None:
            yield Problem(row.key, _("counts a first or further time: say what is counted."))


def _record_is_sourced_and_placed(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    if not isinstance(entry, Record):
        return
    if not any(isinstance(row, Citation) and row.stance == Stance.SUPPORTS for row in rows):
        yield Problem("citations", _("no source supports the record: add a citation."))
    if not isinstance(entry, Standing) and not any(isinstance(row, Involvement) for row in rows):
        yield Problem("involvements", _("no party takes part: add one with its role."))
    if not known.members(entry, "organisations"):
        yield Problem(
            "organisations", _("no organisation is named: choose whose relations the record tells.")
        )


def _statements_are_cited(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    if not isinstance(entry, Relation):
        return
    cited = {row.supports for row in rows if isinstance(row, Citation) and row.stance == Stance.SUPPORTS}
    if entry.lede and not cited & {"", "lede"}:
        yield Problem("lede", _("no citation supports the lede: add one whose “supports” is empty, or lede."))
    for row in rows:
        if isinstance(row, Statement) and row.key not in cited:
            yield Problem(
                row.key,
                _("no citation supports the statement: add one whose “supports” is %(key)s.")
                % {"key": row.key},
            )


def _word_fits_its_users(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[Problem]:
    """A word that public entries use as one of another vocabulary; the rule of its users, seen from the word."""
    if not isinstance(entry, Term):
        return
    for row_model, naming in known.misplaced().get(entry.pk, ()):
        values = {
            "kind": row_model._meta.verbose_name,
            "field": naming.verbose_name,
            "vocabulary": naming.vocabulary,
        }
        yield Problem(
            "vocabulary",
            _("a public %(kind)s uses it as “%(field)s”: it must stay in the vocabulary “%(vocabulary)s”.")
            % values,
        )


RULES: tuple[Callable[[Entry, list[OwnedRow], Gathered], Iterator[Problem]], ...] = (
    _references_are_public,
    _words_are_of_their_vocabulary,
    _links_resolve,
    _no_cycle,
    _steps_run_forwards,
    _no_duplicate_rows,
    _keys_are_of_the_entry,
    _citations_support_something,
    _firsts_say_of_what,
    _record_is_sourced_and_placed,
    _statements_are_cited,
    _word_fits_its_users,
)


def _named_by(entry: Entry, rows: list[OwnedRow], known: Gathered) -> Iterator[tuple[str, Entry]]:
    for row in _all(entry, rows):
        for naming in namings_of(type(row)):
            target = known.target(row, naming)
            if target is not None:
                yield _place(row, naming.name), target
    for field in entry._meta.many_to_many:
        for target in known.members(entry, field.name):
            yield field.name, target


# Looking around


def _all(entry: Entry, rows: list[OwnedRow]) -> list[Entry | OwnedRow]:
    return [entry, *rows]


def rows_of(entry: Entry) -> list[OwnedRow]:
    """All rows that an entry owns, with what they name."""
    return [row for rows in entry.owned().values() for row in rows]


def named_by(entry: Entry, rows: list[OwnedRow]) -> Iterator[tuple[str, Entry]]:
    """Every entry that an entry or one of its rows names, with the place where it does."""
    for row in _all(entry, rows):
        for field in named_references(type(row)):
            target = getattr(row, field.name)
            if target is not None:
                yield _place(row, field.name), target
    for field in entry._meta.many_to_many:
        for target in getattr(entry, field.name).all():
            yield field.name, target


def _place(row: Entry | OwnedRow, field: str) -> str:
    return f"{row.key} {field}" if isinstance(row, OwnedRow) else field


def _is_public(reference: str) -> bool:
    kind, _colon, slug = reference.partition(":")
    model = entry_model(kind)
    return model is not None and model.objects.published().filter(slug=slug).exists()


def _naming(entry: Entry) -> dict[str, object]:
    return {"title": entry, "reference": entry.reference}
