"""An upload is looked at, and brought in: the same act twice, the first time rolled back.

What the first look found is kept with the upload. The second is refused unless the register stands as it stood, and does
what the first told, or nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from partnership import documents, generation
from partnership.documents import Document
from partnership.editorial import remit
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.exchange.load import LoadRefused, Options, Report
from partnership.exchange.reading import Problem
from partnership.history import Line, differences_in_words
from partnership.history.faces import Entries, Face, entries_of
from partnership.models import (
    Alias,
    Entry,
    Revision,
    Status,
    Upload,
    UploadState,
    entry_model,
    named_references,
)
from partnership.models.batches import in_batches
from partnership.models.fields import whole_second

from . import kinds
from .upload_files import bring_in

MOST_PROBLEMS = 1_000
# Of state only the status is told: the times in it are those of the very moment.
PASSING = ("changed", "first_published")
# What a look at an upload finds.
FOUND = ("state", "content", "generation", "totals", "entries", "aliases", "problems", "problem_count")


class Moved(Exception):
    """The register, or the file, is not as it was when the upload was looked at."""


@dataclass
class Touched:
    """One entry that an upload creates or changes: what it said before (nothing if new), and says after."""

    reference: str
    what: str
    title: str
    after: Document
    before: Document | None = None
    revision: int | None = None

    @property
    def model(self) -> type[Entry]:
        """The kind of the entry."""
        return _model_of(self.reference)

    def kept(self, lines: Iterable[Line] = ()) -> dict[str, Any]:
        """What is kept of it with the upload."""
        return {
            "reference": self.reference,
            "what": self.what,
            "title": self.title,
            "before": _steady_digest(self.before),
            "after": _steady_digest(self.after),
            "lines": [[line.label, line.before, line.after] for line in lines],
        }


def look_at(upload: Upload, *, by: User) -> None:
    """Find out what an upload would do, and keep that with it. Nothing of the register changes."""
    upload.generation = generation.current() or 0
    upload.entries, upload.aliases, upload.problems, upload.totals = [], [], [], {}
    try:
        with generation.held_back():
            aliases = _aliases()
            report, touched = _done(upload, by)
            known: Entries = entries_of(Face.referred(*(each.after for each in touched)))
            upload.aliases = _alias_changes(aliases)
        _recall(touched)
        _refuse_if(_not_allowed(touched, upload.aliases, upload, by))
    except LoadRefused as refused:
        keep_problems(upload, refused.problems)
        return
    known = _joined(known, entries_of(Face.referred(*(each.before for each in touched if each.before))))
    upload.entries = [
        each.kept(differences_in_words(each.before or [], each.after, known)) for each in touched
    ]
    upload.totals = {name: dict(count) for name, count in report.counts.items()}
    upload.problem_count, upload.state = 0, UploadState.CHECKED


def seal_of(upload: Upload) -> str:
    """What the page of a look names, so that nothing else is confirmed than what was seen on it."""
    seen = json.dumps([upload.sha256, upload.generation, upload.entries, upload.aliases], sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()


def apply(upload: Upload, *, by: User, seen: str) -> None:
    """Bring an upload in as it was looked at: all of it, once. `seen` is the seal of what was shown.

    Raises:
        Moved: the register or the file is not as it was.
        LoadRefused: it can no longer be brought in.
    """
    with transaction.atomic():
        generation.lock()
        stored = Upload.objects.select_for_update().get(pk=upload.pk)
        if stored.state != UploadState.CHECKED:
            return
        if seen != seal_of(stored) or hashlib.sha256(bytes(stored.content)).hexdigest() != stored.sha256:
            raise Moved
        if (generation.current() or 0) != stored.generation or _now(stored) != _seen(stored, "before"):
            raise Moved
        former = _documents(each["reference"] for each in stored.entries)
        aliases = _aliases()
        report, touched = _done(stored, by)
        for each in touched:
            each.before = former.get(each.reference)
        if {each.reference: _steady_digest(each.after) for each in touched} != _seen(stored, "after"):
            raise Moved
        stored.aliases = _alias_changes(aliases)
        _refuse_if(_not_allowed(touched, stored.aliases, stored, by))
        _keep_receipt(stored, report, touched)


def _done(upload: Upload, by: User) -> tuple[Report, list[Touched]]:
    """Bring an upload in, within a transaction of the caller's: what was done, and to which entries."""
    options = Options(pending=not upload.at_once, note=note_of(upload))
    report = bring_in(upload, by=by, options=options)
    return report, _touched(report)


def note_of(upload: Upload) -> str:
    """What the edition of an upload, and each revision it makes, say that it is."""
    name = _("Upload %(number)s") % {"number": upload.pk} if upload.pk else _("Upload")
    return f"{name}: {upload.note}" if upload.note else f"{name}: {upload.file_name}"


def _aliases() -> dict[str, str]:
    return dict(Alias.objects.values_list("address", "target"))


def _alias_changes(before: dict[str, str]) -> list[list[str]]:
    """The old addresses that are new or lead elsewhere: each with where it led before and leads now."""
    return [
        [address, before.get(address, ""), target]
        for address, target in sorted(_aliases().items())
        if before.get(address) != target
    ]


