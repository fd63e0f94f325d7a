"""The files a developer and CI start from."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.txt": ".ci/site.in", ".ci/requirements.txt": ".ci/requirements.in"}
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[([a-z0-9,-]+)\])?==(\S+) \\$")

INSTALLED = {canonicalize_name(package.name) for package in metadata.distributions()}


def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in the project's directory, with only what it needs of this environment."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite://:memory:", **variables}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def pins(lock: str) -> dict[str, str]:
    """Name -> version of every package of a lock."""
    found = (PINNED.match(line) for line in (ROOT / lock).read_text().splitlines())
    return {match[1]: match[3] for match in found if match}


def pinned_extras(lock: str) -> dict[str, set[str]]:
    """Name -> the extras that a package of a lock is pinned with."""
    found = (PINNED.match(line) for line in (ROOT / lock).read_text().splitlines())
    return {match[1]: set((match[2] or "").split(",")) - {""} for match in found if match}


def direct_packages(source: str) -> list[str]:
    lines = (ROOT / source).read_text().splitlines()
    names = [re.split(r"[=\[]", line)[0] for line in lines if re.match(r"[A-Za-z]", line)]
    return [re.sub(r"[-_.]+", "-", name).lower() for name in names]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_names_no_other_place(lock: str) -> None:
    packages = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    packages = [package for package in packages if not package.startswith("#")]
    assert packages
    for package in packages:
        assert PINNED.match(package.splitlines()[0]), package
        assert "--hash=sha256:" in package
    assert not re.search(r"://|--find-links|--index-url|--trusted-host", (ROOT / lock).read_text())


@pytest.mark.parametrize(("lock", "source"), LOCKS.items())
def test_every_direct_package_is_in_the_lock_under_its_reason(lock: str, source: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    for package in direct_packages(source):
        place = next(index for index, line in enumerate(lines) if re.match(rf"{package}(\[|==)", line))
        assert re.match(r"# \w.+\.$", lines[place - 1]), f"{package} has no reason in {lock}"


def test_the_two_locks_agree_on_what_both_pin() -> None:
    site, tools = pins("requirements.txt"), pins(".ci/requirements.txt")
    shared = site.keys() & tools.keys()
    assert "django" in shared
    assert {name: site[name] for name in shared} == {name: tools[name] for name in shared}


def test_a_package_that_another_asks_for_with_extras_is_pinned_with_them() -> None:
    """Else pip 23, which comes with Python 3.11, takes the newest version for the extra, and refuses it for want of a hash."""
    pinned = pinned_extras("requirements.txt")
    asked = 0
    for name in pinned:
        for line in (metadata.requires(name) or []) if name in INSTALLED else []:
            needed = Requirement(line)
            if needed.extras and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                asked += 1
                assert needed.extras <= pinned[canonicalize_name(needed.name)], f"{name} asks for {line}"
    assert asked


def test_both_databases_and_the_shared_cache_need_no_further_package() -> None:
    assert {"psycopg", "psycopg-binary", "redis"} <= pins("requirements.txt").keys()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed: apt-get install make")
def test_make_alone_lists_the_commands() -> None:
    listed = run("make")
    assert listed.returncode == 0
    for command in ("site", "test", "lint", "lock"):
        assert f"make {command} " in listed.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed: apt-get install make")
def test_without_a_python_make_says_what_to_install(tmp_path: Path) -> None:
    refused = run("make", "site", f"VENV={tmp_path}/none", "PYTHON=")
    assert refused.returncode != 0
    assert "Python 3.11 or newer was not found" in refused.stdout


def test_the_shipped_production_settings_pass_djangos_deployment_check() -> None:
    checked = run(
        *(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        PARTNERSHIP_ENV="production",
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="register.example.org",
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_the_server_application_chooses_production() -> None:
    started = run(sys.executable, "-c", "import partnership.wsgi")
    assert started.returncode != 0
    assert "SECRET_KEY is not set" in started.stderr


def test_without_postgresql_the_second_run_is_skipped_by_name(tmp_path: Path) -> None:
    for name in ("bash", "sort", "tail", "env"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    script = (
        (ROOT / ".ci" / "with-postgres").read_text().replace("/usr/lib/postgresql", str(tmp_path / "none"))
    )
    (tmp_path / "with-postgres").write_text(script)
    command = ("bash", str(tmp_path / "with-postgres"), "echo", "the tests ran")
    skipped = run(*command, PATH=str(tmp_path))
    assert skipped.returncode == 0
    assert skipped.stdout == "skipped: PostgreSQL (initdb not found: apt-get install postgresql)\n"
    assert run(*command, PATH=str(tmp_path), CI="true").returncode == 1
