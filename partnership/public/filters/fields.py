"""The form fields of filters: each reads one GET parameter strictly and says what it could not read."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from partnership import dates, text

MOST_VALUES = 100
MOST_TOGETHER = 20
MOST_WORDS = 10
SHOWN = 60


def shortened(value: str) -> str:
    """A value of the address as a message quotes it."""
    shown = "".join(character if character.isprintable() else "�" for character in value[:SHOWN])
    return shown if len(value) <= SHOWN else shown + "…"


class Choosing(forms.ChoiceField):
    """A field whose values are chosen from a list."""

    @property
    def labels(self) -> dict[str, Any]:
        """What the reader sees, by value, in the order of the list."""
        return dict(cast("Iterable[tuple[str, Any]]", self.choices))


class OptionsField(Choosing, forms.MultipleChoiceField):
    """Several values of which any may hold; `choices` are set from the rows before the form is read."""

    widget = forms.CheckboxSelectMultiple
    most = MOST_VALUES
    default_error_messages = {
        "unknown": _("“%(value)s” is not one of the options of “%(filter)s”. Choose from the list."),
        "unknown_example": _(
            "“%(value)s” is not one of the options of “%(filter)s”. Choose from the list, for example %(example)s."
        ),
        "many": ngettext_lazy(
            "Choose at most %(limit)d option of “%(filter)s”.",
            "Choose at most %(limit)d options of “%(filter)s”.",
            "limit",
        ),
    }

    def to_python(self, value: Any) -> list[str]:
        """The values, each once, in the order asked for."""
        return list(dict.fromkeys(each.strip() for each in value or () if each.strip()))

    def validate(self, value: list[str]) -> None:
        """Refuse a value that is no option, and more values than anyone ticks."""
        named: dict[str, Any] = {"filter": self.label}
        if len(value) > self.most:
            raise self._refusal("many", {**named, "limit": self.most})
        options = list(self.labels)
        for each in value:
            if each not in options:
                code, example = ("unknown_example", options[0]) if options else ("unknown", "")
                raise self._refusal(code, {**named, "value": shortened(each), "example": example})

    def _refusal(self, code: str, params: dict[str, Any]) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class TogetherField(OptionsField):
    """Several values that must all hold: fewer, since each is a condition of its own."""

    most = MOST_TOGETHER


class WordsField(forms.CharField):
    """Words that must all occur."""

    default_error_messages = {
        "many": ngettext_lazy(
            "Search for at most %(limit)d word: leave some of them out.",
            "Search for at most %(limit)d words: leave some of them out.",
            "limit",
        ),
        "none": _("Search for a word with letters or digits, for example summit."),
        "max_length": _("Search for fewer words: at most 200 characters."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, **kwargs})

    def clean(self, value: Any) -> str:
        """The words as typed."""
        typed = super().clean(value)
        found = len(text.words_of(typed, limit=MOST_WORDS + 1))
        if typed and not found:
            raise ValidationError(self.error_messages["none"], code="none")
        if found > MOST_WORDS:
            raise ValidationError(self.error_messages["many"], code="many", params={"limit": MOST_WORDS})
        return typed


class Days(NamedTuple):
    """The first and last day of what a reader typed as a date."""

    first: date | None
    last: date | None


class PeriodField(forms.CharField):
    """One side of a period: a day, month or year as `partnership.dates.period` reads it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, **kwargs})

    def clean(self, value: Any) -> Days | None:
        """The days, or None for an empty box."""
        typed = super().clean(value)
        return Days(*dates.period(typed)) if typed else None


class FlagField(forms.Field):
    """A box that is ticked by `name=1` and by nothing else."""

    widget = forms.TextInput  # reads the parameter as it stands; the page shows a checkbox

    def clean(self, value: str | None) -> bool:
        """Whether it is ticked."""
        if value not in (None, "", "1"):
            raise ValidationError(
                _("“%(value)s” cannot be read for “%(filter)s”. Write 1, or leave the filter out."),
                code="flag",
                params={"value": shortened(value), "filter": self.label},
            )
        return value == "1"


class NumberField(forms.IntegerField):
    """A small counting number."""

    default_error_messages = {
        "invalid": _("Write a whole number, for example 1 for “the first time”."),
        "min_value": _("Write a number from 1, for example 1 for “the first time”."),
        "max_value": _("Write a smaller number, for example 1 for “the first time”."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 9999, **kwargs})


class OneField(Choosing):
    """Exactly one of a few settings of a list; empty means the first."""

    default_error_messages = {
        "invalid_choice": _("“%(value)s” is not a choice here. Choose from the list."),
    }

    def clean(self, value: Any) -> str:
        """The chosen setting."""
        return super().clean(shortened(value) if value else value) or self.default

    @property
    def default(self) -> str:
        """The first setting."""
        return next(iter(self.labels))
