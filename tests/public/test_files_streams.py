"""Files from the server of production, over the wire: one that breaks on the way is seen to be broken."""

import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.factories import make_contribution
from tests.public.copies import copy

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# More than are read at once, and more than are sent at once.
CONTRIBUTIONS = 2200


class Local(http.client.HTTPConnection):
    """A connection to a server on this machine, by a socket in a folder."""

    def __init__(self, place: Path) -> None:
        super().__init__("localhost", timeout=20)
        self.place = place

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.place))


@contextmanager
def served(database: Path, log: Path) -> Iterator[Path]:
    """The site over a database, as in production; ended afterwards. Where it listens."""
    place = database.with_suffix(".socket")
    command = [
        *(sys.executable, "-m", "gunicorn", "partnership.wsgi", "--bind", f"unix:{place}"),
        *("--workers", "1", "--threads", "2"),
    ]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "PARTNERSHIP_ENV": "development"}
    with (
        log.open("wb") as file,
        subprocess.Popen(command, env=environment, stdout=file, stderr=file) as server,
    ):
        try:
            for _ in range(200):
                if place.exists() or server.poll() is not None:
                    break
                time.sleep(0.05)
            assert server.poll() is None, log.read_text()
            yield place
        finally:
            server.terminate()


def test_a_file_that_breaks_on_the_way_never_looks_whole_and_the_next_is_whole(tmp_path: Path) -> None:
    copy(make_contribution("gift", amount="5", currency="EUR"), range(1, CONTRIBUTIONS))
    database, log = tmp_path / "site.sqlite3", tmp_path / "log"
    database.write_bytes(connection.connection.serialize())
    with closing(sqlite3.connect(database)) as hand:
        hand.execute("PRAGMA journal_mode = WAL")
        hand.execute("PRAGMA ignore_check_constraints = 1")
        # By address and, since all are of one day, in the list the last: what comes before it is good.
        hand.execute(
            "UPDATE partnership_contribution SET amount = 'damaged' "
            "WHERE slug = (SELECT max(slug) FROM partnership_contribution)"
        )
        hand.commit()
    with served(database, log) as place:
        for form in ("csv", "json", "fixture.json"):
            with closing(Local(place)) as reader:
                reader.request("GET", f"/contributions.{form}")
                answer = reader.getresponse()
                assert (answer.status, answer.headers["Transfer-Encoding"]) == (200, "chunked"), form
                with pytest.raises(http.client.IncompleteRead) as broken:
                    answer.read()
                assert broken.value.partial, form
        with closing(sqlite3.connect(database)) as hand:  # nothing that broke holds the register
            hand.execute("UPDATE partnership_contribution SET amount = 5 WHERE amount = 'damaged'")
            hand.commit()
        with closing(Local(place)) as reader:
            reader.request("GET", "/contributions.csv")
            content = reader.getresponse().read()
            assert content.count(b"\r\n") == CONTRIBUTIONS + 1
            assert content.startswith(b"slug,")
    assert log.read_text().count("Traceback") >= 3
