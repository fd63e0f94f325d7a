"""Areas of cooperation."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .entry import Entry
from .fields import LineField, ProseField, filled


class Area(Entry):
    """A subject on which parties work together, under one name with its synonyms."""

    name = LineField(_("name"), max_length=160)
    synonyms = ProseField(
        _("synonyms"),
        blank=True,
        help_text=_("Other names sources use for the same area, one a line. All are searched."),
    )
    scope_note = ProseField(
        _("scope note"),
        blank=True,
        help_text=_("What belongs to the area and what does not. Public, Markdown."),
    )

    public_fields = ("slug", "name", "synonyms", "scope_note", *Entry.state_fields)

    searched_fields = ("name", "synonyms", "scope_note")
    naming_fields = ("name", "synonyms")
    markdown_fields = ("scope_note",)

    class Meta(Entry.Meta):
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ("name",)
        constraints = [*Entry.Meta.constraints, filled("name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("area", args=[self.slug])

    @property
    def synonym_list(self) -> list[str]:
        """The synonyms, one each."""
        return [line.strip() for line in self.synonyms.splitlines() if line.strip()]
