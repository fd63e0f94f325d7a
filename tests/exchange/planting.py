"""Words that no reader may ever meet, one of a kind in every place that is not public."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models

from partnership import documents
from partnership.documents import fields_of
from partnership.editorial import revising
from partnership.exchange.export import FILE_NUMBERS
from partnership.models import (
    ENTRY_MODELS,
    RECORD_MODELS,
    Alias,
    Area,
    Edition,
    Event,
    Generation,
    IndexEntry,
    IndexParty,
    LinkCheck,
    OwnedRow,
    Paragraph,
    Party,
    Relation,
    Remit,
    Revision,
    RevisionState,
    Source,
    Status,
    owned_models,
)
from partnership.models.fields import LineField, ProseField
from tests.exchange.conftest import write_register
from tests.factories import add_party, add_source, make_entry, make_party, make_relation, make_source

PREFIX = "zqx"


class Planted:
    """The words by the place that each was planted in."""

    def __init__(self) -> None:
        self._numbers = itertools.count(100)
        self.places: dict[str, str] = {}

    def word(self, place: str) -> str:
        """A new word for a place, in letters and digits that an address may have."""
        word = f"{PREFIX}{next(self._numbers)}q"
        self.places[word] = place
        return word

    def found_in(self, content: bytes) -> set[str]:
        """The places whose words are in some bytes, in whatever case."""
        folded = content.lower()
        if PREFIX.encode() not in folded:
            return set()
        return {place for word, place in self.places.items() if word.encode() in folded}


def plant() -> Planted:
    """A register with everything in it, and beside what is public a word in every place that is not."""
    write_register()
    planted = Planted()
    _private_fields(planted)
    for model in ENTRY_MODELS:
        for status in (Status.DRAFT, Status.WITHDRAWN):
            _hidden_entry(planted, model, status)
    _hidden_beside_public(planted)
    _people(planted)
    _revisions(planted)
    for model in private_tables():
        _row_of(planted, model)
    return planted


def private_tables() -> list[Any]:
    """The tables of ours that are neither in files nor derived nor planted by hand: whatever is new is private."""
    others = {*FILE_NUMBERS, Edition, Generation, IndexEntry, IndexParty, Revision, Remit}
    return [model for model in apps.get_app_config("partnership").get_models() if model not in others]


def _row_of(planted: Planted, model: Any) -> None:
    """A row with a word in every text that it may hold."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.is_relation:
            if not field.null:
                values[field.name] = field.related_model._base_manager.first()
        elif field.choices:
            values[field.name] = field.choices[0][0]
        elif isinstance(field, (models.CharField, models.TextField)):
            word = planted.word(f"{model.__name__}.{field.name}")
            values[field.name] = f"event:{word}" if field.name == "entry" else word
        elif isinstance(field, models.PositiveBigIntegerField):
            values[field.name] = 1
        elif isinstance(field, models.BinaryField):
            values[field.name] = planted.word(f"{model.__name__}.{field.name}").encode()
        elif isinstance(field, models.JSONField):
            word = planted.word(f"{model.__name__}.{field.name}")
            values[field.name] = {word: 1} if field.default is dict else [word]
    model._base_manager.create(**values)


def _private_fields(planted: Planted) -> None:
    """Every private field of every row there is so far."""
    for model in (*ENTRY_MODELS, *(owned for entry in ENTRY_MODELS for owned in owned_models(entry))):
        for name in model.private_fields:
            assert isinstance(model._meta.get_field(name), models.TextField), (
                f"plant a word in {model}.{name}"
            )
            for row in model._base_manager.all():
                word = planted.word(f"{model.__name__}.{name} of {row.pk}")
                model._base_manager.filter(pk=row.pk).update(**{name: word})


def _hidden_entry(planted: Planted, model: Any, status: str) -> None:
    """A draft or withdrawn entry of a model with a word in each of its texts, and in those of the rows it owns."""
    slug = (
        planted.word(f"{status} {model.__name__}.slug")
        if status == Status.DRAFT
        else f"gone-{model.kind_name()}"
    )
    if model is Relation:  # of a public party
        entry = make_relation(slug, party="norway" if status == Status.DRAFT else "iceland", status=status)
    else:
        entry = make_entry(model, slug, status=status)
    _fill(planted, entry, f"{status} {model.__name__}", keep=("withdrawn_reason",))
    if model in RECORD_MODELS and status == Status.DRAFT:
        entry.organisations.add(Party.objects.get(slug="nato"))
    for owned in owned_models(model):
        for row in owned._base_manager.filter(**{owned.owner_field: entry}):
            _fill(planted, row, f"{owned.__name__} of a {status} {model.__name__}")


