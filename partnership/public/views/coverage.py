"""Coverage: of each relation what is recorded, what was looked for and not found, and what nobody looked for."""

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from partnership.models import Relation
from partnership.public.pictures.coverage import checked_relations, coverage_of

from .relations import grouped_relations


class CoverageIndex(TemplateView):
    """`/coverage/`: the relations, each with how much was looked for."""

    template_name = "pictures/coverage.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        relations = [relation for _organisation, group in grouped_relations() for relation in group]
        return super().get_context_data(**kwargs) | {
            "canonical": self.request.build_absolute_uri(self.request.path),
            "relations": checked_relations(relations),
        }


class RelationCoverage(TemplateView):
    """`/coverage/<organisation>/<party>/`: one relation by year and kind."""

    template_name = "pictures/coverage_of_relation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template.

        Raises:
            Http404: there is no such published relation.
        """
        found = Relation.objects.published().for_list()
        relation = found.filter(
            organisation__slug=kwargs["organisation"], party__slug=kwargs["party"]
        ).first()
        if relation is None:
            raise Http404
        return super().get_context_data(**kwargs) | {
            "canonical": self.request.build_absolute_uri(self.request.path),
            "relation": relation,
            "coverage": coverage_of(relation),
        }
