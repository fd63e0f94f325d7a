"""The relations of one party with several organisations, side by side: section by section, kind by kind."""

from dataclasses import dataclass

from django.db.models import Count

from partnership.models import Relation, Term

from .account import (
    Citations,
    Section,
    citations_by_what_they_support,
    section_of,
    statements_by_section,
)
from .citing import Mark, SourceNumbers
from .parties import family, records_of
from .questions import Question
from .shelves import KINDS, kind_heading, list_address


@dataclass(frozen=True)
class Introduction:
    """One relation and the marks of the sources on which it rests as a whole; they stand behind its lede."""

    relation: Relation
    marks: list[Mark]


@dataclass(frozen=True)
class Cell:
    """What one relation says in one section; without a section if it says nothing there."""

    relation: Relation
    section: Section | None


@dataclass(frozen=True)
class SectionRow:
    """One section across the relations."""

    term: Term
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    """One relation with the number of records of each kind that its organisation tells of the party."""

    relation: Relation
    records: list[Question]


class SideBySide:
    """The page of several relations of one party; sources are numbered as the reader meets them."""

    def __init__(self, relations: list[Relation]) -> None:
        self.relations = relations
        self.party = relations[0].party
        self.sources = SourceNumbers()
        citations = [citations_by_what_they_support(relation) for relation in relations]
        self.introductions = [
            Introduction(relation, self.sources.marks(cited.get("", ())))
            for relation, cited in zip(relations, citations, strict=True)
        ]
        self.rows = self._rows(citations)
        self.columns = self._columns()
        self.changed = max(relation.changed for relation in relations)

    def _rows(self, citations: list[Citations]) -> list[SectionRow]:
        told = [statements_by_section(relation) for relation in self.relations]
        terms = {term for statements in told for term in statements}
        return [
            SectionRow(
                term,
                [
                    Cell(
                        relation,
                        section_of(term, statements[term], cited, self.sources)
                        if term in statements
                        else None,
                    )
                    for relation, statements, cited in zip(self.relations, told, citations, strict=True)
                ],
            )
            for term in sorted(terms, key=lambda each: (each.order, each.label))
        ]

    def _columns(self) -> list[Column]:
        """One query a kind, however many organisations."""
        parties = family([self.party])
        organisations = [relation.organisation_id for relation in self.relations]
        records: dict[int, list[Question]] = {key: [] for key in organisations}
        slugs = {relation.organisation_id: relation.organisation.slug for relation in self.relations}
        for model in KINDS:
            told = records_of(model, parties).filter(organisations__in=organisations).order_by()
            counts = dict(told.values_list("organisations").annotate(records=Count("pk")))
            for key in organisations:
                if count := counts.get(key):
                    selection = {"party": self.party.slug, "organisation": slugs[key]}
                    records[key].append(Question(kind_heading(model), list_address(model, selection), count))
        return [Column(relation, records[relation.organisation_id]) for relation in self.relations]
