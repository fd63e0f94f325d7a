"""Which paragraphs of a source have been turned into entries: those that a locator of a citation names.

Rows of all entries count, but for those that were withdrawn, and so does what entries are being made to say. However many
paragraphs and citations there are, the queries are the same: one for each sort of citation and few more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from partnership import documents
from partnership.documents import Document
from partnership.models import (
    ENTRY_MODELS,
    Citation,
    Entry,
    Paragraph,
    Revision,
    Source,
    Status,
    named_references,
    owned_models,
)

from . import paragraphs
from .locators import Numbering
from .revising import entries_of

CITATIONS = [row for model in ENTRY_MODELS for row in owned_models(model) if issubclass(row, Citation)]
"""The models of citations, one for each kind of entry that cites."""


@dataclass(frozen=True)
class Tie:
    """An entry that cites a source at a locator; `pending` is its open revision where only that says so."""

    entry: Entry
    locator: str
    pending: Revision | None = None

    @property
    def counts(self) -> bool:
        """Whether it records a paragraph: what was withdrawn does not, unless it is to be public again."""
        return self.pending is not None or self.entry.status != Status.WITHDRAWN

    @property
    def state(self) -> str:
        """Where the entry stands, in words."""
        return self.pending.get_state_display() if self.pending else self.entry.get_status_display()


@dataclass
class Read:
    """A paragraph with the entries that are tied to it."""

    paragraph: Paragraph
    ties: list[Tie] = field(default_factory=list)

    @property
    def is_recorded(self) -> bool:
        """Whether an entry says what stands in it."""
        return any(tie.counts for tie in self.ties)

    @property
    def is_to_do(self) -> bool:
        """Whether nobody has recorded it or set it aside."""
        return not self.is_recorded and not self.paragraph.set_aside

    @property
    def is_set_aside(self) -> bool:
        """Whether it was set aside, and nothing of it is recorded after all."""
        return not self.is_recorded and bool(self.paragraph.set_aside)


@dataclass(frozen=True)
class Reading:
    """A source as far as it has been read: its paragraphs, and the citations that name none of them."""

    rows: list[Read]
    untied: list[Tie]

    @property
    def recorded(self) -> int:
        """How many paragraphs an entry is tied to."""
        return sum(row.is_recorded for row in self.rows)

    @property
    def set_aside(self) -> int:
        """How many were set aside, and are in no entry."""
        return sum(row.is_set_aside for row in self.rows)

    @property
    def to_do(self) -> list[Read]:
        """Those that nobody has recorded or set aside."""
        return [row for row in self.rows if row.is_to_do]

    def next_to_do(self, after: str = "") -> Read | None:
        """The first to do behind the paragraph of a number, else the first of all."""
        labels = [row.paragraph.label for row in self.rows]
        behind = self.rows[labels.index(after) + 1 :] if after in labels else []
        return next((row for row in [*behind, *self.rows] if row.is_to_do), None)


def reading_of(source: Source) -> Reading:
    """The paragraphs of a source with what is tied to them."""
    rows = [Read(each) for each in paragraphs.of(source)]
    numbering = Numbering(row.paragraph.label for row in rows)
    by_label = {row.paragraph.label: row for row in rows}
    untied = []
    for tie in ties_of(source):
        labels = numbering.named_in(tie.locator)
        for label in labels:
            by_label[label].ties.append(tie)
        if not labels:
            untied.append(tie)
    return Reading(rows, untied)


def ties_of(source: Source) -> list[Tie]:
    """Every entry that cites a source, once for each locator, what is public or a draft before what waits."""
    stored = {(tie.entry.reference, tie.locator): tie for tie in _ties_of_rows(source)}
    heads = list(_heads_naming(source))
    entries = entries_of(heads)
    for head in heads:
        entry = entries.get(head.entry)
        for slug, locator in _citations_in(head.document):
            if entry is not None and slug == source.slug:
                there = stored.get((entry.reference, locator))
                if there is None or not there.counts:
                    stored[entry.reference, locator] = Tie(entry, locator, head)
    return list(stored.values())


def _ties_of_rows(source: Source) -> Iterator[Tie]:
    for model in CITATIONS:
        owner: Any = model._meta.get_field(model.owner_field).related_model
        named = (f"{model.owner_field}__{each.name}" for each in named_references(owner))
        rows = model._base_manager.filter(source=source).select_related(model.owner_field, *named)
        for row in rows.order_by(f"{model.owner_field}__slug", "position", "key"):
            yield Tie(row.owner, row.locator)


def _heads_naming(source: Source) -> QuerySet[Revision]:
    """The open revisions in whose documents the address of a source stands; few of all that are open."""
    heads: QuerySet[Revision] = Revision.objects.open()
    written = heads.annotate(written=Cast("document", TextField()))
    return written.filter(written__contains=f'"{source.slug}"').order_by("pk")


def _citations_in(document: Document) -> Iterator[tuple[str, str]]:
    """The source, by its address, and the locator of each citation in a document."""
    for row in document:
        model = documents.MODELS.get(row["model"])
        source = row["fields"].get("source")
        if model is not None and issubclass(model, Citation) and source:
            yield source[0], row["fields"].get("locator") or ""


# All sources at once


def sources_to_do() -> QuerySet[Source]:
    """The sources, but for those withdrawn, of which a paragraph is neither recorded nor set aside."""
    open_labels: dict[str, set[str]] = {}
    labels: dict[str, list[str]] = {}
    rows = Paragraph.objects.order_by("source", "position", "pk").values_list("source", "label", "set_aside")
    for slug, label, reason in rows:
        labels.setdefault(slug, []).append(label)
        if not reason:
            open_labels.setdefault(slug, set()).add(label)
    if open_labels:
        numberings = {slug: Numbering(labels[slug]) for slug in open_labels}
        for slug, locator in set(_all_citations(open_labels)):
            if slug in open_labels:
                open_labels[slug].difference_update(numberings[slug].named_in(locator))
    to_do = [slug for slug, left in open_labels.items() if left]
    return Source.objects.filter(slug__in=to_do).exclude(status=Status.WITHDRAWN)


def _all_citations(slugs: Iterable[str]) -> Iterator[tuple[str, str]]:
    for model in CITATIONS:
        found = model._base_manager.filter(source__in=Source.objects.filter(slug__in=slugs)).order_by()
        kept = found.exclude(**{f"{model.owner_field}__status": Status.WITHDRAWN})
        yield from kept.values_list("source__slug", "locator").distinct()
    for document in Revision.objects.open().values_list("document", flat=True).iterator():
        yield from _citations_in(document)
