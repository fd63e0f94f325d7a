"""The generation: one number that moves with every change of anything public.

Caches and ETags trust it, so a reader of it reads the number before any row. The receivers see every save and
delete through the ORM, raw saves of `loaddata` included; batch writers call `move` themselves. Who writes around
the ORM runs `manage.py refresh` afterwards.
"""

from typing import Any

from django.db.models import F, Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from partnership.models import ENTRY_MODELS, Alias, Generation, Status, owned_models
from partnership.models.entry import Entry, OwnedRow


def current() -> int:
    """The number as it is now; read it before reading any row."""
    return Generation.objects.values_list("number", flat=True).filter(pk=1).first() or 0


def move() -> None:
    """Say that something public changed."""
    if not Generation.objects.filter(pk=1).update(number=F("number") + 1):
        Generation.objects.create(pk=1, number=1)


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
