"""Exports in processes of their own, which can be killed: python -m tests.exchange.exporting

Each line of standard input, `task<tab>database<tab>place<tab>moment`, starts one in a process forked from this one, so that
it begins at once; with a moment it is killed so many seconds after its folder stands beside the place. How it ended is printed.
"""

import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path


def to_folder(database: str, place: Path) -> None:
    """Export into a folder."""
    from partnership.exchange.export import export

    export(place)


def to_stream(database: str, place: Path) -> None:
    """Stream into a file, while somebody else writes to the register after the first piece, without having to wait."""
    from partnership.exchange.export import Scope, stream

    with place.open("wb") as file:
        pieces = stream(Scope())
        file.write(next(pieces))
        with closing(sqlite3.connect(database, timeout=0)) as writer:
            writer.execute("UPDATE partnership_party SET name = 'Written meanwhile'")
            writer.commit()
        file.writelines(pieces)


TASKS = {"folder": to_folder, "stream": to_stream}


def kill(pid: int, place: Path, left: set[Path], moment: float) -> None:
    """Kill a process that is not yet waited for, so that its number is nobody else's."""
    while set(beside(place)) == left and Path(f"/proc/{pid}/exe").exists():
        pass
    time.sleep(moment)
    os.kill(pid, signal.SIGKILL)


def beside(folder: Path) -> list[Path]:
    """What exports that were killed, or still run, left beside a folder."""
    return list(folder.parent.glob(f".{folder.name}-*"))


def main() -> None:
    """Fork and wait, line by line."""
    import django

    django.setup()
    from django.db import connection

    for line in sys.stdin:
        task, database, name, moment = line.rstrip("\n").split("\t")
        place = Path(name)
        left = set(beside(place))
        pid = os.fork()
        if pid == 0:
            connection.settings_dict["NAME"] = database
            TASKS[task](database, place)
            connection.close()
            os._exit(0)
        if moment:
            kill(pid, place, left, float(moment))
        _pid, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
