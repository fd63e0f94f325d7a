"""The filters of the search: words in entries of every kind; what else is asked narrows to records."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partnership import search
from partnership.models import IndexEntry
from partnership.public.finding import KINDS
from partnership.public.shelves import kind_heading

from .across import AcrossFilter, KindFilter
from .fields import OptionsField


class OneOptionField(OptionsField):
    """One of several values, or none."""

    most = 1


class AnyKindFilter(KindFilter):
    """The kinds of entries that have a page, by name."""

    field_class = OneOptionField

    def labels(self) -> dict[str, Any]:
        """The names of the kinds in the plural, in the language of the page."""
        return {kind: kind_heading(model) for kind, model in KINDS.items()}


class SearchFilter(AcrossFilter):
    """Words, at most one kind of entry, and the filters that all kinds of record have."""

    kind = AnyKindFilter(label=_("Kind"))

    @property
    def typed(self) -> str:
        """The words asked for; empty if there are none or something cannot be read."""
        return self.form.cleaned_data["q"] if self.is_valid() else ""

    @property
    def one_kind(self) -> str:
        """The one kind that is looked through; empty for all."""
        return next(iter(self.form.cleaned_data["kind"]), "") if self.is_valid() else ""

    @property
    def narrows(self) -> bool:
        """Whether anything is asked that only records have."""
        return bool(self.selection().keys() - {"q", *self.of_the_kinds})

    def entries(self) -> QuerySet[IndexEntry]:
        """The index rows of whatever is asked for, whichever kind is looked through."""
        if self.narrows:
            return self.without(["kind"]).qs
        return search.containing(self.typed)
