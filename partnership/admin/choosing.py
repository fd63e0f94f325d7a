"""How staff find entries: the search of lists, and the choice of one entry by another's form."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.db.models import Model, QuerySet
from django.forms import ModelMultipleChoiceField, Select
from django.http import HttpRequest
from django.utils.text import smart_split
from django.utils.translation import gettext_lazy as _

SEARCHED_WORDS = 10
SEARCHED_CHARACTERS = 200

# A number that no row has: Django's own fields answer it with “Select a valid choice”.
NO_ROW = "0"
_NUMBER_OF_A_ROW = re.compile(r"[0-9]{1,18}")


class ShortSearch(admin.ModelAdmin):
    """A search that looks at the first words only: each word is a condition, and databases bear only so many."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        words = list(smart_split(search_term[:SEARCHED_CHARACTERS]))
        return super().get_search_results(request, queryset, " ".join(words[:SEARCHED_WORDS]))


class ValuesFilter(admin.AllValuesFieldListFilter):
    """A filter by the values that a field has; the empty one has a name, too."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The values as links, the empty one in words."""
        for choice in super().choices(changelist):
            yield choice if choice["display"] else {**choice, "display": _("Not stated")}


class _NumbersOfRows(Select):
    """A choice by autocomplete that takes whatever cannot be the number of a row for one that no row has."""

    def value_from_datadict(self, *args: Any) -> Any:
        value = super().value_from_datadict(*args)
        return [_number(each) for each in value] if isinstance(value, list) else _number(value)

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        # What an address such as /add/?kind=x proposes comes this way only.
        return super().optgroups(name, [_number(each) for each in value], attr)


class EntrySelect(_NumbersOfRows, AutocompleteSelect):
    """Chooses one entry."""


class EntrySelectMultiple(_NumbersOfRows, AutocompleteSelectMultiple):
    """Chooses several entries."""


class RowsField(ModelMultipleChoiceField):
    """Several rows that are ticked in a list, or chosen beside one: whatever cannot be the number of a row is that of none."""

    def clean(self, value: Any) -> Any:
        """The rows. Raises ValidationError for what is none."""
        return super().clean([_number(each) for each in value] if isinstance(value, list | tuple) else value)


def is_number_of_row(value: Any) -> bool:
    """Whether a value of a form or an address can be the number of a row."""
    return bool(_NUMBER_OF_A_ROW.fullmatch(str(value)))


def _number(value: Any) -> Any:
    is_number = value in (None, "") or isinstance(value, Model) or is_number_of_row(value)
    return value if is_number else NO_ROW


class NamedEntries(BaseModelAdmin):
    """Relations are chosen by autocomplete; beside them an entry may be added or mended, but never deleted."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The field of a form, without the buttons that lead away from it or delete what it names."""
        if db_field.name in self.get_autocomplete_fields(request):
            widget = EntrySelectMultiple if db_field.many_to_many else EntrySelect
            kwargs["widget"] = widget(db_field, self.admin_site)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field
