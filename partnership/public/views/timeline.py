"""`/timeline/`: the records of all kinds in the order of time."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from partnership.models import Record
from partnership.public.filters import AcrossFilter, records_of_rows
from partnership.public.filters.base import SORTS
from partnership.public.filters.plain import OneFilter
from partnership.public.timeline import PER_PAGE, Chronology

from .lists import FilteredList


class TimelineFilter(AcrossFilter):
    """The filters of all kinds; a timeline is sorted by nothing but time."""

    sort = OneFilter(label=_("Sort"), choices=SORTS[:2], method="in_order")


class Timeline(FilteredList):
    """The published records of all kinds by the year of their earliest possible day, those of no year at the end."""

    template_name = "partnership/timeline.html"
    heading = _("Timeline")
    counted = ngettext_lazy("%(number)s record", "%(number)s records", "count")
    paginate_by = PER_PAGE
    filterset: TimelineFilter

    def get_queryset(self) -> QuerySet:
        """The rows of the index that the filters let through; none while a filter cannot be read."""
        self.filterset = TimelineFilter(self.request.GET, request=self.request)
        self.form = self.filterset.form
        return self.filterset.qs if self.filterset.is_valid() else self.filterset.queryset.none()

    def records(self, page: Page | None) -> Sequence[Record]:
        """The records of the rows of a page."""
        return records_of_rows(page.object_list) if page else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the strip of years, the sections of the page, and what stands behind the years."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        if not page:
            return context
        oldest_first = self.form.cleaned_data["sort"] == "oldest"
        chronology = Chronology(self.filterset.qs, oldest_first=oldest_first)
        query = self.selection().urlencode()
        return context | {
            "years": chronology.strip(self.request.path, query),
            "without_year": chronology.without_year(self.request.path, query),
            "sections": chronology.of_page(page.object_list, context["records"], page.start_index() - 1),
        }
