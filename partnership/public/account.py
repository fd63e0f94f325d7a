"""The account of one relation, arranged as its page tells it: statements in sections, then records, then sources."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Max, Prefetch
from django.utils import timezone

from partnership import dates
from partnership.models import (
    ActsAs,
    Area,
    Citation,
    Contribution,
    PlanState,
    Programme,
    ProgrammeLink,
    ProgrammeStep,
    Record,
    Relation,
    RelationCitation,
    Standing,
    Statement,
    Term,
)
from partnership.models.record import RecordQuerySet, public_rows

from .addresses import Selection, list_address
from .citing import Mark, SourceNumbers, disagreements, public_citations
from .cut import MOST, Cut
from .filters.plain import in_force
from .parties import families, records_of, with_role
from .pictures.figures import Pictures, pictures_of
from .shelves import Shelf, all_words, shelves, with_citations
from .timeline import latest
from .totals import ShownTotals, shown_totals

MOST_STANDINGS = 50
PICTURED = 2  # currencies and stages, each way

Citations = dict[str, list[Citation]]  # by the key of the statement they support


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


@dataclass(frozen=True)
class ProgrammeInForce:
    """A programme that is in force today, the links by which it takes the place of others, and its marks."""

    programme: Programme
    replaces: list[ProgrammeLink]
    marks: list[Mark]


@dataclass(frozen=True)
class StandingOverTime:
    """A standing, whether it surely holds today, and its marks."""

    standing: Standing
    holds_today: bool
    marks: list[Mark]


@dataclass(frozen=True)
class Standings:
    """The first standings of a relation in order of time, oldest first, and the list that holds them all."""

    rows: list[StandingOverTime]
    changed: datetime
    count: int
    address: str
    all_words: str


class OwnAccount:
    """What a relation itself says: its statements and their sources, in the order in which the reader meets them."""

    def __init__(self, relation: Relation) -> None:
        self.relation = relation
        citations = citations_by_what_they_support(relation)
        self.sources = SourceNumbers()
        self.marks = self.sources.marks(citations.get("", ()))
        self.sections = sections_of(relation, citations, self.sources)
        self.disagreements = disagreements(relation)


class Account(OwnAccount):
    """What the page of a relation shows. Sources are numbered as the reader meets them, so the order here matters."""

    def __init__(self, relation: Relation) -> None:
        super().__init__(relation)
        self.party_family, self.organisation_family = families([relation.party, relation.organisation])
        self.selection: Selection = {
            "party": relation.party.slug,
            "organisation": relation.organisation.slug,
        }
        self.programmes = self._programmes_in_force()
        self.shelves = self._shelves()
        self._tell_amounts()
        self.standings = self._standings()
        self.timeline = latest(self._records, self.selection, [*self.records, *self.standing_records])

    @property
    def changed(self) -> datetime:
        """When the relation or a record on its page changed last."""
        of_standings = [self.standings.changed] if self.standings else []
        return max([self.relation.changed, *of_standings, *(shelf.changed for shelf in self.shelves)])

    @property
    def records(self) -> list[Record]:
        """The records whose parties the page names."""
        return [row.record for shelf in self.shelves for row in shelf.rows]

    @property
    def standing_records(self) -> list[Standing]:
        """The standings that the page tells over time."""
        return [row.standing for row in self.standings.rows] if self.standings else []

    def _records(self, model: type[Record]) -> RecordQuerySet:
        return records_of(model, self.party_family).filter(organisations=self.relation.organisation)

    def _programmes_in_force(self) -> list[ProgrammeInForce]:
        """The programmes in force today that frame the relation, the newest first.

        Which ones is read from the records, not from the word for their kind: those that take the place of another
        programme, and those in which nobody takes part but the two sides of the relation.
        """
        steps = Prefetch("programme__steps", public_rows(ProgrammeStep.objects.all(), "kind"))
        links = public_rows(ProgrammeLink.objects.all(), "programme", "word").prefetch_related(steps)
        programmes = with_citations(self._records(Programme).filter(in_force(Programme))).prefetch_related(
            Prefetch("links", links)
        )
        found = []
        for programme in programmes:
            replaces = [link for link in programme.links.all() if link.word.acts_as == ActsAs.SUPERSEDES]
            if replaces or self._is_between_the_two(programme):
                marks = self.sources.marks(programme.citations.all())
                found.append(ProgrammeInForce(programme, replaces, marks))
        return found

    def _is_between_the_two(self, programme: Programme) -> bool:
        rows = [row for row in programme.involvements.all() if row.role.acts_as != ActsAs.SUBJECT]
        taking_part = {row.party_id for row in rows}
        sides = self.party_family | self.organisation_family
        return bool(taking_part & self.party_family) and taking_part <= sides

    def _shelves(self) -> list[Shelf]:
        return shelves(
            self._records,
            self.selection,
            parties=self.party_family,
            numbers=self.sources,
            without=[Standing],
        )

    def _tell_amounts(self) -> None:
        """What the party gave and what it was given, as far as the organisation's relations tell it, and pictures."""
        (self.given, self.given_pictures), (self.received, self.received_pictures) = (
            self._amounts(name, acts_as)
            for name, acts_as in (("donor", ActsAs.DONOR), ("beneficiary", ActsAs.BENEFICIARY))
        )

    def _amounts(self, name: str, acts_as: ActsAs) -> tuple[ShownTotals, Pictures]:
        contributions = self._records(Contribution).filter(
            with_role(Contribution, acts_as, self.party_family)
        )
        selection = {name: self.relation.party.slug, "organisation": self.relation.organisation.slug}
        totals = shown_totals(contributions, selection)
        return totals, pictures_of(contributions, selection, totals, most=PICTURED)

    def _standings(self) -> Standings | None:
        """The party's standings, oldest first; those without a date come last."""
        standings = self._records(Standing)
        count = standings.count()
        if not count:
            return None
        in_time = with_citations(standings).order_by(F("earliest").asc(nulls_last=True), "slug")
        rows = [
            StandingOverTime(standing, holds_today(standing), self.sources.marks(standing.citations.all()))
            for standing in in_time[:MOST_STANDINGS]
        ]
        return Standings(
            rows,
            changed=max(row.standing.changed for row in rows),
            count=count,
            address=list_address(Standing, {**self.selection, "sort": "oldest"}),
            all_words=all_words(Standing, count),
        )


