"""Rows for tests, by plain functions: whatever a test does not name has a plain, valid value.

A slug that exists already is returned as it is, so that tests name parties, terms and sources where they use them.
"""

from itertools import count
from typing import Any

from django.utils import timezone

from partnership import documents, search
from partnership.editorial import revising, workflow
from partnership.editorial.revising import Said
from partnership.models import (
    ENTRY_MODELS,
    RECORD_MODELS,
    ActsAs,
    Area,
    Contribution,
    Edition,
    Entry,
    Event,
    Exercise,
    Fund,
    Nature,
    Operation,
    Party,
    Programme,
    Record,
    Relation,
    Source,
    Standing,
    Status,
    Term,
    Vocabulary,
)

numbers = count(1)

ROLES = {
    "participant": ActsAs.TAKES_PART,
    "host": ActsAs.HOST,
    "subject": ActsAs.SUBJECT,
    "lead-nation": ActsAs.LEAD,
    "donor": ActsAs.DONOR,
    "beneficiary": ActsAs.BENEFICIARY,
}
STANDINGS = {"partner": ActsAs.PARTNER, "member": ActsAs.MEMBER}
STEPS = {"step-agreed": ActsAs.BEGINS, "step-ended": ActsAs.ENDS}
LINKS = {"supersedes": ActsAs.SUPERSEDES}
MEANING_OF = {**ROLES, **STANDINGS, **STEPS, **LINKS}


def state(status: str = Status.PUBLISHED) -> dict[str, Any]:
    """The workflow's columns of an entry in a status."""
    now = timezone.now().replace(microsecond=0)
    return {
        "status": status,
        "first_published": None if status == Status.DRAFT else now,
        "withdrawn_reason": "It was entered twice." if status == Status.WITHDRAWN else "",
    }


def _stored(model: type[Entry], slug: str, status: str, fields: dict[str, Any]) -> Any:
    found = model.objects.filter(slug=slug).first()
    return found or model.objects.create(slug=slug, **state(status), **fields)


def make_term(vocabulary: str, slug: str, *, status: str = Status.PUBLISHED, **fields: Any) -> Term:
    """A word of a vocabulary; the usual words have their meaning."""
    defaults = {"label": slug.replace("-", " ").capitalize(), "acts_as": MEANING_OF.get(slug, ActsAs.NONE)}
    return _stored(Term, slug, status, {"vocabulary": vocabulary, **defaults, **fields})


def make_party(slug: str = "japan", *, status: str = Status.PUBLISHED, **fields: Any) -> Party:
    """A party, a country unless said otherwise."""
    defaults = {"kind": "country", "name": slug.replace("-", " ").title()}
    return _stored(Party, slug, status, {**defaults, **fields})


def make_area(slug: str = "cyber-defence", *, status: str = Status.PUBLISHED, **fields: Any) -> Area:
    """An area of cooperation."""
    return _stored(Area, slug, status, {"name": slug.replace("-", " ").capitalize(), **fields})


def make_source(slug: str = "a-page", *, status: str = Status.PUBLISHED, **fields: Any) -> Source:
    """A document."""
    defaults = {"title": slug.replace("-", " ").capitalize(), "url": f"https://example.org/{slug}"}
    return _stored(Source, slug, status, {**defaults, **fields})


def make_record(
    model: type[Record],
    slug: str = "",
    *,
    status: str = Status.PUBLISHED,
    parties: tuple[tuple[str, str], ...] = (("japan", "participant"),),
    organisations: tuple[str, ...] = ("nato",),
    areas: tuple[str, ...] = (),
    sources: tuple[str, ...] = ("a-page",),
    **fields: Any,
) -> Any:
    """A record of a kind with its parties (slug, role slug), organisations, areas and sources."""
    slug = slug or f"{model.kind_name()}-{next(numbers)}"
    defaults = {"title": slug.replace("-", " ").capitalize(), **_kind_defaults(model)}
    with search.batch():  # indexed once and not with each row: a third of the time
        record = model.objects.create(slug=slug, **state(status), **{**defaults, **fields})
        record.organisations.set([make_party(each, kind="organisation") for each in organisations])
        record.areas.set([make_area(each) for each in areas])
        for position, (party, role) in enumerate(parties):
            add_party(record, party, role, position=position)
        for source in sources:
            add_source(record, source)
    return record


