"""Pictures in a real browser: by the rules of accessibility in both themes, at both widths, with their tables open."""

from typing import Any

import pytest

from partnership.models import Contribution
from tests.browsing import assert_accessible
from tests.factories import make_fund, make_party, make_relation

from .test_pictures_of_contributions import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/contributions/",
    "/funds/fund-1/",
    "/parties/japan/",
    "/relations/nato/japan/",
    "/parties/",
    "/coverage/nato/japan/",
)
SMALLEST = """() => Math.min(...[...document.querySelectorAll("svg text")].map(
    each => each.getBoundingClientRect().height))"""


@pytest.fixture
def content(transactional_db: None) -> None:
    """Contributions of years, donors and funds, to more funds than a picture has patterns; parties enough for tiles."""
    for number in range(6):
        make_fund(f"fund-{number}", title=f"Trust fund number {number}")
    for number, donor in enumerate(("japan", "spain", "norway", "sweden") * 6):
        year = "2009/2013" if number == 7 else str(2001 + number)
        give((donor,), year, f"{number + 1}50000", f"fund-{number % 6}")
    for number in range(2012, 2016):
        give(("japan",), str(number), "12345.67", "fund-1", stage="pledged")
    relation = make_relation()
    relation.coverage_checks.create(
        key="nato-japan.event-2011", kind="event", year=2011, checked_on="2026-03-01"
    )
    assert make_party("japan").is_public
    assert Contribution.objects.published().count() == 28


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_pictures_keep_the_rules_of_accessibility(
    browser: Any, live_server: Any, content: None, scheme, width
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for address in PAGES:
        page.goto(f"{live_server.url}{address}")
        assert said == [], address
        for _depth in range(2):  # the tables stand within what is opened first
            for summary in page.locator("details:not([open]) > summary").all():
                if summary.is_visible():
                    summary.click()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{address} scrolls sideways by {wide} px"
        if address.startswith(("/contributions", "/funds")):
            assert page.locator("figure svg[role=img]").count() >= 2
            assert page.evaluate(SMALLEST) >= 12
        assert_accessible(page, address)
        said.clear()  # what axe itself loads is refused by the policy
    context.close()
