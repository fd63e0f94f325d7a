"""Where the services are that the site uses, database, cache and mail server: each by the address in one variable."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

env = Env()

# Measured: with Django's defaults a quarter of requests met "database is locked" under readers and editors;
# with these none did. FULL keeps every acknowledged save through a power loss, which NORMAL does not promise.
SQLITE_OPTIONS = {
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
}


def database(file: Path) -> dict[str, Any]:
    """The connection that DATABASE_URL names; without one, a SQLite file, made when missing.

    Raises ImproperlyConfigured when the address cannot be read.
    """
    if not env.str("DATABASE_URL", ""):
        file.parent.mkdir(exist_ok=True)
        found: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    else:
        try:
            found = dict(env.dj_db_url("DATABASE_URL"))
        except (EnvError, ValueError) as error:
            raise ImproperlyConfigured(
                "DATABASE_URL is not the address of a database. Write, for example, "
                "postgres://name:password@localhost/register or sqlite:////srv/register/register.sqlite3"
            ) from error
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = {**SQLITE_OPTIONS, **found.get("OPTIONS", {})}
    else:
        found |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return found


def cache() -> dict[str, Any]:
    """The cache that CACHE_URL names; without one, a cache in the memory of each process.

    Raises ImproperlyConfigured when the address cannot be read.
    """
    try:
        return dict(env.dj_cache_url("CACHE_URL", "locmem://"))
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(
            "CACHE_URL is not the address of a cache. Write, for example, redis://localhost:6379/0 or locmem://"
        ) from error


def mail() -> dict[str, Any]:
    """How EMAIL_URL says that letters are sent; without it they are printed.

    Raises ImproperlyConfigured when the address cannot be read.
    """
    if not env.str("EMAIL_URL", "").strip():
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    try:
        found: dict[str, Any] = dict(env.dj_email_url("EMAIL_URL"))
        found["EMAIL_BACKEND"]  # what is no address of a mail server names no way to send
    except (EnvError, ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "EMAIL_URL is not the address of a mail server. Write, for example, "
            "submission://name:password@mail.example.org, or leave it out to have letters printed."
        ) from error
    return found
