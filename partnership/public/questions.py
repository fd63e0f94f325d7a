"""Ready-made questions: links to filtered lists, where a reader would look for them, each with what it finds.

A count is made in the database by the rule that the list's filter follows; a test opens every address and compares. A
question that finds nothing is not offered. The number of queries is the same however much is found.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership import dates
from partnership.models import (
    RECORD_MODELS,
    ActsAs,
    Contribution,
    Event,
    Fund,
    Operation,
    Party,
    PartyKind,
    Programme,
    Record,
    Relation,
    Stance,
    Standing,
    Status,
    Term,
    Vocabulary,
)
from partnership.models.record import RecordQuerySet
from partnership.text import fold

from .addresses import Selection, list_address, query_of
from .citing import told_citations
from .filters.plain import in_force, several_leads, undated
from .filters.sources import disputed, resting_on, sources_before
from .parties import (
    families,
    family,
    in_rows,
    members_of,
    public_involvements,
    records_of,
    takes_part,
    with_role,
)
from .shelves import KINDS, kind_heading

SHOWN_YEARS = 10
MOST_TOGETHER = 20  # more members than this no record brings together
OLD_AFTER_YEARS = 5
LASTING = (Programme, Fund, Operation, Standing)


@dataclass(frozen=True)
class Question:
    """A link to a filtered list: its words, its address, and how many records stand there; None if not counted."""

    label: str | Promise
    address: str
    count: int | None = None


@dataclass(frozen=True)
class Topic:
    """Questions that stand together under a few words."""

    label: str | Promise
    questions: list[Question]


# What a list's filters let through, as conditions


def first_time(model: type[Record], parties: Collection[int] | None = None) -> Q:
    """That a party takes part in the record for the first time; one of `parties`, if they are given."""
    rows = public_involvements(model).filter(ordinal=1)
    return in_rows(rows if parties is None else rows.filter(party__in=parties))


def without_amount(model: type[Record]) -> Q:
    """That the sources of a contribution state no amount."""
    return Q(amount__isnull=True)


# The page of a party


def party_topics(party: Party, relations: Iterable[Relation]) -> list[Topic]:
    """The questions about one party; `relations` are those that its page names."""
    parties = family([party])
    chosen: Selection = {"party": party.slug}
    topics = [
        *_by_kind(chosen, lambda model: records_of(model, parties), parties),
        _topic(_("Contributions"), _contributions(party, parties)),
        _topic(_("Events by kind"), _by_event_kind(records_of(Event, parties), chosen)),
        _topic(_("Events by role"), _by_role(Event, parties, chosen)),
        _topic(_("Events by level"), _by_level(parties, chosen)),
        _topic(_("Events by year"), _by_year(records_of(Event, parties), chosen)),
        _topic(_("Standings here"), _by_word(party, parties)),
        _topic(_("Told in its relations"), _told_in_relations(party)),
        _topic(_("Records that brought all of them together"), members_together(party)),
        _topic(_("Over time"), _over_time(party, relations)),
    ]
    return [topic for topic in topics if topic.questions]


def _topic(label: str | Promise, questions: Iterable[Question]) -> Topic:
    return Topic(label, [question for question in questions if question.count != 0])


def _by_kind(
    chosen: Selection, select: Callable[[type[Record]], RecordQuerySet], parties: Collection[int]
) -> list[Topic]:
    """What is asked of the records of every kind alike, in one query a kind."""
    topics: dict[str, tuple[str | Promise, dict[str, str]]] = {
        "first": (_("For the first time"), {"ordinal": "1"}),
        "in_force": (_("In force today"), {"in_force": "1"}),
        "disputed": (_("Where sources disagree"), {"disputed": "1"}),
        "undated": (_("No date given"), {"undated": "1"}),
    }
    found: dict[str, list[Question]] = {name: [] for name in topics}
    for model in KINDS:
        conditions = {
            "first": first_time(model, parties),
            "disputed": disputed(model),
            "undated": undated(model),
        }
        if model in LASTING:
            conditions["in_force"] = in_force(model)
        counts = counted(select(model), conditions)
        for name, count in counts.items():
            address = list_address(model, {**chosen, **topics[name][1]})
            found[name].append(Question(kind_heading(model), address, count))
    return [_topic(label, found[name]) for name, (label, _selection) in topics.items()]


def counted(records: QuerySet, conditions: dict[str, Q]) -> dict[str, int]:
    """How many of the records each condition holds for, in one query."""
    columns = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    return records.order_by().aggregate(**columns)


def _contributions(party: Party, parties: Collection[int]) -> list[Question]:
    given, received = (with_role(Contribution, role, parties) for role in (ActsAs.DONOR, ActsAs.BENEFICIARY))
    counts = counted(
        records_of(Contribution, parties),
        {"given": given, "received": received, "no_amount": without_amount(Contribution)},
    )
    return [
        Question(_("Given"), list_address(Contribution, {"donor": party.slug}), counts["given"]),
        Question(_("Received"), list_address(Contribution, {"beneficiary": party.slug}), counts["received"]),
        Question(
            _("No amount stated"),
            list_address(Contribution, {"party": party.slug, "amount": "not-stated"}),
            counts["no_amount"],
        ),
    ]


def _rows(model: type[Record], parties: Collection[int]) -> QuerySet:
    return public_involvements(model).filter(party__in=parties, record__status=Status.PUBLISHED).order_by()


def _by_role(model: type[Record], parties: Collection[int], chosen: Selection) -> list[Question]:
    rows = _rows(model, parties).values("role__slug", "role__label", "role__order")
    counts = rows.annotate(records=Count("record", distinct=True)).order_by("role__order", "role__label")
    return [
        Question(
            row["role__label"], list_address(model, {**chosen, "role": row["role__slug"]}), row["records"]
        )
        for row in counts
    ]


def _by_event_kind(events: RecordQuerySet, chosen: Selection) -> list[Question]:
    kinds = events.filter(kind__status=Status.PUBLISHED).order_by().values("kind__slug", "kind__label")
    return [
        Question(
            row["kind__label"], list_address(Event, {**chosen, "kind": row["kind__slug"]}), row["records"]
        )
        for row in kinds.annotate(records=Count("pk")).order_by("kind__order", "kind__label")
    ]


def _by_level(parties: Collection[int], chosen: Selection) -> list[Question]:
    """By the level of whoever came or, where that is not stated, of the meeting: as the list's filter reads it."""
    of_meeting = Case(
        When(role__acts_as__in=(ActsAs.TAKES_PART, ActsAs.HOST), then=F("record__level__slug")),
        output_field=CharField(),
    )
    rows = _rows(Event, parties).annotate(met_at=Coalesce("level__slug", of_meeting)).values("met_at")
    counts = {row["met_at"]: row["records"] for row in rows.annotate(records=Count("record", distinct=True))}
    return [
        Question(term.label, list_address(Event, {**chosen, "level": term.slug}), counts[term.slug])
        for term in Term.objects.published().filter(slug__in=[slug for slug in counts if slug])
    ]


