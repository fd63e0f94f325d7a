"""The addresses of signing in. They are outside of what `has_permission` guards; each says who may come."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from partnership.admin.policy import under_policy
from partnership.sign_in.stages import Stage

from . import keeping, passkeys, resetting, second_factor
from .leading import for_stages, for_who_is_sure

View = Callable[..., Any]


def addresses(admin_site: Any) -> list[URLPattern]:
    """All of them, under the policy of the staff's pages, never stored, and for no form of another site."""

    def shown(view: View, *guards: Callable[[View], View]) -> View:
        for guard in reversed(guards):
            view = guard(view)
        hidden = sensitive_post_parameters("code", "password")(view)
        return under_policy(never_cache(csrf_protect(hidden)))

    def of_the_site(view: View) -> View:
        return partial(view, admin_site=admin_site)

    asked, own = for_stages(Stage.ASKED), for_stages(Stage.BARE, Stage.IN)

    def kept(view: View) -> View:
        return shown(of_the_site(view), own, for_who_is_sure)

    return [
        path(
            "second-factor/",
            shown(of_the_site(second_factor.second_factor_view), asked),
            name="second_factor",
        ),
        path(
            "second-factor/passkey/begin/",
            shown(passkeys.BeginUse.as_view(), asked),
            name="passkey_use_begin",
        ),
        path(
            "second-factor/passkey/complete/",
            shown(passkeys.CompleteUse.as_view(), asked),
            name="passkey_use_complete",
        ),
        path("security/", kept(keeping.keeping_view), name="security"),
        path("security/sure/", shown(of_the_site(keeping.sure_view), own), name="security_sure"),
        path("security/app/", kept(keeping.begin_app_view), name="security_app_begin"),
        path("security/app/<int:key>/", kept(keeping.app_view), name="security_app"),
        path("security/factor/<str:kind>/<int:key>/", kept(keeping.factor_view), name="security_factor"),
        path(
            "security/passkey/begin/",
            shown(passkeys.BeginAdding.as_view(), own, for_who_is_sure),
            name="passkey_add_begin",
        ),
        path(
            "security/passkey/complete/",
            shown(passkeys.CompleteAdding.as_view(), own, for_who_is_sure),
            name="passkey_add_complete",
        ),
        path("security/codes/", kept(keeping.codes_view), name="security_codes"),
        path("security/sessions/", kept(keeping.sessions_view), name="security_sessions"),
        path(
            "security/reset/<int:key>/",
            admin_site.admin_view(of_the_site(resetting.reset_view)),
            name="security_reset",
        ),
    ]
