"""A bundle beside its own manifest and beside the register: the same, an older edition, or altered.

What the register said in an edition is rebuilt from the revisions that its editions published; an entry without
revisions stands as it came. A set of editions is a number with a bit for each: what several entries say at once is what
their bits have in common.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from partnership.documents import MODELS, PUBLIC, Document, fields_of, key_of
from partnership.exchange.comparing import NEW, OLD, Comparison, EntryChange, compare
from partnership.exchange.manifest import FileProblem, Manifest, problems_of, read_manifest
from partnership.exchange.sides import bundle_side, register_side
from partnership.history.log import merged_revisions, public_revisions
from partnership.models import ENTRY_MODELS, Edition, Status, entry_model, named_references
from partnership.models.batches import in_batches

ENTRIES_A_QUERY = 200


class Verdict(TextChoices):
    """What a bundle is, seen from the register."""

    SAME = "same", _("The bundle is the register as it is now.")
    OLDER = "older", _("The bundle is the register as it was.")
    DIFFERENT = "different", _("The bundle is not the register as it is now.")
    ALTERED = "altered", _("The bundle was altered: the register never said this.")


@dataclass
class Verified:
    """What was found of a bundle.

    `files` is what its manifest says against; `editions` from which to which editions said what it says; `moved` the
    entries that changed since, `altered` those that never said in the register what the bundle says. A bundle whose
    entries were all said, but never at one time, is altered with `editions` empty and nothing in `altered`.
    """

    verdict: Verdict
    manifest: Manifest | None
    present: int
    files: list[FileProblem] = field(default_factory=list)
    editions: list[tuple[int, int]] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    altered: list[EntryChange] = field(default_factory=list)


def verify(path: Path) -> Verified:
    """Compare a bundle with its manifest, and within its face and filter with the register and its editions.

    Raises:
        SideRefused: it cannot be read as rows of a register at all.
    """
    side = bundle_side(path)
    manifest = read_manifest(path)
    files = problems_of(path, manifest) if manifest else []
    present = Edition.newest_number()
    with compare(side, register_side(side.face, side.address)) as found:
        if not found:
            verdict = Verdict.ALTERED if files else Verdict.SAME
            return Verified(verdict, manifest, present, files)
        if side.face != PUBLIC:  # what drafts said is no edition's
            verdict = Verdict.ALTERED if files else Verdict.DIFFERENT
            return Verified(verdict, manifest, present, files, moved=found.differing)
        return _against_editions(found, manifest, present, files)


def _against_editions(
    found: Comparison, manifest: Manifest | None, present: int, files: list[FileProblem]
) -> Verified:
    past = _Past(found, present)
    said = past.of_all(found.differing)
    altered = [reference for reference, editions in said.items() if not editions]
    common = past.everything
    for editions in said.values():
        common &= editions
    common = past.narrowed(common, whole=not (manifest and manifest.filter))
    stamped = manifest.edition if manifest else None
    fits = common if stamped is None else common & (1 << stamped)
    return Verified(
        Verdict.OLDER if fits and not files else Verdict.ALTERED,
        manifest,
        present,
        files,
        editions=_runs(fits or common),
        moved=[each for each in found.differing if each not in set(altered)],
        altered=[found.change(reference) for reference in altered],
    )


def _runs(editions: int) -> list[tuple[int, int]]:
    """From which to which of the editions there is no gap."""
    found = []
    number = 0
    while editions >> number:
        if editions >> number & 1:
            first = number
            while editions >> (number + 1) & 1:
                number += 1
            found.append((first, number))
        number += 1
    return found


class _Past:
    """In which editions the register said of an entry what the bundle says of it."""

    def __init__(self, found: Comparison, present: int) -> None:
        self._found, self._present = found, present
        self.everything = self._between(0, present + 1)
        self._in_bundle = set(found.references(OLD))

    def of_all(self, references: list[str]) -> dict[str, int]:
        """The editions of each entry, by reference. Of old addresses no history is kept: they may be of any."""
        said = dict.fromkeys(references, self.everything)
        entries = [each for each in references if entry_model(_kind_of(each))]
        for some in in_batches(entries, ENTRIES_A_QUERY):
            stored = public_revisions().filter(entry__in=some).order_by("entry", "edition_id", "pk")
            states: dict[str, list[tuple[int, Document]]] = {reference: [] for reference in some}
            for reference, edition, document in stored.values_list("entry", "edition_id", "document"):
                states[reference].append((edition, document))
            merged = merged_revisions().filter(entry__in=some).order_by("entry", "edition_id")
            for reference, edition in merged.values_list("entry", "edition_id"):
                states[reference].append((edition, []))
                states[reference].sort(key=itemgetter(0))
            since = _since(some)
            for reference in some:
                if not states[reference] and reference in since:
                    states[reference] = [(since[reference], self._found.document(NEW, reference))]
                said[reference] = self._of(reference, states[reference])
        return said

    def narrowed(self, editions: int, *, whole: bool) -> int:
        """Without the editions at which an entry that is as it is now was not yet so, or one that is not was there.

        Of what is gone now nobody knows whether a filter chose it: that is asked only of a bundle of the whole.
        """
        differing = set(self._found.differing)
        for model in ENTRY_MODELS:
            stored = model._base_manager.exclude(status=Status.DRAFT).order_by("-since", "slug")
            for slug, status, since in stored.values_list("slug", "status", "since").iterator():
                if not editions or since <= (editions & -editions).bit_length() - 1:
                    break
                reference = f"{model.kind_name()}:{slug}"
                counts = reference in self._in_bundle or (whole and status == Status.WITHDRAWN)
                if counts and reference not in differing:
                    editions &= self.of_all([reference])[reference]
        return editions

    def _of(self, reference: str, states: list[tuple[int, Document]]) -> int:
        bundle = self._found.document(OLD, reference)
        last = [list(group)[-1] for _edition, group in groupby(states, key=lambda state: state[0])]
        ends = [edition for edition, _document in last[1:]] + [self._present + 1]
        first = last[0][0] if last else self._present + 1
        said = 0 if bundle else self._between(0, first)
        for (start, document), end in zip(last, ends, strict=True):
            if (bundle == [] and not self._is_shown(document)) or (
                bundle and self._is_shown(document) and self._cut(document, bundle) == _told(bundle)
            ):
                said |= self._between(start, end)
        return said

    @staticmethod
    def _between(start: int, end: int) -> int:
        return (1 << end) - (1 << start) if end > start else 0

    def _is_shown(self, document: Document) -> bool:
        """Whether an export beside the other entries of the bundle has the entry."""
        return (
            bool(document)
            and document[0]["fields"].get("status") == Status.PUBLISHED
            and self._names_only_what_is_there(document[0])
        )

    def _names_only_what_is_there(self, row: dict[str, Any]) -> bool:
        model: Any = MODELS[row["model"]]
        return all(
            f"{each.related_model.kind_name()}:{row['fields'][each.name][0]}" in self._in_bundle
            for each in named_references(model)
            if row["fields"].get(each.name)
        )

    def _cut(self, document: Document, bundle: Document) -> dict[str, dict[str, Any]]:
        """The rows of a past document that are exported beside the other entries of the bundle, with its fields."""
        known = [row for row in document if row["model"] in MODELS]
        told = [row for row in known if self._names_only_what_is_there(row)]
        hidden = {key_of(row) for row in known} - {key_of(row) for row in told}
        names = {row["model"]: set(row["fields"]) for row in bundle}
        return {
            key_of(row): self._public(row, names.get(row["model"]))
            for row in told
            if row["fields"].get("supports") not in hidden
        }

    def _public(self, row: dict[str, Any], names: set[str] | None) -> dict[str, Any]:
        model: Any = MODELS[row["model"]]
        found = {}
        for name in fields_of(model, PUBLIC):
            if name in getattr(model, "state_fields", ()) or (names is not None and name not in names):
                continue
            value = row["fields"].get(name)
            column = model._meta.get_field(name)
            if column.many_to_many:
                kind = column.related_model.kind_name()
                value = [key for key in value or [] if f"{kind}:{key[0]}" in self._in_bundle]
            found[name] = value
        return found


def _told(bundle: Document) -> dict[str, dict[str, Any]]:
    """The rows of a document of the bundle by key, without what the workflow writes."""
    return {
        key_of(row): {
            name: value
            for name, value in row["fields"].items()
            if name not in getattr(MODELS[row["model"]], "state_fields", ())
        }
        for row in bundle
    }


def _since(references: Sequence[str]) -> dict[str, int]:
    """The edition since which each of these entries stands as it does."""
    found = {}
    for name, group in groupby(sorted(references), key=_kind_of):
        model: Any = entry_model(name)
        slugs = [reference.partition(":")[2] for reference in group]
        rows: Iterator[tuple[str, int]] = model._base_manager.filter(slug__in=slugs).values_list(
            "slug", "since"
        )
        found.update({f"{name}:{slug}": since for slug, since in rows})
    return found


def _kind_of(reference: str) -> str:
    return reference.partition(":")[0]
