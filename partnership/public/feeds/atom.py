"""A page of a feed as Atom (RFC 4287), with the links to its other pages (RFC 5005)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import capfirst

from partnership.public.languages import language_of
from partnership.public.summaries import dated_summary_of

# An empty feed has not been changed since anything; the format asks for a moment nevertheless.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# What XML 1.0 has no way to write. A reader may search for it, and the title tells the words of a search.
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class PagedFeed:
    """One page of a feed: what it is called, the page that shows the same entries, its own address without the page."""

    title: str
    shown_at: str
    address: str
    page: Page
    entries: list[Any]

    def address_of(self, number: int) -> str:
        """The address of one of its pages; the first has the feed's own."""
        if number == 1:
            return self.address
        return f"{self.address}{'&' if '?' in self.address else '?'}page={number}"

    def ways(self) -> Iterable[tuple[str, str]]:
        """(`rel`, address) of the pages around this one."""
        page, pages = self.page, self.page.paginator
        yield "first", self.address_of(1)
        if page.has_previous():
            yield "previous", self.address_of(page.previous_page_number())
        if page.has_next():
            yield "next", self.address_of(page.next_page_number())
        yield "last", self.address_of(pages.num_pages)


class _Writer(Atom1Feed):
    """Adds to Django's what it does not write: pages, licence, languages of entries, names of their kinds."""

    def latest_post_date(self) -> datetime:
        """When something in the feed changed last, as far as this page tells."""
        return self.feed["changed"]

    def add_root_elements(self, handler: Any) -> None:
        """Adds the links to other pages and to the licence."""
        super().add_root_elements(handler)
        for rel, address in self.feed["ways"]:
            handler.addQuickElement("link", "", {"rel": rel, "href": address})
        if settings.CONTENT_LICENCE_URL:
            handler.addQuickElement("link", "", {"rel": "license", "href": settings.CONTENT_LICENCE_URL})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """The language of title and summary."""
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Adds the kind with its name, and the summary as plain text."""
        super().add_item_elements(handler, item)
        kind = item["kind"]
        handler.addQuickElement(
            "category", "", {"term": kind.kind_name(), "label": capfirst(kind._meta.verbose_name)}
        )
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"], {"type": "text"})


def write(feed: PagedFeed, absolute: Callable[[str], str]) -> bytes:
    """The page of the feed in Atom; `absolute` makes whole addresses of those from the root."""
    writer = _Writer(
        title=_NOT_IN_XML.sub("�", feed.title),
        link=absolute(feed.shown_at),
        description="",
        language=settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,
        author_link=absolute(reverse("home")),
        feed_url=absolute(feed.address_of(feed.page.number)),
        feed_guid=absolute(feed.address),
        feed_copyright=settings.CONTENT_LICENCE,
        changed=feed.entries[0].changed if feed.entries else NEVER,
        ways=[(rel, absolute(address)) for rel, address in feed.ways()],
    )
    for entry in feed.entries:
        _add(writer, entry, absolute(entry.get_absolute_url()))
    return writer.writeString("utf-8").encode()


def _add(writer: Any, entry: Any, address: str) -> None:
    """Add an entry, known for ever by the address of its page, which has no language."""
    writer.add_item(
        title=str(entry),
        link=address,
        description=None,
        unique_id=address,
        pubdate=entry.first_published,
        updateddate=entry.changed,
        language=language_of(entry),
        kind=type(entry),
        summary=dated_summary_of(entry),
    )
