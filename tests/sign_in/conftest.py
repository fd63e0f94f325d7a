"""Quick digests, and the database for several threads at once, which is that of the editorial tests."""

from typing import Any

import pytest

from tests.editorial.conftest import shared_database

__all__ = ["shared_database"]


@pytest.fixture(autouse=True)
def quick_digests(settings: Any) -> None:
    """Passwords are digested quickly, as what is looked at here is not how."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
