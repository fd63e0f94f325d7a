"""A bundle is told to be the register of now, of an older edition, or altered; by its manifest and by the revisions."""

import contextlib
import hashlib
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partnership import documents
from partnership.editorial import workflow
from partnership.exchange.export import EDITORIAL, export, file_name
from partnership.exchange.verifying import Verdict, verify
from partnership.models import Event, EventCitation, Source, Status
from tests.exchange.conftest import edit_row
from tests.factories import make_event, make_source, republish

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def say(place: str) -> int:
    """Publish another place of the meeting; the edition that did."""
    event = Event.objects.get(slug="meeting-2022")
    before = documents.dump(event)
    event.place = place
    event.save()
    return republish(event, before=before).number


@pytest.fixture
def bundles(register: None, tmp_path: Path) -> dict[str, Path]:
    """A stamped and an unstamped bundle of edition 0, 1, 2 and 3: two changes of a meeting and a new event."""

    def kept(name: str) -> None:
        export(tmp_path / name)
        export(tmp_path / f"{name}-stamped", stamp=True)

    kept("0")
    assert say("Madrid") == 1
    kept("1")
    make_event("new-summit", status=Status.DRAFT)
    workflow.publish(Event.objects.get(slug="new-summit"))
    kept("2")
    assert say("Oslo") == 3
    kept("3")
    return {path.name: path for path in tmp_path.iterdir()}


def test_a_bundle_is_found_in_its_edition(bundles):
    for name, path in bundles.items():
        found = verify(path)
        assert not found.files, name
        assert not found.altered, name
        if name.startswith("3"):
            assert found.verdict == Verdict.SAME
        else:
            assert found.verdict == Verdict.OLDER, name
            assert found.editions == [(int(name[0]), int(name[0]))], name
            assert "event:meeting-2022" in found.moved


def test_what_was_said_and_said_again_is_found_in_both_its_editions_or_in_the_one_it_is_stamped_with(
    register, tmp_path
):
    export(tmp_path / "first")
    assert say("Madrid") == 1
    export(tmp_path / "madrid-stamped", stamp=True)
    export(tmp_path / "madrid")
    say("Oslo")
    assert say("Madrid") == 3
    assert say("Bonn") == 4
    assert verify(tmp_path / "madrid").editions == [(1, 1), (3, 3)]
    assert verify(tmp_path / "madrid-stamped").editions == [(1, 1)]
    say("")
    assert verify(tmp_path / "first").verdict != Verdict.ALTERED


def test_a_withdrawn_entry_was_there_before_and_is_not_there_after(register, tmp_path):
    event = make_event("short-lived", status=Status.DRAFT)
    workflow.publish(event)
    export(tmp_path / "with")
    workflow.withdraw(event, reason="Entered twice.")
    export(tmp_path / "without")
    say("Madrid")
    assert verify(tmp_path / "with").editions == [(1, 1)]
    assert verify(tmp_path / "without").editions == [(0, 0), (2, 2)]


def test_an_altered_file_is_named_and_what_was_altered_in_it(bundles):
    path = bundles["1-stamped"]
    edit_row(path, Event, "meeting-2022", lambda row: row["fields"].update(place="Atlantis"))
    found = verify(path)
    assert found.verdict == Verdict.ALTERED
    assert [(each.path, each.code) for each in found.files] == [(file_name(Event), "file-altered")]
    (change,) = found.altered
    assert [(line.label, line.before, line.after) for line in change.lines] == [("Place", "Atlantis", "Oslo")]


@pytest.mark.parametrize("kept", ["manifest", "no manifest"])
def test_an_alteration_is_found_by_the_register_even_if_the_manifest_was_made_to_fit_or_lost(bundles, kept):
    path = bundles["2"]
    edit_row(path, EventCitation, "new-summit.a-page", lambda row: row["fields"].update(locator="p. 99"))
    (path / "MANIFEST").unlink()
    if kept == "manifest":
        export(path.parent / "fresh")
        text = (path.parent / "fresh" / "MANIFEST").read_text()
        (path / "MANIFEST").write_text(_made_to_fit(text, path))
    found = verify(path)
    assert found.files == []
    assert found.verdict == Verdict.ALTERED
    assert [each.reference for each in found.altered] == ["event:new-summit"]


def _made_to_fit(text: str, folder: Path) -> str:
    values = json.loads(text)
    for each in values["files"]:
        content = (folder / each["path"]).read_bytes()
        each.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    return json.dumps(values)


def test_entries_of_two_editions_put_together_are_altered(bundles):
    """Each was said once, but never at one time."""
    path = bundles["0"]
    event = next(
        row
        for row in json.loads((bundles["3"] / file_name(Event)).read_text())
        if row["fields"]["place"] == "Oslo"
    )
    edit_row(path, Event, "meeting-2022", lambda row: row.update(event))
    (path / "MANIFEST").unlink()
    found = verify(path)
    assert (found.verdict, found.editions, found.altered) == (Verdict.ALTERED, [], [])


def test_a_bundle_stamped_with_another_edition_is_altered(bundles):
    path = bundles["1-stamped"] / "MANIFEST"
    path.write_text(re.sub('"edition": 1', '"edition": 2', path.read_text()))
    found = verify(path.parent)
    assert (found.verdict, found.editions) == (Verdict.ALTERED, [(1, 1)])


def test_what_names_a_draft_of_then_is_no_alteration(register, tmp_path):
    source = make_source("not-yet", status=Status.DRAFT)
    event = Event.objects.get(slug="meeting-2022")
    event.citations.create(source=source)
    export(tmp_path / "then")
    say("Oslo")
    assert Source.objects.get(pk=source.pk).is_public
    found = verify(tmp_path / "then")
    assert (found.verdict, found.editions) == (Verdict.OLDER, [(0, 0)])


def test_a_filtered_bundle_is_verified_within_its_filter(register, tmp_path):
    export(tmp_path / "events", address="/events/?organisation=nato")
    make_event("elsewhere", organisations=("iceland",))
    assert verify(tmp_path / "events").verdict == Verdict.SAME
    say("Madrid")
    assert verify(tmp_path / "events").editions == [(0, 0)]


def test_of_the_editorial_face_it_is_said_only_whether_it_is_the_present(register, tmp_path):
    export(tmp_path / "all", EDITORIAL)
    assert verify(tmp_path / "all").verdict == Verdict.SAME
    Event.objects.filter(slug="draft-event").update(staff_note="Ask.")
    assert verify(tmp_path / "all").verdict == Verdict.DIFFERENT


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [("3", 0, "as it is now, edition 3"), ("1", 3, "edition 1; now it is edition 3")],
)
def test_the_command_says_it_and_its_exit_code_too(bundles, name, code, said):
    out = StringIO()
    try:
        call_command("verify_fixtures", str(bundles[name]), stdout=out)
        found = 0
    except SystemExit as error:
        found = error.code
    assert found == code
    assert said in out.getvalue()
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("verify_fixtures", str(bundles[name]), as_json=True, stdout=out)
    assert json.loads(out.getvalue())["present"] == 3


def test_what_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("verify_fixtures", str(tmp_path / "nowhere"))
    assert caught.value.returncode == 2
    with pytest.raises(CommandError) as caught:
        call_command("verify_fixtures", str(tmp_path), stderr=StringIO())
    assert caught.value.returncode == 1
