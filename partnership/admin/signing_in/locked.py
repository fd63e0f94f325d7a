"""What is told to whoever failed to sign in too often."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from partnership.admin.policy import under_policy

from .leading import page


@under_policy
def locked_page(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page instead of an answer; it is the same for every name, whether there is such an account or not."""
    from partnership.admin.site import site  # the site has this page among its own

    wait = settings.AXES_COOLOFF_TIME
    context = page(request, site, gettext("Too many attempts"), minutes=int(wait.total_seconds() // 60))
    # Whatever session there is, this page is that of somebody outside.
    context["has_permission"] = False
    told = render(request, "admin/partnership/sign_in/locked.html", context, status=429)
    told.headers["Retry-After"] = str(int(wait.total_seconds()))
    told.headers["Cache-Control"] = "no-store"
    return told
