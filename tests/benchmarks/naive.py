"""The page that a developer writes first: django-filter, a list view, and a GROUP BY for each facet.

It shows the same rows in the same columns and in the same frame as the site's list of contributions, and counts the
options of four filters. It knows no vague dates, no families of parties and no amounts that may not be added up.
"""

from functools import cache
from pathlib import Path
from typing import Any

import django_filters
from django.db.models import Count, QuerySet
from django.template import engines
from django.urls import path
from django_filters.views import FilterView

from partnership import urls
from partnership.models import ActsAs, Area, Contribution, Fund, Party
from partnership.money import Channel, Stage

TEMPLATE = Path(__file__).parent / "naive.html"


class NaiveFilter(django_filters.FilterSet):
    """One choice a filter, all options always offered."""

    stage = django_filters.ChoiceFilter(choices=Stage.choices)
    channel = django_filters.ChoiceFilter(choices=Channel.choices)
    donor = django_filters.ModelChoiceFilter(
        queryset=Party.objects.published(), to_field_name="slug", method="by_donor"
    )
    beneficiary = django_filters.ModelChoiceFilter(
        queryset=Party.objects.published(), to_field_name="slug", method="by_beneficiary"
    )
    fund = django_filters.ModelChoiceFilter(queryset=Fund.objects.published(), to_field_name="slug")
    area = django_filters.ModelChoiceFilter(
        queryset=Area.objects.published(), to_field_name="slug", field_name="areas"
    )

    class Meta:
        model = Contribution
        fields = ["currency"]

    def by_donor(self, queryset: QuerySet, name: str, value: Party) -> QuerySet:
        """The contributions that the party gave."""
        return self._by_party(queryset, value, ActsAs.DONOR)

    def by_beneficiary(self, queryset: QuerySet, name: str, value: Party) -> QuerySet:
        """The contributions that name the party as their beneficiary."""
        return self._by_party(queryset, value, ActsAs.BENEFICIARY)

    def _by_party(self, queryset: QuerySet, party: Party, acts_as: str) -> QuerySet:
        return queryset.filter(involvements__party=party, involvements__role__acts_as=acts_as)


class NaiveList(FilterView):
    """`/naive/`"""

    model = Contribution
    filterset_class = NaiveFilter
    paginate_by = 25

    def get_queryset(self) -> QuerySet:
        """The published contributions, newest first, with what a row shows."""
        rows = Contribution.objects.published().select_related("fund", "form")
        return rows.prefetch_related("involvements__party", "involvements__role")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the counts of the options of four filters, each among the rows that are selected."""
        context = super().get_context_data(**kwargs)
        rows = self.object_list.order_by()
        donations = rows.filter(involvements__role__acts_as=ActsAs.DONOR)
        return context | {
            "facets": [
                ("Donor", _counted(donations, "involvements__party__name")),
                ("Fund", _counted(rows, "fund__title")),
                ("Area", _counted(rows, "areas__name")),
                ("Stage", _counted(rows, "stage")),
            ]
        }

    def get_template_names(self) -> Any:
        """The template itself, so that the settings of the site stay as they are."""
        return template()


@cache
def template() -> Any:
    """The page, compiled once."""
    return engines["django"].from_string(TEMPLATE.read_text())


def _counted(rows: QuerySet, column: str) -> list[tuple[str, int]]:
    return list(rows.values_list(column).annotate(number=Count("pk")).order_by("-number"))


urlpatterns = [path("naive/", NaiveList.as_view(), name="naive"), *urls.urlpatterns]
