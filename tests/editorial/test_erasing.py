"""Erasing personal data: the words are nowhere, and all that waited, was approved or began somewhere still holds."""

import json
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import models
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership import documents, generation
from partnership.documents import differences
from partnership.editorial import erasing, merging, removing, reviewing, revising, rules, workflow
from partnership.editorial.erased_places import WRITTEN_TOO, columns_of, places_of, tables_with_texts
from partnership.editorial.erased_words import MARK, TooShort, Words
from partnership.editorial.revising import Refused
from partnership.exchange.data import store
from partnership.models import (
    ENTRY_MODELS,
    Bundle,
    Edition,
    Erasure,
    Event,
    IndexEntry,
    LinkCheck,
    Merge,
    Paragraph,
    Party,
    Revision,
    RevisionState,
    SavedList,
    Source,
    Status,
    Upload,
    UploadState,
    owned_models,
)
from tests import factories
from tests.editorial.edits import changed, edited, rows_say, save, seal_of, submit

pytestmark = pytest.mark.django_db

NAME = "Ann Lée"
PLAIN = "ann lee"
WHY = "A person asked for it."
EDTF = ("date", "period", "existed", "valid")


def stored_text() -> str:
    """All that is stored, without accents and case."""
    found = [
        serializers.serialize("json", model._base_manager.all())
        for app in apps.get_app_configs()
        for model in app.get_models()
        if app.label not in ("contenttypes", "sessions")
    ]
    plain = json.dumps([json.loads(each) for each in found], ensure_ascii=False)
    return plain.replace("é", "e").replace("É", "E").lower()


def erase_everywhere(by: Any, name: str = NAME, note: str = WHY) -> Erasure:
    places = places_of(Words(name))
    return erasing.erase(
        Words(name),
        entries=[each.key for each in places.entries],
        tables=[each.key for each in places.tables],
        note=note,
        by=by,
        seal=places.seal,
    )


@pytest.fixture
def meeting(db: None, writer: Any, reviewer: Any) -> Event:
    """A public event in which the name stood in two editions, with a change of it that waits."""
    event = factories.make_event("meeting", title=f"{NAME} meets the Council", status=Status.DRAFT)
    factories.add_party(event, "spain", representative=f"Ambassador {NAME}")
    workflow.publish(event, note=f"{NAME} came.")
    revision = submit(event, writer, summary=f"With ANN  LÉE's words, see [{NAME}](party:spain).")
    reviewing.approve(revision, by=reviewer, seal=seal_of(revision), sources_confirmed=True)
    event.refresh_from_db()
    save(event, writer, staff_note=f"Ask {NAME} again.")
    return event


# Words


@pytest.mark.parametrize(
    ("typed", "text", "bare"),
    [
        (NAME, "With ann\nLEE, of ANN LÉE's", f"With {MARK}, of {MARK}'s"),
        (NAME, "Joann Lee and Ann Leery", "Joann Lee and Ann Leery"),
        ("a.lee@example.org", "Write to <A.Lee@example.org>.", f"Write to <{MARK}>."),
        ("a.lee@example.org", "aXlee@example.org", "aXlee@example.org"),
        ("山田太郎", "外務省の山田太郎氏が", f"外務省の{MARK}氏が"),
        ("Lee", "_Lee_, Leé́, Le", f"_{MARK}_, {MARK}, Le"),
        (NAME, "[A](https://x.org/by/ann-lee), so", f"[A](https://x.org/{MARK}), so"),
        (
            NAME,
            "https://x.org?q=Ann%20L%C3%A9e#top (www.x.org/Ann_Lee)",
            f"https://x.org/{MARK} (www.x.org/{MARK})",
        ),
        (NAME, "<https://x.org/Lee_(Ann+Lee)> http://ann-lee.org/a", f"<https://x.org/{MARK}> {MARK}"),
        (NAME, "https://x.org/joann-lee and ann-lee", "https://x.org/joann-lee and ann-lee"),
        ("Lee", "https://x.org/lee/a", f"https://x.org/{MARK}/a"),
    ],
)
def test_whole_words_are_found_however_they_are_written(typed, text, bare):
    assert Words(typed).without(text) == bare
    assert Words(typed).count(text) == bare.count(MARK)


