"""Deleting drafts in the admin, and the list from which they are brought back whole."""

import re

import pytest
from django.urls import reverse

from partnership.editorial import removing, revising
from partnership.models import ENTRY_MODELS, Event, Party, Revision, RevisionState, Status
from tests import factories
from tests.admin.accounts import account, desk
from tests.admin.forms import messages_in
from tests.editorial.edits import rows_say, save
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

MODELS = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)


@pytest.fixture
def ann():
    return account("ann")


@pytest.fixture
def draft():
    return factories.make_event(
        "madrid",
        title="Madrid Summit",
        status=Status.DRAFT,
        areas=("space",),
        parties=(("japan", "host"), ("norway", "participant")),
        sources=("a-page", "a-report"),
    )


def delete(editor, entry):
    """Delete an entry after the question whether one is sure."""
    address = editor.url(type(entry), "delete", entry.pk)
    return editor.client.post(address, {"post": "yes"}, follow=True)


def deleted_list(editor, query=""):
    return editor.client.get(reverse("admin:deleted") + query)


def bring_back(editor, revision):
    return editor.client.post(reverse("admin:bring_back"), {"revision": revision}, follow=True)


def undo(editor, response):
    """Press “Undo” in the message."""
    [message] = messages_in(response)
    return bring_back(editor, re.search(r'name="revision" value="(\d+)"', message)[1])


@MODELS
def test_a_draft_is_deleted_and_the_message_undoes_it(editor, model):
    entry = factories.make_entry(model, "one", status=Status.DRAFT)
    said = rows_say(entry)
    response = delete(editor, entry)
    assert not model.objects.filter(slug="one").exists()
    assert "is deleted." in messages_in(response)[0]
    response = undo(editor, response)
    again = model.objects.get(slug="one")
    assert rows_say(again) == said
    assert messages_in(response) == [f"“{again}” is back, as a draft."]
    assert response.redirect_chain == [(editor.url(model, "change", again.pk), 302)]


def test_it_comes_back_from_the_list_with_its_rows_sources_and_history(editor, draft, ann):
    save(draft, ann, title="Summit of Madrid")
    said = rows_say(draft)
    delete(editor, draft)
    response = deleted_list(editor)
    assert "Summit of Madrid Event; deleted by editor" in text_of(response)
    [row] = response.context["rows"]
    bring_back(editor, row["revision"].pk)
    again = Event.objects.get(slug="madrid")
    assert rows_say(again) == said
    assert {citation.source.slug for citation in again.citations.all()} == {"a-page", "a-report"}
    assert [area.slug for area in again.areas.all()] == ["space"]
    assert "ann" in {each.made_by_name for each in revising.revisions_of(again)}
    assert deleted_list(editor).context["rows"] == []


def test_what_was_brought_back_is_not_brought_back_again(editor, draft):
    response = delete(editor, draft)
    undo(editor, response)
    assert messages_in(undo(editor, response)) == ["It cannot be brought back: It was brought back already."]


def test_what_was_not_deleted_is_not_brought_back(editor, draft, ann):
    revision = save(draft, ann)
    assert "It cannot be brought back" in messages_in(bring_back(editor, revision.pk))[0]


def test_where_another_entry_has_its_address_it_stays_deleted(editor, draft):
    response = delete(editor, draft)
    factories.make_event("madrid", title="Another")
    assert messages_in(undo(editor, response)) == [
        "It cannot be brought back: Another entry has its address now."
    ]


def test_where_nothing_was_deleted_the_list_says_so(editor):
    assert "No draft was deleted that could be brought back." in text_of(deleted_list(editor))


def test_a_draft_that_an_open_change_names_is_not_deleted(editor, ann):
    coast = factories.make_party("coast", status=Status.DRAFT)
    public = factories.make_event("madrid")
    document = [*rows_say(public)]
    [involvement] = [row for row in document if "role" in row["fields"]]
    named = {**involvement, "fields": {**involvement["fields"], "party": ["coast"]}}
    document[document.index(involvement)] = named
    revising.save(public, document, by=ann)
    page = editor.client.get(editor.url(Party, "delete", coast.pk))
    assert "A change of event:madrid" in text_of(page)
    delete(editor, coast)
    assert Party.objects.filter(slug="coast").exists()
    assert not removing.deleted().exists()


@pytest.mark.parametrize("name", ["areas", "organisations"])
def test_a_draft_that_is_one_of_several_is_not_taken_from_what_names_it(editor, draft, name):
    [named] = getattr(draft, name).all()
    type(named).objects.filter(pk=named.pk).update(**factories.state(Status.DRAFT))
    response = delete(editor, named)
    assert "Madrid Summit" in text_of(response)
    assert getattr(draft, name).get() == named


