"""What can be loaded only when a load looks at the whole: the last row of a table, values that change places."""

from pathlib import Path
from typing import Any

import pytest

from partnership.exchange.export import EDITORIAL, export
from partnership.exchange.load import load
from partnership.models import PartyName, Relation, Status
from tests.exchange.conftest import edit_row, without_manifest
from tests.factories import make_relation


def test_a_bundle_without_the_last_row_of_a_table_takes_it_away(register: None, tmp_path: Path) -> None:
    """A bundle has no file for a table without rows; its manifest says that nothing was left out."""
    export(tmp_path / "with", EDITORIAL)
    PartyName.objects.all().delete()
    export(tmp_path / "without", EDITORIAL)
    load([tmp_path / "with"])
    assert PartyName.objects.count() == 1
    report = load([tmp_path / "without"])
    assert (PartyName.objects.count(), report.entries) == (0, [("party:japan", "changed")])


@pytest.mark.parametrize("name", ["party", "organisation"])
def test_two_relations_that_were_never_public_change_places(db: None, tmp_path: Path, name: str) -> None:
    first: dict[str, Any] = {"organisation": "nato", "party": "japan"}
    second = first | ({"party": "korea"} if name == "party" else {"organisation": "eu"})
    for slug, pair in (("one", first), ("two", second)):
        make_relation(slug, status=Status.DRAFT, **pair)
    folder = without_manifest(tmp_path / "files", EDITORIAL)
    for slug, pair in (("one", second), ("two", first)):
        edit_row(folder, Relation, slug, lambda row, pair=pair: row["fields"].update({name: [pair[name]]}))
    load([folder])
    stands = {each.slug: getattr(each, name).slug for each in Relation.objects.all()}
    assert stands == {"one": second[name], "two": first[name]}
