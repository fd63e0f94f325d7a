"""Loads in processes that can be killed: python -m tests.exchange.loading

Each line of standard input, `database<tab>folder`, starts one load in a process of its own, forked from this one so that
it begins at once. Its number is printed, and, when it has ended, how.
"""

import os
import sys
from pathlib import Path


def main() -> None:
    """Fork and wait, line by line."""
    import django

    django.setup()
    from django.db import connection

    from partnership.exchange.load import load

    for line in sys.stdin:
        database, folder = line.rstrip("\n").split("\t")
        pid = os.fork()
        if pid == 0:
            connection.settings_dict["NAME"] = database
            load([Path(folder)])
            connection.close()
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _pid, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