def _fill(planted: Planted, row: Any, place: str, keep: tuple[str, ...] = ()) -> None:
    words = {
        field.attname: planted.word(f"{place}.{field.name}")
        for field in _texts(type(row))
        if field.name not in keep and not _is_title_of_withdrawn(row, field.name)
    }
    if isinstance(row, OwnedRow) and "supports" in words:
        del words["supports"]
    type(row)._base_manager.filter(pk=row.pk).update(**words)


def _is_title_of_withdrawn(row: Any, name: str) -> bool:
    """The name of what is withdrawn stays public: its address says what it was."""
    return getattr(row, "status", "") == Status.WITHDRAWN and name in ("title", "name", "label")


def _texts(model: Any) -> Iterator[Any]:
    for name in fields_of(model, documents.EDITORIAL):
        field = model._meta.get_field(name)
        if type(field) in (LineField, ProseField) and not field.choices:
            yield field


def _hidden_beside_public(planted: Planted) -> None:
    """Public entries that name drafts: a party that takes part, an area, a source, a series, an old address."""
    event = Event.objects.get(slug="meeting-2022")
    party = make_party(planted.word("draft party of a public event"), status=Status.DRAFT)
    Party.objects.filter(pk=party.pk).update(name=planted.word("name of a draft party of a public event"))
    add_party(event, party.slug, result=planted.word("result of a draft party in a public event"))
    source = make_source(planted.word("draft source of a public event"), status=Status.DRAFT)
    add_source(event, source.slug, locator=planted.word("locator in a draft source"))
    event.areas.add(*Area.objects.filter(status=Status.DRAFT))
    draft = Event.objects.filter(status=Status.DRAFT, slug__startswith=PREFIX).get()
    Event.objects.filter(pk=event.pk).update(summary="See the meeting.")
    Alias.objects.create(
        address=f"event:{planted.word('old address of a draft')}", target=f"event:{draft.slug}"
    )
    public = Source.objects.published().exclude(url="").first()
    assert public is not None
    words = {name: planted.word(f"{name} of a paragraph") for name in ("label", "text", "set_aside")}
    Paragraph.objects.create(source=public.slug, **words)
    LinkCheck.objects.create(url=public.url, outcome="fails", told=planted.word("check of a public link"))


def _people(planted: Planted) -> None:
    """Accounts, what they are limited to, and what the admin noted of them."""
    fields = ("username", "first_name", "last_name", "email")
    values = {name: planted.word(f"User.{name}") for name in fields}
    user = get_user_model().objects.create_user(
        **values | {"email": f"{values['email']}@example.org"}, is_staff=True
    )
    user.groups.add(Group.objects.create(name=planted.word("Group.name")))
    Remit.objects.create(account=user).parties.add(Party.objects.get(slug="japan"))
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Event),
        object_id=str(Event.objects.get(slug="meeting-2022").pk),
        object_repr=planted.word("LogEntry.object_repr"),
        action_flag=CHANGE,
        change_message=planted.word("LogEntry.change_message"),
    )


def _revisions(planted: Planted) -> None:
    """An open revision of every public kind of entry, with a word in its text, its reason and its notes."""
    user = get_user_model().objects.get(username__startswith=PREFIX)
    for model in ENTRY_MODELS:
        entry = model._base_manager.filter(status=Status.PUBLISHED).first()
        document = documents.dump(entry)
        name = next(name for name in ("title", "name", "label", "lede") if name in document[0]["fields"])
        document[0]["fields"][name] = planted.word(f"open revision of a {model.__name__}")
        revision = revising.save(entry, document, by=user)
        assert revision is not None
        Revision.objects.filter(pk=revision.pk).update(
            state=RevisionState.RETURNED,
            reason=planted.word(f"reason of an open revision of a {model.__name__}"),
            review_note=planted.word(f"note of the review of a {model.__name__}"),
            made_by_name=user.username,
            reviewed_by_name=planted.word(f"name of who reviewed a {model.__name__}"),
        )
