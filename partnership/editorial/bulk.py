"""One act on several entries: first what it would do to each, and what it leaves out and why; then just that, or nothing.

The plan is made twice: for the page that asks, and again with everything locked. Its seal says whether the two are the
same; where they are not, nothing is done and the page is shown anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import documents, generation
from partnership.documents import Document
from partnership.models import Bundle, Edition, Entry, Revision

from . import remit, revising
from .bundled import waiting_bundles
from .mentions import public_users_of
from .revising import Moved, Refused, is_held_back, locked
from .rules import Problem, named_by_problem
from .workflow import withdraw_together

LIMIT = 300
"""How many entries one act takes at most: each is written by itself, within one request."""


@dataclass(frozen=True)
class Planned:
    """One entry that an act changes: what it says before and after, where that differs, and what else is to be known."""

    entry: Entry
    before: Document | None = None
    after: Document | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Skipped:
    """One entry that an act leaves as it is, and why."""

    entry: Entry
    reasons: list[Problem]


@dataclass(frozen=True)
class Plan:
    """What an act does and leaves out; `seal` stands for all that it looked at."""

    planned: list[Planned]
    skipped: list[Skipped]
    seal: str

    @property
    def entries(self) -> list[Entry]:
        """All that were chosen and are still there."""
        return [each.entry for each in self.planned] + [each.entry for each in self.skipped]


class Selected:
    """Several entries of one model as an account finds them, in the order of their names, read in the queries of one."""

    def __init__(self, entries: Iterable[Entry], by: User) -> None:
        ordered = sorted(entries, key=lambda each: each.reference)
        keys = [each.pk for each in ordered]
        self.by = by
        self.rows = documents.dump_many(type(ordered[0]), keys) if ordered else {}
        self.entries = [each for each in ordered if each.pk in self.rows]
        names = [each.reference for each in self.entries]
        self.heads = {each.entry: each for each in Revision.objects.open().filter(entry__in=names)}
        self.bundles: dict[str, Bundle] = waiting_bundles(names)
        self._is_covered = remit.covering(by)

    def says(self, entry: Entry) -> Document:
        """What the editors of an entry see."""
        head = self.heads.get(entry.reference)
        return head.document if head is not None and is_held_back(entry) else self.rows[entry.pk]

    def stands(self, entry: Entry) -> str:
        """The digest of what the rows of an entry say."""
        return documents.digest(self.rows[entry.pk])

    def outside_remit(self, entry: Entry) -> list[Problem]:
        """That the account may not change an entry, as its rows stand or as its editors see it."""
        if self._is_covered(self.rows[entry.pk]) and self._is_covered(self.says(entry)):
            return []
        return [outside_remit()]

    @cached_property
    def authors(self) -> dict[int, set[int]]:
        """The accounts that saved into what is open, by the key of the open revision."""
        return revising.authors_of_each(self.heads.values())


class Act:
    """What is done to each of several entries of one model by an account. Subclasses say what, and what speaks against it."""

    def __init__(self, entries: Iterable[Entry], *, by: User) -> None:
        self.by = by
        self.look(entries)

    def look(self, entries: Iterable[Entry]) -> None:
        """Read the entries as they are stored."""
        self.selected = Selected(entries, self.by)

    def objections(self, entry: Entry) -> list[Problem]:
        """Why an entry is left as it is; empty if nothing speaks against the act."""
        raise NotImplementedError(f"{type(self).__name__} must say what speaks against it.")

    def planned(self, entry: Entry) -> Planned:
        """What the act does to an entry."""
        return Planned(entry)

    def plan(self) -> Plan:
        """What the act does to each entry, and what it leaves out."""
        planned, skipped = [], []
        for entry in self.selected.entries:
            if found := self.selected.outside_remit(entry) or self.objections(entry):
                skipped.append(Skipped(entry, found))
            else:
                planned.append(self.planned(entry))
        return Plan(planned, skipped, self.seal_of(planned))

    def seal_of(self, planned: Sequence[Planned], *more: Any) -> str:
        """Stands for what is planned, and for all that each entry said when it was."""
        selected = self.selected
        looked_at = []
        for each in planned:
            head = selected.heads.get(each.entry.reference)
            opened = [head.pk, head.digest, head.state] if head else []
            after = documents.digest(each.after) if each.after is not None else ""
            looked_at.append([each.entry.reference, selected.stands(each.entry), opened, after])
        return documents.digest([{"planned": looked_at, "more": more}])

    def do(self, plan: Plan) -> Edition | None:
        """Do what was planned; everything is locked. The edition that it opened, if it did."""
        raise NotImplementedError(f"{type(self).__name__} must do what it plans.")


@transaction.atomic
def run(act: Act, seal: str) -> tuple[Plan, Edition | None]:
    """Do what was looked at under a seal, all of it or nothing; with the edition that it opened, if it did.

    Raises:
        Moved: it is no longer what was looked at, or nothing was.
        Refused: something speaks against it that no plan can tell.
    """
    generation.lock()
    try:
        act.look([locked(each) for each in act.selected.entries])
    except Refused as refused:  # one was deleted
        raise Moved from refused
    plan = act.plan()
    if not plan.planned or plan.seal != seal:
        raise Moved
    return plan, act.do(plan)


def outside_remit() -> Problem:
    """That an account may not change an entry."""
    return Problem("", _("It is outside of what your account may change."))


class Submitting(Act):
    """Asks for the review of what entries are being made to say."""

    def objections(self, entry: Entry) -> list[Problem]:
        selected, name = self.selected, entry.reference
        return revising.submission_problems(
            entry, selected.heads.get(name), selected.stands(entry), selected.bundles.get(name)
        )

    def do(self, plan: Plan) -> None:
        for each in plan.planned:
            revising.submit(each.entry, by=self.by)


class Withdrawing(Act):
    """Takes public entries off the pages, for one reason, in one edition; what public entries still need stays."""

    reason = ""

    def objections(self, entry: Entry) -> list[Problem]:
        if entry.is_public:
            return []
        return [Problem("", _("It is not public, so it cannot be withdrawn."))]

    def plan(self) -> Plan:
        """What goes, and what has to stay because something public that stays names it."""
        first = super().plan()
        users = public_users_of(each.entry for each in first.planned)
        gone, skipped = list(first.planned), list(first.skipped)
        while gone:
            names = {each.entry.reference for each in gone}
            needed = {
                name: [named_by_problem(user) for user in users[name] if user.reference not in names]
                for name in names
            }
            skipped += [
                Skipped(each.entry, needed[each.entry.reference])
                for each in gone
                if needed[each.entry.reference]
            ]
            staying = [each for each in gone if not needed[each.entry.reference]]
            if len(staying) == len(gone):
                break
            gone = staying
        skipped.sort(key=lambda each: each.entry.reference)
        return Plan(gone, skipped, self.seal_of(gone))

    def do(self, plan: Plan) -> Edition:
        return withdraw_together([each.entry for each in plan.planned], reason=self.reason, by=self.by)
