"""Tags of the languages: the same page in another, and text of the content in a language that the page is not in."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from partnership.public.languages import address_in, direction_of, grouped, is_of_the_page, language_of

register = template.Library()
register.filter(grouped)


@dataclass(frozen=True)
class Version:
    """A page in one language: the language's code and own name, the address there, and whether the reader is there."""

    code: str
    name: str
    address: str
    current: bool


@register.simple_tag(takes_context=True)
def language_versions(context: Context) -> list[Version]:
    """The page in every language of the site, its parameters kept; without a request the home page in every language."""
    request = context.get("request")
    address = request.get_full_path() if request else reverse("home")
    return [
        Version(code, name, address_in(code, address), code == get_language())
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag
def alternates(canonical: str) -> list[tuple[str, str]]:
    """(`hreflang`, address) of a page in every language, and of the one for readers of any other."""
    found = [(code, address_in(code, canonical)) for code, _name in settings.LANGUAGES]
    return [*found, ("x-default", address_in(settings.LANGUAGE_CODE, canonical))]


@register.filter
def lang(written: Any) -> SafeString:
    """The attributes ` lang="en" dir="ltr"` for an entry or words of the content, as far as they differ from the page's.

    Empty for what is written in the language of the page, and for words of the site.
    """
    return _attributes(language_of(written))


@register.filter
def written(words: Any, by: Any = None) -> Any:
    """Words of the content in a sentence: marked with their language where it is not that of the page.

    `by` is the entry that says them; without it they are themselves an entry, or have their own language.
    """
    attributes = _attributes(language_of(words if by is None else by))
    if not words:
        return ""
    if not attributes:
        return conditional_escape(words)
    return format_html("<span{}>{}</span>", attributes, words)


@register.filter
def language_attributes(language: str) -> SafeString:
    """The same attributes for text in a language that is given by its code."""
    return _attributes(language)


@register.filter
def colon(words: Any) -> SafeString:
    """Words with the colon behind them, as the language of the page sets it."""
    return format_html(gettext("{words}:"), words=words)


def _attributes(language: str) -> SafeString:
    if is_of_the_page(language):
        return SafeString("")
    marked = format_html(' lang="{}"', language)
    direction = direction_of(language)
    return format_html('{} dir="{}"', marked, direction) if direction else marked
