"""A form asks before it saves what may be there already, and nothing is saved before the editor has said so."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.admin.telling_apart import ANOTHER_ONE, TAKEN
from partnership.editorial import revising
from partnership.models import Event, Party, Revision, Source
from tests import factories
from tests.admin.accounts import desk
from tests.admin.forms import Editor, Form, errors_in
from tests.editorial import edits

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def summit(db) -> Event:
    return factories.make_event("summit", title="Madrid Summit 2022", date="2022-06")


@pytest.fixture
def form(editor: Editor, summit: Event) -> Form:
    """The form of a new event that is the summit once more."""
    return filled_in(editor)


def filled_in(editor: Editor) -> Form:
    kind = factories.make_term("event-kind", "meeting")
    return editor.open(Event).fill(
        title="NATO Madrid Summit", slug="again", kind=kind, summary="What was typed"
    )


def asked(response: Any) -> list[str]:
    """The addresses of the entries that a form asks about."""
    return [told.entry.slug for told in response.context["likenesses"]]


def confirm(response: Any) -> Form:
    """The form that was shown again, with the box ticked."""
    form = Form(response)
    form.values[ANOTHER_ONE] = [*form.values.get(ANOTHER_ONE, []), response.context["another_one"]]
    return form


@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother", "_submit"])
def test_a_new_entry_that_may_be_there_is_asked_about_and_saved_when_it_is_another(editor, form, button):
    response = editor.press(button, form, Event)
    page = response.content.decode()
    assert asked(response) == ["summit"]
    assert "This may be there already" in page
    assert "It has a similar name." in page
    assert "What was typed" in page
    assert errors_in(response)[0] == "Nothing is saved."
    assert (Event.objects.count(), Revision.objects.count()) == (1, 0)
    entry = editor.add(Event, confirm(response), button)
    head = revising.head_of(entry)
    assert (entry.summary, head.state) == (
        "What was typed",
        "submitted" if button == "_submit" else "pending",
    )


def test_what_turned_up_meanwhile_is_asked_about_as_well(editor, form):
    answer = confirm(editor.press("_save", form, Event))
    factories.make_event("another", title="Madrid NATO Summit", status="draft", parties=())
    response = editor.press("_save", answer, Event)
    assert asked(response) == ["another", "summit"]
    assert not Event.objects.filter(slug="again").exists()
    assert editor.add(Event, confirm(response)).slug == "again"


def test_what_was_said_is_kept_while_something_else_is_wrong(editor, form):
    answer = confirm(editor.press("_save", form, Event)).fill(title="")
    response = editor.press("_save", answer, Event)
    assert asked(response) == []
    assert editor.add(Event, Form(response).fill(title="NATO Madrid Summit")).slug == "again"


@pytest.mark.parametrize("said", ["", "event:other", "\0", "x" * 9999, "event:summit-2 \x00 event:"])
def test_only_the_name_of_the_entry_counts(editor, form, said):
    form.values[ANOTHER_ONE] = [said]
    assert asked(editor.press("_save", form, Event)) == ["summit"]


def test_a_draft_is_asked_about_when_a_change_makes_it_alike_and_not_again(editor, summit):
    draft = factories.make_event("draft", title="Something else", status="draft", parties=())
    response = editor.save(draft, title="Madrid Summit")
    assert asked(response) == ["summit"]
    draft.refresh_from_db()
    assert draft.title == "Something else"
    editor.press("_save", confirm(response), draft)
    draft.refresh_from_db()
    assert draft.title == "Madrid Summit"
    editor.save(draft, title="Madrid Summits", place="Madrid")
    draft.refresh_from_db()
    assert draft.place == "Madrid"


def test_a_date_or_a_party_may_make_a_draft_alike(editor, summit):
    draft = factories.make_event("draft", title="Something else", status="draft", parties=())
    form = editor.reopen(draft).fill(date="2022-06-29")
    form.row("involvements", party=Party.objects.get(slug="japan"), role=factories.make_term("role", "host"))
    response = editor.press("_continue", form, draft)
    assert asked(response) == ["summit"]
    assert "with Japan in both" in response.content.decode()
    assert draft.involvements.count() == 0


def test_a_change_of_what_is_public_and_one_that_makes_nothing_alike_are_not_asked_about(editor, summit):
    other = factories.make_event("other", title="Something else")
    editor.save(other, title="Madrid Summit")
    assert revising.head_of(other).document[0]["fields"]["title"] == "Madrid Summit"
    draft = factories.make_event("draft", title="Madrid Summit", status="draft", parties=())
    with CaptureQueriesContext(connection) as queries:
        editor.save(draft, summary="New words")
    assert not any("substr" in query["sql"].lower() for query in queries)  # nothing was compared
    draft.refresh_from_db()
    assert draft.summary == "New words"


def test_a_conflict_comes_after_the_question(editor, summit):
    draft = factories.make_event("draft", title="Something else", status="draft", parties=())
    form = editor.reopen(draft).fill(title="Madrid Summit")
    edits.save(draft, title="Another title")
    response = editor.press("_save", form, draft)
    assert asked(response) == ["summit"]
    response = editor.press("_save", confirm(response), draft)
    assert "was changed while you edited it" in response.content.decode()
    editor.press("_save", Form(response).choose(each="mine"), draft)
    draft.refresh_from_db()
    assert draft.title == "Madrid Summit"


def test_a_small_window_asks_and_takes_what_is_there(editor):
    source = factories.make_source("page", title="A page")
    form = editor.open(Source).fill(title="A page", slug="again", url="http://www.example.org/page/")
    form.values["_popup"] = ["1"]
    response = editor.press("_save", form, Source)
    assert asked(response) == ["page"]
    assert f'name="{TAKEN}"' in response.content.decode()
    form.values[TAKEN] = [str(source.pk)]
    taken = editor.press("", form, Source)
    assert f"&quot;value&quot;: &quot;{source.pk}&quot;" in taken.content.decode()
    assert Source.objects.count() == 1
    del form.values[TAKEN]
    answer = confirm(response)
    answer.values["_popup"] = ["1"]
    assert "popup_response" in editor.press("_save", answer, Source).content.decode()
    assert Source.objects.count() == 2


@pytest.mark.parametrize("key", ["", "0", "x", "\0", "9" * 30, "-1"])
def test_nothing_is_taken_that_is_not_there(editor, form, key):
    form.values |= {"_popup": ["1"], TAKEN: [key]}
    assert asked(editor.press("_save", form, Event)) == ["summit"]


def test_only_what_the_account_may_see_is_named(summit, monkeypatch):
    editor = desk("writer")
    assert asked(editor.press("_save", filled_in(editor), Event)) == ["summit"]
    role = editor.client.get("/admin/").wsgi_request.user.groups.get()
    role.permissions.remove(*role.permissions.filter(codename__in=("view_event", "change_event")))
    response = editor.client.post(
        editor.url(Event, "add"), {**filled_in_values(summit), "_save": "1"}, follow=True
    )
    assert "Madrid Summit 2022" not in response.content.decode()
    assert Event.objects.filter(slug="again").exists()


def filled_in_values(summit: Event) -> dict[str, Any]:
    rows = ("involvements", "citations")
    counts = {f"{name}-{part}_FORMS": "0" for name in rows for part in ("TOTAL", "INITIAL")}
    return {
        **counts,
        "title": "NATO Madrid Summit",
        "slug": "again",
        "kind": summit.kind_id,
        "language": "en",
        "plan_state": "held",
    }


def test_the_question_costs_as_many_queries_for_many_entries_as_for_one(editor, form):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            editor.press("_save", form, Event)
        return len(found)

    queries()  # content types are read once
    one = queries()
    for number in range(5):
        factories.make_event(f"more-{number}", title=f"Madrid Summit {number} of NATO", status="draft")
    assert queries() <= one