@pytest.mark.parametrize("typed", ["", "  ", "ab", "a . b", "\x00\x00\x00"])
def test_too_few_letters_are_no_words(typed):
    with pytest.raises(TooShort):
        Words(typed)


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(("", "https://x.org/ann-lee")))
@settings(max_examples=50)
def test_nothing_is_left_and_no_text_grows(before, after, address):
    text = f"{before} {NAME} {address}{after}"
    bare = Words(NAME).without(documents_text := text)
    assert Words(NAME).count(bare) == 0
    assert len(bare) <= len(documents_text)
    assert Words(NAME).without(bare) == bare


# Places


def test_every_column_with_texts_is_looked_through():
    """What holds text and is not looked through is named here, with the reason in `erased_places`."""
    looked = {each for model in tables_with_texts() for each in columns_of(model)}
    looked |= {each for model in (Paragraph, Revision) for each in columns_of(model)}
    for model in ENTRY_MODELS:
        for owner in (model, *owned_models(model)):
            looked |= {*columns_of(owner)}
    left = {
        f"{each.model.__name__}.{each.name}"
        for model in apps.get_app_config("partnership").get_models()
        for each in model._meta.concrete_fields
        if isinstance(each, (models.CharField, models.TextField, models.JSONField, models.BinaryField))
        and each not in looked
        and not each.choices
        and model.__name__ not in ("IndexEntry", "IndexParty", "Alias")
    }
    addresses = {name for name in left if name.rpartition(".")[2] in ("slug", "key", "supports", *EDTF)}
    accounts = {name for name in left if name.endswith("_by_name")}
    codes = {name for name in left if name.rpartition(".")[2] in ("language", "currency", "country_code")}
    digests = {name for name in left if "digest" in name or name == "Upload.sha256"}
    references = {
        f"{model}.{name}"
        for model, names in {
            "Revision": ("entry",),
            "BundleItem": ("entry",),
            "OpenForm": ("kind",),
            "Merge": ("kept", "gone"),
            "Paragraph": ("source",),
            "SavedList": ("model",),
            "Upload": ("holds",),
        }.items()
        for name in names
    }
    assert left - addresses - accounts - codes - digests - references == set()
    assert {model for model, _name in WRITTEN_TOO} == {LogEntry, SavedList}


def test_places_are_counted_by_entry_and_table(meeting, writer):
    factories.make_event("other", summary="Nothing")
    LinkCheck.objects.create(url="https://example.org/Ann%20Lee", outcome="answers")
    places = places_of(Words(PLAIN))
    assert [each.key for each in places.entries] == ["event:meeting"]
    assert places.entries[0].title == meeting.title
    assert {each.key: each.total for each in places.tables} == {
        "partnership.edition": 1,
        "partnership.linkcheck": 1,
    }


def test_addresses_made_of_the_words_are_named_and_stay(writer):
    event = factories.make_event("talk-of-ann-lee", title=NAME)
    factories.make_source("ann-leery", title="Another")
    factories.add_party(event, "ann-lee")
    places = places_of(Words(NAME))
    assert places.addresses == ["event:talk-of-ann-lee", "party:ann-lee", "talk-of-ann-lee.ann-lee"]
    erase_everywhere(writer)
    assert Event.objects.get(slug="talk-of-ann-lee").title == MARK


# The act


def test_the_words_are_nowhere_afterwards(meeting, writer, django_user_model):
    draft = factories.make_event("draft", title=f"Draft of {NAME}", status=Status.DRAFT)
    save(draft, writer, summary=f"{NAME}!")
    removing.delete_draft(draft, by=writer)
    factories.make_event("gone", title=NAME, status=Status.WITHDRAWN)
    source = factories.make_source("page", title=f"Page of {NAME}", url="https://example.org/ann-lee")
    Paragraph.objects.create(source=source.slug, label="1", text=f"1. {NAME} said")
    LinkCheck.objects.create(url=source.url, outcome="answers")
    SavedList.objects.create(account=writer, model="partnership.event", name="Mine", query="q=Ann+L%C3%A9e")
    Bundle.objects.create(title=NAME, note=f"About {NAME}", review_note=NAME)
    Merge.objects.create(
        kept="event:a", gone="event:b", reason=NAME, after={}, before={"event:meeting": rows_say(meeting)}
    )
    packed = Upload.objects.create(
        made_by=writer, state=UploadState.CHECKED, file_name="ann lee.zip", content=b"PK\x03\x04",
        entries=[{"reference": "event:meeting", "lines": [["title", NAME, "x"]]}],
    )  # fmt: skip
    LogEntry.objects.create(
        user=writer, content_type=ContentType.objects.get_for_model(Event), object_id="1", action_flag=CHANGE,
        object_repr=NAME, change_message=json.dumps([{"changed": {"name": NAME, "fields": ["x"]}}]),
    )  # fmt: skip
    assert PLAIN in stored_text()
    erase_everywhere(writer)
    assert PLAIN not in stored_text()
    assert "ann-lee" not in stored_text()
    packed.refresh_from_db()
    assert (packed.state, bytes(packed.content)) == (UploadState.REFUSED, b"")
    assert packed.entries[0]["reference"] == "event:meeting"
    assert not SavedList.objects.exists()
    [told] = json.loads(LogEntry.objects.get().change_message)
    assert told["changed"] == {"name": MARK, "fields": ["x"]}


