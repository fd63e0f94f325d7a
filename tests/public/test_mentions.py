"""Mentioned on: the public texts that link an entry."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.public.mentions import Mention, mentions
from tests.factories import (
    make_area,
    make_event,
    make_exercise,
    make_fund,
    make_party,
    make_programme,
    make_relation,
    make_source,
    make_term,
)

from .reading import text_of

pytestmark = pytest.mark.django_db

LINK = "See [the summit](event:madrid)."


@pytest.fixture
def summit():
    return make_event("madrid", title="The summit")


def places(entry) -> list[tuple[str, str]]:
    return [(mention.address, mention.place) for mention in mentions(entry).first]


def test_a_statement_and_the_lede_of_a_relation_mention_what_they_link(summit):
    relation = make_relation(lede=LINK)
    relation.statements.update(text=LINK)

    assert mentions(summit).first == [
        Mention("Nato – relations with Japan", "/relations/nato/japan/", "Relation", "Lede"),
        Mention(
            "Nato – relations with Japan",
            "/relations/nato/japan/#section-highlights",
            "Relation",
            "Highlights",
        ),
    ]


def test_every_markdown_field_of_a_public_entry_is_read(summit):
    make_fund("package", purpose=LINK)
    make_exercise("drill", summary=LINK)
    make_area("space", scope_note=LINK)
    make_party("spain", note=LINK)

    assert set(places(summit)) == {
        ("/areas/space/", "Scope note"),
        ("/exercises/drill/", "Summary"),
        ("/funds/package/", "Purpose"),
        ("/parties/spain/", "Note"),
    }


@pytest.mark.parametrize("make", [make_party, make_area, make_source])
def test_parties_areas_and_sources_are_mentioned_too(make):
    entry = make("some-entry")
    make_event("told", summary=f"See [it]({entry.reference}).")

    assert places(entry) == [("/events/told/", "Summary")]


def test_drafts_and_what_is_of_them_mention_nothing(summit):
    make_exercise("draft", summary=LINK, status="draft")
    make_relation("draft", party="spain", lede=LINK, status="draft").statements.update(text=LINK)
    of_secret_party = make_relation("secret", party="secret", lede=LINK)
    of_secret_party.statements.update(text=LINK)
    type(of_secret_party.party).objects.filter(slug="secret").update(status="draft")
    shown = make_relation("shown", party="italy")
    shown.statements.update(text=LINK, section=make_term("section", "secret-section", status="draft"))

    assert not mentions(summit)


@pytest.mark.parametrize(
    "text",
    [
        "See [another](event:madrid-2022).",
        "The words event:madrid are no link.",
        "See [a programme of that name](programme:madrid).",
    ],
)
def test_only_a_link_to_the_entry_itself_counts(summit, text):
    make_exercise("drill", summary=text)

    assert not mentions(summit)


def test_an_entry_does_not_mention_itself(summit):
    type(summit).objects.filter(pk=summit.pk).update(summary=LINK)

    assert not mentions(summit)


def test_a_text_that_links_an_entry_twice_mentions_it_once(summit):
    relation = make_relation()
    relation.statements.update(text=LINK + LINK)
    relation.statements.create(section=relation.statements.get().section, text=LINK)

    assert places(summit) == [("/relations/nato/japan/#section-highlights", "Highlights")]


def test_records_stand_by_kind_and_title_after_relations(summit):
    make_programme("b", title="B programme", summary=LINK)
    make_programme("a", title="A programme", summary=LINK)
    make_exercise("z", title="Z exercise", summary=LINK)
    make_relation(lede=LINK)

    assert [mention.title for mention in mentions(summit).first] == [
        "Nato – relations with Japan",
        "Z exercise",
        "A programme",
        "B programme",
    ]


def test_the_page_of_a_record_tells_where_it_is_mentioned(client, summit):
    make_relation(lede=LINK)

    response = client.get("/events/madrid/")

    assert '<a href="/relations/nato/japan/">Nato – relations with Japan</a>' in response.content.decode()
    assert "Relation · Lede" in text_of(response)
    assert "Mentioned on" not in text_of(client.get(make_event("lonely").get_absolute_url()))


def test_mentions_take_the_same_queries_for_none_and_for_many(summit):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            mentions(summit)
        return len(captured)

    none = queries()
    for number in range(6):
        make_event(summary=LINK)
        make_fund(purpose=LINK)
        make_relation(party=f"party-{number}", lede=LINK).statements.update(text=LINK)

    assert queries() == none == 3
    assert len(mentions(summit).first) == 24