def _by_year(records: RecordQuerySet, chosen: Selection) -> list[Question]:
    """The latest years in which records surely fall, the newest first."""
    within = records.filter(dates.q_surely_within(None, None), earliest__year=F("latest__year"))
    years = within.order_by().values("earliest__year").annotate(records=Count("pk"))
    return [
        Question(
            f"{row['earliest__year']:04}",
            list_address(
                records.model,
                {**chosen, "from": f"{row['earliest__year']:04}", "to": f"{row['earliest__year']:04}"},
            ),
            row["records"],
        )
        for row in years.order_by("-earliest__year")[:SHOWN_YEARS]
    ]


def _by_word(party: Party, parties: Collection[int]) -> list[Question]:
    """What others are at the party: its members, the missions at it and so on, by word."""
    here = Standing.objects.published().filter(at__in=parties, word__status=Status.PUBLISHED).order_by()
    words = here.values("word__slug", "word__label", "word__order").annotate(records=Count("pk"))
    return [
        Question(
            row["word__label"],
            list_address(Standing, {"at": party.slug, "word": row["word__slug"]}),
            row["records"],
        )
        for row in words.order_by("word__order", "word__label")
    ]


def _told_in_relations(organisation: Party) -> list[Question]:
    """The records of each kind that tell the relations of an organisation; those of a body under it are the body's."""
    return [
        Question(
            kind_heading(model),
            list_address(model, {"organisation": organisation.slug}),
            model.objects.published().filter(organisations=organisation).count(),
        )
        for model in KINDS
    ]


