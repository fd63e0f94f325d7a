"""Filters of the pages of records: what is public, and who took part in which role."""

from itertools import groupby

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership import dates, text
from partnership.models import Entry, Involvement, Record, Term

register = template.Library()

TIMES = {
    1: _("for the first time"),
    2: _("for the second time"),
    3: _("for the third time"),
    4: _("for the fourth time"),
    5: _("for the fifth time"),
}


@register.filter
def public(entry: Entry | None) -> Entry | None:
    """The entry if readers may see it: what a page names beside its own record goes through here."""
    return entry if entry is not None and entry.is_public else None


@register.filter
def by_role(record: Record) -> list[tuple[Term, list[Involvement]]]:
    """Who took part, as (role, rows), the roles in the order of their vocabulary."""
    rows = sorted(record.involvements.all(), key=lambda row: (row.role.order, row.role.label))
    return [(role, list(group)) for role, group in groupby(rows, key=lambda row: row.role)]


@register.filter
def times(row: Involvement) -> str:
    """What a party did for the first or a later time, in words; empty if the source does not count."""
    if row.ordinal is None:
        return ""
    words = TIMES.get(row.ordinal) or gettext("for time number %(number)d") % {"number": row.ordinal}
    scope = public(row.scope)
    # Translators: what is counted stands behind the colon: “for the first time: NATO summits”.
    return gettext("%(times)s: %(scope)s") % {"times": words, "scope": scope} if scope else str(words)


@register.filter
def beyond(stated: str, printed: str) -> str:
    """A source's own words where they say anything else than what is printed beside them; else empty."""
    return "" if text.fold(stated) == text.fold(printed) else stated


@register.filter
def beyond_date(stated: str, date: str) -> str:
    """A source's own words for a date where they say anything else than the date, in EDTF, in words; else empty."""
    return beyond(stated, dates.parse(date).words() if date else "")


@register.filter
def particulars(row: Involvement) -> list[str]:
    """Who came for a party, as far as it is stated and public: level, portfolio, office or person, unit."""
    words = (public(row.level), public(row.portfolio), row.representative, row.unit)
    return [str(word) for word in words if word]
