"""The settings in both modes, each read from the file with its own environment."""

import re
import runpy
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS
from django.db.utils import ConnectionHandler

SETTINGS = Path(__file__).resolve().parent.parent / "partnership" / "settings.py"
VARIABLES = {
    name
    for file in (SETTINGS, SETTINGS.with_name("services.py"))
    for name in re.findall(r'(?:env\.\w+|required)\(\s*"([A-Z_]+)"', file.read_text())
}
KEY = secrets.token_urlsafe(64)

Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads the settings with exactly the given variables set."""

    def read_with(**variables: str) -> dict[str, Any]:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read_with


def production(**more: str) -> dict[str, str]:
    return {
        "PARTNERSHIP_ENV": "production",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "register.example.org",
        **more,
    }


def test_development_works_without_any_variable(read: Read) -> None:
    settings = read()
    assert settings["DEBUG"] is True
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["DATABASES"]["default"]["NAME"] == SETTINGS.parent.parent / "var" / "register.sqlite3"
    assert settings["SITE_NAME"] == "Partnership"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_production_refuses_to_start_and_says_what_to_set(
    read: Read, missing: str, value: str | None
) -> None:
    variables = production()
    del variables[missing]
    if value is not None:
        variables[missing] = value
    with pytest.raises(ImproperlyConfigured, match=rf"^{missing} is not set.*for example: {missing}="):
        read(**variables)


def test_production_takes_key_and_hosts_from_the_environment(read: Read) -> None:
    settings = read(**production(ALLOWED_HOSTS="register.example.org, www.example.org,"))
    assert settings["SECRET_KEY"] == KEY
    assert settings["ALLOWED_HOSTS"] == ["register.example.org", "www.example.org"]


def test_production_never_shows_debug_pages(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "true")
    assert read(**production())["DEBUG"] is False


def test_an_unknown_mode_is_refused_rather_than_taken_for_one_of_the_two(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match='PARTNERSHIP_ENV is "prod"'):
        read(PARTNERSHIP_ENV="prod")


def test_production_cookies_are_bound_to_the_host_and_to_https(read: Read) -> None:
    settings = read(**production())
    for cookie in ("SESSION", "CSRF"):
        assert settings[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
        assert settings[f"{cookie}_COOKIE_SECURE"] is True


@pytest.mark.parametrize(("behind", "trusted"), [("", False), ("false", False), ("true", True)])
def test_the_header_of_a_proxy_is_trusted_only_when_told(read: Read, behind: str, trusted: bool) -> None:
    variables = production(BEHIND_PROXY=behind) if behind else production()
    assert ("SECURE_PROXY_SSL_HEADER" in read(**variables)) is trusted


def test_a_second_factor_is_asked_for_in_production_and_nobody_can_switch_it_off(read: Read) -> None:
    assert read()["SECOND_FACTOR"] is False
    assert read(SECOND_FACTOR="on")["SECOND_FACTOR"] is True
    assert read(**production())["SECOND_FACTOR"] is True
    with pytest.raises(ImproperlyConfigured, match="SECOND_FACTOR is off"):
        read(**production(SECOND_FACTOR="off"))


def test_sessions_of_staff_last_as_long_as_told(read: Read) -> None:
    settings = read(SESSION_HOURS="8", SESSION_IDLE_MINUTES="15")
    assert (settings["SESSION_COOKIE_AGE"], settings["SESSION_IDLE_MINUTES"]) == (8 * 3600, 15)


def test_trusted_origins_are_read_as_a_list(read: Read) -> None:
    origins = read(**production(CSRF_TRUSTED_ORIGINS="https://a.example.org,https://b.example.org"))
    assert origins["CSRF_TRUSTED_ORIGINS"] == ["https://a.example.org", "https://b.example.org"]


@pytest.mark.django_db
def test_sqlite_keeps_acknowledged_saves_and_waits_for_a_lock(read: Read, tmp_path: Path) -> None:
    database = read(DATABASE_URL=f"sqlite:///{tmp_path}/register.sqlite3")["DATABASES"]["default"]
    connection = ConnectionHandler({DEFAULT_DB_ALIAS: database})[DEFAULT_DB_ALIAS]
    try:
        with connection.cursor() as cursor:
            found = {
                name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous")
            }
            waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            foreign_keys = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
        # 2 is FULL (sqlite.org/pragma.html).
        assert found == {"journal_mode": "wal", "synchronous": 2}
        assert waits >= 20_000
        assert foreign_keys == 1
    finally:
        connection.close()


def test_a_sqlite_transaction_takes_the_write_lock_when_it_begins(read: Read, tmp_path: Path) -> None:
    database = read(DATABASE_URL=f"sqlite:///{tmp_path}/register.sqlite3")["DATABASES"]["default"]
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_is_chosen_by_its_address(read: Read) -> None:
    database = read(DATABASE_URL="postgres://name:secret@db.example.org:5433/register")["DATABASES"][
        "default"
    ]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.org", 5433, "register")
    assert database["CONN_HEALTH_CHECKS"] is True
    assert "transaction_mode" not in database.get("OPTIONS", {})


@pytest.mark.parametrize("address", ["no address", "register.sqlite3", "oracles://localhost/x"])
def test_an_address_of_a_database_that_cannot_be_read_is_refused_with_an_example(
    read: Read, address: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL is not .* postgres://"):
        read(DATABASE_URL=address)


def test_the_cache_is_in_memory_unless_an_address_names_another(read: Read) -> None:
    assert read()["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    redis = read(CACHE_URL="redis://localhost:6379/0")["CACHES"]["default"]
    assert redis["BACKEND"] == "django.core.cache.backends.redis.RedisCache"


def test_an_address_of_a_cache_that_cannot_be_read_is_refused_with_an_example(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"CACHE_URL is not .* redis://"):
        read(CACHE_URL="nowhere")


@pytest.mark.parametrize("name", ["CONTENT_SECURITY_POLICY", "ADMIN_CONTENT_SECURITY_POLICY"])
def test_no_policy_allows_inline_code_or_another_host(read: Read, name: str) -> None:
    policy = read()[name]
    directives = policy.get("DIRECTIVES", policy)
    assert directives["default-src"] == ["'none'"]
    assert {source for sources in directives.values() for source in sources} <= {"'none'", "'self'", "data:"}
    assert "data:" not in directives["script-src"] + directives["style-src"]


def test_static_files_are_named_by_content_in_production_only(read: Read) -> None:
    assert "Manifest" in read(**production())["STORAGES"]["staticfiles"]["BACKEND"]
    assert "Manifest" not in read()["STORAGES"]["staticfiles"]["BACKEND"]


def test_the_place_of_the_default_database_is_made_when_missing(read: Read) -> None:
    place = read()["VAR_DIR"]
    assert stat.S_ISDIR(place.stat().st_mode)


def test_letters_are_printed_unless_a_mail_server_is_named(read: Read) -> None:
    settings = read()
    assert settings["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert settings["SITE_URL"] == "http://localhost:8000"
    settings = read(EMAIL_URL="submission://me:secret@mail.example.org", CONTACT_EMAIL="desk@example.org")
    assert settings["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (settings["EMAIL_HOST"], settings["EMAIL_USE_TLS"]) == ("mail.example.org", True)
    assert settings["DEFAULT_FROM_EMAIL"] == "desk@example.org"


@pytest.mark.parametrize("wrong", ["mail.example.org", "foo://mail.example.org", "smtp://:x@:y"])
def test_no_address_of_a_mail_server_is_told(read: Read, wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        read(EMAIL_URL=wrong)


def test_production_takes_the_address_of_the_site_from_its_host(read: Read) -> None:
    assert read(**production())["SITE_URL"] == "https://register.example.org"
    assert read(**production(ALLOWED_HOSTS="*"))["SITE_URL"] == ""
    assert (
        read(**production(SITE_URL="https://other.example.org/"))["SITE_URL"] == "https://other.example.org"
    )
