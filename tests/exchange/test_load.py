"""What a load makes of files: round trips, changes, and what it leaves alone."""

import json
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnership import documents, generation
from partnership.editorial import revising, workflow
from partnership.editorial.revising import Said
from partnership.exchange.export import EDITORIAL, PUBLIC, export
from partnership.exchange.load import LoadRefused, engine, load
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Area,
    Edition,
    Event,
    IndexEntry,
    Party,
    Programme,
    Revision,
    RevisionState,
    Status,
    owned_models,
    references_of,
)
from tests.exchange.conftest import (
    edit_row,
    empty_register,
    files_in,
    rows_in,
    state_of_register,
    write_rows,
)
from tests.factories import add_party, add_source, make_party, make_source

FACES = (PUBLIC, EDITORIAL)


def fields(**given: Any) -> Callable[[dict[str, Any]], object]:
    """An edit of a row that sets fields."""
    return lambda row: row["fields"].update(given)


def without(*names: str) -> Callable[[dict[str, Any]], object]:
    """An edit of a row that takes fields out."""
    return lambda row: [row["fields"].pop(name) for name in names]


# Round trips


@pytest.mark.parametrize("face", FACES)
def test_loading_an_export_into_an_empty_register_gives_the_same_files(
    register: None, tmp_path: Path, face: str
) -> None:
    export(tmp_path / "one", face)
    empty_register()
    report = load([tmp_path / "one"])
    export(tmp_path / "two", face)
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")
    assert sum(count["changed"] + count["unchanged"] for count in report.counts.values()) == 0


@pytest.mark.parametrize("face", FACES)
def test_plain_loaddata_of_an_export_gives_the_same_files(register: None, tmp_path: Path, face: str) -> None:
    done = export(tmp_path / "one", face)
    empty_register()
    call_command("loaddata", *(str(tmp_path / "one" / name) for name in done.files), verbosity=0)
    export(tmp_path / "two", face)
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


@pytest.mark.parametrize("face", FACES)
def test_loading_its_own_export_changes_nothing(register: None, tmp_path: Path, face: str) -> None:
    export(tmp_path / "out", face)
    before = state_of_register()
    with CaptureQueriesContext(connection) as queries:
        report = load([tmp_path / "out"])
    assert state_of_register() == before
    assert report.edition is None
    assert all(count["created"] == count["changed"] == 0 for count in report.counts.values())
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []


def test_the_order_of_files_and_rows_does_not_matter(editorial_files: Path, tmp_path: Path) -> None:
    files = list(editorial_files.glob("*.json"))
    for path in files:
        rows = rows_in(path)
        random.Random(7).shuffle(rows)
        write_rows(path, rows)
    random.Random(7).shuffle(files)
    before = documents.dump(Programme.objects.get(slug="plan-2014"))
    empty_register()
    load(files)
    export(tmp_path / "again", EDITORIAL)
    assert documents.dump(Programme.objects.get(slug="plan-2014")) == before
    for path in files:
        ordered = sorted(rows_in(path), key=documents.key_of)
        assert rows_in(tmp_path / "again" / path.name) == ordered


def test_new_entries_of_one_kind_may_name_each_other_in_a_circle_of_drafts(db: None, tmp_path: Path) -> None:
    rows = [
        {
            "model": "partnership.party",
            "fields": {"slug": one, "name": one, "kind": "body", "parent": [other]},
        }
        for one, other in (("left", "right"), ("right", "left"))
    ]
    write_rows(tmp_path / "parties.json", rows)
    load([tmp_path / "parties.json"])
    parties: Any = Party.objects
    assert dict(parties.values_list("slug", "parent__slug")) == {"left": "right", "right": "left"}


def test_an_entry_names_only_models_before_it_or_its_own() -> None:
    """On this order the loader relies when it creates entries model by model."""
    models: list[Any] = list(ENTRY_MODELS)
    for place, model in enumerate(models):
        for each in (model, *owned_models(model)):
            named = {field.related_model for field in (*references_of(each), *each._meta.many_to_many)}
            assert named <= set(models[: place + 1])


# Changes


