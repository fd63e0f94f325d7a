"""Acts on several entries of a list: what the page lists and leaves out, what is done, and who may do it."""

import io
import json
import zipfile

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership import documents
from partnership.admin import bulk
from partnership.editorial import bulk as acts
from partnership.editorial import revising, workflow
from partnership.exchange.manifest import NAME
from partnership.models import (
    Bundle,
    Edition,
    Event,
    Party,
    Relation,
    Revision,
    RevisionState,
    Status,
)
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import Form, messages_in
from tests.editorial.edits import save, submit
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def ask(editor, action, entries, model=Event, **sent):
    """Tick entries in their list and choose an act; the page that asks, or what comes instead of it."""
    ticked = [getattr(each, "pk", each) for each in entries]
    data = {"action": action, "index": 0, ACTION_CHECKBOX_NAME: ticked, **sent}
    return editor.client.post(editor.url(model, "changelist"), data, follow=True)


def confirm(editor, page, model=Event, **fields):
    """Fill in the page that asks and press its button."""
    form = Form(page).fill(**fields)
    return editor.client.post(editor.url(model, "changelist"), form.values, follow=True)


def listed(page):
    return [row["entry"].slug for row in [*page.context["planned"], *page.context["to_look_at"]]]


def left_out(page):
    return {row["entry"].slug: [str(each) for each in row["reasons"]] for row in page.context["skipped"]}


def states():
    return {each.entry: each.state for each in Revision.objects.open()}


@pytest.fixture
def writer(db):
    return account("writer")


@pytest.fixture
def publisher(db):
    person = account("publisher", "Publisher")
    editor = at_browser(person)
    editor.person = person
    return editor


# Submitting


def test_what_was_saved_is_submitted_and_the_rest_is_left(writer):
    drafts = [factories.make_event(slug, status=Status.DRAFT) for slug in ("bergen", "oslo")]
    submit(factories.make_event("madrid"), writer, place="Madrid")
    unchanged = factories.make_event("paris")
    bundled = factories.make_event("rome")
    save(bundled, writer, place="Rome")
    Bundle.objects.create(title="Summit day").items.create(entry="event:rome")
    editor = desk("editor")
    page = ask(editor, "submit_selected", [*drafts, Event.objects.get(slug="madrid"), unchanged, bundled])
    assert listed(page) == ["bergen", "oslo"]
    assert left_out(page) == {
        "madrid": ["It is submitted already."],
        "paris": ["Nothing was changed that could be submitted: save a change first."],
        "rome": ["“Rome” belongs to the bundle “Summit day” and becomes public with it."],
    }
    done = confirm(editor, page)
    assert states()["event:bergen"] == states()["event:oslo"] == RevisionState.SUBMITTED
    told = messages_in(done)
    assert told[0].startswith("2 entries are submitted for review.")
    assert "3 entries are left as they are:" in told[1]


def test_what_changed_since_it_was_listed_is_shown_again_and_nothing_done(writer):
    drafts = [factories.make_event(slug, status=Status.DRAFT) for slug in ("bergen", "oslo")]
    editor = desk("editor")
    page = ask(editor, "submit_selected", drafts)
    save(drafts[0], writer, place="Bergen")
    again = confirm(editor, page)
    assert again.context["has_moved"]
    assert "event:oslo" not in states()
    drafts[1].delete()
    gone = confirm(editor, again)
    assert listed(gone) == ["bergen"]
    confirm(editor, gone)
    assert states() == {"event:bergen": RevisionState.SUBMITTED}


# Publishing


def test_what_others_submitted_is_public_as_one_edition(writer, publisher):
    changed = factories.make_event("madrid")
    submit(changed, writer, summary="It was short.")
    fresh = factories.make_event("oslo", status=Status.DRAFT, parties=(("coast", "host"),))
    Party.objects.filter(slug="coast").update(status=Status.DRAFT, first_published=None)
    submit(fresh, writer)
    page = ask(publisher, "publish_selected", [changed, fresh])
    assert listed(page) == ["madrid", "oslo"]
    assert "Published along with it, because it names them: “Coast”" in text_of(page)
    done = confirm(publisher, page, note="Two events.")
    edition = Edition.objects.get(note="Two events.")
    assert {each.entry for each in edition.revisions.all()} == {"event:madrid", "event:oslo", "party:coast"}
    head = edition.revisions.get(entry="event:madrid")
    assert (head.reviewed_by_name, list(head.approved)) == ("publisher", ["event:madrid"])
    told = messages_in(done)[0]
    assert told.startswith(f"2 entries are public. It is edition {edition.number}.")
    assert reverse("admin:undo_edition", args=[edition.number]) in told


