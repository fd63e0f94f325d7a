"""What an archive says of itself: a text for people, how to cite it, and how descriptions are written."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from .snapshot import Snapshot, citation, licence

README, CITATION = "README.txt", "CITATION"


def write_json(path: Path, described: dict[str, Any]) -> None:
    """Write a description as the files of fixtures are written: readable, in UTF-8, the same to the byte."""
    path.write_bytes((json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode())


def write_texts(folder: Path, snapshot: Snapshot) -> tuple[str, ...]:
    """Write the README and the CITATION of the tables into `folder`; their names."""
    name, address = licence()
    lines = [
        gettext("%(site)s: the tables of the register, %(edition)s.")
        % {"site": settings.SITE_NAME, "edition": snapshot.stamp.words},
        "",
        gettext("datapackage.json describes each table and column (Frictionless data package)."),
        gettext("Tables are CSV in UTF-8 with commas; an empty cell means that nothing is stated."),
        gettext("Dates are written in EDTF and are no more exact than their sources give them."),
        gettext("Amounts are as stated, in the currency of the source, never converted."),
        "",
        gettext("Licence: %(name)s %(address)s") % {"name": name, "address": address},
        gettext("How to cite: see CITATION."),
    ]
    (folder / README).write_bytes(("\n".join(lines) + "\n").encode())
    (folder / CITATION).write_bytes((citation(snapshot.stamp) + "\n").encode())
    return README, CITATION
