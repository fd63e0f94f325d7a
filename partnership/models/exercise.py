"""Exercises and training."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .citation import Citation
from .involvement import Involvement
from .record import Record


class Exercise(Record):
    """An exercise or joint training. One without a date holds the participations of unknown edition."""

    public_fields = (
        *Record.name_fields,
        *Record.date_fields,
        *Record.relation_fields,
        *Record.text_fields,
        *Record.state_fields,
    )

    class Meta(Record.Meta):
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")


class ExerciseInvolvement(Involvement):
    """A party taking part in an exercise."""

    record = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="involvements")

    class Meta(Involvement.Meta):
        pass


class ExerciseCitation(Citation):
    """A source of an exercise."""

    record = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="citations")

    class Meta(Citation.Meta):
        pass
