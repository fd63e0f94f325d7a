"""The model field and the form field of a stated date."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy

from .parsing import MAX_LENGTH, parse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_EXAMPLES = gettext_lazy(
    "As the source says it and no more: a day 2014-03-12, a month 2014-03, a year 2014, a decade 199X; "
    "a period 2009/2013, 2014/.. if it still runs, 2014/ if its end is not stated. "
    "Add “~” for about, “?” for uncertain, “%” for both."
)


class EDTFFormField(forms.CharField):
    """A box for a stated date. Its value is the EDTF text without blanks around it, or empty."""

    def __init__(self, *, help_text: "StrOrPromise" = "", **kwargs: Any) -> None:
        super().__init__(help_text=help_text or _EXAMPLES, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The text without blanks. Raises ValidationError as `parse` does."""
        text = super().to_python(value)
        if text:
            parse(text)
        return text


class _BoundsOnAssignment(DeferredAttribute):
    """Tells the instance that its date is assigned: a raw save, as in `loaddata`, runs no other code of it.

    It calls `set_bounds()` of an instance that has one. `Model.__init__` assigns fields in declared order, so
    bound columns are declared before the date, and the method reads later fields from `__dict__`, if at all.
    """

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value.strip() if isinstance(value, str) else value
        set_bounds = getattr(instance, "set_bounds", None)
        if set_bounds:
            # As in every Django field, an invalid value is refused when it is cleaned or saved, not here.
            with suppress(ValidationError):
                set_bounds()


class EDTFField(models.CharField):
    """A stated date as its EDTF text; empty where no date is given.

    Cleaning, saving, `bulk_create` and loading fixtures refuse an invalid text with the message of `parse`.
    `QuerySet.update` refuses it too, but leaves the row's bounds as they were: write dates through instances.
    """

    descriptor_class = _BoundsOnAssignment
    _defaults = {"max_length": MAX_LENGTH, "blank": True, "default": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**self._defaults, **kwargs})

    def deconstruct(self) -> Any:
        """Only what differs from this field's own defaults."""
        name, _, args, kwargs = super().deconstruct()
        for option, usual in self._defaults.items():
            kwargs.pop(option, None)
            if getattr(self, option) != usual:
                kwargs[option] = getattr(self, option)
        return name, "partnership.dates.EDTFField", args, kwargs

    def to_python(self, value: Any) -> Any:
        """The text without blanks. Raises ValidationError as `parse` does."""
        text = super().to_python(value)
        if isinstance(text, str):
            text = text.strip()
            if text:
                parse(text)
        return text

    def get_prep_value(self, value: Any) -> Any:
        """What is stored: the checked text, so that no way of saving lets an invalid one in."""
        return self.to_python(super().get_prep_value(value))

    def formfield(self, **kwargs: Any) -> Any:
        """A box that explains the notation."""
        return super().formfield(**{"form_class": EDTFFormField, **kwargs})
