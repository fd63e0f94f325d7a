"""`manage.py check_links`: whether the web addresses of sources still answer."""

from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnership.editorial import asking, links

INTERRUPTED = 130


class Command(BaseCommand):
    """Asks for each address that is due, one line each, and a summary; exits 1 if a source has a dead one.

    Each result is kept at once: it can be interrupted at any time, and goes on where it was the next time.
    """

    help = (
        "Ask for the web addresses of sources, politely: one request at a time, robots.txt kept to. Tells what has moved, "
        "fails or is dead, and exits 1 if a source has a dead address."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How often, and how fast."""
        parser.add_argument(
            "--days",
            type=int,
            default=links.ASKED_AGAIN.days,
            help="after how many days an address that answered is asked for again (default %(default)s)",
        )
        parser.add_argument(
            "--all", action="store_true", help="ask for all addresses, however lately they were"
        )
        parser.add_argument(
            "--pause",
            type=float,
            default=asking.PAUSE,
            help="seconds between two requests to one host, at least 1 (default %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, keep and report."""
        if not 0 <= options["days"] <= 10_000:
            raise CommandError("--days is a number of days from 0 to 10000.")
        if not asking.PAUSE <= options["pause"] <= 3600:
            raise CommandError("--pause is a number of seconds from 1 to 3600: faster is not polite.")
        again = timedelta(0) if options["all"] else timedelta(days=options["days"])
        urls = links.due(again)
        found: Counter[str] = Counter()
        try:
            for check in links.check(self.asker(options["pause"]), urls):
                found[check.get_outcome_display()] += 1
                self.stdout.write(links.line_about(check))
        except KeyboardInterrupt as error:
            message = _("Interrupted: %(done)d of %(all)d were asked for and are kept.")
            raise CommandError(
                message % {"done": found.total(), "all": len(urls)}, returncode=INTERRUPTED
            ) from error
        links.forget_unused()
        self.summarise(found)

    def asker(self, pause: float) -> asking.Asker:
        """Who asks."""
        return asking.Asker(links.agent(), pause=pause)

    def summarise(self, found: Counter[str]) -> None:
        """The counts. Raises CommandError if a source has a dead address."""
        counts = ", ".join(f"{words}: {number}" for words, number in sorted(found.items()))
        asked = ngettext("%d address asked for", "%d addresses asked for", found.total()) % found.total()
        self.stdout.write(f"{asked}. {counts}".rstrip())
        if dead := links.sources_with_dead_links().count():
            raise CommandError(
                ngettext("%d source has a dead web address.", "%d sources have a dead web address.", dead)
                % dead
            )
