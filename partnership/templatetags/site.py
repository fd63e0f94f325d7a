"""Tags of the frame round every page. None of them reads the database: the page of a broken server uses them too."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .register import stated_date

register = template.Library()

# The pages that stand in the band of every page, in the order in which a reader meets them.
NAVIGATION = (
    ("relations", _("Relations")),
    ("timeline", _("Timeline")),
    ("parties", _("Parties")),
    ("events", _("Events")),
    ("programmes", _("Programmes")),
    ("exercises", _("Exercises")),
    ("funds", _("Funds")),
    ("contributions", _("Contributions")),
    ("operations", _("Operations")),
    ("standings", _("Standings")),
    ("areas", _("Areas")),
    ("sources", _("Sources")),
)


@register.simple_tag
def site_name() -> str:
    """The name of the site, from the settings."""
    return settings.SITE_NAME


@register.inclusion_tag("partnership/_navigation.html", takes_context=True)
def site_navigation(context: Context) -> dict[str, list[dict[str, Any]]]:
    """The links of the band. `current` is "page" for the page itself, "true" for one under it, else empty."""
    path = getattr(context.get("request"), "path", "")
    links = []
    for name, label in NAVIGATION:
        address = reverse(name)
        current = "page" if path == address else "true" if path.startswith(address) else ""
        links.append({"address": address, "label": label, "current": current})
    return {"links": links}


@register.simple_tag(takes_context=True)
def page_address(context: Context) -> str:
    """The whole address of the page, for print; empty where there is no request or its host is refused."""
    request = context.get("request")
    try:
        return request.build_absolute_uri() if request else ""
    except DisallowedHost:
        return ""


@register.simple_tag
def today() -> date:
    """The day on which the page is made."""
    return timezone.localdate()


@register.filter
def day(value: date | datetime | None) -> str:
    """A day of the calendar in words inside `<time>`; of a moment, the day it falls on here. Empty for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return stated_date(value.isoformat())


@register.simple_tag
def content_licence() -> dict[str, str]:
    """The licence of the content by name, and its address if the settings give one."""
    return {"name": settings.CONTENT_LICENCE, "address": settings.CONTENT_LICENCE_URL}


@register.simple_tag
def contact_email() -> str:
    """Where readers write to; empty where the settings give no address."""
    return settings.CONTACT_EMAIL
