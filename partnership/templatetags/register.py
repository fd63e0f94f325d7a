"""Tags and filters of the public pages: stated dates, Markdown, addresses that keep a selection."""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from partnership import dates, text
from partnership.models import Relation

register = template.Library()


@register.filter
def stated_date(value: str) -> str:
    """An EDTF text in words, inside `<time>` where one day, month or year is meant; says when no date is given."""
    if not value:
        return gettext("no date given")
    stated = dates.parse(value)
    if not stated.html_datetime:
        return stated.words()
    return format_html('<time datetime="{}">{}</time>', stated.html_datetime, stated.words())


@register.filter
def markdown(value: str) -> SafeString:
    """Markdown of an entry as safe HTML, its links to entries turned into addresses."""
    return text.render(value, entry_address)


def entry_address(kind: str, slug: str) -> str | None:
    """The address of the page of `kind:slug`, or None for a kind that has no page of its own.

    A relation, whose address is made of its parties, is looked up among the published ones: one query for each
    link to one. Any other link is taken as it stands, without a query: what is published links nothing else but
    what is public (`partnership.editorial.rules`).
    """
    if kind == Relation.kind_name():
        relation = Relation.objects.published().for_list().filter(slug=slug).first()
        return relation and relation.get_absolute_url()
    try:
        return reverse(kind, args=[slug])
    except NoReverseMatch:
        return None
