"""The filters of a list as one form, and the parameters it reads."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from .fields import OptionsField


class AddressForm(forms.Form):
    """A form that reads the parameters of an address."""

    def clean(self) -> dict[str, Any]:
        """Refuse two values where one is read."""
        found = super().clean() or {}
        given = cast("QueryDict", self.data)
        for name, field in self.fields.items():
            if not isinstance(field, OptionsField) and len(given.getlist(name)) > 1:
                self.errors.pop(name, None)  # whatever the last of them is
                message = gettext("“%(filter)s” is given twice: write it once.")
                self.add_error(name, message % {"filter": field.label})
        return found


class FilterForm(AddressForm):
    """The filters of a list as one form; checks what two of them say together."""

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins or is of no date."""
        found = super().clean()
        first, last = found.get("from"), found.get("to")
        if first and last and first.first > last.last:
            self.add_error(
                "to", gettext("The period ends before it begins: write the earlier date in “From”.")
            )
        if found.get("undated") and (first or last or found.get("running")):
            self.add_error(
                "undated",
                gettext("Records without a date fall in no period: choose either the period or this."),
            )
        return found


def without_blanks(data: QueryDict) -> QueryDict:
    """The parameters of an address without empty ones, and with each value of a parameter once."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if given := [value for value in dict.fromkeys(map(str.strip, values)) if value]:
            kept.setlist(name, given)
    return kept
