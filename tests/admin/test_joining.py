"""The page `join/`: an open change and what became public since it began, in one document that can be published."""

import pytest

from partnership import documents
from partnership.editorial import revising, workflow
from partnership.models import Event, Revision, RevisionState, Status
from tests import factories
from tests.admin.forms import Form, messages_in


@pytest.fixture
def event(editor):
    """A public event with an open change, under which an import wrote another title and a row."""
    event = factories.make_event("madrid", title="Madrid", parties=(("japan", "host"),))
    editor.save(event, title="Changed here", place="Here", change_reason="A letter.")
    before = documents.dump(event)
    Event.objects.filter(pk=event.pk).update(title="Imported")
    factories.add_party(event, "norway")
    workflow.record_import([], [(event, before)])
    event.refresh_from_db()
    return event


def join(editor, event):
    """The page on which the two are joined."""
    return editor.client.get(editor.url(Event, "join", event.pk))


def settle(editor, event, form):
    """Send the page of two changes; what is shown in the end."""
    return editor.client.post(editor.url(Event, "join", event.pk), form.values, follow=True)


def test_the_form_leads_to_the_page(editor, event):
    page = editor.client.get(editor.url(Event, "change", event.pk)).content.decode()
    assert "What is public has changed since this change began." in page
    assert f'href="{editor.url(Event, "join", event.pk)}"' in page


def test_a_change_is_not_published_over_what_it_did_not_see(editor, event):
    editor.press("_submit", editor.reopen(event), event)
    editor.second_person().approve(event)
    event.refresh_from_db()
    assert (event.title, event.involvements.count()) == ("Imported", 2)


@pytest.mark.parametrize(("choice", "title"), [("mine", "Changed here"), ("theirs", "Imported")])
def test_the_two_are_joined_and_published(editor, event, choice, title):
    page = join(editor, event)
    assert [(each.mine, each.theirs) for each in page.context["choices"]] == [("Changed here", "Imported")]
    assert [line.label for line in page.context["only_mine"]] == ["Place"]
    assert len(page.context["only_theirs"]) == 1
    settle(editor, event, Form(page).choose(title=choice))
    head = revising.head_of(event)
    assert (head.state, head.reason) == (RevisionState.PENDING, "A letter.")
    assert head.base_digest == documents.digest(documents.dump(event))
    page = editor.client.get(editor.url(Event, "change", event.pk))
    assert not page.context["state"].has_moved
    editor.publish(event)
    assert (event.title, event.place) == (title, "Here")
    assert {row.party.slug for row in event.involvements.all()} == {"japan", "norway"}


def test_nothing_is_joined_before_the_choice_is_made(editor, event):
    revisions = Revision.objects.count()
    page = settle(editor, event, Form(join(editor, event)))
    assert page.status_code == 200
    assert page.context["choices"]
    assert Revision.objects.count() == revisions


@pytest.mark.parametrize("moved", ["change", "public"])
def test_a_save_on_either_side_meanwhile_asks_again(editor, event, moved):
    form = Form(join(editor, event)).choose(each="mine")
    if moved == "change":
        editor.second_person().save(event, title="Changed again")
        expected = ("Changed again", "Imported")
    else:
        Event.objects.filter(pk=event.pk).update(title="Imported again")
        expected = ("Changed here", "Imported again")
    revisions = Revision.objects.count()
    page = settle(editor, event, form)
    assert [(each.mine, each.theirs) for each in page.context["choices"]] == [expected]
    assert Revision.objects.count() == revisions


def test_a_change_that_names_what_is_gone_is_not_joined(editor, event):
    kind = factories.make_term("event-kind", "visit", status=Status.DRAFT)
    editor.save(event, kind=kind)
    form = Form(join(editor, event)).choose(each="mine")
    type(kind).objects.filter(pk=kind.pk).delete()
    response = settle(editor, event, form)
    assert "there is no term “visit”" in messages_in(response)[0]


def test_there_is_nothing_to_join_without_a_change_or_in_a_draft(editor):
    public = factories.make_event("lisbon")
    draft = factories.make_event("porto", status=Status.DRAFT)
    editor.save(draft, title="Changed")
    for entry in (public, draft):
        assert join(editor, entry).status_code == 404


def test_who_may_not_change_an_entry_does_not_join(client, event, django_user_model):
    viewer = django_user_model.objects.create_user("viewer", is_staff=True)
    client.force_login(viewer)
    address = f"/admin/partnership/event/{event.pk}/join/"
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
