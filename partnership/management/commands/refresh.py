"""`manage.py refresh`: the way back after writing around the ORM."""

from django.core.management.base import BaseCommand
from django.db import transaction

from partnership import search


class Command(BaseCommand):
    """Rebuilds the index of public entries and moves the generation."""

    help = (
        "Rebuild the search index from the rows and move the generation; run it after writing around the ORM."
    )

    def handle(self, *args, **options):
        with transaction.atomic():
            count = search.refresh()
        self.stdout.write(f"{count} entries indexed")
