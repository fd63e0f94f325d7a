"""What there is to do at the desk: entries that miss something, and changes that wait."""

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from partnership import dates
from partnership.models import (
    PlanState,
    Record,
    Relation,
    Revision,
    RevisionState,
    Source,
    Stance,
    Status,
)

DAYS_OF_A_MONTH = 30.4375


# Entries


def without_source(model: type[Record]) -> QuerySet:
    """The records of a kind that no source supports; not those that were withdrawn."""
    citations = model.citations.rel.related_model
    supported = citations.objects.filter(record=OuterRef("pk"), stance=Stance.SUPPORTS).order_by()
    return _at_work(model).filter(~Exists(supported))


def older_sources(model: type[Record]) -> QuerySet:
    """The records of a kind whose sources were all surely written before it began: none can say that it took place.

    What has no date, or cites a source without one, is not among them.
    """
    written = {
        key: bounds.latest
        for key, stated in Source.objects.exclude(date="").order_by().values_list("pk", "date")
        if (bounds := dates.bounds_of(stated)).latest
    }
    citations = model.citations.rel.related_model.objects.order_by()
    dated = citations.filter(record__earliest__isnull=False, record__in=_at_work(model).values("pk"))
    cited: set[int] = set()
    fresh: set[int] = set()
    for record, begins, source in dated.values_list("record", "record__earliest", "source"):
        cited.add(record)
        latest = written.get(source)
        if latest is None or latest >= begins:
            fresh.add(record)
    return model.objects.filter(pk__in=cited - fresh)


def passed_plans(model: type[Record]) -> QuerySet:
    """The records of a kind that are still planned although their day has passed."""
    return _at_work(model).filter(plan_state=PlanState.PLANNED, latest__lt=timezone.localdate())


def unreviewed_relations(months: int) -> QuerySet[Relation]:
    """Public relations that nobody has looked at for so many months; not those that are archived."""
    due = timezone.localdate() - timedelta(days=round(months * DAYS_OF_A_MONTH))
    relations = Relation.objects.published().filter(archived_reason="")
    return relations.filter(Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=due))


def _at_work(model: type[Record]) -> QuerySet:
    return model.objects.exclude(status=Status.WITHDRAWN).order_by()


# Changes


def being_edited_by(account: User) -> QuerySet[Revision]:
    """The changes and drafts that an account saved last and did not submit."""
    return Revision.objects.filter(state=RevisionState.PENDING, made_by=account)


def sent_back_to(account: User) -> QuerySet[Revision]:
    """The changes of an account that were sent back."""
    return Revision.objects.filter(state=RevisionState.RETURNED, made_by=account)


def public_since(day: date) -> QuerySet[Revision]:
    """What became public, or ceased to be, on a day or later; not what was loaded as it came."""
    return Revision.objects.filter(
        state=RevisionState.PUBLISHED, edition__number__gt=0, edition__published_at__date__gte=day
    )
