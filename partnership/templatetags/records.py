"""Filters of the pages of records: what is public, and who took part in which role."""

from collections.abc import Iterable
from itertools import groupby

from django import template
from django.conf import settings
from django.template import Context
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership import dates, text
from partnership.models import ActsAs, Entry, Involvement, Party, Record, Standing, Term
from partnership.public.shelves import Row, Shelf

from .language import written

register = template.Library()

TIMES = {
    1: _("for the first time"),
    2: _("for the second time"),
    3: _("for the third time"),
    4: _("for the fourth time"),
    5: _("for the fifth time"),
}

STANDINGS_THEN = {
    ActsAs.MEMBER: _("member then"),
    ActsAs.ACCEDING: _("acceding then"),
    ActsAs.PARTNER: _("partner then"),
    ActsAs.OBSERVER: _("observer then"),
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
    if not scope:
        return str(words)
    return SafeString(
        escape(gettext("%(times)s: %(scope)s")) % {"times": escape(words), "scope": written(scope)}
    )


@register.filter
def beyond(stated: str, printed: str) -> str:
    """A source's own words where they say anything else than what is printed beside them; else empty."""
    return "" if text.fold(stated) == text.fold(printed) else stated


@register.filter
def beyond_date(stated: str, date: str) -> str:
    """A source's own words for a date where they say anything else than the date, in EDTF, in words; else empty.

    A source writes in a language of its own, so the words of every language of the site are compared.
    """
    if not (date and stated):
        return stated
    parsed = dates.parse(date)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if not beyond(stated, parsed.words()):
                return ""
    return stated


@register.filter
def particulars(row: Involvement) -> list[Entry | str]:
    """Who came for a party, as far as it is stated and public: level, portfolio, office or person, unit."""
    words = (public(row.level), public(row.portfolio), row.representative, row.unit)
    return [word for word in words if word]


@register.simple_tag(takes_context=True)
def at_the_time(context: Context, row: Involvement, record: Record | None = None) -> dict[str, str | bool]:
    """What a row's party was called and what it was at the time: `name` and `note`, “today Japan, partner then”.

    `unknown`: it has a standing at the record's organisations, and the record has no date to judge by.

    `record` need be given only for a row printed with a record that it is not of. Without `then` in the context
    (`partnership.public.then.Then`) the name is today's, and there is no note.
    """
    then = context.get("then")
    if not then:
        return {"name": row.party.name, "note": "", "unknown": False}
    told = record or row.owner
    notes = []
    if today := then.today(told, row):
        stated = then.as_stated(told, row)  # “Allies (NATO)”: that is no older name
        notes.append(today if stated else gettext("today %(name)s") % {"name": today})
    if standing := then.standing(told, row):
        notes.append(str(STANDINGS_THEN[standing.acts_as]))
    return {
        "name": then.name(told, row),
        "note": ", ".join(notes),
        "unknown": then.standing_unknown(told, [row]),
    }


@register.simple_tag(takes_context=True)
def named_then(context: Context, party: Party | None, record: Record) -> dict[str, str]:
    """What a party that a record itself names was called at the time: `name` and `note`, “today Japan”.

    Without `then` in the context the name is today's; of a party that is not public both are empty.
    """
    then = context.get("then")
    if party is None or not party.is_public:
        return {"name": "", "note": ""}
    name = then.name_of(record, party) if then else party.name
    note = "" if name == party.name else gettext("today %(name)s") % {"name": party.name}
    return {"name": name, "note": note}


@register.simple_tag(takes_context=True)
def whose_standing(context: Context, record: Standing, party: Party | None = None) -> dict[str, str]:
    """Whose a standing is, as `named_then` says it, for a line that stands under its title.

    Empty where that is said already: by the title, or by the page if it is that `party`'s own.
    """
    unsaid = {"name": "", "note": ""}
    if party and record.party_id == party.pk:
        return unsaid
    named = named_then(context, record.party, record)
    return unsaid if text.fold(named["name"]) in text.fold(record.title) else named


@register.simple_tag(takes_context=True)
def telling(context: Context, row: Row) -> list[Involvement]:
    """The rows by which the page's party takes part in a record on a shelf, as far as they are told."""
    return row.telling(context.get("then"))


@register.simple_tag(takes_context=True)
def standing_unknown(
    context: Context, record: Record | None, rows: Iterable[Involvement] | None = None
) -> bool:
    """Whether a page says of a record, or of these rows of it, that no standing is known for want of a date."""
    then = context.get("then")
    return bool(then and record and then.standing_unknown(record, rows))


@register.simple_tag(takes_context=True)
def standing_unknown_of_any(
    context: Context,
    records: Iterable[Record] = (),
    shelves: Iterable[Shelf] = (),
    party: Party | None = None,
) -> bool:
    """Whether a page says above these records, or those of shelves, that no standing is known where a date is wanting.

    On the page of a `party` only the rows are asked by which it takes part: no other is printed there.
    """
    on_shelves = [row for shelf in shelves if shelf for row in shelf.rows]
    return any(standing_unknown(context, record) for record in records) or any(
        standing_unknown(context, row.record, row.taking_part if party else None) for row in on_shelves
    )