def test_a_changed_field_changes_one_entry_and_moves_changed_as_the_file_says(public_files: Path) -> None:
    others = list(Event.objects.exclude(slug="meetings").order_by("pk").values())
    edit_row(
        public_files, Event, "meetings", fields(title="Regular meetings", changed="2025-01-02T03:04:05Z")
    )
    report = load([public_files])
    event = Event.objects.get(slug="meetings")
    assert (event.title, f"{event.changed:%Y-%m-%dT%H:%M:%SZ}") == (
        "Regular meetings",
        "2025-01-02T03:04:05Z",
    )
    assert report.counts["event"] == {"changed": 1, "unchanged": 1}
    assert list(Event.objects.exclude(slug="meetings").order_by("pk").values()) == others
    assert IndexEntry.objects.get(kind="event", slug="meetings").title == "Regular meetings"


def test_fields_that_a_file_lacks_keep_their_value(public_files: Path) -> None:
    before = documents.dump(Event.objects.get(slug="meeting-2022"))
    edit_row(public_files, Event, "meeting-2022", fields(place="Madrid"))
    edit_row(
        public_files, Event, "meeting-2022", without("title", "date", "organisations", "ordinal", "changed")
    )
    load([public_files])
    after = documents.dump(Event.objects.get(slug="meeting-2022"))
    differing = {difference.field for difference in documents.differences(before, after)}
    assert differing <= {"place", "changed"}
    assert after[0]["fields"]["place"] == "Madrid"
    assert after[0]["fields"]["staff_note"] == "Second reading done."


def test_a_change_without_a_time_of_its_own_is_dated_now(public_files: Path) -> None:
    Event.objects.update(changed="2020-01-01T00:00:00Z")
    edit_row(public_files, Event, "meetings", fields(place="Madrid"))
    edit_row(public_files, Event, "meetings", without("changed"))
    load([public_files / "14-event.json"])
    assert Event.objects.get(slug="meetings").changed.year > 2020


def test_a_file_never_changes_a_status(editorial_files: Path) -> None:
    state = {"status": "published", "first_published": "2024-01-01T00:00:00Z", "withdrawn_reason": "No."}
    edit_row(editorial_files, Event, "draft-event", fields(**state))
    edit_row(editorial_files, Event, "meetings", fields(status="withdrawn", withdrawn_reason="Gone."))
    before = state_of_register()
    report = load([editorial_files])
    assert state_of_register() == before
    assert report.status_kept == ["event[draft-event]", "event[meetings]"]


def test_owned_rows_absent_from_the_files_of_their_entry_are_removed(public_files: Path) -> None:
    path = public_files / "41-eventinvolvement.json"
    add_party(Event.objects.get(slug="meetings"), "ukraine")
    add_source(Event.objects.get(slug="meetings"), "another-page")
    load([public_files / "14-event.json", path])
    event = Event.objects.get(slug="meetings")
    assert [row.pk for row in event.involvements.all()] == ["meetings.japan"]
    assert event.citations.count() == 2, "a model of owned rows that is not in the files stays"


def test_owned_rows_alone_are_added_or_changed_and_none_removed(public_files: Path) -> None:
    path = public_files / "41-eventinvolvement.json"
    row = next(row for row in rows_in(path) if row["pk"] == "meetings.japan")
    row["fields"]["unit"] = "A team"
    other = {**row, "pk": "meetings.nato", "fields": {"party": ["nato"], "role": ["participant"]}}
    add_party(Event.objects.get(slug="meetings"), "ukraine")
    write_rows(path, [row, other])
    load([path])
    rows = {row.pk: row.unit for row in Event.objects.get(slug="meetings").involvements.all()}
    assert rows == {"meetings.japan": "A team", "meetings.nato": "", "meetings.ukraine": ""}


def test_the_public_face_does_not_remove_what_it_hides(register: None, tmp_path: Path) -> None:
    event = Event.objects.get(slug="meetings")
    hidden_party = make_party("unready", status=Status.DRAFT)
    event.organisations.add(hidden_party)
    add_source(event, make_source("unread", status=Status.DRAFT).slug)
    before = documents.dump(event)
    export(tmp_path / "out")
    report = load([tmp_path / "out"])
    assert documents.dump(event) == before
    assert report.edition is None


