"""What a load is asked to do beside loading: dry runs, protection, older bundles, pruning, and what stays pending."""

import gzip
import io
import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from partnership import documents
from partnership.editorial import revising
from partnership.editorial.revising import Said
from partnership.exchange.export import EDITORIAL, export
from partnership.exchange.load import LoadRefused, Options, load
from partnership.models import Area, Event, FundFigure, Revision, RevisionState, Status
from tests.exchange.conftest import edit_row, empty_register, files_in, rows_in, state_of_register, write_rows
from tests.factories import make_event


def fields(**given: Any) -> Callable[[dict[str, Any]], object]:
    return lambda row: row["fields"].update(given)


def said_by(refused: pytest.ExceptionInfo[LoadRefused]) -> list[tuple[str, str]]:
    return [(problem.row, problem.code) for problem in refused.value.problems]


# Forms of files


@pytest.mark.parametrize("form", [{"form": "jsonl"}, {"gz": True}, {"single": True}, {"split": True}])
def test_every_form_of_an_export_loads_to_the_same_register(
    register: None, tmp_path: Path, form: dict[str, Any]
) -> None:
    export(tmp_path / "plain", EDITORIAL)
    export(tmp_path / "other", EDITORIAL, **form)
    empty_register()
    load([tmp_path / "other"])
    export(tmp_path / "again", EDITORIAL)
    assert files_in(tmp_path / "again") == files_in(tmp_path / "plain")


def test_an_archive_of_a_bundle_loads_like_its_folder(register: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle")
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "bundle")
    before = state_of_register()
    assert not load([tmp_path / "packed.zip"]).differs
    assert state_of_register() == before


