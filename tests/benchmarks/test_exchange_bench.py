"""The floors that files are measured against do the same work as the site, and the table says what was measured."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from partnership.exchange.export import export
from tests.benchmarks import exchange, floor, generate, tasks
from tests.exchange.conftest import files_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_the_floor_writes_the_bytes_of_the_export_and_reads_them_back(tmp_path):
    generate.grow(generate.lay_ground(), 0, 60)
    steps, database = floor.plan(), str(tmp_path / "copy.sqlite3")
    export(tmp_path / "ours")
    Path(database).write_bytes(connection.connection.serialize())
    expected = {
        name: bytes_ for name, bytes_ in files_in(tmp_path / "ours").items() if name.endswith(".json")
    }
    (tmp_path / "floor").mkdir()
    count = floor.export(database, str(tmp_path / "floor"), steps)
    assert files_in(tmp_path / "floor") == expected

    with closing(sqlite3.connect(database)) as copy:
        copy.create_function("REGEXP", 2, lambda _pattern, _text: True)
        for step in steps:
            for table in (*(many["table"] for many in step["many"]), step["table"]):
                copy.execute(f'DELETE FROM "{table}"')
        copy.commit()
    assert floor.load(database, str(tmp_path / "ours"), steps) == count
    (tmp_path / "again").mkdir()
    assert floor.export(database, str(tmp_path / "again"), steps) == count
    assert files_in(tmp_path / "again") == expected


def test_every_task_of_a_group_can_be_run_and_ours_is_first():
    for group in exchange.GROUPS.values():
        assert group.tasks[0].name.endswith("_ours")
        assert not group.tasks[0].slow
        assert {task.name for task in group.tasks} <= tasks.TASKS.keys()


def test_a_line_gives_the_ratio_to_ours():
    def cost(cpu: float) -> dict[str, float]:
        return {"cpu": cpu, "wall": 500, "rows": 1000, "start_mb": 50, "peak_mb": 60}

    task = exchange.GROUPS["export"].tasks[1]
    line = exchange.line(10, task, [cost(600.0)], [cost(100.0), cost(200.0), cost(400.0)])
    assert line.split()[-1] == "3.00"
    assert task.label in line
    assert " 2000 " in line


@pytest.mark.parametrize("given", [["0"], ["10", "--rounds", "0"], ["10", "--only", "nothing"]])
def test_a_run_that_measures_nothing_is_refused(given, capsys):
    with pytest.raises(SystemExit) as caught:
        exchange.arguments(given)
    assert caught.value.code == 2
    assert Path(capsys.readouterr().err.split()[1]).name
