"""The one Django app of the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipConfig(AppConfig):
    """The register; its label `partnership` is in every row of a fixture."""

    name = "partnership"
    label = "partnership"
    verbose_name = _("Register")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, once all models are loaded."""
        from partnership import generation, search
        from partnership.models import step
        from partnership.sign_in import receivers

        # Bounds first: the index takes them over.
        step.connect()
        generation.connect()
        search.connect()
        receivers.connect()
