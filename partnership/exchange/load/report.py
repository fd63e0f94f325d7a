"""What a load is asked to do and what it tells that it did."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from partnership.documents import Difference
from partnership.exchange.reading import Problem
from partnership.models import Edition

UPDATE, SKIP, FAIL = "update", "skip", "fail"
FILE, DATABASE = "file", "database"
WITHDRAW, DELETE = "withdraw", "delete"


class LoadRefused(Exception):
    """The files cannot be loaded and nothing was changed; `problems` say where and why, in the order of the files."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Options:
    """How a load goes about what it finds.

    `dry_run`: everything is done and taken back. `tell`: differences are told, field by field, as many as `most_told`.
    `on_existing`: whether entries that exist are updated, skipped or refused. `protect`: fields that they keep.
    `base`: the older bundle from which the files were made; what changed in both is a conflict, for which `on_conflict`
    chooses the file or the database, or fails. `prune`: what becomes of entries in the scope of the bundle that it lacks;
    more than `max_prune` of them, as a share of the scope, is refused. `pending`: nothing public changes: changes become
    open revisions, in review if somebody's, and new entries drafts. `note` is the public note of the edition.
    """

    dry_run: bool = False
    tell: bool = False
    most_told: int = 20_000
    on_existing: str = UPDATE
    protect: tuple[str, ...] = ()
    base: Path | None = None
    on_conflict: str = FAIL
    prune: str = ""
    prune_reason: str = ""
    max_prune: float = 0.05
    pending: bool = False
    note: str = ""


@dataclass
class Report:
    """What a load did: per model name how many were created, changed, left unchanged and pruned, and the edition, if any.

    `status_kept` names entries whose file gives another status than they have: a file does not publish or withdraw.
    `entries` tells (`kind:slug`, what was done) of each that is not the same; `differences` by row what differs, if asked.
    `digest` is the SHA-256 of what was read.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    edition: Edition | None = None
    status_kept: list[str] = field(default_factory=list)
    entries: list[tuple[str, str]] = field(default_factory=list)
    differences: list[tuple[str, Difference]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    digest: str = ""
    revisions: list[int] = field(default_factory=list)

    def count(self, name: str, what: str, number: int = 1) -> None:
        """Count entries or aliases of a model."""
        self.counts.setdefault(name, Counter())[what] += number

    def add(self, other: "Report") -> None:
        """Add what a further part of the same load did."""
        for name, count in other.counts.items():
            self.counts.setdefault(name, Counter()).update(count)
        self.edition = other.edition or self.edition
        self.status_kept += other.status_kept
        self.entries += other.entries
        self.differences += other.differences
        self.conflicts += other.conflicts
        self.revisions += other.revisions

    @property
    def differs(self) -> bool:
        """Whether the register is not as the files say, or was not before the load."""
        return any(
            number for count in self.counts.values() for what, number in count.items() if what != "unchanged"
        )

    def lines(self) -> list[str]:
        """The counts as a table of plain lines."""
        columns = ["created", "changed", "unchanged"]
        words = [_("created"), _("changed"), _("unchanged")]
        if any(count["pruned"] for count in self.counts.values()):
            columns.append("pruned")
            words.append(_("pruned"))
        table: list[tuple[str, ...]] = [("", *words)]
        table += [(name, *(str(count[each]) for each in columns)) for name, count in self.counts.items()]
        return [f"{name:14}" + "".join(f"{number:>11}" for number in numbers) for name, *numbers in table]
