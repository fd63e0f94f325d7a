"""The page on which an entry is duplicated."""

import pytest
from django.urls import NoReverseMatch

from partnership.models import ENTRY_MODELS, Event, Party, Relation, Source, Status
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import WORDS, messages_in
from tests.public.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def event():
    return factories.make_event("madrid", title="Madrid Summit", parties=(("japan", "host"),))


def address_of_page(person, entry):
    return person.url(type(entry), "duplicate", entry.pk)


def duplicate(person, entry, **fields):
    return person.client.post(address_of_page(person, entry), fields, follow=True)


def test_an_editor_makes_a_copy_under_a_name_and_address_of_its_own(event):
    ann = desk("ann")
    form = ann.client.get(ann.url(Event, "change", event.pk)).content.decode()
    assert f'href="{address_of_page(ann, event)}"' in form
    page = ann.client.get(address_of_page(ann, event))
    assert page.context["form"]["title"].value() == "Madrid Summit"
    assert page.context["form"]["slug"].value() == "madrid-2"
    assert page.content.decode().count("autofocus") == 1
    told = duplicate(ann, event, title=" Lisbon\x07 Summit ", slug="lisbon")
    copy = Event.objects.get(slug="lisbon")
    assert (copy.title, copy.status) == ("Lisbon Summit", Status.DRAFT)
    assert told.redirect_chain[-1][0] == ann.url(Event, "change", copy.pk)
    assert any("copied from" in message for message in messages_in(told))
    history = ann.client.get(ann.url(Event, "history", copy.pk))
    assert "Copied from event:madrid" in text_of(history)


@pytest.mark.parametrize("model", [each for each in ENTRY_MODELS if each is not Relation])
def test_every_kind_but_relations_has_the_page(model, editor):
    entry = factories.make_entry(model)
    answer = duplicate(editor, entry, **{WORDS[model]: "Another", "slug": "another"})
    assert answer.status_code == 200
    assert getattr(model.objects.get(slug="another"), WORDS[model]) == "Another"


def test_a_relation_has_none(editor):
    relation = factories.make_relation()
    with pytest.raises(NoReverseMatch):
        address_of_page(editor, relation)
    form = editor.client.get(editor.url(Relation, "change", relation.pk))
    assert "duplicate" not in form.content.decode()


def test_that_a_country_code_is_left_out_is_said(editor):
    page = editor.client.get(address_of_page(editor, factories.make_party("japan", country_code="JP")))
    assert "So does the country code" in text_of(page)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "Madrid", "slug": "oslo"}, "Another entry has this address"),
        ({"title": "Madrid", "slug": "Not an address"}, "small letters"),
        ({"title": "Madrid", "slug": "x" * 81}, "at most 80"),
        ({"title": "Ma\0drid", "slug": "lisbon"}, "Null characters"),
        ({"title": "  ", "slug": "lisbon"}, "required"),
        ({"title": "\x01", "slug": "lisbon"}, "required"),
        ({"slug": "lisbon"}, "required"),
        ({"title": "Madrid"}, "required"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(editor, event, fields, said):
    factories.make_event("oslo")
    page = duplicate(editor, event, **fields)
    assert page.status_code == 200
    assert said in text_of(page)
    assert Event.objects.count() == 2


def test_who_may_not_add_makes_no_copy(event):
    reader = desk("reader", "Viewer")
    address = address_of_page(reader, event)
    assert address not in reader.client.get(reader.url(Event, "change", event.pk)).content.decode()
    assert reader.client.get(address).status_code == 403
    assert duplicate(reader, event, title="A copy", slug="lisbon").status_code == 403
    assert Event.objects.count() == 1


def test_a_remit_holds_for_the_copy(event):
    norway = factories.make_party("norway")
    ann = at_browser(account("ann", parties=(norway,)))
    page = duplicate(ann, event, title="A copy", slug="lisbon")
    assert "limited to certain parties" in text_of(page)
    assert not Event.objects.filter(slug="lisbon").exists()
    own = factories.make_event("oslo", parties=(("norway", "host"),))
    duplicate(ann, own, title="A copy", slug="bergen")
    assert Event.objects.filter(slug="bergen").exists()


def test_an_address_of_nothing_is_answered(editor, event):
    address = address_of_page(editor, event)
    for odd in ("0", "x", "99999999999999999999"):
        answer = editor.client.get(address.replace(f"/{event.pk}/", f"/{odd}/"))
        assert answer.status_code in (302, 404)


def test_the_page_asks_the_same_of_a_long_entry(editor, django_assert_max_num_queries):
    party = factories.make_party("japan")
    for number in range(12):
        party.names.create(text=f"Name {number}")
    factories.make_source("a-page")
    for entry in (party, Source.objects.get()):
        with django_assert_max_num_queries(12):
            editor.client.get(address_of_page(editor, entry))
    assert Party.objects.count() == 1
