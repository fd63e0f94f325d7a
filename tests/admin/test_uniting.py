"""The pages on which two entries are merged, and on which a merge is undone."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from partnership import generation
from partnership.editorial import revising, workflow
from partnership.models import Event, Merge, Party, Status
from tests import factories
from tests.admin.accounts import at_browser, desk
from tests.admin.forms import Form, messages_in
from tests.admin.test_unseen import differing, snapshot
from tests.editorial.edits import save

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def two(db: None) -> tuple[Event, Event]:
    kept = factories.make_event("madrid", title="Madrid Summit", date="2022-06-29", date_stated="29 June")
    gone = factories.make_event(
        "madrid-2", title="Summit of Madrid", date="2022-06", place="Madrid", sources=("a-page", "b-page")
    )
    factories.make_event("part", part_of=gone)
    return kept, gone


def page(person: Any, kept: Any, query: str = "") -> Any:
    return person.client.get(person.url(type(kept), "merge", kept.pk) + query)


def send(person: Any, kept: Any, gone: Any, **fields: str) -> Any:
    address = person.url(type(kept), "merge", kept.pk) + f"?with={gone.pk}"
    form = Form(person.client.get(address))
    for name, value in fields.items():
        form.values[f"_choice:{name}" if name != "reason" else name] = [value]
    return person.client.post(address, form.values, follow=True)


def undo_address(done: Merge) -> str:
    return reverse("admin:partnership_merge_undo", args=[done.pk])


def test_both_are_shown_side_by_side_with_what_comes_along_and_what_names_it(two):
    kept, gone = two
    person = desk("publisher", "Publisher")
    response = page(person, kept, f"?with={gone.pk}")
    shown = response.context["page"]
    assert [(each.label, each.is_several) for each in shown.asked] == [
        ("Title", False),
        ("Date, Date as stated", True),
    ]
    assert {line.label for line in shown.brought} == {"Place", "Other names", "Citation"}
    assert shown.doubled == 2
    assert [entry.slug for entry, _address in shown.naming] == ["part"]
    assert response.content.decode().count("required") >= 4


def test_what_was_chosen_is_merged_and_the_message_leads_to_its_undoing(two):
    kept, gone = two
    person = desk("publisher", "Publisher")
    response = send(person, kept, gone, title="gone", date="kept", reason="The same.")
    kept.refresh_from_db()
    done = Merge.objects.get()
    assert (kept.title, kept.date, kept.place) == ("Summit of Madrid", "2022-06-29", "Madrid")
    assert response.redirect_chain[-1][0] == person.url(Event, "change", kept.pk)
    [message] = messages_in(response)
    assert f'href="{undo_address(done)}"' in message
    history = person.client.get(person.url(Event, "history", kept.pk)).content.decode()
    assert "event:madrid-2 was merged into event:madrid by publisher" in " ".join(history.split())
    assert undo_address(done) in history

    shown = person.client.get(undo_address(done))
    assert [entry.slug for entry, _address in shown.context["entries"]] == ["madrid", "part"]
    assert "Say why it is undone" in person.client.post(undo_address(done)).content.decode()
    response = person.client.post(undo_address(done), {"reason": "They are two."}, follow=True)
    back = Event.objects.get(slug="madrid-2")
    assert response.redirect_chain[-1][0] == person.url(Event, "change", back.pk)
    assert "are two entries again" in messages_in(response)[0]
    assert "It is undone already" in person.client.get(undo_address(done)).content.decode()
    assert "Undone by publisher" in person.client.get(person.url(Event, "history", kept.pk)).content.decode()


def test_what_is_missing_is_said_and_what_was_chosen_stays(two):
    kept, gone = two
    person = desk("publisher", "Publisher")
    shown = send(person, kept, gone, title="gone", reason="The same.")
    assert "Choose which of the two is right." in shown.content.decode()
    assert re.search(r'name="_choice:title"\s+value="gone"\s+required\s+checked', shown.content.decode())
    assert ">The same.</textarea>" in shown.content.decode()
    assert "Say why they are the same" in send(person, kept, gone, title="kept", date="kept").content.decode()
    assert not Merge.objects.exists()


def test_nothing_is_merged_that_was_not_looked_at(two):
    kept, gone = two
    person = desk("publisher", "Publisher")
    address = person.url(Event, "merge", kept.pk) + f"?with={gone.pk}"
    seal = person.client.get(address).context["seal"]
    sent = {"_choice:title": "kept", "_choice:date": "kept", "reason": "The same."}
    factories.add_source(gone, "late-page")
    for given in ({}, {"_seal": seal}, {"_seal": "x\x00"}):
        assert "look at it again" in person.client.post(address, {**sent, **given}).content.decode()
    assert not Merge.objects.exists()


def test_what_keeps_the_two_apart_is_told_and_then_there_is_no_button(two):
    kept, gone = two
    person = desk("publisher", "Publisher")
    save(kept, place="Rome")
    shown = page(person, kept, f"?with={gone.pk}")
    assert "Finish or discard the change of “Madrid Summit”" in shown.content.decode()
    assert "Merge the two</" not in shown.content.decode()
    assert 'value="Merge the two"' not in shown.content.decode()
    assert revising.head_of(kept) is not None


def test_the_other_one_is_looked_for_and_the_public_one_stays(two):
    kept, gone = two
    draft = factories.make_event("draft", title="Madrid once more", status=Status.DRAFT)
    person = desk("publisher", "Publisher")
    found = {each.entry: each for each in page(person, kept, "?q=madrid").context["found"]}
    assert found[gone].address == person.url(Event, "merge", kept.pk) + f"?with={gone.pk}"
    found = {each.entry: each for each in page(person, draft, "?q=madrid").context["found"]}
    assert found[kept].is_swapped
    assert found[kept].address == person.url(Event, "merge", kept.pk) + f"?with={draft.pk}"
    shown = page(person, draft, f"?with={kept.pk}")
    assert shown.context["swap_address"] == found[kept].address
    assert "What stays must be public" in shown.content.decode()


@pytest.mark.parametrize(
    "query", ["?with=x", "?with=0", f"?with={10**30}", "?with=%00", "?q=%00", "?with=-1&q=a b"]
)
def test_an_odd_address_asks_for_the_other_one(two, query):
    assert page(desk("publisher", "Publisher"), two[0], query).status_code == 200


def test_only_who_may_change_what_is_concerned_may_ask(two):
    kept, gone = two
    drafts = [factories.make_event(slug, status=Status.DRAFT) for slug in ("one", "two")]
    viewer, editor = desk("viewer", "Viewer"), desk("editor")
    for person in (viewer, editor):
        assert page(person, kept).status_code == 403
        assert person.client.post(person.url(Event, "merge", kept.pk) + f"?with={gone.pk}").status_code == 403
        assert "Merge with" not in person.client.get(person.url(Event, "change", kept.pk)).content.decode()
    assert page(viewer, drafts[0]).status_code == 403
    send(editor, *drafts, title="kept", reason="The same.")
    done = Merge.objects.get()
    assert editor.client.get(undo_address(done)).status_code == 200
    assert viewer.client.get(undo_address(done)).status_code == 403
    limited = desk("limited", "Publisher", (factories.make_party("norway"),))
    assert page(limited, kept).status_code == 403
    assert editor.client.get(reverse("admin:partnership_merge_undo", args=["x"])).status_code == 404


def test_the_list_of_merges_is_for_reading_and_leads_to_the_undoing(two):
    publisher, viewer = desk("publisher", "Publisher"), desk("viewer", "Viewer")
    send(publisher, *two, title="kept", date="kept", reason="The same.")
    done = Merge.objects.get()
    address = publisher.url(Merge, "changelist")
    assert undo_address(done) in publisher.client.get(address + "?q=madrid").content.decode()
    assert undo_address(done) not in viewer.client.get(address).content.decode()
    shown = viewer.client.get(viewer.url(Merge, "change", done.pk)).content.decode()
    assert "The same." in shown
    assert "partnership.event" not in shown, "the documents are not for reading"
    assert viewer.client.post(viewer.url(Merge, "change", done.pk), {}).status_code == 403


def test_the_pages_take_as_many_queries_for_many_rows_as_for_few(django_assert_max_num_queries):
    person = desk("publisher", "Publisher")
    kept = factories.make_party("kept")

    def queries(gone: Party) -> int:
        with django_assert_max_num_queries(400) as taken:
            page(person, kept, f"?with={gone.pk}")
        return len(taken)

    few, many = factories.make_party("few"), factories.make_party("many")
    numbers = []
    for gone, number in ((few, 2), (many, 8)):
        for place in range(number):
            factories.make_event(
                f"{gone.slug}-{place}", parties=((gone.slug, "host"),), sources=(f"page-{place}",)
            )
        numbers.append(queries(gone))
    assert numbers[0] == numbers[1]
    for gone in (few, many):
        send(person, kept, gone, name="kept", reason="The same.")
    taken = []
    for done in Merge.objects.order_by("pk"):
        with django_assert_max_num_queries(100) as counted:
            person.client.get(undo_address(done))
        taken.append(len(counted))
    assert taken[0] == taken[1]


@pytest.mark.django_db(transaction=True)
def test_merging_drafts_changes_no_public_byte():
    public = factories.make_event("public", status=Status.DRAFT, areas=("space",))
    workflow.publish(public)
    drafts = [
        factories.make_event(slug, title=f"Zerzura {slug}", status=Status.DRAFT) for slug in ("one", "two")
    ]
    factories.make_event("part", status=Status.DRAFT, part_of=drafts[1])
    person = at_browser(get_user_model().objects.create_superuser("chief"))
    lists = (
        "/",
        "/events/",
        "/timeline/",
        "/changes/",
        "/editions/",
        "/editions/feed.atom",
        "/api/v1/events/",
    )
    addresses = [
        *lists,
        "/search/?q=zerzura",
        "/events/public/",
        "/events/one/",
        "/events/two/",
        "/events.json",
    ]
    before, number = snapshot(addresses), generation.current()
    assert differing(before, snapshot(addresses)) == []
    response = send(person, *drafts, title="kept", reason="The same.")
    assert "is merged into" in messages_in(response)[0]
    assert differing(before, snapshot(addresses)) == []
    person.client.post(undo_address(Merge.objects.get()), {"reason": "They are two."})
    assert Event.objects.filter(slug="two").exists()
    assert differing(before, snapshot(addresses)) == []
    assert generation.current() == number
