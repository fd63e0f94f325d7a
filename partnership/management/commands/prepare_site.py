"""`manage.py prepare_site`: what `make site` runs before the development server."""

import os
import secrets
import socket
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

LOGIN = "editor"


class Command(BaseCommand):
    """Migrates, loads the fixtures into an empty register, sees to one staff login and says how to get in.

    Run again it changes nothing: neither content nor the password of an existing login.
    """

    help = "Prepare a development site: tables, first content and a staff login, keeping all that is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8000, help="Port of the server that is to follow (default 8000)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "prepare_site keeps a staff password in a file, so it is for development only. In production run "
                "migrate, then loaddata fixtures/*.json, then createsuperuser."
            )
        port: int = options["port"]
        refuse_port_in_use(port)
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(load_fixtures_when_empty(settings.BASE_DIR / "fixtures"))
        password = staff_password(settings.VAR_DIR / "staff-login.txt")
        self.stdout.write(f"Site:     http://127.0.0.1:{port}/")
        self.stdout.write(f"Staff:    http://127.0.0.1:{port}/admin/")
        self.stdout.write(f"Login:    {LOGIN}")
        self.stdout.write(f"Password: {password}")


def refuse_port_in_use(port: int) -> None:
    """Raise CommandError when another program listens at this port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server itself does: a port that a stopped server has just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} of 127.0.0.1 cannot be used: another program has it, or it is not allowed. "
                "Choose another, for example: make site PORT=8001"
            ) from error


def load_fixtures_when_empty(directory: Path) -> str:
    """Load all fixtures of the directory, in the order of their names, into a register without a single term.

    Returns a sentence that says what was done.
    """
    if apps.get_model("partnership", "Term").objects.exists():
        return "The register has content already: it is kept as it is."
    files = sorted(str(path) for path in directory.glob("*.json"))
    if not files:
        return f"There are no fixtures in {directory}: the register starts empty."
    call_command("loaddata", *files, verbosity=0)
    return f"Loaded {len(files)} fixture files."


def staff_password(kept_in: Path) -> str:
    """The password of the staff login, or a sentence that says how to set a new one when it is not known here.

    A missing login is made with a random password, kept in the file, which only its owner may read.
    """
    users = get_user_model().objects
    user = users.filter(username=LOGIN).first()
    if user is None:
        password = secrets.token_urlsafe(15)
        keep_secret(kept_in, password)
        users.create_superuser(username=LOGIN, password=password)
        return password
    kept = kept_in.read_text().strip() if kept_in.exists() else ""
    if kept and user.check_password(kept):
        return kept
    return f"changed since, and not kept here (set a new one: manage.py changepassword {LOGIN})"


def keep_secret(path: Path, secret: str) -> None:
    """Write one line to a file that only its owner may read, replacing what was there."""
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
