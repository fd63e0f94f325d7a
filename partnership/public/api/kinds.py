"""What the API gives: every list that has a page, asked as the page is asked, and the words of the vocabularies."""

from dataclasses import dataclass
from typing import Any

from partnership.models import Entry, Term
from partnership.public.views.asked import Unfiltered
from partnership.public.views.base import PublicDetailView
from partnership.public.views.files import DETAILS, LISTS


class TermList(Unfiltered):
    """The words of all vocabularies; no page lists them."""

    model = Term
    file_order = ("vocabulary", "order", "label", "slug")


class TermDetail(PublicDetailView):
    """One word of a vocabulary; what becomes of an entry is told of it as of those that have a page."""

    model = Term


@dataclass(frozen=True)
class Kind:
    """A kind of entry: the name of its list, the path of one entry, and the views of the pages that choose the rows.

    The addresses are those of the pages, after `/api/v1`.
    """

    name: str
    path: str
    list_page: Any
    detail_page: Any

    @property
    def model(self) -> type[Entry]:
        """The model of its entries."""
        return self.list_page.model

    @property
    def filters(self) -> dict[str, Any]:
        """The filters of its list by parameter, in the order of the page; none where the list has none."""
        filterset = getattr(self.list_page, "filterset_class", None)
        return filterset.base_filters if filterset else {}


def _kinds() -> tuple[Kind, ...]:
    details = {path.partition("/")[0]: (path, page) for path, page in DETAILS.items()}
    with_pages = [Kind(name, f"{details[name][0]}/", page, details[name][1]) for name, page in LISTS.items()]
    return (*with_pages, Kind("terms", "terms/<slug:slug>/", TermList, TermDetail))


KINDS = _kinds()
