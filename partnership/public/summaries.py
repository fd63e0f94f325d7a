"""What an entry is about in one line of plain text, for who does not see its page: feeds, calendars, search engines."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext

from partnership import dates, text
from partnership.models import Area, Entry, Party, Record, Relation, Source

from .languages import language_of

# What search engines and previews of links show of a description.
SHOWN = 200

_OWN_WORDS: dict[type[Entry], Callable[[Any], str]] = {
    Relation: lambda relation: relation.lede,
    Party: lambda party: party.note,
    Area: lambda area: area.scope_note,
    Source: lambda source: source.publisher,
}


def summary_of(entry: Entry) -> str:
    """What the entry says it is about, in its own language, without marks and links; empty if it says nothing."""
    if isinstance(entry, Record):
        return text.plain(entry.summary)
    return text.plain(_OWN_WORDS[type(entry)](entry))


def dated_summary_of(entry: Entry) -> str:
    """The date of a record, then what it is about; the date in the language of the record, if the site has that."""
    summary = summary_of(entry)
    date = entry.date_text if isinstance(entry, Record) else ""
    if not date:
        return summary
    language = language_of(entry)
    with translation.override(language if language in dict(settings.LANGUAGES) else None):
        words = dates.parse(date).words()
        if not summary:
            return words
        return gettext("%(date)s. %(summary)s") % {"date": words, "summary": summary}


def description_of(entry: Entry) -> str:
    """What an entry is about, as short as a search engine shows it; at least its title."""
    return Truncator(dated_summary_of(entry) or str(entry)).chars(SHOWN)
