"""What may be there already: of records, parties, sources, areas, words and relations; and what is told apart."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership import documents
from partnership.dates import NO_BOUNDS, bounds_of
from partnership.editorial import duplicates
from partnership.editorial.traits import may_be_same_time
from partnership.models import ENTRY_MODELS, Contribution, Standing
from tests import factories
from tests.editorial import edits

pytestmark = pytest.mark.django_db

STATES = ("published", "draft", "withdrawn")


def likely(entry):
    """The addresses of what may be the same as an entry."""
    return [found.entry.slug for found in duplicates.likely(documents.dump(entry))]


def reasons(entry):
    [found] = duplicates.likely(documents.dump(entry))
    return list(found.reasons)


@pytest.fixture
def summit(db):
    return factories.make_event(
        "summit", title="Madrid Summit 2022", date="2022-06", parties=(("japan", "participant"),)
    )


def new(slug="new", **fields):
    """A draft that shares nothing with other entries but what is named."""
    return factories.make_event(
        slug,
        **{"status": "draft", "title": f"Nothing like it {slug}", "parties": (("norway", "host"),), **fields},
    )


def test_the_same_time_and_a_party_in_common_whatever_its_role(summit):
    draft = new(date="2022-06-29", parties=(("japan", "host"), ("norway", "host")))
    assert reasons(draft) == ["It may be of the same days, with Japan in both."]
    assert likely(summit) == ["new"]


@pytest.mark.parametrize("fields", [{"date": "2022-07"}, {"date": ""}, {"date": "2022-06", "parties": ()}])
def test_another_time_no_date_or_no_party_in_common_is_no_likeness(summit, fields):
    assert likely(new(**{"parties": (("japan", "host"),), **fields})) == []


def test_the_organisation_whose_relations_are_told_is_no_party_in_common(summit):
    summit.involvements.create(party=factories.make_party("nato"), role=factories.make_term("role", "host"))
    assert likely(new(date="2022-06", parties=(("nato", "host"),))) == []


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize(
    "title", ["NATO Madrid Summit", "Madird Summit 2022", "Summits of Madrid (2022)", "MADRID SUMMIT — 2022"]
)
def test_a_similar_title_whatever_the_state(status, title):
    factories.make_event("summit", title="Madrid Summit 2022", status=status)
    assert likely(new(title=title)) == ["summit"]


def test_another_name_is_a_name(summit):
    summit.other_names = "Gathering at IFEMA\nThe Madrid meeting"
    summit.save()
    draft = new(title="Gathering at Ifema")
    assert reasons(draft) == ["It is also called “Gathering at IFEMA”."]


@pytest.mark.parametrize("title", ["Madrid Summit 2023", "Vilnius Summit 2022", "Madrid"])
def test_another_number_or_another_word_is_another_title(summit, title):
    assert likely(new(title=title)) == []


def test_a_similar_title_at_another_time_is_another_thing_and_the_same_title_is_not(summit):
    later = new(title="Madrid Summit", date="2023-06")
    assert likely(later) == []
    later.title = "Madrid Summit 2022"
    later.save()
    assert likely(later) == ["summit"]


def test_what_an_entry_says_it_is_part_of_is_not_the_same(summit):
    part = new(title="Madrid Summit 2022", part_of=summit)
    assert likely(part) == []
    assert likely(summit) == []


def test_what_runs_long_resembles_only_what_may_have_begun_with_it():
    old = factories.make_programme("old", date="2014/..")
    for slug, date, found in [
        ("point", "2022-06", []),
        ("later", "2023-07/..", []),
        ("with-it", "2014-05", ["old"]),
    ]:
        programme = factories.make_programme(slug, date=date, status="draft")
        assert [each for each in likely(programme) if each == old.slug] == found, date


def test_a_programme_is_dated_by_its_steps():
    dated = factories.make_programme("dated", title="One", date="2014-05/2014-06")
    by_steps = factories.make_programme("by-steps", title="Two", date="", status="draft")
    factories.add_step(by_steps, "step-agreed", "2014-05")
    factories.add_step(by_steps, "step-ended", "2014-06")
    assert likely(by_steps) == [dated.slug]


@pytest.mark.parametrize("model", [Contribution, Standing])
def test_of_what_each_party_has_its_own_the_same_title_of_another_party_is_another(model):
    factories.make_party("norway")
    theirs = (
        {"party": factories.make_party("norway")}
        if model is Standing
        else {"parties": (("norway", "donor"),)}
    )
    first = factories.make_entry(model, "first", title="Support for the fund")
    second = factories.make_entry(model, "second", title="Support for the fund", **theirs)
    third = factories.make_entry(model, "third", title="Support for the fund", status="draft")
    assert likely(third) == [first.slug]
    assert likely(second) == []


def test_what_many_share_tells_nothing_apart(summit):
    for number in range(duplicates.MOST + 1):
        new(
            f"that-year-{number}",
            date="2022",
            parties=(("japan", "host"),),
            title=f"Thing {number} {'x' * number}",
        )
    assert likely(new(date="2022-06-29", parties=(("japan", "host"),))) == ["summit"]


def test_a_change_that_is_not_public_yet_is_looked_at_too(summit):
    draft = new(title="Brussels Summit 2021")
    assert likely(draft) == []
    edits.save(summit, title="Brussels summit, 2021")
    [found] = duplicates.likely(documents.dump(draft))
    assert (found.entry, found.is_pending) == (summit, True)


def test_parties_by_any_name_and_by_country_code():
    turkey = factories.make_party("turkiye", name="Türkiye", country_code="TR")
    turkey.names.create(text="Turkey", form="former")
    turkey.names.create(text="Turquie", form="search")
    for slug, name in [("one", "TURKEY"), ("two", "Turquie"), ("three", "Turkiye")]:
        party = factories.make_party(slug, name=name, status="draft")
        assert likely(party) == ["turkiye"], name
        party.delete()
    other = factories.make_party("four", name="Another", country_code="TR", status="draft")
    assert reasons(other) == ["It has the same country code."]


def test_sources_by_address_or_by_title_publisher_and_date():
    factories.make_source(
        "page",
        title="Relations with Japan",
        publisher="NATO",
        date="2024-06-03",
        url="https://www.nato.int/a/b.htm",
    )
    moved = {"url": "http://nato.int/a/b.htm/?utm_source=x#top", "title": "Something else"}
    assert likely(factories.make_source("one", status="draft", **moved)) == ["page"]
    said = {
        "title": "Relations with Japan",
        "publisher": "Nato",
        "date": "2024-06",
        "url": "https://copy.example/x",
    }
    two = factories.make_source("two", status="draft", **said)
    assert likely(two) == ["page"]
    for slug, fields in [("three", {"date": "2023"}), ("four", {"publisher": "Ministry"})]:
        later = factories.make_source(slug, status="draft", **{**said, **fields})
        assert "page" not in likely(later)


def test_areas_and_words_by_their_labels():
    factories.make_area("cyber", name="Cyber defence", synonyms="Defence against attacks\nCyberdefence")
    assert likely(factories.make_area("new", name="Cyber-Defense", status="draft")) == ["cyber"]
    factories.make_term("role", "speaker", label="Speaker")
    factories.make_term("level", "speakers-level", label="Speakers")
    assert likely(factories.make_term("role", "new", label="Speakers", status="draft")) == ["speaker"]


def test_relations_of_the_same_two_parties():
    factories.make_relation("one", "nato", "japan")
    assert likely(factories.make_relation("two", "japan", "nato", status="draft")) == ["one"]


def test_no_entry_is_like_itself():
    for model in ENTRY_MODELS:
        entry = factories.make_entry(model)
        assert entry.slug not in likely(entry)
        edits.save(entry)
        assert entry.slug not in likely(entry)


DATES = st.sampled_from(
    [
        "",
        "2022-06-29",
        "2022-06",
        "2022",
        "199X",
        "2005~",
        "2014/",
        "2014/..",
        "../2013",
        "2009/2013",
        "1995?",
    ]
)


@given(DATES, DATES)
@pytest.mark.one_engine
def test_the_same_time_is_the_same_both_ways(one, other):
    first, second = (bounds_of(each) if each else NO_BOUNDS for each in (one, other))
    assert may_be_same_time(first, second) == may_be_same_time(second, first)
    assert may_be_same_time(first, first) == bool(one)


@settings(max_examples=10)
@given(st.data())
def test_a_likeness_by_time_is_found_from_both_sides(data):
    records = [
        new(
            f"record-{number}",
            date=data.draw(DATES),
            parties=((data.draw(st.sampled_from(["japan", "canada"])), "host"),),
        )
        for number in range(4)
    ]
    found = {(record.slug, other) for record in records for other in likely(record)}
    assert found == {(other, one) for one, other in found}
    for record in records:
        record.delete()


def test_the_queries_do_not_grow_with_the_register(summit):
    def queries(entry):
        document = documents.dump(entry)
        with CaptureQueriesContext(connection) as asked:
            assert duplicates.likely(document)
        return len(asked)

    draft = new(title="Madrid Summit", date="2022-06", parties=(("japan", "host"),))
    few = queries(draft)
    for number in range(5):
        factories.make_event(f"more-{number}", title=f"Madrid Summit 2022 {number}", date="2022-06")
    assert queries(draft) == few <= 14


@pytest.mark.parametrize("word", ["\0", "%", "x" * 5000, "' OR 1=1 --", '"', "NEAR(a b)", "* ^ : AND"])
def test_signs_are_only_signs(word):
    factories.make_event("one")
    document = documents.dump(new(title="A title"))
    document[0]["fields"]["title"] = f"{word} Madrid Summit"
    assert duplicates.likely(document) == []
