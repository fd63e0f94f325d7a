"""The public pages in a real browser: at every width and in both themes, under the policy, without script."""

import glob
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

ADDRESSES = (
    "/",
    "/relations/",
    "/relations/nato/japan/",
    "/parties/",
    "/parties/japan/",
    "/areas/",
    "/areas/cyber-defence/",
    "/sources/",
    "/sources/nato-relations-with-japan-2024-06-03/",
    "/events/",
    "/events/?party=japan&role=participant&level=heads-of-state-and-government",
    "/events/?party=japan&from=2030",
    "/events/?from=June",
    "/events/nato-madrid-summit-2022/",
    "/programmes/",
    "/programmes/nato-japan-itpp-2023/",
    "/exercises/",
    "/exercises/cyber-coalition/",
    "/funds/",
    "/funds/afghan-national-army-trust-fund/",
    "/contributions/",
    "/contributions/japan-pledge-afghanistan-2009-2013/",
    "/operations/",
    "/operations/isaf/",
    "/standings/",
    "/standings/japan-nato-ccdcoe/",
)


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)]
)
def test_the_pages_of_the_first_content_keep_the_rules_of_accessibility(
    browser: Any, live_server: Any, scheme, width
):
    from axe_playwright_python.sync_playwright import Axe  # one of the browser packages, which may be missing

    call_command("loaddata", *sorted(glob.glob(f"{settings.BASE_DIR}/fixtures/*.json")), verbosity=0)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in ADDRESSES:
        page.goto(f"{live_server.url}{address}")
        assert said == [], address
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{address} scrolls sideways by {wide} px"
        found = Axe().run(page, options={"runOnly": RULES})
        assert not found.response["violations"], f"{address}\n{found.generate_report()}"
        said.clear()  # what axe itself loads is refused by the policy
    assert context.cookies() == []
    context.close()


def test_a_reader_filters_a_list_without_script(browser: Any, live_server: Any):
    call_command("loaddata", *sorted(glob.glob(f"{settings.BASE_DIR}/fixtures/*.json")), verbosity=0)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="Events").first.click()
    page.get_by_label("Japan", exact=True).check()
    page.get_by_label("Participant", exact=True).check()
    page.get_by_label("Heads of State and Government", exact=True).check()
    page.get_by_role("button", name="Apply filters").click()
    assert page.get_by_role("heading", name="2 events").is_visible()
    page.get_by_role("link", name="Madrid Summit 2022").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Madrid Summit 2022"
    page.go_back()
    assert page.get_by_role("heading", name="2 events").is_visible()
    context.close()
