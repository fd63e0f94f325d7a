"""Steps: the dated steps in the life of a record, and the bounds they give it.

The receivers keep those bounds right whichever way a record or a step is written, raw saves of `loaddata` included.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from partnership.dates import NO_BOUNDS, Bounds, EDTFField, bounds_of, parse, span

from .entry import OwnedRow
from .fields import LineField, term
from .record import Record, public_rows
from .term import ActsAs, Term, Vocabulary


class Step(OwnedRow):
    """One dated step in the life of a programme, fund or standing."""

    kind = term(Vocabulary.STEP, verbose_name=_("step"))
    date = EDTFField(verbose_name=_("date"), help_text=_("As EDTF: 2023-07. Empty: not stated."))
    date_stated = LineField(_("date as stated"), max_length=200, blank=True)
    place = LineField(_("place"), max_length=200, blank=True)
    event = models.ForeignKey(
        "partnership.Event",
        verbose_name=_("at the event"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
    )

    public_fields = ("record", "kind", "date", "date_stated", "place", "event", "position")

    class Meta(OwnedRow.Meta):
        abstract = True
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return str(self.kind)

    def key_word(self) -> str:
        return self.kind.slug


class SteppedRecord(Record):
    """A record whose life is told in steps; without a date of its own it is dated by them."""

    owned_rows: tuple[str, ...] = (*Record.owned_rows, "steps")
    steps: ClassVar[Any]  # the reverse accessor that each kind's step model makes

    class Meta(Record.Meta):
        abstract = True

    @classmethod
    def list_prefetches(cls) -> tuple[str | Prefetch, ...]:
        return (
            Prefetch(
                "steps",
                public_rows(cls.steps.rel.related_model.objects.all(), "kind").select_related("event"),
            ),
        )

    @property
    def date_text(self) -> str:
        """The record's own date, else the text of a period from its first step that begins to its last that ends."""
        return self.own_date_text() or _period_text(*self.first_and_last_step())

    def bounds_from_steps(self) -> Bounds:
        """From the first dated step that begins to the last that ends (see `bounds_between`)."""
        return bounds_between(*self.first_and_last_step()) if self.pk is not None else NO_BOUNDS

    def first_and_last_step(self) -> tuple["Step | None", "Step | None"]:
        """The first dated step that begins the record and the last that ends it, dated or not."""
        return first_and_last(self.steps.all())


def first_and_last(steps: Iterable[Step]) -> tuple[Step | None, Step | None]:
    """Of the steps of one record, the first dated one that begins it and the last that ends it, dated or not."""
    steps = list(steps)
    begins = [step for step in steps if step.kind.acts_as == ActsAs.BEGINS and step.date]
    ends = [step for step in steps if step.kind.acts_as == ActsAs.ENDS]
    return (
        min(begins, key=lambda step: bounds_of(step.date).earliest or date.min, default=None),
        max(ends, key=lambda step: bounds_of(step.date).latest or date.min, default=None),
    )


def bounds_between(first: Step | None, last: Step | None) -> Bounds:
    """The bounds that the first dated step and the last give a record.

    No step that ends means the record is still in force; one without a date, that its end is not stated. An end
    before the beginning counts as not stated: `editorial.rules` asks for its correction.
    """
    if not (first and first.date) and not (last and last.date):
        return NO_BOUNDS
    start = bounds_of(first.date) if first else NO_BOUNDS
    if last is None or runs_backwards(first, last):
        return span(start, NO_BOUNDS if last else None)
    return span(start, bounds_of(last.date))


def runs_backwards(first: Step | None, last: Step | None) -> bool:
    """Whether the last step surely came before the first."""
    if first is None or last is None:
        return False
    begins, ends = bounds_of(first.date).earliest, bounds_of(last.date).latest
    return begins is not None and ends is not None and ends < begins


def _period_text(first: Step | None, last: Step | None) -> str:
    """The EDTF text of the period between two steps, empty if they give none.

    A step that is itself a period counts with its near end; a side that is open there is not stated here.
    """
    start = first.date.partition("/")[0].removeprefix("..") if first else ""
    end = (
        ".."
        if last is None
        else ""
        if runs_backwards(first, last)
        else last.date.rpartition("/")[2].removeprefix("..")
    )
    text = f"{start}/{end}"
    try:
        return parse(text).text
    except ValidationError:
        return ""


# Receivers


def _record_saved(instance: SteppedRecord, raw: bool, **kwargs: Any) -> None:
    if raw:  # `save` did it already unless the row came as it is from a fixture
        instance.refresh_bounds()


def _step_changed(instance: Step, **kwargs: Any) -> None:
    record: Any = type(instance.owner).objects.get(pk=instance.owner.pk)
    record.refresh_bounds()


def _step_word_saved(instance: Term, **kwargs: Any) -> None:
    """Whether a step begins or ends is said by its word: when the word changes, so may the dates."""
    if instance.vocabulary == Vocabulary.STEP:
        kinds: list[Any] = SteppedRecord.__subclasses__()
        for kind in kinds:
            for record in kind.objects.filter(steps__kind=instance).distinct():
                record.refresh_bounds()


def connect() -> None:
    """Connect the receivers of every kind that has steps; called once when the app is ready."""
    post_save.connect(_step_word_saved, sender=Term, dispatch_uid="bounds.term")
    for record in SteppedRecord.__subclasses__():
        post_save.connect(_record_saved, sender=record, dispatch_uid=f"bounds.{record.__name__}")
        for signal in (post_save, post_delete):
            step = record.steps.rel.related_model
            signal.connect(_step_changed, sender=step, dispatch_uid=f"bounds.{step.__name__}.{id(signal)}")