def test_what_somebody_must_look_at_is_not_published_with_the_rest(writer, publisher):
    own = factories.make_event("own")
    submit(own, publisher.person, summary="It was short.")
    unsourced = factories.make_event("unsourced", status=Status.DRAFT, sources=())
    submit(unsourced, writer)
    unconfirmed = factories.make_event("unconfirmed", place="Oslo")
    submit(unconfirmed, writer, place="Bergen")
    moved = factories.make_event("moved")
    submit(moved, writer, title="Moved on")
    Event.objects.filter(pk=moved.pk).update(place="Elsewhere")
    pending = factories.make_event("pending")
    save(pending, writer)
    good = factories.make_event("good", status=Status.DRAFT)
    submit(good, writer)
    child = factories.make_event("child", status=Status.DRAFT, part_of=unsourced)
    submit(child, writer)
    page = ask(publisher, "publish_selected", Event.objects.all())
    assert listed(page) == ["good"]
    found = left_out(page)
    assert found["own"] == ["You wrote in it: somebody else must approve it."]
    assert any("no source supports the record" in each for each in found["unsourced"])
    assert found["unconfirmed"] == ["Values changed and their citations did not: look at it by itself."]
    assert found["moved"] == [
        "What is public has changed since this was written: open the form and join the two."
    ]
    assert found["pending"] == ["Nothing of it is submitted for review."]
    assert "unsourced" in str(found["child"]).lower()  # it names what is left out, so it stays as well
    confirm(publisher, page)
    assert set(Event.objects.published().values_list("slug", flat=True)) == {
        "own",
        "unconfirmed",
        "moved",
        "pending",
        "good",
    }


def test_a_save_between_look_and_approval_is_looked_at_first(writer, publisher):
    event = factories.make_event("madrid", status=Status.DRAFT)
    submit(event, writer)
    page = ask(publisher, "publish_selected", [event])
    save(Event.objects.get(), writer, place="Madrid")
    revising.submit(event, by=writer)
    again = confirm(publisher, page)
    assert again.context["has_moved"]
    assert not Event.objects.published().exists()
    confirm(publisher, again)
    assert Event.objects.published().get().place == "Madrid"


# Withdrawing


def test_entries_are_withdrawn_for_one_reason_but_for_what_others_name(publisher):
    for slug in ("coast", "shore"):
        factories.make_party(slug)
    event = factories.make_event("oslo", parties=(("coast", "host"),))
    parties = list(Party.objects.filter(slug__in=("coast", "shore")))
    page = ask(publisher, "withdraw_selected", parties, Party)
    assert listed(page) == ["shore"]
    assert left_out(page) == {"coast": ["“Oslo” (event:oslo) names it: change or withdraw that first."]}
    refused = confirm(publisher, page, Party, reason=" ")
    assert "Say why, for readers of the old address." in text_of(refused)
    confirm(publisher, refused, Party, reason="It is no party.")
    assert Party.objects.get(slug="shore").withdrawn_reason == "It is no party."
    assert Party.objects.get(slug="coast").is_public
    page = ask(publisher, "withdraw_selected", [event, factories.make_event("part", part_of=event)])
    confirm(publisher, page, reason="They were entered twice.")  # one names the other: they go together
    assert not Event.objects.published().exists()


# Tagging and citing


