"""`/search/`: words over all entries."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnership import search
from partnership.public.filters.fields import OneField, WordsField
from partnership.public.filters.form import AddressForm, without_blanks
from partnership.public.finding import KINDS, Found, KindOfResult, other_spellings, words_alone
from partnership.public.shelves import kind_heading

from .asked import AskedList, Chip


class SearchForm(AddressForm):
    """What the page is asked for: words and, where one kind is looked through, which."""

    q = WordsField(label=_("Words"), required=False)
    kind = OneField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, kind_heading(model)) for kind, model in KINDS.items()]
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined] (a choice field)


class SearchPage(AskedList):
    """`/search/?q=`: the best of each kind or, with `kind`, all of one, best first. Search engines are told to pass it by."""

    template_name = "partnership/search.html"
    context_object_name = "keys"
    heading = _("Search")
    form: SearchForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; its address is one of too many to be looked through."""
        response = super().get(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def get_queryset(self) -> Any:
        """The keys of the index rows of the one kind that is looked through; nothing where several are shown."""
        self.form = SearchForm(without_blanks(self.request.GET))
        self.found: Found | None = None
        if not self.form.is_valid() or not self.words:
            return []
        self.found = Found(search.containing(self.words), self.words)
        return self.found.of_kind(self.kind) if self.kind else []

    @property
    def words(self) -> str:
        """The words asked for; empty if there are none or they cannot be read."""
        return self.form.cleaned_data.get("q", "") if self.form.is_valid() else ""

    @property
    def kind(self) -> str:
        """The one kind that is looked through; empty for all."""
        return self.form.cleaned_data.get("kind", "") if self.form.is_valid() else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        found, page = self.found, context["page_obj"]
        count = (found.counts.get(self.kind, 0) if self.kind else found.count) if found else None
        context |= {
            "heading": self.heading,
            "words": self.words,
            "kind": self.kind,
            "count": count,
            "count_words": "" if count is None else results_in_words(count),
            "kinds": self.kind_links() if found else [],
            "groups": [],
            "results": [],
            "is_ranked": found is None or found.ranked is not None,
            "alone": [],
            "spellings": [],
        }
        if found is None:
            return context
        if not found.count:
            return context | {"alone": words_alone(self.words), "spellings": other_spellings(self.words)}
        if self.kind:
            return context | {"results": found.told(list(page.object_list))}
        return context | {"groups": [(group, self.query(group.kind)) for group in found.by_kind()]}

    def kind_links(self) -> list[tuple[KindOfResult, str, bool]]:
        """The kinds of what was found and all of them together, each with its query string and whether it is shown."""
        assert self.found is not None  # noqa: S101 (asked only where something was)
        everything = KindOfResult("", gettext("All kinds"), self.found.count)
        return [
            (each, self.query(each.kind), each.kind == self.kind)
            for each in (everything, *self.found.kinds())
        ]

    def query(self, kind: str) -> str:
        """The query string of the same words in one kind, or in all."""
        selection = QueryDict(mutable=True)
        selection["q"] = self.words
        if kind:
            selection["kind"] = kind
        return selection.urlencode()

    def selection(self) -> QueryDict:
        """What is asked for as a query string, in one order."""
        selection = QueryDict(mutable=True)
        for name in self.form.fields:
            if value := self.form.data.get(name):
                selection[name] = value
        return selection

    def chips(self) -> list[Chip]:
        """The words, for the title of the page; the page shows them in its box and not as chips."""
        return [Chip(gettext("“%(words)s”") % {"words": self.words}, "")] if self.words else []


def results_in_words(number: int) -> str:
    """So many entries: “12 results”."""
    return ngettext("%(number)d result", "%(number)d results", number) % {"number": number}
