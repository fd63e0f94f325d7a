#!/usr/bin/env python3
"""Runs the project's commands: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name, in development mode unless PARTNERSHIP_ENV says otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is not installed for this Python. Use the project's own environment: `make site` "
            "makes it, or `python3 -m venv .venv && .venv/bin/pip install -r requirements.txt`."
        ) from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