def test_an_area_is_added_to_drafts_at_once_and_to_public_records_as_a_change(writer):
    area = factories.make_area("cyber-defence", name="Cyber defence")
    draft = factories.make_event("draft", status=Status.DRAFT, areas=("training",))
    public = factories.make_event("public")
    changed = factories.make_event("changed")
    save(changed, writer, place="Madrid", staff_note="")
    tagged = factories.make_event("tagged", areas=("cyber-defence",))
    withdrawn = factories.make_event("withdrawn", status=Status.WITHDRAWN)
    editor = desk("editor")
    page = ask(editor, "tag_selected", [draft, public, changed, tagged, withdrawn])
    assert page.context["button"] == "Look at what it does"
    page = confirm(editor, page, area=area.pk, reason="As the declaration says.", submits="on")
    assert not page.context["has_moved"]
    assert listed(page) == ["changed", "draft", "public"]
    assert left_out(page)["tagged"] == ["It says so already."]
    assert "Before: Training After: Cyber defence, Training" in " ".join(text_of(page).split())
    done = confirm(editor, page)
    assert [area.slug for area in Event.objects.get(slug="draft").areas.order_by("slug")] == [
        "cyber-defence",
        "training",
    ]
    assert not Event.objects.get(slug="public").areas.exists()
    head = revising.head_of(public)
    assert (head.state, head.reason) == (RevisionState.SUBMITTED, "As the declaration says.")
    assert head.document[0]["fields"]["areas"] == [["cyber-defence"]]
    joined = revising.head_of(changed)
    assert joined.state == RevisionState.PENDING
    assert joined.document[0]["fields"]["place"] == "Madrid"
    assert messages_in(done)[0].startswith("3 entries are changed.")


def test_tagging_is_taken_back_where_nobody_went_on(writer):
    area = factories.make_area("cyber-defence")
    entries = [factories.make_event("draft", status=Status.DRAFT), factories.make_event("public")]
    touched = factories.make_event("touched")
    before = {each.slug: documents.dump(each) for each in entries}
    editor = desk("editor")
    page = confirm(editor, ask(editor, "tag_selected", [*entries, touched]), area=area.pk)
    done = confirm(editor, page)
    save(touched, writer, place="Oslo")
    key = editor.client.session[bulk.STEPS]["key"]
    assert f'value="{key}"' in messages_in(done)[0]
    response = editor.client.post(reverse("admin:bulk_undo"), {"key": key}, follow=True)
    assert messages_in(response)[0] == "2 entries are as they were."
    assert "Touched: Somebody changed it since." in messages_in(response)[1]
    assert {each.slug: documents.dump(each) for each in entries} == before
    assert set(states()) == {"event:draft", "event:touched"}
    again = editor.client.post(reverse("admin:bulk_undo"), {"key": key}, follow=True)
    assert "undone already" in messages_in(again)[0]
    assert editor.client.get(reverse("admin:bulk_undo")).status_code == 403


def test_a_source_is_added_to_the_whole_of_records_and_relations():
    source = factories.make_source("declaration", title="Declaration")
    draft = factories.make_event("draft", status=Status.DRAFT, sources=())
    cited = factories.make_event("cited", sources=("declaration",))
    relation = factories.make_relation()
    editor = desk("editor")
    page = confirm(editor, ask(editor, "cite_selected", [draft, cited]), source=source.pk, locator="12")
    assert listed(page) == ["cited", "draft"]  # from another place in it
    again = confirm(editor, page, locator="")
    assert again.context["has_moved"]  # another choice is another list
    assert listed(again) == ["draft"]
    confirm(editor, again)
    [citation] = draft.citations.all()
    assert (citation.source, citation.supports, citation.pk) == (source, "", "draft.declaration")
    page = ask(editor, "cite_selected", [relation], Relation)
    confirm(editor, confirm(editor, page, Relation, source=source.pk), Relation)
    head = revising.head_of(relation)
    assert ["declaration"] in [row["fields"].get("source") for row in head.document]


# Bundles and merges


def test_changes_are_put_into_a_bundle_that_waits_or_a_new_one(writer):
    changes = [factories.make_event(slug, status=Status.DRAFT) for slug in ("bergen", "oslo", "rome")]
    for each in changes:
        submit(each, writer)
    unchanged = factories.make_event("paris")
    editor = desk("editor")
    page = ask(editor, "bundle_selected", [*changes[:2], unchanged])
    assert listed(page) == ["bergen", "oslo"]
    assert "has no change that could be published" in left_out(page)["paris"][0]
    refused = confirm(editor, page)
    assert "Choose a bundle, or give a new one a title." in text_of(refused)
    confirm(editor, refused, title="Summit day")
    bundle = Bundle.objects.get(title="Summit day", made_by_name="editor")
    assert states()["event:oslo"] == RevisionState.PENDING  # it is reviewed with the bundle
    page = ask(editor, "bundle_selected", changes)
    assert left_out(page)["oslo"] == ["“Oslo” is in the bundle “Summit day” already."]
    confirm(editor, page, bundle=bundle)
    assert bundle.items.count() == 3


