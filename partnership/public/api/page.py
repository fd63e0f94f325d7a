"""`/api/`: the API, explained to people, with the parameters of each list and an answer as it is now."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.views.generic import TemplateView

from partnership.exchange.data.snapshot import licence
from partnership.models import Event

from .items import entry_serializer
from .kinds import KINDS, Kind
from .parameters import DEFAULT_SIZE, MOST_ON_A_PAGE, Parameter, parameters_of
from .reading import with_all_that_is_told


@dataclass(frozen=True)
class ToldKind:
    """A kind of entry as the page tells it: the addresses of its list and of one entry, and what the list may be asked."""

    name: str
    heading: str
    address: str
    pattern: str
    parameters: list[Parameter]


class ApiPage(TemplateView):
    """`/api/`: what the API gives, how it is asked, and under which terms."""

    template_name = "partnership/api.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        name, address = licence()
        return super().get_context_data(**kwargs) | {
            "canonical": self.request.build_absolute_uri(self.request.path),
            "root": reverse("api-root"),
            "document": reverse("api-document"),
            "kinds": [_told(kind) for kind in KINDS],
            "usual": DEFAULT_SIZE,
            "most": MOST_ON_A_PAGE,
            "example": _example(self.request),
            "licence": name,
            "licence_address": address,
        }


def _told(kind: Kind) -> ToldKind:
    address = reverse(f"api-{kind.name}")
    variable = kind.path.removeprefix(f"{kind.name}/").replace("<slug:", "{").replace(">", "}")
    return ToldKind(
        kind.name,
        capfirst(str(kind.model._meta.verbose_name_plural)),
        address,
        f"{address}{variable}",
        parameters_of(kind) if kind.filters else [],
    )


def _example(request: HttpRequest) -> dict[str, str] | None:
    """A command for a list and one for the newest event, and what that answers now; None while there is no event."""
    event = with_all_that_is_told(Event.objects.published()).first()
    if event is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):  # the API's language, whatever the page's
        said = entry_serializer(Event)(event, context={"request": request}).data
    events = request.build_absolute_uri(reverse("api-events"))
    return {
        "of_list": f"curl {shlex.quote(f'{events}?sort=oldest&page_size=10')}",
        "of_entry": f"curl {shlex.quote(said['api'])}",
        "answer": json.dumps(said, ensure_ascii=False, indent=2),
    }
