"""What the admin refuses in words: addresses that are taken, values that are none, searches that are too long."""

import pytest

from partnership.models import Alias, Event, Party, Relation, Revision, Status
from tests import factories
from tests.admin.forms import errors_in

pytestmark = pytest.mark.one_engine

NO_NUMBERS = ["9223372036854775808", "9" * 40, "1.5", "x", "-1", "٣"]

# The pair of a relation


def test_the_two_parties_of_a_relation_stay(editor):
    relation = factories.make_relation("nato-japan")
    form = editor.reopen(relation)
    assert not {"organisation", "party"} & set(form.values)
    form.values["party"] = [str(factories.make_party("austria").pk)]
    editor.press("_save", form, relation)
    assert Relation.objects.get().party.slug == "japan"


# Aliases


@pytest.mark.parametrize(
    ("address", "target", "message"),
    [
        ("party:japan", "party:nato", "there is an entry at this address"),
        ("party:a-draft", "party:nato", "there is an entry at this address"),
        ("country:nippon", "party:japan", "there is no kind “country”"),
        ("party:nippon", "party:nowhere", "It leads to “party:nowhere”, which is not public"),
        ("party:nippon", "party:a-draft", "It leads to “party:a-draft”, which is not public"),
        ("party:nippon", "country:japan", "It leads to “country:japan”, which is not public"),
        ("nippon", "party:japan", "Write kind and address"),
    ],
)
def test_an_alias_that_misleads_is_refused(editor, japan, nato, address, target, message):
    factories.make_party("a-draft", status=Status.DRAFT)
    response = editor.press("_save", editor.open(Alias).fill(address=address, target=target), Alias)
    assert message in " ".join(errors_in(response))
    assert not Alias.objects.exists()


def test_an_alias_of_an_old_address_is_stored(editor, japan):
    editor.press("_save", editor.open(Alias).fill(address="party:nippon", target="party:japan"), Alias)
    assert Alias.objects.get().target == "party:japan"


# Searches and filters


@pytest.mark.parametrize("model", [Event, Alias, Revision])
def test_a_long_search_is_cut(editor, model):
    for words in ("word " * 1_500, "w" * 5_000):
        assert editor.client.get(editor.url(model, "changelist"), {"q": words}).status_code == 200


def test_a_search_looks_at_the_first_ten_words(editor):
    event = factories.make_event("summit", title="Summit")
    address = editor.url(Event, "changelist")
    for words, found in (("summit " * 10 + "other", [event]), ("summit " * 9 + "other", [])):
        assert list(editor.client.get(address, {"q": words}).context["cl"].result_list) == found


def test_a_long_search_of_an_autocomplete_is_cut(editor, japan):
    query = {
        "app_label": "partnership",
        "model_name": "party",
        "field_name": "parent",
        "term": "japan " * 1_500,
    }
    found = editor.client.get("/admin/autocomplete/", query).json()["results"]
    assert [each["text"] for each in found] == [str(japan)]


@pytest.mark.parametrize("query", ["changed__year=99999", "id=9223372036854775808", "id__in=1.5"])
def test_a_filter_that_cannot_be_looked_up_leads_back_to_the_list(editor, query):
    factories.make_event()
    response = editor.client.get(f"{editor.url(Event, 'changelist')}?{query}", follow=True)
    assert response.status_code == 200


# Choices


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_the_number_of_no_entry_is_refused_at_the_field(editor, value):
    event = factories.make_event(status=Status.DRAFT)
    for name in ("kind", "series", "areas", "involvements-0-party"):
        form = editor.reopen(event)
        form.values[name] = [value]
        response = editor.press("_save", form, event)
        assert response.status_code == 200
        assert any("Select a valid choice" in error for error in errors_in(response)), name


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_an_address_that_proposes_what_is_none_opens_an_empty_form(editor, value):
    query = {"kind": value, "areas": f"{value},{value}"}
    assert editor.client.get(editor.url(Event, "add"), query).status_code == 200


def test_an_address_proposes_an_entry(editor, japan):
    page = editor.client.get(editor.url(Party, "add"), {"parent": japan.pk}).content.decode()
    assert f'<option value="{japan.pk}" selected' in page
