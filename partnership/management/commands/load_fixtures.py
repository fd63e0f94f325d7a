"""`manage.py load_fixtures`: fixture files into the register."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnership.exchange.export import ExportRefused
from partnership.exchange.load import LoadRefused, Options, Report, load, load_in_parts, upgrade_bundle
from partnership.exchange.manifest import Manifest

WRONG_USE, DIFFERENT = 2, 3


class Command(BaseCommand):
    """Loads files of an export, all or nothing, and tells what it did or everything that is wrong.

    Exit code 0: done, or nothing to do; 1: refused; 2: wrong use; 3: differences, under --check.
    """

    help = "Check fixture files and bring them into the register; if anything is wrong, nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Folders or files, how to go about what is there already, and what to print."""
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            metavar="PATH",
            help="Folder of an export, a file (.json, .jsonl, .gz), a .zip of a folder, or - for standard input.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Do everything and take it back; tell the counts."
        )
        parser.add_argument("--diff", action="store_true", help="Tell each field that changes, old and new.")
        parser.add_argument(
            "--check",
            action="store_true",
            help="A dry run that exits with 3 if the register is not as the files say.",
        )
        parser.add_argument(
            "--on-existing",
            choices=["update", "skip", "fail"],
            default="update",
            help="What becomes of entries that exist (default update).",
        )
        parser.add_argument(
            "--protect",
            action="append",
            default=[],
            metavar="FIELD",
            help="A field that existing entries keep.",
        )
        parser.add_argument(
            "--base",
            type=Path,
            help="The older bundle from which the files were made: find what changed in both.",
        )
        parser.add_argument(
            "--on-conflict",
            choices=["fail", "file", "database"],
            default="fail",
            help="With --base: whose value is taken where both changed one (default fail).",
        )
        parser.add_argument(
            "--prune",
            nargs="?",
            const="withdraw",
            default="",
            choices=["withdraw", "delete"],
            help="Withdraw what the bundle lacks of its own scope; “delete” deletes drafts of it too.",
        )
        parser.add_argument(
            "--prune-reason", default="", help="The public reason for which pruned entries are withdrawn."
        )
        parser.add_argument(
            "--max-prune",
            type=float,
            default=5.0,
            metavar="PERCENT",
            help="Refuse to prune more of the scope (default 5).",
        )
        parser.add_argument(
            "--pending",
            action="store_true",
            help="Change nothing public: changes become open revisions, new entries drafts.",
        )
        parser.add_argument(
            "--upgrade-only",
            type=Path,
            metavar="FOLDER",
            help="Load nothing: write the one bundle that is named into a folder, as one of the present schema.",
        )
        parser.add_argument(
            "--batch",
            type=int,
            default=0,
            metavar="N",
            help="Try the whole, then commit N entries at a time, each time as an edition of its own.",
        )
        parser.add_argument(
            "--resume",
            action="store_true",
            help="Go on with a load in batches that was stopped, of the same files.",
        )
        parser.add_argument(
            "--checkpoint",
            type=Path,
            help="Where a load in batches notes how far it came (var/load.checkpoint).",
        )
        parser.add_argument(
            "--max-errors",
            type=int,
            default=100,
            help="How many errors to print (default 100); all are counted.",
        )
        parser.add_argument(
            "--report", type=Path, help="Write errors, or counts and differences, as JSON lines to a file."
        )

    def handle(self, *args: Any, paths: list[Path], max_errors: int, **options: Any) -> None:
        """Load and report."""
        asked = Options(
            dry_run=options["dry_run"] or options["check"],
            tell=options["diff"] or bool(options["report"]),
            on_existing=options["on_existing"],
            protect=tuple(options["protect"]),
            base=options["base"],
            on_conflict=options["on_conflict"],
            prune=options["prune"],
            prune_reason=options["prune_reason"],
            max_prune=options["max_prune"] / 100,
            pending=options["pending"],
        )
        if options["batch"] < 0:
            raise CommandError(_("Give --batch a number of entries above zero."), returncode=WRONG_USE)
        if options["upgrade_only"] and len(paths) != 1:
            raise CommandError(_("Name one bundle to upgrade."), returncode=WRONG_USE)
        try:
            if options["upgrade_only"]:
                self._tell_upgraded(upgrade_bundle(paths[0], options["upgrade_only"]))
                return
            if options["batch"] or options["resume"]:
                report = load_in_parts(
                    paths,
                    options["batch"] or 1,
                    options["checkpoint"] or settings.VAR_DIR / "load.checkpoint",
                    resume=options["resume"],
                    options=asked,
                )
            else:
                report = load(paths, options=asked)
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        except LoadRefused as error:
            self._write_report(options["report"], [asdict(problem) for problem in error.problems])
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
        self._write_report(options["report"], _told(report))
        self._tell(report, asked, with_differences=options["diff"])
        if options["check"] and report.differs:
            raise CommandError(_("The register is not as the files say."), returncode=DIFFERENT)

    def _tell(self, report: Report, asked: Options, *, with_differences: bool) -> None:
        for reference, each in report.differences if with_differences else ():
            place = f"{each.row}.{each.field}" if each.field else each.row
            self.stdout.write(f"{reference}  {place}: {_value(each.before)} → {_value(each.after)}")
        for line in report.lines():
            self.stdout.write(line)
        if report.conflicts:
            self.stdout.write(
                _("Changed here and in the files: %(places)s") % {"places": ", ".join(report.conflicts)}
            )
        if report.status_kept:
            self.stdout.write(
                _("Status kept as it is, whatever the file says: %(rows)s")
                % {"rows": ", ".join(report.status_kept)}
            )
        if asked.dry_run:
            self.stdout.write(_("Dry run: nothing was changed."))
        elif report.edition:
            self.stdout.write(_("Edition %(number)d") % {"number": report.edition.number})
        if report.revisions and not asked.dry_run:
            self.stdout.write(
                _("Revisions of what is not public yet: %(count)d") % {"count": len(report.revisions)}
            )

    def _tell_upgraded(self, manifest: Manifest) -> None:
        values = {"files": len(manifest.files), "schema": manifest.schema}
        self.stdout.write(_("%(files)d files of schema %(schema)d") % values)

    def _write_report(self, path: Path | None, lines: list[dict[str, Any]]) -> None:
        if path is not None:
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            path.write_text(text, encoding="utf-8", newline="\n")


def _value(value: Any) -> str:
    return _("nothing") if value is None else json.dumps(value, ensure_ascii=False)


def _told(report: Report) -> list[dict[str, Any]]:
    counts = [{"model": name, **count} for name, count in report.counts.items()]
    return [*counts, *({"entry": reference, **asdict(each)} for reference, each in report.differences)]
