"""Fixture load: files in the shape of an export, checked whole, then applied in one transaction or not at all.

Unlike plain `loaddata` it validates every row as the admin would, keeps fields that a file does not name, leaves alone
what is the same already, takes rows and files in any order, and writes an edition with revisions of what it changed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from partnership import documents, generation, search
from partnership.documents import Document, DocumentError
from partnership.editorial import revising, rules, workflow
from partnership.exchange.checking import Change, Known, alias_problems, changes_of, pairs_twice, problems_of
from partnership.exchange.reading import MODELS, Problem, Row, read
from partnership.models import ENTRY_MODELS, Alias, Edition, Entry, Status, references_of


class LoadRefused(Exception):
    """The files cannot be loaded and nothing was changed; `problems` say where and why, in the order of the files."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass
class Report:
    """What a load did: per model name how many were created, changed and left unchanged, and the edition, if any.

    `status_kept` names entries whose file gives another status than they have: a file does not publish or withdraw.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    edition: Edition | None = None
    status_kept: list[str] = field(default_factory=list)

    def count(self, name: str, what: str) -> None:
        """Count one entry or alias."""
        self.counts.setdefault(name, Counter())[what] += 1

    def lines(self) -> list[str]:
        """The counts as a table of plain lines."""
        columns = ("created", "changed", "unchanged")
        table: list[tuple[str, ...]] = [("", _("created"), _("changed"), _("unchanged"))]
        table += [(name, *(str(count[each]) for each in columns)) for name, count in self.counts.items()]
        return [f"{name:14}" + "".join(f"{number:>11}" for number in numbers) for name, *numbers in table]


def load(paths: Sequence[Path], *, by: User | None = None) -> Report:
    """Bring fixture files into the register: folders of an export, or single files; all of it or nothing.

    An entry that exists keeps its status. If its own row is in the files, the rows it owns are replaced, per model of
    owned rows that occurs in the files; a model that does not occur stays as it is.

    Raises:
        LoadRefused: anything is wrong in the files; nothing was changed.
    """
    bundle = read(paths)
    if not bundle.complete or not bundle.rows:
        _refuse_if(bundle.problems)
    with transaction.atomic(), search.batch():
        generation.lock()
        known = Known(bundle.rows)
        changes = list(changes_of(bundle.rows, known))
        aliases = [row for row in bundle.rows if row.model is Alias]
        _refuse_if(
            chain(
                bundle.problems,
                *(problems_of(change, known) for change in changes),
                *(alias_problems(row, known) for row in aliases),
                pairs_twice(changes),
            )
        )
        _refuse_if(_saved_meanwhile(changes))
        report = Report(status_kept=[change.place.label for change in changes if change.keeps_other_status])
        _write_entries(changes, report)
        _write_aliases(aliases, known, report)
        if any(not change.is_none for change in changes):
            _refuse_if(chain.from_iterable(map(_rule_problems, changes)))
            report.edition = _record(changes, by)
    return report


def _refuse_if(problems: Iterable[Problem]) -> None:
    if found := sorted(problems, key=lambda problem: (problem.file, problem.line)):
        raise LoadRefused(found)


def _saved_meanwhile(changes: Iterable[Change]) -> Iterator[Problem]:
    """Lock the entries that change, in the order in which every act locks; what was saved since it was read."""
    changing = [change for change in changes if change.before and not change.is_none]
    for change in sorted(changing, key=lambda change: f"{change.model.kind_name()}:{change.slug}"):
        if documents.dump(revising.locked(_stored(change))) != change.before:
            yield change.place.problem("", _("somebody saved it at this moment: load the files again."))


# Writing


def _write_entries(changes: Iterable[Change], report: Report) -> None:
    """Write what changes, model by model: a row may name any entry of a model before it in the list.

    Entries named by others of their own model are created first without what they name and own, so that neither the
    order of rows nor a circle of names matters.
    """
    for model in ENTRY_MODELS:
        # By key, so that two loads at once wait for one another in one order and never in a circle.
        mine = sorted((change for change in changes if change.model is model), key=lambda change: change.slug)
        named = set(chain.from_iterable(map(_own_kind_named, mine)))
        for change in mine:
            if change.before is None and change.slug in named:
                _apply(change, [_without_own_kind(change)])
        for change in mine:
            if not change.is_none:
                _apply(change, change.after)
            report.count(str(model._meta.model_name), _what(change.before is None, change.is_none))


def _what(is_new: bool, is_same: bool) -> str:
    return "created" if is_new else "unchanged" if is_same else "changed"


def _own_kind_named(change: Change) -> Iterator[str]:
    for row in change.after:
        for each in references_of(MODELS[row["model"]]):
            value = row["fields"].get(each.name)
            if each.related_model is change.model and value:
                yield value[0]


def _without_own_kind(change: Change) -> dict[str, Any]:
    head = change.after[0]
    nothing = {
        each.name: None
        for each in references_of(change.model)
        if each.related_model is change.model and each.name in head["fields"]
    }
    return {"model": head["model"], "fields": head["fields"] | nothing}


def _apply(change: Change, document: Document) -> None:
    """Write a document with the state that the change worked out; what the database refuses is told as a problem."""
    try:
        documents.apply(document, slug=change.slug, with_state=True)
    except DocumentError as error:
        row = change.place
        raise LoadRefused(
            [Problem(row.file, row.line, name, field, text) for name, field, text in error.problems]
        ) from error
    except IntegrityError as error:
        message = _("the database refuses the entry: %(error)s") % {"error": str(error).strip()}
        raise LoadRefused([change.place.problem("", message)]) from error


def _write_aliases(rows: Iterable[Row], known: Known, report: Report) -> None:
    for row in rows:
        stored = known.aliases.get(row.key)
        is_same = row.fields.get("target", stored) == stored
        if not is_same:
            Alias.objects.update_or_create(address=row.key, defaults={"target": row.fields["target"]})
        report.count("alias", _what(stored is None, is_same))


# After writing


def _rule_problems(change: Change) -> Iterator[Problem]:
    """What the rules say of an entry that is public, at the row of the files that it is about."""
    entry = _stored(change)
    if not entry.is_public:
        return
    rows = {row.key: row for row in change.rows}
    for problem in rules.problems(entry):
        key, _blank, name = problem.field.partition(" ")
        if key in rows:
            yield rows[key].problem(name, problem.message)
        else:
            yield change.place.problem(problem.field, problem.message)


def _record(changes: Iterable[Change], by: User | None) -> Edition | None:
    """Open the edition of the load for whatever of it is or was public; drafts that change get a revision and no edition."""
    created: list[Entry] = []
    changed: list[tuple[Entry, Document]] = []
    note = _("Loaded from files")
    for change in changes:
        is_draft = change.after[0]["fields"].get("status", Status.DRAFT) == Status.DRAFT
        if change.is_none or (is_draft and change.before is None):
            continue
        if change.before is None:
            created.append(_stored(change))
        elif is_draft:
            revising.follow(_stored(change), before=change.before, by=by, reason=note)
        else:
            changed.append((_stored(change), change.before))
    return workflow.record_import(created, changed, by=by, note=note)


def _stored(change: Change) -> Entry:
    return change.model._base_manager.get(slug=change.slug)