def test_a_draft_that_a_row_names_is_not_deleted(editor, draft):
    Party.objects.filter(slug="norway").update(**factories.state(Status.DRAFT))
    norway = Party.objects.get(slug="norway")
    page = editor.client.get(editor.url(Party, "delete", norway.pk))
    assert page.status_code == 200
    delete(editor, norway)
    assert Party.objects.filter(slug="norway").exists()


def test_what_came_to_be_named_meanwhile_is_told_and_stays(editor, draft, monkeypatch):
    monkeypatch.setattr("partnership.admin.deleting.removing.naming_revisions", lambda entry: [])
    refusal = removing.Refused([removing.Problem("", "It is named by: another.")])

    def refused(entry, by):
        raise refusal

    monkeypatch.setattr("partnership.admin.deleting.removing.delete_draft", refused)
    response = delete(editor, draft)
    assert messages_in(response) == ["It is named by: another."]
    assert response.redirect_chain == [(editor.url(Event, "change", draft.pk), 302)]


@MODELS
@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_what_is_or_was_public_cannot_be_deleted(editor, model, status):
    entry = factories.make_entry(model, "one", status=status)
    assert editor.client.get(editor.url(model, "delete", entry.pk)).status_code == 403
    assert delete(editor, entry).status_code == 403
    assert model.objects.filter(slug="one").exists()


def test_a_draft_that_once_was_public_cannot_be_deleted(editor):
    entry = factories.make_event("one")
    Event.objects.filter(pk=entry.pk).update(status=Status.DRAFT)
    assert delete(editor, entry).status_code == 403


def test_who_may_not_add_a_kind_neither_deletes_nor_restores(editor, draft):
    viewer = desk("viewer", "Viewer")
    assert delete(viewer, draft).status_code == 403
    delete(editor, draft)
    revision = removing.deleted().get()
    assert deleted_list(viewer).context["rows"] == []
    assert bring_back(viewer, revision.pk).status_code == 403
    assert removing.deleted().get() == revision


def test_a_remit_limits_what_is_deleted_and_restored(editor, draft):
    stranger = desk("stranger", parties=(factories.make_party("spain"),))
    assert delete(stranger, draft).status_code == 403
    delete(editor, draft)
    assert deleted_list(stranger).context["rows"] == []
    assert bring_back(stranger, removing.deleted().get().pk).status_code == 403
    of_norway = desk("of-norway", parties=(Party.objects.get(slug="norway"),))
    assert len(deleted_list(of_norway).context["rows"]) == 1
    bring_back(of_norway, removing.deleted().get().pk)
    assert Event.objects.filter(slug="madrid").exists()


@pytest.mark.parametrize("key", ["", "4711", "none", "-1", "9" * 30, "²"])
def test_a_revision_that_is_not_there_is_not_found(editor, key):
    assert bring_back(editor, key).status_code == 404


def test_nothing_is_brought_back_by_following_a_link(editor, draft):
    delete(editor, draft)
    assert editor.client.get(reverse("admin:bring_back")).status_code == 403


def test_a_long_list_has_pages_for_what_the_account_may_restore(editor, ann):
    original = factories.make_event(status=Status.DRAFT)
    document = rows_say(original)
    for number in range(60):
        Revision.objects.create(
            entry=f"event:copy-{number}",
            document=[{**document[0], "fields": {**document[0]["fields"], "title": f"Copy {number}"}}],
            schema=1,
            digest="0" * 64,
            state=RevisionState.DELETED,
            made_by_name="ann",
        )
    first, second = deleted_list(editor), deleted_list(editor, "?p=2")
    shown = [row["title"] for page in (first, second) for row in page.context["rows"]]
    assert shown == [f"Copy {number}" for number in reversed(range(60))]
    assert "Older" in text_of(first)
    assert "Newer" in text_of(second)


def test_the_name_of_what_was_deleted_is_shown_as_text(editor):
    response = delete(editor, factories.make_event(title="<b>Bold</b>", status=Status.DRAFT))
    assert "&lt;b&gt;Bold&lt;/b&gt;" in messages_in(response)[0]
    assert "<b>Bold</b>" not in deleted_list(editor).content.decode()


def test_the_front_page_counts_what_the_list_shows(editor, draft):
    delete(editor, draft)
    for person, number in ((editor, 1), (desk("viewer", "Viewer"), 0)):
        page = person.client.get(reverse("admin:index")).content.decode()
        assert (f'aria-label="Recently deleted: {number}"' in page) == bool(number)
        assert len(deleted_list(person).context["rows"]) == number
