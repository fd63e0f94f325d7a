"""The preview of a change on the real public page, and the link by which somebody without an account sees it."""

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.test import Client
from django.urls import reverse

from partnership import generation
from partnership.admin.preview import SALT
from partnership.editorial import removing, revising, workflow
from partnership.models import ENTRY_MODELS, Event, Status, Term
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.editorial.edits import rows_say, save, submit

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

WORDS = "Words that wait"
WITH_PAGE = [model for model in ENTRY_MODELS if hasattr(model, "get_absolute_url")]
DAY = 24 * 60 * 60


@pytest.fixture
def ann():
    return account("ann")


@pytest.fixture
def public():
    return factories.make_event("madrid", title="Madrid Summit")


def save_words(entry, by):
    """Change the words that the page of an entry shows at its top."""
    fields = rows_say(entry)[0]["fields"]
    name = next(name for name in ("title", "name", "lede") if name in fields)
    return save(entry, by, **{name: WORDS})


def preview(editor, entry, **headers):
    return editor.client.get(editor.url(type(entry), "preview", entry.pk), **headers)


def link_of(editor, entry):
    """The link that the button “Make a link to the preview” makes, without the host."""
    response = editor.client.post(editor.url(type(entry), "preview_link", entry.pk))
    assert response.status_code == 200
    return response.context["link"].removeprefix("http://testserver")


@pytest.mark.parametrize("model", WITH_PAGE, ids=lambda model: model.__name__)
@pytest.mark.parametrize("status", list(Status))
def test_the_public_page_shows_the_change_and_nothing_of_it_stays(editor, ann, model, status):
    entry = factories.make_entry(model, "one", status=status)
    save_words(entry, ann)
    said, number = rows_say(entry), generation.current()
    response = preview(editor, entry)
    assert response.status_code == 200
    page = response.content.decode()
    assert WORDS in page
    assert "Preview: readers do not see this yet." in page
    assert (rows_say(entry), generation.current()) == (said, number)
    public_page = Client().get(entry.get_absolute_url())
    assert public_page.status_code == {"draft": 404, "published": 200, "withdrawn": 410}[status]
    assert WORDS not in public_page.content.decode()
    assert "Preview:" not in public_page.content.decode()


def test_the_drafts_that_it_names_are_shown_with_it(editor, ann):
    draft = factories.make_event("oslo", status=Status.DRAFT)
    factories.make_party("atlantis", status=Status.DRAFT)
    factories.add_party(draft, "atlantis")
    save(draft, ann)
    assert ">Atlantis</a>" in preview(editor, draft).content.decode()
    assert Client().get("/parties/atlantis/").status_code == 404


def test_the_page_is_that_of_a_reader_without_an_account_or_a_condition(editor, ann, public):
    save_words(public, ann)
    conditions = {"HTTP_IF_NONE_MATCH": "*", "HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2100 00:00:00 GMT"}
    response = preview(editor, public, **conditions)
    assert response.status_code == 200
    assert response.context["user"].is_anonymous
    assert not response.cookies


def assert_kept_nowhere(response):
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert "ETag" not in response
    assert "Last-Modified" not in response


def test_no_preview_is_kept_or_indexed(editor, ann, public):
    save_words(public, ann)
    assert_kept_nowhere(preview(editor, public))
    link = link_of(editor, public)
    assert_kept_nowhere(Client().get(link))
    assert Client().get(link)["Referrer-Policy"] == "no-referrer"
    revising.discard(public, by=ann)
    assert_kept_nowhere(Client().get(link))


def test_what_cannot_be_applied_says_why_there_is_no_preview(editor, ann, public):
    factories.make_area("space", status=Status.DRAFT)
    save(public, ann, areas=[["space"]])
    public.areas.model.objects.all().delete()
    link = link_of(editor, public)
    for response in (preview(editor, public), Client().get(link)):
        assert response.status_code == 409
        assert "space" in response.content.decode()
        assert_kept_nowhere(response)


def test_where_nothing_is_open_or_no_page_is_there_is_no_preview(editor, ann, public):
    assert preview(editor, public).status_code == 404
    term = factories.make_term("level", "ministers")
    save(term, ann)
    assert preview(editor, term).status_code == 404
    assert editor.client.get(editor.url(Event, "preview", 4711)).status_code == 404
    assert editor.client.post(editor.url(Event, "preview_link", public.pk)).status_code == 404
    form = editor.client.get(editor.url(Term, "change", term.pk)).content.decode()
    assert editor.url(Term, "preview", term.pk) not in form


