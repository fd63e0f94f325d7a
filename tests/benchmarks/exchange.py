"""What files cost, out and in, beside what else there is: Django's dumpdata and loaddata, django-import-export,
Datasette, and the floor, which is bare sqlite3 with json or csv.

    python -m tests.benchmarks.exchange 10000 100000

Every task runs in a process of its own on generated contributions in a SQLite file, in turn with the others, and is
measured after start-up; printed are medians. A peer that takes minutes runs once, and at the sizes up to 10,000
unless --all-peers is given. Ratios are CPU over that of ours: above 1, the other takes longer.
"""

import argparse
import filecmp
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

SLOW_UP_TO = 10_000


class Task(NamedTuple):
    """A task of tasks.py: what it is called here, and whether it takes minutes at a large size."""

    name: str
    label: str
    slow: bool = False
    again: bool = False


class Group(NamedTuple):
    """Tasks that are compared; the first is ours. `loads` start on empty tables, or, `again`, on what they loaded."""

    label: str
    tasks: tuple[Task, ...]
    loads: bool = False


GROUPS = {
    "export": Group(
        "fixtures out",
        (
            Task("export_ours", "export_fixtures"),
            Task("export_dumpdata", "dumpdata, natural keys", slow=True),
            Task("export_floor", "floor: sqlite3 + json, same bytes"),
        ),
    ),
    "load": Group(
        "fixtures into empty tables",
        (
            Task("load_ours", "load_fixtures"),
            Task("load_loaddata", "loaddata", slow=True),
            Task("load_floor", "floor: json + executemany, unchecked"),
        ),
        loads=True,
    ),
    "again": Group(
        "fixtures that are there already",
        (
            Task("load_ours", "load_fixtures", again=True),
            Task("load_loaddata", "loaddata", slow=True, again=True),
        ),
        loads=True,
    ),
    "csv": Group(
        "filtered list as CSV",
        (
            Task("csv_ours", "/contributions.csv?stage=paid"),
            Task("csv_datasette", "Datasette, _stream=on"),
            Task("csv_import_export", "django-import-export", slow=True),
            Task("csv_floor", "floor: sqlite3 + csv, plain columns"),
        ),
    ),
}

HEAD = (
    f"{'rows':>8}  {'task':38}{'runs':>5}{'CPU ms':>10}{'wall ms':>10}{'first ms':>10}{'rows/s':>9}"
    f"{'start MB':>10}{'peak MB':>9}{'CPU, ours=1':>13}\n"
)
Costs = dict[str, float]


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000], metavar="SIZE")
    parser.add_argument("--rounds", type=int, default=3, help="how often each task runs (3); slow ones once")
    parser.add_argument("--only", choices=[*GROUPS], action="append", help="one group of tasks")
    parser.add_argument("--without-peers", action="store_true", help="leave out whatever takes minutes")
    parser.add_argument("--all-peers", action="store_true", help="slow peers at every size")
    found = parser.parse_args(given)
    if not found.sizes or min(found.sizes) < 1 or found.rounds < 1:
        parser.error("Ask for one contribution or more, and for one round or more: 10000 --rounds 3")
    return found


class Bench:
    """One size: a generated register, an empty one, and a folder of files for each task."""

    def __init__(self, home: Path, size: int) -> None:
        self.size, self.home = size, home / str(size)
        self.home.mkdir()
        self.empty = home / "empty.sqlite3"
        if not self.empty.exists():
            _run("empty", self.empty, home)
        self.register = self.home / "register.sqlite3"
        shutil.copy(self.empty, self.register)
        _run("grow", self.register, self.home)
        self.files = self._folder("files")
        self.rows = _run("export_ours", self.register, self.files)["rows"]

    def measure(self, group: Group, rounds: int, *, slow: bool) -> dict[Task, list[Costs]]:
        """Every task of the group in turn, round by round."""
        tasks = [each for each in group.tasks if slow or not each.slow]
        costs: dict[Task, list[Costs]] = {task: [] for task in tasks}
        for number in range(rounds):
            for task in tasks:
                if number == 0 or not task.slow:
                    costs[task].append(self._once(task, loads=group.loads))
        if group is GROUPS["export"]:
            self._same_bytes()
        return costs

    def _once(self, task: Task, *, loads: bool) -> Costs:
        if not loads:
            return _run(task.name, self.register, self._folder(task.name))
        database = self.home / f"{task.name}.sqlite3"
        if not task.again:
            shutil.copy(self.empty, database)
        elif not database.exists():
            shutil.copy(self.empty, database)
            _run(task.name, database, self.files)
        return {**_run(task.name, database, self.files), "rows": self.rows}

    def _folder(self, name: str) -> Path:
        folder = self.home / name
        folder.mkdir(exist_ok=True)
        return folder

    def _same_bytes(self) -> None:
        """The floor counts only if it does the same."""
        ours, floor = self._folder("export_ours"), self._folder("export_floor")
        names = [path.name for path in ours.glob("*.json")]
        if filecmp.cmpfiles(ours, floor, names, shallow=False)[0] != names:
            raise SystemExit("The floor wrote other bytes than the export: mend tests/benchmarks/floor.py.")


def _run(name: str, database: Path, folder: Path) -> Costs:
    command = [sys.executable, "-m", "tests.benchmarks.tasks", name, str(database), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    found: Any = json.loads(done.stdout.splitlines()[-1])
    return found


def medians(costs: list[Costs]) -> Costs:
    """The median of each figure."""
    return {name: statistics.median(cost[name] for cost in costs) for name in costs[0]}


def line(size: int, task: Task, costs: list[Costs], ours: list[Costs]) -> str:
    """One row of the table."""
    own, median = medians(ours), medians(costs)
    first = f"{median['first']:.0f}" if "first" in median else ""
    return (
        f"{size:>8}  {task.label:38}{len(costs):>5}{median['cpu']:>10.0f}{median['wall']:>10.0f}{first:>10}"
        f"{median['rows'] / median['wall'] * 1000:>9.0f}{median['start_mb']:>10.0f}{median['peak_mb']:>9.0f}"
        f"{median['cpu'] / own['cpu']:>13.2f}\n"
    )


def main(given: list[str] | None = None) -> None:
    """Generate, measure and print, size by size."""
    asked = arguments(given)
    with tempfile.TemporaryDirectory(prefix="partnership-bench-") as home:
        for size in sorted(set(asked.sizes)):
            bench = Bench(Path(home), size)
            slow = not asked.without_peers and (asked.all_peers or size <= SLOW_UP_TO)
            for name in asked.only or GROUPS:
                costs = bench.measure(GROUPS[name], asked.rounds, slow=slow)
                sys.stdout.write(f"\n{GROUPS[name].label}\n{HEAD}")
                for task, found in costs.items():
                    sys.stdout.write(line(size, task, found, costs[GROUPS[name].tasks[0]]))
                if not slow and not asked.without_peers:
                    left = ", ".join(task.label for task in GROUPS[name].tasks if task.slow)
                    sys.stdout.write(f"{'':10}not at this size, it takes minutes (--all-peers): {left}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
