"""Sources: their index, and what rests on one of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.views.generic import ListView

from partnership.models import Source
from partnership.public.mentions import mentions
from partnership.public.questions import source_topics
from partnership.public.resting import citing_groups, objections

from .asked import refuse_wrong_parameters
from .base import PublicDetailView


class SourceList(ListView):
    """`/sources/`: every document that is cited, by publisher and title, and what to ask of them all."""

    model = Source
    template_name = "partnership/sources.html"
    context_object_name = "sources"
    paginate_by = 50

    @classmethod
    def chosen(cls, query: QueryDict) -> QuerySet[Source]:
        """The published sources in list order; the list has no filter.

        Raises:
            ValidationError: the query string has parameters.
        """
        refuse_wrong_parameters(query, ())
        return Source.objects.published().order_by("publisher", "title", "slug")

    def get_queryset(self) -> QuerySet[Source]:
        """The published sources."""
        return self.chosen(QueryDict())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
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
