"""What the checkers share: their packages, and a register with something of everything."""

from pathlib import Path

import pytest

from tests.exchange.conftest import write_register
from tests.validators.npm import installed


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the npm packages, installed once."""
    return installed(tmp_path_factory.mktemp("npm"))


@pytest.fixture
def register(db: None) -> None:
    """The small register that tests of files use."""
    write_register()
