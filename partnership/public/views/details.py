"""The page of one record."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from partnership import text
from partnership.models import Citation, Involvement, Record, Source
from partnership.public.belonging import editions_of, neighbours_of, part_count, parts_of
from partnership.public.citing import Evidence, disagreements, public_citations, words_supported_in
from partnership.public.mentions import mentions
from partnership.public.then import Then

from .base import PublicDetailView


class RecordDetailView(PublicDetailView):
    """The page of one record: its facts, who took part, what it belongs to, and its sources."""

    model: type[Record]
    context_object_name = "record"

    def get_queryset(self) -> QuerySet:
        """Published records with everything they own."""
        return self.model.objects.published().for_detail().select_related("series", "part_of")

    def own_context(self) -> dict[str, Any]:
        """The record and its evidence."""
        citations = public_citations(self.object)
        return {
            "list_name": capfirst(self.model._meta.verbose_name_plural),
            "list_address": reverse(f"{self.model.kind_name()}s"),
            "description": text.plain(self.object.summary) or self.object.title,
            "last_updated": self.object.changed,
            "sources": self.sources(citations),
            "evidence": Evidence(citations),
            "disagreements": disagreements(self.object),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the public records of its kind it belongs with, and the texts that link it."""
        parts, editions = parts_of(self.object), editions_of(self.object)
        return super().get_context_data(**kwargs) | {
            "parts": parts,
            "part_count": part_count(self.object),
            "editions": editions,
            "neighbours": neighbours_of(self.object),
            "mentions": mentions(self.object),
            "then": Then(
                [self.object, *parts.records, *editions.records, *self.others_shown()], more=self.more_rows()
            ),
        }

    def others_shown(self) -> Iterable[Record]:
        """The records, other than parts and editions, whose parties the page prints."""
        return ()

    def more_rows(self) -> Iterable[Involvement]:
        """The rows of other records whose parties the page prints as the record's own."""
        return ()

    def sources(self, citations: list[Citation]) -> list[tuple[Source, list[tuple[Citation, str]]]]:
        """The record's public sources, each once with its citations and what they support, in words.

        In the order in which `Evidence` numbers them.
        """
        words = words_supported_in(self.object, citations)
        cited: dict[Source, list[tuple[Citation, str]]] = {}
        for citation in citations:
            cited.setdefault(citation.source, []).append((citation, words[citation.supports]))
        return list(cited.items())
