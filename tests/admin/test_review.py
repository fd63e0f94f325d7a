"""Review in the admin: what waits for whom, what is shown, and what is decided."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership.editorial import removing, revising
from partnership.models import Edition, Event, Revision, RevisionState, Status
from partnership.models.fields import whole_second
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import messages_in
from tests.editorial.edits import rows_say, save, submit
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def ann():
    return account("ann")


@pytest.fixture
def publisher():
    return desk("publisher", "Publisher")


@pytest.fixture
def public():
    return factories.make_event("madrid", title="Madrid Summit", date="2022-06", place="Madrid")


def queue(reviewer):
    return reviewer.client.get(reverse("admin:review_queue"))


def titles(rows):
    return [str(row["entry"]) for row in rows]


def page_of(reviewer, revision):
    return reviewer.client.get(reverse("admin:review", args=[revision.pk]))


def decide(reviewer, revision, button="_approve", **fields):
    """Press a button of the page of a review; without being led on."""
    seal = page_of(reviewer, revision).context["seal"]
    address = reverse("admin:review", args=[revision.pk])
    return reviewer.client.post(address, {"_seal": seal, button: "1", **fields})


def errors(response):
    form = response.context["form"]
    return [str(each) for errors in form.errors.values() for each in errors]


# The queue


def test_what_waits_stands_with_the_oldest_first_and_not_what_one_wrote(publisher, ann):
    revisions = [submit(factories.make_event(title=f"Event {number}"), ann) for number in range(3)]
    long_ago = whole_second() - timedelta(hours=1)
    Revision.objects.filter(pk=revisions[2].pk).update(made_at=long_ago)
    save(factories.make_event(title="Not submitted"), ann)
    assert titles(queue(publisher).context["mine"]) == ["Event 2", "Event 0", "Event 1"]
    writer = account("writer", "Publisher")
    mixed = factories.make_event(title="Mixed")
    save(mixed, writer, title="Mixed up")
    submit(mixed, ann, title="Mixed up again")
    assert titles(queue(publisher).context["mine"]) == ["Event 2", "Event 0", "Event 1", "Mixed"]
    seen_by_writer = queue(at_browser(writer)).context
    assert titles(seen_by_writer["mine"]) == ["Event 2", "Event 0", "Event 1"]
    assert titles(seen_by_writer["others"]) == ["Mixed"]


def test_what_is_outside_the_remit_is_no_work_and_no_page(ann):
    norway = factories.make_party("norway")
    limited = desk("limited", "Publisher", parties=(norway,))
    of_norway = submit(factories.make_event(title="Oslo", parties=(("norway", "host"),)), ann)
    of_japan = submit(factories.make_event(title="Tokyo", parties=(("japan", "host"),)), ann)
    response = queue(limited)
    assert titles(response.context["mine"]) == ["Oslo"]
    assert titles(response.context["others"]) == ["Tokyo"]
    assert reverse("admin:review", args=[of_japan.pk]) not in response.content.decode()
    assert page_of(limited, of_norway).status_code == 200
    assert page_of(limited, of_japan).status_code == 403


def test_an_empty_queue_says_so(publisher):
    assert "Nothing waits for you." in text_of(queue(publisher))


def test_who_may_not_publish_has_no_queue(public, ann):
    revision = submit(public, ann)
    editor = at_browser(ann)
    assert queue(editor).status_code == 403
    assert page_of(editor, revision).status_code == 403


def test_the_queue_runs_the_same_queries_for_one_as_for_many(publisher, ann):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            queue(publisher)
        return len(captured)

    for make in (factories.make_event, factories.make_standing, factories.make_relation):
        submit(make(), ann)
    before = queries()
    for number in range(6):
        submit(factories.make_event(), ann)
        submit(factories.make_standing(), ann)
        submit(factories.make_relation(party=f"party-{number}"), ann)
    assert queries() == before


def test_what_was_deleted_meanwhile_waits_no_more(publisher, ann):
    draft = factories.make_event(status=Status.DRAFT)
    revision = submit(draft, ann)
    removing.delete_draft(draft, by=ann)
    assert titles(queue(publisher).context["mine"]) == []
    assert page_of(publisher, revision).status_code == 404


@pytest.mark.parametrize("key", [4711, 10**30])
def test_what_is_not_there_is_not_found(publisher, key):
    assert publisher.client.get(reverse("admin:review", args=[key])).status_code == 404


# The page


def test_the_difference_stands_beside_the_sources(publisher, public, ann):
    factories.add_source(public, "a-report", supports="place", locator="page 3")
    response = page_of(publisher, submit(public, ann, title="Summit of Madrid"))
    said = text_of(response)
    assert "Before: Madrid Summit" in said
    assert "After: Summit of Madrid" in said
    assert "A report (page 3) – Supports: place" in said
    assert "Saved by ann" in said


def test_a_new_entry_is_told_whole_with_the_drafts_that_go_with_it(publisher, ann):
    draft = factories.make_event("oslo", title="Oslo", status=Status.DRAFT)
    factories.make_party("norway", status=Status.DRAFT)
    factories.add_party(draft, "norway", "host")
    response = page_of(publisher, submit(draft, ann))
    said = text_of(response)
    assert "A new entry" in said
    assert "Added: Oslo" in said
    assert "Published along with it, because it names them: Norway" in said


def test_what_keeps_it_from_being_public_leads_into_the_form(publisher, ann):
    draft = factories.make_event("oslo", title="Oslo", status=Status.DRAFT, sources=())
    response = page_of(publisher, submit(draft, ann))
    address = publisher.url(Event, "change", draft.pk)
    assert f'<a href="{address}#citations-group">' in response.content.decode()
    assert 'name="_approve"' not in response.content.decode()
    response = decide(publisher, revising.head_of(draft))
    assert "no source supports the record" in errors(response)[0]
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_what_can_no_longer_be_applied_is_shown_and_can_be_sent_back(publisher, public, ann):
    factories.make_area("space", status=Status.DRAFT)
    revision = submit(public, ann, areas=[["space"]])
    public.areas.model.objects.filter(slug="space").delete()
    response = page_of(publisher, revision)
    assert "space" in " ".join(response.context["faults"])
    assert decide(publisher, revision, "_send_back", reason="The area is gone.").status_code == 302


def test_what_is_not_in_review_leads_back_to_the_queue(publisher, public, ann):
    revision = save(public, ann)
    response = publisher.client.get(reverse("admin:review", args=[revision.pk]), follow=True)
    assert response.redirect_chain == [(reverse("admin:review_queue"), 302)]
    assert messages_in(response) == ["“Madrid Summit” is not in review: Being edited."]


# Approving


def test_exactly_what_was_looked_at_becomes_public(publisher, public, ann):
    revision = submit(public, ann, title="Summit of Madrid")
    response = decide(publisher, revision, note="The name of the summit.")
    assert response.status_code == 302
    public.refresh_from_db()
    assert public.title == "Summit of Madrid"
    edition = Edition.objects.get(number=public.since)
    assert edition.note == "The name of the summit."
    revision.refresh_from_db()
    assert (revision.state, revision.edition) == (RevisionState.PUBLISHED, edition)
    assert (revision.made_by_name, revision.reviewed_by_name) == ("ann", "publisher")
    [message] = messages_in(publisher.client.get(response.url))
    assert message.startswith(f"“Madrid Summit” is public, in edition {edition.number}.")


def test_what_was_changed_while_it_was_looked_at_is_refused_and_shown_anew(publisher, public, ann):
    revision = submit(public, ann, title="Seen")
    seal = page_of(publisher, revision).context["seal"]
    submit(public, ann, title="Not seen")
    newer = revising.head_of(public)
    response = publisher.client.post(
        reverse("admin:review", args=[newer.pk]), {"_seal": seal, "_approve": "1"}
    )
    assert errors(response) == ["It was changed while you looked at it: look at it again."]
    assert "Not seen" in text_of(response)
    assert response.context["seal"] != seal
    public.refresh_from_db()
    assert public.title == "Madrid Summit"
    older = publisher.client.post(
        reverse("admin:review", args=[revision.pk]), {"_seal": seal, "_approve": "1"}, follow=True
    )
    assert "is not in review" in messages_in(older)[0]


@pytest.mark.parametrize("seal", ["", "made-up"])
def test_nothing_is_approved_unseen(publisher, public, ann, seal):
    revision = submit(public, ann, title="Summit of Madrid")
    address = reverse("admin:review", args=[revision.pk])
    response = publisher.client.post(address, {"_seal": seal, "_approve": "1"})
    assert errors(response) == ["It was changed while you looked at it: look at it again."]


def test_who_wrote_in_it_does_not_approve_it(public, ann):
    writer = account("writer", "Publisher")
    save(public, writer, title="Summit of Madrid")
    revision = submit(public, ann, place="Madrid, Spain")
    reviewer = at_browser(writer)
    page = page_of(reviewer, revision)
    assert "You wrote in it: somebody else must approve it." in text_of(page)
    assert 'name="_approve"' not in page.content.decode()
    response = decide(reviewer, revision, override="It is urgent.", sources_confirmed="on")
    assert errors(response) == ["You wrote in it: somebody else must approve it."]
    public.refresh_from_db()
    assert public.title == "Madrid Summit"


def test_an_administrator_publishes_own_work_with_a_reason_that_the_history_shows(public):
    person = account("chief", "Administrator")
    chief = at_browser(person)
    revision = submit(public, person, title="Summit of Madrid")
    refused = decide(chief, revision)
    assert refused.context["form"].errors == {
        "override": ["You wrote in it: say why it is published without a second person."]
    }
    assert decide(chief, revision, override="Nobody else is on duty.").status_code == 302
    public.refresh_from_db()
    assert public.title == "Summit of Madrid"
    said = text_of(chief.client.get(chief.url(Event, "history", public.pk)))
    assert "Published without a second person: Nobody else is on duty." in said


def test_a_reason_to_do_without_a_second_person_is_no_part_of_a_review(publisher, public, ann):
    response = decide(publisher, submit(public, ann), override="Just so.")
    assert errors(response) == ["You did not write in it: approve it without this reason."]


def test_a_value_that_changed_without_its_citation_asks_to_confirm_the_source(publisher, public, ann):
    factories.add_source(public, "a-report", supports="place")
    revision = submit(public, ann, place="Toledo")
    said = text_of(page_of(publisher, revision))
    assert "These values changed and their citations did not: place." in said
    response = decide(publisher, revision)
    assert list(response.context["form"].errors) == ["sources_confirmed"]
    public.refresh_from_db()
    assert public.place == "Madrid"
    assert decide(publisher, revision, sources_confirmed="on").status_code == 302
    revision.refresh_from_db()
    assert (revision.state, revision.sources_confirmed) == (RevisionState.PUBLISHED, True)


def test_it_is_approved_for_a_time(publisher, public, ann):
    revision = submit(public, ann, title="Summit of Madrid")
    response = decide(publisher, revision, publish_at="2099-01-02T03:04")
    assert response.status_code == 302
    revision.refresh_from_db()
    assert (revision.state, f"{revision.publish_at:%Y-%m-%d %H:%M}") == ("scheduled", "2099-01-02 03:04")
    public.refresh_from_db()
    assert public.title == "Madrid Summit"
    shown = queue(publisher)
    assert titles(shown.context["scheduled"]) == ["Madrid Summit"]
    assert messages_in(shown) == ["“Madrid Summit” is approved, and will be public at 2 January 2099, 03:04."]
    assert 'name="_approve"' not in page_of(publisher, revision).content.decode()
    decide(publisher, revision, "_send_back", reason="Not after all.")
    revision.refresh_from_db()
    assert revision.state == RevisionState.RETURNED


def test_a_time_that_was_wished_for_can_be_emptied(publisher, public, ann):
    wished = whole_second() + timedelta(days=30)
    save(public, ann, title="Summit of Madrid")
    now = revising.present(public)
    said = revising.Said(publish_at=wished)
    revising.save(public, now.document, by=ann, started_from=now.digest, said=said)
    revision = revising.submit(public, by=ann)
    shown = page_of(publisher, revision).content.decode()
    assert f'value="{wished:%Y-%m-%dT%H:%M}"' in shown
    decide(publisher, revision, publish_at="")
    public.refresh_from_db()
    assert public.title == "Summit of Madrid"


def test_a_time_that_is_none_decides_nothing(publisher, public, ann):
    revision = submit(public, ann, title="Summit of Madrid")
    response = decide(publisher, revision, publish_at="tomorrow")
    assert list(response.context["form"].errors) == ["publish_at"]
    assert '<details class="form-row" open>' in response.content.decode()
    assert "Nothing is decided yet: see what is missing below." in text_of(response)
    revision.refresh_from_db()
    assert revision.state == RevisionState.SUBMITTED


# Sending back, and going on


def test_it_is_sent_back_with_a_reason_that_the_form_shows(publisher, public, ann):
    revision = submit(public, ann, title="Summit of Madrid")
    response = decide(publisher, revision, "_send_back", reason="Which source says so?")
    assert response.status_code == 302
    revision.refresh_from_db()
    assert (revision.state, revision.review_note) == (RevisionState.RETURNED, "Which source says so?")
    form = text_of(at_browser(ann).client.get(publisher.url(Event, "change", public.pk)))
    assert "Sent back by publisher: Which source says so?" in form
    assert titles(queue(publisher).context["mine"]) == []


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_is_not_sent_back_without_a_reason(publisher, public, ann, reason):
    revision = submit(public, ann)
    response = decide(publisher, revision, "_send_back", reason=reason)
    assert response.context["form"].errors == {"reason": ["Say what is to be mended."]}
    revision.refresh_from_db()
    assert revision.state == RevisionState.SUBMITTED


def test_a_long_reason_is_kept_when_something_is_wrong_with_it(publisher, public, ann):
    revision = submit(public, ann)
    response = decide(publisher, revision, "_send_back", reason="x" * 1001)
    assert list(response.context["form"].errors) == ["reason"]
    assert "x" * 1001 in response.content.decode()


def test_each_decision_leads_to_the_next_and_the_last_to_the_queue(publisher, ann):
    one, two, three = (submit(factories.make_event(), ann) for _ in range(3))
    address = {revision: reverse("admin:review", args=[revision.pk]) for revision in (one, two, three)}
    assert page_of(publisher, one).context["next_url"] == address[two]
    assert page_of(publisher, three).context["next_url"] == address[one]
    assert decide(publisher, two).url == address[three]
    assert decide(publisher, three, "_send_back", reason="Why?").url == address[one]
    assert decide(publisher, one).url == reverse("admin:review_queue")


def test_two_who_approve_at_once_publish_once(publisher, public, ann):
    revision = submit(public, ann, title="Summit of Madrid")
    seal = page_of(publisher, revision).context["seal"]
    other = desk("other", "Publisher")
    assert decide(other, revision).status_code == 302
    number = Edition.objects.count()
    address = reverse("admin:review", args=[revision.pk])
    response = publisher.client.post(address, {"_seal": seal, "_approve": "1"}, follow=True)
    assert messages_in(response) == ["“Summit of Madrid” is not in review: Published."]
    assert Edition.objects.count() == number


def test_looking_changes_nothing(publisher, public, ann):
    before = rows_say(public)
    page_of(publisher, submit(public, ann, title="Summit of Madrid"))
    assert rows_say(public) == before
