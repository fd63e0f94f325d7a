"""The content security policy of the staff's pages."""

from typing import Any

from csp.decorators import csp_replace
from django.conf import settings

# Its own stubs know no view with a part of its address.
under_policy: Any = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)
