"""The generation: one number that moves with every change of anything public.

Caches and ETags trust it, so a reader of it reads the number before any row. The receivers see every save and
delete through the ORM, raw saves of `loaddata` included; batch writers call `move` themselves. Who writes around
the ORM runs `manage.py refresh` afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from partnership.models import ENTRY_MODELS, Alias, Generation, Status, owned_models
from partnership.models.entry import Entry, OwnedRow

_held_back: ContextVar[bool] = ContextVar("held_back", default=False)


@contextmanager
def held_back() -> Iterator[None]:
    """Whatever is written inside is rolled back at the end: how a pending edit is shown, previewed and checked.

    The generation neither moves nor is it told: what is read inside must not be kept for anybody.
    """
    token = _held_back.set(True)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _held_back.reset(token)


def current() -> int | None:
    """The number as it is now, to be read before any row; None while rows are held back, when nothing may be kept."""
    if _held_back.get():
        return None
    return Generation.objects.values_list("number", flat=True).filter(pk=1).first() or 0


def move() -> None:
    """Say that something public changed."""
    if _held_back.get():
        return
    if not Generation.objects.filter(pk=1).update(number=F("number") + 1):
        Generation.objects.get_or_create(pk=1)
        move()


def lock() -> None:
    """Make writers of public rows wait for one another until the transaction ends: taken before any row is written."""
    Generation.objects.get_or_create(pk=1)
    Generation.objects.select_for_update().get(pk=1)


def concerns_public(row: Model) -> bool:
    """Whether a change of the row can be seen by a reader.

    A draft that never was public cannot; an entry that is being withdrawn, or made a draft again, can.
    """
    entry = row.owner if isinstance(row, OwnedRow) else row
    if not isinstance(entry, Entry):
        return True
    return entry.status != Status.DRAFT or entry.first_published is not None


def _row_changed(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    # A raw row, as `loaddata` writes it, may make a draft of what was public and say nothing of it.
    if raw or concerns_public(instance):
        move()


def _relation_changed(instance: Model, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and concerns_public(instance):
        move()


def connect() -> None:
    """Connect the receivers; called once when the app is ready."""
    owned = [row for model in ENTRY_MODELS for row in owned_models(model)]
    watched: list[type[Model]] = [*ENTRY_MODELS, *owned, Alias]
    for model in watched:
        for signal in (post_save, post_delete):
            signal.connect(
                _row_changed, sender=model, dispatch_uid=f"generation.{model.__name__}.{id(signal)}"
            )
    for entry_model in ENTRY_MODELS:
        for field in entry_model._meta.many_to_many:
            through = getattr(entry_model, field.name).through
            m2m_changed.connect(
                _relation_changed, sender=through, dispatch_uid=f"generation.{through.__name__}"
            )