def _kind_defaults(model: type[Record]) -> dict[str, Any]:
    if model is Event:
        return {"kind": make_term(Vocabulary.EVENT_KIND, "meeting")}
    if model is Programme:
        return {"kind": make_term(Vocabulary.PROGRAMME_KIND, "initiative")}
    if model is Standing:
        return {
            "party": make_party("japan"),
            "at": make_party("nato", kind="organisation"),
            "word": make_term(Vocabulary.STANDING, "partner"),
        }
    return {}


def add_party(record: Record, party: str, role: str = "participant", **fields: Any) -> Any:
    """A party taking part in a record."""
    return record.involvements.create(
        party=make_party(party), role=make_term(Vocabulary.ROLE, role), **fields
    )


def add_source(entry: Entry, source: str = "a-page", **fields: Any) -> Any:
    """A citation of a source by a record or relation."""
    return entry.citations.create(source=make_source(source), **fields)


def add_step(record: Record, step: str, date: str = "", **fields: Any) -> Any:
    """A step in the life of a programme, fund or standing."""
    return record.steps.create(kind=make_term(Vocabulary.STEP, step), date=date, **fields)


def make_event(slug: str = "", **fields: Any) -> Event:
    """An event."""
    return make_record(Event, slug, **fields)


def make_programme(slug: str = "", **fields: Any) -> Programme:
    """A programme."""
    return make_record(Programme, slug, **fields)


def make_exercise(slug: str = "", **fields: Any) -> Exercise:
    """An exercise."""
    return make_record(Exercise, slug, **fields)


def make_fund(slug: str = "", **fields: Any) -> Fund:
    """A fund."""
    return make_record(Fund, slug, **fields)


def make_operation(slug: str = "", **fields: Any) -> Operation:
    """An operation."""
    return make_record(Operation, slug, **fields)


def make_contribution(slug: str = "", **fields: Any) -> Contribution:
    """A contribution; its donor is Japan unless said otherwise."""
    return make_record(Contribution, slug, **{"parties": (("japan", "donor"),), **fields})


def make_standing(slug: str = "", **fields: Any) -> Standing:
    """A standing, without further parties unless said otherwise."""
    return make_record(Standing, slug, **{"parties": (), **fields})


def make_relation(
    slug: str = "",
    organisation: str = "nato",
    party: str = "japan",
    *,
    status: str = Status.PUBLISHED,
    **fields: Any,
) -> Relation:
    """A relation with one cited statement."""
    relation = Relation.objects.create(
        slug=slug or f"{organisation}-{party}",
        organisation=make_party(organisation, kind="organisation"),
        party=make_party(party),
        **state(status),
        **fields,
    )
    statement = relation.statements.create(
        section=make_term(Vocabulary.SECTION, "highlights"), text="They have worked together for long."
    )
    add_source(relation, supports=statement.key)
    return relation


def make_entry(model: type[Entry], slug: str = "", *, status: str = Status.PUBLISHED, **fields: Any) -> Any:
    """An entry of any model, for tests that walk the registry."""
    slug = slug or f"{model.kind_name()}-{next(numbers)}"
    if model in RECORD_MODELS:
        maker = {Contribution: make_contribution, Standing: make_standing}.get(model)
        return (
            maker(slug, status=status, **fields)
            if maker
            else make_record(model, slug, status=status, **fields)
        )
    if model is Term:
        return make_term(Vocabulary.LEVEL, slug, status=status, **fields)
    if model is Relation:
        return make_relation(slug, party=f"party-of-{slug}", status=status, **fields)
    makers = {Party: make_party, Area: make_area, Source: make_source}
    assert model in ENTRY_MODELS, f"{model.__name__} is no entry model"
    return makers[model](slug, status=status, **fields)


def republish(
    entry: Entry,
    *,
    before: documents.Document,
    by: Any = None,
    reason: str = "",
    nature: str = Nature.WORLD,
) -> Edition:
    """Publish what a test wrote into the rows of a public entry, as an edit of what it said `before`."""
    after = documents.dump(entry)
    documents.apply(before, slug=entry.slug)
    revision = revising.save(entry, after, by=by, said=Said(reason=reason, nature=nature))
    assert revision is not None
    edition = workflow.publish_revision(revision, by=by)
    entry.refresh_from_db()
    return edition
