"""What pages tell programs in the words of schema.org: the page, what it is about, and the way to it.

Only what the register states is told. A date stands as far as it is known, `2014` or `2014-03`; one that is
approximate, uncertain or a decade has no form there and is left out. A state that acts, comes or gives is a
GovernmentOrganization: schema.org lets no Country do any of these.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from partnership import dates
from partnership.models import (
    ActsAs,
    Contribution,
    Entry,
    Event,
    Exercise,
    NameForm,
    Party,
    PartyKind,
    PlanState,
    Record,
    Source,
)
from partnership.money import Per, Qualifier

from .languages import language_of
from .other_forms import Form
from .summaries import dated_summary_of

Thing = dict[str, Any]
Absolute = Callable[[str], str]
"""Makes a whole address of one from the root."""

_PARTY_TYPES = {
    PartyKind.COUNTRY: "Country",
    PartyKind.TERRITORY: "AdministrativeArea",
    PartyKind.ORGANISATION: "Organization",
    PartyKind.BODY: "Organization",
    PartyKind.SERVICE: "GovernmentOrganization",
    PartyKind.GROUP: "Organization",
    PartyKind.REGION: "Place",
    PartyKind.BUDGET: "Thing",
    PartyKind.OTHER: "Thing",
}
_STATES = {PartyKind.COUNTRY, PartyKind.TERRITORY, PartyKind.SERVICE}
# What has happened as planned has no word of its own in schema.org, so only what is certain of the plan is told.
_EVENT_STATES = {
    PlanState.PLANNED: "https://schema.org/EventScheduled",
    PlanState.HELD: "https://schema.org/EventScheduled",
    PlanState.CANCELLED: "https://schema.org/EventCancelled",
}


def graph(*things: Thing) -> Thing:
    """Several things of one page, as one block."""
    return {"@context": "https://schema.org", "@graph": [_without_blanks(each) for each in things]}


def entry_page(
    entry: Any, address: str, way: tuple[str, str], sources: Iterable[Source], absolute: Absolute
) -> Thing:
    """The page of an entry, the way to it from its list (`way`: name, address), and what the entry itself is."""
    own, crumbs = f"{address}#entry", f"{address}#breadcrumb"
    thing = _thing(entry, own, absolute)
    page = {
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": str(entry),
        "description": dated_summary_of(entry),
        "inLanguage": language_of(entry),
        "datePublished": entry.first_published.isoformat() if entry.first_published else "",
        "dateModified": entry.changed.isoformat(),
        "license": settings.CONTENT_LICENCE_URL,
        "publisher": site(absolute),
        "breadcrumb": {"@id": crumbs},
        "mainEntity": {"@id": own} if thing else {},
        "citation": [_document(source, absolute) for source in sources],
    }
    return graph(
        page, *([thing] if thing else []), _breadcrumb(crumbs, [way, (str(entry), address)], absolute)
    )


def dataset(
    name: str, description: str, address: str, files: Iterable[Form], absolute: Absolute, **more: Any
) -> Thing:
    """A list, or the whole register, as data: its files, its licence, who made it."""
    return graph(
        {
            "@type": "Dataset",
            "@id": f"{address}#data",
            "name": name,
            "description": description,
            "url": address,
            "license": settings.CONTENT_LICENCE_URL or settings.CONTENT_LICENCE,
            "creator": site(absolute),
            "isAccessibleForFree": True,
            "inLanguage": settings.CONTENT_LANGUAGE,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": str(each.label),
                    "contentUrl": absolute(each.address),
                    "encodingFormat": each.media_type,
                }
                for each in files
            ],
            **more,
        }
    )


def site(absolute: Absolute) -> Thing:
    """Who publishes the register, as far as the settings say."""
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute(reverse("home"))}


def _breadcrumb(name: str, steps: list[tuple[str, str]], absolute: Absolute) -> Thing:
    items = [
        {"@type": "ListItem", "position": position, "name": words, "item": absolute(address)}
        for position, (words, address) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "@id": name, "itemListElement": items}


def _thing(entry: Any, name: str, absolute: Absolute) -> Thing:
    """What an entry is, if schema.org has a word for it."""
    if isinstance(entry, Event | Exercise):
        return {"@id": name, **_event(entry, absolute)}
    if isinstance(entry, Contribution):
        return {"@id": name, **_grant(entry, absolute)}
    if isinstance(entry, Party):
        return {"@id": name, **_party(entry, absolute)}
    return {}


def _event(record: Any, absolute: Absolute) -> Thing:
    """An event or exercise: when and where as far as stated, who organised it, who came, who was talked about."""
    start, end = _days(record.date_text)
    rows = record.involvements.all()
    whole = record.part_of
    return {
        "@type": "Event",
        "name": record.title,
        "alternateName": record.other_names.splitlines(),
        "description": dated_summary_of(record),
        "url": absolute(record.get_absolute_url()),
        "inLanguage": language_of(record),
        "startDate": start,
        "endDate": end,
        "eventStatus": _EVENT_STATES.get(PlanState(record.plan_state), ""),
        "location": {"@type": "Place", "name": record.place} if record.place else {},
        "organizer": _acting(rows, absolute, ActsAs.HOST),
        "attendee": _acting(rows, absolute, ActsAs.TAKES_PART, ActsAs.LEAD),
        "about": _acting(rows, absolute, ActsAs.SUBJECT),
        "superEvent": _named(whole, "Event", absolute) if whole and whole.is_public else {},
    }


def _grant(contribution: Contribution, absolute: Absolute) -> Thing:
    """Something given: by whom and, where the source states it exactly, how much money."""
    rows = contribution.involvements.all()
    amount = _amount(contribution)
    return {
        "@type": "MonetaryGrant" if amount else "Grant",
        "name": contribution.title,
        "description": dated_summary_of(contribution),
        "url": absolute(contribution.get_absolute_url()),
        "funder": _acting(rows, absolute, ActsAs.DONOR),
        "amount": amount,
    }


def _amount(contribution: Contribution) -> Thing:
    stated = contribution.amount is not None and contribution.currency
    if not stated or contribution.qualifier != Qualifier.EXACT or contribution.per != Per.ONCE:
        return {}
    money = {"@type": "MonetaryAmount", "currency": contribution.currency}
    if contribution.amount_upper is None:
        return {**money, "value": float(contribution.amount or 0)}
    upper = contribution.amount_upper
    return {**money, "minValue": float(contribution.amount or 0), "maxValue": float(upper)}


def _party(party: Party, absolute: Absolute) -> Thing:
    """A party with its other names, its code, what it is part of, and since when it exists."""
    kind = _PARTY_TYPES[PartyKind(party.kind)]
    founded, dissolved = _days(party.existed)
    names = [name.text for name in party.names.all() if name.form != NameForm.SEARCH]
    told: Thing = {
        "@type": kind,
        "name": party.name,
        "alternateName": [name for name in dict.fromkeys(names) if name != party.name],
        "description": dated_summary_of(party),
        "url": absolute(party.get_absolute_url()),
    }
    if party.country_code:
        told["identifier"] = {
            "@type": "PropertyValue",
            "propertyID": "ISO 3166-1 alpha-2",
            "value": party.country_code,
        }
    if kind not in ("Organization", "GovernmentOrganization"):
        return told
    parent = party.parent
    return told | {
        "foundingDate": founded,
        "dissolutionDate": dissolved,
        "parentOrganization": _actor(parent, absolute) if parent and parent.is_public else {},
    }


def _acting(rows: Iterable[Any], absolute: Absolute, *roles: str) -> list[Thing]:
    """Those who take part in one of these roles, each once."""
    parties = dict.fromkeys(row.party for row in rows if row.role.acts_as in roles)
    return [_actor(party, absolute) for party in parties]


def _actor(party: Party, absolute: Absolute) -> Thing:
    return _named(party, "GovernmentOrganization" if party.kind in _STATES else "Organization", absolute)


def _named(entry: Any, kind: str, absolute: Absolute) -> Thing:
    return {"@type": kind, "name": str(entry), "url": absolute(entry.get_absolute_url())}


def _document(source: Source, absolute: Absolute) -> Thing:
    """A source: the document itself where it has an address, else the page that tells of it."""
    return {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url or absolute(source.get_absolute_url()),
        "inLanguage": source.language,
        "publisher": {"@type": "Organization", "name": source.publisher} if source.publisher else {},
        "datePublished": _days(source.date)[0],
    }


def _days(text: str) -> tuple[str, str]:
    """The first and the last side of a stated date as schema.org takes them; empty where one is not surely known.

    A date that is no period has no last side: whether it lasted for all of that month nobody said.
    """
    if not text:
        return "", ""
    stated = dates.parse(text)
    start, end = (_iso(side) for side in (stated.start, stated.end))
    return start, end if stated.is_interval else ""


_SHOWN_OF = {dates.Precision.DAY: 10, dates.Precision.MONTH: 7, dates.Precision.YEAR: 4}


def _iso(side: Any) -> str:
    if not isinstance(side, dates.Part) or not side.certain:
        return ""
    return side.first.isoformat()[: _SHOWN_OF[side.precision]]


def _without_blanks(thing: Any) -> Any:
    """A thing without the properties that are not stated, at any depth."""
    if isinstance(thing, list):
        return [_without_blanks(each) for each in thing]
    if not isinstance(thing, dict):
        return thing
    cleaned = {name: _without_blanks(value) for name, value in thing.items()}
    return {name: value for name, value in cleaned.items() if value not in ("", [], {}, None)}


def sources_of(entry: Entry) -> list[Source]:
    """The public sources of an entry in the order of its citations, each once."""
    if not isinstance(entry, Record):
        return []
    citations: QuerySet = entry.citations.all()
    return list(dict.fromkeys(citation.source for citation in citations if citation.source.is_public))
