"""What became of asking for the web addresses of sources, in words."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import links
from partnership.models import LinkCheck, LinkOutcome, Source


def lines_about(source: Source) -> list[SafeString]:
    """What an editor should know of the web addresses of a source: which failed, and which moved; nothing of the others."""
    checks = links.checks_of([source])
    found = []
    if check := checks.get(source.url):
        found.append(_line(gettext("The web address"), check, has_copy=bool(source.archived_url)))
    if check := checks.get(source.archived_url):
        found.append(_line(gettext("The archived copy"), check, has_copy=True))
    return [line for line in found if line]


def _line(which: str, check: LinkCheck, *, has_copy: bool) -> SafeString | None:
    if check.outcome == LinkOutcome.MOVED:
        return format_html("{} {}", gettext("%(which)s has moved:") % {"which": which}, check.told)
    if check.failing_since is None:
        return None
    told = gettext("%(which)s has not answered since %(day)s (%(why)s).") % {
        "which": which,
        "day": date_format(check.failing_since, "j F Y"),
        "why": why(check),
    }
    if links.is_dead(check) and not has_copy:
        return format_html("{} {}", told, gettext("Is there an archived copy?"))
    return format_html("{}", told)


def why(check: LinkCheck) -> str:
    """Outcome, status and what was told, in a few words."""
    parts = (check.get_outcome_display(), str(check.status or ""), check.told)
    return ", ".join(filter(None, parts))


class Linked(admin.ModelAdmin):
    """A list of sources that tells whether their web addresses answer."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list, the checks of its addresses read in one query."""
        shown = super().get_changelist_instance(request)
        checks = links.checks_of(shown.result_list)
        for source in shown.result_list:
            source.link_checks = [checks[url] for url in (source.url, source.archived_url) if url in checks]
        return shown

    @admin.display(description=_("web address"))
    def link_words(self, source: Any) -> str:
        """What became of its addresses when they were asked for: the worst of them, and empty before the first time."""
        if any(links.is_dead(check) for check in source.link_checks):
            return gettext("Dead")
        outcomes = {check.outcome for check in source.link_checks}
        worst = [each for each in (*links.FAILURES, LinkOutcome.MOVED, *LinkOutcome) if each in outcomes]
        return str(worst[0].label) if worst else ""
