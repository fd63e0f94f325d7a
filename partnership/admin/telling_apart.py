"""Asking before an entry is saved that may be there already: nothing is saved until the editor says that it is another one.

The form comes back as typed, with what resembles the entry at its top. Ticking the box there names just these entries: one
that turned up meanwhile is asked about as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from partnership import dates
from partnership.documents import Document
from partnership.editorial import duplicates
from partnership.editorial.duplicates import Likeness
from partnership.models import Entry, Status

from .addresses import address_of
from .choosing import is_number_of_row
from .guard import Guarded

ANOTHER_ONE = "_another_one"
TAKEN = "_taken"


class MayBeThere(Exception):
    """What is about to be saved may be there already; `likenesses` say as what."""

    def __init__(self, likenesses: list[Likeness]) -> None:
        self.likenesses = likenesses
        super().__init__(", ".join(each.entry.reference for each in likenesses))


@dataclass(frozen=True)
class Told:
    """An entry that may be the same, as the form tells it."""

    entry: Entry
    reasons: tuple[str, ...]
    is_pending: bool
    address: str
    date: str


class TellingApart(Guarded):
    """A form that asks before it saves what may be there already."""

    def ask_first(self, request: HttpRequest, document: Document, seen: Document | None = None) -> None:
        """Raise MayBeThere where a document resembles entries of which the editor has not said that they are others.

        What an entry resembled already when its form was opened, with the document `seen`, is not asked about.
        """
        if not self.has_view_permission(request):
            return  # nothing could be named
        if seen is not None and duplicates.is_known_by_the_same(seen, document):
            return
        found = duplicates.likely(document)
        settled = _confirmed(request)
        if found and seen is not None:
            settled |= {each.entry.reference for each in duplicates.likely(seen)}
        if any(each.entry.reference not in settled for each in found):
            raise MayBeThere(found)

    def tell_apart(self, request: HttpRequest, found: list[Likeness]) -> str:
        """Have the form show what may be there already; the reason for which it is not saved."""
        request.likenesses = found  # type: ignore[attr-defined]  # for a later hook of the view
        return gettext(
            "This may be there already: look at what stands below, and say whether it is another one."
        )

    def take_instead(self, request: HttpRequest) -> HttpResponse | None:
        """What a pop-up answers when its editor takes an entry that is there: that one is chosen in the form behind it."""
        key = request.POST.get(TAKEN, "")
        if IS_POPUP_VAR not in request.POST or not is_number_of_row(key):
            return None
        entry = self.get_object(request, key)
        if entry is None or not self.has_view_permission(request, entry):
            return None
        return super().response_add(request, entry)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form, with what may be there already and what was said of that before."""
        found: list[Likeness] = getattr(request, "likenesses", [])
        context["likenesses"] = [_as_told(each) for each in found]
        context["another_one_name"], context["taken_name"] = ANOTHER_ONE, TAKEN
        context["another_one"] = " ".join(each.entry.reference for each in found)
        context["others_confirmed"] = " ".join(sorted(_confirmed(request)))
        return super().render_change_form(request, context, *args, **kwargs)


def is_asked_about(entry: Entry) -> bool:
    """Whether a change of an entry is asked about: a draft may turn into another entry, what is or was public is reviewed."""
    return entry.status == Status.DRAFT


def _confirmed(request: HttpRequest) -> set[str]:
    """The entries of which the editor has said that they are others."""
    return _words(request.POST.getlist(ANOTHER_ONE))


def _words(values: Iterable[str]) -> set[str]:
    return {word for value in values for word in value.split()}


def _as_told(found: Likeness) -> Told:
    text = getattr(found.entry, "date_text", None) or getattr(found.entry, "date", "")
    date = dates.parse(text).words() if text else ""
    return Told(found.entry, found.reasons, found.is_pending, address_of("change", found.entry), date)
