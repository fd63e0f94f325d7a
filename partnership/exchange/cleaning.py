"""Values of files as the fields of a model take them: cleaned as a form cleans them, and kept for the next row.

Most values of a register stand in many rows: what a field made of a short one is remembered, which is what makes checking
every value cheap.
"""

from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from partnership.documents import EDITORIAL, fields_of, plain

SHORT, MOST_KEPT = 40, 20_000


class Cleaner:
    """One column of a model: makes a Python value of what stands in a file, and what `documents.dump` would give back."""

    def __init__(self, field: Any):
        self.field = field
        self._kept: dict[Any, tuple[Any, Any]] = {}

    def clean(self, value: Any) -> tuple[Any, Any]:
        """(Python value, plain value).

        Raises:
            ValidationError: the field refuses the value.
        """
        try:
            return self._kept[value]
        except KeyError:
            pass
        cleaned = self.field.clean(value, None)
        both = (cleaned, plain(self.field, cleaned))
        if (not isinstance(value, str) or len(value) <= SHORT) and len(self._kept) < MOST_KEPT:
            self._kept[value] = both
        return both


@cache
def cleaners_of(model: type[models.Model]) -> dict[str, Cleaner]:
    """The columns of a model that stand in files and are no references, by name."""
    fields = (model._meta.get_field(name) for name in fields_of(model, EDITORIAL))
    return {each.name: Cleaner(each) for each in fields if not each.is_relation}


def canonical(model: type[models.Model], name: str, value: Any) -> Any:
    """A value as `documents.dump` would give it back; one that will be refused stays as it is, not rounded or cut."""
    field: Any = model._meta.get_field(name)
    if field.many_to_many:
        return [list(key) for key in sorted({tuple(key) for key in value})]
    if field.is_relation:
        return value
    try:
        return cleaners_of(model)[name].clean(value)[1]
    except ValidationError:
        return value
