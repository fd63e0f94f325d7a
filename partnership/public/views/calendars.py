"""`/events.ics?…`: the rows that a list's page selects with the same parameters, as far as they have an exact date."""

from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from partnership.public.calendars import DATED_KINDS, calendar_lines

from .files import LISTS, ListFile


class ListCalendar(ListFile):
    """A list of one kind as a calendar."""

    form = "ics"

    def written(self, model: Any, rows: Any) -> HttpResponseBase:
        """The calendar, written while it is sent."""
        absolute = self.request.build_absolute_uri
        return StreamingHttpResponse(calendar_lines(rows, absolute(self.page_address()), absolute))


def calendar_addresses() -> list[URLPattern]:
    """The addresses of the calendars."""
    return [
        path(f"{name}.ics", ListCalendar.as_view(list_name=name), name=f"{name}-ics")
        for name, page in LISTS.items()
        if page.model in DATED_KINDS
    ]
