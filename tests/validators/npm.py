"""Checkers that come as npm packages, at the versions they were tried with."""

import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGES = ("schema-dts@2.1.0", "typescript@7.0.2", "sitemap@9.0.1")


def installed(folder: Path) -> Path:
    """The folder of the installed packages; fails by name where npm is missing or installs nothing."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("npm is not installed: apt-get install npm")
    (folder / "package.json").write_text('{"private": true}\n')
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"
