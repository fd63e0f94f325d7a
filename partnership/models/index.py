"""The derived index of public entries, and the generation number that caches and ETags trust."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .fields import LineField, ProseField

NEWEST_FIRST = (F("earliest").desc(nulls_last=True), "kind", "slug")


class IndexEntry(models.Model):
    """One row per public entry that has a page, kept by `partnership.search`; never edited, in no file.

    `text` is what is read of it, a line for each field; `names` and `words` are what is searched, as `text.tokens` cuts it,
    with blanks between: those of its title and other names, and all. The database indexes both as they are written, by
    triggers on SQLite and a generated column on PostgreSQL (migration 0016).
    """

    kind = models.CharField(max_length=15)
    slug = models.CharField(max_length=80)
    title = LineField(max_length=300)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)
    changed = models.DateTimeField()
    text = ProseField()
    names = ProseField()
    words = ProseField()

    class Meta:
        verbose_name = _("index row")
        verbose_name_plural = _("index")
        ordering = NEWEST_FIRST
        constraints = [models.UniqueConstraint(name="%(class)s_one_an_entry", fields=["kind", "slug"])]
        indexes = [models.Index(fields=["-changed"], name="%(class)s_changed")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.slug}"


class IndexParty(models.Model):
    """One row per (public entry, party in it): everything about a party, newest first, in one query."""

    entry = models.ForeignKey(IndexEntry, on_delete=models.CASCADE, related_name="parties")
    party = models.ForeignKey("partnership.Party", on_delete=models.CASCADE, related_name="+")
    earliest = models.DateField(null=True)

    class Meta:
        verbose_name = _("index row of a party")
        verbose_name_plural = _("index of parties")
        constraints = [models.UniqueConstraint(name="%(class)s_once", fields=["entry", "party"])]
        indexes = [models.Index(fields=["party", "earliest"], name="%(class)s_newest")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.party_id}"


class Generation(models.Model):
    """One row, one number, moved with every change of anything public (see `partnership.generation`)."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        constraints = [
            models.CheckConstraint(
                name="%(class)s_one_row",
                condition=Q(id=1),
                violation_error_message=_("There is only one generation."),
            )
        ]

    def __str__(self) -> str:
        return str(self.number)
