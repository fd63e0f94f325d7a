"""The list of one record kind: filtered, sorted and paged by its address alone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext
from django.views.generic import ListView

from partnership.models import Record
from partnership.public.filters import RecordFilter

SHOWN_UNKNOWN = 5
SHOWN_NAME = 40


@dataclass(frozen=True)
class Chip:
    """One filter value in use: what it says, and the query string of the list without it."""

    label: str
    query: str


class RecordListView(ListView):
    """The list of one record kind: filtered, sorted and paged by GET parameters alone."""

    model: type[Record]
    filterset_class: type[RecordFilter]
    heading: Any = ""  # the name of the list, in the plural
    paginate_by = 25
    context_object_name = "records"

    def get_queryset(self) -> QuerySet:
        """The published records that the filters let through; none while a filter cannot be read."""
        self.filterset = self.filterset_class(
            self.request.GET, queryset=self.model.objects.published().for_list(), request=self.request
        )
        return self.filterset.qs if self.filterset.is_valid() else self.filterset.queryset.none()

    def get_paginate_by(self, queryset: QuerySet) -> int | None:
        """25 a page; an error has no pages, whichever was asked for."""
        return self.paginate_by if self.filterset.is_valid() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list's context, described at the head of templates/records/list.html."""
        context = super().get_context_data(**kwargs)
        errors = self.filterset.error_list()
        chips = self.chips()
        page = context["page_obj"]
        return context | {
            "heading": self.heading,
            "page_title": self.page_title(chips, page.number if page else 1, bool(errors)),
            "form": self.filterset.form,
            "errors": errors,
            "chips": chips,
            "unknown": self.unknown_parameters(),
            "count": None if errors else page.paginator.count,
            "selection": self.filterset.selection(),
            "pages": page.paginator.get_elided_page_range(page.number) if page else (),
            "last_updated": self.model.objects.published().aggregate(last=Max("changed"))["last"],
            "offers_organisations": self.offers_organisations(),
            "canonical": self.canonical_address(page.number if page else 1),
        }

    def offers_organisations(self) -> bool:
        """Whether the page shows the filter by organisation: it is in use, or there is a choice."""
        field: Any = self.filterset.form.fields["organisation"]
        return len(field.choices) > 1 or bool(self.filterset.values("organisation"))

    def chips(self) -> list[Chip]:
        """One chip per filter value in use, in the order of the form."""
        return [
            Chip(label, self.filterset.selection(without=(name, value)).urlencode())
            for name, value, label in self.filterset.in_use()
        ]

    def canonical_address(self, number: int) -> str:
        """The one address of this selection and page."""
        query = self.filterset.selection()
        if number > 1:
            query["page"] = str(number)
        return self.request.build_absolute_uri(self.request.path + (f"?{query.urlencode()}" if query else ""))

    def unknown_parameters(self) -> list[str]:
        """The parameters of the address that are no filter of this list: the first few, shortened."""
        names = [name for name in self.request.GET if name not in {*self.filterset.filters, "page"}]
        return [name[:SHOWN_NAME] for name in names[:SHOWN_UNKNOWN]]

    def page_title(self, chips: list[Chip], number: int, has_errors: bool) -> str:
        """The page, its filters and its number, for `<title>`."""
        parts = [str(self.heading), *(chip.label for chip in chips)]
        if number > 1:
            parts.append(gettext("page %(number)d") % {"number": number})
        title = ", ".join(parts)
        return gettext("Error: %(title)s") % {"title": title} if has_errors else title
