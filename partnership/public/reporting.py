"""A report of an error, made ready for the reader to send. Nothing of it is kept here: readers cannot write."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from partnership.models import Edition, entry_model

from .cited_page import newest_edition

REFERENCE = re.compile(r"([a-z]+):([a-z0-9-]{1,200})")
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Reported:
    """The page that a report is about: its title and whole address, and the edition that the reader sees."""

    title: str
    address: str
    edition: int


@dataclass(frozen=True)
class Report:
    """What a reader sends: a subject, and a text with room for what is wrong, what is right, and which source says so."""

    subject: str
    text: str

    @property
    def mailto(self) -> str:
        """The address that opens a letter with subject and text; empty where the site has no address to write to."""
        if not settings.CONTACT_EMAIL:
            return ""
        text = self.text.replace("\n", "\r\n")  # as RFC 6068 has it
        head = {"subject": self.subject, "body": text}
        return f"mailto:{quote(settings.CONTACT_EMAIL, safe='@')}?{urlencode(head, quote_via=quote)}"


def reported_page(reference: str, whole_address: Callable[[str], str]) -> Reported | None:
    """The page of `kind:slug`, or of `edition:3`; None for what is not public, whether or not it exists."""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        return None
    kind, slug = match.groups()
    if kind == "edition":
        return _edition(slug, whole_address)
    model = entry_model(kind)
    if model is None or not hasattr(model, "get_absolute_url"):
        return None
    entry = model.objects.published().filter(slug=slug).first()
    if entry is None:
        return None
    return Reported(str(entry), whole_address(entry.get_absolute_url()), newest_edition().number)


def _edition(written: str, whole_address: Callable[[str], str]) -> Reported | None:
    """The page of an edition; 0 is what was loaded at first, for which there is no row."""
    if NUMBER.fullmatch(written) is None:
        return None
    number = int(written)
    if number and not Edition.objects.filter(number=number).exists():
        return None
    title = gettext("Edition %(number)d") % {"number": number}
    return Reported(title, whole_address(reverse("edition", args=[number])), number)


def report_on(page: Reported | None) -> Report:
    """The report on a page; one that leaves room for the address where no page is named."""
    if page is None:
        subject = gettext("Error in %(site)s") % {"site": settings.SITE_NAME}
        head = [gettext("Address of the page:")]
    else:
        subject = gettext("Error in %(site)s: %(title)s") % {"site": settings.SITE_NAME, "title": page.title}
        head = [
            gettext("Page: %(title)s") % {"title": page.title},
            gettext("Address: %(address)s") % {"address": page.address},
            gettext("Edition: %(number)d") % {"number": page.edition},
        ]
    asked = [
        gettext("What is wrong:"),
        gettext("What it should say:"),
        gettext("Source that says so (publisher, title, date, address, page):"),
    ]
    return Report(subject, "\n\n".join(["\n".join(head), *asked, ""]))
