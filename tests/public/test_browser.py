"""The public pages in a real browser: at every width and in both themes, under the policy, without script."""

import glob
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from partnership import documents
from partnership.models import (
    Contribution,
    Event,
    Exercise,
    Fund,
    Nature,
    Operation,
    Programme,
    Standing,
)
from tests.browsing import RULES, RULES_OF_LOOKS, assert_accessible, follow
from tests.factories import add_source, make_relation, republish
from tests.public.copies import copy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIXTURES = sorted(glob.glob(f"{settings.BASE_DIR}/fixtures/*.json"))
PAGES = (
    "/",
    "/relations/",
    "/relations/nato/japan/",
    "/relations/japan/",
    "/timeline/",
    "/timeline/?page=2",
    "/timeline/?party=japan&kind=event&sort=oldest",
    "/timeline/?party=japan&from=1601&to=1602",
    "/timeline/?from=June&kind=meeting",
    "/search/",
    "/search/?q=japan",
    "/search/?q=copy&kind=event&page=2",
    "/search/?q=japan&party=ukraine",
    "/search/?q=xyzzy+japan",
    "/search/?q=!&from=June",
    "/parties/",
    "/parties/japan/",
    "/parties/indo-pacific-partners/",
    "/areas/",
    "/areas/cyber-defence/",
    "/sources/",
    "/sources/nato-relations-with-japan-2024-06-03/",
    "/coverage/",
    "/coverage/nato/japan/",
    "/data/",
    "/data/columns/",
    "/api/",
    "/about/",
    "/accessibility/",
    "/licence/",
    "/privacy/",
    "/report/?about=event:nato-madrid-summit-2022",
    "/report/?about=event:none",
    "/changes/",
    "/changes/?party=japan&after=0",
    "/changes/?after=soon",
    "/changes/?entry=event:nato-madrid-summit-2022",
    "/changes/?entry=event:none",
    "/corrections/",
    "/editions/",
    "/editions/0/",
    "/editions/0/?page=2",
    "/editions/1/",
    "/events/nato-madrid-summit-2022/?edition=0",
    "/contributions/japan-pledge-afghanistan-2009-2013/?edition=1",
    "/programmes/nato-japan-itpp-2023/?edition=0",
    "/parties/japan/?edition=0",
    "/areas/cyber-defence/?edition=0",
    "/sources/nato-relations-with-japan-2024-06-03/?edition=0",
    "/relations/nato/japan/?edition=0",
)
# Of every kind: as it comes, filtered, without a match, with what cannot be read, and its second page.
STATES = (
    "",
    "?party=japan&disputed=1&sort=title",
    "?party=japan&from=1601&to=1602",
    "?from=June&ordinal=x",
    "?page=2",
)
DETAILS = {
    Event: "nato-madrid-summit-2022",
    Programme: "nato-japan-itpp-2023",
    Exercise: "cyber-coalition",
    Fund: "afghan-national-army-trust-fund",
    Contribution: "japan-pledge-afghanistan-2009-2013",
    Operation: "isaf",
    Standing: "japan-nato-ccdcoe",
}


def addresses() -> list[str]:
    """Every list in each of its states, and one page of every sort."""
    found = list(PAGES)
    for kind, slug in DETAILS.items():
        found += [f"/{kind.kind_name()}s/{state}" for state in STATES] + [f"/{kind.kind_name()}s/{slug}/"]
    return found


@pytest.fixture
def content(transactional_db: None) -> None:
    """The first content, enough copies of a record of each kind for a second page, a disagreement, a second organisation.

    And one correction, so that a page has a history.
    """
    call_command("loaddata", *FIXTURES, verbosity=0)
    pledge = Contribution.objects.get(slug=DETAILS[Contribution])
    before = documents.dump(pledge)
    pledge.amount = "5100000000"
    pledge.save()
    republish(pledge, before=before, nature=Nature.CORRECTION)
    for kind, slug in DETAILS.items():
        original = kind.objects.get(slug=slug)
        add_source(original, "another-page", stance="contradicts", supports="date", value_stated="1999")
        copy(original, range(30))
    make_relation("union-japan", "union", "japan")


ALL_LOOKS = [
    (language, scheme, width)
    for language in ("", "/fr", "/ja")
    for width in (1280, 320)
    for scheme in ("light", "dark")
]
# English wide and narrow, light and dark, and the others in one look each, always; the rest by `make validate`.
ALWAYS = [("", "light", 1280), ("", "dark", 320), ("/fr", "light", 320), ("/ja", "dark", 1280)]
LOOKS = [pytest.param(*look, marks=[] if look in ALWAYS else pytest.mark.validator) for look in ALL_LOOKS]


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_every_page_in_each_state_keeps_the_rules_of_accessibility(
    browser: Any, live_server: Any, content: None, language, scheme, width
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in (f"{language}{each}" for each in addresses()):
        response = page.goto(f"{live_server.url}{address}")
        assert response.status == 200, address
        assert said == [], address
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{address} scrolls sideways by {wide} px"
        assert_accessible(page, address, RULES if scheme == "light" or language else RULES_OF_LOOKS)
        said.clear()  # what axe itself loads is refused by the policy
    assert context.cookies() == []
    context.close()


def test_a_reader_filters_a_list_without_script(browser: Any, live_server: Any):
    call_command("loaddata", *FIXTURES, verbosity=0)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    follow(page.get_by_role("link", name="Events").first)
    page.locator('input[name="party"][value="japan"]').check()
    page.locator("summary", has_text="Role").click()
    page.locator('input[name="role"][value="participant"]').check()
    page.locator("summary", has_text="Level").click()
    page.get_by_label("Heads of State and Government").check()
    follow(page.get_by_role("button", name="Apply filters"))
    assert page.get_by_role("heading", name="2 events").is_visible()
    follow(page.get_by_role("link", name="Madrid Summit 2022"))
    assert page.get_by_role("heading", level=1).inner_text() == "Madrid Summit 2022"
    page.go_back()
    assert page.get_by_role("heading", name="2 events").is_visible()
    context.close()
