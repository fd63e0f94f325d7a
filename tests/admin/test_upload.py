"""Files that staff bring in: looked at first, then confirmed, into review or published at once."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership import documents, generation
from partnership.editorial import revising
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Edition,
    Event,
    Revision,
    RevisionState,
    Status,
    Upload,
    UploadState,
)
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import messages_in
from tests.admin.uploads import (
    mended,
    new_event,
    press,
    rows_of,
    send,
    table,
    told,
    upload_on,
    with_title,
    zipped_folder,
)
from tests.editorial.edits import rows_say, save
from tests.exchange.conftest import state_of_register, write_register

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def ann() -> Any:
    return desk("ann")


@pytest.fixture
def publisher() -> Any:
    return desk("publisher", "Publisher")


@pytest.fixture
def public() -> Event:
    return factories.make_event("madrid", title="Madrid Summit", date="2022-06", place="Madrid")


def file_of(public: Event) -> bytes:
    """A file that renames an event and adds one."""
    return rows_of(with_title(public, "Madrid Summit 2022"), new_event(public, "vilnius", title="Vilnius"))


def state_of(upload: Upload) -> str:
    return Upload.objects.get(pk=upload.pk).state


# Looking at it


def test_a_file_is_only_looked_at_and_each_entry_told_with_what_differs(ann, public):
    before = state_of_register()
    page = send(ann, file_of(public))
    assert upload_on(page).state == UploadState.CHECKED
    found = told(page)
    assert found["event:madrid"] == ("Changed", [("Title", "Madrid Summit", "Madrid Summit 2022")])
    what, lines = found["event:vilnius"]
    assert what == "New"
    assert ("Title", "", "Vilnius") in lines
    assert page.context["totals"] == [{"words": "Events", "numbers": [1, 1, 0]}]
    assert state_of_register() == before


def test_what_the_register_says_already_is_no_change_and_cannot_be_confirmed(ann, public):
    page = send(ann, rows_of(documents.dump(public)))
    assert "0 changes" in page.content.decode()
    assert page.context["totals"] == [{"words": "Events", "numbers": [0, 0, 1]}]
    assert 'name="_confirm"' not in page.content.decode()


def test_an_export_in_an_archive_changes_nothing(publisher, tmp_path):
    write_register()
    folder = tmp_path / "register"
    call_command("export_fixtures", folder)
    page = send(publisher, zipped_folder(folder), "register.zip", fate="at-once")
    assert page.context["is_nothing"], page.context["problems"]
    assert all(
        new == changed == 0 for new, changed, _same in (each["numbers"] for each in page.context["totals"])
    )


def test_the_queries_of_a_page_do_not_grow_with_its_entries(ann, public):
    def queries(number: int) -> int:
        rows = [new_event(public, f"event-{place}") for place in range(number)]
        page = send(ann, rows_of(*rows))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            ann.client.get(reverse("admin:upload_page", args=[upload_on(page).pk]))
        return len(caught)

    queries(1)
    assert queries(2) == queries(12)


# Confirming it


def test_confirmed_changes_wait_in_review_and_new_entries_are_drafts(ann, publisher, public):
    stands = rows_say(public)
    page = press(ann, send(ann, file_of(public), note="From the summit’s list"), "_confirm")
    upload = upload_on(page)
    assert upload.state == UploadState.APPLIED
    assert upload.edition is None
    assert rows_say(public) == stands
    head = revising.head_of(public)
    assert head.state == RevisionState.SUBMITTED
    assert head.document[0]["fields"]["title"] == "Madrid Summit 2022"
    assert head.made_by_name == "ann"
    assert f"Upload {upload.pk}" in head.reason
    assert "From the summit’s list" in head.reason
    draft = Event.objects.get(slug="vilnius")
    assert (draft.status, revising.head_of(draft).state) == (Status.DRAFT, RevisionState.SUBMITTED)
    assert not Edition.objects.exists()
    queue = publisher.client.get(reverse("admin:review_queue")).context["mine"]
    assert {row["revision"].entry for row in queue} == {"event:madrid", "event:vilnius"}
    assert told(page)["event:madrid"][0] == "Changed"


def test_a_publisher_may_publish_at_once_as_one_edition_that_names_the_upload(publisher, public):
    page = press(publisher, send(publisher, file_of(public), fate="at-once", note="The list"), "_confirm")
    upload = upload_on(page)
    edition = Edition.objects.get(number=upload.edition_id)
    assert edition.note == f"Upload {upload.pk}: The list"
    public.refresh_from_db()
    assert public.title == "Madrid Summit 2022"
    assert Event.objects.get(slug="vilnius").status == Status.PUBLISHED


def test_who_may_not_publish_cannot_say_at_once(ann, public):
    page = send(ann, file_of(public), fate="at-once")
    assert upload_on(page).at_once is False


@pytest.mark.parametrize("moved", ["an entry", "something else", "the file"])
def test_nothing_is_done_when_register_or_file_moved_since_the_look(ann, public, moved):
    page = send(ann, file_of(public))
    if moved == "an entry":
        draft = factories.make_event("draft", status=Status.DRAFT)
        page = send(ann, rows_of(with_title(draft, "Renamed")))
        save(draft, title="Somebody else’s")
    elif moved == "something else":
        factories.make_event("another")
    else:
        Upload.objects.update(content=file_of(public) + b" ")
    before = state_of_register()
    shown = press(ann, page, "_confirm")
    assert "the register changed" in messages_in(shown)[0]
    assert state_of(upload_on(page)) == UploadState.CHECKED
    assert state_of_register() == before
    if moved != "the file":
        shown = press(ann, press(ann, shown, "_again"), "_confirm")
        assert state_of(upload_on(page)) == UploadState.APPLIED


def test_two_confirmations_bring_it_in_once(ann, public):
    page = send(ann, file_of(public))
    press(ann, page, "_confirm")
    before = state_of_register()
    shown = press(ann, page, "_confirm")
    assert "brought in already" in messages_in(shown)[0]
    assert state_of_register() == before
    assert Revision.objects.filter(entry="event:madrid", state=RevisionState.SUBMITTED).count() == 1


def test_a_page_that_was_shown_before_another_look_confirms_nothing(ann, public):
    old = send(ann, file_of(public))
    factories.make_event("another")
    press(ann, old, "_again")
    assert "Nothing is done" in messages_in(press(ann, old, "_confirm"))[0]
    assert state_of(upload_on(old)) == UploadState.CHECKED


def test_the_same_file_again_changes_nothing(publisher, public):
    content = file_of(public)
    press(publisher, send(publisher, content, fate="at-once"), "_confirm")
    assert send(publisher, content, fate="at-once").context["is_nothing"]


# What an account may not


def test_a_remit_holds_for_each_entry_of_a_file(public):
    limited = at_browser(account("limited", parties=(factories.make_party("norway"),)))
    page = send(limited, rows_of(with_title(public, "Renamed")))
    assert [row[2:] for row in mended(page)] == [("event:madrid", "", "remit")]
    assert Revision.objects.count() == 0


def test_an_old_address_comes_in_only_with_what_is_published_at_once(ann, publisher, public):
    row = {"model": "partnership.alias", "fields": {"address": "event:old", "target": "event:madrid"}}
    page = send(ann, rows_of([row]))
    assert [found[2:] for found in mended(page)] == [("alias:event:old", "", "alias")]
    page = send(publisher, rows_of([row]), fate="at-once")
    assert upload_on(page).aliases == [["event:old", "", "event:madrid"]]
    page = press(publisher, page, "_confirm")
    assert Alias.objects.get().target == "event:madrid"
    press(publisher, page, "_undo")
    assert not Alias.objects.exists()


def test_no_account_comes_in(publisher):
    row = {"model": "auth.user", "fields": {"username": "intruder", "is_superuser": True}}
    page = send(publisher, rows_of([row]), fate="at-once")
    assert upload_on(page).state == UploadState.REFUSED
    assert [found[3] for found in mended(page)] == ["model"]


MATRIX = {"Viewer": 403, "Editor": 200, "Publisher": 200, "Administrator": 200}


@pytest.mark.one_engine
@pytest.mark.parametrize("role", [*MATRIX, ""])
def test_each_step_and_download_asks_for_the_right(ann, public, role):
    upload = upload_on(send(ann, rows_of(with_title(public, "Madrid"))))
    bad = upload_on(send(ann, b"[{}]"))
    person = desk("someone", role) if role else None
    client = person.client if person else type(ann.client)()
    addresses = [
        reverse("admin:upload"),
        reverse("admin:upload_page", args=[upload.pk]),
        reverse("admin:upload_errors", args=[bad.pk]),
        reverse("admin:upload_template", args=["event", "csv"]),
    ]
    found = [client.get(address).status_code for address in addresses]
    of_others = {"Viewer": 403, "Editor": 404, "Publisher": 200, "Administrator": 200}
    if not role:
        assert found == [302] * 4
        assert client.post(addresses[1], {"_confirm": "1"}).status_code == 302
        return
    assert found == [MATRIX[role], of_others[role], of_others[role], MATRIX[role]]
    before = state_of_register()
    for button in ("_confirm", "_again", "_discard"):
        assert client.post(addresses[1], {button: "1"}).status_code in (403, 404)
    assert state_of_register() == before
    assert state_of(upload) == UploadState.CHECKED


def test_a_form_without_the_token_of_the_session_is_refused(ann, public):
    page = send(ann, file_of(public))
    ann.client.handler.enforce_csrf_checks = True
    assert ann.client.post(reverse("admin:upload"), {"holds": "bundle"}).status_code == 403
    address = reverse("admin:upload_page", args=[upload_on(page).pk])
    assert ann.client.post(address, {"_confirm": "1"}).status_code == 403


# Undoing it


def test_undone_before_anybody_looked_it_is_as_if_nothing_was_uploaded(ann, public):
    draft = factories.make_event("draft", title="As it was", status=Status.DRAFT)
    stands = [rows_say(public), rows_say(draft)]
    content = rows_of(
        with_title(public, "Madrid 2022"), with_title(draft, "Changed"), new_event(public, "vilnius")
    )
    page = press(ann, send(ann, content), "_confirm")
    page = press(ann, page, "_undo")
    assert upload_on(page).state == UploadState.UNDONE, messages_in(page)
    assert page.context["not_undone"] == 0
    assert not Event.objects.filter(slug="vilnius").exists()
    assert revising.head_of(public) is None
    now = [rows_say(public), rows_say(draft)]
    for document in (*stands, *now):
        document[0]["fields"].pop("changed")
    assert now == stands
    assert "nothing here to undo" in messages_in(press(ann, page, "_undo"))[0]


def test_what_somebody_touched_since_stays_and_is_named(ann, publisher, public):
    page = press(ann, send(ann, file_of(public)), "_confirm")
    save(Event.objects.get(slug="vilnius"), publisher_account(), title="Vilnius Summit")
    shown = press(ann, page, "_undo")
    assert upload_on(shown).state == UploadState.UNDONE
    assert Event.objects.get(slug="vilnius").title == "Vilnius Summit"
    assert revising.head_of(public) is None
    assert "event:vilnius: Somebody changed it since." in shown.content.decode()


def publisher_account() -> Any:
    return account("somebody-else")


def test_what_was_published_at_once_goes_back_in_an_edition_of_its_own(publisher, public):
    page = press(publisher, send(publisher, file_of(public), fate="at-once"), "_confirm")
    upload = upload_on(page)
    asked = press(publisher, page, "_undo")
    assert "Say why" in messages_in(asked)[0]
    assert state_of(upload) == UploadState.APPLIED
    shown = press(publisher, page, "_undo", reason="Entered by mistake.")
    assert upload_on(shown).state == UploadState.UNDONE, messages_in(shown)
    public.refresh_from_db()
    assert (public.title, public.status) == ("Madrid Summit", Status.PUBLISHED)
    gone = Event.objects.get(slug="vilnius")
    assert (gone.status, gone.withdrawn_reason) == (Status.WITHDRAWN, "Entered by mistake.")
    assert Edition.objects.filter(number__gt=upload.edition_id, note__contains=f"Upload {upload.pk}").exists()


def test_what_was_published_at_once_and_changed_since_stays(publisher, public):
    page = press(
        publisher, send(publisher, rows_of(with_title(public, "Madrid 2022")), fate="at-once"), "_confirm"
    )
    public.refresh_from_db()
    public.title = "Corrected since"
    public.save()
    shown = press(publisher, page, "_undo")
    assert "Nothing could be undone" in messages_in(shown)[0]
    public.refresh_from_db()
    assert public.title == "Corrected since"
    assert state_of(upload_on(page)) == UploadState.APPLIED


def test_who_uploaded_may_not_take_back_what_is_public(publisher, public):
    page = press(publisher, send(publisher, file_of(public), fate="at-once"), "_confirm")
    Upload.objects.update(made_by=account("former"))
    former = at_browser(Upload.objects.get().made_by)
    address = reverse("admin:upload_page", args=[upload_on(page).pk])
    assert former.client.get(address).context["may_undo"] is False
    assert former.client.post(address, {"_undo": "1", "reason": "No."}).status_code == 403


# Tables


def test_a_table_is_brought_in_and_its_errors_name_row_column_value_and_remedy(ann, public):
    content = table(
        Event,
        {"slug": "madrid", "title": "Madrid 2022", "date": "2022-06"},
        {"slug": "vilnius", "title": "Vilnius", "date": "2022-13"},
    )
    factories.make_event("vilnius")
    page = send(ann, content, "events.csv", "event")
    [problem] = page.context["problems"]
    assert (problem["file"], problem["line"], problem["field"]) == ("events.csv", 3, "date")
    assert "2022-13" in problem["value"]
    assert problem["message"]
    found = ann.client.get(reverse("admin:upload_errors", args=[upload_on(page).pk]))
    assert found["Content-Type"].startswith("text/csv")
    [heading, row] = found.content.decode().splitlines()
    assert heading == "file,line,row,column,value,message,code"
    assert row.startswith("events.csv,3,")
    good = table(Event, {"slug": "madrid", "title": "Madrid 2022"})
    page = press(ann, send(ann, good, "events.csv", "event"), "_confirm")
    assert told(page)["event:madrid"][1] == [("Title", "Madrid Summit", "Madrid 2022")]
    assert revising.head_of(public).state == RevisionState.SUBMITTED


@pytest.mark.one_engine
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_each_kind_has_an_empty_table_that_changes_nothing(ann, form):
    for model in ENTRY_MODELS:
        kind = model.kind_name()
        response = ann.client.get(reverse("admin:upload_template", args=[kind, form]))
        assert response.status_code == 200
        page = send(ann, response.content, f"{kind}.{form}", kind)
        assert page.context["problems"] == [], kind
        assert page.context["is_nothing"], kind


def test_a_table_published_at_once_makes_public_entries(publisher, public):
    factories.make_source("a-page")
    row = {"slug": "vilnius", "title": "Vilnius", "date": "2023-07", "organisations": "nato"}
    row |= {"kind": public.kind.slug, "sources": "a-page", "parties": "japan:participant"}
    factories.make_party("japan")
    factories.make_term("role", "participant")
    content = table(Event, row)
    page = press(publisher, send(publisher, content, "events.csv", "event", fate="at-once"), "_confirm")
    assert upload_on(page).state == UploadState.APPLIED, page.context["problems"]
    assert Event.objects.get(slug="vilnius").status == Status.PUBLISHED
    assert send(publisher, content, "events.csv", "event", fate="at-once").context["is_nothing"]


# What is kept


def test_the_file_goes_with_confirmation_and_old_receipts_after_their_days(ann, public, settings):
    page = press(ann, send(ann, file_of(public)), "_confirm")
    upload = Upload.objects.get(pk=upload_on(page).pk)
    assert bytes(upload.content) == b""
    settings.UPLOAD_DAYS = 0
    Upload.objects.update(made_at="2020-01-01T00:00:00Z")
    page = send(ann, b"[]")
    assert list(Upload.objects.values_list("pk", flat=True)) == [upload_on(page).pk]


def test_a_file_that_is_thrown_away_leaves_nothing(ann, public):
    number = generation.current()
    page = send(ann, file_of(public))
    press(ann, page, "_discard")
    assert not Upload.objects.exists()
    assert generation.current() == number
