"""The same small change of several entries: drafts say it at once, public entries as a change that waits for review."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import documents, generation
from partnership.documents import Document, DocumentError, key_of, model_label
from partnership.models import (
    Area,
    Citation,
    Entry,
    Nature,
    Revision,
    RevisionState,
    Source,
    Stance,
    Status,
    free_key,
    owned_model,
)
from partnership.models.entry import LAST_PLACE

from . import remit, revising
from .bulk import Act, Plan, Planned, outside_remit
from .revising import Moved, Refused, Said, is_held_back
from .rules import Problem


@dataclass(frozen=True)
class Step:
    """What one act did to one entry, so that it can be taken back: what it said before, by its digest, and the revision made."""

    entry: str
    before: str
    revision: int


class Changing(Act):
    """Saves the same change of several entries. Subclasses say what it makes of a document, and where it is there already."""

    reason = ""
    nature: str = Nature.WORLD
    submits = False

    def __init__(self, entries: Iterable[Entry], *, by: User) -> None:
        super().__init__(entries, by=by)
        self.steps: list[Step] = []

    def changed(self, entry: Entry, document: Document) -> Document | None:
        """A document with the change; None if it says so already."""
        raise NotImplementedError(f"{type(self).__name__} must say what it makes of a document.")

    def objections(self, entry: Entry) -> list[Problem]:
        if entry.status == Status.WITHDRAWN:
            return [Problem("", _("It is withdrawn: a change of it would make it public again."))]
        if self.changed(entry, self.selected.says(entry)) is None:
            return [Problem("", _("It says so already."))]
        return []

    def planned(self, entry: Entry) -> Planned:
        says = self.selected.says(entry)
        return Planned(entry, says, self.changed(entry, says), self._notes(entry))

    def _notes(self, entry: Entry) -> list[str]:
        head, bundle = self._head(entry), self.selected.bundles.get(entry.reference)
        if not is_held_back(entry):
            notes = [_("The draft says so at once.")]
        elif head is None:
            notes = [_("Readers do not see it before it is published.")]
        else:
            notes = [_("It joins the change of it that is open.")]
        if bundle is not None:
            notes.append(_("It is in the bundle “%(bundle)s”.") % {"bundle": bundle})
        if head is not None and head.is_in_review:
            notes.append(_("It was in review: it has to be submitted again."))
        return notes

    def _head(self, entry: Entry) -> Revision | None:
        return self.selected.heads.get(entry.reference)

    def do(self, plan: Plan) -> None:
        for each in plan.planned:
            self._change(each)

    def _change(self, each: Planned) -> None:
        head = self._head(each.entry)
        before = documents.digest(each.before or [])
        try:
            revision = revising.save(
                each.entry, each.after or [], by=self.by, started_from=before, said=self._said(head)
            )
        except DocumentError as error:
            raise Refused([Problem("", str(error))]) from error
        if revision is None:  # the plan told that something differs
            raise Moved
        self.steps.append(Step(each.entry.reference, before, revision.pk))
        if self.submits and head is None and each.entry.reference not in self.selected.bundles:
            revising.submit(each.entry, by=self.by)

    def _said(self, head: Revision | None) -> Said:
        """What is said of the save: of an open change it stays what its editor said, with ours behind it."""
        if head is None:
            return Said(self.reason, self.nature)
        reason = "\n".join(filter(None, (head.reason, self.reason)))
        return Said(reason, head.nature, head.publish_at)


class Tagging(Changing):
    """Adds an area to records."""

    area: Area | None = None

    def changed(self, entry: Entry, document: Document) -> Document | None:
        if self.area is None:
            return document
        [head, *rows] = document
        areas = head["fields"]["areas"]
        if [self.area.slug] in areas:
            return None
        fields = {**head["fields"], "areas": sorted([*areas, [self.area.slug]])}
        return [{**head, "fields": fields}, *rows]


class Citing(Changing):
    """Adds a citation of a source to entries, for the whole of each."""

    source: Source | None = None
    locator = ""

    def changed(self, entry: Entry, document: Document) -> Document | None:
        if self.source is None:
            return document
        model = owned_model(type(entry), Citation)
        rows = [row for row in document if row["model"] == model_label(model)]
        if any(self._is_said_by(row["fields"]) for row in rows):
            return None
        stem = model(**{model.owner_field: entry}, source=self.source).key_stem()
        places = [row["fields"]["position"] for row in rows]
        fields = {
            model.owner_field: [entry.slug],
            "source": [self.source.slug],
            "supports": "",
            "stance": str(Stance.SUPPORTS),
            "locator": self.locator,
            "value_stated": "",
            "note": "",
            "position": min(max(places, default=-1) + 1, LAST_PLACE),
        }
        key = free_key(stem, {key_of(row) for row in document})
        return [*deepcopy(document), {"model": model_label(model), "pk": key, "fields": fields}]

    def _is_said_by(self, fields: dict[str, Any]) -> bool:
        """Whether a citation cites the source for the whole entry, from the same place in it."""
        says = fields["source"][0], fields["supports"], fields["stance"], fields["locator"]
        return self.source is not None and says == (self.source.slug, "", Stance.SUPPORTS, self.locator)


# Taking it back


@transaction.atomic
def take_back(steps: Sequence[Step], *, by: User) -> list[tuple[str, str]]:
    """Take back what an act changed, where nobody touched it since; the entries that were left, each with the reason.

    A change that the act began is discarded; a draft, and a change that was open already, say again what they said.
    """
    generation.lock()
    entries = revising.entries_of(Revision(entry=step.entry) for step in steps)
    is_covered = remit.covering(by)
    left = []
    for step in sorted(steps, key=lambda each: each.entry):
        entry = entries.get(step.entry)
        if entry is None:
            left.append((step.entry, str(gone())))
        elif not is_covered(revising.present(entry).document):
            left.append((str(entry), str(outside_remit())))
        elif not _take_back(step, entry, by):
            left.append((str(entry), str(touched())))
    return left


def _take_back(step: Step, entry: Entry, by: User) -> bool:
    """Take back one step; whether it could be."""
    entry = revising.locked(entry)
    now = revising.present(entry)
    if now.head is None or now.head.pk != step.revision or now.head.state == RevisionState.SCHEDULED:
        return False
    if is_held_back(entry) and now.head.previous_id is None:
        revising.discard(entry, by=by)
        return True
    before = revising.document_called(entry, step.before)
    if before is None or now.digest != now.head.digest:
        return False
    was = now.head.previous
    said = Said(was.reason, was.nature, was.publish_at) if was else Said()
    said = replace(said, reason=said.reason or _("Taken back."))
    revising.save(entry, before, by=by, started_from=now.digest, said=said)
    return True


def gone() -> Problem:
    """That an entry was deleted since."""
    return Problem("", _("It is not there any more."))


def touched() -> Problem:
    """That somebody went on from what is to be undone."""
    return Problem("", _("Somebody changed it since."))