def test_rows_come_in_through_standard_input(public_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_in(public_files / "11-area.json")
    rows[0]["fields"]["name"] = "Another name"
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert load([Path("-")]).counts["area"]["changed"] == 1


# Manifest


def test_a_bundle_that_was_altered_is_refused_before_anything_is_read(register: None, tmp_path: Path) -> None:
    export(tmp_path / "out")
    edit_row(tmp_path / "out", Event, "meetings", fields(title="Else"))
    (tmp_path / "out" / "12-source.json").unlink()
    (tmp_path / "out" / "99-more.json").write_text("[]")
    before = state_of_register()
    with pytest.raises(LoadRefused) as refused:
        load([tmp_path / "out"])
    assert {(each.file, each.code) for each in refused.value.problems} == {
        ("14-event.json", "file-altered"),
        ("12-source.json", "file-missing"),
        ("99-more.json", "file-extra"),
    }
    assert state_of_register() == before


def test_a_bundle_of_a_schema_to_come_is_refused(register: None, tmp_path: Path) -> None:
    export(tmp_path / "out")
    path = tmp_path / "out" / "MANIFEST"
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 99'))
    with pytest.raises(LoadRefused, match="update the site first") as refused:
        load([tmp_path / "out"])
    assert [each.code for each in refused.value.problems] == ["manifest"]


def test_a_bundle_removes_the_last_row_of_an_owned_model(register: None, tmp_path: Path) -> None:
    """A model without rows has no file; the manifest says that it was exported all the same."""
    figures = list(FundFigure.objects.all())
    FundFigure.objects.all().delete()
    export(tmp_path / "out", EDITORIAL)
    FundFigure.objects.bulk_create(figures)
    load([tmp_path / "out"])
    assert figures
    assert not FundFigure.objects.exists()


# Dry runs


def test_a_dry_run_tells_what_the_load_then_does_and_changes_nothing(public_files: Path) -> None:
    edit_row(public_files, Event, "meetings", fields(title="Regular meetings", place="Madrid"))
    before = state_of_register()
    tried = load([public_files], options=Options(dry_run=True, tell=True))
    assert state_of_register() == before
    done = load([public_files], options=Options(tell=True))
    assert tried.counts == done.counts
    assert tried.entries == done.entries == [("event:meetings", "changed")]
    assert tried.differences[:2] == done.differences[:2]
    told = {(each.row, each.field, each.after) for _entry, each in tried.differences}
    assert ("event[meetings]", "title", "Regular meetings") in told
    assert ("event[meetings]", "place", "Madrid") in told


def test_check_exits_with_three_where_the_register_is_not_as_the_files_say(public_files: Path) -> None:
    call_command("load_fixtures", str(public_files), check=True, stdout=StringIO())
    edit_row(public_files, Event, "meetings", fields(title="Regular meetings"))
    out = StringIO()
    before = state_of_register()
    with pytest.raises(CommandError) as error:
        call_command("load_fixtures", str(public_files), check=True, diff=True, stdout=out)
    assert error.value.returncode == 3
    assert 'event[meetings].title: "Meetings" → "Regular meetings"' in out.getvalue()
    assert state_of_register() == before


def test_errors_are_written_as_json_lines_if_asked(public_files: Path, tmp_path: Path) -> None:
    edit_row(public_files, Event, "meetings", fields(date="yesterday"))
    with pytest.raises(CommandError):
        call_command("load_fixtures", str(public_files), report=tmp_path / "errors.jsonl", stderr=StringIO())
    [line] = [json.loads(each) for each in (tmp_path / "errors.jsonl").read_text().splitlines()]
    assert (line["file"], line["row"], line["field"]) == ("14-event.json", "event[meetings]", "date")
    assert line["code"]


# Existing entries


def test_existing_entries_are_skipped_or_refused_if_asked(public_files: Path) -> None:
    edit_row(public_files, Event, "meetings", fields(title="Else"))
    before = state_of_register()
    assert not load([public_files], options=Options(on_existing="skip")).differs
    with pytest.raises(LoadRefused) as refused:
        load([public_files], options=Options(on_existing="fail"))
    assert ("event[meetings]", "exists") in said_by(refused)
    assert state_of_register() == before


def test_a_protected_field_keeps_its_value(public_files: Path) -> None:
    edit_row(public_files, Event, "meetings", fields(title="Else", place="Madrid"))
    load([public_files], options=Options(protect=("title",)))
    event = Event.objects.get(slug="meetings")
    assert (event.title, event.place) == ("Meetings", "Madrid")


# Against an older bundle


@pytest.fixture
def both_changed(register: None, tmp_path: Path) -> tuple[Path, Path]:
    """(older bundle, files made from it): the title changed in both, the place in the files, the summary in the register."""
    export(tmp_path / "older", EDITORIAL)
    shutil.copytree(tmp_path / "older", tmp_path / "files")
    (tmp_path / "files" / "MANIFEST").unlink()
    edit_row(tmp_path / "files", Event, "meetings", fields(title="Theirs", place="Madrid"))
    event = Event.objects.get(slug="meetings")
    event.title, event.summary = "Ours", "They met."
    event.save()
    return tmp_path / "older", tmp_path / "files"


def test_what_changed_in_both_is_a_conflict_told_at_its_field(both_changed: tuple[Path, Path]) -> None:
    older, files = both_changed
    before = state_of_register()
    with pytest.raises(LoadRefused) as refused:
        load([files], options=Options(base=older))
    [problem] = refused.value.problems
    assert (problem.row, problem.field, problem.code) == ("event[meetings]", "title", "conflict")
    assert state_of_register() == before


@pytest.mark.parametrize(("choice", "title"), [("file", "Theirs"), ("database", "Ours")])
def test_a_conflict_is_decided_for_one_side_and_the_rest_is_joined(
    both_changed: tuple[Path, Path], choice: str, title: str
) -> None:
    older, files = both_changed
    report = load([files], options=Options(base=older, on_conflict=choice))
    event = Event.objects.get(slug="meetings")
    assert (event.title, event.place, event.summary) == (title, "Madrid", "They met.")
    assert report.conflicts == ["event:meetings event[meetings].title"]


# Pruning


def test_what_a_bundle_lacks_of_its_scope_is_withdrawn_with_a_public_reason(
    register: None, tmp_path: Path
) -> None:
    make_event("later-draft", status=Status.DRAFT)
    export(tmp_path / "out")
    make_event("one-too-many")
    report = load(
        [tmp_path / "out"], options=Options(prune="withdraw", prune_reason="Entered twice.", max_prune=0.5)
    )
    event = Event.objects.get(slug="one-too-many")
    assert (event.status, event.withdrawn_reason) == (Status.WITHDRAWN, "Entered twice.")
    assert report.counts["event"]["pruned"] == 1
    assert report.edition is not None
    assert Event.objects.get(slug="later-draft").status == Status.DRAFT, (
        "the public face says nothing of drafts"
    )


def test_an_editorial_bundle_deletes_the_drafts_that_it_lacks_if_asked(
    register: None, tmp_path: Path
) -> None:
    export(tmp_path / "out", EDITORIAL)
    make_event("later-draft", status=Status.DRAFT)
    load([tmp_path / "out"], options=Options(prune="withdraw", max_prune=0.5))
    assert Event.objects.filter(slug="later-draft").exists()
    load([tmp_path / "out"], options=Options(prune="delete", max_prune=0.5))
    assert not Event.objects.filter(slug="later-draft").exists()
    assert Revision.objects.get(entry="event:later-draft").state == RevisionState.DELETED


def test_a_filtered_bundle_prunes_only_rows_of_its_list(register: None, tmp_path: Path) -> None:
    export(tmp_path / "out", address="/events/?party=japan")
    make_event("one-too-many", parties=(("japan", "host"),))
    make_event("of-somebody-else", parties=(("ukraine", "host"),))
    load([tmp_path / "out"], options=Options(prune="withdraw", max_prune=0.9))
    found = dict(Event.objects.values_list("slug", "status"))
    assert (found["one-too-many"], found["of-somebody-else"]) == (Status.WITHDRAWN, Status.PUBLISHED)
    assert Area.objects.exclude(status=Status.PUBLISHED).count() == 0


def test_pruning_is_refused_without_manifest_beyond_the_share_and_of_what_is_needed(
    register: None, tmp_path: Path
) -> None:
    export(tmp_path / "out")
    make_event("one-too-many", areas=("a-new-area",))
    before = state_of_register()
    for share, code in ((0.0, "prune-too-many"), (0.9, "")):
        if code:
            with pytest.raises(LoadRefused) as refused:
                load([tmp_path / "out"], options=Options(prune="withdraw", max_prune=share))
            assert said_by(refused) == [("", code)]
    (tmp_path / "out" / "MANIFEST").unlink()
    with pytest.raises(LoadRefused) as refused:
        load([tmp_path / "out"], options=Options(prune="withdraw", max_prune=0.9))
    assert said_by(refused) == [("", "prune-no-manifest")]
    assert state_of_register() == before


# Pending


def test_pending_changes_wait_in_review_and_new_entries_are_drafts(public_files: Path) -> None:
    account = get_user_model().objects.create_user("loader")
    rows = rows_in(public_files / "11-area.json")
    new = json.loads(json.dumps(rows[0]).replace(rows[0]["fields"]["slug"], "new-area"))
    write_rows(public_files / "11-area.json", [*rows, new])
    edit_row(public_files, Event, "meetings", fields(title="Regular meetings"))
    public = documents.dump(Event.objects.get(slug="meetings"))
    report = load([public_files], by=account, options=Options(pending=True))
    assert documents.dump(Event.objects.get(slug="meetings")) == public
    head = revising.head_of(Event.objects.get(slug="meetings"))
    assert head is not None
    assert (head.state, head.made_by) == (RevisionState.SUBMITTED, account)
    assert head.document[0]["fields"]["title"] == "Regular meetings"
    area = Area.objects.get(slug="new-area")
    assert (area.status, area.first_published) == (Status.DRAFT, None)
    assert report.edition is None
    assert len(report.revisions) == 2


def test_an_open_change_of_somebody_else_is_not_saved_over(public_files: Path) -> None:
    event = Event.objects.get(slug="meetings")
    mine = documents.dump(event)
    mine[0]["fields"]["place"] = "Lisbon"
    revising.save(event, mine, by=None, said=Said("Mine"))
    edit_row(public_files, Event, "meetings", fields(title="Regular meetings"))
    before = state_of_register()
    with pytest.raises(LoadRefused) as refused:
        load([public_files], options=Options(pending=True))
    assert said_by(refused) == [("event[meetings]", "open-change")]
    assert state_of_register() == before


def test_a_packed_file_that_is_cut_off_is_refused(public_files: Path) -> None:
    path = public_files / "14-event.json"
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    (public_files / "14-event.json.gz").write_bytes(packed[:-20])
    before = state_of_register()
    with pytest.raises(LoadRefused) as refused:
        load([public_files])
    assert "broken-gz" in {code for _row, code in said_by(refused)}
    assert state_of_register() == before
