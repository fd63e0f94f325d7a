"""The language of a page, that of what it tells, and the same page in another."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.urls import get_script_prefix
from django.utils.formats import number_format
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language, get_language_bidi, get_language_info

from partnership.models import Relation


class Written(str):
    """Words of the content that stand in a list of words of the site, with the language they are written in."""

    language: str

    def __new__(cls, words: str, language: str = "") -> "Written":
        """The words; in the language of reference words unless another is named."""
        written = super().__new__(cls, words)
        written.language = language or settings.CONTENT_LANGUAGE
        return written

    def __str__(self) -> "Written":
        """Itself: the language is not lost where text is asked for."""
        return self


def language_of(written: Any) -> str:
    """The language in which an entry, or words of the content, are written; empty for words of the site.

    Records, sources and names say it themselves; parties, areas and terms are named in one language all over the
    register; the title of a relation is a sentence of the site.
    """
    if isinstance(written, Relation) or (isinstance(written, str) and not isinstance(written, Written)):
        return ""
    if language := getattr(written, "language", ""):
        return language
    return settings.CONTENT_LANGUAGE if hasattr(written, "_meta") else ""


def is_of_the_page(language: str) -> bool:
    """Whether text in the language may stand on the page unmarked: whatever country's form of it either is."""
    return not language or _stem(language) == _stem(get_language() or settings.LANGUAGE_CODE)


def _stem(language: str) -> str:
    return language.lower().partition("-")[0]


def grouped(number: int) -> str:
    """How many there are, in figures grouped as the language of the page groups them."""
    return number_format(number, use_l10n=True, force_grouping=True)


def direction_of(language: str) -> str:
    """How text in the language runs, `ltr` or `rtl`; empty where that is how the page runs."""
    try:
        runs_back = bool(get_language_info(language)["bidi"])
    except KeyError:
        runs_back = False
    if runs_back == get_language_bidi():
        return ""
    return "rtl" if runs_back else "ltr"


def address_in(language: str, address: str) -> str:
    """The address of the same page in a language; `address` is that of a page in any, whole or from the root."""
    parts = urlsplit(address)
    root = get_script_prefix()
    bare = parts.path.removeprefix(root)
    head, _, rest = bare.partition("/")
    if head in dict(settings.LANGUAGES) and head != settings.LANGUAGE_CODE:
        bare = rest
    found = root + bare if language == settings.LANGUAGE_CODE else f"{root}{language}/{bare}"
    # A browser would read two slashes at the head as the name of another site.
    return urlunsplit(parts._replace(path=escape_leading_slashes(found)))
