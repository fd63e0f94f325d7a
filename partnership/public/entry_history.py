"""What editions did to one entry, for its page; and which edition of it an address asks for."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.urls import reverse

from partnership.history import ChangeLog, ToldChange, What, told
from partnership.models import Edition, Entry

from .cut import MOST, Cut
from .editions import NO_DAY


@dataclass(frozen=True)
class EntryHistory:
    """The newest changes of an entry in words, how many more there are, and where all of them stand."""

    changes: Cut[ToldChange]
    first_published: datetime | None
    page: str
    address: str

    @property
    def unchanged_since(self) -> Edition | None:
        """The edition that first published the entry, if nothing was done to it since."""
        if len(self.changes.first) == 1 and not self.changes.more:
            change = self.changes.first[0].change
            return change.edition if change.what == What.NEW else None
        return None


def history_of(entry: Entry) -> EntryHistory:
    """What editions did to a public entry that has a page, newest first."""
    log = ChangeLog([type(entry).objects.filter(pk=entry.pk)])
    first = told(log[0:MOST])
    return EntryHistory(
        changes=Cut(first, log.count() - len(first)),
        first_published=entry.first_published,
        page=entry.get_absolute_url(),  # type: ignore[attr-defined]  # every entry but a term has a page
        address=f"{reverse('changes')}?entry={entry.reference}",
    )


@dataclass(frozen=True)
class Past:
    """The edition in which a page tells an entry, and the address of the page as it is now."""

    edition: Edition
    address: str


def edition_asked(request: HttpRequest) -> Edition:
    """The edition that the address asks for by its number.

    Raises:
        Http404: that is no number, or there has been no such edition.
    """
    given = request.GET.getlist("edition")
    number = given[0] if len(given) == 1 else ""
    if (
        not (number.isascii() and number.isdecimal() and len(number) < 10)
        or int(number) > Edition.newest_number()
    ):
        raise Http404
    stored = Edition.objects.filter(number=int(number)).first()
    if stored is None and int(number):
        raise Http404
    return stored or NO_DAY
