"""Starting an entry from a paragraph of a source: the form comes with the citation filled in, and leads on to the next.

The address of the form names the paragraph (`?_source=<number>&_paragraph=<its number>`) and keeps doing so as long as the
form is saved and stays open.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from partnership.editorial.locators import locator_of
from partnership.models import Citation, Entry, Paragraph, Source

from .addresses import address_of, list_of
from .choosing import is_number_of_row
from .editing import SUBMIT_BUTTON, Editing

SOURCE, PARAGRAPH = "_source", "_paragraph"


@dataclass(frozen=True)
class Started:
    """The paragraph from which a form was opened."""

    source: Source
    paragraph: Paragraph

    @property
    def query(self) -> str:
        """What an address says of it."""
        return query_of(self.source, self.paragraph)

    @property
    def address(self) -> str:
        """Where the paragraphs of the source stand, this one at the top."""
        return paragraphs_of(self.source, at=self.paragraph.label)

    @property
    def next_address(self) -> str:
        """The same page, the next one that is to do at the top."""
        return paragraphs_of(self.source, after=self.paragraph.label)


def query_of(source: Source, paragraph: Paragraph) -> str:
    """How the address of a form says that it starts from a paragraph."""
    return urlencode({SOURCE: source.pk, PARAGRAPH: paragraph.label})


def paragraphs_of(source: Source, **query: str) -> str:
    """The address of the paragraphs of a source, at the one that is worked on."""
    address = address_of("paragraphs", source)
    return f"{address}?{urlencode(query)}#at" if query else address


def started_from(request: HttpRequest) -> Started | None:
    """The paragraph that the address of a form names; None if it names none that there is, or that the account may see."""
    asked: Any = request
    if not hasattr(asked, "started"):
        asked.started = _started_from(request)  # several hooks of a view ask
    return asked.started


def _started_from(request: HttpRequest) -> Started | None:
    key, label = request.GET.get(SOURCE, ""), request.GET.get(PARAGRAPH, "")
    if not is_number_of_row(key) or "\0" in label or not request.user.has_perm("partnership.view_source"):
        return None
    source = Source.objects.filter(pk=key).first()
    paragraph = source and Paragraph.objects.filter(source=source.slug, label=label).first()
    return Started(source, paragraph) if source and paragraph else None


class Starting(Editing):
    """A form that may have been opened from a paragraph."""

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """The first citation of a new entry names the paragraph."""
        found = super().get_formset_kwargs(request, obj, inline, prefix)
        started = started_from(request)
        is_new = obj is None or obj.pk is None
        if started and is_new and request.method == "GET" and issubclass(inline.model, Citation):
            locator = locator_of(started.paragraph.label)
            found["initial"] = [{"source": started.source.pk, "locator": locator}]
        return found

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form, with the paragraph above it."""
        context["started"] = started_from(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def _answer(self, request: HttpRequest, entry: Entry, told: str) -> HttpResponse:
        """Save leads to the next paragraph that is to do; what keeps the form open, or opens one more, to this one."""
        response = super()._answer(request, entry, told)
        started = started_from(request)
        if started is None:
            return response
        if "_continue" in request.POST or SUBMIT_BUTTON in request.POST:
            return HttpResponseRedirect(f"{address_of('change', entry)}?{started.query}")
        if "_addanother" in request.POST:
            return HttpResponseRedirect(f"{list_of(entry)}add/?{started.query}")
        return HttpResponseRedirect(started.next_address)
