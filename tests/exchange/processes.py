"""Processes that tests start, talk to line by line, and kill."""

import os
import subprocess
import sys


def started(module: str, **surroundings: str) -> "subprocess.Popen[str]":
    """A process that runs a module of these tests, with the register's settings and no database of its own."""
    environment = {
        **os.environ,
        "DATABASE_URL": "sqlite:///unused.sqlite3",
        "DJANGO_SETTINGS_MODULE": "partnership.settings",
        **surroundings,
    }
    return subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
