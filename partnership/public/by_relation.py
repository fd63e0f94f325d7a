"""The changes of one edition under the relations that they are about."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from partnership.history import Change, ToldChange, told
from partnership.models import RECORD_MODELS, Record, Relation
from partnership.text import fold

from .parties import Ancestry, parties_by_record


@dataclass
class UnderRelation:
    """Changes about one relation, or about none: those told here, and those that are told under another one."""

    relation: Relation | None
    told: list[ToldChange] = field(default_factory=list)
    told_elsewhere: list[Change] = field(default_factory=list)


def by_relation(changes: Iterable[Change]) -> list[UnderRelation]:
    """The changes in words under their relations, in alphabetical order; those under none come last.

    A change about several relations is told under the first. What is withdrawn now is about none: whom it named is
    no longer shown. A constant number of queries for each kind of record among the changes.
    """
    in_words = told(changes)
    relations = sorted(
        Relation.objects.published().for_list(),
        key=lambda each: (fold(each.organisation.name), fold(each.party.name)),
    )
    about = _relations_of([each.change for each in in_words], relations)
    groups = [UnderRelation(relation) for relation in (*relations, None)]
    for each in in_words:
        mine = about[each.change.reference]
        first, *others = [group for group in groups if group.relation in mine] or [groups[-1]]
        first.told.append(each)
        for other in others:
            other.told_elsewhere.append(each.change)
    return [group for group in groups if group.told or group.told_elsewhere]


def _relations_of(changes: list[Change], relations: list[Relation]) -> dict[str, list[Relation]]:
    """By entry, `kind:slug`: the relations that its change is about."""
    found: dict[str, list[Relation]] = defaultdict(list)
    for relation in relations:
        found[relation.reference].append(relation)
    slugs: dict[type[Record], list[str]] = defaultdict(list)
    for change in changes:
        if change.model in RECORD_MODELS and not change.withdrawn_now:
            slugs[change.model].append(change.reference.partition(":")[2])
    ancestry = Ancestry() if slugs else None
    for model, asked in slugs.items():
        records = model.objects.published().filter(slug__in=asked)
        parties = parties_by_record(records)
        for record in records.prefetch_related("organisations"):
            line = set(ancestry.line(parties.get(record.pk, ()))) if ancestry else set()
            organisations = {each.pk for each in record.organisations.all()}
            found[record.reference] = [
                each for each in relations if each.organisation_id in organisations and each.party_id in line
            ]
    return found
