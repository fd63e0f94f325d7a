"""`manage.py export_fixtures`: the register as fixture files."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import Progress as Bar

from partnership.exchange.export import EDITORIAL, PUBLIC, Exported, ExportRefused, Progress, export, words_of


class Command(BaseCommand):
    """Writes one face of the register into a folder; what was withheld is told on standard error."""

    help = "Write the register as fixture files, NN-<model>.json, into a folder; loaddata and load_fixtures read them."

    def add_arguments(self, parser: CommandParser) -> None:
        """A folder, what of the register, and in which form."""
        parser.add_argument("folder", type=Path, help="Where to write; an earlier export there is replaced.")
        parser.add_argument(
            "--face",
            choices=[PUBLIC, EDITORIAL],
            default=PUBLIC,
            help="public (default): what any reader may see. editorial: drafts and notes for staff as well.",
        )
        parser.add_argument(
            "--filter",
            dest="address",
            default="",
            metavar="ADDRESS",
            help="Only the rows of a public list and what they need: “/contributions/?donor=japan”.",
        )
        parser.add_argument(
            "--format",
            dest="form",
            choices=["json", "jsonl"],
            default="json",
            help="jsonl: one row a line, for bulk.",
        )
        parser.add_argument("--gz", action="store_true", help="Compress the files; loaddata reads them too.")
        parser.add_argument(
            "--split",
            choices=["relation"],
            help="Put what is of one relation alone into a folder of its own, the rest into _shared/.",
        )
        parser.add_argument("--single", action="store_true", help="Write one file, in the same order.")
        parser.add_argument(
            "--stamp",
            action="store_true",
            help="Note edition and time in the manifest; without, the same content is the same bytes.",
        )
        parser.add_argument(
            "--progress", action="store_true", help="Show progress even where standard error is no terminal."
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Export and say what was written."""
        if options["split"] and options["single"]:
            raise CommandError(_("Choose --split or --single, not both."))
        asked = {name: options[name] for name in ("face", "address", "form", "gz", "single", "stamp")}
        try:
            with shown_progress(options["progress"]) as progress:
                done = export(folder, split=bool(options["split"]), progress=progress, **asked)
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(words_of(error)) from error
        except OSError as error:
            message = _("The export was not written, %(folder)s is as it was: %(error)s")
            raise CommandError(message % {"folder": folder, "error": error}) from error
        self._tell(done, folder)

    def _tell(self, done: Exported, folder: Path) -> None:
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


@contextmanager
def shown_progress(wanted: bool) -> Iterator[Progress | None]:
    """A bar on standard error that is told of rows, on a terminal or where it is wanted; else None."""
    if not wanted and not sys.stderr.isatty():
        yield None
        return
    with Bar(console=Console(stderr=True, force_terminal=wanted or None)) as bar:
        task = bar.add_task(_("rows"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
