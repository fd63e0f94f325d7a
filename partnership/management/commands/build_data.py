"""`manage.py build_data`: makes the files of the data page, so that no reader has to wait for them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from partnership.exchange.data.contents import write_files
from partnership.exchange.data.store import CannotKeep, build


class Command(BaseCommand):
    """Builds what does not stand yet and lists what does. Safe to run as often as one likes, twice at once as well."""

    help = (
        "Make the files of the data page if the register has changed since they were made; run it after publishing, "
        "or every few minutes. Without it the first reader after a change sets it off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--anew", action="store_true", help="make them even if they stand already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and report."""
        try:
            found = build(write_files, anew=options["anew"])
        except CannotKeep as error:
            raise CommandError(str(error)) from error
        if found is None:
            self.stdout.write(_("They are being made just now by another process."))
            return
        for each in found.files.values():
            self.stdout.write(f"{each.bytes:>12}  {each.name}")
        told = {"edition": found.stamp.words, "folder": found.folder}
        self.stdout.write(_("%(edition)s, in %(folder)s") % told)
