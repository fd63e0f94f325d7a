"""Tags of the head of a page: what programs read in it."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

register = template.Library()

# As Django's `json_script`: so that no text of the content can end the block or begin another.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
# The country whose form of a language the site writes, where the language alone does not say.
_TERRITORIES = {"en": "en_GB", "fr": "fr_FR", "ja": "ja_JP"}


@register.filter
def json_ld(data: dict[str, Any]) -> SafeString:
    """Linked data as a block that browsers do not run."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    block = mark_safe(written)  # noqa: S308 (nothing in it can end the block)
    return format_html('<script type="application/ld+json">{}</script>', block)


@register.simple_tag
def open_graph_locale() -> str:
    """The language of the page as Open Graph names it: with a territory."""
    language = get_language() or ""
    return _TERRITORIES.get(language, to_locale(language))
