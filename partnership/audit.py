"""The security log: who did what that matters for trust in the register, one line of JSON each.

Nothing secret goes in: no password, no code, no token. A line is written when what it tells has been committed, so that
what was rolled back is told nowhere.
"""

import json
import logging
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import HttpRequest

logger = logging.getLogger("partnership.audit")


def tell(
    event: str,
    *,
    by: AbstractBaseUser | AnonymousUser | None,
    request: HttpRequest | None = None,
    **what: Any,
) -> None:
    """Log an event: what happened, who did it and from where, and whatever else says what it was.

    `what` is plain JSON. Control characters of names and values leave as escapes: nobody forges a line.
    """
    line = {"event": event, "by": by.get_username() if by else "", **what}
    if request is not None:
        line["from"] = request.META.get("REMOTE_ADDR", "")
    transaction.on_commit(partial(logger.info, "%s", json.dumps(line)))
