"""How long the filtered list of contributions takes, beside the page that a developer writes first (naive.py).

    python -m tests.benchmarks.bench 1000 10000 100000

Both pages are asked in turn, in one process and in one run, through Django's test client: no network is measured. The
database is a throw-away SQLite file, or a throw-away database of the server that DATABASE_URL names. Printed are
medians of several rounds in milliseconds; CPU is that of this process, so that of a database server is in the wall
time alone. A ratio below 1 says that the list is faster than the naive page.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

OURS, NAIVE = "/contributions/", "/naive/"
PAGE_SIZE = 25


class Cost(NamedTuple):
    """Milliseconds of one request, and the queries it ran."""

    cpu: float
    wall: float
    queries: int


class Page(NamedTuple):
    """One selection that both pages are asked for; before a cold request something public has changed."""

    name: str
    query: str
    cold: bool = False


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000], metavar="SIZE")
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is asked for (5)")
    found = parser.parse_args()
    found.sizes = sorted(set(found.sizes))
    if found.sizes[0] < PAGE_SIZE or found.rounds < 1:
        parser.error(
            f"Ask for {PAGE_SIZE} contributions or more, and for one round or more: 1000 10000 --rounds 3"
        )
    return found


@contextmanager
def throw_away_database() -> Iterator[None]:
    """An empty database with all tables, gone afterwards; Django set up as on a running site, without DEBUG."""
    with tempfile.TemporaryDirectory(prefix="partnership-bench-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/unused.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")
        import django
        from django.conf import settings
        from django.db import connection

        settings.DEBUG = False  # else Django keeps every query
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.ROOT_URLCONF = "tests.benchmarks.naive"
        django.setup()
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = f"{folder}/bench.sqlite3"
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)


def pages(client: Any) -> list[Page]:
    """The selections that are measured; the deep page is the last of its selection."""
    count = client.get(f"{NAIVE}?stage=paid").context_data["paginator"].count
    return [
        Page("stage=paid, first after a change", "stage=paid", cold=True),
        Page("stage=paid", "stage=paid"),
        Page("no filter", ""),
        Page("stage=paid, last page", f"stage=paid&page={-(-count // PAGE_SIZE)}"),
        Page("stage, donor and area", "stage=paid&donor=donor-0&area=area-0"),
    ]


def ask(client: Any, address: str) -> tuple[Cost, int]:
    """The cost of one request, and the number of contributions that the page counts."""
    from django.db import connection

    queries = 0

    def count(execute: Callable, *args: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*args)

    gc.collect()
    with connection.execute_wrapper(count):
        cpu, wall = time.process_time(), time.perf_counter()
        response = client.get(address)
        cost = Cost((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000, queries)
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}: mend the page before measuring it.")
    return cost, response.context_data["paginator"].count


def measure(client: Any, rounds: int) -> Iterator[tuple[Page, Cost, Cost]]:
    """(page, our median cost, naive median cost), every page asked for in turn in every round."""
    from partnership import generation

    asked = pages(client)
    costs: dict[tuple[str, str], list[Cost]] = {}
    for number in range(-1, rounds):  # the first round warms up and is not counted
        for page in asked:
            counts = set()
            if page.cold:
                generation.move()  # once: what is kept of the list is renewed by its first request alone
            for address in (OURS, NAIVE):
                cost, count = ask(client, f"{address}?{page.query}")
                counts.add(count)
                if number >= 0:
                    costs.setdefault((page.name, address), []).append(cost)
            if len(counts) > 1:
                raise SystemExit(
                    f"{page.name}: the pages count {sorted(counts)} rows. They must show the same."
                )
    for page in asked:
        yield page, median(costs[page.name, OURS]), median(costs[page.name, NAIVE])


def median(costs: list[Cost]) -> Cost:
    """The median of each column."""
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))


HEAD = (
    f"{'rows':>7}  {'page':34}{'ours CPU':>10}{'wall':>9}{'queries':>9}"
    f"{'naive CPU':>12}{'wall':>9}{'queries':>9}{'ratio CPU':>12}{'wall':>8}\n"
)


def line(size: int, page: Page, ours: Cost, naive: Cost) -> str:
    """One row of the table."""
    return (
        f"{size:>7}  {page.name:34}{ours.cpu:>10.1f}{ours.wall:>9.1f}{ours.queries:>9.0f}"
        f"{naive.cpu:>12.1f}{naive.wall:>9.1f}{naive.queries:>9.0f}"
        f"{ours.cpu / naive.cpu:>12.2f}{ours.wall / naive.wall:>8.2f}\n"
    )


def main() -> None:
    """Generate, measure and print, size by size."""
    asked = arguments()
    with throw_away_database():
        from django.db import connection
        from django.test import Client

        from tests.benchmarks import generate

        sys.stdout.write(
            f"{connection.vendor}, median of {asked.rounds} rounds, milliseconds a request\n{HEAD}"
        )
        ground, written = generate.lay_ground(), 0
        for size in asked.sizes:
            generate.grow(ground, written, size)
            written = size
            if connection.vendor == "postgresql":  # what its own housekeeping does within a minute
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            for page, ours, naive in measure(Client(), asked.rounds):
                sys.stdout.write(line(size, page, ours, naive))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
