"""Which changes there are: one for each published revision, and one for each entry that stands as it came.

A revision holds an editorial document. What is told of it is cut down to the public face as it is today (`faces`); of
an entry that is withdrawn now only its name and the reason. An entry without revisions stands as it came, in the
edition since which it stands.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, cast

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat

from partnership.documents import key_of, upgraded
from partnership.models import (
    RECORD_MODELS,
    Citation,
    Edition,
    Entry,
    Nature,
    Relation,
    Revision,
    RevisionState,
    Stance,
    Status,
    entry_model,
)

from .faces import Entries, PublicFace, entries_of
from .told import Altered, Change, Row, What

SHOWN_STATUSES = (Status.PUBLISHED, Status.WITHDRAWN)


class ChangeLog:
    """The changes that editions made to entries, newest edition first; counts and slices as a paginator asks.

    `entries` are the entries to tell of, one queryset a model, of whatever status: drafts are left out here. Editions
    count that are later than `after` and no later than `until`; None sets no limit. `parties` adds the records
    that once named one of these parties (slugs) as taking part, so that what left a party's page is told as well.
    `nature` leaves only the changes of this nature, and so nothing that is new.
    """

    def __init__(
        self,
        entries: Sequence[QuerySet],
        *,
        after: int | None = None,
        until: int | None = None,
        parties: Collection[str] = (),
        nature: Nature | None = None,
    ) -> None:
        self._after, self._until = after, until
        told = [shown(queryset) for queryset in entries]
        if parties:
            told.extend(_that_left(told, parties))
        revisions = self._in_range(public_revisions(), "edition_id").filter(is_of(told))
        if nature:
            revisions = revisions.filter(had_earlier(), nature=nature)
        parts = [_as_keys(revisions, number=F("edition_id"), named_as=F("entry"), revision=F("pk"))]
        for queryset in () if nature else told:
            as_it_came = self._in_range(queryset.filter(stands_as_it_came()), "since")
            parts.append(_as_keys(as_it_came, number=F("since"), revision=Value(0, BigIntegerField())))
        self._keys = parts[0].union(*parts[1:], all=True).order_by("-number", "named_as", "-revision")

    def __bool__(self) -> bool:
        return self._keys.order_by().exists()

    def count(self) -> int:
        """How many changes there are."""
        return self._keys.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Change]:
        """The changes of one page, in a number of queries that does not grow with them."""
        return _Page(list(self._keys[part])).changes()

    def _in_range(self, queryset: QuerySet, column: str) -> QuerySet:
        if self._after is not None:
            queryset = queryset.filter(**{f"{column}__gt": self._after})
        if self._until is not None:
            queryset = queryset.filter(**{f"{column}__lte": self._until})
        return queryset


# Which entries and revisions are told of


def shown(queryset: QuerySet) -> QuerySet:
    """The entries of the queryset that are or were public, with their name `kind:slug` as `named_as`."""
    model: Any = queryset.model
    named_as = Concat(Value(f"{model.kind_name()}:"), F("slug"), output_field=CharField())
    told = model.objects.order_by().annotate(named_as=named_as).filter(status__in=SHOWN_STATUSES)
    if model is Relation:  # its title and its address name both
        told = told.filter(organisation__status=Status.PUBLISHED, party__status=Status.PUBLISHED)
    return told.filter(pk__in=queryset.order_by().values("pk")) if queryset.query.where else told


def _that_left(told: list[QuerySet], parties: Collection[str]) -> list[QuerySet]:
    """The records not shown of which a document that was public names one of the parties as the party of a row.

    Found in one query and named one by one: they are few, and looking into every document takes its time.
    """
    text = Cast("document", TextField())
    named = any_of([Q(text__contains=f'"party": ["{slug}"]') for slug in parties])
    was_public = Q(document__0__fields__status=Status.PUBLISHED.value)
    revisions = public_revisions().annotate(text=text).filter(was_public, named)
    for queryset in told:
        revisions = revisions.exclude(entry__in=queryset.values("named_as"))
    names = set(revisions.values_list("entry", flat=True))
    return [
        shown(model.objects.filter(slug__in=slugs))
        for model in RECORD_MODELS
        if (slugs := {slug for kind, _colon, slug in map(_parted, names) if kind == model.kind_name()})
    ]


def _parted(name: str) -> tuple[str, str, str]:
    return name.partition(":")


def public_revisions() -> QuerySet:
    """Published revisions of what was public or withdrawn with them; an import may have changed a draft."""
    statuses = [Q(document__0__fields__status=status.value) for status in SHOWN_STATUSES]
    return Revision.objects.order_by().filter(any_of(statuses), state=RevisionState.PUBLISHED)


def merged_revisions() -> QuerySet:
    """What entries said last that an edition merged into others: since then the register says it under another name."""
    return Revision.objects.order_by().filter(state=RevisionState.MERGED, edition__isnull=False)


def is_of(entries: Sequence[QuerySet]) -> Q:
    """That a revision is of one of these entries, querysets as `shown` gives them."""
    return any_of([Q(entry__in=queryset.values("named_as")) for queryset in entries])


def had_earlier() -> Q:
    """That the entry of a public revision was public, or withdrawn, with an earlier one."""
    before = Q(edition__lt=OuterRef("edition")) | Q(edition=OuterRef("edition"), pk__lt=OuterRef("pk"))
    return Q(Exists(public_revisions().filter(before, entry=OuterRef("entry"))))


def stands_as_it_came() -> Q:
    """That an entry of a queryset that `shown` gave has no published revision."""
    return ~Q(Exists(public_revisions().filter(entry=OuterRef("named_as"))))


def any_of(conditions: list[Q]) -> Q:
    """That one of the conditions holds; of none, nothing."""
    found = Q(pk__in=())
    for condition in conditions:
        found |= condition
    return found


def _as_keys(queryset: QuerySet, **columns: Any) -> QuerySet:
    if "named_as" not in queryset.query.annotations:
        queryset = queryset.annotate(named_as=columns.pop("named_as"))
    return queryset.annotate(**columns).values_list("number", "named_as", "revision")


# One page of changes


class _Page:
    """The changes behind (edition, entry, revision) keys; revision 0 stands for an entry as it came."""

    def __init__(self, keys: list[tuple[int, str, int]]) -> None:
        self._keys = keys
        self._editions = Edition.objects.in_bulk({number for number, _name, _revision in keys})

    def changes(self) -> list[Change]:
        """The changes, in the order of the keys."""
        return [
            change
            for number, name, revision in self._keys
            if (change := self._change(self._edition(number), name, revision))
        ]

    def _edition(self, number: int) -> Edition:
        """The edition; one without a row, as 0 may be, has no day."""
        no_day: Any = None
        return self._editions.get(number) or Edition(number=number, published_at=no_day)

    @cached_property
    def _earlier(self) -> dict[int, int]:
        """The revision that stood before each one of the page; 0 where none did."""
        names = {name for _number, name, revision in self._keys if revision}
        stored = public_revisions().filter(entry__in=names).order_by("entry", "edition_id", "pk")
        last: dict[str, int] = {}
        earlier = {}
        for name, pk in stored.values_list("entry", "pk"):
            earlier[pk] = last.get(name, 0)
            last[name] = pk
        return earlier

    @cached_property
    def _revisions(self) -> dict[int, Revision]:
        asked = [revision for _number, _name, revision in self._keys if revision]
        found = Revision.objects.in_bulk({*asked, *(self._earlier[pk] for pk in asked)} - {0})
        for revision in found.values():
            revision.document = upgraded(revision.document, revision.schema)
        return found

    @cached_property
    def _face(self) -> PublicFace:
        return PublicFace(self._entries)

    @cached_property
    def _entries(self) -> Entries:
        """The entries of the page and all that their documents refer to, by model and slug; one query a model."""
        wanted = PublicFace.referred(*(revision.document for revision in self._revisions.values()))
        for _number, name, _revision in self._keys:
            kind, _colon, slug = name.partition(":")
            wanted[_model_named(kind)].add(slug)
        return entries_of(wanted, status__in=SHOWN_STATUSES)

    def _change(self, edition: Edition, name: str, pk: int) -> Change | None:
        kind, _colon, slug = name.partition(":")
        model = _model_named(kind)
        entry = self._entries[model].get(slug)
        if entry is None:  # withdrawn to a draft or deleted between two queries
            return None
        revision, before = self._revisions.get(pk), self._revisions.get(self._earlier.get(pk, 0) if pk else 0)
        what = _what(revision, before, entry)
        told = revision and before and entry.is_public and what in (What.CHANGED, What.RETURNED)
        old, new = (self._face.cut(each.document) if told and each else [] for each in (before, revision))
        altered = self._face.altered(old, new)
        return Change(
            model=model,
            reference=name,
            title=str(entry),
            address=entry.get_absolute_url()
            if entry.is_public and hasattr(entry, "get_absolute_url")
            else "",
            edition=edition,
            what=what,
            withdrawn_now=not entry.is_public,
            reason=_reason(what, revision, entry),
            nature=str(Nature(revision.nature).label) if revision and what == What.CHANGED else "",
            altered=altered,
            rows={key_of(row): self._face.row(row) for row in (*old, *new)},
            sources=_sources(altered, [self._face.row(row) for row in new]),
        )


def _model_named(kind: str) -> type[Entry]:
    return cast("type[Entry]", entry_model(kind))  # the kinds of keys come from ENTRY_MODELS


def _what(revision: Revision | None, before: Revision | None, entry: Entry) -> What:
    if revision is None:
        return What.NEW if entry.is_public else What.WITHDRAWN
    if _status(revision) == Status.WITHDRAWN:
        return What.WITHDRAWN
    if before is None:
        return What.NEW
    return What.RETURNED if _status(before) == Status.WITHDRAWN else What.CHANGED


def _sources(altered: list[Altered], rows: list[Row]) -> list[str]:
    """What rows cite for what was altered in them: the sources of the place itself, else those of the whole entry."""
    cited: dict[str, list[str]] = {}
    for row in rows:
        if issubclass(row.model, Citation) and row.fields["stance"] == Stance.SUPPORTS:
            cited.setdefault(row.fields["supports"], []).append(row.fields["source"])
    found: dict[str, None] = {}
    for each in altered:
        if each.after and not issubclass(each.row.model, Citation):
            place = each.field if issubclass(each.row.model, Entry) else each.row.key
            found.update(dict.fromkeys(cited.get(place) or cited.get("", [])))
    return list(found)


def _status(revision: Revision) -> str:
    return revision.document[0]["fields"]["status"]


def _reason(what: What, revision: Revision | None, entry: Entry) -> str:
    """Why it is withdrawn; of one that has come back, why it was."""
    if entry.is_public and what == What.WITHDRAWN and revision:
        return revision.document[0]["fields"].get("withdrawn_reason", "")
    return entry.withdrawn_reason
