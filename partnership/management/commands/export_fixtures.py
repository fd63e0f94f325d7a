"""`manage.py export_fixtures`: the register as fixture files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from partnership.exchange.export import EDITORIAL, PUBLIC, ExportRefused, export


class Command(BaseCommand):
    """Writes one face of the register into a folder; what was withheld is told on standard error."""

    help = "Write the register as fixture files, NN-<model>.json, into a folder; loaddata and load_fixtures read them."

    def add_arguments(self, parser: CommandParser) -> None:
        """A folder and a face."""
        parser.add_argument("folder", type=Path, help="Where to write; an earlier export there is replaced.")
        parser.add_argument(
            "--face",
            choices=[PUBLIC, EDITORIAL],
            default=PUBLIC,
            help="public (default): what any reader may see. editorial: drafts and notes for staff as well.",
        )

    def handle(self, *args: Any, folder: Path, face: str, **options: Any) -> None:
        """Export and say what was written."""
        try:
            done = export(folder, face)
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        for name, count in done.files.items():
            self.stdout.write(f"{name}  {count}")
        self.stdout.write(
            ngettext("%(count)d file in %(folder)s", "%(count)d files in %(folder)s", len(done.files))
            % {"count": len(done.files), "folder": folder}
        )
        for model, count in sorted(done.withheld.items()):
            self.stderr.write(
                ngettext(
                    "withheld: %(count)d %(model)s, because it names what is not exported",
                    "withheld: %(count)d %(model)s, because they name what is not exported",
                    count,
                )
                % {"count": count, "model": model}
            )