def members_together(group: Party) -> list[Question]:
    """For a group: the records of each kind in which all of its members took part, none only talked about."""
    members = members_of(group) if group.kind == PartyKind.GROUP else []
    if not 2 <= len(members) <= MOST_TOGETHER:
        return []
    found = families(members)
    return [
        Question(
            kind_heading(model),
            list_address(model, {"together": [member.slug for member in members]}),
            _together(model, found).count(),
        )
        for model in RECORD_MODELS
    ]


def _together(model: type[Record], members: list[set[int]]) -> QuerySet:
    records = model.objects.published()
    for parties in members:
        records = records.filter(takes_part(model, parties))
    return records


def _over_time(party: Party, relations: Iterable[Relation]) -> list[Question]:
    told = [relation for relation in relations if relation.party_id == party.pk]
    questions = [Question(_("What changed"), f"{reverse('changes')}?party={party.slug}")]
    if len(told) > 1:
        address = reverse("relation-short", args=[party.slug])
        questions.append(Question(_("Its relations side by side"), address, len(told)))
    return questions


# The home page and the index of sources


def home_questions() -> list[Question]:
    """A few questions about the whole register, those that find something."""
    asked: tuple[tuple[type[Record], Promise, Callable[[type[Record]], Q], dict[str, str]], ...] = (
        (Event, _("Which events were a first for a party?"), first_time, {"ordinal": "1"}),
        (Programme, _("Which programmes are in force today?"), in_force, {"in_force": "1"}),
        (Contribution, _("Which contributions state no amount?"), without_amount, {"amount": "not-stated"}),
        (Fund, _("Which funds are led by more than one nation?"), several_leads, {"several_leads": "1"}),
        (Standing, _("Which standings are in force today?"), in_force, {"in_force": "1"}),
        (Event, _("On which events do sources disagree?"), disputed, {"disputed": "1"}),
    )
    found = (
        Question(
            label,
            list_address(model, selection),
            model.objects.published().filter(condition(model)).count(),
        )
        for model, label, condition, selection in asked
    )
    return [question for question in found if question.count]


def former_partners() -> list[tuple[str | Promise, str]]:
    """(words, query string) of the standings as a partner whose parties are members now.

    What a partner is called is for the register's words to say; nothing if it has no such word.
    """
    partner = Term.objects.published().filter(vocabulary=Vocabulary.STANDING, acts_as=ActsAs.PARTNER)
    words = list(partner.values_list("slug", flat=True))
    asked = query_of(Standing, {"word": words, "now": ActsAs.MEMBER.value})
    return [(_("Former partners that are members now"), asked)] if words else []


def disputed_relations() -> list[Question]:
    """The relations of which sources say different things, each leading to where its page tells so; one query."""
    objecting = told_citations(Relation).filter(stance=Stance.CONTRADICTS).order_by().values("relation")
    relations = Relation.objects.published().for_list().filter(pk__in=objecting)
    return [
        Question(str(relation), f"{relation.get_absolute_url()}#disagreements")
        for relation in sorted(relations, key=lambda each: fold(str(each)))
    ]


def source_topics() -> list[Topic]:
    """By kind: where sources disagree, relations too, and what rests on old sources alone."""
    year = timezone.localdate().year - OLD_AFTER_YEARS
    older = sources_before(date(year, 1, 1))
    disagreeing, old = [], []
    for model in KINDS:
        conditions = {"disputed": disputed(model), "old": resting_on(model, older)}
        counts = counted(model.objects.published(), conditions)
        heading = kind_heading(model)
        disagreeing.append(Question(heading, list_address(model, {"disputed": "1"}), counts["disputed"]))
        old.append(Question(heading, list_address(model, {"source_before": str(year)}), counts["old"]))
    topics = [
        _topic(_("Where sources disagree"), [*disagreeing, *disputed_relations()]),
        _topic(gettext("Resting only on sources from before %(year)d") % {"year": year}, old),
    ]
    return [topic for topic in topics if topic.questions]
