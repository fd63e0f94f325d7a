"""The forms in which a list or an entry can be had besides its page: files, a calendar, a feed, the API."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from partnership.models import Entry, Party, Relation

from .calendars import Coverage
from .files import CONTENT_TYPES

# The files of a list, each by the name under which it is offered.
FILES: dict[str, str | Promise] = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "json": "JSON",
    "fixture.json": gettext_lazy("fixture"),
}
FOLLOWED: tuple[type[Entry], ...] = (Relation, Party)


@dataclass(frozen=True)
class Form:
    """One form: its name, its address from the root, and what it is for programs."""

    label: str | Promise
    address: str
    media_type: str


@dataclass(frozen=True)
class TakeAway:
    """The forms of a list with its filters in use; a calendar only of what takes place on days."""

    files: list[Form]
    feed: Form
    api: Form
    calendar: Form | None = None
    dated: Coverage | None = None

    @property
    def all(self) -> list[Form]:
        """Every form, for the head of the page."""
        return [*self.files, *([self.calendar] if self.calendar else []), self.feed]


def forms_of_list(name: str, selection: QueryDict, dated: Coverage | None = None) -> TakeAway:
    """The forms of a list; `dated` says of how many of its records a calendar tells, if it is of a kind that has one."""
    query = f"?{selection.urlencode()}" if selection else ""

    def form(label: str | Promise, address: str, kind: str) -> Form:
        return Form(label, f"{reverse(address)}{query}", CONTENT_TYPES[kind].partition(";")[0])

    return TakeAway(
        files=[form(label, f"{name}-{kind}", kind) for kind, label in FILES.items()],
        feed=form(gettext("Atom"), f"{name}-atom", "atom"),
        api=form(gettext("API"), f"api-{name}", "json"),
        calendar=form(gettext("Calendar"), f"{name}-ics", "ics") if dated else None,
        dated=dated,
    )


def forms_of_entry(entry: Any) -> list[Form]:
    """The forms of one entry: its document, and a feed where more than the entry itself stands on its page."""
    kind, keys = entry.kind_name(), keys_of(entry)
    forms = [Form(gettext("As a file (JSON)"), reverse(f"{kind}-json", args=keys), "application/json")]
    if isinstance(entry, FOLLOWED):
        forms.append(
            Form(gettext("Follow (Atom)"), reverse(f"{kind}-atom", args=keys), "application/atom+xml")
        )
    return forms


def keys_of(entry: Any) -> list[str]:
    """What the address of an entry is made of."""
    return [entry.organisation.slug, entry.party.slug] if isinstance(entry, Relation) else [entry.slug]
