"""How pictures are drawn: rounded axes, the strip over a timeline."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from partnership.models import Party
from partnership.public.party_index import CountedParty
from partnership.public.pictures.scales import MOST_MARKS, MOST_YEARS, round_marks, round_years, share
from partnership.public.pictures.strip import strip_of
from partnership.public.pictures.tiles import tiles_of


@given(st.decimals(min_value="0.01", max_value="99999999999999", places=2))
def test_an_axis_has_few_round_marks_and_reaches_the_largest_amount(largest):
    marks = round_marks(largest)
    assert len(marks) <= MOST_MARKS + 1
    assert marks[0] == 0
    assert marks[-2] < largest <= marks[-1]
    assert {after - before for before, after in pairwise(marks)} == {marks[1]}
    assert len(marks[1].normalize().as_tuple().digits) <= 2


@pytest.mark.parametrize(
    ("largest", "marks"),
    [
        ("0", [0]),
        ("1", ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ("7", [0, 2, 4, 6, 8]),
        ("12", [0, "2.5", 5, "7.5", 10, "12.5"]),
    ],
)
def test_the_marks_of_an_axis(largest, marks):
    assert round_marks(Decimal(largest)) == [Decimal(mark) for mark in marks]


@given(st.integers(1, 9999), st.integers(0, 3000))
def test_the_years_under_a_picture_are_few_and_within_it(first, beyond):
    years = round_years(first, first + beyond)
    assert 1 <= len(years) <= MOST_YEARS
    assert all(first <= year <= first + beyond for year in years)


def test_places_are_written_as_svg_reads_them_whatever_the_language():
    assert [share(1, 3), share(1, 2), share(0, 3), share(1, 0)] == ["33.33", "50", "0", "0"]


class TestStrip:
    def test_it_says_what_there_is_to_see_and_gives_every_year_with_its_link(self):
        years = [(2014, 3, "/events/?y=2014"), (1994, 1, "/events/?y=1994"), (2000, 0, "/none/")]
        page = render_to_string("pictures/_strip.html", {"years": years})
        assert "4 records from 1994 to 2014, most in 2014: 3" in page
        assert page.count("<rect") == 2
        assert '<a href="/events/?y=2014">2014</a> <span class="num">3</span>' in page
        assert "/none/" not in page

    def test_no_year_is_named_as_the_fullest_where_several_are(self):
        assert strip_of([(1994, 2, "/"), (2014, 2, "/")]).finding == "4 records from 1994 to 2014"

    def test_a_bar_stands_where_its_year_is(self):
        drawn = strip_of([(2000, 1, "/"), (2009, 10, "/")])
        assert [bar.x for bar in drawn.years] == ["5.9", "86.9"]
        assert [bar.height for bar in drawn.years] == ["4", "40"]

    @pytest.mark.parametrize("years", [[], [(2014, 9, "/")], [(2014, 9, "/"), (2015, 0, "/")]])
    def test_nothing_is_drawn_of_fewer_than_two_years(self, years):
        assert not strip_of(years)
        assert "<svg" not in render_to_string("pictures/_strip.html", {"years": years})


class TestTiles:
    def test_the_more_records_a_party_is_in_the_darker_its_tile(self):
        parties = [
            CountedParty(Party(slug=f"p-{number}", name="P"), number, datetime.now(UTC), [])
            for number in (0, 1, 25, 100)
        ]
        assert [(tile.records, tile.shade) for tile in tiles_of(parties)] == [
            (0, 0),
            (1, 1),
            (25, 2),
            (100, 4),
        ]

    def test_a_few_parties_have_no_tiles(self):
        assert tiles_of([CountedParty(Party(slug="p", name="P"), 1, datetime.now(UTC), [])] * 3) == []
