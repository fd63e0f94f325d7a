"""`/editions/`: what each act of publication did; and `/corrections/`: where the register was wrong."""

from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext
from django.views.generic import ListView

from partnership.history import ChangeLog
from partnership.models import ENTRY_MODELS, Edition, Nature
from partnership.public.by_relation import by_relation
from partnership.public.editions import NO_DAY, Editions, with_counts

from .base import served_organisations
from .changes import by_edition


class PagedList(ListView):
    """A list of which the address asks nothing but the page."""

    paginate_by = 25

    def page_title(self) -> str:
        """What the list is called in `<title>`, without the number of the page."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the templates of these lists read, described at the heads of theirs."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        title, address = self.page_title(), self.request.path
        if page.number > 1:
            title = gettext("%(title)s, page %(number)d") % {"title": title, "number": page.number}
            address = f"{address}?page={page.number}"
        return context | {
            "page_title": title,
            "count": page.paginator.count,
            "pages": page.paginator.get_elided_page_range(page.number),
            "selection": QueryDict(),
            "canonical": self.request.build_absolute_uri(address),
        }


class EditionList(PagedList):
    """`/editions/`: every edition, newest first, with how much it did."""

    template_name = "partnership/editions.html"

    def get_queryset(self) -> Any:
        """The editions."""
        return Editions()

    def page_title(self) -> str:
        """“Editions”."""
        return gettext("Editions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        return context | {"editions": with_counts(context["page_obj"].object_list)}


class EditionDetail(PagedList):
    """`/editions/<n>/`: what one edition did, under the relations that it is about."""

    template_name = "partnership/edition.html"

    def get_queryset(self) -> Any:
        """The changes that the edition made.

        Raises:
            Http404: there has been no such edition.
        """
        number = self.kwargs["number"]
        if number > Edition.newest_number():
            raise Http404
        self.edition = Edition.objects.filter(number=number).first() or NO_DAY
        log = ChangeLog([model.objects.all() for model in ENTRY_MODELS], after=number - 1, until=number)
        if self.edition == NO_DAY and not log:
            raise Http404
        return log

    def page_title(self) -> str:
        """“Edition 3”."""
        return gettext("Edition %(number)d") % {"number": self.edition.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        return context | {
            "edition": self.edition,
            "published": with_counts([self.edition])[0],
            "groups": by_relation(context["page_obj"].object_list),
            "several_organisations": len(served_organisations()[:2]) > 1,
            "last_updated": self.edition.published_at,
        }


class CorrectionList(PagedList):
    """`/corrections/`: every change that was made because the register had been wrong, newest first."""

    template_name = "partnership/corrections.html"

    def get_queryset(self) -> Any:
        """The corrections."""
        return ChangeLog([model.objects.all() for model in ENTRY_MODELS], nature=Nature.CORRECTION)

    def page_title(self) -> str:
        """“Corrections”."""
        return gettext("Corrections")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        return context | {"editions": by_edition(list(context["page_obj"].object_list))}
