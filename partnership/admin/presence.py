"""Who else has the form of an entry open: told at the top of the form, and kept up to date by the page itself.

The page asks again and again while somebody looks at it, and says when it is left (`presence.js`). That is no use of the
site by the person: their session ends as if the page were silent (`middleware.ASKED_BY_PAGES`), and nothing of it is written.
"""

from dataclasses import asdict, dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from partnership.editorial import presence
from partnership.editorial.presence import Other
from partnership.models import Entry, entry_model

from .guard import Guarded


@dataclass(frozen=True)
class Presence:
    """Who else has a form open, and the addresses at which its page says that it is open, or left."""

    others: list[Other]
    open_address: str
    close_address: str


class Attended(Guarded):
    """A form that says who else has it open."""

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form of an entry that is stored, for whoever may change it, with who else has it open."""
        entry = kwargs.get("obj")
        if entry is not None and entry.pk and self.has_change_permission(request, entry):
            named = {"kind": entry.kind_name(), "number": entry.pk}
            context["presence"] = Presence(
                presence.others(cast(User, request.user), **named),
                reverse("admin:open_form", kwargs=named),
                reverse("admin:close_form", kwargs=named),
            )
        return super().render_change_form(request, context, *args, **kwargs)


@require_POST
def open_view(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Note that the account has the form of an entry open; answers who else has."""
    model, account = _kind_of_form(request, kind), cast(User, request.user)
    if not presence.keep_open(account, kind, number):
        entry = model._base_manager.filter(pk=number).only("pk").first()
        if entry is None:
            raise Http404
        presence.begin(account, entry, kind)
    return JsonResponse({"others": [asdict(other) for other in presence.others(account, kind, number)]})


@require_POST
def close_view(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Note that the account has left the form of an entry."""
    _kind_of_form(request, kind)
    presence.forget(cast(User, request.user), kind, number)
    return HttpResponse(status=204)


def _kind_of_form(request: HttpRequest, kind: str) -> type[Entry]:
    """The model of a form that the account may use. Raises Http404 for no kind of entry, PermissionDenied without the right."""
    model = entry_model(kind)
    if model is None:
        raise Http404
    if not request.user.has_perm(f"partnership.change_{kind}"):
        raise PermissionDenied
    return model
