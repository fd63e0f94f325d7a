"""The list of one record kind: filtered, sorted and paged by its address alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from partnership import dates
from partnership.models import Record
from partnership.public.calendars import DATED_KINDS, Coverage, with_exact_date
from partnership.public.cited_page import cited_list
from partnership.public.filters import RecordFilter
from partnership.public.languages import grouped
from partnership.public.page_head import head_of_list
from partnership.public.then import NOT_KNOWN, Then

from .asked import AskedList, Chip, refuse_wrong_parameters

MOST_WAYS_OUT = 10
NO_PERIOD = {"from": "", "to": "", "when": ""}
# What nothing without a date can be asked.
OF_THE_TIME = ("standing", "donor_standing", "beneficiary_standing")


@dataclass(frozen=True)
class Way:
    """A way on from a list: what it leads to, in words, and the query string of it."""

    words: str
    query: str


class CountedPaginator(Paginator):
    """The pages of a list whose facets know how many records it has."""

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count


class FilteredList(AskedList):
    """A list of records that is filtered, sorted and paged by GET parameters alone; `get_queryset` must set `filterset`."""

    filterset: RecordFilter
    counted: Any = ""  # how many records, in words: an `ngettext_lazy` of `count` that says `number`
    questions: tuple[tuple[str | Promise, str], ...] = ()  # (words, query string) that readers often ask
    context_object_name = "records"

    def records(self, page: Page | None) -> Sequence[Record]:
        """The records of a page, as its rows print them."""
        return list(page.object_list) if page else []

    def get_paginator(self, *args: Any, **kwargs: Any) -> CountedPaginator:
        """The pages, which need not count again what the facets counted."""
        return CountedPaginator(*args, count=self.filterset.facets.count, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list's context, described at the head of templates/records/list.html."""
        context = super().get_context_data(**kwargs)
        page, count = context["page_obj"], context["count"]
        errors, chips, records = context["errors"], context["chips"], self.records(page)
        return context | {
            "records": records,
            "heading": self.heading,
            "groups": self.filterset.facet_groups(),
            "count_words": "" if count is None else self.in_words(count),
            "ways_out": self.ways_out() if count == 0 else [],
            "apart": [] if errors else [*self.counted_apart(), *self.of_no_time()],
            "questions": [] if errors or chips else self.questions_with_answers(),
            "then": Then(records),
            "last_updated": self.filterset.index.changed,
            **({} if errors else self.head(context)),
        }

    def head(self, context: dict[str, Any]) -> dict[str, Any]:
        """How to cite the list."""
        return {"cited": cited_list(context["page_title"], context["canonical"])}

    def in_words(self, number: int) -> str:
        """So many records of this kind: “12 events”."""
        return str(self.counted % {"count": number, "number": grouped(number)})

    def selection(self) -> QueryDict:
        """The filters in use, without defaults and what is empty."""
        return self.filterset.selection()

    def chips(self) -> list[Chip]:
        """One chip per filter value in use, in the order of the form."""
        return [
            Chip(label, self.filterset.selection(without=(name, value)).urlencode())
            for name, value, label in self.filterset.in_use()
        ]

    def ways_out(self) -> list[Way]:
        """Of a list without a match: what it would hold without each of the filters in use, the first ten."""
        sentence = gettext("Without “%(filter)s”: %(records)s")
        ways = []
        for name, value, label in self.filterset.in_use()[:MOST_WAYS_OUT]:
            selection = self.filterset.selection(without=(name, value))
            count = self.filterset.asking(selection).qs.count()
            words = sentence % {"filter": label, "records": self.in_words(count)}
            ways.append(Way(words, selection.urlencode()))
        return ways

    def counted_apart(self) -> list[Way]:
        """Beside those that fall within a period: the records that the period does not settle, none where there are none.

        Those that may fall within it or run beyond it, while only those that surely fall within are shown, and those
        without a date. Each leads to the list that holds them. One query of a kind.
        """
        asked = self.filterset.form.cleaned_data
        start, end = asked.get("from"), asked.get("to")
        if not (start or end) or any(asked.get(name) for name in ("running", *self.filterset.of_the_result)):
            return []  # what else is asked would not be the same without the period
        first, last = start and start.first, end and end.last
        conditions = {"undated": dates.q_undated()}
        if asked["when"] == "surely":
            conditions |= {
                "within": dates.q_surely_within(first, last),
                "may": dates.q_may_overlap(first, last),
            }
            if start == end and first and last:  # one date, which can be asked for as a whole
                conditions["running"] = dates.q_surely_overlaps(first, last)
        return self.ways_round_the_period(self.filterset.without(NO_PERIOD).count_those(conditions))

    def of_no_time(self) -> list[Way]:
        """While a standing of the time is asked for: the records without a date, of which it is not known.

        They are those of the same selection without the standings and the period. None where those that are not
        known are asked for: they stand in the list. One query.
        """
        asked = [name for name in OF_THE_TIME if name in self.form.fields and self.filterset.values(name)]
        if all(NOT_KNOWN in self.filterset.values(name) for name in asked):
            return []
        query = self.selection_with(**dict.fromkeys(asked, ""), **NO_PERIOD, running="", undated="1")
        number = self.filterset.asking(query).qs.count()
        words = ngettext(
            "%(number)d has no date: what its parties were then is not known",
            "%(number)d have no date: what their parties were then is not known",
            number,
        )
        return [Way(words % {"number": number}, query.urlencode())] if number else []

    def ways_round_the_period(self, counts: dict[str, int]) -> list[Way]:
        """The records beside those within the period in words, each with its list; nothing for none."""
        within, may = counts.get("within", 0), counts.get("may", 0)
        running = counts.get("running", 0)
        ways = []
        if may > within:
            words = ngettext(
                "%(number)d more may fall within the period: see all %(all)d",
                "%(number)d more may fall within the period: see all %(all)d",
                may - within,
            )
            query = self.selection_with(when="may")
            ways.append(Way(words % {"number": may - within, "all": may}, query.urlencode()))
        if running > within:
            words = ngettext(
                "%(number)d of them surely runs in the period and beyond it: see all %(all)d that run in it",
                "%(number)d of them surely run in the period and beyond it: see all %(all)d that run in it",
                running - within,
            )
            query = self.selection_with(**NO_PERIOD, running=self.filterset.values("from")[0])
            ways.append(Way(words % {"number": running - within, "all": running}, query.urlencode()))
        if undated := counts["undated"]:
            words = ngettext("%(number)d has no date", "%(number)d have no date", undated)
            query = self.selection_with(**NO_PERIOD, undated="1")
            ways.append(Way(words % {"number": undated}, query.urlencode()))
        return ways

    def selection_with(self, **changed: str) -> QueryDict:
        """The filters in use, in their one order, with some set otherwise; "" leaves one out."""
        chosen, query = self.filterset.selection(), QueryDict(mutable=True)
        for name in self.filterset.filters:
            values = [changed[name]] if name in changed else chosen.getlist(name)
            if any(values):
                query.setlist(name, values)
        return query

    def often_asked(self) -> tuple[tuple[str | Promise, str], ...]:
        """The questions of this kind, as (words, query string), those that depend on the register's words among them."""
        return self.questions

    def questions_with_answers(self) -> list[Way]:
        """The questions of this kind that find something, each with the list that answers it."""
        return [
            Way(str(words), query)
            for words, query in self.often_asked()
            if self.filterset.asking(QueryDict(query)).qs.exists()
        ]