def test_two_entries_lead_to_the_page_of_their_merge(editor):
    events = [factories.make_event() for _number in range(3)]
    response = ask(editor, "merge_selected", events)
    assert messages_in(response) == ["Tick exactly two entries to merge them."]
    response = ask(editor, "merge_selected", events[:2])
    [(address, _status)] = response.redirect_chain
    assert address == f"{editor.url(Event, 'merge', events[0].pk)}?with={events[1].pk}"
    assert response.status_code == 200


# Exporting


def test_what_readers_see_is_exported_and_loads_alone(publisher):
    public = factories.make_event("madrid", staff_note="A doubt.")
    draft = factories.make_event("oslo", status=Status.DRAFT)
    page = ask(publisher, "export_selected", [public, draft])
    assert listed(page) == ["madrid"]
    assert list(left_out(page)) == ["oslo"]
    response = confirm(publisher, page)
    assert response.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        rows = [
            row for name in archive.namelist() if name[0].isdigit() for row in json.loads(archive.read(name))
        ]
        assert NAME in archive.namelist()
    assert [row["fields"]["slug"] for row in rows if row["model"] == "partnership.event"] == ["madrid"]
    assert {"partnership.party", "partnership.source"} <= {row["model"] for row in rows}
    assert "A doubt." not in str(rows)


# Rights, limits and bad input

EDITORS = {
    "submit_selected",
    "tag_selected",
    "cite_selected",
    "bundle_selected",
    "merge_selected",
    "export_selected",
}
PUBLISHERS = {*EDITORS, "publish_selected", "withdraw_selected"}


@pytest.mark.parametrize(
    ("role", "offered"),
    [("Viewer", {"export_selected"}), ("Editor", EDITORS), ("Publisher", PUBLISHERS)],
)
def test_each_role_is_offered_what_it_may_do_and_refused_the_rest(role, offered):
    event = factories.make_event("madrid")
    person = desk("person", role)
    page = person.client.get(person.url(Event, "changelist"))
    choices = {name for name, _words in page.context["action_form"].fields["action"].choices if name}
    assert choices == offered
    for action in PUBLISHERS:
        assert ask(person, action, [event]).status_code == (200 if action in offered else 403), action
    assert not Revision.objects.exists()


def test_kinds_without_areas_or_citations_are_not_offered_them(editor):
    page = editor.client.get(editor.url(Party, "changelist"))
    choices = {name for name, _words in page.context["action_form"].fields["action"].choices}
    assert not choices & {"tag_selected", "cite_selected", "delete_selected"}
    page = editor.client.get(editor.url(Relation, "changelist"))
    choices = {name for name, _words in page.context["action_form"].fields["action"].choices}
    assert "cite_selected" in choices
    assert "tag_selected" not in choices


def test_what_is_outside_of_the_remit_is_left_out():
    norway = factories.make_party("norway")
    person = desk("person", "Publisher", (norway,))
    inside = factories.make_event("oslo", parties=(("norway", "host"),))
    outside = factories.make_event("madrid")
    area = factories.make_area("cyber-defence")
    for action in ("submit_selected", "publish_selected", "withdraw_selected", "tag_selected"):
        page = ask(person, action, [inside, outside])
        assert left_out(page)["madrid"] == ["It is outside of what your account may change."], action
    page = confirm(person, ask(person, "tag_selected", [inside, outside]), area=area.pk)
    confirm(person, page)
    assert set(states()) == {"event:oslo"}


def test_more_than_some_hundreds_are_not_taken_and_all_pages_within_that_are(editor, monkeypatch):
    monkeypatch.setattr(bulk, "LIMIT", 3)
    entries = [factories.make_event(status=Status.DRAFT) for _number in range(4)]
    response = ask(editor, "submit_selected", entries)
    assert messages_in(response) == [
        "At most 3 entries can be handled at once: narrow the list, or tick fewer."
    ]
    entries[0].delete()
    page = ask(editor, "submit_selected", entries[1:2], select_across="1")
    assert len(listed(page)) == 3
    confirm(editor, page)
    assert len(states()) == 3


