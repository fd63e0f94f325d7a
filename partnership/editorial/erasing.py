"""Erasing personal data: words taken out of entries, of all that was ever said of them, and of whatever else is kept.

It is the one act that rewrites history. Documents are written anew with a mark where the words stood, and every digest of
them that something else holds is put right, so that what waits, what was approved and what started from what still hold
together. It cannot be undone, and nothing says which words they were.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from partnership import audit, documents, generation, search
from partnership.documents import PUBLIC, Document, DocumentError
from partnership.models import (
    Bundle,
    Edition,
    Entry,
    Erasure,
    Nature,
    Paragraph,
    Revision,
    RevisionState,
    Status,
    Upload,
    UploadState,
)
from partnership.models.batches import in_batches

from . import remit, rules
from .editions import open_edition, record_changed
from .erased_places import GO_WHOLE, columns_of, parsed, places_of, rows_with, tables_with_texts
from .erased_words import Words
from .revising import Refused, entry_called, locked
from .rules import Problem
from .standing_approvals import StandingApprovals
from .workflow import refuse_if

MAY_ERASE = "partnership.erase_personal_data"


def may_erase(account: User) -> bool:
    """Whether an account may erase: only one that is limited to nothing, since the words may be anywhere."""
    return account.has_perm(MAY_ERASE) and remit.parties_of_remit(account) is None


def erase(
    words: Words,
    *,
    entries: Collection[str],
    tables: Collection[str],
    note: str,
    by: User,
    seal: str = "",
) -> Erasure:
    """Take words out of entries, by reference, with all their revisions, and out of tables, by name, for good.

    If readers could see them, an edition tells `note`. `seal` is that of the places that were looked at.

    Raises:
        Refused: no note is given or it has the words itself, nothing is chosen, the words now stand elsewhere than was
            looked at, or an entry would break a rule without them.
    """
    try:
        with transaction.atomic():
            generation.lock()
            refuse_if(_objections(words, entries, tables, note, seal))
            return _Erasing(words, note.strip(), by).run(entries, tables)
    except (IntegrityError, DocumentError) as error:
        message = _("Without the words, two things would be told apart no longer: mend them by hand first.")
        raise Refused([Problem("", message)]) from error


def _objections(
    words: Words, entries: Collection[str], tables: Collection[str], note: str, seal: str
) -> list[Problem]:
    found = []
    if not note.strip():
        found.append(Problem("note", _("Say in public why something was erased, and never what.")))
    if words.count(note):
        found.append(Problem("note", _("The note has the words in it that it is to erase.")))
    if not entries and not tables:
        found.append(Problem("", _("Choose where they are to be erased.")))
    if not found and seal and places_of(words).seal != seal:
        found.append(Problem("", _("Something changed since you looked: look at it again.")))
    return found


@dataclass
class _Erasing:
    """One erasure on its way, within a transaction that holds the generation.

    `digests` leads from the digest of each document that was rewritten to that of what it says now; `shown` are entries
    of which readers could see the words.
    """

    words: Words
    note: str
    by: User
    digests: dict[str, str] = field(default_factory=dict)
    shown: list[Entry] = field(default_factory=list)

    def run(self, references: Collection[str], tables: Collection[str]) -> Erasure:
        entries = {name: locked(entry) for name in sorted(references) if (entry := entry_called(name))}
        approvals = StandingApprovals.of_now()
        before = {name: rules.problems(entry) for name, entry in entries.items() if entry.is_public}
        for name in sorted(references):
            self._erase_entry(name, entries.get(name))
        self._check(entries, before)
        editions_told = "partnership.edition" in tables
        edition = open_edition(self._told) if self.shown or editions_told else None
        if edition:
            self._publish(edition)
        self._remap()
        models = {model._meta.label_lower: model for model in tables_with_texts()}
        for label in sorted(models.keys() & set(tables)):
            self._erase_table(models[label])
        approvals.renew()
        generation.move()
        audit.tell(
            "erased", by=self.by, edition=edition.number if edition else None, entries=sorted(references)
        )
        return Erasure.objects.create(
            made_by=self.by,
            made_by_name=self.by.get_username(),
            note=self.note,
            generation=generation.current() or 0,
            edition=edition,
        )

    @property
    def _told(self) -> str:
        """What readers of the history are told, in the language of what is stored."""
        with translation.override(settings.LANGUAGE_CODE):
            return _("Personal data erased. %(note)s") % {"note": self.note}

    # One entry

    def _erase_entry(self, reference: str, entry: Entry | None) -> None:
        """Rewrite the revisions and the rows of an entry; of a draft that was deleted there are revisions only."""
        was_shown = self._erase_revisions(reference)
        if entry is not None:
            rows = documents.dump(entry)
            bare = self.words.out_of_document(rows)
            if bare != rows:
                self.digests[documents.digest(rows)] = documents.digest(bare)
                was_shown |= entry.status != Status.DRAFT and _shows_otherwise(rows, bare)
                with search.batch():
                    documents.apply(bare, slug=entry.slug, with_state=True)
                    search.touch(type(entry), [entry.pk])
            if was_shown:
                self.shown.append(entry)
        kind, _colon, slug = reference.partition(":")
        if kind == "source":
            for paragraph in Paragraph.objects.filter(source=slug):
                self._rewrite(paragraph)

    def _erase_revisions(self, reference: str) -> bool:
        """Whether readers could see any of what was erased."""
        was_shown, rewritten = False, []
        for revision in Revision.objects.select_for_update().filter(entry=reference).order_by("pk"):
            was = (revision.document, revision.reason, revision.review_note)
            document = self.words.out_of_document(revision.document)
            revision.reason = self.words.without(revision.reason)
            revision.review_note = self.words.without(revision.review_note)
            if (document, revision.reason, revision.review_note) == was:
                continue
            if document != revision.document:
                is_public = revision.state == RevisionState.PUBLISHED
                was_shown |= is_public and _shows_otherwise(revision.document, document)
                revision.document = document
                digest = documents.digest(document)
                self.digests[revision.digest], revision.digest = digest, digest
            rewritten.append(revision)
        Revision.objects.bulk_update(
            rewritten, ["document", "digest", "reason", "review_note"], batch_size=200
        )
        return was_shown

    def _check(self, entries: Mapping[str, Entry], before: Mapping[str, list[Problem]]) -> None:
        """Refuse what would break a rule that held."""
        for name, known in before.items():
            fresh = rules.problems(type(entries[name])._base_manager.get(pk=entries[name].pk))
            refuse_if([each.named(name) for each in fresh if each not in known])

    # What readers are told

    def _publish(self, edition: Edition) -> None:
        """Tell of the public entries among those that readers saw with the words, as changed in wording."""
        for entry in self.shown:
            if not entry.is_public:
                continue
            model: Any = type(entry)
            before = documents.dump(entry)
            model._base_manager.filter(pk=entry.pk).update(changed=edition.published_at)
            record_changed(model, {entry.pk: before}, edition, by=self.by, reason=self._told)
            self._stands_now(entry, documents.digest(before), documents.digest(documents.dump(entry)))
        edition.revisions.update(nature=Nature.WORDING)

    def _stands_now(self, entry: Entry, erased: str, digest: str) -> None:
        """An open change that started from what is public still does; so does what remembers what an act left."""
        was = {old for old, new in self.digests.items() if new == erased} | {erased}
        heads = Revision.objects.open().filter(entry=entry.reference, base_digest__in=was)
        heads.update(base_digest=digest)
        self.digests.update({old: digest for old in was if old != erased})

    # What else holds digests, and other tables

    def _remap(self) -> None:
        """Put the digests right by which revisions and bundles name documents that were rewritten."""
        for some in in_batches(self.digests):
            started = Revision.objects.filter(base_digest__in=some)
            for revision in started.only("pk", "base_digest"):
                Revision.objects.filter(pk=revision.pk).update(base_digest=self.digests[revision.base_digest])
        for model in (Revision, Bundle):
            for key, approved in model._base_manager.exclude(approved={}).values_list("pk", "approved"):
                fresh = {name: self.digests.get(digest, digest) for name, digest in approved.items()}
                if fresh != approved:
                    model._base_manager.filter(pk=key).update(approved=fresh)

    def _erase_table(self, model: type[Model]) -> None:
        """Rewrite the rows of a table that have the words; what is there only for their sake goes."""
        keys = [key for key, _number in rows_with(self.words, model)]
        if model in GO_WHOLE:
            model._base_manager.filter(pk__in=keys).delete()
            return
        for row in model._base_manager.filter(pk__in=keys).order_by("pk"):
            self._rewrite(row)

    def _rewrite(self, row: Model) -> None:
        columns = [*columns_of(type(row))]
        changes = {each.name: self._bare(row, each, getattr(row, each.name)) for each in columns}
        if isinstance(row, Upload) and row.content and not changes["content"]:
            changes["state"] = UploadState.REFUSED
        type(row)._base_manager.filter(pk=row.pk).update(**changes)

    def _bare(self, row: Model, column: Any, value: Any) -> Any:
        if isinstance(row, LogEntry):
            message = parsed(value)
            if isinstance(message, str):
                return self.words.without(message)
            return json.dumps(self.words.out_of_json(message, {}))
        if isinstance(row, Upload) and column.name == "content":
            return b""
        if column.get_internal_type() == "JSONField":
            return self.words.out_of_json(value, self.digests)
        return self.words.out_of_field(column, value)


def _shows_otherwise(before: Document, after: Document) -> bool:
    """Whether two documents of the same rows differ in what readers may see."""
    return any(
        value != bare["fields"][name]
        for row, bare in zip(before, after, strict=True)
        for name, value in row["fields"].items()
        if name in _public_fields(row["model"])
    )


def _public_fields(label: str) -> Collection[str]:
    model: Any = documents.MODELS.get(label)
    return documents.fields_of(model, PUBLIC) if model else ()
