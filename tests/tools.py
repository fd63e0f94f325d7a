"""Packages of the linters and checkers, which the site itself does not need and a plain environment may lack."""

import importlib
import os
from typing import Any

import pytest


def tool(module: str) -> Any:
    """A module of one of those packages; without it the tests of the module that asks are skipped, but in CI they fail."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(
            f"{error.name} is not installed: pip install -r .ci/requirements.txt", allow_module_level=True
        )
