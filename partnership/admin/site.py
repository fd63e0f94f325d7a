"""The admin site of the register: its policy, its front page, and the pages that belong to no single model."""

from functools import partial
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from . import deleting, review, upload, work

# Titles of Django's own pages that join a preposition and a name, in French “Ajout de” and “événement”: they stand here so
# that the catalogues of the register, which go before Django's, can say them so that they fit every name.
TITLES_SAID_ANEW = (gettext_noop("Add %s"), gettext_noop("Change %s"), gettext_noop("View %s"))

under_policy: Any = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)


class RegisterAdminSite(admin.AdminSite):
    """The admin site of the register, under a content security policy of its own."""

    site_header = site_title = settings.SITE_NAME
    index_title = _("The register")
    site_url: Any = reverse_lazy("home")  # in the language in which the reader works

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and those of the desk."""
        own = [
            path("review/", self.admin_view(self._of_the_desk(review.queue_view)), name="review_queue"),
            path("review/<int:key>/", self.admin_view(self._of_the_desk(review.review_view)), name="review"),
            path("deleted/", self.admin_view(self._of_the_desk(deleting.deleted_view)), name="deleted"),
            path("deleted/bring-back/", self.admin_view(deleting.bring_back_view), name="bring_back"),
            path("upload/", self.admin_view(self._of_the_desk(upload.start_view)), name="upload"),
            path(
                "upload/<int:key>/",
                self.admin_view(self._of_the_desk(upload.upload_view)),
                name="upload_page",
            ),
            path("upload/<int:key>/errors.csv", self.admin_view(upload.errors_view), name="upload_errors"),
            path(
                "upload/template/<str:kind>.<str:form>",
                self.admin_view(upload.template_view),
                name="upload_template",
            ),
        ]
        return [*own, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The front page, with the work there is to do."""
        return super().index(
            request,
            {
                "work": work.work_of(request),
                "may_upload": upload.may_upload(request),
                **(extra_context or {}),
            },
        )

    def _of_the_desk(self, view: Any) -> Any:
        return partial(view, admin_site=self)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The view for staff only, under the policy of the staff's pages."""
        return under_policy(super().admin_view(view, cacheable))

    @method_decorator(under_policy)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The log-in page, under the same policy."""
        return super().login(request, extra_context)


site = RegisterAdminSite()
