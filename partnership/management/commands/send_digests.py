"""`manage.py send_digests`: letters to staff about what waits for them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnership.editorial.letters import send_letters


class Command(BaseCommand):
    """Sends what is to be sent today, one line each. Safe to run as often as one likes, twice at once as well."""

    help = (
        "Tell each account of staff by e-mail what waits for it, once a day at most and only if something does; "
        "each can switch it off. What failed is named, tried again by the next run, and gives the exit code 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and report."""
        if not settings.SITE_URL:
            raise CommandError(
                _(
                    "SITE_URL is not set, and letters need it. Set it, for example: SITE_URL=https://register.example.org"
                )
            )
        failed = 0
        for sent in send_letters():
            told = {"name": sent.name, "number": sent.number, "fault": sent.fault}
            if sent.fault:
                failed += 1
                self.stderr.write(_("%(name)s: not sent. %(fault)s") % told)
            else:
                line = ngettext(
                    "%(name)s: told of %(number)d thing", "%(name)s: told of %(number)d things", sent.number
                )
                self.stdout.write(line % told)
        if failed:
            line = ngettext("%(number)d letter was not sent.", "%(number)d letters were not sent.", failed)
            raise CommandError(line % {"number": failed})