def test_who_may_look_previews_and_makes_no_link(ann, public):
    save_words(public, ann)
    viewer = desk("viewer", "Viewer")
    assert WORDS in preview(viewer, public).content.decode()
    assert viewer.client.post(viewer.url(Event, "preview_link", public.pk)).status_code == 403
    nobody = at_browser(get_user_model().objects.create_user("nobody", is_staff=True))
    assert preview(nobody, public).status_code == 403


def test_the_page_of_a_staff_member_is_not_open_to_others(ann, public):
    save_words(public, ann)
    response = Client().get(reverse("admin:partnership_event_preview", args=[public.pk]))
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


# The link


@pytest.mark.parametrize("status", list(Status))
def test_a_link_shows_it_without_an_account(editor, ann, status):
    event = factories.make_event("madrid", status=status)
    save_words(event, ann)
    response = Client().get(link_of(editor, event))
    assert response.status_code == 200
    assert WORDS in response.content.decode()


def test_a_link_is_made_by_pressing_a_button_alone(editor, ann, public):
    save_words(public, ann)
    response = editor.client.get(editor.url(Event, "preview_link", public.pk))
    assert response.status_code == 302
    assert response.url == editor.url(Event, "change", public.pk)


def test_a_link_ends_with_its_time(editor, ann, public, monkeypatch, settings):
    settings.PREVIEW_DAYS = 3
    save_words(public, ann)
    link, now = link_of(editor, public), signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 3 * DAY - 60)
    assert Client().get(link).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 3 * DAY + 60)
    response = Client().get(link)
    assert response.status_code == 410
    assert "This link has ended" in response.content.decode()
    assert WORDS not in response.content.decode()


def test_a_link_ends_when_the_change_is_saved_again(editor, ann, public):
    save_words(public, ann)
    link = link_of(editor, public)
    save(public, ann, place="Toledo")
    assert Client().get(link).status_code == 410
    assert Client().get(link_of(editor, public)).status_code == 200


def test_a_link_lasts_through_review_until_it_is_public(editor, ann, public):
    submit(public, ann, title=WORDS)
    link = link_of(editor, public)
    assert Client().get(link).status_code == 200
    editor.approve(public)
    response = Client().get(link)
    assert response.status_code == 410
    assert WORDS in Client().get(public.get_absolute_url()).content.decode()


def test_a_link_ends_when_the_change_is_given_up_or_the_draft_deleted(editor, ann, public):
    save_words(public, ann)
    link = link_of(editor, public)
    revising.discard(public, by=ann)
    assert Client().get(link).status_code == 410
    draft = factories.make_event("oslo", status=Status.DRAFT)
    save_words(draft, ann)
    link = link_of(editor, draft)
    removing.delete_draft(draft, by=ann)
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("place", [1, 10, -1])
def test_a_link_that_was_tampered_with_leads_nowhere(editor, ann, public, place):
    save_words(public, ann)
    token = link_of(editor, public).split("/")[-2]
    other = "A" if token[place] != "A" else "B"
    position = place % len(token)
    tampered = token[:position] + other + token[position + 1 :]
    response = Client().get(reverse("preview", args=[tampered]))
    assert response.status_code == 404
    assert "This link was not made here" in response.content.decode()
    assert_kept_nowhere(response)


@pytest.mark.parametrize("token", ["abc", "1:2:3", "é", "x" * 5000])
def test_what_is_no_link_leads_nowhere(db, token):
    assert Client().get(reverse("preview", args=[token])).status_code == 404


def test_a_signature_of_something_else_opens_nothing(ann, public):
    revision = save_words(public, ann)
    other = signing.dumps(revision.pk, salt="another")
    assert Client().get(reverse("preview", args=[other])).status_code == 404
    assert Client().get(reverse("preview", args=[signing.dumps(4711, salt=SALT)])).status_code == 410


def test_a_preview_survives_that_its_entry_is_withdrawn(editor, ann, public):
    save_words(public, ann)
    link = link_of(editor, public)
    workflow.withdraw(public, reason="It was entered twice.", by=ann)
    assert WORDS in Client().get(link).content.decode()
    assert Client().get(public.get_absolute_url()).status_code == 410
