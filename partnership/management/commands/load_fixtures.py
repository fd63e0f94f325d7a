"""`manage.py load_fixtures`: fixture files into the register."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnership.exchange.load import LoadRefused, Report, load


class Command(BaseCommand):
    """Loads files of an export, all or nothing, and tells what it did or everything that is wrong."""

    help = "Check fixture files and bring them into the register; if anything is wrong, nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Folders or files, and how many errors to print."""
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="Folder of an export, or a file."
        )
        parser.add_argument(
            "--max-errors",
            type=int,
            default=100,
            help="How many errors to print (default 100); all are counted.",
        )

    def handle(self, *args: Any, paths: list[Path], max_errors: int, **options: Any) -> None:
        """Load and report."""
        try:
            report = load(paths)
        except LoadRefused as error:
            for problem in error.problems[:max_errors]:
                self.stderr.write(str(problem))
            raise CommandError(
                ngettext(
                    "%(count)d error. Nothing was changed.",
                    "%(count)d errors. Nothing was changed.",
                    len(error.problems),
                )
                % {"count": len(error.problems)}
            ) from error
        self._tell(report)

    def _tell(self, report: Report) -> None:
        for line in report.lines():
            self.stdout.write(line)
        if report.status_kept:
            self.stdout.write(
                _("Status kept as it is, whatever the file says: %(rows)s")
                % {"rows": ", ".join(report.status_kept)}
            )
        if report.edition:
            self.stdout.write(_("Edition %(number)d") % {"number": report.edition.number})