def holds_today(standing: Standing) -> bool:
    """Whether a standing is held and surely in force today: what `in_force` asks, of one row at hand."""
    today = timezone.localdate()
    return standing.plan_state == PlanState.HELD and dates.surely_covers(standing.bounds, today, today)


def sections_of(relation: Relation, citations: Citations, numbers: SourceNumbers) -> list[Section]:
    """The statements of a relation under their sections, marked with the numbers of their sources."""
    return [
        section_of(term, statements, citations, numbers)
        for term, statements in statements_by_section(relation).items()
    ]


def statements_by_section(relation: Relation) -> dict[Term, list[Statement]]:
    """The statements of a relation by section, both in the order of the page."""
    found: dict[Term, list[Statement]] = {}
    for statement in sorted(
        relation.statements.all(), key=lambda row: (row.section.order, row.section.label)
    ):
        found.setdefault(statement.section, []).append(statement)
    return found


def section_of(
    term: Term, statements: list[Statement], citations: Citations, numbers: SourceNumbers
) -> Section:
    """One section with its statements, marked with the numbers of their sources."""
    section = Section(term)
    for statement in statements:
        section.add(MarkedStatement(statement, numbers.marks(citations.get(statement.key, ()))))
    return section


def citations_by_what_they_support(relation: Relation) -> Citations:
    """The citations by key of the statement they support; under "" those of the relation as a whole or a field of it."""
    keys = {statement.key for statement in relation.statements.all()}
    found: Citations = {}
    for citation in public_citations(relation):
        found.setdefault(citation.supports if citation.supports in keys else "", []).append(citation)
    return found


@dataclass(frozen=True)
class StatementOfRelation:
    """A statement that stands in the account of a relation, and its marks."""

    relation: Relation
    statement: Statement
    marks: list[Mark]


@dataclass(frozen=True)
class StatementsOnArea:
    """The first of what relations say of an area, and when the last of these relations changed; None without any."""

    shown: Cut[StatementOfRelation]
    changed: datetime | None


def statements_on(area: Area, numbers: SourceNumbers) -> StatementsOnArea:
    """What the published relations say of an area, by relation, in the order of their pages."""
    rows = public_rows(Statement.objects.filter(area=area), "section")
    rows = rows.filter(relation__in=Relation.objects.published())
    found = rows.order_by().aggregate(count=Count("pk"), changed=Max("relation__changed"))
    in_order = rows.order_by(
        "relation__organisation__name",
        "relation__party__name",
        "section__order",
        "section__label",
        "position",
        "key",
    )
    statements = list(in_order.select_related("relation__organisation", "relation__party")[:MOST])
    cited = public_rows(
        RelationCitation.objects.filter(supports__in=[statement.key for statement in statements]), "source"
    )
    citations: Citations = {}
    for citation in cited.order_by("position", "key"):
        citations.setdefault(citation.supports, []).append(citation)
    told = [
        StatementOfRelation(each.relation, each, numbers.marks(citations.get(each.key, ())))
        for each in statements
    ]
    return StatementsOnArea(Cut(told, found["count"] - len(told)), found["changed"])
