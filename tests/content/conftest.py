"""The register's own content, loaded as anybody loads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

FIXTURES = sorted((Path(__file__).resolve().parents[2] / "fixtures").glob("*.json"))


@pytest.fixture(scope="module")
def japan(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """All of `fixtures/`, by plain `loaddata`, for one module; no other module sees it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *FIXTURES, verbosity=0)
        yield
        transaction.set_rollback(True)
