"""Whether the web addresses of sources still answer: which are to be asked for, what is kept, which are dead.

One failing day is not dead. An address is dead when it is gone (404, 410) at two checks a day apart, or when it has not
answered for a week. What keeps programs out answers.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partnership.models import LinkCheck, LinkOutcome, Source, Status
from partnership.models.fields import whole_second
from partnership.text import normalise

from .asking import Answer, Asker

GONE_AFTER = timedelta(hours=20)  # a daily run is never a day apart to the second
FAILING_AFTER = timedelta(days=7)
ASKED_AGAIN = timedelta(days=7)  # and daily while it fails
FAILURES = (LinkOutcome.GONE, LinkOutcome.FAILS)

IS_DEAD = Q(outcome=LinkOutcome.GONE, checked_at__gte=F("failing_since") + GONE_AFTER) | Q(
    outcome=LinkOutcome.FAILS, checked_at__gte=F("failing_since") + FAILING_AFTER
)


def agent() -> str:
    """How the site calls itself when it asks others: by its name, and with an address to write to."""
    name = "".join(each if each.isascii() and each.isalnum() else "-" for each in settings.SITE_NAME)
    contact = f"; {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return f"{name.strip('-') or 'Partnership'}-link-check/1.0 (checks cited links{contact})".encode(
        "ascii", "replace"
    ).decode()


# Which


def addresses() -> set[str]:
    """Every web address of a source that is not withdrawn: where it was read, and its archived copy."""
    rows = Source.objects.exclude(status=Status.WITHDRAWN).order_by().values_list("url", "archived_url")
    return {address for row in rows for address in row if address}


def due(again: timedelta = ASKED_AGAIN) -> list[str]:
    """The addresses that are to be asked for now, so ordered that hosts take turns.

    Those that answered wait until `again` has passed, those that failed for a day.
    """
    now = timezone.now()
    failing = Q(outcome__in=FAILURES, checked_at__gt=now - min(GONE_AFTER, again))
    settled = LinkCheck.objects.filter(
        failing | (~Q(outcome__in=FAILURES) & Q(checked_at__gt=now - again))
    ).values_list("url", flat=True)
    by_host: dict[str, list[str]] = {}
    for url in sorted(addresses() - set(settled)):
        by_host.setdefault(_host(url), []).append(url)
    turns = zip_longest(*by_host.values())
    return [url for turn in turns for url in turn if url]


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:  # brackets around a host that is no IPv6 address
        return ""


# Asking and keeping


def check(asker: Asker, urls: Iterable[str]) -> Iterator[LinkCheck]:
    """Ask for addresses; each result is kept before the next is asked for."""
    for url in urls:
        yield keep(url, asker.ask(url))


def keep(url: str, answer: Answer) -> LinkCheck:
    """Keep what became of asking for an address, and since when it has failed."""
    now = whole_second()
    before = LinkCheck.objects.filter(url=url).first()
    is_failing = answer.outcome in FAILURES
    found, _is_new = LinkCheck.objects.update_or_create(
        url=url,
        defaults={
            "checked_at": now,
            "outcome": answer.outcome,
            "status": answer.status,
            "told": " ".join(normalise(answer.told).split()),
            "failing_since": ((before and before.failing_since) or now) if is_failing else None,
        },
    )
    return found


def forget_unused() -> int:
    """Take away the checks of addresses that no source has any more; how many there were."""
    unused = set(LinkCheck.objects.values_list("url", flat=True)) - addresses()
    return LinkCheck.objects.filter(url__in=unused).delete()[0]


# Telling


def dead() -> QuerySet[LinkCheck]:
    """The checks of addresses that are dead."""
    return LinkCheck.objects.filter(IS_DEAD)


def is_dead(check: LinkCheck) -> bool:
    """The same, asked of one check."""
    if check.failing_since is None:
        return False
    failed = check.checked_at - check.failing_since
    return (check.outcome == LinkOutcome.GONE and failed >= GONE_AFTER) or (
        check.outcome == LinkOutcome.FAILS and failed >= FAILING_AFTER
    )


def line_about(check: LinkCheck) -> str:
    """What became of asking for an address, in one line."""
    state = _("DEAD") if is_dead(check) else check.get_outcome_display()
    told = " ".join(filter(None, (str(check.status or ""), check.told)))
    return f"{state}: {check.url}" + (f" ({told})" if told else "")


def sources_with_dead_links() -> QuerySet[Source]:
    """The sources, but for those withdrawn, with a web address or an archived copy that is dead."""
    urls = dead().order_by().values("url")
    return Source.objects.exclude(status=Status.WITHDRAWN).filter(Q(url__in=urls) | Q(archived_url__in=urls))


def checks_of(sources: Sequence[Source]) -> dict[str, LinkCheck]:
    """The checks of the addresses of sources, by address, in one query."""
    urls = {url for source in sources for url in (source.url, source.archived_url) if url}
    return {check.url: check for check in LinkCheck.objects.filter(url__in=urls)}
