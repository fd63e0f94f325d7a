"""The front page of the desk: each count is a link to the list of just that."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from partnership.admin.work import work_of
from partnership.models import RECORD_MODELS, Event, Relation
from tests import factories

pytestmark = pytest.mark.one_engine

FRONT = "/admin/"


def counts(client):
    """The counts of the page: title of the work -> (label, number, address)."""
    work = client.get(FRONT).context["work"]
    return {
        each.title: [(count.label, count.number, count.address) for count in each.counts] for each in work
    }


def listed(client, address):
    """The entries of a list, by their slug; those of changes by the name of the entry."""
    rows = client.get(address).context["cl"].result_list
    return sorted(getattr(row, "slug", None) or row.entry for row in rows)


@pytest.fixture
def desk(editor):
    """A desk with one of each sort of work, and something beside it with which there is none."""
    factories.make_source("of-2020", date="2020")
    for model in RECORD_MODELS:
        name = model.kind_name()
        factories.make_record(model, f"{name}-bare", sources=())
        factories.make_record(model, f"{name}-foretold", sources=("of-2020",), date="2021-05")
        factories.make_record(model, f"{name}-passed", plan_state="planned", date="2019")
    factories.make_relation("nato-japan")
    event = factories.make_event("madrid")
    editor.press("_save", editor.reopen(event).fill(title="Madrid Summit"), event)
    return editor


def test_each_count_of_entries_opens_the_list_of_just_these(desk):
    found = counts(desk.client)
    for title, ending in (
        ("Without a source", "bare"),
        ("Sources older than the record", "foretold"),
        ("Planned, and their day has passed", "passed"),
    ):
        assert len(found[title]) == len(RECORD_MODELS)
        for _label, number, address in found[title]:
            [slug] = listed(desk.client, address)
            assert (slug.rpartition("-")[2], number) == (ending, 1)
    [(_label, number, address)] = found["Relations not reviewed for 12 months"]
    assert (listed(desk.client, address), number) == (["nato-japan"], 1)


def test_my_changes_wait_for_me_and_then_for_somebody_else(desk):
    event = Event.objects.get(slug="madrid")
    [(_label, number, address)] = counts(desk.client)["My drafts and changes"]
    assert (listed(desk.client, address), number) == (["event:madrid"], 1)
    desk.press("_submit", desk.reopen(event), event)
    assert counts(desk.client)["My drafts and changes"][0][1] == 0
    second = desk.second_person()
    assert counts(desk.client)["Waiting for my review"] == [("", 0, "/admin/review/")]
    assert counts(second.client)["Waiting for my review"] == [("", 1, "/admin/review/")]
    assert second.client.get(FRONT).context["work"][0].first == second.review_address(event)
    second.send_back(event, "Which Madrid?")
    [(_label, number, address)] = counts(desk.client)["Sent back to me"]
    assert (listed(desk.client, address), number) == (["event:madrid"], 1)


def test_what_became_public_this_week_and_what_was_deleted_is_told(desk):
    event = Event.objects.get(slug="madrid")
    desk.publish(event)
    [(_label, number, address)] = counts(desk.client)["Public this week"]
    assert (listed(desk.client, address), number) == (["event:madrid"], 1)
    draft = factories.make_event("a-draft", status="draft")
    desk.client.post(desk.url(Event, "delete", draft.pk), {"post": "yes"})
    assert counts(desk.client)["Recently deleted"] == [("", 1, "/admin/deleted/")]


def test_work_that_is_done_says_none_and_leads_nowhere(editor):
    page = editor.client.get(FRONT)
    assert page.content.decode().count('<span class="help">none</span>') == len(page.context["work"])


def test_an_account_sees_the_work_it_may_see(db, client):
    reader = get_user_model().objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename="view_event"))
    factories.make_event("bare", sources=())
    factories.make_fund("bare-fund", sources=())
    client.force_login(reader)
    found = counts(client)
    assert [label for label, _number, _address in found["Without a source"]] == ["Events"]
    assert "Waiting for my review" not in found
    assert "My drafts and changes" not in found


def test_the_queries_of_the_front_page_do_not_grow_with_the_entries(desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(200) as first:
        desk.client.get(FRONT)
    before = len(first)
    for number in range(20):
        factories.make_event(f"more-{number}", sources=())
        factories.make_relation(f"nato-party-{number}", party=f"party-{number}")
    with django_assert_max_num_queries(before):
        desk.client.get(FRONT)


def test_the_list_of_changes_reads_its_entries_in_one_query_a_kind(desk, django_assert_max_num_queries):
    address = "/admin/partnership/revision/"
    with django_assert_max_num_queries(200) as first:
        page = desk.client.get(address).content.decode()
    before = len(first)
    assert 'href="/admin/partnership/event/' in page
    for number in range(10):
        event = factories.make_event(f"event-{number}")
        desk.press("_save", desk.reopen(event).fill(title=f"Event {number} anew"), event)
    with django_assert_max_num_queries(before):
        desk.client.get(address)


@pytest.mark.parametrize("model", [*RECORD_MODELS, Relation], ids=lambda model: model.__name__)
def test_a_sort_of_work_that_there_is_not_shows_every_entry(editor, model):
    entry = factories.make_entry(model)
    assert listed(editor.client, f"{editor.url(model, 'changelist')}?work=nonsense") == [entry.slug]


def test_the_page_of_one_app_has_no_work(editor):
    assert "work" not in editor.client.get("/admin/partnership/").context


def test_nobody_sees_it_without_an_account():
    assert Client().get(FRONT).status_code == 302


def test_the_work_is_told_for_the_account_that_asks(rf, desk):
    request = rf.get(FRONT)
    request.user = get_user_model().objects.get(username="editor")
    assert work_of(request)[0].title == "Waiting for my review"
