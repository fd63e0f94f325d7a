"""The filters that all kinds of record have, asked of all of them at once: order, errors, drafts, the records of the rows."""

import pytest
from django.http import QueryDict

from partnership.public.filters import AcrossFilter, records_of_rows
from tests.factories import make_contribution, make_event, make_fund, make_source

from .filtering import across, rows_across

pytestmark = pytest.mark.django_db


def test_the_newest_come_first_then_what_has_an_end_alone_then_what_has_no_date():
    for slug, date in (
        ("no-date", ""),
        ("ended", "../2011"),
        ("old", "199X"),
        ("new", "2014"),
        ("mid", "2009/2013"),
    ):
        make_event(slug, date=date)
    make_contribution("also-new", date="2014-02", areas=())

    assert [slug for _kind, slug in rows_across("")] == ["also-new", "new", "mid", "old", "ended", "no-date"]
    assert [slug for _kind, slug in rows_across("sort=oldest")] == [
        "old",
        "mid",
        "new",
        "also-new",
        "ended",
        "no-date",
    ]


def test_what_any_kind_knows_can_be_asked_and_what_none_knows_is_refused_once():
    make_event("a-summit")
    make_source("never-cited")

    assert rows_across("source=never-cited") == []  # no record cites it, but it is a source
    asked = AcrossFilter(QueryDict("party=nobody&from=June&kind=meeting"))
    assert not asked.is_valid()
    assert {name: len(messages) for name, messages in asked.form.errors.items()} == {
        "kind": 1,
        "party": 1,
        "from": 1,
    }


def test_a_draft_is_in_no_row_and_no_count():
    make_event("public", date="2014")
    make_fund("secret", date="2015", status="draft")

    assert rows_across("") == [("event", "public")]
    assert across().facets.counts("kind")["fund"] == 0


def test_records_of_rows_stand_in_the_order_of_the_rows_and_those_at_hand_are_not_read_again(
    django_assert_num_queries,
):
    event, fund = make_event("a-summit", date="2014"), make_fund("a-fund", date="2015")
    rows = list(across().qs)

    assert records_of_rows(rows) == [fund, event]
    with django_assert_num_queries(0):
        assert records_of_rows(rows, known=[event, fund]) == [fund, event]
