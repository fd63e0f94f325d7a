"""What readers come to do, in a real browser without script, with the number of steps it may take them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partnership.models import Vocabulary
from tests.browsing import follow
from tests.factories import make_contribution, make_event, make_fund, make_relation, make_term

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Reader:
    """A reader at the keyboard: every click and every value given is counted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.clicks = 0
        self.inputs = 0
        page.set_default_timeout(5000)

    def click(self, link: Any) -> None:
        """Follow a link or press a button."""
        follow(link)
        self.clicks += 1

    def tick(self, name: str, value: str) -> None:
        """Tick an option of a filter that can be seen without opening anything."""
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()
        self.inputs += 1

    def write(self, name: str, value: str) -> None:
        """Write into a box that can be seen without opening anything."""
        self.page.locator(f'input[name="{name}"]').fill(value)
        self.inputs += 1


@pytest.fixture
def reader(browser: Any) -> Iterator[Reader]:
    """A reader whose browser runs no script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield Reader(context.new_page())
    context.close()


def test_r1_from_home_to_the_relations_with_a_party_is_one_click(reader: Reader, live_server: Any):
    make_relation()
    reader.page.goto(live_server.url)
    reader.click(reader.page.get_by_role("link", name="Japan").first)
    assert reader.page.url == f"{live_server.url}/relations/nato/japan/"
    assert reader.clicks == 1


def test_r2_all_visits_of_high_level_with_a_party_since_a_year_are_three_inputs_and_apply(
    reader: Reader, live_server: Any
):
    visit = make_term(Vocabulary.EVENT_KIND, "high-level-visit")
    for slug, date in (
        ("visit-of-2019", "2019-05"),
        ("visit-of-2021", "2021-05"),
        ("visit-of-2023", "2023-05"),
    ):
        make_event(slug, kind=visit, date=date)
    make_event("visit-of-spain", kind=visit, date="2022", parties=(("spain", "participant"),))
    make_event("summit-of-2022", date="2022-06")
    page = reader.page
    page.goto(f"{live_server.url}/events/")

    reader.tick("kind", "high-level-visit")
    reader.tick("party", "japan")
    reader.write("from", "2020")
    reader.click(page.get_by_role("button", name="Apply filters"))

    assert (reader.inputs, reader.clicks) == (3, 1)
    found = ["Visit of 2023", "Visit of 2021"]
    titles = page.locator(".row-title a")
    assert titles.all_inner_texts() == found
    assert page.get_by_role("heading", name="2 events").is_visible()
    address = page.url
    reader.click(titles.first)
    page.go_back()
    assert page.url == address
    assert titles.all_inner_texts() == found
    assert page.locator('input[name="party"][value="japan"]').is_checked()
    assert page.locator('input[name="kind"][value="high-level-visit"]').is_checked()
    assert page.locator('input[name="from"]').input_value() == "2020"


def test_r1_typing_a_name_in_any_script_finds_the_relations_with_a_party(reader: Reader, live_server: Any):
    relation = make_relation()
    relation.party.names.create(text="日本", language="ja", form="short")
    page = reader.page
    page.goto(live_server.url)
    reader.write("q", "日本")
    with page.expect_navigation():
        page.locator('input[name="q"]').first.press("Enter")
    assert page.get_by_role("link", name="NATO – relations with Japan").is_visible()


def test_r3_and_r4_the_set_is_downloaded_by_one_click_and_followed_by_one(reader: Reader, live_server: Any):
    for slug, date in (("visit-of-2021", "2021-05"), ("visit-of-2023", "2023-05"), ("visit-of-2019", "2019")):
        make_event(slug, date=date)
    page = reader.page
    page.goto(f"{live_server.url}/events/?party=japan&from=2020")
    assert page.get_by_role("heading", name="2 events").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert [row["slug"] for row in rows] == ["visit-of-2023", "visit-of-2021"]
    address = page.get_by_role("link", name="Follow (Atom)").get_attribute("href")
    feed = page.request.get(f"{live_server.url}{address}")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert feed.text().count("<entry") == 2


def test_r5_who_gave_most_to_a_fund_in_a_year_is_two_clicks_and_its_source_one_more(
    reader: Reader, live_server: Any
):
    fund = make_fund("mine-fund", title="Mine Clearance Fund", parties=(("spain", "lead-nation"),))
    years = ("2023", "2022-03", "2022", "2021")
    # Forty, most of them newer than what answers the question: no list of the newest could show it.
    for number in range(40):
        donor = ("ukraine", "spain", "japan", "italy")[number % 4]
        make_contribution(
            f"gift-{number}",
            parties=((donor, "donor"),),
            fund=fund,
            date=years[0] if number < 30 else years[number % 4],
            amount=(number + 1) * 1_000_000,
            currency="USD",
            stage="paid",
            sources=(f"report-of-{donor}",),
        )
    page = reader.page
    page.goto(live_server.url)
    reader.click(page.get_by_role("link", name="Funds").first)
    reader.click(page.get_by_role("link", name="Mine Clearance Fund").first)

    assert reader.clicks == 2
    table = page.get_by_role("region", name="Who gave").get_by_role("table")
    year = table.locator("tbody").filter(has=page.get_by_role("rowheader", name="2022", exact=True))
    answer = year.get_by_role("row").nth(1)
    assert answer.is_visible()
    # Japan gave 31, 35 and 39 million in 2022, Spain 34 and 38.
    assert answer.get_by_role("rowheader").inner_text() == "Japan"
    cells = answer.get_by_role("cell").all_inner_texts()
    assert (cells[0], cells[2]) == ("USD 105 million paid", "Report of japan")
    assert cells[1].startswith("3 contributions")
    assert [row.inner_text() for row in year.get_by_role("rowheader").all()] == ["2022", "Japan", "Spain"]

    fund_page = page.url
    reader.click(answer.get_by_role("link", name="Report of japan"))
    assert reader.clicks == 3
    assert page.get_by_role("heading", level=1).inner_text() == "Report of japan"
    page.goto(fund_page)
    follow(answer.get_by_role("link", name="3 contributions"))
    assert page.locator(".row-title a").all_inner_texts() == ["Gift 30", "Gift 34", "Gift 38"]
