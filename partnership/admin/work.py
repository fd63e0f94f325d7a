"""The front page of the desk: what there is to do, counted, each count a link to the list of just that."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.admin import SimpleListFilter
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import links, tied, work
from partnership.editorial.queue import waiting_bundles_for, waiting_for
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.models import RECORD_MODELS, Bundle, BundleState, Relation, Source

from . import kinds
from .addresses import list_of
from .deleting import deleted_for
from .review_queue import review_address

WEEK = timedelta(days=7)
UNSOURCED, OLDER, PASSED, DUE = "no-source", "older-source", "passed", "due"
MINE, RETURNED, THIS_WEEK = "mine", "returned", "this-week"
UNREAD, DEAD = "paragraphs", "dead-link"
SOURCE_WORK = {UNREAD: tied.sources_to_do, DEAD: links.sources_with_dead_links}


class RecordWork(SimpleListFilter):
    """Records that miss something."""

    title = _("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The sorts of work there are with records."""
        return [
            (UNSOURCED, _("Without a source")),
            (OLDER, _("Sources older than the record")),
            (PASSED, _("Planned, and its day has passed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The records of the list with which there is this work."""
        found = _records_with(self.value(), queryset.model)
        return queryset if found is None else queryset.filter(pk__in=found.values("pk"))


def _records_with(work_to_do: str | None, model: Any) -> QuerySet | None:
    finders = {UNSOURCED: work.without_source, OLDER: work.older_sources, PASSED: work.passed_plans}
    return finders[work_to_do](model) if work_to_do in finders else None


class RelationWork(SimpleListFilter):
    """Relations that are due to be looked at."""

    title = _("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The one sort of work there is with relations."""
        return [(DUE, _("Not reviewed for long"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The relations of the list with which there is this work."""
        if self.value() != DUE:
            return queryset
        return queryset.filter(pk__in=work.unreviewed_relations(settings.REVIEW_MONTHS).values("pk"))


class SourceWork(SimpleListFilter):
    """Sources that nobody has read to the end, or that cannot be read where they stood."""

    title = _("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The sorts of work there are with sources."""
        return [(UNREAD, _("Paragraphs still to do")), (DEAD, _("Dead link"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The sources of the list with which there is this work."""
        finder = SOURCE_WORK.get(self.value() or "")
        return queryset.filter(pk__in=finder().order_by().values("pk")) if finder else queryset


class RevisionWork(SimpleListFilter):
    """Changes that concern the account."""

    title = _("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The sorts of changes an account looks for."""
        return [
            (MINE, _("My drafts and changes")),
            (RETURNED, _("Sent back to me")),
            (THIS_WEEK, _("Public this week")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The changes of the list that are of this sort."""
        found = _changes(self.value(), cast(User, request.user))
        return queryset if found is None else queryset.filter(pk__in=found.values("pk"))


def _changes(sort: str | None, account: User) -> QuerySet | None:
    if sort == MINE:
        return work.being_edited_by(account)
    if sort == RETURNED:
        return work.sent_back_to(account)
    if sort == THIS_WEEK:
        return work.public_since(timezone.localdate() - WEEK)
    return None


# The front page


@dataclass(frozen=True)
class Count:
    """How much there is of one sort of work, and where it stands; `label` is empty where the work has one list."""

    number: int
    address: str
    label: str = ""


@dataclass(frozen=True)
class Work:
    """One sort of work with its counts; `first` is the address of what is to be done first, where there is such a thing."""

    title: str
    counts: list[Count]
    first: str = ""

    @property
    def is_done(self) -> bool:
        """Whether there is none."""
        return not any(count.number for count in self.counts)


def starts_of(request: HttpRequest) -> list[tuple[str, str]]:
    """What an account may begin: each kind in words, with the address of an empty form."""
    account = cast(User, request.user)
    return [
        (kinds.in_words(model), reverse(f"admin:partnership_{model.kind_name()}_add"))
        for model in (*RECORD_MODELS, Relation)
        if account.has_perm(f"partnership.add_{model.kind_name()}")
    ]


def work_of(request: HttpRequest) -> list[Work]:
    """What there is to do for an account, as far as it may see it; what asks for an answer comes first."""
    account = cast(User, request.user)
    found = []
    if account.has_perm("partnership.view_revision"):
        found += [
            Work(gettext("Sent back to me"), [_changes_count(RETURNED, account)]),
            Work(gettext("My drafts and changes"), [_changes_count(MINE, account)]),
        ]
    if account.has_perm("partnership.change_bundle"):
        sent_back = Bundle.objects.filter(state=BundleState.RETURNED).count()
        address = list_of(Bundle, f"state__exact={BundleState.RETURNED}")
        found.insert(0, Work(gettext("Bundles sent back"), [Count(sent_back, address)]))
    if account.has_perm(MAY_PUBLISH):
        reviews, of_bundles = _reviews(account), _bundle_reviews(account)
        # One key opens one thing: the oldest change, or else the oldest bundle.
        found[:0] = [reviews, replace(of_bundles, first="") if reviews.first else of_bundles]
    found += [
        Work(gettext("Without a source"), _record_counts(UNSOURCED, account)),
        Work(gettext("Sources older than the record"), _record_counts(OLDER, account)),
        Work(gettext("Planned, and their day has passed"), _record_counts(PASSED, account)),
    ]
    if account.has_perm("partnership.view_relation"):
        due = work.unreviewed_relations(settings.REVIEW_MONTHS).count()
        title = gettext("Relations not reviewed for %(number)s months") % {"number": settings.REVIEW_MONTHS}
        found.append(Work(title, [Count(due, list_of(Relation, f"work={DUE}"))]))
    if account.has_perm("partnership.view_source"):
        found += [
            Work(gettext("Sources with paragraphs still to do"), [_sources_count(UNREAD)]),
            Work(gettext("Dead source links"), [_sources_count(DEAD)]),
        ]
    if account.has_perm("partnership.view_revision"):
        deleted = Count(len(deleted_for(account)), reverse("admin:deleted"))
        found += [
            Work(gettext("Public this week"), [_changes_count(THIS_WEEK, account)]),
            Work(gettext("Recently deleted"), [deleted]),
        ]
    return found


def _reviews(account: User) -> Work:
    waiting = waiting_for(account)
    first = reverse("admin:review", args=[waiting[0].pk]) if waiting else ""
    return Work(gettext("Waiting for my review"), [Count(len(waiting), reverse("admin:review_queue"))], first)


def _bundle_reviews(account: User) -> Work:
    waiting = waiting_bundles_for(account)
    first = review_address(waiting[0]) if waiting else ""
    address = first if len(waiting) == 1 else reverse("admin:review_queue")
    return Work(gettext("Bundles waiting for my review"), [Count(len(waiting), address)], first)


def _changes_count(sort: str, account: User) -> Count:
    changes = _changes(sort, account)
    number = changes.count() if changes is not None else 0
    return Count(number, f"{reverse('admin:partnership_revision_changelist')}?work={sort}")


def _sources_count(sort: str) -> Count:
    return Count(SOURCE_WORK[sort]().count(), list_of(Source, f"work={sort}"))


def _record_counts(sort: str, account: User) -> list[Count]:
    """How many records of each kind there are with a sort of work; kinds without are left out."""
    counts = []
    for model in RECORD_MODELS:
        found = _records_with(sort, model)
        if account.has_perm(f"partnership.view_{model.kind_name()}") and found is not None:
            label = capfirst(str(model._meta.verbose_name_plural))
            counts.append(Count(found.count(), list_of(model, f"work={sort}"), label))
    return [count for count in counts if count.number]