def test_aliases_are_created_and_changed(public_files: Path) -> None:
    path = public_files / "30-alias.json"
    edit_row(public_files, Alias, "event:the-old-meeting", fields(target="event:meetings"))
    new = {"model": "partnership.alias", "fields": {"address": "party:nippon", "target": "party:japan"}}
    write_rows(path, [*rows_in(path), new])
    report = load([path])
    assert dict(Alias.objects.values_list("address", "target")) == {
        "event:the-old-meeting": "event:meetings",
        "party:nippon": "party:japan",
    }
    assert report.counts == {"alias": {"changed": 1, "created": 1}}


# Edition, revisions, index


def test_a_load_is_one_edition_with_revisions_of_what_it_changed(public_files: Path) -> None:
    before = documents.dump(Event.objects.get(slug="meetings"))
    edit_row(public_files, Event, "meetings", fields(title="Regular meetings"))
    path = public_files / "11-area.json"
    new = json.loads(json.dumps(rows_in(path)[0]).replace('"cyber-defence"', '"new-area"'))
    write_rows(path, [*rows_in(path), new])
    moved_from = generation.current()
    report = load([public_files])
    edition = report.edition
    assert edition is not None
    assert generation.current() > moved_from
    assert Area.objects.get(slug="new-area").since == edition.number
    assert Event.objects.get(slug="meetings").since == edition.number
    assert Event.objects.get(slug="meeting-2022").since == 0
    revision = Revision.objects.get(edition=edition)
    assert revision.entry == "event:meetings"
    assert revision.document == documents.dump(Event.objects.get(slug="meetings"))
    assert revision.base_digest == documents.digest(before)
    assert Revision.objects.filter(entry="event:meetings", document=before).count() == 1
    assert Edition.objects.filter(number__gt=0).count() == 1


def test_drafts_alone_open_no_edition(editorial_files: Path) -> None:
    edit_row(editorial_files, Event, "draft-event", fields(title="Still not told"))
    report = load([editorial_files])
    assert Event.objects.get(slug="draft-event").title == "Still not told"
    assert report.edition is None
    assert not Revision.objects.filter(edition__isnull=False).exists()


def test_a_draft_that_a_load_changes_keeps_a_revision_of_before_and_of_after(editorial_files: Path) -> None:
    account = get_user_model().objects.create_user("loader")
    before = documents.dump(Event.objects.get(slug="draft-event"))
    edit_row(editorial_files, Event, "draft-event", fields(title="Still not told"))
    moved_from = generation.current()
    load([editorial_files], by=account)
    found, loaded = Revision.objects.order_by("pk")
    assert (found.document, found.state, found.made_by) == (before, RevisionState.SUPERSEDED, None)
    assert loaded.document == documents.dump(Event.objects.get(slug="draft-event"))
    assert (loaded.state, loaded.reason, loaded.made_by) == ("pending", "Loaded from files", account)
    assert (loaded.base_digest, loaded.previous) == (found.digest, found)
    assert generation.current() == moved_from


def test_a_load_saves_over_the_open_revision_of_a_draft_and_drops_its_approval(editorial_files: Path) -> None:
    writer = get_user_model().objects.create_user("writer")
    event = Event.objects.get(slug="draft-event")
    revising.save(event, documents.dump(event), by=writer, said=Said("New", publish_at=timezone.now()))
    head = revising.submit(event, by=writer)
    edit_row(editorial_files, Event, "draft-event", fields(title="Still not told"))
    load([editorial_files])
    head.refresh_from_db()
    loaded = revising.head_of(event)
    assert head.state == RevisionState.SUPERSEDED
    assert loaded is not None
    assert (loaded.state, loaded.previous, loaded.publish_at) == ("pending", head, head.publish_at)
    assert revising.authors_of(loaded) == {writer.pk}
    assert workflow.obstacles(loaded) == []


def test_drafts_that_a_load_creates_get_no_revision(editorial_files: Path) -> None:
    empty_register()
    load([editorial_files])
    assert Event.objects.get(slug="draft-event").status == Status.DRAFT
    assert not Revision.objects.exists()


