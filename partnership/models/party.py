"""Parties: whoever takes part in something, with the names they bore."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from partnership.dates import EDTFField

from .entry import Entry, OwnedRow
from .fields import LineField, ProseField, filled, language_shape, not_itself, one_of


class PartyKind(models.TextChoices):
    """What sort of party it is."""

    COUNTRY = "country", _("Country")
    TERRITORY = "territory", _("Territory")
    ORGANISATION = "organisation", _("Organisation")
    BODY = "body", _("Body or agency")
    SERVICE = "armed-service", _("Armed service")
    GROUP = "group", _("Group")
    REGION = "region", _("Region")
    BUDGET = "budget", _("Budget")
    OTHER = "other", _("Other")


def validate_country_code(code: str) -> None:
    """Refuse a code that ISO 3166-1 (with the user-assigned codes of the settings) does not list.

    Raises:
        ValidationError: the code is not listed.
    """
    if code and code not in countries:
        raise ValidationError(
            _("“%(code)s” is not an ISO 3166-1 code. Write two capital letters, for example JP."),
            code="country",
            params={"code": code},
        )


class Party(Entry):
    """A country, organisation, body, armed service, group or region that takes part in something."""

    kind = models.CharField(
        _("kind"),
        max_length=15,
        choices=PartyKind.choices,
        help_text=_("A body is part of an organisation; a group has members but acts only through them."),
    )
    name = LineField(
        _("name today"), max_length=200, help_text=_("The name in use today; names of other times go below.")
    )
    country_code = models.CharField(
        _("country code"),
        max_length=2,
        blank=True,
        validators=[validate_country_code],
        help_text=_("ISO 3166-1 alpha-2, for example JP. Leave empty for what is not a country."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text=_("A command's organisation, a service's country. A filter by the parent takes this in."),
    )
    existed = EDTFField(
        verbose_name=_("existed"),
        help_text=_("From when to when, as EDTF: 1949/.. or 1955/1991. Empty: not stated."),
    )
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text=_("The party that this one replaced, or out of which it came."),
    )
    note = ProseField(
        _("note"), blank=True, help_text=_("Public, Markdown. What a reader must know to tell it apart.")
    )

    public_fields = (
        "slug",
        "kind",
        "name",
        "country_code",
        "existed",
        "parent",
        "follows",
        "note",
        *Entry.state_fields,
    )
    owned_rows = ("names",)
    searched_fields = ("name",)
    naming_fields = ("name",)
    markdown_fields = ("note",)

    class Meta(Entry.Meta):
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ("name", "slug")
        constraints = [
            *Entry.Meta.constraints,
            filled("name"),
            one_of("kind", PartyKind),
            models.CheckConstraint(
                name="%(class)s_country_code_shape",
                condition=Q(country_code="") | Q(country_code__regex=r"^[A-Z]{2}\Z"),
                violation_error_message=_("Write the country code as two capital letters, for example JP."),
            ),
            not_itself("parent"),
            not_itself("follows"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("party", args=[self.slug])


class NameForm(models.TextChoices):
    """What kind of name it is."""

    OFFICIAL = "official", _("Official")
    SHORT = "short", _("Short")
    FORMER = "former", _("Former")
    ABBREVIATION = "abbreviation", _("Abbreviation")
    SEARCH = "search", _("For search only")


class PartyName(OwnedRow):
    """A name that a party bears or bore, in one language; all names are searched."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="names")
    text = LineField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=35, default="en")
    form = models.CharField(
        _("form"),
        max_length=12,
        choices=NameForm.choices,
        default=NameForm.OFFICIAL,
        help_text=_("A name that no source gives is for search only: it is found but never shown."),
    )
    valid = EDTFField(
        verbose_name=_("in use"),
        help_text=_("From when to when, as EDTF: ../2019 or 1991/2019-02. Empty: not stated."),
    )
    source = models.ForeignKey(
        "partnership.Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="party_names",
    )

    owner_field = "party"
    public_fields = ("party", "text", "language", "form", "valid", "source", "position")
    searched_fields = ("text",)
    naming_fields = ("text",)
    unshown = Q(form=NameForm.SEARCH)

    class Meta(OwnedRow.Meta):
        verbose_name = _("name")
        verbose_name_plural = _("names")
        constraints = [*OwnedRow.Meta.constraints, filled("text"), language_shape(), one_of("form", NameForm)]

    def __str__(self) -> str:
        return self.text

    def key_word(self) -> str:
        return f"{self.text}-{self.form}"
