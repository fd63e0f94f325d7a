"""The load itself: rows are set down, compared with the register entry by entry, written, and recorded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.translation import gettext as _

from partnership import documents, generation, search
from partnership.documents import Document
from partnership.editorial import revising, rules
from partnership.editorial.bundled import waiting_bundles
from partnership.editorial.editions import record_import
from partnership.editorial.revising import Said
from partnership.exchange.aliases import alias_problems
from partnership.exchange.applying import Writer
from partnership.exchange.checking import (
    Change,
    Checked,
    Known,
    changes_of,
    checked_rows,
    constraint_problems,
)
from partnership.exchange.export import OWNED_MODELS
from partnership.exchange.manifest import Manifest
from partnership.exchange.reading import Limits, Problem, Row, opened
from partnership.exchange.staging import Staged, staging
from partnership.models import ENTRY_MODELS, Alias, Entry, Revision, Status
from partnership.models.batches import in_batches

from .conflicts import Base, older_bundle, settle
from .pruning import prune
from .report import FAIL, SKIP, LoadRefused, Options, Report

CHUNK = 400


@dataclass(frozen=True)
class Part:
    """Some of the entries of a load, by address, and whether its aliases are among them."""

    slugs: Mapping[type[Entry], list[str]]
    aliases: bool = False


def load(
    paths: Sequence[Path],
    *,
    by: User | None = None,
    options: Options | None = None,
    limits: Limits | None = None,
) -> Report:
    """Bring fixture files into the register: folders of an export, or single files; all of it or nothing.

    An entry that exists keeps its status. If its own row is in the files, the rows it owns are replaced, per model of
    owned rows that occurs in the files; a model that does not occur stays as it is. A bundle with a manifest holds all
    rows of its entries, so that of such every model counts as occurring.

    Raises:
        LoadRefused: anything is wrong in the files; nothing was changed.
    """
    source = opened(paths, limits)
    with staging() as staged:
        staged.take(source.rows)
        if not source.complete or not staged.count:
            refuse_if(source.problems)
        return loaded(staged, source.problems, options, by, manifest=source.manifest, digest=source.digest)


def load_rows(
    rows: Iterable[Row],
    *,
    by: User | None = None,
    options: Options | None = None,
    problems: Iterable[Problem] = (),
    whole: bool = False,
    digest: str = "",
) -> Report:
    """Bring rows into the register that were read already, from a table for example; all of them or nothing.

    `problems` are those found in reading: with any, everything is checked and nothing written. `whole` says that the rows
    are all that their entries own.

    Raises:
        LoadRefused: anything is wrong with the rows; nothing was changed.
    """
    with staging() as staged:
        staged.take(rows)
        return loaded(staged, problems, options, by, whole=whole, digest=digest)


def loaded(
    staged: Staged,
    problems: Iterable[Problem],
    options: Options | None,
    by: User | None,
    *,
    digest: str,
    whole: bool = False,
    manifest: Manifest | None = None,
    part: Part | None = None,
) -> Report:
    """Bring rows into the register that were set down: all of them, or a part of what was tried as a whole before.

    Raises:
        LoadRefused: anything is wrong with them; nothing was changed.
    """
    load = _Load(options or Options(), by)
    load.manifest, load.part = manifest, part
    load.problems += [*problems, *staged.twice()]
    older = older_bundle(load.options.base) if load.options.base else nullcontext()
    writing = generation.held_back if load.options.dry_run else transaction.atomic
    with older as load.base, writing(), search.batch():
        load.run(staged, whole or manifest is not None)
    load.report.digest = digest
    return load.report


def refuse_if(problems: Iterable[Problem]) -> None:
    """Refuse a load for problems, if there are any, in the order of the files.

    Raises:
        LoadRefused: there are.
    """
    if found := sorted(problems, key=lambda problem: (problem.file, problem.line)):
        raise LoadRefused(found)


class _Load:
    """One load on its way: what it has found wrong, what it has done, and what is still to be recorded."""

    def __init__(self, options: Options, by: User | None):
        self.options, self.by = options, by
        self.note = options.note or _("Loaded from files")
        self.problems: list[Problem] = []
        self.report = Report()
        self.created: dict[type[Entry], list[int]] = defaultdict(list)
        self.drafts: list[tuple[type[Entry], str, Document | None]] = []
        self.base: Base | None = None
        self.manifest: Manifest | None = None
        self.part: Part | None = None

    def run(self, staged: Staged, whole: bool) -> None:
        """Check and write everything, within one transaction that the caller holds.

        Raises:
            LoadRefused: anything is wrong.
        """
        generation.lock()
        staged.forget()
        self.staged, self.known = staged, Known(staged)
        replaced: set[type[models.Model]] = set(OWNED_MODELS) if whole else staged.models
        for model in ENTRY_MODELS:
            self._load_model(model, replaced)
        if self.part is None or self.part.aliases:
            self._load_aliases(staged.aliases())
        refuse_if(self.problems)
        if self.part is None:  # of a part the rules were asked when the whole was tried
            self._check_rules()
        refuse_if(self.problems)
        self._record()
        if self.options.prune:
            self._prune()

    # Entries

    def _load_model(self, model: type[Entry], replaced: set[type[models.Model]]) -> None:
        writer = Writer(model, self.known)
        mine = self.staged.slugs(model) if self.part is None else self.part.slugs.get(model, [])
        for slugs in in_batches(mine, CHUNK):
            changes = changes_of(model, slugs, self.staged, self.known, replaced, self.options.protect)
            for change in changes if self.base else ():
                self._settle(change)
            for change in changes:
                self._weigh(change)
            self._write(writer, changes)
        self.problems += writer.finish()

    def _settle(self, change: Change) -> None:
        base = self.base.document(change, self.known) if self.base else None
        problems, settled = settle(change, base, self.options.on_conflict)
        self.problems += problems
        self.report.conflicts += settled

    def _weigh(self, change: Change) -> None:
        """Leave an entry that exists as it is, or refuse it, if so asked; begin a new one as a draft, if so asked."""
        if change.keeps_other_status:
            self.report.status_kept.append(change.place.label)
        if change.before is None:
            if self.options.pending:
                _begin_as_draft(change)
        elif change.is_none:
            return
        elif self.options.on_existing == FAIL:
            message = _("it exists already: take it out of the files, or let existing entries be updated")
            self.problems.append(change.place.problem("", message, code="exists"))
        elif self.options.on_existing == SKIP:
            change.after = change.before

    def _write(self, writer: Writer, changes: list[Change]) -> None:
        ready: list[tuple[Change, list[Checked]]] = []
        self.problems += [*self._saved_meanwhile(changes), *_in_bundles(changes)]
        for change in changes:
            if not change.is_none:
                found: list[Problem] = []
                rows = checked_rows(change, self.known, found)
                if found:  # it is not written: what the database would say besides is asked here
                    found += [problem for checked in rows for problem in constraint_problems(checked)]
                self.problems += found
                if self._is_held_back(change):
                    if not found:
                        self._hold_back(change)
                elif not found and self._can_be_written(writer, rows):
                    ready.append((change, rows))
            self._count(change)
        self.problems += writer.write(ready)
        for change, _rows in ready:
            self._note(change)

    def _is_held_back(self, change: Change) -> bool:
        return self.options.pending and change.before is not None and change.status != Status.DRAFT

    def _can_be_written(self, writer: Writer, rows: list[Checked]) -> bool:
        """Whether whatever the rows name is there; what is not there has been told of, as a problem of its own."""
        numbers = self.known.numbers
        for checked in rows:
            waits = [model for _column, model, _slug in checked.later if model is not writer.model]
            model = type(checked.instance)
            if waits or any(
                numbers[model._meta.get_field(name).related_model][slug] < 0
                for name, slugs in checked.members.items()
                for slug in slugs
            ):
                return False
        return True

    def _saved_meanwhile(self, changes: Iterable[Change]) -> Iterator[Problem]:
        """Lock the entries that change, in the order of their names; what was saved since they were read."""
        changing = {
            change.key: change
            for change in changes
            if change.key is not None and change.before and not change.is_none
        }
        if not changing:
            return
        model = next(iter(changing.values())).model
        locked_rows(model, changing)
        now = documents.dump_many(model, changing)
        for key, change in changing.items():
            if now.get(key) != change.before:
                message = _("somebody saved it at this moment: load the files again.")
                yield change.place.problem("", message, code="moved")

    def _count(self, change: Change) -> None:
        what = "created" if change.before is None else "unchanged" if change.is_none else "changed"
        self.report.count(str(change.model._meta.model_name), what)
        if what == "unchanged":
            return
        self.report.entries.append((change.reference, what))
        if self.options.tell and len(self.report.differences) < self.options.most_told:
            differences = documents.differences(change.before or [], change.after)
            self.report.differences += [(change.reference, each) for each in differences]

    def _note(self, change: Change) -> None:
        """Keep what is to be recorded of a change that was written."""
        if change.key is None:
            return
        if change.status == Status.DRAFT:
            if change.before is not None or self.options.pending:
                self.drafts.append((change.model, change.slug, change.before))
        elif change.before is None:
            self.created[change.model].append(change.key)
        else:
            self.staged.keep(change.model, change.key, change.before)

    def _hold_back(self, change: Change) -> None:
        """Make an open revision of a change, which becomes public when it is reviewed."""
        entry: Any = change.model._base_manager.get(pk=change.key)
        try:
            said = Said(reason=self.note)
            base = documents.digest(change.before or [])
            revision = revising.save(entry, change.after, by=self.by, started_from=base, said=said)
        except revising.Moved:
            message = _("a change of it is open: publish or discard that first, then load again")
            self.problems.append(change.place.problem("", message, code="open-change"))
            return
        if revision is not None:
            self._put_into_review(entry, revision)

    def _put_into_review(self, entry: Entry, revision: Revision) -> None:
        """Tell of a revision, and ask for its review, if anybody may be asked whose it is."""
        if self.options.pending and self.by is not None:
            revising.submit(entry, by=self.by)
        self.report.revisions.append(revision.pk)

    # Aliases

    def _load_aliases(self, rows: list[Row]) -> None:
        for row in rows:
            found = list(alias_problems(row, self.known))
            stored = self.known.aliases.get(row.key)
            target = row.fields.get("target", stored) or ""
            self.problems += found
            what = "created" if stored is None else "unchanged" if target == stored else "changed"
            if what != "unchanged" and not found:
                Alias.objects.update_or_create(address=row.key, defaults={"target": target})
            self.report.count("alias", what)

    # Afterwards

    def _check_rules(self) -> None:
        """What the rules say of what was created or changed and is public, at the row of the files that it is about."""
        for model in ENTRY_MODELS:
            for keys in in_batches(chain(self.created[model], self.staged.kept(model))):
                entries = list(model.objects.filter(pk__in=keys, status=Status.PUBLISHED).order_by("slug"))
                found = rules.problems_of(entries) if entries else {}
                slugs = {entry.pk: entry.slug for entry in entries}
                for key, problems in found.items():
                    if problems:
                        self.problems += self._at_rows(model, slugs[key], problems)

    def _at_rows(self, model: type[Entry], slug: str, problems: list[rules.Problem]) -> Iterator[Problem]:
        read_rows = self.staged.rows_of(model, [slug])[slug]
        rows = {row.key: row for row in read_rows if row.model is not model}
        place = next((row for row in read_rows if row.model is model), read_rows[0])
        for problem in problems:
            key, _blank, name = problem.field.partition(" ")
            if key in rows:
                yield rows[key].problem(name, problem.message, code="rule")
            else:
                yield place.problem(problem.field, problem.message, code="rule")

    def _record(self) -> None:
        """Open the edition of the load for whatever of it is or was public; drafts get a revision and no edition."""
        changed: dict[type[Entry], Mapping[int, Document]] = {
            model: self.staged.kept(model) for model in ENTRY_MODELS
        }
        self.report.edition = record_import(self.created, changed, by=self.by, note=self.note)
        for model, slug, stood in self.drafts:
            entry: Any = model.objects.get(slug=slug)
            revision = revising.follow(entry, before=stood, by=self.by, reason=self.note)
            self._put_into_review(entry, revision)

    def _prune(self) -> None:
        """Take away what the bundle lacks.

        Raises:
            LoadRefused: something stands against it.
        """
        done = prune(self.staged, self.manifest, self.options, self.by, self.report.edition)
        refuse_if(done.problems)
        self.report.edition = done.edition
        for entry in done.entries:
            self.report.count(str(type(entry)._meta.model_name), "pruned")
            self.report.entries.append((entry.reference, "pruned"))


def _in_bundles(changes: Iterable[Change]) -> Iterator[Problem]:
    """What waits in a bundle: it becomes public with that, as it was looked at, and no load writes over it."""
    changing = {each.reference: each for each in changes if each.before and not each.is_none}
    for name, bundle in waiting_bundles(changing).items():
        message = _("it waits in the bundle “%(bundle)s”: take it out of that, or out of the files.")
        yield changing[name].place.problem("", message % {"bundle": bundle}, code="in-bundle")


def _begin_as_draft(change: Change) -> None:
    """A new entry begins as a draft where nothing public may change, whatever the file says."""
    change.after[0]["fields"] |= {
        "status": Status.DRAFT.value,
        "withdrawn_reason": "",
        "first_published": None,
    }


def locked_rows(model: type[Entry], keys: Iterable[int]) -> None:
    """Keep entries from other writers until the transaction ends, as `revising.locked` does of one."""
    for some in in_batches(sorted(keys)):
        rows = model._base_manager.select_for_update(no_key=True).filter(pk__in=some).order_by("slug")
        list(rows.values_list("pk"))