class RecordListView(FilteredList):
    """The list of one record kind."""

    model: type[Record]
    filterset_class: type[RecordFilter]

    @classmethod
    def chosen(cls, query: QueryDict) -> QuerySet:
        """The published records that a query string asks for, in list order: what the page, and a file of it, hold.

        Raises:
            ValidationError: by parameter, what cannot be read or is no parameter of the list; `page` is none of a file.
        """
        filterset = cls.filterset_class(query, queryset=cls.model.objects.published())
        problems = {name: [str(each) for each in found] for name, found in filterset.form.errors.items()}
        refuse_wrong_parameters(query, filterset.form.fields, problems)
        return filterset.qs

    def get_queryset(self) -> QuerySet:
        """The published records that the filters let through; none while a filter cannot be read."""
        records = self.model.objects.published().for_list()
        self.filterset = self.filterset_class(self.request.GET, queryset=records, request=self.request)
        self.form = self.filterset.form
        return self.filterset.qs if self.filterset.is_valid() else self.filterset.queryset.none()

    def head(self, context: dict[str, Any]) -> dict[str, Any]:
        """How to have the list in other forms and how to cite it; of what takes place on days, how many a calendar tells."""
        dated = None
        if self.model in DATED_KINDS:
            exact = with_exact_date(self.filterset.qs).order_by().count()
            dated = Coverage(exact, context["count"])
        name = f"{self.model.kind_name()}s"
        title, address = context["page_title"], context["canonical"]
        return head_of_list(name, title, address, self.request, context["selection"], dated)
