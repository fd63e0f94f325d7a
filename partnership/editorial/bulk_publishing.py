"""Approving several changes that others wrote, as one edition; what somebody has to look at by itself is left out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from partnership import documents
from partnership.documents import Document, DocumentError
from partnership.models import Edition, Entry, Revision, RevisionState, Status
from partnership.models.fields import whole_second

from . import revising
from .bulk import Act, Plan, Planned, Skipped
from .bundled import belongs_to, embargoed
from .reviewing import mark_reviewed, unconfirmed_sources
from .revising import Refused
from .rules import Problem, problems_of_each
from .staging import (
    Stage,
    all_entries,
    nothing_differs,
    obstacles_to,
    seal_of,
    staged,
    staged_together,
)
from .workflow import publish_revisions


class Publishing(Act):
    """Approves what is submitted of entries and publishes it, under one public note."""

    note = ""
    _seal = ""
    _parts: dict[str, dict[str, str]]

    def objections(self, entry: Entry) -> list[Problem]:
        """What speaks against it before anything is put in place."""
        selected, name = self.selected, entry.reference
        head, bundle = selected.heads.get(name), selected.bundles.get(name)
        if bundle is not None:
            return [belongs_to(bundle, str(entry))]
        if head is None or head.state != RevisionState.SUBMITTED:
            return [Problem("", _("Nothing of it is submitted for review."))]
        if self.by.pk in selected.authors[head.pk]:
            return [_own_work()]
        if head.publish_at and head.publish_at > whole_second():
            return [Problem("", _("It is not to be public yet: approve it by itself, for its time."))]
        return obstacles_to(head, entry, selected.stands(entry), None)

    def plan(self) -> Plan:
        """What becomes public, looked at with all of it in place; what cannot is taken out until the rest can."""
        first = super().plan()
        skipped, planned = list(first.skipped), list(first.planned)
        while planned:
            heads = [self.selected.heads[each.entry.reference] for each in planned]
            faults, looked_at = self._look(heads)
            skipped += [
                Skipped(each.entry, found) for each in planned if (found := faults[each.entry.reference])
            ]
            if not any(faults.values()):
                planned = looked_at
                break
            planned = [each for each in planned if not faults[each.entry.reference]]
        skipped.sort(key=lambda each: each.entry.reference)
        return Plan(planned, skipped, self.seal_of(planned, self._seal if planned else ""))

    def seal_of(self, planned: Sequence[Planned], *more: Any) -> str:
        """Stands for what is planned, by what is approved; what it says once it is public tells the moment, too."""
        return super().seal_of([replace(each, after=None) for each in planned], *more)

    def _look(self, heads: list[Revision]) -> tuple[dict[str, list[Problem]], list[Planned]]:
        """What speaks against each change, by the reference of its entry, with all of them in place; and what each does."""
        try:
            with staged_together(heads) as stages:
                after = documents.dump_each(stage.entry for stage in stages)
                self._seal = seal_of(stages)
                self._parts = {stage.entry.reference: stage.parts for stage in stages}
                return _faults(stages, heads, after, self.by.pk), _planned(stages, after)
        except (DocumentError, Refused) as error:
            faults = {each.entry: _fault_of(each) for each in heads}
            if not any(faults.values()):
                faults[heads[0].entry] = [Problem("", str(error))]
            return faults, []

    def do(self, plan: Plan) -> Edition:
        heads = [self.selected.heads[each.entry.reference] for each in plan.planned]
        for head in heads:
            mark_reviewed(head, self.by, note="")
            head.approved = self._parts[head.entry]
            head.save()
        return publish_revisions(heads, by=self.by, note=self.note, seal=self._seal)


def _own_work() -> Problem:
    return Problem("", _("You wrote in it: somebody else must approve it."))


def _fault_of(head: Revision) -> list[Problem]:
    """Why a change cannot be put in place by itself."""
    try:
        with staged(head):
            return []
    except (DocumentError, Refused) as error:
        return [Problem("", str(error))]


def _faults(
    stages: list[Stage], heads: list[Revision], after: dict[str, Document], account: int
) -> dict[str, list[Problem]]:
    """What speaks against each change, by the reference of its entry; read while all of them are in place."""
    broken = problems_of_each(all_entries(stages))
    wrote_along = _drafts_written_by(account, stages)
    found = {}
    for stage, head in zip(stages, heads, strict=True):
        name = stage.entry.reference
        faults = embargoed(stage.entries)
        for each in stage.entries:
            said = broken[each.reference]
            faults += said if each is stage.entry else [one.named(each.reference) for one in said]
        if wrote_along & {each.reference for each in stage.drafts}:
            faults.append(_own_work())
        if stage.before == after[name] and _was(stage) == Status.PUBLISHED:
            faults.append(nothing_differs())
        if unconfirmed_sources(stage.before, after[name], head.nature):
            message = _("Values changed and their citations did not: look at it by itself.")
            faults.append(Problem("", message))
        found[name] = faults
    return found


def _was(stage: Stage) -> str:
    """The status of an entry before it was put in place."""
    return stage.before[0]["fields"]["status"]


def _planned(stages: list[Stage], after: dict[str, Document]) -> list[Planned]:
    found = []
    for stage in stages:
        along = ", ".join(f"“{each}”" for each in stage.drafts)
        notes = [_("Published along with it, because it names them: %(entries)s") % {"entries": along}]
        before = [] if _was(stage) == Status.DRAFT else stage.before
        found.append(Planned(stage.entry, before, after[stage.entry.reference], notes if along else ()))
    return found


def _drafts_written_by(account: int, stages: list[Stage]) -> set[str]:
    """The drafts that become public along with others into which an account saved."""
    names = [each.reference for stage in stages for each in stage.drafts]
    heads = list(Revision.objects.open().filter(entry__in=names)) if names else []
    authors = revising.authors_of_each(heads)
    return {head.entry for head in heads if account in authors[head.pk]}
