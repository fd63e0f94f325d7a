"""Model fields and constraints that every model of the register shares."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from partnership.text import normalise

# They end in \Z: Python's $ also matches before a line end.
SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{0,79}\Z"
KEY_PATTERN = r"^[a-z0-9][a-z0-9-]{0,79}\.[a-z0-9][a-z0-9-]{0,79}\Z"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"

SLUG_MESSAGE = _(
    "Write the address in small letters without accents, digits and hyphens, at most 80 of them, "
    "for example nato-madrid-summit-2022."
)


def whole_second() -> datetime:
    """The present moment cut to whole seconds, so that a timestamp survives JSON unchanged."""
    return timezone.now().replace(microsecond=0)


class NormalisedField(models.Field):
    """Stores text in one normal form, whichever way a row is written (form, fixture, shell, bulk)."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalise(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return normalise(value) if isinstance(value, str) else value


class LineField(NormalisedField, models.CharField):
    """One line of text in normal form (see `partnership.text.normalise`)."""


class ProseField(NormalisedField, models.TextField):
    """Several lines of text in normal form; Markdown where the help text says so."""


class SlugField(models.CharField):
    """The lasting address of an entry and its natural key: ASCII, minted once, never changed."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault("unique", True)
        super().__init__(**kwargs)
        self.validators = [*self.validators, RegexValidator(SLUG_PATTERN, SLUG_MESSAGE)]


class SecondsField(models.DateTimeField):
    """A moment cut to whole seconds, whichever way it is written, so that a file gives back what is stored."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.replace(microsecond=0) if isinstance(value, datetime) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.replace(microsecond=0) if isinstance(value, datetime) else value


def term(vocabulary: str, **kwargs: Any) -> models.ForeignKey:
    """A reference to a word of one vocabulary; the form and `full_clean` accept no other word."""
    return models.ForeignKey(
        "partnership.Term",
        on_delete=models.PROTECT,
        limit_choices_to={"vocabulary": vocabulary},
        related_name="+",
        **kwargs,
    )


def account(verbose_name: Any) -> models.ForeignKey:
    """A reference to the account that did something. It may go: beside it stands its name, which stays."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )


def one_of(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The constraint that `field` holds one of the stored values of `choices`."""
    return models.CheckConstraint(
        name=f"%(class)s_{field}_known",
        condition=Q(**{f"{field}__in": choices.values}),
        violation_error_message=format_lazy(
            _("Choose one of the known values for “{field}”: {values}."),
            field=field,
            values=", ".join(choices.values),
        ),
    )


def filled(field: str) -> models.CheckConstraint:
    """The constraint that a text field is not blank."""
    return models.CheckConstraint(
        name=f"%(class)s_{field}_filled",
        condition=~Q(**{field: ""}),
        violation_error_message=format_lazy(_("Fill in “{field}”: it may not be empty."), field=field),
    )


def not_itself(field: str) -> models.CheckConstraint:
    """The constraint that a row does not name itself in `field`."""
    return models.CheckConstraint(
        name=f"%(class)s_{field}_not_itself",
        condition=Q(**{f"{field}__isnull": True}) | ~Q(**{field: models.F("id")}),
        violation_error_message=format_lazy(
            _("“{field}” may not be the entry itself: choose another one."), field=field
        ),
    )


def language_shape() -> models.CheckConstraint:
    """The constraint that `language` looks like a BCP 47 tag."""
    return models.CheckConstraint(
        name="%(class)s_language_shape",
        condition=Q(language__regex=LANGUAGE_PATTERN),
        violation_error_message=_("Write the language as a code, for example en, fr or pt-BR."),
    )
