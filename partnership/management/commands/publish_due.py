"""`manage.py publish_due`: changes and bundles that are scheduled and whose time has come, made public."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from partnership.editorial import bundle_review, reviewing


class Command(BaseCommand):
    """Publishes what is due, one line each. Safe to run as often as one likes, twice at once as well."""

    help = "Publish the approved changes whose time has come; what breaks a rule by now goes back to who wrote it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish and report."""
        for revision, edition in reviewing.publish_due():
            self._tell(revision.entry, edition, revision.review_note)
        for bundle, edition in bundle_review.publish_due():
            self._tell(bundle.title, edition, bundle.review_note)

    def _tell(self, name: str, edition: Any, note: str) -> None:
        if edition:
            line = _("%(entry)s: published in edition %(number)d")
            self.stdout.write(line % {"entry": name, "number": edition.number})
        else:
            line = _("%(entry)s: sent back. %(note)s")
            self.stdout.write(line % {"entry": name, "note": note})
