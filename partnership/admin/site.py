"""The admin site of the register: its policy, its front page, and the pages that belong to no single model."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_protect

from partnership.sign_in import stages

from . import bulk, deleting, erasing, notices, presence, review, review_queue, undoing, upload, work
from .policy import under_policy
from .signing_in.addresses import addresses
from .signing_in.entering import NameAndPasswordForm
from .signing_in.leading import lead, next_of
from .signing_in.locked import locked_page

# Titles of Django's own pages that join a preposition and a name, in French “Ajout de” and “événement”: they stand here so
# that the catalogues of the register, which go before Django's, can say them so that they fit every name.
TITLES_SAID_ANEW = (gettext_noop("Add %s"), gettext_noop("Change %s"), gettext_noop("View %s"))

HALF_IN = (stages.Stage.ASKED, stages.Stage.BARE)


class RegisterAdminSite(admin.AdminSite):
    """The admin site of the register, under a content security policy of its own."""

    login_form = NameAndPasswordForm
    site_header = site_title = settings.SITE_NAME
    index_title = _("The register")
    site_url: Any = reverse_lazy("home")  # in the language in which the reader works

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and those of the desk."""
        own = [
            path("review/", self.admin_view(self._of_the_desk(review_queue.queue_view)), name="review_queue"),
            path("review/<int:key>/", self.admin_view(self._of_the_desk(review.review_view)), name="review"),
            path("deleted/", self.admin_view(self._of_the_desk(deleting.deleted_view)), name="deleted"),
            path("deleted/bring-back/", self.admin_view(deleting.bring_back_view), name="bring_back"),
            path(
                "partnership/<slug:kind>/<int:number>/open/",
                self.admin_view(presence.open_view),
                name="open_form",
            ),
            path(
                "partnership/<slug:kind>/<int:number>/close/",
                self.admin_view(presence.close_view),
                name="close_form",
            ),
            path("notices/", self.admin_view(self._of_the_desk(notices.notices_view)), name="notices"),
            path("erase/", self.admin_view(self._of_the_desk(erasing.erase_view)), name="erase"),
            path("undo/", self.admin_view(bulk.undo_view), name="bulk_undo"),
            path(
                "editions/<int:number>/undo/",
                self.admin_view(self._of_the_desk(undoing.undo_view)),
                name="undo_edition",
            ),
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
        own += addresses(self)
        # Before Django's: whoever has not shown a second factor yet may leave, too.
        own.append(path("logout/", under_policy(csrf_protect(self.logout)), name="logout"))
        return [*own, *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody is in: a member of staff who has shown the second factor, where one is asked for."""
        return stages.is_in(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The front page, with the work there is to do."""
        return super().index(
            request,
            {
                "work": work.work_of(request),
                "starts": work.starts_of(request),
                "may_upload": upload.may_upload(request),
                "may_erase": erasing.may_erase(request),
                "may_add_source": request.user.has_perm("partnership.add_source"),
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
        """The log-in page, under the same policy; who has given the password is led on to the second factor."""
        if request.method == "GET" and (stage := stages.stage_of(request)) in HALF_IN:
            return lead(request, stage, next_of(request))
        response = super().login(request, extra_context)
        was_accepted = request.method == "POST" and response.status_code == 302
        if was_accepted and (stage := stages.stage_of(request)) in HALF_IN:
            return lead(request, stage, response.headers["Location"])
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The page for another password; a wrong old one counts like a wrong one at the door."""
        if request.method == "POST" and stages.is_locked(request):
            return locked_page(request)
        response = super().password_change(request, extra_context)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and "old_password" in form.errors and form.data.get("old_password"):
            stages.count_failure(request)
        return response


site = RegisterAdminSite()
