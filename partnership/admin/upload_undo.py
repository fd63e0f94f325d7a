"""Undoing an upload: what it changed goes back to what it was, what it made goes away, and what somebody touched since stays.

Changes that wait are discarded and drafts deleted. What was published at once is taken back in public: former texts
are loaded again, in an edition of their own, and entries that the upload made are withdrawn with a reason that readers see.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import documents, generation
from partnership.documents import Document, DocumentError, key_of
from partnership.editorial import mentions, remit, removing, revising, workflow
from partnership.editorial.bulk import outside_remit
from partnership.editorial.bulk_changes import gone, touched
from partnership.editorial.revising import Moved, Refused, Said
from partnership.editorial.rules import Problem
from partnership.exchange.load import Options, load_rows
from partnership.exchange.reading import MODELS, Row
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Entry,
    OwnedRow,
    Revision,
    RevisionState,
    Status,
    Upload,
    UploadState,
)
from partnership.models.fields import whole_second

from .upload_run import note_of

# What reached one of these was taken further by somebody.
STILL_OURS = (RevisionState.PENDING, RevisionState.SUBMITTED, RevisionState.RETURNED)
PLACES = {model.kind_name(): place for place, model in enumerate(ENTRY_MODELS)}

Item = dict[str, Any]


def undo(upload: Upload, *, by: User, reason: str = "") -> bool:
    """Undo an upload as far as nobody touched what it did; whether anything was undone. What was not says why.

    `reason` is what readers are told of entries that are withdrawn.

    Raises:
        Refused: it is not there to be undone, or a reason is needed.
        LoadRefused: what was published cannot be put back, because the register would break its rules.
    """
    with transaction.atomic():
        generation.lock()
        stored = Upload.objects.select_for_update().get(pk=upload.pk)
        if stored.state != UploadState.APPLIED:
            raise Refused([Problem("", _("It is undone already."))])
        if needs_reason(stored) and not reason.strip():
            message = _("Say why, for readers of the old addresses.")
            raise Refused([Problem("reason", message)])
        outcome = _Undoing(stored, by, reason).run()
        if not any(is_undone for _reference, is_undone, _why in outcome):
            stored.outcome = outcome
            stored.save(update_fields=["outcome"])
            return False
        stored.outcome, stored.state = outcome, UploadState.UNDONE
        stored.undone_at, stored.undone_by_name = whole_second(), by.get_username()
        stored.save()
        return True


def needs_reason(upload: Upload) -> bool:
    """Whether undoing takes something off the public pages, so that readers are told why."""
    return upload.at_once and any(each["what"] == "created" for each in upload.entries)


class _Undoing:
    """One act of undoing on its way, within a transaction: what is left to do, and what became of each entry."""

    def __init__(self, upload: Upload, by: User, reason: str) -> None:
        self.upload, self.by, self.reason = upload, by, reason
        self.note = _("Undone: %(what)s") % {"what": note_of(upload)}
        self.is_covered = remit.covering(by)
        self.outcome: list[tuple[str, bool, str]] = []

    def run(self) -> list[tuple[str, bool, str]]:
        """Undo entry by entry: changes first, then what was made, what names others before what it names."""
        made: list[tuple[Item, Entry]] = []
        published: list[tuple[Item, Entry]] = []
        for item in self.upload.entries:
            entry = revising.entry_called(item["reference"])
            if why := self._touched(item, entry):
                self._tell(item, why)
            elif entry is not None and item["what"] == "created":
                made.append((item, entry))
            elif entry is not None and self.upload.at_once:
                published.append((item, entry))
            elif entry is not None:
                self._take_back(item, entry)
        self._load_former(published)
        made.sort(key=lambda pair: -PLACES[pair[1].kind_name()])
        states = {status: [pair for pair in made if pair[1].status == status] for status in Status}
        for item, _entry in states[Status.WITHDRAWN]:
            self._tell(item, _("It is withdrawn: its address keeps telling."))
        self._withdraw(states[Status.PUBLISHED])
        self._delete(states[Status.DRAFT])
        self._lead_back()
        return self.outcome

    def _tell(self, item: Item, why: str = "") -> None:
        self.outcome.append((item["reference"], not why, why))

    def _touched(self, item: Item, entry: Entry | None) -> str:
        """Why an entry is not to be touched; empty if it stands as the upload left it."""
        if entry is None:
            return gone().message
        document = documents.dump(entry)
        if not self.is_covered(document):
            return outside_remit().message
        head = revising.head_of(entry)
        if not item["is_held"] and documents.digest(document) != item["stands"]:
            return touched().message
        if item["revision"] is None:
            return _("A change of it is open: discard that first.") if head else ""
        if head is not None and head.pk == item["revision"]:
            is_ours = head.state in STILL_OURS
            return "" if is_ours else _("It is approved and waits for its time.")
        revision = Revision.objects.filter(pk=item["revision"]).first()
        if revision is not None and revision.state == RevisionState.PUBLISHED:
            return _("It was approved since, and is public.")
        if revision is not None and revision.state == RevisionState.DISCARDED:
            return _("It was discarded already.")
        return touched().message

    def _take_back(self, item: Item, entry: Entry) -> None:
        """Discard a change that waits, or put a draft back to what it said."""
        try:
            with transaction.atomic():
                if item["is_held"]:
                    revising.discard(entry, by=self.by)
                else:
                    said = Said(reason=self.note)
                    revising.save(entry, item["former"], by=self.by, started_from=item["stands"], said=said)
        except (Refused, Moved, DocumentError) as error:
            self._tell(item, str(error) or touched().message)
        else:
            self._tell(item)

    def _load_former(self, pairs: Sequence[tuple[Item, Entry]]) -> None:
        """Put back what public entries said, all in one edition."""
        if not pairs:
            return
        rows = [row for item, _entry in pairs for row in _rows_of(item["former"])]
        load_rows(rows, by=self.by, options=Options(note=self.note[:300]), whole=True)
        for item, _entry in pairs:
            self._tell(item)

    def _withdraw(self, pairs: Sequence[tuple[Item, Entry]]) -> None:
        """Withdraw what the upload made public; what names another of them goes with it."""
        ours = {entry.reference for _item, entry in pairs}
        for item, entry in pairs:
            entry.refresh_from_db()
            if entry.status == Status.PUBLISHED:
                users = {each.reference for each in mentions.public_users(entry)}
                try:
                    workflow.withdraw(
                        entry,
                        reason=self.reason,
                        by=self.by,
                        fates=dict.fromkeys(users & ours, workflow.WITHDRAW),
                    )
                except Refused as refused:
                    self._tell(item, str(refused))
                    continue
            self._tell(item)

    def _delete(self, pairs: Sequence[tuple[Item, Entry]]) -> None:
        """Delete drafts, again and again while any goes: one that is named by another goes after it."""
        left = list(pairs)
        reasons: dict[str, str] = {}
        while left:
            stays = []
            for item, entry in left:
                try:
                    removing.delete_draft(entry, by=self.by)
                except Refused as refused:
                    reasons[item["reference"]] = str(refused)
                    stays.append((item, entry))
                else:
                    self._tell(item)
            if len(stays) == len(left):
                break
            left = stays
        for item, _entry in left:
            self._tell(item, reasons[item["reference"]])

    def _lead_back(self) -> None:
        """Let old addresses lead where they led before."""
        for address, before, after in self.upload.aliases:
            item = {"reference": f"alias:{address}"}
            alias = Alias.objects.filter(address=address).first()
            if alias is None or alias.target != after:
                self._tell(item, touched().message)
                continue
            if before:
                alias.target = before
                alias.save()
            else:
                alias.delete()
            self._tell(item)


def _rows_of(document: Document) -> list[Row]:
    """A document as rows for the import. The time of the change is that of the undoing."""
    rows = []
    for each in document:
        fields = {name: value for name, value in each["fields"].items() if name != "changed"}
        model = MODELS[each["model"]]
        key = key_of(each) if issubclass(model, OwnedRow) else fields["slug"]
        rows.append(Row("", 0, model, key, fields))
    return rows
