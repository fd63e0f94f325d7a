"""Sources: their index, and what rests on one of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.views.generic import ListView

from partnership.models import Source
from partnership.public.mentions import mentions
from partnership.public.questions import source_topics
from partnership.public.resting import citing_groups, objections

from .asked import Unfiltered
from .base import PublicDetailView


class SourceList(Unfiltered, ListView):
    """`/sources/`: every document that is cited, by publisher and title, and what to ask of them all."""

    model = Source
    list_name = "sources"
    template_name = "partnership/sources.html"
    file_order = ("publisher", "title", "slug")
    context_object_name = "sources"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Source]:
        """The published sources."""
        return self.chosen(QueryDict())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        if page.number > 1:
            context["canonical"] += f"?page={page.number}"
        return context | {
            "topics": source_topics(),
            "pages": page.paginator.get_elided_page_range(page.number),
            "selection": QueryDict(),
        }


class SourceDetail(PublicDetailView):
    """`/sources/<slug>/`: what a document is, where to read it, and which records and relations cite it."""

    model = Source
    template_name = "partnership/source.html"
    context_object_name = "source"

    def get_queryset(self) -> QuerySet[Source]:
        """Published sources with the document they are an edition of."""
        return Source.objects.published().select_related("edition_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        return super().get_context_data(**kwargs) | {
            "citing": citing_groups(self.object),
            "objections": objections(self.object),
            "editions": Source.objects.published().filter(edition_of=self.object),
            "mentions": mentions(self.object),
            "last_updated": self.object.changed,
        }
