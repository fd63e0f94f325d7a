"""The account of one relation, arranged as its page tells it: statements in sections, then records, then sources."""

from dataclasses import dataclass, field

from partnership.models import Area, Relation, RelationCitation, Statement, Term

from .citing import Mark, SourceNumbers
from .parties import family, records_of
from .shelves import Shelf, shelves


@dataclass(frozen=True)
class MarkedStatement:
    """A statement and the marks of its sources."""

    statement: Statement
    marks: list[Mark]


@dataclass
class Group:
    """Statements of a section that stand together: those of one area, or a run of those of no area."""

    area: Area | None
    statements: list[MarkedStatement] = field(default_factory=list)


@dataclass
class Section:
    """The statements under one heading, in page order; those of one area stand where its first one stands."""

    term: Term
    groups: list[Group] = field(default_factory=list)

    def add(self, marked: MarkedStatement) -> None:
        """Put a statement in its place; an area that is not public does not show."""
        area = marked.statement.area if marked.statement.area and marked.statement.area.is_public else None
        group = self._group_of(area)
        if group is None:
            group = Group(area)
            self.groups.append(group)
        group.statements.append(marked)

    def _group_of(self, area: Area | None) -> Group | None:
        if area is None:
            last = self.groups[-1] if self.groups else None
            return last if last and last.area is None else None
        return next((group for group in self.groups if group.area == area), None)


class Account:
    """What the page of a relation shows. Sources are numbered as the reader meets them, so the order here matters."""

    def __init__(self, relation: Relation) -> None:
        self.sources = SourceNumbers()
        citations = _citations_by_what_they_support(relation)
        self.marks = self.sources.marks(citations.get("", ()))
        self.sections = self._sections(relation, citations)
        self.shelves = self._shelves(relation)
        self.changed = max([relation.changed, *(shelf.changed for shelf in self.shelves)])

    def _sections(self, relation: Relation, citations: dict[str, list[RelationCitation]]) -> list[Section]:
        sections: dict[Term, Section] = {}
        for statement in sorted(
            relation.statements.all(), key=lambda row: (row.section.order, row.section.label)
        ):
            section = sections.setdefault(statement.section, Section(statement.section))
            section.add(MarkedStatement(statement, self.sources.marks(citations.get(statement.key, ()))))
        return list(sections.values())

    def _shelves(self, relation: Relation) -> list[Shelf]:
        organisation, party = relation.organisation, relation.party
        parties = family([party])
        return shelves(
            lambda model: records_of(model, parties).filter(organisations=organisation),
            {"party": party.slug, "organisation": organisation.slug},
            parties=parties,
            numbers=self.sources,
        )


def _citations_by_what_they_support(relation: Relation) -> dict[str, list[RelationCitation]]:
    """The citations by key of the statement they support; under "" those of the relation as a whole."""
    keys = {statement.key for statement in relation.statements.all()}
    found: dict[str, list[RelationCitation]] = {}
    for citation in relation.citations.all():
        found.setdefault(citation.supports if citation.supports in keys else "", []).append(citation)
    return found
