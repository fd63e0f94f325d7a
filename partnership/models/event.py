"""Events: summits, meetings, visits, conferences."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .citation import Citation
from .fields import term
from .involvement import Involvement
from .record import Record
from .term import Vocabulary


class Event(Record):
    """Something that took place, or regularly takes place, at a time: a summit, meeting, visit or conference."""

    kind = term(Vocabulary.EVENT_KIND, verbose_name=_("kind"))
    level = term(
        Vocabulary.LEVEL,
        verbose_name=_("level of the meeting"),
        null=True,
        blank=True,
        help_text=_("At which level it met. Empty: the source does not say."),
    )
    portfolio = term(
        Vocabulary.PORTFOLIO,
        verbose_name=_("portfolio of the meeting"),
        null=True,
        blank=True,
        help_text=_("Foreign affairs, defence … Empty: the source does not say; do not infer it."),
    )

    public_fields = (
        *Record.name_fields,
        "kind",
        "level",
        "portfolio",
        *Record.date_fields,
        *Record.relation_fields,
        *Record.text_fields,
        *Record.state_fields,
    )
    list_references = ("kind", "level", "portfolio")

    class Meta(Record.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")


class EventInvolvement(Involvement):
    """A party taking part in an event."""

    record = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="involvements")

    class Meta(Involvement.Meta):
        pass


class EventCitation(Citation):
    """A source of an event."""

    record = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="citations")

    class Meta(Citation.Meta):
        pass
