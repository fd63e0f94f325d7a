"""Bundles in the admin: the list, the page, what is put in from where, the review, and who may do what."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership.editorial import bundling, revising
from partnership.models import Bundle, BundleState, Edition, Event, RevisionState, Status
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import Form, messages_in
from tests.editorial.bundles import make_bundle, submitted
from tests.editorial.edits import save
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def ann():
    return account("ann")


@pytest.fixture
def publisher():
    return desk("publisher", "Publisher")


@pytest.fixture
def public(ann):
    event = factories.make_event("madrid", title="Madrid Summit", place="Madrid")
    save(event, ann, place="Toledo")
    return event


@pytest.fixture
def draft(ann):
    factories.make_party("norway", status=Status.DRAFT)
    event = factories.make_event("oslo", title="Oslo", status=Status.DRAFT, parties=(("norway", "host"),))
    save(event, ann)
    return event


def address(bundle, page, *args):
    return reverse(f"admin:partnership_bundle_{page}", args=[bundle.pk, *args])


def page_of(browser, bundle, query=""):
    return browser.client.get(f"{address(bundle, 'change')}{query}")


def act(browser, bundle, **pressed):
    return browser.client.post(address(bundle, "act"), pressed, follow=True)


def review_of(browser, bundle):
    return browser.client.get(address(bundle, "review"))


def decide(browser, bundle, button="_approve", **fields):
    seal = review_of(browser, bundle).context["seal"]
    said = {"_seal": seal, "sources_confirmed": "on", button: "1", **fields}
    return browser.client.post(address(bundle, "review"), said, follow=True)


def errors(response):
    return [str(each) for some in response.context["form"].errors.values() for each in some]


def test_a_bundle_is_made_filled_and_submitted(ann, public, draft):
    desk_of_ann = at_browser(ann)
    form = Form(desk_of_ann.client.get(reverse("admin:partnership_bundle_add")))
    form.fill(title="Summit day", note="The summit.", publish_at="2100-01-01T09:00")
    response = desk_of_ann.press("_save", form, Bundle)
    bundle = Bundle.objects.get()
    assert (bundle.made_by, bundle.made_by_name, bundle.publish_at.year) == (ann, "ann", 2100)
    assert response.redirect_chain[-1][0] == address(bundle, "change")
    assert [row["name"] for row in response.context["page"].offered] == ["Oslo", "Madrid Summit"]
    for words, found in (("madrid", ["Madrid Summit"]), ("SUMMIT mad", ["Madrid Summit"]), ("x\x00y", [])):
        page = desk_of_ann.client.get(address(bundle, "change"), {"q": words}).context["page"]
        assert [row["name"] for row in page.offered] == found
    told = messages_in(act(desk_of_ann, bundle, _put_in="event:madrid"))
    assert told == ["“Madrid Summit” is put into the bundle “Summit day”."]
    form_of_draft = desk_of_ann.client.get(desk_of_ann.url(Event, "change", draft.pk))
    assert "Put into a bundle" in form_of_draft.content.decode()
    put = {"entry": "event:oslo", "bundle": bundle.pk}
    response = desk_of_ann.client.post(reverse("admin:partnership_bundle_put"), put, follow=True)
    assert "It belongs to the bundle “Summit day” (Being put together)" in text_of(response)
    told = messages_in(act(desk_of_ann, bundle, _submit="1"))
    assert told == ["The bundle “Summit day” is submitted for review."]
    response = page_of(desk_of_ann, bundle)
    assert "Take it back" in text_of(response)
    assert 'name="_save"' not in response.content.decode()
    assert "in the state “Submitted”" in messages_in(act(desk_of_ann, bundle, _take_out="event:oslo"))[0]
    act(desk_of_ann, bundle, _take_back="1")
    act(desk_of_ann, bundle, _take_out="event:oslo")
    assert [each.reference for each in bundling.members_of(bundle)] == ["event:madrid"]


def test_a_save_takes_it_out_of_review_and_a_discarded_change_out_of_the_bundle_and_say_so(
    ann, public, draft
):
    desk_of_ann, bundle = at_browser(ann), submitted(public, draft, by=ann)
    told = messages_in(desk_of_ann.save(public, place="Cuenca"))
    assert "It was in review with its bundle: submit that again." in told[0]
    told = messages_in(desk_of_ann.press("_submit", desk_of_ann.reopen(public), public))
    assert any("belongs to the bundle “Summit day”" in each for each in told)
    started = revising.head_of(public).digest
    response = desk_of_ann.client.post(
        desk_of_ann.url(Event, "discard", public.pk), {"_started_from": started}, follow=True
    )
    left = "“Madrid Summit” is taken out of the bundle “Summit day”."
    assert left in messages_in(response)
    deleted = desk_of_ann.client.post(
        desk_of_ann.url(Event, "delete", draft.pk), {"post": "yes"}, follow=True
    )
    assert "“Oslo” is taken out of the bundle “Summit day”." in messages_in(deleted)
    assert bundling.members_of(bundle) == []


def test_the_review_shows_every_part_and_publishes_the_whole(ann, publisher, public, draft):
    bundle = submitted(public, draft, by=ann)
    queue = publisher.client.get(reverse("admin:review_queue"))
    assert [row["bundle"] for row in queue.context["my_bundles"]] == [bundle]
    assert queue.context["mine"] == []
    front = text_of(publisher.client.get(reverse("admin:index")))
    assert "Bundles waiting for my review 1" in front
    said = text_of(review_of(publisher, bundle))
    for words in (
        "Note of the edition: The summit of Madrid.",
        "Before: Madrid",
        "After: Toledo",
        "A new entry",
        "Published along with it, because it names them: Norway",
        "These values changed and their citations did not: place.",
        "A page – Supports",
    ):
        assert words in said, words
    single = publisher.client.get(reverse("admin:review", args=[revising.head_of(public).pk]), follow=True)
    assert single.redirect_chain == [(address(bundle, "review"), 302)]
    response = decide(publisher, bundle, sources_confirmed="")
    assert errors(response) == [
        "Values changed and their citations did not: confirm that the sources say so."
    ]
    response = decide(publisher, bundle)
    assert messages_in(response)[0].startswith("The bundle “Summit day” is public, in edition 1.")
    assert Edition.objects.get(number=1).note == "The summit of Madrid."
    page = page_of(publisher, bundle)
    assert reverse("edition", args=[1]) in page.content.decode()
    assert 'name="title"' not in page.content.decode()
    assert publisher.client.get(address(bundle, "delete")).status_code == 403
    for name in ("preview", "export", "review", "preview_link"):
        assert publisher.client.get(address(bundle, name)).status_code == 302
    assert "The summit of Madrid." in text_of(publisher.client.get(reverse("edition", args=[1])))


def test_what_speaks_against_it_stands_by_name_and_leads_into_forms(ann, publisher, public):
    broken = factories.make_event("broken", title="Broken", status=Status.DRAFT, sources=())
    save(broken, ann)
    bundle = submitted(public, broken, by=ann)
    response = review_of(publisher, bundle)
    assert f"{publisher.url(Event, 'change', broken.pk)}#citations-group" in response.content.decode()
    assert 'name="_approve"' not in response.content.decode()
    assert any("event:broken" in each for each in errors(decide(publisher, bundle)))


def test_it_is_sent_back_with_a_reason_and_found_again(ann, publisher, public, draft):
    bundle = submitted(public, draft, by=ann)
    assert errors(decide(publisher, bundle, "_send_back")) == ["Say what is to be mended."]
    decide(publisher, bundle, "_send_back", reason="Which day?", member="event:oslo")
    bundle.refresh_from_db()
    assert (bundle.state, bundle.review_note) == (BundleState.RETURNED, "“Oslo”: Which day?")
    desk_of_ann = at_browser(ann)
    assert "Sent back by publisher: “Oslo”: Which day?" in text_of(page_of(desk_of_ann, bundle))
    assert "Bundles sent back 1" in text_of(desk_of_ann.client.get(reverse("admin:index")))
    listed = desk_of_ann.client.get(f"{reverse('admin:partnership_bundle_changelist')}?state__exact=returned")
    assert "Summit day" in text_of(listed)


def test_who_may_do_what(ann, public, draft):
    bundle = submitted(public, draft, by=ann, hours=2)
    viewer, editor = desk("viewer", "Viewer"), desk("editor")
    for name in ("change", "preview", "export"):
        assert viewer.client.get(address(bundle, name)).status_code == 200, name
    assert viewer.client.get(reverse("admin:partnership_bundle_add")).status_code == 403
    assert viewer.client.post(address(bundle, "act"), {"_take_back": "1"}).status_code == 403
    assert viewer.client.post(address(bundle, "preview_link")).status_code == 403
    put = {"entry": "event:oslo", "bundle": bundle.pk}
    assert viewer.client.post(reverse("admin:partnership_bundle_put"), put).status_code == 403
    assert editor.client.get(address(bundle, "review")).status_code == 403
    assert editor.client.get(address(bundle, "act")).status_code == 403
    limited = desk("limited", "Publisher", parties=(factories.make_party("iceland"),))
    response = review_of(limited, bundle)
    assert "is outside of what your account may change" in text_of(response)
    assert 'name="_approve"' not in response.content.decode()
    assert limited.client.post(address(bundle, "review"), {"_approve": "1"}).status_code == 403
    assert limited.client.get(reverse("admin:review_queue")).context["my_bundles"] == []
    told = messages_in(limited.client.post(address(bundle, "delete"), {"post": "yes"}, follow=True))
    assert "outside" in told[0]
    bundle.refresh_from_db()
    assert bundle.state == BundleState.SUBMITTED


def test_bad_input_changes_nothing_and_is_answered(ann, editor, public):
    bundle = make_bundle(public, by=ann)
    put = reverse("admin:partnership_bundle_put")
    for entry, key in (
        ("event:mad\x00rid", bundle.pk),
        ("event:none", bundle.pk),
        ("", ""),
        ("event:madrid", "9" * 30),
    ):
        assert editor.client.post(put, {"entry": entry, "bundle": key}).status_code == 404
    assert editor.client.get(put).status_code == 403
    for pressed in ({"_put_in": "\x00"}, {"_put_in": "nothing"}):
        assert editor.client.post(address(bundle, "act"), pressed).status_code == 404
    assert "not in the bundle" in messages_in(act(editor, bundle, _take_out="event:\x00"))[0]
    assert act(editor, bundle).status_code == 200
    for name in ("act", "review", "preview", "preview_link", "export"):
        found = reverse(f"admin:partnership_bundle_{name}", args=[10**30])
        assert editor.client.get(found).status_code == 404
    submit = {"_send_back": "1", "reason": "x", "member": "event:none"}
    bundling.submit(bundle, by=ann)
    assert "event:none" in " ".join(errors(editor.client.post(address(bundle, "review"), submit)))
    assert bundling.members_of(bundle)[0].revision.state == RevisionState.SUBMITTED


def test_deleting_it_frees_its_entries(ann, editor, public):
    bundle = submitted(public, by=ann)
    editor.client.post(address(bundle, "delete"), {"post": "yes"})
    assert not Bundle.objects.exists()
    assert revising.head_of(public).state == RevisionState.PENDING


def test_pages_run_the_same_queries_for_one_as_for_many(ann, editor):
    def queries(of):
        with CaptureQueriesContext(connection) as captured:
            assert editor.client.get(of).status_code == 200
        return len(captured)

    def changed(number):
        entries = [factories.make_event(f"event-{number}-{each}") for each in range(2)]
        for entry in entries:
            save(entry, ann)
        return entries

    waiting, whole = submitted(*changed(0), by=ann), make_bundle(*changed(1), by=ann)
    changed(2)
    pages = [
        reverse("admin:partnership_bundle_changelist"),
        reverse("admin:review_queue"),
        reverse("admin:index"),
        address(whole, "change"),
    ]
    before = [queries(each) for each in pages]
    for number in range(3, 6):
        for entry in changed(number):
            bundling.put_in(whole, entry, by=ann)
        submitted(*changed(number + 10), by=ann)
        changed(number + 20)
    assert [queries(each) for each in pages] == before
    assert waiting.state == BundleState.SUBMITTED


def test_what_is_approved_for_an_hour_waits_in_the_queue(ann, publisher, public):
    bundle = submitted(public, by=ann, hours=2)
    response = decide(publisher, bundle)
    assert "is approved, and will be public at" in messages_in(response)[0]
    queue = publisher.client.get(reverse("admin:review_queue"))
    assert [row["bundle"] for row in queue.context["scheduled_bundles"]] == [bundle]
    assert queue.context["scheduled"] == []
    assert "Scheduled" in text_of(page_of(publisher, bundle))
