"""What publishing would make of the register: locked, applied, checked, and looked at before it is so.

Whoever writes several entries locks them in the order of their names, so that nobody waits in a circle.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from partnership import documents, generation
from partnership.documents import Document
from partnership.models import Area, Bundle, Entry, Party, Revision, Source, Status, Term
from partnership.models.fields import whole_second

from .bundled import belongs_to, embargoed, waiting_bundle_of
from .revising import Refused, entries_of, entry_of, is_held_back, locked
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
    with staged_together([revision]) as [stage]:
        yield stage


@contextmanager
def staged_together(revisions: Sequence[Revision]) -> Iterator[list[Stage]]:
    """The same for several open revisions at once: one stage each, every draft that becomes public along in one of them.

    Raises:
        DocumentError: the document of one can no longer be applied.
        Refused: the entry of one is gone, or what they name changes at this moment.
    """
    with generation.held_back():
        stages = stages_of(lock_all(revisions))
        for each in all_entries(stages):
            make_public(each, whole_second())
            each.save()
        yield stages


def all_entries(stages: Sequence[Stage]) -> list[Entry]:
    """All that becomes public with several stages."""
    return [entry for stage in stages for entry in stage.entries]


def seal_of(stages: Sequence[Stage]) -> str:
    """The seal of several stages at once."""
    return documents.digest([parts_of(stages)])


def parts_of(stages: Sequence[Stage]) -> dict[str, str]:
    """The digest of each entry that would become public with several stages, by its reference."""
    return {name: digest for stage in stages for name, digest in stage.parts.items()}


def staged_problems(stage: Stage, within: Bundle | None = None) -> list[Problem]:
    """What keeps what is staged from being public, said with the name of an entry that is published along.

    `within` is the bundle that is being published, if one is: what waits in another is not published along.
    """
    found = [problem for each in stage.entries for problem in named_problems(each, stage.entry)]
    return embargoed(stage.entries, within) + found


def problems_together(stages: Sequence[Stage], within: Bundle | None = None) -> list[Problem]:
    """What keeps any of several stages from being public, each said with the name of its entry; of one as it is."""
    if len(stages) == 1:
        return staged_problems(stages[0], within)
    return problems_by_name(all_entries(stages), within)


def problems_by_name(entries: Sequence[Entry], within: Bundle | None = None) -> list[Problem]:
    """What keeps any of several entries from being public, each said with its name."""
    found = [problem.named(each.reference) for each in entries for problem in problems(each)]
    return embargoed(entries, within) + found


def named_problems(entry: Entry, asked: Entry) -> list[Problem]:
    """Problems of an entry, said with its name where it is not the one that was asked for."""
    found = problems(entry)
    if entry == asked:
        return found
    return [problem.named(entry.reference) for problem in found]


def obstacles(revision: Revision, within: Bundle | None = None) -> list[Problem]:
    """Why a revision cannot become public, whatever it says; `within` is the bundle that is being published, if one is."""
    entry, bundle = entry_of(revision), waiting_bundle_of(revision.entry)
    stands = documents.digest(documents.dump(entry)) if entry is not None else ""
    return obstacles_to(revision, entry, stands, bundle if bundle != within else None)


def obstacles_to(
    revision: Revision, entry: Entry | None, stands: str, bundle: Bundle | None
) -> list[Problem]:
    """The same where it is known already what stands: the digest of the rows of the entry; and the other bundle that has it."""
    if not revision.is_open:
        return [Problem("", _("It is no longer open: %(state)s.") % {"state": revision.get_state_display()})]
    if entry is None:
        return [Problem("", _("The entry was deleted."))]
    if bundle is not None:
        return [belongs_to(bundle, str(entry))]
    if is_held_back(entry) and stands != revision.base_digest:
        message = _("What is public has changed since this was written: open the form and join the two.")
        return [Problem("", message)]
    if not is_held_back(entry) and stands != revision.digest:
        return [Problem("", _("The draft was changed by a load since it was saved: look at it and save it."))]
    return []


# Locking


def lock_all(revisions: Sequence[Revision]) -> list[tuple[Entry, Revision]]:
    """Lock the entries of revisions, the drafts that they name and then the revisions; all as they are stored.

    Raises:
        Refused: an entry was deleted, or what they name changes at this moment.
    """
    entries = entries_of(revisions)
    if gone := [each.entry for each in revisions if each.entry not in entries]:
        message = _("The entry was deleted.")
        raise Refused(
            [Problem("", message if len(revisions) == 1 else f"{name}: {message}") for name in gone]
        )
    fresh = _lock([(entries[each.entry], each.document) for each in revisions])
    keys = [each.pk for each in revisions]
    stored = {
        each.pk: each for each in Revision.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    }
    return [(fresh[each.entry], stored[each.pk]) for each in revisions]


def lock(entry: Entry, document: Document) -> Entry:
    """Lock an entry and the drafts that its document names, in one order for all; the entry as it is stored."""
    return _lock([(entry, document)])[entry.reference]


def _lock(pairs: Sequence[tuple[Entry, Document]]) -> dict[str, Entry]:
    wanted = {name: each for pair in pairs for name, each in _concerned(*pair).items()}
    fresh = {name: locked(each) for name, each in sorted(wanted.items())}
    if any(_concerned(*pair).keys() - fresh.keys() for pair in pairs):
        raise Refused([looked_away()])
    return fresh


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


def nothing_differs() -> Problem:
    """That what is to be published is public already."""
    return Problem("", _("Nothing differs from what is public: discard the change."))


def looked_away() -> Problem:
    """That what somebody looked at is no longer so."""
    return Problem("", _("It was changed while you looked at it: look at it again."))


# Making


def stages_of(pairs: Sequence[tuple[Entry, Revision]]) -> list[Stage]:
    """Write what revisions say into the rows of their entries; then one stage for each.

    A draft that several name is in the first of their stages; one that has a stage of its own is in no other.
    """
    before = {entry.reference: documents.dump(entry) for entry, _revision in pairs}
    for entry, revision in pairs:
        if is_held_back(entry):
            documents.apply(revision.document, slug=entry.slug)
    stages = []
    taken = set(before)
    for entry, _revision in pairs:
        stage = stage_of(type(entry)._base_manager.get(pk=entry.pk), before[entry.reference])
        drafts = [each for each in stage.drafts if each.reference not in taken]
        names = {entry.reference, *(each.reference for each in drafts)}
        parts = {name: digest for name, digest in stage.parts.items() if name in names}
        stages.append(replace(stage, drafts=drafts, parts=parts))
        taken |= names
    return stages


def stage_of(entry: Entry, before: Document) -> Stage:
    """An entry as its rows stand, with the drafts that become public along with it."""
    drafts = _draft_references(entry)
    parts = {each.reference: documents.digest(documents.dump(each)) for each in (*drafts, entry)}
    return Stage(entry, drafts, before, parts)


def make_public(entry: Entry, at: datetime) -> None:
    """Give an entry the state of one that is public since `at` or before; not saved yet."""
    entry.status, entry.withdrawn_reason = Status.PUBLISHED, ""
    entry.first_published = entry.first_published or at
