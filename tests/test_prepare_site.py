"""What `make site` runs before the server."""

import json
import socket
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from partnership.management.commands.prepare_site import load_fixtures_when_empty

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Path:
    """A directory in place of the project's own, with one small fixture file."""
    settings.BASE_DIR = tmp_path
    settings.VAR_DIR = tmp_path / "var"
    write_fixture(tmp_path / "fixtures", "readers")
    return tmp_path


def write_fixture(directory: Path, name: str) -> None:
    directory.mkdir()
    row = {"model": "auth.group", "pk": 1, "fields": {"name": name}}
    (directory / "10-group.json").write_text(json.dumps([row]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(port: int | None = None) -> str:
    out = StringIO()
    call_command("prepare_site", port=port or free_port(), stdout=out)
    return out.getvalue()


def password_in(output: str) -> str:
    return output.split("Password: ")[1].strip()


def test_an_empty_site_gets_content_and_a_staff_login(site: Path) -> None:
    port = free_port()
    output = prepare(port)
    assert Group.objects.filter(name="readers").exists()
    editor = get_user_model().objects.get(username="editor")
    assert editor.is_staff
    assert editor.is_superuser
    assert editor.check_password(password_in(output))
    assert f"http://127.0.0.1:{port}/" in output
    assert "Login:    editor" in output


def test_the_password_is_kept_where_only_its_owner_reads_it(site: Path) -> None:
    output = prepare()
    kept = site / "var" / "staff-login.txt"
    assert kept.read_text().strip() == password_in(output)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_second_time_keeps_login_and_password(site: Path) -> None:
    first = prepare()
    assert password_in(prepare()) == password_in(first)
    assert get_user_model().objects.count() == 1


def test_a_changed_password_is_kept_and_the_old_one_not_shown(site: Path) -> None:
    first = prepare()
    editor = get_user_model().objects.get(username="editor")
    editor.set_password("chosen by the editor")
    editor.save()
    second = prepare()
    editor.refresh_from_db()
    assert editor.check_password("chosen by the editor")
    assert password_in(first) not in second
    assert "manage.py changepassword editor" in second


def test_a_lost_database_gets_a_new_password_though_the_old_file_is_there(site: Path) -> None:
    first = prepare()
    get_user_model().objects.all().delete()
    second = prepare()
    assert password_in(second) != password_in(first)
    assert get_user_model().objects.get().check_password(password_in(second))


def test_content_that_is_there_is_never_loaded_over(site: Path) -> None:
    apps.get_model("partnership", "Term").objects.create(slug="a-word", vocabulary="level", label="A word")
    output = prepare()
    assert not Group.objects.filter(name="readers").exists()
    assert "kept as it is" in output


def test_a_register_without_fixtures_starts_empty_and_says_so(tmp_path: Path) -> None:
    assert "no fixtures" in load_fixtures_when_empty(tmp_path)


def test_a_port_in_use_is_named_with_the_way_out_and_nothing_is_changed(site: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} .*make site PORT=8001"):
            prepare(port)
    assert not get_user_model().objects.exists()


def test_production_gets_no_password_in_a_file(site: Path, settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="development only"):
        prepare()
    assert not (site / "var").exists()
