"""`/search/`: words over all entries."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnership.public.filters.anything import SearchFilter
from partnership.public.finding import Found, KindOfResult, other_spellings, words_alone

from .asked import AskedList, Chip


class SearchPage(AskedList):
    """`/search/?q=`: the best of each kind or, with `kind`, all of one, best first. Search engines are told to pass it by."""

    template_name = "partnership/search.html"
    context_object_name = "keys"
    heading = _("Search")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; its address is one of too many to be looked through."""
        response = super().get(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def get_queryset(self) -> Any:
        """The keys of the index rows of the one kind that is looked through; nothing where several are shown."""
        self.filterset = SearchFilter(self.request.GET, request=self.request)
        self.form = self.filterset.form
        self.found = Found(self.filterset.entries(), self.filterset.typed) if self.filterset.typed else None
        kind = self.filterset.one_kind
        return self.found.of_kind(kind) if self.found and kind else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        words, kind = self.filterset.typed, self.filterset.one_kind
        context |= {
            "heading": self.heading,
            "words": words,
            "kind": kind,
            "filter_groups": [group for group in self.filterset.facet_groups() if group.name != "kind"],
            "count": None,
            "timeline": self.timeline(),
            "all_results": urlencode({"q": words}),
        }
        if self.found is None:
            return context
        count = self.found.counts.get(kind, 0) if kind else self.found.count
        context |= {
            "count": count,
            "count_words": results_in_words(count),
            "kinds": self.kind_links(self.found),
            "is_ranked": self.found.ranked is not None,
        }
        if not self.found.count:
            return context | {"alone": words_alone(words), "spellings": other_spellings(words)}
        if kind:
            return context | {"results": self.found.told(list(context["page_obj"].object_list))}
        return context | {"by_kind": [(each, self.query(each.kind)) for each in self.found.by_kind()]}

    def timeline(self) -> str:
        """Where the same filters show what they let through without any word; empty where none is in use."""
        if not self.filterset.narrows or self.filterset.typed:
            return ""
        selection = self.filterset.selection()
        selection.pop("kind", None)
        return f"{reverse('timeline')}?{selection.urlencode()}"

    def kind_links(self, found: Found) -> list[tuple[KindOfResult, str, bool]]:
        """All kinds together and each kind of what was found, with its query string and whether it is shown."""
        everything = KindOfResult("", gettext("All kinds"), found.count)
        shown = self.filterset.one_kind
        return [(each, self.query(each.kind), each.kind == shown) for each in (everything, *found.kinds())]

    def query(self, kind: str) -> str:
        """The query string of what is asked for in one kind, or in all."""
        selection = self.selection()
        selection.pop("kind", None)
        if kind:
            selection["kind"] = kind
        return selection.urlencode()

    def selection(self) -> QueryDict:
        """What is asked for as a query string, in one order."""
        return self.filterset.selection()

    def chips(self) -> list[Chip]:
        """One chip for each filter in use but the words and the kind, which the page shows by themselves."""
        return [
            Chip(label, self.filterset.selection(without=(name, value)).urlencode())
            for name, value, label in self.filterset.in_use()
            if name not in ("q", "kind")
        ]

    def page_title(self, chips: list[Chip], number: int, has_errors: bool) -> str:
        """The page and the words, what else is asked for and the number of the page."""
        words = self.filterset.typed
        asked = [Chip(gettext("“%(words)s”") % {"words": words}, "")] if words else []
        return super().page_title([*asked, *chips], number, has_errors)


def results_in_words(number: int) -> str:
    """So many entries: “12 results”."""
    return ngettext("%(number)d result", "%(number)d results", number) % {"number": number}
