"""The page of one record."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from partnership import text
from partnership.models import Citation, Record, Source
from partnership.public.citing import supported_words

from .base import PublicDetailView


class RecordDetailView(PublicDetailView):
    """The page of one record: its facts, who took part, what it belongs to, and its sources."""

    model: type[Record]
    context_object_name = "record"

    def get_queryset(self) -> QuerySet:
        """Published records with everything they own."""
        return self.model.objects.published().for_detail().select_related("series", "part_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record, where it stands, and the public records of its kind that belong to it."""
        listed = self.model.objects.published().for_list()
        return super().get_context_data(**kwargs) | {
            "list_name": capfirst(self.model._meta.verbose_name_plural),
            "list_address": reverse(f"{self.model.kind_name()}s"),
            "canonical": self.request.build_absolute_uri(self.object.get_absolute_url()),
            "description": text.plain(self.object.summary) or self.object.title,
            "last_updated": self.object.changed,
            "sources": self.sources(),
            "parts": listed.filter(part_of=self.object),
            "editions": listed.filter(series=self.object),
        }

    def sources(self) -> list[tuple[Source, list[tuple[Citation, str]]]]:
        """The record's public sources, each once with its citations and what they support, in words."""
        citations = list(self.object.citations.all())
        words = supported_words(self.model, citations)
        cited: dict[Source, list[tuple[Citation, str]]] = {}
        for citation in citations:
            cited.setdefault(citation.source, []).append((citation, words[citation.supports]))
        return list(cited.items())
