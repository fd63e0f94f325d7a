"""Sources: the documents that facts come from."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnership.dates import EDTFField

from .entry import Entry
from .fields import LineField, filled, language_shape, not_itself


class Source(Entry):
    """A document that says something: a page, communiqué, report or declaration."""

    title = LineField(_("title"), max_length=300, help_text=_("As the document itself gives it."))
    publisher = LineField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(
        _("web address"), max_length=500, blank=True, help_text=_("Where it was read, with https://.")
    )
    language = models.CharField(_("language"), max_length=35, default="en")
    date = EDTFField(
        verbose_name=_("date"),
        help_text=_("When it was issued or last updated, as EDTF: 2024-06-03, 2024-06, 2024."),
    )
    date_stated = LineField(
        _("date as stated"), max_length=200, blank=True, help_text=_("The document's own words for its date.")
    )
    read_on = models.DateField(_("read on"), null=True, blank=True)
    archived_url = models.URLField(_("archived copy"), max_length=500, blank=True)
    edition_of = models.ForeignKey(
        "self",
        verbose_name=_("edition of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="editions",
        help_text=_("The document of which this is a later or earlier version."),
    )

    public_fields = (
        "slug",
        "title",
        "publisher",
        "url",
        "language",
        "date",
        "date_stated",
        "read_on",
        "archived_url",
        "edition_of",
        *Entry.state_fields,
    )

    searched_fields = ("title", "publisher")
    naming_fields = ("title",)

    class Meta(Entry.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("title", "slug")
        constraints = [
            *Entry.Meta.constraints,
            filled("title"),
            language_shape(),
            not_itself("edition_of"),
            *(
                models.CheckConstraint(
                    name=f"%(class)s_{field}_is_web",
                    condition=Q(**{field: ""})
                    | Q(**{f"{field}__startswith": "https://"})
                    | Q(**{f"{field}__startswith": "http://"}),
                    violation_error_message=_("Write the whole web address, starting with https://."),
                )
                for field in ("url", "archived_url")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.slug])