def test_a_pending_edit_still_knows_what_it_began_with_after_a_load(public_files: Path) -> None:
    event = Event.objects.get(slug="meetings")
    public, mine = documents.dump(event), documents.dump(event)
    mine[0]["fields"]["place"] = "Lisbon"
    revision = revising.save(event, mine, by=None)
    assert revision is not None
    for title in ("Regular meetings", "Other meetings"):
        edit_row(public_files, Event, "meetings", fields(title=title))
        load([public_files])
    assert workflow.obstacles(revision)
    assert revising.document_called(event, revision.base_digest) == public


def test_a_load_waits_for_what_is_being_published_before_it_reads(
    public_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    lock, dump = generation.lock, documents.dump_many
    monkeypatch.setattr(generation, "lock", lambda: (order.append("lock"), lock())[1])
    monkeypatch.setattr(documents, "dump_many", lambda *args: (order.append("read"), dump(*args))[1])
    before = generation.current()
    load([public_files])
    assert order[:2] == ["lock", "read"]
    assert generation.current() == before, "nothing changed"


def test_a_load_is_refused_if_somebody_saves_while_it_reads(
    editorial_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_row(editorial_files, Event, "draft-event", fields(title="Still not told"))
    locked = engine.locked_rows

    def saved_just_before(model: Any, keys: Any) -> None:
        Event.objects.filter(pk__in=keys).update(place="Lisbon")
        locked(model, keys)

    monkeypatch.setattr(engine, "locked_rows", saved_just_before)
    with pytest.raises(LoadRefused, match="at this moment"):
        load([editorial_files])
    assert Event.objects.get(slug="draft-event").title == "Not yet told"


def test_who_loads_stands_on_the_revision(public_files: Path, django_user_model: Any) -> None:
    edit_row(public_files, Event, "meetings", fields(title="Regular meetings"))
    user = django_user_model.objects.create_user("ada")
    report = load([public_files], by=user)
    assert Revision.objects.get(edition=report.edition).made_by_name == "ada"


def test_loaded_entries_are_found_and_dated(public_files: Path) -> None:
    stored = list(Programme.objects.order_by("slug").values_list("slug", "earliest", "latest"))
    index = sorted(IndexEntry.objects.values_list("kind", "slug", "title", "text"))
    empty_register()
    load([public_files])
    assert list(Programme.objects.order_by("slug").values_list("slug", "earliest", "latest")) == stored
    withdrawn = {("event", "withdrawn-event")}
    expected = [row for row in index if (row[0], row[1]) not in withdrawn]
    assert sorted(IndexEntry.objects.values_list("kind", "slug", "title", "text")) == expected


# The command


def test_the_command_prints_what_it_did(public_files: Path) -> None:
    edit_row(public_files, Event, "meetings", fields(title="Regular meetings", status="draft"))
    out = StringIO()
    call_command("load_fixtures", str(public_files), stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["created", "changed", "unchanged"]
    assert ["event", "0", "1", "1"] in [line.split() for line in lines]
    assert lines[-2] == "Status kept as it is, whatever the file says: event[meetings]"
    assert lines[-1] == "Edition 1"


def test_the_command_prints_the_first_errors_and_counts_all(public_files: Path) -> None:
    path = public_files / "14-event.json"
    rows = rows_in(path)
    for row in rows:
        row["fields"] |= {"date": "yesterday", "language": "English"}
    write_rows(path, rows)
    err = StringIO()
    with pytest.raises(CommandError, match=r"^4 errors\. Nothing was changed\.$"):
        call_command("load_fixtures", str(public_files), max_errors=3, stderr=err)
    assert len(err.getvalue().splitlines()) == 3


def test_an_empty_folder_and_a_missing_file_are_refused(db: None, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LoadRefused) as refused:
        load([tmp_path / "empty", tmp_path / "no-such.json"])
    said = [str(problem) for problem in refused.value.problems]
    assert said == [
        f"{tmp_path}/empty  there is no file *.json in this folder: name the folder of an export [no-file]",
        f"{tmp_path}/no-such.json  there is no such file or folder [no-file]",
    ]


def test_entries_are_written_in_the_order_of_their_keys(editorial_files: Path) -> None:
    empty_register()
    for path in editorial_files.glob("*.json"):
        write_rows(path, list(reversed(rows_in(path))))
    load([editorial_files])
    for model in ENTRY_MODELS:
        slugs = list(model.objects.order_by("pk").values_list("slug", flat=True))
        assert slugs == sorted(slugs)
