"""Bundles beside one another and beside the register: what differs is told whole, in words, by relation."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import CharField

from partnership.exchange.comparing import CHANGED, CREATED, REMOVED, compare
from partnership.exchange.export import EDITORIAL, export
from partnership.exchange.sides import Side, SideRefused, bundle_side, register_side, sides_of
from partnership.models import Alias, Event, EventInvolvement, Fund, FundFigure, Relation, Source, Status
from partnership.models.fields import LineField, ProseField
from tests.exchange.conftest import edit_row, rows_in, write_rows
from tests.factories import add_party, make_event, make_relation

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def told(old: Path | str, new: Path | str) -> str:
    """What the command prints, whether or not anything differs."""
    out = StringIO()
    code = 0
    try:
        call_command("diff_fixtures", str(old), str(new), stdout=out)
    except SystemExit as error:
        code = error.code
    words = out.getvalue()
    assert code == (0 if words.endswith("say the same.\n") else 3)
    return words


@pytest.fixture
def later(public_files: Path, tmp_path: Path) -> Path:
    """A copy of the public files to change."""
    return Path(shutil.copytree(public_files, tmp_path / "later"))


def test_a_bundle_is_the_same_as_itself_in_any_order_of_rows(public_files, later):
    for path in later.glob("*.json"):
        write_rows(path, rows_in(path)[::-1])
    assert told(public_files, later) == f"{public_files} and {later} say the same.\n"
    assert told(public_files, "register") == f"{public_files} and register say the same.\n"
    assert told("register", later) == f"register and {later} say the same.\n"


def test_what_was_created_changed_and_removed_is_told_in_words(public_files, register):
    Event.objects.filter(slug="meeting-2022").update(place="Madrid", plan_state="cancelled")
    figure = FundFigure.objects.get()
    figure.amount, figure.currency = "1300000.00", "USD"
    figure.save()
    Source.objects.filter(slug="a-page").update(title="A page, revised")
    Alias.objects.all().delete()
    make_event("new-summit", title="A new summit")
    words = told(public_files, "register")
    assert "Changed  Event “Meeting 2022” (event:meeting-2022)\n" in words.replace(
        "meeting-2022”", "Meeting 2022”"
    )
    assert "    Place: nothing → “Madrid”\n" in words
    assert "    State of the plan: “Held or in force” → “Cancelled”\n" in words
    assert "“1,200,000.50” → “1,300,000”" in words
    assert "    Title: “A page – « Türkiye »” → “A page, revised”\n" in words
    assert "  New  Event “A new summit” (event:new-summit)\n" in words
    assert "  Removed  Alias “event:the-old-meeting” (alias:event:the-old-meeting)\n" in words
    assert words.endswith("\n1 new, 3 changed, 1 removed\n")


def test_what_is_referred_to_stands_by_the_title_that_the_bundles_give_it(public_files, later):
    path = later / "13-party.json"
    rows = rows_in(path)
    rows.append(json.loads(json.dumps(rows[0]).replace(rows[0]["fields"]["slug"], "atlantis")))
    rows[-1]["fields"]["name"] = "Atlantis"
    write_rows(path, rows)
    edit_row(
        later,
        Fund,
        "clearance-fund",
        lambda row: row["fields"].update(organisations=[["atlantis"], ["nato"]]),
    )
    assert "Organisations: “NATO” → “Atlantis, NATO”" in told(public_files, later)


def test_a_change_stands_under_the_first_relation_it_is_about_and_is_named_under_the_others(
    register, tmp_path
):
    make_relation("nato-iceland", party="iceland")
    event = make_event("joint-meeting", title="Joint meeting", organisations=("nato",))
    add_party(event, "iceland")
    add_party(event, "navy")
    export(tmp_path / "before")
    Event.objects.filter(pk=event.pk).update(place="Oslo")
    Fund.objects.filter(slug="clearance-fund").update(place="Cologne")
    with compare(bundle_side(tmp_path / "before"), register_side()) as found:
        groups = {group.title: group for group in found.groups()}
        titles = [str(each) for each in Relation.objects.all()]
        assert groups.keys() >= set(titles)
        first, second = (groups[title] for title in sorted(titles))
        assert first.told == ["event:joint-meeting"]
        assert second.told_elsewhere == ["event:joint-meeting"]  # the navy is Japan's
        assert found.change("event:joint-meeting").relations == sorted(titles)
        assert "fund:clearance-fund" in [*second.told, *list(groups.values())[-1].told]


def test_json_names_field_and_row_with_the_values_of_the_files(public_files, later):
    edit_row(later, EventInvolvement, "meeting-2022.japan", lambda row: row["fields"].update(result="Signed"))
    edit_row(later, Event, "meeting-2022", lambda row: row["fields"].update(ordinal=3))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("diff_fixtures", str(public_files), str(later), as_json=True, stdout=out)
    found = json.loads(out.getvalue())
    assert found["face"] == "public"
    assert found["counts"] == {CREATED: 0, CHANGED: 1, REMOVED: 0}
    (change,) = found["changes"]
    assert change["reference"] == "event:meeting-2022"
    assert {"row": "event[meeting-2022]", "field": "ordinal", "before": 2, "after": 3} in change[
        "differences"
    ]
    assert all(line["label"] and line["before"] != line["after"] for line in change["lines"])


def test_nothing_that_differs_goes_without_a_line(public_files):
    """One text of every row after the other is given another value: each change has words."""
    old = bundle_side(public_files)
    pieces = list(old.rows())
    for number in range(12):
        new = Side("later", old.face, "", lambda number=number: (_altered(*each, number) for each in pieces))
        with compare(old, new) as found:
            assert found
            for reference in found.differing:
                assert found.change(reference).lines, reference


def _altered(model: Any, key: str, fields: dict[str, Any], number: int) -> tuple[Any, str, dict[str, Any]]:
    texts = [
        each for each in fields if type(model._meta.get_field(each)) in (CharField, LineField, ProseField)
    ]
    names = [each for each in texts if each not in ("slug", "address")]
    name = names[number % len(names)] if names else ""
    return model, key, {**fields, **({name: f"{fields[name]} more"} if name else {})}


def test_drafts_are_compared_in_the_editorial_face(editorial_files, register):
    Event.objects.filter(slug="draft-event").update(staff_note="Ask.", status=Status.DRAFT)
    assert bundle_side(editorial_files).face == EDITORIAL
    words = told(editorial_files, "register")
    assert "    Note for staff: nothing → “Ask.”\n" in words


def test_different_faces_are_not_compared(public_files, editorial_files):
    with pytest.raises(SideRefused, match="face"):
        sides_of(str(public_files), str(editorial_files))
    with pytest.raises(SideRefused, match="itself"):
        sides_of("register", "register")


def test_what_cannot_be_read_is_an_error_with_its_place(public_files, later):
    (later / "14-event.json").write_text("[{]")
    err = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("diff_fixtures", str(public_files), str(later), stderr=err)
    assert caught.value.returncode == 1
    assert "14-event.json:1  " in err.getvalue()


def test_a_filtered_bundle_is_compared_within_its_filter(register, tmp_path):
    export(tmp_path / "events", address="/events/?organisation=nato")
    make_event("elsewhere", organisations=("iceland",))
    assert told(tmp_path / "events", "register").endswith("say the same.\n")
    Event.objects.filter(slug="meeting-2022").update(place="Madrid")
    assert told(tmp_path / "events", "register").endswith("\n0 new, 1 changed, 0 removed\n")


def test_every_form_of_a_bundle_is_read(register, tmp_path):
    for number, options in enumerate(({"gz": True}, {"form": "jsonl"}, {"split": True}, {"single": True})):
        folder = tmp_path / str(number)
        export(folder, **options)
        archive = shutil.make_archive(str(folder), "zip", folder)
        for path in (folder, archive):
            assert told(path, "register") == f"{path} and register say the same.\n"