def test_history_tells_the_same_with_the_mark(meeting, writer):
    stored = {each.pk: deepcopy(each.document) for each in Revision.objects.filter(entry=meeting.reference)}
    erase_everywhere(writer)
    for revision in Revision.objects.filter(pk__in=stored):
        before = Words(NAME).out_of_document(stored[revision.pk])
        assert differences(before, revision.document) == []
        assert revision.digest == documents.digest(revision.document)
    digests = set(Revision.objects.values_list("digest", flat=True)) | {documents.digest(rows_say(meeting))}
    for revision in Revision.objects.exclude(base_digest=""):
        assert revision.base_digest in digests


def test_readers_are_told_why_and_see_the_mark_in_the_past_as_well(meeting, writer):
    before = generation.current()
    erasure = erase_everywhere(writer)
    assert erasure.edition is not None
    assert erasure.edition.note == f"Personal data erased. {WHY}"
    assert erasure.generation == generation.current() > before
    client = Client()
    pages = ["/events/meeting/", "/events/", "/changes/", "/editions/", f"/editions/{erasure.edition_id}/"]
    pages += [f"/events/meeting/?edition={number}" for number in range(1, erasure.edition_id + 1)]
    pages += [
        "/events/meeting.json",
        "/events.csv",
        "/api/v1/events/meeting/",
        "/search/?q=lee",
        "/events.atom",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        said = answer.content if not answer.streaming else b"".join(answer.streaming_content)
        assert PLAIN not in said.decode().lower().replace("é", "e").replace("q=lee", ""), page
    assert WHY in client.get("/events/meeting/").content.decode()
    assert WHY in client.get("/editions/").content.decode()
    past = client.get("/events/meeting/?edition=1").content.decode()
    assert f"{MARK} meets the Council" in past
    assert "lee" not in IndexEntry.objects.get(slug="meeting").words.split()


def test_the_change_that_waits_still_starts_from_what_is_public(meeting, writer, reviewer):
    erase_everywhere(writer)
    head = revising.head_of(meeting)
    assert head.document[0]["fields"]["staff_note"] == f"Ask {MARK} again."
    assert head.base_digest == documents.digest(rows_say(meeting))
    assert not reviewing.obstacles(head)
    head = submit(meeting, writer, summary="Mended.")
    reviewing.approve(head, by=reviewer, seal=seal_of(head), sources_confirmed=True)
    meeting.refresh_from_db()
    assert meeting.summary == "Mended."


def test_a_change_behind_what_is_public_can_still_be_joined(meeting, writer):
    before = documents.dump(meeting)
    documents.apply(edited(before, title=f"{NAME} met the Council"), slug=meeting.slug)
    workflow.record_import([], [(meeting, before)], note="Loaded again")
    erase_everywhere(writer)
    head = revising.head_of(meeting)
    began = revising.document_called(meeting, head.base_digest)
    assert began is not None
    joined = merging.join(began, head.document, rows_say(meeting), {})
    assert joined.is_settled({})
    assert joined.document[0]["fields"]["title"] == f"{MARK} met the Council"


def test_what_was_approved_for_later_is_published_at_its_time(meeting, writer, reviewer):
    later = "2100-01-01T00:00:00Z"
    head = submit(meeting, writer, summary=f"{NAME} later.", staff_note="")
    reviewing.approve(
        head, by=reviewer, seal=seal_of(head), sources_confirmed=True, publish_at=_moment(later)
    )
    changed_since = factories.make_event("soon", title="Soon", status=Status.DRAFT)
    erase_everywhere(writer)
    [(done, edition)] = reviewing.publish_due(_moment(later))
    assert edition is not None, done.review_note
    meeting.refresh_from_db()
    assert meeting.summary == f"{MARK} later."
    assert changed_since.status == Status.DRAFT


def _moment(text: str) -> Any:
    from django.utils.dateparse import parse_datetime

    return parse_datetime(text)


def test_whoever_had_the_form_open_does_not_save_over_it(meeting, writer):
    opened = revising.present(meeting)
    erase_everywhere(writer)
    with pytest.raises(revising.Moved):
        revising.save(meeting, opened.document, by=writer, started_from=opened.digest)


def test_only_what_is_chosen_is_erased(meeting, writer):
    other = factories.make_event("other", title=f"{NAME} elsewhere")
    erasing.erase(Words(NAME), entries=[other.reference], tables=[], note=WHY, by=writer)
    other.refresh_from_db()
    meeting.refresh_from_db()
    assert (other.title, meeting.title) == (f"{MARK} elsewhere", f"{NAME} meets the Council")
    assert Edition.objects.get(number=1).note == f"{NAME} came."


def test_what_no_reader_saw_makes_no_edition(writer):
    event = factories.make_event("quiet", title="Quiet", staff_note=f"Ask {NAME}.")
    save(factories.make_event("new", title="New", status=Status.DRAFT), writer, summary=f"By {NAME}.")
    erasure = erase_everywhere(writer)
    event.refresh_from_db()
    assert (erasure.edition, event.staff_note) == (None, f"Ask {MARK}.")


@pytest.mark.parametrize(
    ("note", "entries", "seal", "said"),
    [
        (" ", ["event:meeting"], "", "Say in public why"),
        (f"About {PLAIN}", ["event:meeting"], "", "has the words in it"),
        (WHY, [], "", "Choose where"),
        (WHY, ["event:meeting"], "another", "look at it again"),
    ],
)
def test_what_is_refused_changes_nothing(meeting, writer, note, entries, seal, said):
    before = stored_text()
    with pytest.raises(Refused, match=said):
        erasing.erase(Words(NAME), entries=entries, tables=[], note=note, by=writer, seal=seal)
    assert stored_text() == before


def test_what_would_break_a_rule_is_refused(meeting, writer):
    """Two rows that said different things would say the same."""
    factories.add_party(meeting, "spain", representative=f"Ambassador {NAME.upper()}")
    before = stored_text()
    with pytest.raises(Refused, match="says the same"):
        erase_everywhere(writer)
    assert stored_text() == before


def test_the_register_keeps_its_rules(meeting, writer):
    erase_everywhere(writer)
    found = [
        each
        for model in ENTRY_MODELS
        for entry in model.objects.published()
        for each in rules.problems(entry)
    ]
    assert found == []
    assert Party.objects.get(slug="spain").name == "Spain"
    assert Source.objects.exists()


def test_it_is_told_in_the_log_without_the_words(meeting, writer, caplog, django_capture_on_commit_callbacks):
    with caplog.at_level("INFO", "partnership.audit"), django_capture_on_commit_callbacks(execute=True):
        erase_everywhere(writer)
    [line] = [json.loads(record.message) for record in caplog.records if "erased" in record.message]
    assert (line["event"], line["by"], line["entries"]) == ("erased", "writer", ["event:meeting"])
    assert "lee" not in json.dumps(line).lower()


def test_files_of_an_earlier_state_are_given_out_no_more(meeting, writer):
    def write(folder: Any, snapshot: Any) -> Any:
        (folder / "all.txt").write_text("\n".join(Event.objects.values_list("title", flat=True)), "utf-8")
        return {"all.txt": 1}, {}

    first = store.build(write)
    assert NAME in first.path("all.txt").read_text("utf-8")
    erase_everywhere(writer)
    assert store.kept() is None
    fresh = store.current_or_building(write, generation.current())
    assert PLAIN not in fresh.path("all.txt").read_text("utf-8").lower()
    assert not first.folder.exists()


def test_files_of_an_earlier_state_are_taken_away(meeting, writer):
    first = store.build(lambda folder, snapshot: ((folder / "a.txt").write_text(NAME) and {"a.txt": 1}, {}))
    erase_everywhere(writer)
    store.take_away_old()
    assert not first.folder.exists()


def test_states_of_revisions_stay(meeting, writer):
    states = list(Revision.objects.order_by("pk").values_list("pk", "state"))
    erase_everywhere(writer)
    assert list(Revision.objects.order_by("pk").values_list("pk", "state"))[: len(states)] == states
    newest = Revision.objects.filter(state=RevisionState.PUBLISHED).order_by("-pk").first()
    assert (newest.reason, newest.nature) == (f"Personal data erased. {WHY}", "wording")
    assert changed(meeting)
