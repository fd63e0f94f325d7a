"""The timeline: every record under its year, those of no year at the end, and each year where its strip says it begins."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import RECORD_MODELS
from partnership.public.timeline import FEWEST, LATEST, PER_PAGE
from tests.factories import (
    make_area,
    make_contribution,
    make_event,
    make_fund,
    make_party,
    make_programme,
    make_record,
    make_relation,
)

from .copies import copy
from .reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

JAPAN = (("japan", "participant"),)
HEADING = re.compile(r'<h3 id="([^"]+)">(.*?)</h3>', re.DOTALL)
TITLE = re.compile(r'<h4 class="row-title"><a href="[^"]*/([^/]+)/"')


def headings(response: Any) -> dict[str, str]:
    """The headings of a page of the timeline by their anchors."""
    found = HEADING.findall(response.content.decode())
    return {anchor: " ".join(re.sub(r"<[^>]+>", "", words).split()) for anchor, words in found}


def titles(response: Any) -> list[str]:
    return TITLE.findall(response.content.decode())


@pytest.fixture
def known_in_part(db: None) -> None:
    """Records whose dates are known in part, each of another kind."""
    make_event("summit", date="2014-06-03", parties=())
    make_fund("about", date="2014~", parties=())
    make_programme("period", date="2009/2013", parties=())
    make_contribution("decade", date="199X", parties=())
    make_event("ended", date="../2011", parties=())
    make_event("no-date", parties=())


def test_a_record_stands_in_the_year_of_its_earliest_day_and_one_without_a_date_in_none(
    client, known_in_part
):
    response = client.get("/timeline/")

    assert headings(response) == {
        "y2014": "2014",
        "y2009": "2009",
        "y1990": "1990",
        "no-beginning": "Beginning not known",
        "undated": "No date given",
    }
    assert titles(response) == ["summit", "about", "period", "decade", "ended", "no-date"]


def test_the_oldest_come_first_if_asked_and_what_has_no_year_stays_at_the_end(client, known_in_part):
    response = client.get("/timeline/?sort=oldest")

    assert list(headings(response)) == ["y1990", "y2009", "y2014", "no-beginning", "undated"]


def test_a_date_is_printed_as_exact_as_its_source_gives_it_and_each_row_says_its_kind(client, known_in_part):
    page = text_of(client.get("/timeline/"))

    for words in ("1990s", "2009–2013", "about 2014", "no date given"):
        assert words in page
    for kind in ("Event", "Fund", "Programme", "Contribution"):
        assert f" {kind} " in page


def test_the_strip_counts_each_year_of_the_whole_selection_and_those_of_no_year_apart(client, known_in_part):
    response = client.get("/timeline/")

    assert [(year, count) for year, count, _address in response.context["years"]] == [
        (2014, 2),
        (2009, 1),
        (1990, 1),
    ]
    apart = [(section.anchor, section.count) for section, _address in response.context["without_year"]]
    assert apart == [("no-beginning", 1), ("undated", 1)]
    assert "1 record without a date stands at the end" in text_of(response)
    assert response.context["count"] == 6


def test_every_year_begins_on_the_page_to_which_its_strip_leads_and_goes_on_over_pages(client):
    made = 0
    for year, count in ((2020, PER_PAGE - 3), (2019, PER_PAGE + 5), (2010, 4)):
        copy(make_event(f"of-{year}", date=f"{year}-03", parties=JAPAN), range(made + 1, made + count))
        made += count
    make_event("of-nobody", date="2020", parties=())

    years = client.get("/timeline/?party=japan").context["years"]

    assert [count for _year, count, _address in years] == [PER_PAGE - 3, PER_PAGE + 5, 4]
    for year, _count, address in years:
        page, _hash, anchor = address.partition("#")
        assert headings(client.get(page))[anchor] == str(year)
    assert years[2][2] == "/timeline/?party=japan&page=3#y2010"
    assert headings(client.get("/timeline/?party=japan&page=2"))["y2019"] == "2019, continued"


def test_every_page_together_holds_every_record_once(client):
    for model in RECORD_MODELS:
        copy(make_record(model, f"first-{model.kind_name()}", date="2014"), range(12))

    pages = [titles(client.get(f"/timeline/?page={number}")) for number in (1, 2)]

    assert [len(page) for page in pages] == [PER_PAGE, 7 * 13 - PER_PAGE]
    assert len({*pages[0], *pages[1]}) == 7 * 13


def test_the_filters_are_those_of_the_lists_with_their_counts_and_errors(client, known_in_part):
    make_event("of-japan", date="2001", parties=JAPAN)

    response = client.get("/timeline/?party=japan&from=2010")
    assert response.context["count"] == 0
    assert "Without “From: 2010”: 1 record" in text_of(response)

    groups = client.get("/timeline/?kind=event&colour=red").context
    assert groups["unknown"] == ["colour"]
    assert groups["count"] == 4
    kinds = {option.value: option.count for option in groups["groups"][0].facets[0].options}
    assert kinds == {"event": 4, "programme": 1, "fund": 1, "contribution": 1}

    refused = client.get("/timeline/?kind=meeting&from=June&sort=title")
    assert [name for name, _message in refused.context["errors"]] == ["kind", "from", "sort"]
    assert "years" not in refused.context


def test_a_filter_that_not_every_kind_has_is_not_used(client, known_in_part):
    context = client.get("/timeline/?standing=member").context

    assert (context["unknown"], context["apart"], context["count"]) == (["standing"], [], 6)


def test_what_a_period_does_not_settle_is_counted_apart_over_all_kinds(client, known_in_part):
    response = client.get("/timeline/?from=2009&to=2012")

    assert response.context["count"] == 0
    apart = [way.words for way in response.context["apart"]]
    assert apart == ["2 more may fall within the period: see all 2", "1 has no date"]


def test_a_draft_leaves_no_trace(client, known_in_part):
    before = client.get("/timeline/").content

    make_event("secret", date="2030", status="draft", title="Zerzura")

    assert client.get("/timeline/").content == before
    assert client.get("/timeline/?from=2030").context["count"] == 0


@pytest.mark.parametrize("address", ["/timeline/", "/timeline/?party=japan&from=2000&when=may"])
def test_the_timeline_runs_the_same_queries_however_many_records_there_are(client, address):
    parties = (("japan", "participant"), ("spain", "participant"))
    event = make_event("an-event", date="2014", areas=("space",), parties=parties)
    copy(event, range(60))
    client.get(address)
    few = queries(client, address)

    copy(event, range(60, 600))

    assert queries(client, address) == few


def queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# In short, on other pages


def short(response: Any) -> str:
    """The section “Timeline” of a page; empty if it has none."""
    found = re.search(
        r'<section class="block" id="timeline".*?</section>', response.content.decode(), re.DOTALL
    )
    return found.group() if found else ""


@pytest.fixture
def of_japan(db: None) -> None:
    """A relation, an area and a party with enough records for a timeline, and one that is of none of them."""
    make_relation("nato-japan")
    make_area("space")
    for number in range(LATEST + 2):
        make_event(f"event-{number}", date=str(2000 + number), areas=("space",), parties=JAPAN)
    make_fund("newest", date="2020", areas=("space",), parties=(("japan", "lead-nation"),))
    make_event("no-date", areas=("space",), parties=JAPAN)
    make_event("of-others", date="2021", areas=(), parties=())


@pytest.mark.parametrize(
    ("page", "timeline"),
    [
        ("/parties/japan/", "/timeline/?party=japan"),
        ("/areas/space/", "/timeline/?area=space"),
        ("/relations/nato/japan/", "/timeline/?party=japan&amp;organisation=nato"),
    ],
)
def test_the_page_of_a_party_area_or_relation_tells_the_latest_and_leads_to_the_rest(
    client, of_japan, page, timeline
):
    section = short(client.get(page))

    slugs = re.findall(r'class="row-title"><a href="[^"]*/([^/]+)/"', section)
    assert slugs == ["newest", *(f"event-{number}" for number in range(LATEST + 1, 2, -1))]
    assert f'href="{timeline}"' in section
    assert "All 14 records in the timeline" in section
    whole = client.get(timeline.replace("&amp;", "&"))
    assert whole.context["count"] == 14
    places = re.findall(r'href="(/timeline/[^"]*#y\d+)"', section)
    strip = [address.replace("&", "&amp;") for _year, _count, address in whole.context["years"]]
    assert sorted(places) == sorted(strip)


def test_too_few_records_with_a_year_make_no_timeline(client):
    make_party("japan")
    for number in range(FEWEST - 1):
        make_event(f"event-{number}", date=f"201{number}", parties=JAPAN)
    make_event("no-date", parties=JAPAN)

    assert not short(client.get("/parties/japan/"))
