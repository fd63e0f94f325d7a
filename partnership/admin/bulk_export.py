"""Taking along what readers see of selected entries, as files that load again."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext

from partnership.documents import PUBLIC
from partnership.editorial.bulk import Plan, Planned, Skipped
from partnership.editorial.rules import Problem
from partnership.exchange.archive import archive_folder
from partnership.exchange.export import addresses, export
from partnership.models import Entry


def plan_of(entries: Sequence[Entry]) -> Plan:
    """The entries that an export holds, and those that readers do not see."""
    public = addresses(PUBLIC)
    planned, skipped = [], []
    for entry in entries:
        if entry.pk in public[type(entry)]:
            planned.append(Planned(entry))
        else:
            skipped.append(
                Skipped(entry, [Problem("", gettext("It is not public: only what readers see is exported."))])
            )
    return Plan(planned, skipped, "")


def archive_of(model: type[Entry], keys: Sequence[int]) -> bytes:
    """A ZIP file of the fixtures of public entries, with whatever they need to load alone."""
    with tempfile.TemporaryDirectory() as name:
        folder, path = Path(name) / "files", Path(name) / "files.zip"
        folder.mkdir()
        export(folder, PUBLIC, keys={model: keys}, stamp=True)
        archive_folder(path, folder)
        return path.read_bytes()
