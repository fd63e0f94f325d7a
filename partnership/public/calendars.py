"""Records with an exact date as a calendar (iCalendar, RFC 5545).

A calendar knows days and nothing less exact: what a source dates by a month, a year or about is left out and counted,
never put on a day that nobody stated.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Prefetch, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from icalendar import Calendar, Event

from partnership import models
from partnership.exchange.export import consistent_read
from partnership.models import PlanState, Record
from partnership.models.record import public_rows

from .languages import grouped, language_of
from .summaries import summary_of

# The kinds of which a calendar is offered: what takes place on days.
DATED_KINDS: tuple[type[Record], ...] = (models.Event, models.Exercise)
CHUNK = 500

_STATES = {
    PlanState.PLANNED: "TENTATIVE",
    PlanState.UNCONFIRMED: "TENTATIVE",
    PlanState.HELD: "CONFIRMED",
    PlanState.CANCELLED: "CANCELLED",
}


def with_exact_date(records: QuerySet) -> QuerySet:
    """The records whose first and last day are stated, both without a qualifier."""
    return records.filter(surely_from=F("earliest"), surely_to=F("latest"))


@dataclass(frozen=True)
class Coverage:
    """Of how many records of a list a calendar can tell the days."""

    exact: int
    all: int

    @property
    def words(self) -> str:
        """“12 of 20 have an exact date”."""
        return ngettext(
            "%(exact)s of %(number)s has an exact date",
            "%(exact)s of %(number)s have an exact date",
            self.all,
        ) % {"exact": grouped(self.exact), "number": grouped(self.all)}

    @property
    def left_out(self) -> str:
        """Which records the calendar does not hold, and why."""
        if self.exact == self.all:
            return gettext("Every record of the list has an exact date.")
        missing = self.all - self.exact
        return ngettext(
            "%(number)s record is left out: its source gives no exact date. It stands in the list.",
            "%(number)s records are left out: their sources give no exact date. They stand in the list.",
            missing,
        ) % {"number": grouped(missing)}


def coverage(records: QuerySet) -> Coverage:
    """How many of the records a calendar tells; two queries."""
    records = records.order_by()
    return Coverage(with_exact_date(records).count(), records.count())


def calendar_lines(records: QuerySet, page: str, absolute: Callable[[str], str]) -> Iterator[bytes]:
    """The calendar of a list of one kind in pieces, oldest day first; `page` is the list's whole address."""
    kind: Any = records.model
    citations = public_rows(kind.citations.rel.related_model.objects.all(), "source")
    exact = with_exact_date(records).order_by("earliest", "slug")
    end = b"END:VCALENDAR\r\n"
    with consistent_read():
        yield _head(kind, page, coverage(records)).to_ical().removesuffix(end)
        for record in exact.prefetch_related(Prefetch("citations", citations)).iterator(chunk_size=CHUNK):
            yield event_of(record, absolute(record.get_absolute_url())).to_ical()
    yield end


def _head(kind: type[Record], page: str, told: Coverage) -> Calendar:
    """The calendar without its events: whose it is, and what it leaves out."""
    calendar = Calendar()
    name = gettext("%(site)s: %(list)s") % {
        "site": settings.SITE_NAME,
        "list": capfirst(str(kind._meta.verbose_name_plural)),
    }
    calendar.add("PRODID", f"-//{settings.SITE_NAME}//{kind.kind_name()}s//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    about = f"{told.words}. {told.left_out} {page}"
    for label, value in (
        ("NAME", name),
        ("DESCRIPTION", about),
        ("X-WR-CALNAME", name),
        ("X-WR-CALDESC", about),
    ):
        calendar.add(label, value)
    return calendar


def event_of(record: Record, address: str) -> Event:
    """A record as an event of whole days, known for ever by its address; the day after its last ends it."""
    event = Event()
    language = {"LANGUAGE": language_of(record)}
    event.add("UID", address)
    event.add("DTSTAMP", record.changed)
    event.add("LAST-MODIFIED", record.changed)
    if record.first_published:
        event.add("CREATED", record.first_published)
    event.add("DTSTART", record.earliest)
    if record.latest and record.latest < date.max:
        event.add("DTEND", record.latest + timedelta(days=1))
    event.add("SUMMARY", record.title, parameters=language)
    if description := _description(record):
        event.add("DESCRIPTION", description, parameters=language)
    if record.place:
        event.add("LOCATION", record.place, parameters=language)
    event.add("STATUS", _STATES[PlanState(record.plan_state)])
    event.add("TRANSP", "TRANSPARENT")
    event.add("CATEGORIES", [str(record._meta.verbose_name)])
    event.add("URL", address)
    return event


def _description(record: Record) -> str:
    """What the record is about, and its sources with their addresses, a line each."""
    return "\n".join([line for line in (summary_of(record), *_sources(record.citations.all())) if line])


def _sources(citations: Iterable[Any]) -> Iterator[str]:
    for source in dict.fromkeys(citation.source for citation in citations):
        said = ", ".join(part for part in (source.publisher, source.title, source.url) if part)
        yield gettext("Source: %(source)s") % {"source": said}
