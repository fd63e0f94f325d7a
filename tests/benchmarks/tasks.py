"""What the comparison of files measures, each task in a process of its own: python -m tests.benchmarks.tasks NAME DATABASE FOLDER

A process prints one JSON line: milliseconds of CPU and wall after its start-up, peak memory at start-up and at the end
in MB, rows, bytes, and milliseconds to the first byte where it streams.
"""

import asyncio
import csv
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DUMPED = ("--natural-foreign", "--natural-primary")
Result = dict[str, Any]


def set_up(database: str) -> None:
    """Django on a SQLite file, as on a running site."""
    os.environ["DATABASE_URL"] = f"sqlite:///{database}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "partnership.settings"
    os.environ["PARTNERSHIP_ENV"] = "development"
    import django
    from django.conf import settings

    settings.DEBUG = False  # else Django keeps every query
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    from django.db import connection

    connection.ensure_connection()


def peak_memory() -> int:
    """The most memory that this process has used, in MB; what its parent used does not count."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) // 1024


# What is prepared and not measured


def empty(database: str, folder: str) -> Result:
    """All tables and no row."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.benchmarks import floor

    Path(folder, "plan.json").write_text(json.dumps(floor.plan()))
    return {}


def grow(database: str, folder: str) -> Result:
    """As many generated contributions as the name of the folder says."""
    from tests.benchmarks import generate

    generate.grow(generate.lay_ground(), 0, int(Path(folder).name))
    return {}


# Fixtures out


def export_ours(database: str, folder: str) -> Result:
    """The site's export of the public face."""
    from partnership.exchange.export import export

    return {"rows": sum(export(Path(folder)).files.values())}


def export_dumpdata(database: str, folder: str) -> Result:
    """Django's, of the same models; it dumps private fields too, and what it derives."""
    from django.core.management import call_command

    from partnership.exchange.export import FILE_NUMBERS

    path = Path(folder, "dump.json")
    names = [model._meta.label for model in FILE_NUMBERS]
    call_command("dumpdata", *names, *DUMPED, indent=1, output=str(path), verbosity=0)
    return {"rows": path.read_bytes().count(b'"model": "partnership.')}


def export_floor(database: str, folder: str) -> Result:
    """Bare sqlite3 and json, the same bytes as ours."""
    from tests.benchmarks import floor

    return {"rows": floor.export(database, folder, _plan(folder))}


def _plan(folder: str) -> Any:
    path = next(each for each in (Path(folder), *Path(folder).parents) if (each / "plan.json").exists())
    return json.loads((path / "plan.json").read_text())


# Fixtures in


def load_ours(database: str, folder: str) -> Result:
    """The site's load, which checks every row, keeps the index and writes an edition."""
    from partnership.exchange.load import load

    load([Path(folder)])
    return {}


def load_loaddata(database: str, folder: str) -> Result:
    """Django's, which checks nothing that the database does not refuse."""
    from django.core.management import call_command

    paths = sorted(map(str, Path(folder).glob("*.json")))
    call_command("loaddata", *paths, verbosity=0)
    return {}


def load_floor(database: str, folder: str) -> Result:
    """Bare json and sqlite3, nothing checked."""
    from tests.benchmarks import floor

    floor.load(database, folder, _plan(folder))
    return {}


# Tables out

SELECTION = "/contributions.csv?stage=paid"


def csv_ours(database: str, folder: str) -> Result:
    """The download of a filtered list, through the whole site."""
    from django.test import Client

    return _stream(lambda: Client().get(SELECTION))


def _stream(answer: Callable[[], Any]) -> Result:
    began = time.perf_counter()
    response = answer()
    if response.status_code != 200:
        raise SystemExit(f"{SELECTION} answered {response.status_code}.")
    parts = iter(response.streaming_content)
    size = len(next(parts))
    first = time.perf_counter() - began
    rows = 0
    for part in parts:
        rows, size = rows + part.count(b"\r\n"), size + len(part)
    return {"first": first * 1000, "bytes": size, "rows": rows}


def csv_import_export(database: str, folder: str) -> Result:
    """django-import-export, which has the whole file before its first byte."""
    from import_export.resources import ModelResource

    from partnership.models import Contribution

    class Resource(ModelResource):
        class Meta:
            model = Contribution
            fields = Contribution.public_fields
            use_natural_foreign_keys = True

    related = ("fund", "operation", "programme", "form", "series", "part_of")
    rows = Contribution.objects.published().filter(stage="paid").select_related(*related)
    began = time.perf_counter()
    data = Resource().export(rows.prefetch_related("organisations", "areas"))
    text = data.csv
    return {"first": (time.perf_counter() - began) * 1000, "bytes": len(text), "rows": len(data)}


def csv_datasette(database: str, folder: str) -> Result:
    """Datasette's stream of the plain table, without what it would have to look up."""
    from datasette.app import Datasette

    site = Datasette(
        [database], settings={"max_csv_mb": 0, "suggest_facets": False, "sql_time_limit_ms": 600_000}
    )
    name = Path(database).stem
    query = b"_stream=on&stage=paid"
    path = f"/{name}/partnership_contribution.csv"
    found = {"first": 0.0, "bytes": 0, "rows": 0}

    async def ask() -> None:
        began = time.perf_counter()

        async def send(message: dict[str, Any]) -> None:
            if body := message.get("body"):
                found["first"] = found["first"] or (time.perf_counter() - began) * 1000
                found["bytes"] += len(body)
                found["rows"] += body.count(b"\r\n")

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        head = {"type": "http", "method": "GET", "headers": [(b"host", b"localhost")], "query_string": query}
        scope = {**head, "path": path, "raw_path": path.encode(), "scheme": "http", "http_version": "1.1"}
        await site.app()(scope, receive, send)

    asyncio.run(ask())
    if not found["rows"]:
        raise SystemExit("Datasette gave no rows.")
    return found


def csv_floor(database: str, folder: str) -> Result:
    """Bare sqlite3 and csv: the plain table in chunks."""
    began = time.perf_counter()
    reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    rows = reader.execute(
        "SELECT * FROM partnership_contribution WHERE stage = 'paid' ORDER BY earliest DESC, slug"
    )
    first, count = 0.0, 0
    with Path(folder, "floor.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        while chunk := rows.fetchmany(500):
            writer.writerows(chunk)
            first = first or (time.perf_counter() - began) * 1000
            count += len(chunk)
    reader.close()
    return {"first": first, "bytes": Path(folder, "floor.csv").stat().st_size, "rows": count}


TASKS: dict[str, Callable[[str, str], Result]] = {
    task.__name__: task
    for task in (
        empty,
        grow,
        export_ours,
        export_dumpdata,
        export_floor,
        load_ours,
        load_loaddata,
        load_floor,
        csv_ours,
        csv_import_export,
        csv_datasette,
        csv_floor,
    )
}
WITHOUT_DJANGO = {"export_floor", "load_floor", "csv_floor", "csv_datasette"}


def run(name: str, database: str, folder: str) -> Result:
    """Do one task in this process and measure it."""
    if name not in WITHOUT_DJANGO:
        set_up(database)
    if name == "csv_ours":
        import partnership.urls  # noqa: F401  the first request would import it
    at_start = peak_memory()
    cpu, wall = time.process_time(), time.perf_counter()
    found = TASKS[name](database, folder)
    cost = {"cpu": (time.process_time() - cpu) * 1000, "wall": (time.perf_counter() - wall) * 1000}
    return {"rows": 0, **found, **cost, "start_mb": at_start, "peak_mb": peak_memory()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(*sys.argv[1:4])) + "\n")