def _touched(report: Report) -> list[Touched]:
    """The entries of a report with what they say after it; those held back say it in their revision."""
    revisions = {
        each.entry: each
        for some in in_batches(report.revisions)
        for each in Revision.objects.in_bulk(some).values()
    }
    titles: dict[str, str] = {}
    stands: dict[str, Document] = {}
    for model, slugs in _by_model(reference for reference, _what in report.entries).items():
        for some in in_batches(slugs):
            named = (field.name for field in named_references(model))
            rows = list(model._base_manager.select_related(*named).filter(slug__in=some))
            found = documents.dump_many(model, [row.pk for row in rows])
            titles.update({row.reference: str(row) for row in rows})
            stands.update({row.reference: found[row.pk] for row in rows})
    return [
        Touched(
            reference,
            what,
            titles[reference],
            revisions[reference].document if reference in revisions else stands[reference],
            revision=revisions[reference].pk if reference in revisions else None,
        )
        for reference, what in report.entries
        if reference in stands
    ]


def _recall(touched: Sequence[Touched]) -> None:
    """Fill in what entries say now, where they are there."""
    stands = _documents(each.reference for each in touched)
    for each in touched:
        each.before = stands.get(each.reference)


def _documents(references: Iterable[str]) -> dict[str, Document]:
    """What the rows of entries say, by reference; a few queries for each kind."""
    found: dict[str, Document] = {}
    for model, slugs in _by_model(references).items():
        for some in in_batches(slugs):
            keys = dict(model._base_manager.filter(slug__in=some).order_by().values_list("pk", "slug"))
            for key, document in documents.dump_many(model, keys).items():
                found[f"{model.kind_name()}:{keys[key]}"] = document
    return found


def _by_model(references: Iterable[str]) -> dict[type[Entry], list[str]]:
    found: dict[type[Entry], list[str]] = {}
    for reference in references:
        found.setdefault(_model_of(reference), []).append(reference.partition(":")[2])
    return found


def _model_of(reference: str) -> type[Entry]:
    model = entry_model(reference.partition(":")[0])
    if model is None:
        raise ValueError(f"no kind of entry: {reference}")
    return model


def _steady_digest(document: Document | None) -> str:
    """The digest of what a document says, without the times of its state; empty for none."""
    if not document:
        return ""
    head, *rows = document
    fields = {name: value for name, value in head["fields"].items() if name not in PASSING}
    return documents.digest([{**head, "fields": fields}, *rows])


def _now(upload: Upload) -> dict[str, str]:
    stands = _documents(each["reference"] for each in upload.entries)
    return {each["reference"]: _steady_digest(stands.get(each["reference"])) for each in upload.entries}


def _seen(upload: Upload, side: str) -> dict[str, str]:
    return {each["reference"]: each[side] for each in upload.entries}


def _joined(one: Entries, other: Entries) -> Entries:
    return {model: {**one.get(model, {}), **other.get(model, {})} for model in {*one, *other}}


# What an account may not bring in


def _not_allowed(
    touched: Sequence[Touched], aliases: Sequence[Any], upload: Upload, by: User
) -> list[Problem]:
    """What an upload does that its account could not do entry by entry either."""
    is_covered = remit.covering(by)
    found = []
    for each in touched:
        action = "change" if each.before else "add"
        word = each.model._meta.verbose_name
        if not by.has_perm(f"partnership.{action}_{each.model.kind_name()}"):
            message = _("Your account may not do this with a %(kind)s: ask somebody who may.")
            found.append(_problem(upload, each.reference, message % {"kind": word}, "right"))
        elif not (is_covered(each.after) and (each.before is None or is_covered(each.before))):
            message = _("Your account is limited to certain parties, and none of them is in this entry.")
            found.append(_problem(upload, each.reference, message, "remit"))
    may_move = upload.at_once and by.has_perm(MAY_PUBLISH) and by.has_perm("partnership.change_alias")
    for address, _before, _after in () if may_move else aliases:
        message = _(
            "An old address is public at once: take these rows out, or let a publisher publish the upload at once."
        )
        found.append(_problem(upload, f"alias:{address}", message, "alias"))
    return found


def _problem(upload: Upload, row: str, message: str, code: str) -> Problem:
    return Problem(upload.file_name, 0, row, "", message, code=code)


def _refuse_if(problems: list[Problem]) -> None:
    if problems:
        raise LoadRefused(problems)


# What is kept


def keep_problems(upload: Upload, problems: Sequence[Problem]) -> None:
    """Keep with an upload why it cannot be brought in; the file is to be mended and uploaded anew."""
    upload.state, upload.content = UploadState.REFUSED, b""
    upload.problem_count = len(problems)
    upload.problems = [
        [each.file, each.line, each.row, each.field, each.value, each.message, each.code]
        for each in problems[:MOST_PROBLEMS]
    ]


def _keep_receipt(upload: Upload, report: Report, touched: Sequence[Touched]) -> None:
    """Keep what became of each entry, and what is needed to undo it; the file itself is not needed any more."""
    told = {each["reference"]: each for each in upload.entries}
    statuses = {each.reference: each.before[0]["fields"]["status"] for each in touched if each.before}
    upload.entries = []
    for each in touched:
        is_held = not upload.at_once and statuses.get(each.reference, Status.DRAFT) != Status.DRAFT
        upload.entries.append(
            {
                **told[each.reference],
                "revision": each.revision,
                "is_held": is_held,
                "stands": documents.digest(each.after),
                "former": None if is_held else each.before,
            }
        )
    upload.totals = {name: dict(count) for name, count in report.counts.items()}
    upload.edition, upload.applied_at = report.edition, whole_second()
    upload.state, upload.content = UploadState.APPLIED, b""
    upload.save()


def kind_in_words(reference: str) -> str:
    """The word for the kind of an entry, as a label."""
    return kinds.in_words(_model_of(reference))
