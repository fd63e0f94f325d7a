"""Before and after: the succession of programmes and operations, and a party's standings at one organisation."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.public.succession import operation_succession, programme_succession, standings_beside
from tests.factories import (
    add_step,
    make_operation,
    make_party,
    make_programme,
    make_standing,
    make_term,
)

from .reading import text_of

pytestmark = pytest.mark.django_db


def link(later, earlier, word: str = "supersedes", **fields):
    return later.links.create(programme=earlier, word=make_term("link", word), **fields)


def chain(*slugs: str):
    programmes = [make_programme(slug, title=slug.title()) for slug in slugs]
    for earlier, later in pairwise(programmes):
        link(later, earlier)
    return programmes


def slugs(stages) -> list[str]:
    return [stage.record.slug for stage in stages]


def after(client, entry, heading: str) -> str:
    """The words of the section under a heading of an entry's page."""
    text = text_of(client.get(entry.get_absolute_url()))
    return text.partition(heading)[2].partition("Sources")[0]


# Programmes


def test_the_whole_chain_is_told_from_each_of_its_programmes():
    for programme in chain("first", "second", "third", "fourth"):
        stages = programme_succession(programme)
        assert slugs(stages) == ["first", "second", "third", "fourth"]
        assert [stage.record for stage in stages if stage.is_page] == [programme]
        assert [slugs_of_ties(stage) for stage in stages] == [[], ["first"], ["second"], ["third"]]


def slugs_of_ties(stage) -> list[str]:
    return [earlier.slug for _tie, earlier in stage.ties]


def test_a_programme_without_succession_has_none(client):
    programme = make_programme("alone")

    assert programme_succession(programme) == []
    assert "Before and after" not in text_of(client.get(programme.get_absolute_url()))


def test_several_that_one_superseded_stand_in_order_of_time():
    one, late, early = (
        make_programme("one"),
        make_programme("late", date="2012"),
        make_programme("early", date="2010"),
    )
    link(one, late)
    link(one, early)

    assert slugs(programme_succession(one)) == ["early", "late", "one"]
    assert slugs(programme_succession(late)) == ["late", "one"]


def test_a_circle_ends():
    first, second, third = chain("first", "second", "third")
    link(first, third)

    for programme in (first, second, third):
        assert sorted(slugs(programme_succession(programme))) == ["first", "second", "third"]


def test_drafts_break_the_chain_and_are_not_named(client):
    _first, second, third = chain("first", "second", "third")
    type(second).objects.filter(pk=second.pk).update(status="draft")
    fourth = make_programme("fourth")
    link(fourth, third, word="secret-word")
    type(fourth.links.get().word).objects.filter(slug="secret-word").update(
        status="draft", acts_as="supersedes"
    )

    assert programme_succession(third) == []
    assert "Second" not in text_of(client.get(third.get_absolute_url()))


def test_only_links_that_supersede_make_a_chain_the_others_are_told_beside(client):
    old, new = (
        make_programme("old", title="The old one", date="2010"),
        make_programme("new", title="The new one"),
    )
    add_step(new, "step-agreed", "2014")
    link(new, old, word="renews", basis="inferred")

    assert programme_succession(new) == []
    assert "Renews: The old one 2010 (inferred; no source says so)" in after(client, new, "Other programmes")
    assert "The new one – Renews: The old one since 2014 (inferred; no source says so)" in after(
        client, old, "Other programmes"
    )


def test_each_stage_tells_its_date_and_whether_a_source_says_so(client):
    first, second, third = (
        make_programme("first", title="First", date="2001"),
        make_programme("second", title="Second"),
        make_programme("third", title="Third", date="2023/.."),
    )
    add_step(second, "step-agreed", "2014")
    link(second, first, basis="stated")
    link(third, second, basis="inferred")

    for programme in (first, second, third):
        assert (
            "First 2001 Second since 2014 Supersedes: First (stated by the source) "
            "Third since 2023 Supersedes: Second (inferred; no source says so)"
        ) in after(client, programme, "earliest first.")


