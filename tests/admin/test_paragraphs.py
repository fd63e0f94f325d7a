"""The pages of a source's paragraphs, and entries that are started from one."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from partnership.editorial import paragraphs, revising
from partnership.editorial.paragraphs import Part
from partnership.models import RECORD_MODELS, Event, Exercise, LinkCheck, Paragraph, Source
from tests import factories
from tests.admin.accounts import desk
from tests.admin.forms import Form, messages_in

pytestmark = pytest.mark.one_engine

TEXT = "Title\n\n1. One.\n\n2. Two.\n\n2. Two again."


@pytest.fixture
def source(db) -> Source:
    """A source of three paragraphs, the first of them recorded by a public event."""
    found = factories.make_source("declaration", title="The Declaration")
    paragraphs.keep(
        found, [Part(str(each), f"Text {each}") for each in (1, 2, 3)], seal=paragraphs.seal_of([])
    )
    factories.add_source(factories.make_event("madrid", sources=()), "declaration", locator="paragraph 1")
    return found


def page_of(source: Source, *more: object) -> str:
    return "/".join(["/admin/partnership/source", str(source.pk), "paragraphs", *map(str, more), ""])


def labels(source: Source) -> list[str]:
    return [each.label for each in paragraphs.of(source)]


def open_page(editor, source, **query):
    response = editor.client.get(page_of(source), query)
    assert response.status_code == 200
    return response


def send(editor, address, **fields):
    """Send a form of a page that was just opened."""
    seal = editor.client.get(address).context["seal"]
    return editor.client.post(address, {"_seal": seal, **fields}, follow=True)


def set_aside(editor, source, label, reason="Nothing to record"):
    paragraph = Paragraph.objects.get(source=source.slug, label=label)
    sent = {
        "paragraph": paragraph.pk,
        "_seal": paragraphs.seal_of([paragraph]),
        "reason": reason,
        "_set_aside": "1",
    }
    return editor.client.post(page_of(source), sent, follow=True)


def test_a_text_is_looked_at_before_it_is_kept(editor):
    source = factories.make_source("declaration")
    sent = {"text": TEXT, "numbering": "own"}
    preview = editor.client.post(page_of(source), {**sent, "_cut": "1"})
    assert [part.label for part, _words in preview.context["lines"]] == ["0", "1", "2", "2/2"]
    assert preview.context["told_apart"] == ["2/2"]
    assert labels(source) == []
    seal = preview.context["seal"]
    kept = editor.client.post(page_of(source), {**sent, "_seal": seal, "_keep": "1"}, follow=True)
    assert messages_in(kept) == ["4 new paragraphs."]
    assert labels(source) == ["0", "1", "2", "2/2"]
    late = editor.client.post(
        page_of(source), {"text": "9. New.", "numbering": "own", "_seal": seal, "_keep": "1"}
    )
    assert "somebody else changed the paragraphs meanwhile" in messages_in(late)[0]
    assert len(late.context["outcome"].missing) == 4
    assert labels(source) == ["0", "1", "2", "2/2"]


def test_numbers_alone_are_kept_at_once_and_faults_are_told_beside_the_field(editor):
    source = factories.make_source("declaration")
    send(editor, page_of(source), numbers="1-12", _numbers="1")
    assert len(labels(source)) == 12
    for sent, told in (
        ({"numbers": "3-1", "_numbers": "1"}, "write the smaller number first"),
        ({"numbers": "1-5000", "_numbers": "1"}, "at most 1000"),
        ({"text": "", "numbering": "own", "_cut": "1"}, "There is no text to cut"),
        ({"text": "x", "numbering": "odd", "_cut": "1"}, "Select a valid choice"),
        ({"text": "a\0b", "numbering": "own", "_cut": "1"}, "Null characters are not allowed"),
        ({"_keep": "1"}, "This field is required"),
    ):
        page = send(editor, page_of(source), **sent)
        assert told in page.content.decode(), sent
        assert page.context["has_faults"]
    assert len(labels(source)) == 12


def test_the_page_tells_what_is_recorded_and_what_is_to_do(editor, source):
    draft = factories.make_event("draft", status="draft", sources=(), title="A draft")
    factories.add_source(draft, "declaration", locator="page 7")
    page = open_page(editor, source)
    words = " ".join(page.content.decode().split())
    assert "1 of 3 recorded, 0 set aside, 2 still to do." in words
    assert page.context["worked_on"].read.paragraph.label == "2"
    assert [(tie.title, tie.state) for tie in page.context["untied"]] == [("A draft", "Draft")]
    assert [row.read.paragraph.label for row in page.context["rows"]] == ["1", "2", "3"]
    narrowed = open_page(editor, source, what="to-do")
    assert [row.read.paragraph.label for row in narrowed.context["rows"]] == ["2", "3"]
    asked = open_page(editor, source, at="1")
    assert [tie.title for tie in asked.context["worked_on"].ties] == ["Madrid"]
    for odd in ({"at": "nothing", "after": "\0", "p": "x"}, {"p": "9" * 30, "what": "odd"}):
        assert open_page(editor, source, **odd).context["worked_on"].read.paragraph.label == "2"


def test_a_paragraph_is_set_aside_and_taken_up_again(editor, source):
    page = set_aside(editor, source, "2")
    assert page.context["worked_on"].read.paragraph.label == "3"
    assert page.context["reading"].set_aside == 1
    assert set_aside(editor, source, "3").context["worked_on"] is None
    page = set_aside(editor, source, "2", reason=" ")
    assert page.context["worked_on"].read.paragraph.label == "2"
    assert not Paragraph.objects.get(label="2").set_aside
    assert "at most 200 characters" in messages_in(set_aside(editor, source, "2", reason="x" * 201))[0]
    old = {"paragraph": Paragraph.objects.get(label="3").pk, "_seal": "old", "reason": "", "_set_aside": "1"}
    assert "Nothing is saved" in messages_in(editor.client.post(page_of(source), old, follow=True))[0]
    for key in ("", "x", "9" * 40, "0"):
        assert editor.client.post(page_of(source), {**old, "paragraph": key}).status_code == 404


def test_a_paragraph_is_renumbered_cut_joined_and_deleted(editor, source):
    two = Paragraph.objects.get(label="2")
    said = {"label": "2", "text": "2. Two.\n\n(a) Part.", "set_aside": ""}
    assert messages_in(send(editor, page_of(source, two.pk), **said, _split="1")) == ["Cut off: 2 (a)."]
    part = Paragraph.objects.get(label="2 (a)")
    told = messages_in(send(editor, page_of(source, part.pk), **said, _join="1"))
    assert told == ["Paragraph 2 (a) is now part of 2."]
    page = send(editor, page_of(source, two.pk), **{**said, "label": "3"})
    assert "has a paragraph 3 already" in page.content.decode()
    send(editor, page_of(source, two.pk), **{**said, "label": "2 bis"}, _save="1")
    assert labels(source) == ["1", "2 bis", "3"]
    send(editor, page_of(source, two.pk), **said, _delete="1")
    assert labels(source) == ["1", "3"]
    one = Paragraph.objects.get(label="1")
    page = editor.client.post(page_of(source, one.pk), {**said, "_seal": "old"})
    assert "somebody else changed" in page.content.decode()
    assert said["text"].splitlines()[0] in page.content.decode()
    other = factories.make_source("another")
    for odd in ("x", "%00", "9" * 40, "_00"):
        assert editor.client.get(f"/admin/partnership/source/{odd}/paragraphs/").status_code == 404
    for key in (two.pk, 9 * 10**30):
        assert editor.client.get(page_of(source, key)).status_code == 404
    assert editor.client.get(page_of(other, one.pk)).status_code == 404


def test_viewers_see_and_editors_write_whatever_their_remit(source):
    viewer, editor = desk("viewer", "Viewer"), desk("editor", parties=(factories.make_party("norway"),))
    one = Paragraph.objects.get(label="1")
    sent = {"numbers": "9", "_numbers": "1", "_seal": paragraphs.seal_of(paragraphs.of(source))}
    for address in (page_of(source), page_of(source, one.pk), page_of(source)[:-1] + ".json"):
        assert Client().get(address).status_code == 302
        assert viewer.client.get(address).status_code == 200
        assert viewer.client.post(address, sent).status_code == 403
    page = open_page(viewer, source)
    assert not page.context["starts"]
    assert (
        "<form method" not in page.content.decode().partition('id="content-main"')[2].partition("</main>")[0]
    )
    editor.client.post(page_of(source), sent)
    assert labels(source) == ["1", "2", "3", "9"]
    assert len(open_page(editor, source).context["starts"]) == len(RECORD_MODELS)


def test_who_may_see_sources_only_learns_nothing_of_entries(source, django_user_model):
    person = django_user_model.objects.create_user("reader", is_staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename="view_source"))
    client = Client()
    client.force_login(person)
    [tie] = client.get(page_of(source)).context["rows"][0].ties
    assert (tie.title, tie.address) == ("An entry that you may not see", "")


def test_the_queries_of_the_page_do_not_grow(editor, source, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as first:
        open_page(editor, source)
    before = len(first)
    paragraphs.keep(source, paragraphs.numbers("4-60"), seal=paragraphs.seal_of(paragraphs.of(source)))
    for number in range(4, 10):
        event = factories.make_event(f"event-{number}", sources=())
        factories.add_source(event, "declaration", locator=f"paragraph {number}")
    with django_assert_max_num_queries(before):
        open_page(editor, source)


# Starting an entry


@pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.__name__)
def test_a_form_started_from_a_paragraph_cites_it(editor, source, model):
    address = f"{editor.url(model, 'add')}?_source={source.pk}&_paragraph=2"
    response = editor.client.get(address)
    form = Form(response)
    assert form.values["citations-0-source"] == [str(source.pk)]
    assert form.values["citations-0-locator"] == ["paragraph 2"]
    assert form.values["citations-0-supports"] == [""]
    assert "Text 2" in response.content.decode()


def test_saving_leads_to_the_next_paragraph_and_the_form_keeps_where_it_started(editor, source):
    address = f"{editor.url(Exercise, 'add')}?_source={source.pk}&_paragraph=2"

    def sent(button, slug):
        form = Form(editor.client.get(address)).fill(title=slug, slug=slug)
        return editor.client.post(address, {**form.values, button: "1"})

    response = sent("_save", "one")
    assert response.url == f"{page_of(source)}?after=2#at"
    exercise = Exercise.objects.get(slug="one")
    assert [(row.source, row.locator) for row in exercise.citations.all()] == [(source, "paragraph 2")]
    assert open_page(editor, source, after="2").context["worked_on"].read.paragraph.label == "3"
    for button, page in (("_continue", "change/"), ("_submit", "change/"), ("_addanother", "add/")):
        response = sent(button, button.strip("_"))
        assert response.url.endswith(f"{page}?_source={source.pk}&_paragraph=2")
        assert "From paragraph 2 of" in editor.client.get(response.url).content.decode()
    draft = Exercise.objects.get(slug="continue")
    change = f"{editor.url(Exercise, 'change', draft.pk)}?_source={source.pk}&_paragraph=2"
    form = Form(editor.client.get(change)).fill(title="Changed")
    assert editor.client.post(change, {**form.values, "_save": "1"}).url == f"{page_of(source)}?after=2#at"
    assert draft.citations.count() == 1
    assert revising.present(draft).document[0]["fields"]["title"] == "Changed"


def test_an_address_that_names_no_paragraph_opens_the_plain_form(editor, source):
    queries = [
        "x&_paragraph=2",
        f"{9 * 10**20}&_paragraph=2",
        "0&_paragraph=2",
        "²&_paragraph=2",
        "&_paragraph=2",
    ]
    queries += [f"{source.pk}{more}" for more in ("", "&_paragraph=99", "&_paragraph=%00")]
    for query in queries:
        address = f"{editor.url(Exercise, 'add')}?_source={query}"
        form = Form(editor.client.get(address))
        assert "citations-0-source" not in form.values, query
    form.fill(title="Plain", slug="plain")
    response = editor.client.post(address, {**form.values, "_save": "1"})
    assert response.url == editor.url(Exercise, "changelist")


def test_a_locator_is_offered_the_paragraphs_of_its_source(editor, source):
    offered = editor.client.get(f"{page_of(source)[:-1]}.json").json()["paragraphs"]
    assert offered[0] == {"locator": "paragraph 1", "words": "Text 1"}
    form = editor.client.get(editor.url(Event, "add")).content.decode()
    assert 'data-paragraphs="/admin/partnership/source/0/paragraphs.json"' in form
    assert "partnership/locators.js" in form


# The source and the front page


def test_a_new_source_is_offered_to_be_numbered_and_its_form_tells_what_is_to_do(editor, source):
    form = editor.open(Source).fill(title="New", slug="new")
    told = messages_in(editor.press("_save", form, Source))
    assert "Number its paragraphs" in told[1]
    page = editor.client.get(editor.url(Source, "change", source.pk)).content.decode()
    assert "Paragraphs (2 still to do)" in page
    assert len(messages_in(editor.save(source, title="Anew"))) == 1
    popup = editor.client.get(editor.url(Source, "change", source.pk), {"_popup": "1"}).content.decode()
    assert "still to do)" not in popup
    assert "New source" in editor.client.get("/admin/").content.decode()
    assert "New source" not in desk("viewer", "Viewer").client.get("/admin/").content.decode()


def test_sources_with_work_are_counted_and_listed(editor, source):
    dead = factories.make_source("dead", url="https://example.org/dead")
    factories.make_source("fine")
    LinkCheck.objects.create(
        url=dead.url,
        outcome="gone",
        status=404,
        failing_since="2026-01-01T00:00Z",
        checked_at="2026-01-09T00:00Z",
    )
    LinkCheck.objects.create(url=source.url, outcome="moved", status=200, told="https://example.org/new")
    work = {each.title: each.counts for each in editor.client.get("/admin/").context["work"]}
    for title, found in (("Sources with paragraphs still to do", source), ("Dead source links", dead)):
        [count] = work[title]
        listed = editor.client.get(count.address).context["cl"].result_list
        assert (count.number, list(listed)) == (1, [found])
    listed = editor.client.get(editor.url(Source, "changelist")).content.decode()
    assert re.findall(r'<td class="field-link_words">(.*?)</td>', listed) == ["Dead", "-", "Has moved"]
    page = editor.client.get(editor.url(Source, "change", dead.pk)).content.decode()
    assert (
        "The web address has not answered since 1 January 2026 (Is gone, 404). Is there an archived copy?"
        in page
    )
    page = editor.client.get(editor.url(Source, "change", source.pk)).content.decode()
    assert "The web address has moved: https://example.org/new" in page
    checks = desk("viewer", "Viewer").client.get("/admin/partnership/linkcheck/").content.decode()
    assert "Is gone, 404" in checks
    assert editor.client.get("/admin/partnership/linkcheck/add/").status_code == 403
