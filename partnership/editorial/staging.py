"""What publishing would make of the register: locked, applied, checked, and looked at before it is so.

Whoever writes several entries locks them in the order of their names, so that nobody waits in a circle.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from partnership import documents, generation
from partnership.documents import Document
from partnership.models import Area, Entry, Party, Revision, Source, Status, Term
from partnership.models.fields import whole_second

from .revising import Refused, entry_of, is_held_back, locked
from .rules import Problem, named_by, problems, rows_of

REFERENCE_MODELS = (Term, Area, Source, Party)


@dataclass(frozen=True)
class Stage:
    """An entry as publishing a revision makes it, with the drafts that become public along with it.

    `before` is what its rows said; `parts` has the digest of each that would become public, by its reference.
    """

    entry: Entry
    drafts: list[Entry]
    before: Document
    parts: dict[str, str]

    @property
    def seal(self) -> str:
        """Stands for all that would become public, to the letter."""
        return documents.digest([self.parts])

    @property
    def entries(self) -> list[Entry]:
        """All that becomes public, what is named before what names it."""
        return [*self.drafts, self.entry]


@contextmanager
def staged(revision: Revision) -> Iterator[Stage]:
    """The register as it would be if an open revision were published; undone at the end. How it is checked and shown.

    Raises:
        DocumentError: the document of the revision can no longer be applied.
        Refused: the entry is gone, or what it names changes at this moment.
    """
    with generation.held_back():
        entry, revision = lock_all(revision)
        stage = stage_of_revision(revision, entry)
        for each in stage.entries:
            make_public(each, whole_second())
            each.save()
        yield stage


def staged_problems(stage: Stage) -> list[Problem]:
    """What keeps what is staged from being public, said with the name of an entry that is published along."""
    return [found for each in stage.entries for found in named_problems(each, stage.entry)]


def named_problems(entry: Entry, asked: Entry) -> list[Problem]:
    """Problems of an entry, said with its name where it is not the one that was asked for."""
    found = problems(entry)
    if entry == asked:
        return found
    return [Problem("", f"{entry.reference} {problem}") for problem in found]


def obstacles(revision: Revision) -> list[Problem]:
    """Why a revision can no longer become public, whatever it says."""
    entry = entry_of(revision)
    if not revision.is_open:
        return [Problem("", _("It is no longer open: %(state)s.") % {"state": revision.get_state_display()})]
    if entry is None:
        return [Problem("", _("The entry was deleted."))]
    stands = documents.digest(documents.dump(entry))
    if is_held_back(entry) and stands != revision.base_digest:
        message = _("What is public has changed since this was written: open the form and join the two.")
        return [Problem("", message)]
    if not is_held_back(entry) and stands != revision.digest:
        return [Problem("", _("The draft was changed by a load since it was saved: look at it and save it."))]
    return []


# Locking


def lock_all(revision: Revision) -> tuple[Entry, Revision]:
    """Lock the entry of a revision, the drafts that it names and then the revision; both as they are stored.

    Raises:
        Refused: the entry was deleted, or what it names changes at this moment.
    """
    entry = entry_of(revision)
    if entry is None:
        raise Refused([Problem("", _("The entry was deleted."))])
    entry = lock(entry, revision.document)
    return entry, Revision.objects.select_for_update().get(pk=revision.pk)


def lock(entry: Entry, document: Document) -> Entry:
    """Lock an entry and the drafts that its document names, in one order for all; the entry as it is stored."""
    wanted = _concerned(entry, document)
    fresh = {name: locked(each) for name, each in sorted(wanted.items())}
    if _concerned(entry, document).keys() - fresh.keys():
        raise Refused([looked_away()])
    return fresh[entry.reference]


def _concerned(entry: Entry, document: Document) -> dict[str, Entry]:
    """An entry, the draft references that its document names, and those that they name."""
    named = (
        found
        for model, slug in documents.named(document)
        if model in REFERENCE_MODELS and (found := model._base_manager.filter(slug=slug).first())
    )
    drafts = [each for each in named if each.status == Status.DRAFT]
    behind = [further for each in drafts for further in _draft_references(each)]
    return {each.reference: each for each in (*drafts, *behind, entry)}


def _draft_references(entry: Entry) -> list[Entry]:
    """Draft terms, areas, sources and parties that the entry names, and those that they name, nearest last."""
    found: dict[str, Entry] = {}
    waiting: list[Entry] = [entry]
    while waiting:
        named = waiting.pop()
        for _place, target in named_by(named, rows_of(named)):
            if (
                isinstance(target, REFERENCE_MODELS)
                and target.status == Status.DRAFT
                and target.reference not in found
            ):
                found[target.reference] = target
                waiting.append(target)
    found.pop(entry.reference, None)
    return list(reversed(found.values()))


def looked_away() -> Problem:
    """That what somebody looked at is no longer so."""
    return Problem("", _("It was changed while you looked at it: look at it again."))


# Making


def stage_of_revision(revision: Revision, entry: Entry) -> Stage:
    """Write what a revision says into the rows of its entry."""
    before = documents.dump(entry)
    if is_held_back(entry):
        documents.apply(revision.document, slug=entry.slug)
    return stage_of(type(entry)._base_manager.get(pk=entry.pk), before)


def stage_of(entry: Entry, before: Document) -> Stage:
    """An entry as its rows stand, with the drafts that become public along with it."""
    drafts = _draft_references(entry)
    parts = {each.reference: documents.digest(documents.dump(each)) for each in (*drafts, entry)}
    return Stage(entry, drafts, before, parts)


def make_public(entry: Entry, at: datetime) -> None:
    """Give an entry the state of one that is public since `at` or before; not saved yet."""
    entry.status, entry.withdrawn_reason = Status.PUBLISHED, ""
    entry.first_published = entry.first_published or at