# Operations


def test_operations_follow_one_another_both_ways(client):
    first = make_operation("first", title="First", date="2001/2014")
    second = make_operation("second", title="Second", follows=first)
    third = make_operation("third", title="Third", follows=second)
    make_operation("draft", title="Draft", follows=third, status="draft")

    for operation in (first, second, third):
        assert slugs(operation_succession(operation)) == ["first", "second", "third"]
        words = after(client, operation, "earliest first.")
        assert "Second no date given Follows: First Third no date given Follows: Second" in words
        assert "Draft" not in words


def test_an_operation_that_follows_itself_in_a_circle_ends():
    first = make_operation("first")
    second = make_operation("second", follows=first)
    type(first).objects.filter(pk=first.pk).update(follows=second)
    first.refresh_from_db()

    assert sorted(slugs(operation_succession(first))) == ["first", "second"]


# Standings


def test_the_standings_of_a_party_at_an_organisation_and_its_bodies_stand_in_order_of_time(client):
    nato = make_party("nato", kind="organisation")
    centre = make_party("centre", kind="body", parent=nato)
    old = make_standing("was-partner", date="1994/2004")
    new = make_standing("is-member", date="2004/..", word=make_term("standing", "member"))
    mission = make_standing("mission", date="1997", at=centre, word=make_term("standing", "mission"))
    make_standing("elsewhere", at=make_party("eu", kind="organisation"))
    make_standing("of-another", party=make_party("spain"))
    make_standing("draft", status="draft")

    for standing in (old, new, mission):
        others = standings_beside(standing)
        assert [each.record.slug for each in others] == ["was-partner", "mission", "is-member"]
        assert [each.record.slug for each in others if each.is_page] == [standing.slug]
        assert [each.record.slug for each in others if each.in_force] == ["is-member"]
    assert "in force today" in after(client, old, "Before and after")


def test_a_standing_by_itself_has_no_others(client):
    standing = make_standing("alone")

    assert standings_beside(standing) == []
    assert "Before and after" not in text_of(client.get(standing.get_absolute_url()))


def test_a_planned_standing_is_not_in_force():
    planned = make_standing("planned", date="2004/..", plan_state="planned")
    make_standing("other")

    assert not any(each.in_force for each in standings_beside(planned))


# Queries


def test_pages_take_no_more_queries_for_a_wide_succession(client):
    def queries(entry) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "Before and after" in client.get(entry.get_absolute_url()).content.decode()
        return len(captured)

    few, many = make_programme("few"), make_programme("many")
    link(few, make_programme("one"))
    link(few, make_programme("one-more"), word="renews")
    for number in range(6):
        link(many, make_programme(f"earlier-{number}"))
        link(many, make_programme(f"renewed-{number}"), word="renews")
    assert queries(many) == queries(few)

    make_standing("a")
    standing = make_standing("b")
    before = queries(standing)
    for _number in range(6):
        make_standing()
    assert queries(standing) == before


def test_pages_take_no_more_queries_for_a_long_succession():
    def queries(succession, record) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert succession(record)
        return len(captured)

    short, long = chain("a", "b"), chain(*(f"long-{number}" for number in range(20)))
    for place in (0, 10, 19):
        assert queries(programme_succession, long[place]) == queries(programme_succession, short[0])

    few, many = make_operation("few", follows=make_operation("one")), make_operation("many")
    for number in range(20):
        many = make_operation(f"then-{number}", follows=many)
    assert queries(operation_succession, many) == queries(operation_succession, few)


def test_a_long_succession_is_told_whole_and_in_order():
    programmes = chain(*(f"long-{number:02}" for number in range(20)))

    assert slugs(programme_succession(programmes[7])) == [programme.slug for programme in programmes]


def test_a_tie_past_the_record_of_the_page_is_told_too():
    first, second, third = chain("first", "second", "third")
    link(third, first)

    stages = programme_succession(second)

    assert [sorted(slugs_of_ties(stage)) for stage in stages] == [[], ["first"], ["first", "second"]]
