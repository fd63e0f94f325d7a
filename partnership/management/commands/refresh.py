"""`manage.py refresh`: the way back after writing around the ORM."""

import sys

from django.core.management.base import BaseCommand
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from partnership import search


class Command(BaseCommand):
    """Rebuilds the index of public entries and moves the generation."""

    help = (
        "Rebuild the search index from the rows and move the generation; run it after writing around the ORM."
    )

    def handle(self, *args, **options):
        with transaction.atomic(), self.progress() as bar:
            task = bar.add_task("Indexing", total=search.how_many())
            count = search.refresh(lambda done: bar.update(task, completed=done))
        self.stdout.write(f"{count} entries indexed")

    def progress(self):
        """A bar on a terminal; in a pipe or a log, nothing."""
        return Progress(console=Console(file=sys.stderr), disable=not sys.stderr.isatty(), transient=True)
