"""The tables of the register as a Frictionless data package: CSV files and a description of each column.

https://specs.frictionlessdata.io/tabular-data-package/ says what the description means; `frictionless validate` checks
the files against it.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext

from partnership.exchange.manifest import sha256_of
from partnership.exchange.tables import csv_lines

from .columns import schema_of
from .lists import LISTS, rows_of_list
from .snapshot import Snapshot, citation, licence
from .texts import write_json

DESCRIPTION = "datapackage.json"


def write_tables(folder: Path, snapshot: Snapshot) -> dict[str, int]:
    """Write the CSV of every list and the description of all into `folder`; the rows of each CSV by its name."""
    written: dict[str, int] = {}
    resources = []
    for name, model in LISTS.items():
        path = folder / f"{name}.csv"
        rows = rows_of_list(name)
        with path.open("wb") as file:
            file.writelines(csv_lines(model, rows))
        written[path.name] = rows.count()
        resources.append(_resource(name, model, path))
    write_json(folder / DESCRIPTION, _package(resources, snapshot))
    return written


def _package(resources: list[dict[str, Any]], snapshot: Snapshot) -> dict[str, Any]:
    described: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": slugify(settings.SITE_NAME) or "register",
        "title": settings.SITE_NAME,
        "description": citation(snapshot.stamp),
        "version": str(snapshot.stamp.edition),
    }
    if snapshot.stamp.day:
        described["created"] = f"{snapshot.stamp.day.isoformat()}T00:00:00Z"
    title, address = licence()
    if title:
        named = {"name": title.replace(" ", "-"), "title": title}
        described["licenses"] = [named | ({"path": address} if address else {})]
    described["sources"] = [
        {"title": gettext("The sources that each row names; sources.csv lists all of them.")}
    ]
    return described | {"resources": resources}


def _resource(name: str, model: Any, path: Path) -> dict[str, Any]:
    return {
        "name": name,
        "path": path.name,
        "profile": "tabular-data-resource",
        "title": capfirst(str(model._meta.verbose_name_plural)),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": schema_of(model),
    }