@pytest.mark.parametrize("ticked", [["abc"], ["\0"], ["9" * 30], ["-1"], []])
def test_what_no_row_can_be_called_is_no_entry(editor, ticked):
    factories.make_event("madrid")
    for action in ("submit_selected", "export_selected", "no_such", "\0", ""):
        assert ask(editor, action, ticked).status_code == 200
    assert ask(editor, "tag_selected", Event.objects.all(), _confirm="1", area="abc").status_code == 200
    assert ask(editor, "tag_selected", Event.objects.all(), _confirm="1", _seal="x").status_code == 200
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    "action", ["submit_selected", "withdraw_selected", "tag_selected", "export_selected"]
)
def test_the_page_takes_the_queries_of_one_entry_for_many(editor, action):
    area = factories.make_area("cyber-defence")

    def queries(number):
        status = Status.DRAFT if action in ("submit_selected",) else Status.PUBLISHED
        entries = [factories.make_event(status=status) for _number in range(number)]
        fields = {"_confirm": "1", "area": area.pk} if action == "tag_selected" else {}
        with CaptureQueriesContext(connection) as captured:
            page = ask(editor, action, entries, **fields)
        assert len(listed(page)) == number
        return len(captured)

    queries(1)
    few = queries(2)
    many = queries(8)
    # What is tried under lock before it is shown locks each entry by itself.
    assert many - few <= (6 if action == "tag_selected" else 0)


def test_all_of_it_is_done_or_nothing(editor, monkeypatch):
    drafts = [factories.make_event(slug, status=Status.DRAFT) for slug in ("bergen", "oslo")]
    page = ask(editor, "submit_selected", drafts)
    submit_one = revising.submit

    def fails(entry, **said):
        if entry.slug == "oslo":
            raise revising.Refused([acts.outside_remit()])
        return submit_one(entry, **said)

    monkeypatch.setattr(revising, "submit", fails)
    again = confirm(editor, page)
    assert "It is outside of what your account may change." in text_of(again)
    assert not Revision.objects.exists()


def test_the_undoing_of_an_edition_is_asked_and_done_on_a_page(writer, publisher):
    event = factories.make_event("madrid", status=Status.DRAFT)
    submit(event, writer)
    confirm(publisher, ask(publisher, "publish_selected", [event]))
    edition = Edition.objects.get()
    address = reverse("admin:undo_edition", args=[edition.number])
    shown = publisher.client.get(reverse("admin:partnership_edition_change", args=[edition.number]))
    assert address in shown.content.decode()
    page = publisher.client.get(address)
    assert "It is withdrawn: this edition published it first." in text_of(page)
    refused = publisher.client.post(address, {"_seal": page.context["seal"], "reason": " "})
    assert "Say why it is undone." in text_of(refused)
    data = {"_seal": page.context["seal"], "reason": "Too early.", "note": "Taken back."}
    stale = publisher.client.post(address, {**data, "_seal": "x"})
    assert stale.context["has_moved"]
    done = publisher.client.post(address, data, follow=True)
    assert messages_in(done) == ["Edition 1 is undone, by edition 2."]
    assert Event.objects.get().withdrawn_reason == "Too early."
    again = publisher.client.post(address, data)
    assert "event:madrid: Somebody changed it since." in text_of(again)
    assert Edition.objects.count() == 2
    for role in ("Viewer", "Editor"):
        person = desk(role.lower(), role)
        assert person.client.get(address).status_code == 403
        assert person.client.post(address, data).status_code == 403
    assert publisher.client.get("/admin/editions/99999999999999999999/undo/").status_code == 404


def test_a_single_approval_offers_to_be_undone(writer, publisher):
    event = factories.make_event("madrid", status=Status.DRAFT)
    submit(event, writer)
    told = messages_in(publisher.approve(event))[0]
    assert told.startswith("“Madrid” is public, in edition 1.")
    assert reverse("admin:undo_edition", args=[1]) in told
    edition = workflow.withdraw(Event.objects.get(), reason="Twice.", by=writer)
    shown = publisher.client.get(reverse("admin:partnership_edition_change", args=[1]))
    assert reverse("admin:undo_edition", args=[1]) not in shown.content.decode()
    assert edition.number == 2
