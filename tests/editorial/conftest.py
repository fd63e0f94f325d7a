"""Accounts of the desk, and a database that several threads can write at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection, connections


@pytest.fixture
def writer(db: None) -> User:
    """Who writes."""
    return get_user_model().objects.create_user("writer")


@pytest.fixture
def reviewer(db: None) -> User:
    """Who reviews."""
    return get_user_model().objects.create_user("reviewer")


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The test database for several threads at once.

    SQLite's is in memory, where writers get an error instead of waiting; a copy of it in a file waits as a site does.
    """
    if connection.vendor != "sqlite":
        yield
        return
    in_memory: Any = connections["default"]
    in_memory.ensure_connection()
    name, path = in_memory.settings_dict["NAME"], tmp_path / "shared.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        in_memory.connection.backup(copy)
    del connections["default"]
    in_memory.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = in_memory
        in_memory.settings_dict["NAME"] = name
